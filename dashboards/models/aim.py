"""What a team may want of one of its figures: an aim, and what keeps one from being put."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.figures import Kpi
from dashboards.periods import Period, PeriodKind
from teams.refusals import Refusal, Stale

LONGEST = 300
DIGITS, PLACES = 16, 4
MOST_PERIODS = {PeriodKind.WEEK: 53, PeriodKind.MONTH: 12}


class ObjectiveError(Refusal):
    """The objective refuses; the message is fit to show the person who asked."""


class StaleObjective(ObjectiveError, Stale):  # noqa: N818
    """Somebody else was faster; nothing was written."""


class Sense(models.TextChoices):
    LEAST = "least", gettext_lazy("at least")
    MOST = "most", gettext_lazy("at most")


class Reference(models.TextChoices):
    """By what the team holds its aim to be a good one."""

    OWN = "own", gettext_lazy("our own past")
    TEAMS = "teams", gettext_lazy("other teams")
    OUTSIDE = "outside", gettext_lazy("something outside: a law, a promise, another company")


@dataclass(frozen=True)
class Aim:
    """What is wanted: the middle of the figures of these periods, at least or at most so much.

    `target` is in the KPI's own unit, a share from 0 to 1. `why` says why this is a good aim, and
    of a reference outside what it is.
    """

    kpi: Kpi
    first: Period
    last: Period
    sense: Sense
    target: Decimal
    reference: Reference
    why: str

    def refuse_out_of_reach(self) -> None:
        """Raise ObjectiveError for what the figure can never be, or one that is read in parts."""
        if self.kpi.is_detail:
            raise ObjectiveError(_("This figure is read in its parts; choose another one."))
        highest = self.kpi.ceiling
        if self.target < 0 or (highest is not None and self.target > highest):
            raise ObjectiveError(_("This figure can never be that."))

    def refuse_out_of_time(self, answer_by: date) -> None:
        """Raise ObjectiveError for periods that are over before all can answer, or too many."""
        if self.first.kind is not self.last.kind or self.last < self.first:
            raise ObjectiveError(_("An objective begins before it ends."))
        if self.last.last_day <= answer_by:
            raise ObjectiveError(_("It would be over before all of us can answer."))
        if len(list(self.first.through(self.last))) > MOST_PERIODS[self.first.kind]:
            raise ObjectiveError(_("An objective is for a year at most."))
