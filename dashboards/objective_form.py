"""An objective as people fill it in, and what they say to one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from dashboards import objectives
from dashboards.figures import Kpi
from dashboards.models import Aim, Objective, Reference, Sense
from dashboards.models.aim import LONGEST, MOST_PERIODS
from dashboards.periods import Period, PeriodKind
from dashboards.range_form import ChooseStretch
from teams.fields import LineField, NumberField
from teams.models import Membership

# Percent to two decimals are a share to four, and what is measured otherwise has no more.
DECIMALS = 2
# For so many periods something is wanted unless somebody says otherwise.
A_QUARTER = {PeriodKind.WEEK: 13, PeriodKind.MONTH: 3}


def periods_ahead(now: Period) -> list[Period]:
    """The periods for which something can be wanted: this one, and those of a year."""
    periods = [now]
    for _each in range(MOST_PERIODS[now.kind] - 1):
        periods.append(periods[-1].next)
    return periods


class SetObjective(ChooseStretch):
    """What we want of this figure: how much, from when to when, and why."""

    sense = forms.ChoiceField(
        label=gettext_lazy("We want"), choices=Sense, widget=forms.RadioSelect
    )
    target = NumberField(label=gettext_lazy("The number"), min_value=0, decimal_places=DECIMALS)
    reference = forms.ChoiceField(
        label=gettext_lazy("Measured by"), choices=Reference, widget=forms.RadioSelect
    )
    why = LineField(
        label=gettext_lazy("Why do we want this?"),
        max_length=LONGEST,
        help_text=gettext_lazy("Of something outside: what it is, and where it can be read."),
    )

    field_order = ("sense", "target", "first", "last", "reference", "why")

    def __init__(
        self, *args: Any, kpi: Kpi, by: Membership, among: Sequence[Period], **kwargs: Any
    ) -> None:
        super().__init__(*args, among=among, **kwargs)
        self.kpi, self.by = kpi, by
        self.fields["target"].help_text = objectives.how_it_counts(kpi, kpi.unit_for(by.team))
        self.fields["last"].initial = str(among[A_QUARTER[among[0].kind] - 1])

    def propose(self, *, at: datetime) -> Objective:
        """Put it before the team. Raises as `Objective.objects.propose`."""
        filled = self.cleaned_data
        aim = Aim(
            self.kpi,
            filled["first"],
            filled["last"],
            Sense(filled["sense"]),
            objectives.typed(self.kpi, filled["target"]),
            Reference(filled["reference"]),
            filled["why"],
        )
        return Objective.objects.propose(aim, by=self.by, at=at)
