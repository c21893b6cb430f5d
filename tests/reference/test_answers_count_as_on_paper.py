"""How soon customers are answered, counted by the engine and once more on paper."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from crm.models import AnswerPromise, Deal, ResponseClock
from dashboards import kpis
from dashboards.engine import measure
from dashboards.periods import Period
from teams.workdays import is_public_holiday
from tests import builders
from tests.reference.counting import half_finished_by

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
UNTIL = datetime(2026, 11, 20, 12, tzinfo=UTC)
WEEKS = list(Period.parse("2026-W45").through(Period.parse("2026-W47")))
PROMISED = 4
# After so many hours somebody speaks: the customer or one of us.
WORDS = st.lists(st.tuples(st.integers(0, 60), st.booleans()), min_size=1, max_size=6)


def hours_of_work(began: datetime, ended: datetime, team) -> float:
    """Hour by hour, for moments that are whole hours."""
    hours = 0
    while began < ended:
        local = began.astimezone(team.zone)
        works = local.weekday() < 5 and not is_public_holiday("NL", local.date())
        hours += works and 9 <= local.hour < 17
        began += timedelta(hours=1)
    return float(hours)


def waits_on_paper(words):
    """When each wait began, and when it ended, if it did."""
    found, said, at = [], [], MONDAY
    for more, asks in words:
        at += timedelta(hours=more)
        said.append((at, asks))
    # Of what is said at the same moment, the question comes first.
    for at, asks in sorted(said, key=lambda one: (one[0], not one[1])):
        if asks and (not found or found[-1][1]):
            found.append([at, None])
        elif not asks and found and not found[-1][1]:
            found[-1][1] = at
    return found


def due(began: datetime, team) -> datetime:
    then = began
    while hours_of_work(began, then, team) < PROMISED:
        then += timedelta(hours=1)
    return then


def expected(waits, week, team):
    """The middle and the share of a week."""
    start, cut = week.start(team.zone), min(week.end(team.zone), UNTIL)
    cases = [
        (hours_of_work(began, min(ended or cut, cut), team), bool(ended and ended < cut))
        for began, ended in waits
        if start <= began < cut
    ]
    kept = [
        bool(ended and ended <= due(began, team))
        for began, ended in waits
        if start <= due(began, team) < cut
    ]
    return half_finished_by(cases), sum(kept) / len(kept) if kept else None


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(st.lists(WORDS, min_size=1, max_size=4))
def test_the_engine_counts_what_one_counts_on_paper(anna, pipeline, conversations):
    Deal.objects.all().delete()
    if not anna.team.answer_promises.exists():
        AnswerPromise.objects.make(
            PROMISED * 3600, reason="Why", seen=0, by=anna, at=MONDAY - timedelta(days=9)
        )
    for words in conversations:
        deal, at = builders.deal(pipeline, by=anna, at=MONDAY), MONDAY
        for more, asks in words:
            at += timedelta(hours=more)
            how = {"channel": "email", "direction": "in" if asks else "out"}
            builders.said(deal, by=anna, at=UNTIL, occurred_at=min(at, UNTIL), **how)
    waits = [wait for words in conversations for wait in waits_on_paper(words)]
    for week in WEEKS:
        for slug, figure in zip(
            ("first-response", "answered-in-time"), expected(waits, week, anna.team), strict=True
        ):
            (counted,) = measure(kpis.get(slug), [anna.team], [week], until=UNTIL)
            wanted = None if figure is None else pytest.approx(figure)
            value = counted.value
            assert (None if value is None else float(value)) == wanted, (slug, week)


def test_who_still_waits_counts_for_as_long_as_they_waited(anna, pipeline):
    for hours in (1, 2, None):
        deal = builders.deal(pipeline, by=anna, at=MONDAY)
        builders.said(deal, by=anna, at=UNTIL, occurred_at=MONDAY, channel="email")
        if hours:
            answered = {"channel": "email", "direction": "out"}
            at = MONDAY + timedelta(hours=hours)
            builders.said(deal, by=anna, at=UNTIL, occurred_at=at, **answered)
    (figure,) = measure(kpis.get("first-response"), [anna.team], WEEKS[:1], until=UNTIL)
    # With the one who waits left out it would be one hour.
    assert (figure.value, figure.n) == (Decimal(2), 3)
    assert ResponseClock.objects.waiting().count() == 1
