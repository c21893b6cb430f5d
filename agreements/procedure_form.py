"""What people fill in about a procedure: a new one, and each deed."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from agreements.models import Procedure, Shield
from agreements.models.procedure import LONGEST_NAME, MOST_HOURS, State
from agreements.models.terms import LONGEST
from dashboards import kpis
from teams.fields import DayField, LineField, NumberField
from teams.models import Membership


class HoursField(NumberField):
    """Hours of a month, to the quarter and finer."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=Decimal(0), max_value=MOST_HOURS, decimal_places=2, **kwargs)


class RegisterProcedure(forms.Form):
    """What it is called, why it was begun, and what it takes."""

    name = LineField(label=gettext_lazy("What is it called?"), max_length=LONGEST_NAME)
    purpose = LineField(label=gettext_lazy("Why was it begun?"), max_length=LONGEST)
    hours = HoursField(
        label=gettext_lazy("Hours a month"),
        help_text=gettext_lazy("Of all of us together; a guess will do."),
    )

    def save(self, *, by: Membership, at: datetime) -> Procedure:
        """Write it down. Raises as `Procedure.objects.register`."""
        return Procedure.objects.register(**self.cleaned_data, by=by, at=at)


class Deed(forms.Form):
    """Something that the team does about a procedure: its fields, and the verb that it calls."""

    label: Any = ""
    title: Any = ""

    def do(self, procedure: Procedure, *, by: Membership, at: datetime) -> None:
        """Call the verb. Raises ProcedureError."""
        raise NotImplementedError


class TryWithout(Deed):
    title = gettext_lazy("Try to do without it …")
    label = gettext_lazy("Begin the trial")
    until = DayField(
        label=gettext_lazy("Until when?"),
        help_text=gettext_lazy("Sixty days at most. Then it is done again, unless we bury it."),
    )
    guard = forms.ChoiceField(label=gettext_lazy("Which figure do we watch meanwhile?"))
    why = LineField(label=gettext_lazy("Why could we do without it?"), max_length=LONGEST)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        guard: Any = self.fields["guard"]
        guard.choices = [(kpi.slug, kpi.name) for kpi in kpis.standing_alone()]

    def do(self, procedure: Procedure, *, by: Membership, at: datetime) -> None:
        filled = self.cleaned_data
        guard = kpis.get(filled["guard"])
        procedure.try_without(guard, filled["until"], filled["why"], by=by, at=at)


class TakeUp(Deed):
    title = gettext_lazy("We need it after all …")
    label = gettext_lazy("Do it again")
    why = LineField(label=gettext_lazy("Why do we need it?"), max_length=LONGEST)

    def do(self, procedure: Procedure, *, by: Membership, at: datetime) -> None:
        procedure.take_up(self.cleaned_data["why"], by=by, at=at)


class Bury(Deed):
    title = gettext_lazy("Bury it …")
    label = gettext_lazy("Bury it")
    epitaph = LineField(
        label=gettext_lazy("What shall stand on its grave?"),
        max_length=LONGEST,
        help_text=gettext_lazy("What it was good for once, kindly."),
    )
    hours = HoursField(label=gettext_lazy("Hours a month that it gives back"))

    def do(self, procedure: Procedure, *, by: Membership, at: datetime) -> None:
        procedure.bury(self.cleaned_data["epitaph"], self.cleaned_data["hours"], by=by, at=at)


class Resurrect(Deed):
    title = gettext_lazy("Take it out of its grave …")
    label = gettext_lazy("Let it live again")
    why = LineField(label=gettext_lazy("Why has it to live again?"), max_length=LONGEST)

    def do(self, procedure: Procedure, *, by: Membership, at: datetime) -> None:
        procedure.resurrect(self.cleaned_data["why"], by=by, at=at)


# Each by the noun in its address, and in which state it can be done.
DEEDS: dict[str, type[Deed]] = {
    "trial": TryWithout,
    "burial": Bury,
    "return": TakeUp,
    "resurrection": Resurrect,
}
OPEN_IN = {
    State.ALIVE: ("trial",),
    State.ON_TRIAL: ("burial", "return"),
    State.BURIED: ("resurrection",),
}


def deeds_open_for(procedure: Procedure) -> list[str]:
    """What the team can do about it now."""
    return [] if procedure.shield else list(OPEN_IN[State(procedure.state)])


class Protect(forms.Form):
    """Why it is part of the frame, or that it is no longer; for whoever answers for the frame."""

    shield = forms.ChoiceField(
        label=gettext_lazy("Does law or safety ask for it?"),
        choices=Shield,
        required=False,
        widget=forms.RadioSelect,
    )

    def clean_shield(self) -> Shield:
        return Shield(self.cleaned_data["shield"])
