"""What a figure was like before a debate began, kept as it was known then."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from dashboards.figures import Kpi
from dashboards.models import Measurement
from dashboards.periods import Period, PeriodKind
from dashboards.spc import Reason, baseline_of
from dashboards.xmr import Limits
from teams.models import Team

# Weeks. What a debate changes is looked for in weeks: a quarter has too few months to tell.
LONGEST = 26


@dataclass(frozen=True)
class Frozen:
    """The weeks before, and what is normal by them; or the reason why they bear no limits."""

    first: Period
    last: Period
    limits: Limits | None
    reason: Reason | None

    @classmethod
    def before(cls, kpi: Kpi, team: Team, day: date) -> "Frozen":
        """As it is known now of the half year before the week of this day."""
        last = Period.containing(PeriodKind.WEEK, day).previous
        first = last
        for _each in range(LONGEST - 1):
            first = first.previous
        rows = (
            Measurement.objects.current()
            .whole()
            .of(kpi, PeriodKind.WEEK)
            .filter(team=team, is_final=True, start_on__range=(first.first_day, last.first_day))
        )
        known = {row.start_on: row for row in rows}
        weeks = [known.get(week.first_day) for week in first.through(last)]
        borne = baseline_of(
            [None if row is None or row.value is None else float(row.value) for row in weeks],
            denominators=[row.n if row else None for row in weeks],
            kind=kpi.kind,
        )
        if isinstance(borne, Reason):
            return cls(first, last, None, borne)
        return cls(first, last, borne, None)

    def as_json(self) -> dict[str, Any]:
        return {
            "first": str(self.first),
            "last": str(self.last),
            "limits": asdict(self.limits) if self.limits else None,
            "reason": self.reason,
        }

    @classmethod
    def of_json(cls, kept: dict[str, Any]) -> "Frozen":
        return cls(
            Period.parse(kept["first"]),
            Period.parse(kept["last"]),
            Limits(**kept["limits"]) if kept["limits"] else None,
            Reason(kept["reason"]) if kept["reason"] else None,
        )
