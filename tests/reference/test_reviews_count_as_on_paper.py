"""How many took part in reviews, counted by the engine and once more on paper."""

from datetime import UTC, datetime, timedelta

import pytest

from dashboards import kpis
from dashboards.engine import measure
from dashboards.figures import WHOLE
from dashboards.periods import Period
from reviews.models import Mode
from tests import reviewing

pytestmark = pytest.mark.django_db

# Mondays.
BEGUN = datetime(2026, 9, 7, 9, 0, tzinfo=UTC)
UNTIL = datetime(2026, 12, 21, 12, tzinfo=UTC)
WEEKS = list(Period.parse("2026-W37").through(Period.parse("2026-W50")))


def test_review_participation(team, anna, bram, other_team, carla):
    taking_part = {}
    for nth, (size, count) in enumerate([(6, 6), (6, 4), (5, 5)]):
        at = BEGUN + timedelta(weeks=4 * nth)
        for left in reviewing.grown(team, size, at=at)[size:]:
            left.leave(by=None, at=at)
        members = reviewing.members(team)
        made = reviewing.opened(by=members[0], at=at, mode=Mode.OPEN)
        for member in members[:count]:
            reviewing.written(made, member, at=at)
        made.run_out(at=at + reviewing.RELEASED)
        if size >= 6:
            taking_part[made.released_at] = count / size

    found = measure(kpis.get("review-participation"), [team, other_team], WEEKS, until=UNTIL)

    values = {
        (one.team_id, one.period.first_day): one.value and float(one.value)
        for one in found
        if one.dimension == WHOLE and one.value is not None
    }
    on_paper = {
        (team.pk, week.first_day): pytest.approx(share)
        for released, share in taking_part.items()
        for week in WEEKS
        if week.start(team.zone) <= released < week.next.start(team.zone)
    }
    assert len(on_paper) == 2
    assert values == on_paper
