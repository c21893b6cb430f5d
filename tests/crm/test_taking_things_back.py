"""Whatever one person can do to a deal can be taken back, by anybody of the team, once."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from crm.batches import take_all_back
from crm.happenings import Happening
from crm.models import Deal, DealError, Source, StaleDeal, TakenBack, take_back
from crm.models.undoing import new_batch
from teams import story
from teams.models import LogEntry
from tests import builders

HOUR = timedelta(hours=1)


def stored(entry):
    """The line as it is read later: with texts for amounts and days."""
    return LogEntry.objects.get(pk=entry.pk)


def facts(deal):
    names = ("title", "amount", "source", "expected_close_on", "next_step", "next_step_on")
    return {name: getattr(deal, name) for name in (*names, "owner_id", "board_rank", "stage_id")}


def edit(deal, by, at):
    changes = {
        "title": "Scanners",
        "amount": Decimal("12.50"),
        "expected_close_on": date(2027, 1, 5),
    }
    return deal.edit(changes, version=deal.version, by=by, at=at)


def take(deal, by, at):
    return deal.take(by=by, at=at)


def plan(deal, by, at):
    return deal.plan_step("Call", date(2026, 12, 1), by=by, at=at)


def place(deal, by, at):
    return deal.move_to(deal.stage, seen_in=deal.stage, by=by, at=at)


DEEDS = {
    edit: "The facts of Wi-Fi in the yard are as they were.",
    take: "Who looks after Wi-Fi in the yard is as it was.",
    plan: "The next step of Wi-Fi in the yard is as it was.",
    place: "Wi-Fi in the yard has the place that it had.",
}
each_deed = pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.__name__)


@each_deed
def test_it_is_as_it_was_and_the_logbook_keeps_both(deal, anna, bram, now, deed):
    before = facts(deal)
    entry = deed(deal, anna, now)
    assert facts(deal) != before

    line = take_back(stored(entry), by=bram, at=now + HOUR)

    deal.refresh_from_db()
    assert facts(deal) == before
    assert (line.actor, line.at, line.details["is_undo"]) == (bram.user, now + HOUR, True)
    assert story.line(stored(line)) == DEEDS[deed]
    assert TakenBack.objects.get(line=entry).by_line == line
    assert list(LogEntry.objects.about(deal).newest_first()[:2]) == [line, entry]


@each_deed
def test_what_was_taken_back_is_done_again(deal, anna, now, deed):
    entry = deed(deal, anna, now)
    after = facts(deal)

    again = take_back(stored(take_back(entry, by=anna, at=now)), by=anna, at=now)

    deal.refresh_from_db()
    assert facts(deal) == after
    take_back(again, by=anna, at=now)
    deal.refresh_from_db()
    assert facts(deal) != after


@each_deed
def test_once_is_enough(deal, anna, bram, now, deed):
    entry = deed(deal, anna, now)
    take_back(entry, by=anna, at=now)

    with pytest.raises(StaleDeal, match="undone already"):
        take_back(entry, by=bram, at=now)


def test_what_was_changed_since_stays(deal, anna, bram, now):
    entry = deal.edit({"source": "Fair", "title": "A"}, version=1, by=anna, at=now)
    deal.edit({"source": "Phone"}, version=2, by=bram, at=now)

    with pytest.raises(StaleDeal, match="changed this deal since"):
        take_back(entry, by=anna, at=now)

    deal.refresh_from_db()
    assert (deal.title, str(deal.source), deal.version) == ("A", "Phone", 3)


def test_another_change_is_not_in_the_way(deal, anna, bram, now):
    entry = deal.edit({"source": "Fair"}, version=1, by=anna, at=now)
    deal.plan_step("Call", None, by=bram, at=now)

    take_back(entry, by=anna, at=now)

    deal.refresh_from_db()
    assert (deal.source, deal.next_step, deal.version) == (None, "Call", 4)


def test_a_place_in_another_stage_means_nothing(deal, stages, anna, now):
    entry = place(deal, anna, now)
    deal.move_to(stages[1], seen_in=stages[0], by=anna, at=now)

    with pytest.raises(StaleDeal):
        take_back(entry, by=anna, at=now)


def test_the_figures_are_computed_again_from_the_closing_on(deal, stages, anna, now):
    deal.move_to(stages[2], seen_in=stages[0], by=anna, at=now)
    entry = deal.edit({"amount": Decimal(5)}, version=2, by=anna, at=now + HOUR)

    line = take_back(entry, by=anna, at=now + 2 * HOUR)

    assert stored(line).details["since"] == "2026-11-23T09:00:00Z"


def test_nobody_gets_a_deal_back_who_has_left(deal, anna, bram, now):
    deal.take(by=bram, at=now)
    Deal.objects.filter(pk=deal.pk).update(owner=anna.user)
    entry = LogEntry.record(
        Happening.DEAL_EDITED, deal, by=anna, at=now, **deal.naming(),
        old={"owner_id": bram.user_id}, new={"owner_id": anna.user_id},
    )  # fmt: skip
    bram.leave(by=None, at=now)

    with pytest.raises(DealError, match="no longer in the team"):
        take_back(entry, by=anna, at=now)


def test_an_old_line_that_does_not_know_is_refused(deal, anna, now):
    for kind in (Happening.DEAL_TAKEN, Happening.DEAL_MOVE_UNDONE):
        entry = LogEntry.record(kind, deal, by=anna, at=now, **deal.naming())

        with pytest.raises(DealError, match="does not say how it was"):
            take_back(entry, by=anna, at=now)


def test_what_no_one_did_to_a_thing_cannot_be_undone(deal, anna, team, now):
    entry = LogEntry.record(Happening.PIPELINE_STARTED, deal, by=anna, at=now)

    with pytest.raises(StaleDeal, match="cannot be undone"):
        take_back(entry, by=anna, at=now)


def test_another_team_takes_nothing_back(deal, anna, carla, now):
    entry = take(deal, anna, now)

    with pytest.raises(StaleDeal, match="cannot be undone"):
        take_back(entry, by=carla, at=now)


class TestManyAtOnce:
    @pytest.fixture
    def together(self, pipeline, anna, now):
        """Three deals that got the same source at once, and the line of the first."""
        batch, lines = new_batch(), []
        for _ in range(3):
            deal = builders.deal(pipeline, by=anna, at=now)
            fair = builders.chosen(Source, deal.team, "Fair")
            Deal.objects.filter(pk=deal.pk).update(source=fair)
            sides = {"old": {"source_id": None}, "new": {"source_id": fair.pk}}
            kind, said = Happening.DEAL_EDITED, deal.naming() | sides
            lines.append(LogEntry.record(kind, deal, by=anna, at=now, **said, batch=batch))
        return lines

    def test_all_are_taken_back(self, together, bram, now):
        undone = take_all_back(together[1], by=bram, at=now + HOUR)

        assert (len(undone.lines), undone.refused) == (3, [])
        assert set(Deal.objects.values_list("source", flat=True)) == {None}

    def test_who_was_changed_since_is_told_and_holds_nobody_up(self, together, bram, now):
        changed = Deal.objects.get(pk=together[1].subject_id)
        changed.edit({"source": "Phone"}, version=1, by=bram, at=now)

        undone = take_all_back(together[0], by=bram, at=now + HOUR)

        assert len(undone.lines) == 2
        ((line, reason),) = undone.refused
        assert (line, reason[:23]) == (together[1], "Someone changed this de")
        sources = Deal.objects.order_by("source").values_list("source__name", flat=True)
        assert list(sources) == ["Phone", None, None]

    def test_the_second_who_undoes_all_is_told(self, together, anna, bram, now):
        take_all_back(together[0], by=bram, at=now + HOUR)

        with pytest.raises(StaleDeal, match="undone already"):
            take_all_back(together[1], by=anna, at=now + HOUR)

    def test_a_line_that_stands_alone_is_no_batch(self, deal, anna, now):
        assert take_all_back(take(deal, anna, now), by=anna, at=now).lines == []

    URL = "/teams/rijnmond/history/{}/batch/undo/"

    def test_the_page_says_which_could_not_be(self, annas, together, bram, now):
        changed = Deal.objects.get(pk=together[1].subject_id)
        changed.edit({"source": "Phone"}, version=1, by=bram, at=now)

        page = annas.post(self.URL.format(together[0].pk), follow=True)

        assert [str(message) for message in page.context["messages"]] == [
            "2 changes were undone. Changed since, and left as they are: Wi-Fi in the yard."
        ]

    def test_htmx_gets_the_board_anew(self, annas, together):
        answer = annas.post(self.URL.format(together[0].pk), HTTP_HX_REQUEST="true")

        assert answer.templates[0].name == "crm/_undone.html"
        assert answer.context["text"] == "3 changes were undone."

    def test_a_program_gets_the_numbers(self, annas, together, bram, now):
        changed = Deal.objects.get(pk=together[1].subject_id)
        changed.edit({"source": "Phone"}, version=1, by=bram, at=now)

        answer = annas.post(
            f"/api/v1/teams/rijnmond/history/{together[0].pk}/batch/undo/",
            {},
            content_type="application/json",
        )

        assert answer.json()["undone"] == 2
        assert [refused["number"] for refused in answer.json()["refused"]] == [2]


class TestOnThePage:
    def test_an_edit_can_be_undone_where_it_is_said(self, annas, deal):
        annas.post("/teams/rijnmond/deals/1/details/", {"title": "Scanners", "version": 1})
        entry = LogEntry.objects.get(kind="crm.deal.edited")
        came_from = "http://testserver/teams/rijnmond/deals/?sort=title"

        answer = annas.post(
            f"/teams/rijnmond/history/{entry.pk}/undo/", headers={"Referer": came_from}
        )

        assert answer.url == "/teams/rijnmond/deals/?sort=title"
        deal.refresh_from_db()
        assert deal.title == "Wi-Fi in the yard"

    def test_a_page_elsewhere_is_no_way_back(self, annas, deal, anna, now):
        entry = take(deal, anna, now)

        answer = annas.post(
            f"/teams/rijnmond/history/{entry.pk}/undo/",
            headers={"Referer": "http://elsewhere.example/teams/rijnmond/board/"},
        )

        assert answer.url == "/teams/rijnmond/deals/1/"

    def test_the_story_offers_what_still_stands(self, annas, deal, anna, now):
        plan(deal, anna, now)
        edit(deal, anna, now + HOUR)
        take_back(deal.take(by=anna, at=now + 2 * HOUR), by=anna, at=now + 3 * HOUR)
        deal.refresh_from_db()
        deal.edit({"title": "Phones"}, version=deal.version, by=anna, at=now + 4 * HOUR)

        told = annas.get("/teams/rijnmond/deals/1/").context["stream"].lines

        offers = [(each.icon, bool(each.undo_url), each.is_undo) for each in told]
        assert offers == [
            ("pencil", True, False),
            ("undo-2", True, True),
            ("hand", False, False),
            ("pencil", False, False),
            ("calendar", True, False),
            ("plus", False, False),
        ]
