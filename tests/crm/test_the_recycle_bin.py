"""Deleting a deal: at once, counted nowhere, and back for thirty days."""

from datetime import date, timedelta
from functools import partial

import pytest
import time_machine
from django.contrib.messages import get_messages

from crm.kpis import closings, cohorts
from crm.kpis.facts import open_visits
from crm.models import Activity, Deal, DealError, ExternalId, StageVisit, StaleDeal, take_back
from crm.pace import learn_usual_days
from crm.proof import disagreements
from crm.recycling import empty_bins
from dashboards.jobs import update_figures
from dashboards.models import Measurement
from teams import duties, jobs
from teams.models import Job, LogEntry
from teams.tasks import do_all
from tests import builders
from tests.racing import at_once

DAY = timedelta(days=1)
BIN = "/teams/rijnmond/recycle-bin/"
API = "/api/v1/teams/rijnmond"


@pytest.fixture
def deleted(deal, anna, now):
    deal.discard(by=anna, at=now)
    return deal


class TestDeleting:
    def test_it_is_gone_and_everything_of_it_is_kept(self, deleted, team, pipeline, anna, now):
        assert not Deal.objects.exists()
        assert not any(one.deals.exists() for one in (team, pipeline, deleted.stage))
        assert Deal.everything.get() == deleted
        assert deleted.visits.count() == 1
        line = LogEntry.objects.about(deleted).newest_first()[0]
        assert (line.kind, line.actor) == ("crm.deal.deleted", anna.user)
        assert line.details["deal"] == "Wi-Fi in the yard"

    def test_the_second_is_told(self, deleted, bram, now):
        with pytest.raises(StaleDeal, match="deleted this deal a moment ago"):
            deleted.discard(by=bram, at=now)

    def test_its_number_is_not_given_again(self, deleted, pipeline, anna, now):
        assert builders.deal(pipeline, by=anna, at=now).number == 2

    def test_nobody_does_anything_to_it(self, deleted, stages, bram, now):
        for verb in (
            partial(deleted.take, by=bram, at=now),
            partial(deleted.plan_step, "Call", None, by=bram, at=now),
            partial(deleted.edit, {"title": "A"}, version=2, by=bram, at=now),
            partial(deleted.move_to, stages[1], seen_in=stages[0], by=bram, at=now),
            partial(deleted.move_to, stages[0], seen_in=stages[0], by=bram, at=now),
        ):
            with pytest.raises(DealError):
                verb()

    def test_it_asks_nothing_of_anybody(self, deal, team, anna, now):
        deal.take(by=anna, at=now)
        today = date(2026, 11, 23)
        deal.plan_step("Call", today, by=anna, at=now)
        planned = {"kind": "call", "due_on": today, "deal": deal, "assignee": anna.user}
        Activity.objects.plan(team, "Ask for the plan", by=anna, at=now, **planned)
        assert len(duties.of(anna.user, team, day=today)) == 2
        assert team.activities.on_calendar(today, today).count() == 1

        deal.discard(by=anna, at=now)

        assert duties.of(anna.user, team, day=today) == []
        assert not team.activities.on_calendar(today, today).exists()
        deal.restore(by=anna, at=now)
        assert len(duties.of(anna.user, team, day=today)) == 2


class TestFigures:
    def test_it_counts_nowhere(self, deal, stages, team, anna, now):
        builders.won(deal, by=anna, at=now + DAY)
        before = {each: each([team]).count() for each in (closings.deals_won, open_visits)}
        assert set(before.values()) == {1}

        deal.discard(by=anna, at=now + DAY)

        for facts in (
            *before,
            closings.win_rate,
            closings.cycle_time,
            cohorts.cycle_time_with_open,
        ):
            assert not facts([team]).exists(), facts

    def test_a_week_that_is_over_is_computed_again(self, pipeline, stages, team, anna, now):
        deal = builders.deal(pipeline, by=anna, at=now - 20 * DAY)
        builders.won(deal, by=anna, at=now - 15 * DAY)
        update_figures(team, since=now - 30 * DAY, at=now)
        week = Measurement.objects.current().filter(kpi="deals-won", period_kind="week", value=1)
        assert week.count() == 1

        line = deal.discard(by=anna, at=now)
        assert LogEntry.objects.get(pk=line.pk).details["since"] == "2026-11-03T09:00:00Z"
        with time_machine.travel(now, tick=False):
            do_all()

        assert week.count() == 0
        deal.restore(by=anna, at=now)
        with time_machine.travel(now + DAY, tick=False):
            do_all()
        assert week.count() == 1

    def test_what_is_usual_does_not_know_it(self, pipeline, stages, anna, now):
        for _ in range(10):
            deal = builders.deal(pipeline, by=anna, at=now - 5 * DAY)
            builders.won(deal, by=anna, at=now - DAY)
        learn_usual_days(at=now)
        stages[0].refresh_from_db()
        assert stages[0].usual_days == 4

        deal.discard(by=anna, at=now)
        learn_usual_days(at=now)

        stages[0].refresh_from_db()
        assert stages[0].usual_days is None


class TestBringingBack:
    def test_it_stands_where_it_stood(self, pipeline, stages, anna, bram, now):
        cards = [builders.deal(pipeline, by=anna, at=now) for _ in range(3)]
        cards[1].discard(by=anna, at=now)

        line = cards[1].restore(by=bram, at=now + DAY)

        assert list(stages[0].deals.order_by("board_rank")) == cards[::-1]
        assert (line.kind, line.actor) == ("crm.deal.restored", bram.user)
        assert list(disagreements()) == []

    def test_the_second_is_told(self, deleted, anna, bram, now):
        deleted.restore(by=anna, at=now)

        with pytest.raises(StaleDeal, match="out of the recycle bin"):
            deleted.restore(by=bram, at=now)

    def test_deleting_is_undone_and_done_again(self, deal, anna, now):
        undone = take_back(deal.discard(by=anna, at=now), by=anna, at=now)
        assert Deal.objects.count() == 1

        take_back(undone, by=anna, at=now)

        assert Deal.objects.count() == 0

    def test_adding_is_undone_into_the_bin(self, deal, anna, now):
        added = LogEntry.objects.about(deal).get()

        take_back(added, by=anna, at=now)

        assert Deal.everything.deleted().get() == deal

    def test_a_deal_that_somebody_works_on_is_not_undone(self, deal, anna, bram, now):
        added = LogEntry.objects.about(deal).get()
        deal.take(by=bram, at=now)

        with pytest.raises(StaleDeal, match="worked on this deal since"):
            take_back(added, by=anna, at=now)

    def test_what_was_done_before_waits_until_it_is_out(self, deal, anna, now):
        taken = deal.take(by=anna, at=now)
        deal.discard(by=anna, at=now)

        with pytest.raises(DealError, match="in the recycle bin"):
            take_back(taken, by=anna, at=now)


class TestEmptying:
    def test_after_thirty_days_it_goes_with_all_that_hangs_on_it(self, deleted, now):
        ExternalId.objects.create(
            system="x", label="crm.deal", external_id="1", object_id=deleted.pk, digest=""
        )

        assert empty_bins(at=now + 30 * DAY) == 0
        assert empty_bins(at=now + 30 * DAY + timedelta(seconds=1)) == 1

        assert not Deal.everything.exists()
        assert not StageVisit.objects.exists()
        assert not ExternalId.objects.exists()
        assert LogEntry.objects.filter(subject_label="crm.deal").count() == 2

    def test_what_is_gone_cannot_be_undone(self, deal, anna, now):
        line = deal.discard(by=anna, at=now)
        empty_bins(at=now + 31 * DAY)

        with pytest.raises(StaleDeal, match="not here any more"):
            take_back(line, by=anna, at=now + 31 * DAY)

    def test_the_night_does_it(self, deal, anna, now):
        deal.discard(by=anna, at=now - 31 * DAY)

        jobs.plan_all(now)
        with time_machine.travel(now, tick=False):
            do_all()

        assert Job.objects.get(kind="crm.empty_bins").state == "done"
        assert not Deal.everything.exists()


@pytest.mark.usefixtures("stopped_clock")
class TestOnThePages:
    def test_delete_says_so_and_offers_to_undo(self, annas, deal, pipeline):
        came_from = {"Referer": "http://testserver/teams/rijnmond/deals/1/"}

        answer = annas.post("/teams/rijnmond/deals/1/deletion/", headers=came_from)

        assert answer.url == f"/teams/rijnmond/board/{pipeline.pk}/"
        (message,) = get_messages(answer.wsgi_request)
        line = LogEntry.objects.get(kind="crm.deal.deleted")
        assert str(message) == "Wi-Fi in the yard was put in the recycle bin."
        assert message.extra_tags == f"undo:/teams/rijnmond/history/{line.pk}/undo/"
        back = annas.post(f"/teams/rijnmond/history/{line.pk}/undo/")
        assert back.url == "/teams/rijnmond/deals/1/"
        assert annas.get(back.url).status_code == 200

    def test_a_new_deal_can_be_undone(self, annas, pipeline, stages):
        answer = annas.post("/teams/rijnmond/deals/", {"stage": stages[0].pk, "title": "Oops"})

        (message,) = get_messages(answer.wsgi_request)
        back = annas.post(message.extra_tags.removeprefix("undo:"))

        assert back.url == f"/teams/rijnmond/board/{pipeline.pk}/"
        assert not Deal.objects.exists()

    def test_the_bin_tells_who_and_for_how_long(self, annas, deal, bram, now):
        deal.discard(by=bram, at=now - 3 * DAY)

        page = annas.get(BIN)

        (row,) = page.context["rows"]
        assert (row.deal, row.who, row.days_left) == (deal, bram.user, 27)
        assert "27 days left" in page.content.decode()
        answer = annas.post(f"{BIN}1/restoration/", headers={"Referer": f"http://testserver{BIN}"})
        assert answer.url == BIN
        assert Deal.objects.get() == deal

    def test_an_empty_bin_says_what_comes_here(self, annas):
        page = annas.get(BIN).content.decode()

        assert "A deal that somebody of the team deletes waits here" in page

    def test_one_question_more_or_less_does_not_matter(
        self, annas, pipeline, anna, now, django_assert_num_queries
    ):
        def many(count):
            for _ in range(count):
                builders.deal(pipeline, by=anna, at=now, customer="Acme").discard(by=anna, at=now)

        many(1)
        with django_assert_num_queries(11) as first:
            annas.get(BIN)
        many(52)
        with django_assert_num_queries(len(first)):
            page = annas.get(BIN)
        assert page.context["next_url"] == "?page=2"
        assert annas.get(f"{BIN}?page=2").context["previous_url"] == "?page=1"

    def test_a_manager_knows_of_no_bin(self, mias, deleted):
        assert mias.get(BIN).status_code == 404
        assert mias.get(f"{API}/recycle-bin/").status_code == 404
        assert mias.get("/teams/rijnmond/deals/1/").status_code == 404

    def test_programs_delete_look_and_restore(self, annas, deal):
        gone = annas.delete(f"{API}/deals/1/")
        (row,) = annas.get(f"{API}/recycle-bin/").json()
        back = annas.post(f"{API}/recycle-bin/1/restoration/", {}, content_type="application/json")

        assert gone.json()["undo"].startswith(f"{API}/history/")
        assert (row["number"], row["title"]) == (1, "Wi-Fi in the yard")
        assert row["stays_until"] == "2026-12-23T10:00:00+01:00"
        assert back.status_code == 200
        assert annas.get(f"{API}/deals/1/").status_code == 200


@pytest.mark.django_db(transaction=True)
class TestWhoMeet:
    def test_of_two_who_restore_one_is_told(self, deleted, anna, bram, now):
        results = at_once(
            [
                partial(Deal.everything.get(pk=deleted.pk).restore, by=who, at=now)
                for who in (anna, bram)
            ]
        )

        assert sum(isinstance(result, StaleDeal) for result in results) == 1
        assert LogEntry.objects.filter(kind="crm.deal.restored").count() == 1

    def test_who_deletes_and_who_moves_leave_one_story(self, deal, stages, anna, bram, now):
        at_once(
            [
                partial(Deal.objects.get(pk=deal.pk).discard, by=anna, at=now),
                partial(
                    Deal.objects.get(pk=deal.pk).move_to,
                    stages[1],
                    seen_in=stages[0],
                    by=bram,
                    at=now,
                ),
            ]
        )

        Deal.everything.get().restore(by=anna, at=now)
        assert list(disagreements()) == []
