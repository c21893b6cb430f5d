"""Figures kept step by step, from lines that come late, equal those counted at once."""

from datetime import timedelta

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dashboards import kpis
from dashboards.engine import measure
from dashboards.jobs import draft, measure_team
from dashboards.models import Measurement
from dashboards.models.measurement import MEASURE
from dashboards.periods import Period, PeriodKind
from teams.models import Job
from tests.crm.days import Day
from tests.crm.days import delivery as delivery  # noqa: PLC0414 -- the fixtures
from tests.crm.days import other as other  # noqa: PLC0414

# What figures are counted from, and moved by.
MOVING = ("move", "lose", "reopen", "transfer", "edit", "step", "discard", "restore", "change_both")
# What is done, with which of the choices, whether it stays done; how many days ago it was, how
# many hours pass before, and how often the jobs of its lines run.
steps = st.tuples(
    st.sampled_from(MOVING),
    st.integers(0, 3),
    st.booleans(),
    st.integers(0, 24),
    st.integers(1, 90),
    st.integers(0, 3),
)


class Weeks(Day):
    """The work of a team through weeks and months, and its figures as the jobs keep them."""

    def __init__(self, pipeline, other, anna, bram, now):
        super().__init__(pipeline, other, anna, bram, now)
        self.team, self.today, self.times = anna.team, now, 1
        self.first = {kind: Period.containing(kind, now.date()) for kind in PeriodKind}
        self.drafted = {kind: each.previous for kind, each in self.first.items()}

    def go_on(self, until):
        """Let time pass, and let every period that closes on the way be drafted."""
        while (due := self.next_draft()).drafted_at(self.team.zone) <= until:
            self.today = due.drafted_at(self.team.zone)
            draft(at=self.today, team_id=self.team.pk, period=str(due))
            self.drafted[due.kind] = due
        self.today = until

    def next_draft(self):
        waiting = (last.next for last in self.drafted.values())
        return min(waiting, key=lambda period: period.drafted_at(self.team.zone))

    def do_late(self, deed, choice, stays, days_ago, hours, times):
        self.go_on(self.today + timedelta(hours=hours))
        self.at, self.times = max(self.at, self.today - timedelta(days=days_ago)), times
        self.do(deed, choice, seconds=60, stays=stays)
        self.run_jobs()

    def undo(self, line):
        self.run_jobs()  # not only when it is undone already
        return super().undo(line)

    def run_jobs(self):
        self.go_on(max(self.today, self.at + timedelta(minutes=1)))
        for _ in range(self.times):
            for job in Job.objects.filter(kind=MEASURE, state="due")[:1]:
                measure_team(at=self.today, **job.payload)

    def differences(self):
        """The figures of the periods that are over which are not what the facts say."""
        known = set(Measurement.objects.values_list("pk", flat=True))
        for kind, last in self.drafted.items():
            periods = list(self.first[kind].through(last))
            counted = [
                (kpi, measure(kpi, [self.team], periods, until=self.today))
                for kpi in kpis.all_kpis()
            ]
            Measurement.objects.keep(counted, at=self.today)
        return [str(row) for row in Measurement.objects.exclude(pk__in=known)]


@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(course=st.lists(steps, min_size=1, max_size=4))
def test_late_lines_and_late_jobs_change_nothing(pipeline, other, anna, bram, now, course):
    weeks = Weeks(pipeline, other, anna, bram, now)
    weeks.go_on(now + timedelta(days=24))

    for step in course:
        weeks.do_late(*step)
    weeks.times = 1
    weeks.run_jobs()

    assert weeks.differences() == []
