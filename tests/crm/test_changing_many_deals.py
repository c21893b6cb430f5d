"""Many deals changed at once: what can be done is done, the rest is named, all taken back."""

from contextlib import contextmanager, suppress
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.db import connection
from django.utils import timezone

from crm import batches, bulk
from crm.batches import take_all_back
from crm.bulk import AT_ONCE, KEEP, MOST, BulkChange, change_many, sentences_about
from crm.models import BulkEdit, BulkUndo, Deal, Pipeline, TakenBack, take_back
from crm.refusals import DealError, StaleDeal
from teams import story
from teams.models import Job, LogEntry
from teams.tasks import do_job
from tests import builders
from tests.racing import at_once

BULK = "/teams/rijnmond/deals/changes/"


def die_at_every_statement(kind):
    """Let a worker die at each statement of such a job in turn; how many there were."""
    number = 0
    while True:
        number += 1
        with killed_at_statement(number) as seen, suppress(WorkerKilled):
            work(kind)
        if seen[0] < number:
            return number
        Job.objects.filter(state="running").update(
            lease_until=timezone.now() - timedelta(seconds=1), attempts=0
        )


class WorkerKilled(BaseException):
    """Ends a worker on the spot: nothing in the product may catch it."""


@pytest.fixture
def deals(stopped_clock, pipeline, anna, now):
    at = now - timedelta(days=1)
    return [
        builders.deal(pipeline, by=anna, at=at, title=title, amount=Decimal(10))
        for title in ("a", "b", "c")
    ]


@pytest.fixture
def change(deals, anna, now):
    return lambda **wanted: change_many(deals, BulkChange(**wanted), by=anna, at=now)


def lines_of(edit):
    return LogEntry.objects.filter(details__batch=edit.batch)


def numbers(deals):
    return ",".join(str(deal.number) for deal in deals)


class TestTheRule:
    def test_every_deal_has_its_own_lines_in_one_batch(self, change, deals, stages, now):
        edit = change(stage=stages[1], facts={"source": "Fair"}, next_step="Call")

        assert (edit.changed, edit.refused, edit.is_done, edit.asked) == (3, [], True, {})
        assert lines_of(edit).count() == 9
        assert {line.subject_id for line in lines_of(edit)} == {deal.pk for deal in deals}
        assert {line.at for line in lines_of(edit)} == {now}
        for deal in Deal.objects.all():
            assert (deal.stage, str(deal.source), deal.next_step) == (stages[1], "Fair", "Call")

    def test_all_of_it_is_taken_back(self, change, deals, stages, anna, bram, now):
        before = list(Deal.objects.order_by("pk").values("stage", "source", "owner", "next_step"))
        edit = change(stage=stages[1], facts={"source": "Fair"}, next_step="Call", owner=bram.user)

        undone = take_all_back(edit.first_line, by=anna, at=now)

        assert (len(undone.lines), undone.refused) == (12, [])
        after = Deal.objects.order_by("pk").values("stage", "source", "owner", "next_step")
        assert list(after) == before

    def test_who_refuses_is_left_as_it_was_and_the_others_are_changed(
        self, change, deals, anna, now
    ):
        builders.won(deals[1], by=anna, at=now)

        edit = change(facts={"source": "Fair"}, next_step="Call")

        assert sentences_about(edit) == (
            "2 deals changed. b: This deal is closed; there is no next step."
        )
        assert list(Deal.objects.order_by("pk").values_list("source__name", flat=True)) == [
            "Fair",
            None,
            "Fair",
        ]
        assert deals[1].pk not in {line.subject_id for line in lines_of(edit)}

    def test_what_stands_there_already_is_no_change(self, change, stages):
        edit = change(stage=stages[0], owner=None)

        assert (edit.changed, edit.first_line) == (0, None)
        assert not edit.can_be_taken_back

    def test_the_same_step_is_no_change(self, change):
        change(next_step="Call")

        assert change(next_step="Call").changed == 0

    def test_lost_with_a_reason_and_a_last_step(self, change, stages):
        change(stage=stages[3], loss_reason="Price", next_step="Send a card")

        told = {(str(deal.loss_reason), deal.next_step) for deal in Deal.objects.all()}
        assert told == {("Price", "Send a card")}

    def test_a_closed_deal_is_opened_before_its_step_is_planned(
        self, change, deals, stages, anna, now
    ):
        for deal in deals:
            builders.won(deal, by=anna, at=now - timedelta(hours=1))

        assert change(stage=stages[0], next_step="Call").changed == 3

    def test_deleted_and_brought_back(self, change, anna, now):
        edit = change(delete=True)
        assert not Deal.objects.exists()

        take_all_back(edit.first_line, by=anna, at=now)
        assert Deal.objects.count() == 3

    def test_into_a_stage_that_was_archived_meanwhile_nobody_goes(self, change, deals, stages, now):
        type(stages[1]).objects.filter(pk=stages[1].pk).update(archived_at=now)

        edit = change(stage=stages[1], facts={"source": "Fair"})

        assert (edit.changed, len(edit.refused)) == (0, 3)
        assert "is not a stage of the process any more" in sentences_about(edit)
        assert not Deal.objects.filter(source__name="Fair").exists()

    def test_who_was_moved_after_the_asking_stays(self, change, deals, stages, anna, now):
        deals[0].move_to(stages[1], seen_in=deals[0].stage, by=anna, at=now + timedelta(minutes=1))

        edit = change(stage=stages[2])

        assert (edit.changed, edit.refused) == (2, [("a", "Someone moved this deal a moment ago.")])

    def test_a_line_outside_is_of_no_batch(self, change, deals, anna, now):
        change(facts={"source": "Fair"})

        assert "batch" not in deals[0].plan_step("Call", None, by=anna, at=now).details

    def test_many_who_refuse_are_not_all_named(self, change, deals, anna, now, monkeypatch):
        monkeypatch.setattr("crm.bulk.MOST_NAMED", 1)
        for deal in deals:
            builders.won(deal, by=anna, at=now)

        assert "And 2 more were left as they are." in sentences_about(change(next_step="Call"))

    def test_a_change_can_be_kept_and_read_again(self, stages, bram):
        day = date(2026, 12, 24)
        for owner in (KEEP, None, bram.user):
            change = BulkChange(
                stages[1], "why", owner, {"source": "x", "expected_close_on": day}, "Call", day
            )
            assert BulkChange.kept(change.as_json()) == change


class TestHandingOn:
    def test_to_a_colleague_and_to_nobody(self, deal, anna, bram, now):
        entry = deal.hand_to(bram.user, by=anna, at=now)
        assert deal.owner == bram.user
        assert "somebody else" in story.line(entry)
        assert deal.hand_to(bram.user, by=anna, at=now) is None

        entry = deal.hand_to(None, by=anna, at=now)
        assert deal.owner is None
        assert "waits" in story.line(entry)

    def test_not_to_somebody_of_another_team(self, deal, anna, carla, now):
        with pytest.raises(DealError, match="not in the team"):
            deal.hand_to(carla.user, by=anna, at=now)

    def test_who_comes_second_is_told(self, deal, anna, bram, now):
        seen = Deal.objects.get(pk=deal.pk)
        deal.take(by=anna, at=now)

        with pytest.raises(StaleDeal):
            seen.hand_to(bram.user, by=bram, at=now)


class TestVeryMany:
    """More than are done at once: some in each job, however often its worker is stopped."""

    @pytest.fixture
    def edit(self, transactional_db, pipeline, anna, monkeypatch):
        monkeypatch.setattr(bulk, "AT_ONCE", 2)
        monkeypatch.setattr(bulk, "OF_A_JOB", 2)
        now = timezone.now() - timedelta(minutes=1)
        deals = [builders.deal(pipeline, by=anna, at=now, title=title) for title in "abcde"]
        return change_many(deals, BulkChange(next_step="Call"), by=anna, at=now)

    def test_some_in_each_job_until_all_are_changed(self, edit):
        told = []
        while not edit.is_done:
            work("crm.bulk-edit")
            edit.refresh_from_db()
            told.append((edit.so_far, edit.percent))

        assert told == [(2, 40), (4, 80), (5, 100)]
        assert (edit.changed, lines_of(edit).count()) == (5, 5)
        assert Deal.objects.filter(next_step="Call").count() == 5

    def test_a_worker_killed_at_any_statement_changes_each_deal_once(self, edit):
        died = die_at_every_statement("crm.bulk-edit")
        edit.refresh_from_db()

        assert died > 20
        assert (edit.so_far, lines_of(edit).count()) == (2, 2)

    def test_who_has_left_the_team_changes_nothing_more(self, edit, anna):
        anna.leave(by=None, at=timezone.now())

        work("crm.bulk-edit")
        edit.refresh_from_db()

        assert (edit.so_far, edit.changed) == (2, 0)

    def test_the_page_says_how_far_it_is(self, edit, annas):
        address = f"{BULK}{edit.pk}/"
        assert "are being changed" in annas.get(address).content.decode()
        work("crm.bulk-edit")
        assert "40 %" in annas.get(address).content.decode()
        Job.objects.exclude(state="done").update(state="failed")
        assert "stopped halfway" in annas.get(address).content.decode()


class TestTakingVeryManyBack:
    """What jobs have changed is taken back by jobs, some deals in each."""

    @pytest.fixture
    def edit(self, transactional_db, pipeline, anna, monkeypatch):
        monkeypatch.setattr(bulk, "OF_A_JOB", 5)
        for module in (bulk, batches):
            monkeypatch.setattr(module, "AT_ONCE", 2)
        monkeypatch.setattr(batches, "OF_A_JOB", 2)
        now = timezone.now() - timedelta(minutes=1)
        deals = [builders.deal(pipeline, by=anna, at=now, title=title) for title in "abcde"]
        change = BulkChange(next_step="Call", facts={"source": "Fair"})
        edit = change_many(deals, change, by=anna, at=now)
        work("crm.bulk-edit")
        edit.refresh_from_db()
        return edit

    @pytest.fixture
    def undo(self, edit, bram):
        return take_all_back(edit.first_line, by=bram, at=timezone.now())

    def test_some_in_each_job_until_all_are_as_they_were(self, undo, anna):
        told = []
        while not undo.is_done:
            work("crm.bulk-undo")
            undo.refresh_from_db()
            told.append((undo.so_far, undo.percent, undo.undone))

        assert told == [(2, 40, 4), (4, 80, 8), (5, 100, 10)]
        assert undo.refused == []
        assert not Deal.objects.exclude(next_step="", source=None).exists()
        assert not undo.edit.can_be_taken_back
        with pytest.raises(StaleDeal, match="undone already"):
            take_all_back(undo.edit.first_line, by=anna, at=timezone.now())

    def test_a_worker_killed_at_any_statement_takes_each_line_back_once(self, undo):
        died = die_at_every_statement("crm.bulk-undo")
        undo.refresh_from_db()

        assert died > 20
        assert (undo.so_far, undo.undone, TakenBack.objects.count()) == (2, 4, 4)

    def test_a_worker_that_dies_between_two_parts_leaves_the_rest_to_another(self, undo):
        work("crm.bulk-undo")
        Job.objects.claim(next_job("crm.bulk-undo").pk)
        Job.objects.filter(state="running").update(lease_until=timezone.now() - timedelta(hours=1))
        while not undo.is_done:
            work("crm.bulk-undo")
            undo.refresh_from_db()

        assert (undo.undone, TakenBack.objects.count()) == (10, 10)

    def test_who_was_changed_since_is_told_once_with_the_reason(self, undo, anna):
        at = timezone.now()
        second = Deal.objects.get(title="b")
        second.edit({"source": "Phone"}, version=second.version, by=anna, at=at)
        second.plan_step("Visit", None, by=anna, at=at)
        finish("crm.bulk-undo")
        undo.refresh_from_db()

        assert undo.undone == 8
        assert undo.refused == [["b", "Someone changed this deal since. Nothing was undone."]]

    def test_what_was_taken_back_by_itself_meanwhile_is_no_refusal(self, undo, edit, anna):
        take_back(edit.first_line, by=anna, at=timezone.now())
        finish("crm.bulk-undo")
        undo.refresh_from_db()

        assert (undo.undone, undo.refused) == (9, [])

    def test_who_has_left_the_team_takes_nothing_more_back(self, undo, bram):
        bram.leave(by=None, at=timezone.now())
        finish("crm.bulk-undo")
        undo.refresh_from_db()

        assert (undo.undone, len(undo.refused)) == (0, 5)
        assert undo.refused[0] == ["a", "Whoever wanted this undone has left the team."]

    def test_while_jobs_are_at_the_change_nobody_undoes_it(self, edit, anna):
        BulkEdit.objects.update(so_far=2)

        with pytest.raises(StaleDeal, match="still being changed"):
            take_all_back(edit.first_line, by=anna, at=timezone.now())

    def test_of_two_who_undo_it_the_second_is_told(self, edit, anna, bram):
        at = timezone.now()
        told = at_once(
            [partial(take_all_back, edit.first_line, by=who, at=at) for who in (anna, bram)]
        )

        assert sorted(type(one).__name__ for one in told) == ["BulkUndo", "StaleDeal"]
        assert BulkUndo.objects.count() == 1

    def test_what_stopped_halfway_can_be_undone_once_more(self, undo, edit, bram):
        work("crm.bulk-undo")
        Job.objects.filter(kind="crm.bulk-undo").exclude(state="done").update(state="failed")
        assert edit.can_be_taken_back

        again = take_all_back(edit.first_line, by=bram, at=timezone.now())
        finish("crm.bulk-undo")
        again.refresh_from_db()

        assert (again.is_done, again.undone, again.refused) == (True, 6, [])

    def test_the_page_says_how_far_it_is_and_what_came_of_it(self, edit, annas, anna):
        address = f"{BULK}{edit.pk}/"
        answer = annas.post(f"/teams/rijnmond/history/{edit.first_line_id}/batch/undo/")
        assert answer.url == address
        page = annas.get(address).content.decode()
        assert "is being undone" in page
        assert "Undo all of it" not in page
        work("crm.bulk-undo")
        assert "40 %" in annas.get(address).content.decode()
        last = Deal.objects.get(title="e")
        last.edit({"source": "Phone"}, version=last.version, by=anna, at=timezone.now())
        finish("crm.bulk-undo")
        page = annas.get(address).content.decode()
        assert "9 changes were undone." in page
        assert "e: Someone changed this deal since." in page

    def test_the_page_says_where_it_stopped(self, undo, edit, annas):
        Job.objects.exclude(state="done").update(state="failed")

        page = annas.get(f"{BULK}{edit.pk}/").content.decode()

        assert "undo it once more for the others" in page
        assert "Undo all of it" in page

    def test_the_page_tells_the_second(self, undo, edit, annas):
        address = f"/teams/rijnmond/history/{edit.first_line_id}/batch/undo/"

        page = annas.post(
            address, headers={"Referer": f"http://testserver{BULK}{edit.pk}/"}, follow=True
        )

        assert "This is being undone already." in page.content.decode()
        answer = annas.post(address, headers={"HX-Request": "true"})
        assert (answer.status_code, answer.templates[0].name) == (409, "crm/_refused.html")

    def test_htmx_is_told_that_it_goes_on(self, edit, annas):
        address = f"/teams/rijnmond/history/{edit.first_line_id}/batch/undo/"

        answer = annas.post(address, headers={"HX-Request": "true"})

        assert answer.context["text"] == "All of it is being undone."

    def test_a_program_is_told_how_far_it_is(self, edit, annas):
        api = "/api/v1/teams/rijnmond"
        asked = f"{api}/history/{edit.first_line_id}/batch/undo/"

        answer = annas.post(asked, {}, content_type="application/json")
        told = answer.json()

        assert (answer.status_code, told["undo"]) == (202, None)
        assert told["undoing"] == {
            "count": 5,
            "so_far": 0,
            "undone": 0,
            "refused": [],
            "is_done": False,
            "has_failed": False,
        }
        again = annas.post(asked, {}, content_type="application/json")
        assert (again.status_code, again.json()["detail"]) == (409, "This is being undone already.")
        finish("crm.bulk-undo")
        told = annas.get(f"{api}/deals/changes/{edit.pk}/").json()
        assert (told["undoing"]["undone"], told["undoing"]["is_done"]) == (10, True)


def next_job(kind):
    return Job.objects.filter(kind=kind).exclude(state__in=["done", "failed"]).get()


def work(kind):
    do_job(job_id=next_job(kind).pk)


def finish(kind):
    while Job.objects.filter(kind=kind, state="due").exists():
        work(kind)


@contextmanager
def killed_at_statement(number):
    """End the worker at its n-th statement; the list counts how many there were."""
    seen = [0]

    def count(execute, *arguments):
        seen[0] += 1
        if seen[0] == number:
            raise WorkerKilled
        return execute(*arguments)

    with connection.execute_wrapper(count):
        yield seen


class TestThePage:
    def test_chosen_deals_are_shown_and_changed_and_taken_back(self, annas, deals, bram):
        page = annas.get(BULK, {"deal": [1, 2], "sort": "title"})
        assert page.status_code == 200
        assert "Change 2 deals" in " ".join(page.content.decode().split())
        assert 'value="2,1"' in page.content.decode()

        page = annas.post(
            f"{BULK}?sort=title",
            {"deals": "2,1", "owner": bram.user_id, "expected_close_on": "2026-12-24"},
            follow=True,
        )

        assert page.redirect_chain[0][0] == "/teams/rijnmond/deals/?sort=title"
        assert "2 deals changed." in page.content.decode()
        changed = Deal.objects.filter(owner=bram.user, expected_close_on=date(2026, 12, 24))
        assert changed.count() == 2

        line = BulkEdit.objects.get().first_line
        annas.post(f"/teams/rijnmond/history/{line.pk}/batch/undo/")
        assert Deal.objects.filter(owner=None, expected_close_on=None).count() == 3

    def test_who_refused_stands_on_the_page_of_what_came_of_it(self, annas, deals, anna, now):
        builders.won(deals[1], by=anna, at=now)

        page = annas.post(BULK, {"deals": numbers(deals), "next_step": "Call"}, follow=True)

        assert "b: This deal is closed" in page.content.decode()
        assert "Undo all of it" in page.content.decode()
        assert "All of it was undone." not in page.content.decode()
        line = BulkEdit.objects.get().first_line
        annas.post(f"/teams/rijnmond/history/{line.pk}/batch/undo/")
        again = annas.get(page.redirect_chain[0][0]).content.decode()
        assert "Undo all of it" not in again
        assert "All of it was undone." in again

    def test_put_in_the_bin_whatever_else_was_filled_in(self, annas, deals):
        annas.post(BULK, {"deals": "1,3", "do": "delete", "source": "Fair"})

        assert [deal.title for deal in Deal.objects.all()] == ["b"]

    def test_a_field_of_the_team(self, annas, deals, anna, now):
        field = builders.field(kind="choice", options=["Van"], by=anna, at=now)

        annas.post(BULK, {"deals": "1,2", f"custom-{field.key}": "Van"})

        assert Deal.objects.filter(custom={field.key: "Van"}).count() == 2

    def test_all_that_match_are_those_of_the_address(self, annas, deals):
        page = annas.get(BULK, {"all": "1", "q": "b", "deal": "1"})

        assert [deal.title for deal in page.context["deals"]] == ["b"]

    def test_not_all_of_one_persons_deals(self, annas, deals):
        assert annas.get(BULK, {"all": "1", "owner": "me"}).status_code == 404

    @pytest.mark.parametrize("query", [{"all": "1", "filter": "x"}, {"deal": "x"}, {"deal": "1,2"}])
    def test_what_cannot_be_asked_is_not_there(self, annas, deals, query):
        assert annas.get(BULK, query).status_code == 404

    def test_no_more_than_can_be_done(self, annas, deals, monkeypatch):
        monkeypatch.setattr("crm.views.bulk.MOST", 2)
        monkeypatch.setattr("crm.bulk_form.MOST", 2)

        assert "more than 2" in annas.get(BULK, {"all": "1"}).content.decode()
        sent = {"deals": numbers(deals), "source": "Fair"}
        assert annas.post(BULK, sent).status_code == 422
        assert not Deal.objects.filter(source__name="Fair").exists()
        assert (AT_ONCE, MOST) == (200, 1000)

    @pytest.mark.parametrize(
        "sent",
        [
            {},
            {"stage": "lost"},
            {"next_step_on": "2026-12-01"},
            {"owner": "0"},
            {"expected_close_on": "1989-01-01"},
        ],
        ids=str,
    )
    def test_what_is_wrong_is_said_and_nothing_changed(self, annas, deals, stages, sent):
        before = list(Deal.objects.order_by("pk").values())
        sent = {name: stages[3].pk if text == "lost" else text for name, text in sent.items()}

        answer = annas.post(BULK, {"deals": "1", **sent})

        assert answer.status_code == 422
        assert "errorlist" in answer.content.decode()
        assert list(Deal.objects.order_by("pk").values()) == before

    def test_an_archived_stage_is_not_offered(self, annas, deals, stages, now):
        type(stages[1]).objects.filter(pk=stages[1].pk).update(archived_at=now)

        assert stages[1].name not in annas.get(BULK, {"deal": "1"}).content.decode()
        assert annas.post(BULK, {"deals": "1", "stage": stages[1].pk}).status_code == 422

    def test_stages_of_several_processes_say_which(self, annas, deals, team, now):
        Pipeline.start(team, "Service", builders.STAGES, by=None, at=now)

        page = annas.get(BULK, {"deal": "1"})

        assert all(": " in name for _key, name in page.context["form"]["stage"].field.choices[1:])

    def test_deals_of_another_team_are_not_there(self, annas, deals, carla, now):
        theirs = builders.deal(
            builders.pipeline(carla.team, at=now), by=carla, at=now, title="theirs"
        )
        Deal.objects.filter(pk=theirs.pk).update(number=99)

        page = annas.get(BULK, {"deal": [1, 99]})
        annas.post(BULK, {"deals": "1,99", "source": "Fair"})

        assert [deal.title for deal in page.context["deals"]] == ["a"]
        assert Deal.objects.get(pk=theirs.pk).source is None

    def test_nothing_is_changed_where_nothing_was_chosen(self, annas, deals):
        assert "No deals chosen" in annas.get(BULK).content.decode()
        assert annas.post(BULK, {"deals": "99", "source": "Fair"}).status_code == 422

    def test_a_manager_changes_nothing(self, mias, deals):
        assert mias.get(BULK).status_code == 404
        assert mias.post(BULK, {"deals": "1", "source": "Fair"}).status_code == 404
        assert "checkbox" not in mias.get("/teams/rijnmond/deals/").content.decode()

    def test_the_list_offers_to_change_all_but_not_one_persons(self, annas, deals, monkeypatch):
        monkeypatch.setattr("crm.listing.PAGE", 2)
        all_of_them = annas.get("/teams/rijnmond/deals/").content.decode()
        assert "Change all 3" in " ".join(all_of_them.split())
        Deal.objects.update(owner=deals[0].team.memberships.first().user)
        mine = annas.get("/teams/rijnmond/deals/?owner=me").content.decode()
        assert "Change all" not in mine

    @pytest.mark.parametrize("many", [1, 8])
    def test_costs_the_same_to_ask_however_many(
        self, annas, pipeline, anna, now, django_assert_num_queries, many
    ):
        for title in "abcdefgh"[:many]:
            builders.deal(pipeline, by=anna, at=now, title=title, customer=title)

        with django_assert_num_queries(13):
            annas.get(BULK, {"all": "1"})
