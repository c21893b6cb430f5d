"""The facts listed behind a figure add up to it, whatever the KPI, the period or the part."""

from collections.abc import Callable
from datetime import timedelta
from statistics import median

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from crm.models import AnswerPromise, Deal, OpenSpell, Pipeline
from dashboards import kpis
from dashboards.engine import measure
from dashboards.facts import Counts, Fact, behind
from dashboards.figures import Kpi, Unit
from dashboards.periods import Period
from dashboards.spc import Kind
from teams.models import Membership, Team
from tests import builders
from tests.reference.counting import come_to, half_finished_by
from tests.reference.test_engine_counts_as_on_paper import (
    MONTHS,
    UNTIL,
    WEEKS,
    lives,
    members,  # noqa: F401
    processes,  # noqa: F401
    write,
)

pytestmark = pytest.mark.django_db


def amounts(_kpi: Kpi, facts: list[Fact]) -> float:
    return float(sum(1 if fact.amount is None else fact.amount for fact in facts))


def share(kpi: Kpi, facts: list[Fact]) -> float | None:
    if len(facts) < max(kpi.least, 1):
        return None
    if kpi.unit is Unit.SCORE:
        return amounts(kpi, facts) / len(facts)
    return sum(fact.counts is Counts.ABOVE for fact in facts) / len(facts)


def middle(_kpi: Kpi, facts: list[Fact]) -> float | None:
    return median(fact.length or 0 for fact in facts) if facts else None


def stock(kpi: Kpi, facts: list[Fact]) -> float | None:
    return share(kpi, facts) if kpi.unit is Unit.SHARE else amounts(kpi, facts)


ENDS = {Counts.ABOVE: "won", Counts.LATE: "won", Counts.BELOW: "lost", Counts.LASTING: ""}


def survival(kpi: Kpi, facts: list[Fact]) -> float | None:
    if kpi.outcome:
        cases = [(fact.length or 0, ENDS[fact.counts]) for fact in facts]
        return come_to(cases, "won", kpi.horizon)
    return half_finished_by([(fact.length or 0, fact.counts is Counts.WHOLE) for fact in facts])


ADDED_UP: dict[Kind, Callable[[Kpi, list[Fact]], float | None]] = {
    Kind.FLOW: amounts,
    Kind.RATIO: share,
    Kind.DURATION: middle,
    Kind.STOCK: stock,
    Kind.SURVIVAL: survival,
    Kind.COHORT: share,
}


def assert_they_add_up(team: Team, periods: list[Period], until, slugs: set[str]) -> None:
    for kpi in kpis.all_kpis():
        if kpi.slug not in slugs:
            continue
        for figure in measure(kpi, [team], periods, until=until):
            found = behind(kpi, team, figure.period, dimension=figure.dimension, until=until)
            facts = found.facts()
            counted = [fact for fact in facts if fact.counts is not Counts.LEFT_OUT]
            made = figure.numerator if kpi.per else figure.value
            value = None if made is None else pytest.approx(float(made))
            told = (kpi.slug, figure.period, figure.dimension)
            assert found.figure == figure, told
            assert (len(counted), len(facts)) == (figure.n, found.count), told
            if not (kpi.per and made is None):
                assert ADDED_UP[kpi.kind](kpi, counted) == value, told


ANSWERS = {"first-response", "answered-in-time"}
SLUGS = {kpi.slug for kpi in kpis.all_kpis()} - ANSWERS


@settings(
    max_examples=4,
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(world=st.lists(lives, min_size=4, max_size=20))
def test_in_any_world(
    world: list[dict],
    team: Team,
    processes: list[Pipeline],  # noqa: F811
    members: list[Membership],  # noqa: F811
) -> None:
    Deal.objects.all().delete()
    for number, life in enumerate(world, start=1):
        write(life, processes[life["process"]], number)
    OpenSpell.objects.tell(Deal.objects.all())

    assert_they_add_up(team, MONTHS[-2:], UNTIL, SLUGS)
    assert_they_add_up(team, WEEKS[-2:], UNTIL, SLUGS)


def test_of_those_who_wait_for_an_answer(anna, pipeline, now) -> None:
    monday = now - timedelta(days=14)
    AnswerPromise.objects.make(4 * 3600, reason="Why", seen=0, by=anna, at=monday)
    for hours in (1, 2, 6, 50, None):
        deal = builders.deal(pipeline, by=anna, at=monday)
        builders.said(deal, by=anna, at=now, occurred_at=monday, channel="email")
        if hours:
            answered = {"channel": "email", "direction": "out"}
            at = monday + timedelta(hours=hours)
            builders.said(deal, by=anna, at=now, occurred_at=at, **answered)
    weeks = list(Period.parse("2026-W45").through(Period.parse("2026-W47")))

    assert_they_add_up(anna.team, weeks, now, ANSWERS)
    facts = behind(kpis.get("first-response"), anna.team, weeks[1], until=now).facts()
    assert [fact.counts for fact in facts].count(Counts.LASTING) == 1
