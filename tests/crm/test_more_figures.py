"""Where deals stand, whether they go on, why they are lost: figures one can count along."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from crm.models import Deal, LossReason, Pipeline, take_back
from dashboards import kpis
from dashboards.engine import measure
from dashboards.jobs import update_figures
from dashboards.models import Measurement
from dashboards.periods import Period, PeriodKind
from teams.workdays import end_of_day
from tests import builders

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
UNTIL = end_of_day(date(2026, 12, 31), AMSTERDAM)


def at(day: int, month: int = 9, hour: int = 12) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=AMSTERDAM)


def figures(slug, team, month="2026-09", until=UNTIL):
    period = Period.parse(month)
    return {
        figure.dimension: figure
        for figure in measure(kpis.get(slug), [team], [period], until=until)
    }


def values(slug, team, month="2026-09", until=UNTIL):
    return {key: figure.value for key, figure in figures(slug, team, month, until).items()}


@pytest.fixture
def contact(stages):
    return str(stages[0].pk)


@pytest.fixture
def proposal(stages):
    return str(stages[1].pk)


@pytest.fixture
def service(team):
    return Pipeline.start(
        team, "Service", builders.STAGES, by=None, at=at(1, month=1), kind=Pipeline.Kind.SERVICE
    )


def move(deal, stage, *, by, at):
    return deal.move_to(stage, seen_in=deal.stage, by=by, at=at)


class TestStages:
    def test_a_visit_that_lasts_counts_for_as_long_as_it_has(
        self, team, pipeline, stages, anna, contact
    ):
        for day in (1, 1, 1):
            deal = builders.deal(pipeline, by=anna, at=at(day))
            move(deal, stages[1], by=anna, at=at(day + 4))
        builders.deal(pipeline, by=anna, at=at(1))

        stay = figures("time-in-stage", team)

        assert (stay[contact].value, stay[contact].n) == (4, 4)

    def test_the_middle_is_not_reached_while_more_than_half_still_stand_there(
        self, team, pipeline, stages, anna, contact
    ):
        for more in (2, None, None):
            deal = builders.deal(pipeline, by=anna, at=at(1))
            if more:
                move(deal, stages[1], by=anna, at=at(1 + more))

        assert values("time-in-stage", team)[contact] is None

    def test_lost_and_still_standing_deals_have_not_gone_on(
        self, team, pipeline, stages, anna, contact, proposal
    ):
        won, lost, standing = (builders.deal(pipeline, by=anna, at=at(1)) for _ in range(3))
        move(won, stages[1], by=anna, at=at(2))
        builders.won(won, by=anna, at=at(3))
        builders.lost(lost, by=anna, at=at(3))

        assert values("stage-conversion", team) == {
            "": Decimal("0.5"),
            contact: Decimal("0.3333333333"),
            proposal: 1,
        }
        assert standing.stage == stages[0]

    def test_who_comes_back_counts_once(self, team, pipeline, stages, anna, contact):
        deal = builders.deal(pipeline, by=anna, at=at(1))
        move(deal, stages[1], by=anna, at=at(2))
        move(deal, stages[0], by=anna, at=at(3))

        assert figures("stage-conversion", team)[contact].n == 1

    def test_what_happens_later_changes_no_share_of_the_past(
        self, team, pipeline, stages, anna, contact
    ):
        deal = builders.deal(pipeline, by=anna, at=at(1))
        move(deal, stages[1], by=anna, at=at(5, month=10))

        assert values("stage-conversion", team, "2026-09")[contact] == 0
        assert values("stage-conversion", team, "2026-10")[contact] == 1

    def test_a_move_that_is_undone_never_happened(self, team, pipeline, stages, anna, contact):
        deal = builders.deal(pipeline, by=anna, at=at(1))
        line = move(deal, stages[1], by=anna, at=at(5))
        take_back(line, by=anna, at=at(6))

        assert values("stage-conversion", team)[contact] == 0


class TestOutcomes:
    def test_lost_deals_can_no_longer_be_won(self, team, pipeline, anna):
        first = datetime(2026, 3, 2, 12, tzinfo=AMSTERDAM)
        lost, won, _open = (builders.deal(pipeline, by=anna, at=first) for _ in range(3))
        builders.lost(lost, by=anna, at=first + timedelta(days=10))
        builders.won(won, by=anna, at=first + timedelta(days=90))

        share = figures("win-rate-cohort", team)[""]

        assert (round(share.value, 4), share.n) == (Decimal("0.3333"), 3)

    def test_before_anybody_was_followed_for_90_days_nobody_knows(self, team, pipeline, anna):
        builders.deal(pipeline, by=anna, at=at(1))
        builders.won(builders.deal(pipeline, by=anna, at=at(1)), by=anna, at=at(9))

        assert values("win-rate-cohort", team, "2026-09") == {"": None}
        assert values("win-rate-cohort", team, "2026-12") == {"": Decimal("0.5")}

    def test_a_closing_counts_as_opened_again_in_its_own_period(self, team, pipeline, anna):
        again = builders.won(builders.deal(pipeline, by=anna, at=at(1)), by=anna, at=at(5))
        builders.won(builders.deal(pipeline, by=anna, at=at(1)), by=anna, at=at(6))
        again.reopen(seen_in=again.stage, by=anna, at=at(7, month=10))
        builders.lost(again, by=anna, at=at(9, month=10))

        assert values("reopened", team, "2026-09") == {"": Decimal("0.5")}
        assert values("reopened", team, "2026-10") == {"": 0}

    def test_a_closing_put_right_is_one_closing(self, team, pipeline, anna):
        deal = builders.won(builders.deal(pipeline, by=anna, at=at(1)), by=anna, at=at(5))
        builders.lost(deal, by=anna, at=at(6))

        closing = figures("reopened", team)[""]

        assert (closing.value, closing.n) == (0, 1)


class TestReasons:
    def test_one_reason_is_one_however_it_is_written(self, team, pipeline, anna):
        for reason in ("Too expensive", "too expensive", "No answer"):
            deal = builders.deal(pipeline, by=anna, at=at(1))
            builders.lost(deal, by=anna, at=at(2), reason=reason)

        reasons = figures("lost-reasons", team)
        named = kpis.get("lost-reasons").dimension.named(
            team, [figure for key, figure in reasons.items() if key]
        )

        assert reasons[""].value == 3
        assert [(label, figure.n) for label, figure in named] == [
            ("Too expensive", 2),
            ("No answer", 1),
        ]

    def test_an_imported_loss_without_a_reason_has_a_name_too(self, team, pipeline, anna):
        builders.lost(builders.deal(pipeline, by=anna, at=at(1)), by=anna, at=at(2))
        Deal.objects.update(loss_reason=None, is_imported=True)

        assert kpis.get("lost-reasons").dimension.labels(team)["-"] == "No reason given"
        assert values("lost-reasons", team) == {"": 1, "-": 1}

    def test_a_reason_that_a_period_no_longer_has_is_succeeded_by_nothing(
        self, team, pipeline, anna
    ):
        deal = builders.lost(builders.deal(pipeline, by=anna, at=at(1)), by=anna, at=at(2))
        update_figures(team, since=at(1), at=UNTIL)
        no_answer = builders.chosen(LossReason, team, "No answer")
        Deal.objects.filter(pk=deal.pk).update(loss_reason=no_answer)

        update_figures(team, since=at(1), at=UNTIL)

        rows = Measurement.objects.filter(
            kpi="lost-reasons", period_kind=PeriodKind.MONTH, start_on=date(2026, 9, 1)
        ).order_by("dimension", "revision")
        assert list(rows.values_list("dimension", "revision", "n", "superseded_at")) == [
            ("", 1, 1, None),
            ("no answer", 1, 1, None),
            ("too expensive", 1, 1, UNTIL),
            ("too expensive", 2, 0, None),
        ]
        assert [row.dimension for row in rows.current().broken_down()] == ["no answer"]

    def test_computing_again_changes_nothing(self, team, pipeline, anna):
        builders.lost(builders.deal(pipeline, by=anna, at=at(1)), by=anna, at=at(2))
        update_figures(team, since=at(1), at=UNTIL)
        Deal.objects.update(loss_reason=builders.chosen(LossReason, team, "No answer"))
        update_figures(team, since=at(1), at=UNTIL)
        before = list(Measurement.objects.order_by("pk").values())

        update_figures(team, since=at(1), at=UNTIL + timedelta(hours=1))

        assert list(Measurement.objects.order_by("pk").values()) == before


class TestService:
    def test_done_on_the_day_is_on_time_and_open_after_it_is_not(self, team, service, anna):
        for done in (at(10, hour=23), at(11, hour=0), None):
            deal = builders.deal(service, by=anna, at=at(1))
            deal.edit({"expected_close_on": date(2026, 9, 10)}, version=1, by=anna, at=at(1))
            if done:
                builders.won(deal, by=anna, at=done)

        due = figures("on-time", team)[""]

        assert (due.numerator, due.denominator) == (1, 3)

    def test_a_sale_is_no_request(self, team, pipeline, anna):
        deal = builders.deal(pipeline, by=anna, at=at(1))
        deal.edit({"expected_close_on": date(2026, 9, 10)}, version=1, by=anna, at=at(1))
        builders.won(deal, by=anna, at=at(5))

        assert values("on-time", team) == {"": None}
        assert values("first-time-right", team) == {"": None}

    def test_a_day_that_is_moved_moves_the_figures_of_both_days(self, team, service, anna):
        deal = builders.deal(service, by=anna, at=at(1))
        deal.edit({"expected_close_on": date(2026, 9, 10)}, version=1, by=anna, at=at(1))

        line = deal.edit(
            {"expected_close_on": date(2026, 11, 1)}, version=2, by=anna, at=at(1, month=10)
        )

        assert kpis.since_of(line) == at(10, hour=0)

    def test_what_comes_back_was_not_right_the_first_time(self, team, service, anna):
        right, wrong = (
            builders.won(builders.deal(service, by=anna, at=at(1)), by=anna, at=at(4))
            for _ in range(2)
        )
        wrong.reopen(seen_in=wrong.stage, by=anna, at=at(2, month=10))
        builders.won(wrong, by=anna, at=at(3, month=10))

        assert values("first-time-right", team, "2026-09") == {"": Decimal("0.5")}
        assert values("first-time-right", team, "2026-10") == {"": None}
        assert right.outcome == "won"
