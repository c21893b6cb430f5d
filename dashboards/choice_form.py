"""Which figures the team steers by, as somebody ticks them."""

from datetime import datetime
from typing import Any, Self, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from dashboards import kpis
from dashboards.models import FigureChoice
from dashboards.models.choice import LONGEST_REASON
from teams.fields import LineField
from teams.models import Membership, Team

LARGEST = 2**31 - 1


class ChooseFigures(forms.Form):
    """The figures, and why these."""

    which = forms.MultipleChoiceField(
        label=gettext_lazy("We steer by"), widget=forms.CheckboxSelectMultiple
    )
    reason = LineField(
        label=gettext_lazy("Why these?"),
        max_length=LONGEST_REASON,
        help_text=gettext_lazy("It stands in every report, where everybody reads it."),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=LARGEST)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        which: Any = self.fields["which"]
        which.choices = [(kpi.slug, kpi.name) for kpi in kpis.standing_alone()]

    @classmethod
    def about(cls, team: Team) -> Self:
        """The choice as it stands; everything where there is none."""
        last = team.figure_choices.newest_first().first()
        chosen = last.kpis if last else [kpi.slug for kpi in kpis.standing_alone()]
        return cls(initial={"which": chosen, "seen": last.number if last else 0})

    def save(self, *, by: Membership, at: datetime) -> FigureChoice | None:
        """Keep what was filled in. Raises as `FigureChoice.objects.choose`."""
        filled = self.cleaned_data
        which = [kpis.get(slug) for slug in filled["which"]]
        return FigureChoice.objects.choose(
            which, reason=filled["reason"], seen=filled["seen"], by=by, at=at
        )

    def beside(self, team: Team, refusal: str) -> Self:
        """The same ticks beside the choice of somebody who was faster, to decide once more."""
        data = cast("QueryDict", self.data).copy()
        data["seen"] = str(team.figure_choices.latest("number").number)
        again = type(self)(data)
        again.add_error(None, refusal)
        return again
