"""How a team keeps its agreements, counted by the engine and once more on paper."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from agreements.models import Agreement, Fate, Occurrence, State, Terms
from agreements.models.terms import AgreementVersion
from dashboards import kpis
from dashboards.engine import measure
from dashboards.periods import Period

pytestmark = pytest.mark.django_db

BEGUN = datetime(2026, 10, 26, 8, tzinfo=UTC)
UNTIL = datetime(2026, 11, 25, 12, tzinfo=UTC)
WEEKS = list(Period.parse("2026-W45").through(Period.parse("2026-W48")))


@dataclass(frozen=True)
class Promise:
    """First due so many days after the first Monday; moved, and done so many days later or not."""

    first: int
    moved: int
    done: int | None
    fate: str


promises = st.builds(
    Promise,
    first=st.integers(0, 27),
    moved=st.sampled_from([0, 0, 0, 3, 9]),
    done=st.one_of(st.none(), st.integers(-3, 12)),
    fate=st.sampled_from([Fate.KEPT, Fate.KEPT, Fate.BROKEN, Fate.RELEASED, Fate.UPCOMING]),
)


def day_of(promise: Promise) -> date:
    return date(2026, 11, 2) + timedelta(days=promise.first)


def write(promise: Promise, by) -> None:
    """Straight into the tables: on paper nobody asks how it came about."""
    is_open = promise.fate == Fate.UPCOMING
    agreement = Agreement.objects.create(
        team=by.team, kind="bilateral", state=State.ACTIVE if is_open else State.RETIRED, in_force=1
    )
    due_on = day_of(promise) + timedelta(days=promise.moved)
    terms = Terms("", "I call", "It is seen", due_on)
    day = date(2026, 10, 26)
    AgreementVersion.write(agreement, 1, terms, by=by.user, day=day, at=BEGUN)
    done = None if promise.done is None or is_open else day_of(promise) + timedelta(promise.done)
    Occurrence.objects.create(
        team=by.team,
        agreement=agreement,
        number=1,
        state=promise.fate,
        due_on=due_on,
        first_due_on=day_of(promise),
        renegotiations=bool(promise.moved),
        clock_on=due_on if is_open else None,
        done_on=done,
        done_by=by.user if done else None,
        settled_at=None if is_open else UNTIL,
    )


def on_paper(world: list[Promise], week: Period) -> dict[str, float | None]:
    """Of what came to a verdict: how much was kept by its first day, how much was moved."""
    days = {week.first_day + timedelta(days=number) for number in range(7)}
    cases = [
        one
        for one in world
        if one.fate in {Fate.KEPT, Fate.BROKEN}
        and day_of(one) in days
        and day_of(one) < date(2026, 11, 25)
    ]
    if not cases:
        return {"agreements-kept": None, "agreements-moved": None}
    kept = [one.fate == Fate.KEPT and (one.done is None or one.done <= 0) for one in cases]
    return {
        "agreements-kept": sum(kept) / len(cases),
        "agreements-moved": sum(one.moved > 0 for one in cases) / len(cases),
    }


@settings(
    max_examples=12,
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(world=st.lists(promises, max_size=14))
def test_in_any_world(world, anna) -> None:
    Occurrence.objects.all().delete()
    for promise in world:
        write(promise, anna)

    for slug in ("agreements-kept", "agreements-moved"):
        for figure in measure(kpis.get(slug), [anna.team], WEEKS, until=UNTIL):
            expected = on_paper(world, figure.period)[slug]
            value = None if figure.value is None else float(figure.value)
            assert value == (None if expected is None else pytest.approx(expected, abs=1e-4)), slug


def test_a_manager_is_told_how_many_and_not_which(anna) -> None:
    write(Promise(0, 0, 0, Fate.KEPT), anna)
    kpi = kpis.get("agreements-kept")
    keys = list(Occurrence.objects.values_list("pk", flat=True))

    told = kpi.about.named(anna.team, keys, sees_people=True)

    assert [one.label for one in told.values()] == ["I call"]
    assert kpi.about.named(anna.team, keys, sees_people=False) == {}
