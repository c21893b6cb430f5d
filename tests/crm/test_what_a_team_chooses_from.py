"""Sources and loss reasons are the team's own: it adds, renames, orders and archives them."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from crm.cards import Reader
from crm.filters import Filter, Vocabulary
from crm.models import ChoiceError, Deal, LossReason, Source, StaleChoice, take_back
from crm.refusals import FilterError
from dashboards import kpis
from dashboards.jobs import update_figures
from dashboards.models import Measurement
from teams import story
from teams.models import LogEntry
from tests import builders
from tests.racing import at_once

HOUR = timedelta(hours=1)
LISTS = "/teams/rijnmond/lists/"
API = "/api/v1/teams/rijnmond/lists/"
JSON = {"content_type": "application/json"}


@pytest.fixture
def fair(team):
    return builders.chosen(Source, team, "Fair")


def names(team, among=Source):
    return among.objects.filter(team=team).names()


class TestTheRule:
    def test_a_new_one_stands_last_and_is_told(self, team, fair, anna, now):
        phone = Source.objects.add(" Phone ", by=anna, at=now)

        assert names(team) == ["Fair", "Phone"]
        line = LogEntry.objects.about(phone).get()
        assert (line.kind, story.line(line)) == ("crm.choice.added", "Sources: “Phone” is new.")

    @pytest.mark.parametrize("name", ["fair", " FAIR ", "\u200b", ""])
    def test_the_same_name_and_no_name_are_refused(self, team, fair, anna, now, name):
        with pytest.raises(ChoiceError):
            Source.objects.add(name, by=anna, at=now)

        assert names(team) == ["Fair"]

    def test_another_team_may_have_the_same(self, fair, carla, now):
        assert Source.objects.add("Fair", by=carla, at=now).team == carla.team

    def test_renamed_it_stays_on_its_deals(self, deal, fair, anna, now):
        deal.edit({"source": "Fair"}, version=1, by=anna, at=now)

        line = fair.rename("Trade fair", version=1, by=anna, at=now)

        assert str(Deal.objects.get().source) == "Trade fair"
        assert story.line(line) == "Sources: “Fair” is called “Trade fair” now."
        assert fair.rename("Trade fair", version=2, by=anna, at=now) is None

    def test_who_renames_second_is_told(self, fair, anna, bram, now):
        stale = Source.objects.get()
        fair.rename("Trade fair", version=1, by=anna, at=now)

        with pytest.raises(StaleChoice):
            stale.rename("Exhibition", version=1, by=bram, at=now)

        assert Source.objects.get().name == "Trade fair"

    def test_a_name_that_another_has_is_refused(self, team, fair, anna, now):
        phone = builders.chosen(Source, team, "Phone")

        with pytest.raises(ChoiceError, match="in this list already"):
            phone.rename("FAIR", version=1, by=anna, at=now)
        assert phone.rename("PHONE", version=1, by=anna, at=now)

    def test_in_the_order_of_the_team(self, team, anna, now):
        _a, _b, c = Source.objects.begin(team, ["A", "B", "C"])

        line = c.place(1, by=anna, at=now)

        assert names(team) == ["C", "A", "B"]
        assert story.line(line) == "Sources: “C” has another place."

    def test_archived_it_is_offered_no_more_and_comes_back_last(self, team, anna, now):
        a, _b = Source.objects.begin(team, ["A", "B"])

        gone = a.archive(by=anna, at=now)
        with pytest.raises(StaleChoice):
            a.archive(by=anna, at=now)
        assert names(team) == ["B"]
        with pytest.raises(ChoiceError, match="no longer offered"):
            Source.objects.add("a", by=anna, at=now)

        back = a.restore(by=anna, at=now)
        with pytest.raises(StaleChoice):
            a.restore(by=anna, at=now)
        assert names(team) == ["B", "A"]
        assert [story.line(line) for line in (gone, back)] == [
            "Sources: “A” is no longer offered.",
            "Sources: “A” is offered again.",
        ]

    def test_a_deal_has_the_sources_of_its_own_team(self, deal, other_team):
        theirs = builders.chosen(Source, other_team, "Fair")

        with pytest.raises(IntegrityError, match="source_is_the_teams"):
            Deal.objects.update(source=theirs)


class TestOnADeal:
    def test_what_is_new_joins_the_list(self, team, deal, fair, anna, now):
        deal.edit({"source": "Phone"}, version=1, by=anna, at=now)
        deal.edit({"source": "FAIR"}, version=2, by=anna, at=now)

        assert str(deal.source) == "Fair"
        assert names(team) == ["Fair", "Phone"]

    def test_nobody_is_stopped_by_an_archived_reason(self, team, deal, stages, anna, now):
        LossReason.objects.add("Price", by=anna, at=now).archive(by=anna, at=now)

        deal.lose("price", seen_in=stages[0], by=anna, at=now)

        assert str(deal.loss_reason) == "Price"
        assert names(team, LossReason) == []

    @pytest.mark.django_db(transaction=True)
    def test_two_who_write_the_same_new_one_make_one(self, pipeline, anna, bram, now):
        deals = [builders.deal(pipeline, by=anna, at=now) for _ in range(2)]

        def edit(deal, by):
            return lambda: deal.edit({"source": "Phone"}, version=1, by=by, at=now)

        at_once([edit(deal, by) for deal, by in zip(deals, (anna, bram), strict=True)])

        assert {deal.source for deal in Deal.objects.all()} == {Source.objects.get()}


class TestTakingBack:
    def test_a_source_that_was_renamed_since(self, deal, fair, anna, now):
        deal.edit({"source": "Fair"}, version=1, by=anna, at=now)
        line = deal.edit({"source": ""}, version=2, by=anna, at=now)
        fair.rename("Trade fair", version=1, by=anna, at=now)

        take_back(line, by=anna, at=now)

        assert str(Deal.objects.get().source) == "Trade fair"

    def test_a_reason_that_was_renamed_since(self, deal, stages, anna, now):
        lost = deal.lose("Price", seen_in=stages[0], by=anna, at=now)
        undone = take_back(lost, by=anna, at=now + HOUR)
        LossReason.objects.get().rename("Too expensive", version=1, by=anna, at=now)

        take_back(undone, by=anna, at=now + 2 * HOUR)

        assert str(Deal.objects.get().loss_reason) == "Too expensive"
        assert (lost.details["reason"], LossReason.objects.count()) == ("Price", 1)

    def test_a_line_from_when_a_source_was_a_text(self, deal, fair, anna, now):
        deal.edit({"source": "Fair"}, version=1, by=anna, at=now)
        sides = {"old": {"source": "Phone"}, "new": {"source": "fair"}}
        old = LogEntry.record("crm.deal.edited", deal, by=anna, at=now, **deal.naming(), **sides)

        undone = take_back(old, by=anna, at=now)
        assert str(Deal.objects.get().source) == "Phone"

        take_back(undone, by=anna, at=now)
        assert str(Deal.objects.get().source) == "Fair"

    def test_a_line_from_when_a_reason_was_a_text(self, deal, stages, anna, now):
        deal.lose("Price", seen_in=stages[0], by=anna, at=now)
        opened = deal.move_to(stages[1], seen_in=stages[3], by=anna, at=now + HOUR)
        before = opened.details["before"] | {"loss_reason": "Price"}
        del before["loss_reason_id"]
        opened.details["before"] = before

        take_back(opened, by=anna, at=now + 2 * HOUR)

        assert str(Deal.objects.get().loss_reason) == "Price"

        undone = LogEntry.record(
            "crm.deal.move-undone",
            deal,
            by=anna,
            at=now,
            **deal.naming(),
            again={"stage_id": stages[1].pk, "loss_reason": "", "visit": deal.visits.last().pk},
        )
        take_back(undone, by=anna, at=now + 3 * HOUR)
        assert Deal.objects.get().stage == stages[1]


class TestTheFigure:
    def test_history_stays_and_the_new_name_is_shown(self, team, deal, stages, anna, now):
        deal.lose("Price", seen_in=stages[0], by=anna, at=now)
        update_figures(team, since=now - HOUR, at=now + HOUR)
        counted = Measurement.objects.filter(kpi="lost-reasons").exclude(dimension="")
        before = list(counted.order_by("pk").values())
        reason = LossReason.objects.get()

        reason.rename("Too expensive", version=1, by=anna, at=now)
        update_figures(team, since=now - HOUR, at=now + 2 * HOUR)

        assert list(counted.order_by("pk").values()) == before
        assert {row["dimension"] for row in before} == {"price"}
        assert kpis.get("lost-reasons").dimension.labels(team)["price"] == "Too expensive"

    def test_a_new_reason_of_an_old_name_is_another(self, team, anna, now):
        price = LossReason.objects.add("Price", by=anna, at=now)
        price.rename("Too expensive", version=1, by=anna, at=now)

        again = LossReason.objects.add("Price", by=anna, at=now)
        none = LossReason.objects.add("-", by=anna, at=now)

        assert [each.key for each in (price, again, none)] == ["price", "price-2", "--2"]


class TestInAFilter:
    @pytest.fixture
    def vocabulary(self, team, anna, now):
        return Vocabulary(Reader(team, now, sees_people=True), anna.user)

    @pytest.fixture
    def count(self, team, vocabulary):
        return lambda line: team.deals.filter(Filter.read([line], vocabulary).q).count()

    def test_asks_for_the_row_whatever_it_is_called(self, deal, fair, count, anna, now):
        deal.edit({"source": "Fair"}, version=1, by=anna, at=now)
        fair.rename("Trade fair", version=1, by=anna, at=now)

        asked = (f"is:{fair.pk}", f"is-not:{fair.pk}", "contains:trade", "empty")
        assert [count(f"source:{line}") for line in asked] == [1, 0, 1, 0]

    def test_reads_the_name_that_an_old_address_says(self, fair, vocabulary):
        (read,) = Filter.read(["source:is:FAIR "], vocabulary)

        assert str(read) == f"source:is:{fair.pk}"
        assert read.words == "Source is Fair"

    def test_a_view_that_was_kept_survives_a_new_name(
        self, annas, deal, fair, team, anna, now, stopped_clock
    ):
        deal.edit({"source": "Fair"}, version=1, by=anna, at=now)
        ways = "/teams/rijnmond/deals/"
        annas.post(f"{ways}views/?filter=source:is:fair", {"name": "Fairs", "whose": "team"})
        fair.rename("Trade fair", version=1, by=anna, at=now)

        page = annas.get(ways, {"view": team.saved_views.get().pk})

        assert [row.number for row in page.context["rows"]] == [deal.number]
        assert "Source is Trade fair" in page.content.decode()
        assert not page.context["lost"]

    def test_rows_of_another_team_are_not_there(self, vocabulary, other_team):
        (theirs,) = Source.objects.begin(other_team, ["Fair"])

        for line in (f"source:is:{theirs.pk}", "source:is:fair"):
            with pytest.raises(FilterError):
                Filter.read([line], vocabulary)


class TestThePage:
    def test_shows_each_list_in_its_order(self, annas, team):
        Source.objects.begin(team, ["Fair", "Phone"])

        page = annas.get(LISTS)

        sources, reasons, _tags = page.context["sections"]
        assert [row["choice"].name for row in sources["rows"]] == ["Fair", "Phone"]
        assert (reasons["word"], reasons["rows"]) == ("loss-reasons", [])
        assert "Nothing yet" in page.content.decode()

    def test_adds_renames_places_archives_and_brings_back(self, annas, team, fair):
        url = f"{LISTS}sources/{fair.pk}/"

        answers = [
            annas.post(f"{LISTS}sources/", {"name": "Phone"}),
            annas.post(url, {"name": "Trade fair", "version": 1}),
            annas.post(f"{url}place/", {"position": 2}),
        ]
        assert {answer.url for answer in answers} == {f"{LISTS}#sources"}
        assert names(team) == ["Phone", "Trade fair"]

        annas.post(f"{url}archiving/")
        page = annas.post(f"{url}archiving/", follow=True)
        assert names(team) == ["Phone"]
        assert "Someone changed this" in page.content.decode()

        annas.post(f"{url}restoring/")
        assert names(team) == ["Phone", "Trade fair"]

    def test_what_is_refused_is_kept_beside_its_sentence(self, annas, team, fair):
        builders.chosen(Source, team, "Phone")

        added = annas.post(f"{LISTS}sources/", {"name": "fair"})
        empty = annas.post(f"{LISTS}sources/", {"name": ""})
        renamed = annas.post(f"{LISTS}sources/{fair.pk}/", {"name": "phone", "version": 1})
        nameless = annas.post(f"{LISTS}sources/{fair.pk}/", {"name": "", "version": 1})

        assert {page.status_code for page in (added, empty, renamed, nameless)} == {422}
        assert "“Fair” is in this list already." in added.content.decode()
        assert 'value="phone"' in renamed.content.decode()
        placed = annas.post(f"{LISTS}sources/{fair.pk}/place/", {"position": "x"})
        assert placed.status_code == 302

    def test_who_comes_second_sees_both(self, annas, fair, bram, now):
        fair.rename("Trade fair", version=1, by=bram, at=now)

        page = annas.post(f"{LISTS}sources/{fair.pk}/", {"name": "Exhibition", "version": 1})

        text = page.content.decode()
        assert page.status_code == 409
        assert "Exhibition" in text
        assert "Trade fair" in text
        assert 'name="version" value="2"' in text

    def test_a_list_that_is_none_is_not_there(self, annas, fair):
        assert annas.post(f"{LISTS}owners/", {"name": "A"}).status_code == 404
        assert annas.post(f"{LISTS}loss-reasons/{fair.pk}/archiving/").status_code == 404

    def test_a_manager_reads(self, mias, fair):
        text = mias.get(LISTS).content.decode()

        assert "Fair" in text
        assert "Offer it no more" not in text

    def test_the_same_queries_for_one_and_for_many(
        self, annas, team, fair, django_assert_num_queries
    ):
        annas.get(LISTS)
        with django_assert_num_queries(11) as counted:
            annas.get(LISTS)
        Source.objects.begin(team, [f"Source {n}" for n in range(20)])
        with django_assert_num_queries(len(counted)):
            annas.get(LISTS)

    def test_a_deal_offers_them(self, annas, deal, team, fair):
        LossReason.objects.begin(team, ["Price"])

        text = annas.get(f"/teams/rijnmond/deals/{deal.number}/").content.decode()

        assert '<option value="Fair">' in text
        assert '<option value="Price">' in text


class TestTheApi:
    def test_reads_and_adds(self, annas, fair):
        added = annas.post(f"{API}sources/", {"name": "Phone"}, **JSON)

        assert (added.status_code, added.json()["position"]) == (201, 2)
        assert [each["name"] for each in annas.get(f"{API}sources/").json()] == ["Fair", "Phone"]

    def test_every_verb(self, annas, team, fair):
        builders.chosen(Source, team, "Phone")
        url = f"{API}sources/{fair.pk}/"

        renamed = annas.patch(url, {"name": "Trade fair", "version": 1}, **JSON)
        placed = annas.put(f"{url}place/", {"position": 2}, **JSON)
        archived = annas.post(f"{url}archiving/", {}, **JSON)
        restored = annas.post(f"{url}restoring/", {}, **JSON)

        assert (renamed.json()["name"], placed.json()["position"]) == ("Trade fair", 2)
        assert (archived.json()["is_archived"], restored.json()["is_archived"]) == (True, False)

    def test_a_known_name_is_refused_and_a_stale_version_told(self, annas, fair):
        assert annas.post(f"{API}sources/", {"name": "fair"}, **JSON).status_code == 409
        sent = {"name": "Phone", "version": 7}
        assert annas.patch(f"{API}sources/{fair.pk}/", sent, **JSON).status_code == 409
