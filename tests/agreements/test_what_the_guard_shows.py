"""What the figure that is watched did during a trial, for whoever decides whether to bury."""

from datetime import timedelta

import pytest
import time_machine

from agreements.guarding import watched
from agreements.jobs import look_at_a_trial
from agreements.models import Procedure
from dashboards import kpis
from dashboards.models import Baseline
from dashboards.periods import Period
from teams import story
from teams.models import LogEntry
from tests import builders
from tests.agreements.test_procedures import registered, tried

BEFORE = [10, 12, 9, 11, 13, 10, 12, 8, 11, 12]
LONGER = [3, 5, 4, 4, 6, 5, 2, 3, 4, 6, 3, 5, 5, 4, 2, 3, 5, 6, 4, 4, 3]
BEGUN = Period.parse("2026-W48")  # the week of this Monday


@pytest.fixture
def trial(anna, now):
    return tried(registered(anna, now), anna, now, days=40)


def measured(team, now, before, during):
    first = BEGUN
    for _week in before:
        first = first.previous
    last = BEGUN
    for _week in during[1:]:
        last = last.next
    weeks = [*first.through(last)] if during else [*first.through(BEGUN.previous)]
    builders.measured(team, kpis.get("deals-won"), weeks, [*before, *during], at=now)


@pytest.mark.parametrize(
    ("before", "during", "says"),
    [
        (BEFORE, [], "No whole week"),
        (BEFORE[:3], [10, 11, 9, 12], "do not bear to say"),
        (BEFORE, [10, 11, 9, 12], "In all 4 whole weeks of the trial it stayed"),
        (BEFORE, [10], "stayed where it usually lies: 4.3 to 17.3. So few weeks say little yet."),
        (BEFORE, [10, 40, 0, 12], "Above it: 1, below it: 1."),
        (BEFORE, [40], "did not stay where it usually lies"),
    ],
)
def test_it_is_held_against_the_weeks_before(trial, team, now, before, during, says):
    measured(team, now, before, during)

    day = now.date() + timedelta(days=7 * len(during) + 3)

    assert says in watched(trial, day).told


def test_a_range_that_was_signed_before_decides(trial, team, anna, now):
    measured(team, now, [40, 0, 50, *LONGER], [8, 9])
    first = BEGUN
    for _week in LONGER:
        first = first.previous
    Baseline.sign(kpis.get("deals-won"), first, BEGUN.previous, by=anna, at=now, reason="Calm")

    seen = watched(trial, now.date() + timedelta(days=17))

    assert seen.usual == team.baselines.get().limits
    assert (seen.weeks, seen.above) == (2, sum(8 + n > seen.usual.upper for n in (0, 1)))


def test_a_week_counts_once_its_report_is_published(trial, team, now):
    measured(team, now, BEFORE, [10, 11])
    wednesday = now.date() + timedelta(days=9)

    assert watched(trial, wednesday).weeks == 0
    assert watched(trial, wednesday + timedelta(days=1)).weeks == 1


def test_nothing_is_watched_where_nothing_is_on_trial(anna, now):
    assert watched(registered(anna, now), now.date()) is None


def test_the_page_says_so_and_the_logbook_at_the_end(trial, anna, team, now):
    measured(team, now, BEFORE, [10, 40, 11, 12, 10])
    with time_machine.travel(now + timedelta(days=39), tick=False):
        shown = (
            builders.browser(anna.user)
            .get(f"/teams/rijnmond/procedures/{trial.pk}/")
            .content.decode()
        )
    assert "Above it: 1, below it: 0." in shown

    look_at_a_trial(at=now + timedelta(days=41), procedure_id=trial.pk, team_id=team.pk)

    line = LogEntry.objects.get(kind="agreements.procedure.trial_over")
    assert "In 1 of its 5 weeks" in story.line(line)
    assert Procedure.objects.get(pk=trial.pk).is_alive


def test_without_a_usual_range_the_logbook_says_no_more(trial, team, now):
    look_at_a_trial(at=now + timedelta(days=41), procedure_id=trial.pk, team_id=team.pk)

    line = LogEntry.objects.get(kind="agreements.procedure.trial_over")
    assert story.line(line).endswith("it is done again.")
