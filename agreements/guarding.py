"""What the figure that is watched did in the trial of a procedure, against where it usually lies.

Where it usually lies is the range that the team signed before the trial, or else that of the weeks
before it; a figure within it moves as it always did. Whole weeks of the trial count, and no others.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.models import Procedure
from dashboards import kpis, series, spc
from dashboards.figures import Kpi
from dashboards.models import Baseline
from dashboards.periods import Period, PeriodKind
from dashboards.writing import show
from dashboards.xmr import Limits, Side

# Under so many weeks a figure that stays where it was says little.
FEW = 4
ONE_DAY = timedelta(days=1)
# A week is published on the Wednesday after it; the day after that whoever reads may know it.
UNTIL_PUBLISHED = timedelta(days=3)


@dataclass(frozen=True)
class Watched:
    """Of how many weeks of the trial with a figure how many lay above or below the usual range.

    `usual` is None where the weeks before bear no range.
    """

    kpi: Kpi
    usual: Limits | None
    weeks: int
    above: int = 0
    below: int = 0

    @property
    def told(self) -> str:
        """That in sentences; a figure that stayed where it was is told no more loudly."""
        if not self.weeks:
            return _("No whole week of the trial is over yet.")
        if self.usual is None:
            return _("The weeks before the trial do not bear to say where it usually lies.")
        little = [_("So few weeks say little yet.")] if self.weeks < FEW else []
        return " ".join([self._sentence(self.usual), *little])

    def _sentence(self, usual: Limits) -> str:
        write = show(self.kpi.unit)
        low, high = spc.expected_range(usual, 0, self.kpi.ceiling)
        words = {"weeks": self.weeks, "low": write(low), "high": write(high)}
        if not self.above and not self.below:
            return (
                ngettext(
                    "In the one whole week of the trial it stayed where it usually lies: %(low)s to"
                    " %(high)s.",
                    "In all %(weeks)d whole weeks of the trial it stayed where it usually lies:"
                    " %(low)s to %(high)s.",
                    self.weeks,
                )
                % words
            )
        return ngettext(
            "In the one whole week of the trial it did not stay where it usually lies: %(low)s to"
            " %(high)s. Above it: %(above)d, below it: %(below)d.",
            "In %(weeks)d whole weeks of the trial it did not always stay where it usually lies:"
            " %(low)s to %(high)s. Above it: %(above)d, below it: %(below)d.",
            self.weeks,
        ) % {**words, "above": self.above, "below": self.below}

    @property
    def facts(self) -> dict[str, int]:
        """What the logbook keeps of it."""
        return {"weeks": self.weeks, "above": self.above, "below": self.below}


def watched(procedure: Procedure, day: date) -> Watched | None:
    """What the guard has shown by this day; None where nothing is on trial."""
    if procedure.trial_from is None or procedure.trial_until is None:
        return None
    kpi, team = kpis.get(procedure.guard), procedure.team
    # The same for everybody who reads it, so no week before its report is published to all.
    told_on = min(day - UNTIL_PUBLISHED, procedure.trial_until + ONE_DAY)
    last = Period.containing(PeriodKind.WEEK, told_on).previous
    signed = list(team.baselines.current().of(kpi, PeriodKind.WEEK))
    seen = series.of_one(kpi, team, last, signed)
    # A week in the middle of which the trial begins is of neither side.
    before = [at for at, week in enumerate(seen.periods) if week.last_day < procedure.trial_from]
    during = [at for at, week in enumerate(seen.periods) if week.first_day >= procedure.trial_from]
    usual = _usual(seen, before, signed, procedure.trial_from)
    figures = [(seen.values[at], seen.cases[at]) for at in during]
    told = [(value, cases) for value, cases in figures if value is not None]
    sides = [usual.of(cases).outside(value) for value, cases in told] if usual else []
    return Watched(kpi, usual, len(told), sides.count(Side.UP), sides.count(Side.DOWN))


def _usual(
    seen: series.Series, before: list[int], signed: list[Baseline], begun: date
) -> Limits | None:
    for baseline in signed:
        if baseline.last.last_day < begun:
            return baseline.limits
    found = spc.baseline_of(
        [seen.values[at] for at in before],
        denominators=[seen.cases[at] for at in before],
        kind=seen.kpi.kind,
        is_share=seen.kpi.is_share,
    )
    return found if isinstance(found, Limits) else None
