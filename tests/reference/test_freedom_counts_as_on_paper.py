"""What a team buried, what that frees and who stepped in: by the engine, and once more on paper."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from agreements.models import Burial, Procedure
from dashboards import kpis
from dashboards.engine import measure
from dashboards.periods import Period
from tests import builders
from tests.reference.test_facts_add_up_to_their_figure import assert_they_add_up

pytestmark = pytest.mark.django_db

BEGUN = datetime(2026, 11, 2, tzinfo=UTC)
UNTIL = datetime(2026, 11, 25, 12, tzinfo=UTC)
WEEKS = list(Period.parse("2026-W45").through(Period.parse("2026-W48")))
SLUGS = {"procedures-buried", "hours-freed", "interventions"}


@dataclass(frozen=True)
class Life:
    """A procedure: after so many hours it was buried, lay there for as many, and so on."""

    hours: int
    steps: list[int]

    @property
    def stays(self) -> list[tuple[datetime, datetime | None]]:
        moments, at = [], BEGUN
        for step in self.steps:
            at += timedelta(hours=step)
            moments.append(at)
        ends = [*moments[1::2], *[None] * (len(moments) % 2)]
        return list(zip(moments[::2], ends, strict=True))


lives = st.builds(Life, st.integers(0, 20), st.lists(st.integers(1, 200), max_size=5))


def write(life: Life, number: int, by) -> None:
    """As the team does it, each at its moment."""
    made = builders.procedure(f"Report {number}", by=by, at=BEGUN)
    for buried_at, raised_at in life.stays:
        until = buried_at.date() + timedelta(days=30)
        made.try_without(kpis.get("deals-won"), until, "Why not", by=by, at=buried_at)
        made.bury("Farewell", Decimal(life.hours), by=by, at=buried_at)
        if raised_at:
            made.resurrect("We need it", by=by, at=raised_at)


def on_paper(slug: str, world: list[Life], week: Period, zone) -> float:
    start, cut = bounds(week, zone)
    stays = [(life.hours, *stay) for life in world for stay in life.stays]
    if slug == "procedures-buried":
        return sum(start <= buried < cut for _hours, buried, _raised in stays)
    lying = [
        hours
        for hours, buried, raised in stays
        if buried < cut and (raised is None or raised >= cut)
    ]
    return sum(lying)


def bounds(week: Period, zone) -> tuple[datetime, datetime]:
    return week.start(zone), min(week.next.start(zone), UNTIL)


@settings(
    max_examples=12,
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(world=st.lists(lives, max_size=5))
def test_in_any_world(world, anna) -> None:
    Burial.objects.all().delete()
    Procedure.objects.all().delete()
    for number, life in enumerate(world):
        write(life, number, anna)

    for slug in ("procedures-buried", "hours-freed"):
        for figure in measure(kpis.get(slug), [anna.team], WEEKS, until=UNTIL):
            expected = on_paper(slug, world, figure.period, anna.team.zone)
            assert float(figure.value) == expected, (slug, figure.period)
    assert_they_add_up(anna.team, WEEKS, UNTIL, SLUGS)


@pytest.mark.parametrize("steps", [[], [0], [1, 167, 168, 169], [300, 301, 590]])
def test_interventions_by_their_moment(steps, mia) -> None:
    for step in steps:
        builders.intervened(mia, at=BEGUN + timedelta(hours=step))

    for figure in measure(kpis.get("interventions"), [mia.team], WEEKS, until=UNTIL):
        start, cut = bounds(figure.period, mia.team.zone)
        assert figure.value == sum(start <= BEGUN + timedelta(hours=one) < cut for one in steps)
    assert_they_add_up(mia.team, WEEKS, UNTIL, SLUGS)


def test_what_is_dug_up_moves_no_figure_of_before(anna, now) -> None:
    made = builders.procedure(by=anna, at=now, is_on_trial=True)
    made.bury("Farewell", Decimal(6), by=anna, at=now)
    week, later = Period.parse("2026-W48"), now + timedelta(days=7)

    def told(until):
        return {
            slug: [one.value for one in measure(kpis.get(slug), [anna.team], [week], until=until)]
            for slug in ("procedures-buried", "hours-freed")
        }

    before = told(later)
    made.resurrect("We need it", by=anna, at=later)

    assert told(later + timedelta(days=1)) == before
    assert before == {"procedures-buried": [1], "hours-freed": [6]}


@pytest.mark.parametrize("sees_people", [True, False])
def test_both_are_told_of_what(anna, mia, now, sees_people) -> None:
    made = builders.procedure(by=anna, at=now, is_on_trial=True)
    made.bury("Farewell", Decimal(6), by=anna, at=now)
    done = builders.intervened(mia, at=now)

    def told(slug, pk):
        return kpis.get(slug).about.named(anna.team, [pk], sees_people=sees_people)[pk]

    assert told("hours-freed", made.pk).label == "Friday report"
    stepped_in = told("interventions", done.pk)
    assert (stepped_in.label, stepped_in.detail) == ("somebody’s safety", "23 November 2026")
