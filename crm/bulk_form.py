"""What becomes of many deals at once, as a person fills it in; what is left empty stays."""

import re
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.bulk import KEEP, MOST, BulkChange
from crm.custom import CustomForm
from crm.fields import ChosenField
from crm.forms import longest
from crm.models import Stage, Target
from crm.web import fields_about
from teams.fields import DayField, LineField
from teams.models import Team

NOBODY, DELETE = "none", "delete"
NUMBERS = re.compile(r"\d{1,9}(,\d{1,9})*")
AS_IT_IS = ("", gettext_lazy("Leave as it is"))


class NumbersField(LineField):
    """Which deals, by their numbers with commas between them."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not NUMBERS.fullmatch(text):
            raise forms.ValidationError(_("Choose the deals in the list once more."))
        numbers = [int(number) for number in text.split(",")]
        if len(numbers) > MOST:
            text = _("No more than %(most)s deals are changed at once.")
            raise forms.ValidationError(text % {"most": MOST})
        return numbers


class ChangeMany(CustomForm):
    """The same change for each of them."""

    deals = NumbersField()
    do = forms.ChoiceField(
        choices=[("change", "change"), (DELETE, DELETE)], widget=forms.HiddenInput, required=False
    )
    stage = forms.ChoiceField(label=gettext_lazy("Stage"), required=False)
    loss_reason = ChosenField(
        "loss-reasons", label=gettext_lazy("Reason, where they are lost"), required=False
    )
    owner = forms.ChoiceField(label=gettext_lazy("Looked after by"), required=False)
    next_step = LineField(
        label=gettext_lazy("Next step"), max_length=longest("next_step"), required=False
    )
    next_step_on = DayField(label=gettext_lazy("On"), required=False)
    expected_close_on = DayField(label=gettext_lazy("Expected"), required=False)
    tag = ChosenField("tags", label=gettext_lazy("One more tag"), required=False)
    source = ChosenField("sources", label=gettext_lazy("Source"), required=False)

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, fields_asked=fields_about(team, Target.DEAL), **kwargs)
        self.stages = {str(stage.pk): stage for stage in stages_of(team).select_related("pipeline")}
        members = team.memberships.current().select_related("user").order_by("user__name", "pk")
        self.people = {str(member.user_id): member.user for member in members}
        stage, owner = self.fields["stage"], self.fields["owner"]
        assert isinstance(stage, forms.ChoiceField)
        assert isinstance(owner, forms.ChoiceField)
        stage.choices = [AS_IT_IS, *_named(self.stages)]
        owner.choices = [
            AS_IT_IS,
            (NOBODY, _("Nobody yet")),
            *((key, user.name) for key, user in self.people.items()),
        ]

    def clean(self) -> dict[str, Any]:
        if not self.errors:
            for name, sentence in self.change().faults().items():
                self.add_error(name or None, sentence)
        return self.cleaned_data

    def change(self) -> BulkChange:
        """The change, of a form that is valid."""
        asked = self.cleaned_data
        if asked["do"] == DELETE:
            return BulkChange(delete=True)
        owner = asked["owner"]
        return BulkChange(
            stage=self.stages.get(asked["stage"]),
            loss_reason=asked["loss_reason"],
            owner=self.people.get(owner) if owner else KEEP,
            facts=self._facts(),
            tag=asked["tag"],
            next_step=asked["next_step"],
            next_step_on=asked["next_step_on"],
        )

    def _facts(self) -> dict[str, Any]:
        facts = {name: self.cleaned_data[name] for name in ("source", "expected_close_on")}
        facts["custom"] = {
            key: value for key, value in self.custom().items() if value not in (None, "", [])
        }
        return {name: value for name, value in facts.items() if value}


def stages_of(team: Team) -> models.QuerySet[Stage]:
    """Where the deals of a team can go, in the order of its processes."""
    there = Stage.objects.of_team(team).living().filter(pipeline__archived_at__isnull=True)
    return there.in_process_order()


def _named(stages: dict[str, Stage]) -> list[tuple[str, str]]:
    """The stages by their names, with the process where there are more."""
    several = len({stage.pipeline_id for stage in stages.values()}) > 1
    return [
        (key, f"{stage.pipeline.name}: {stage.name}" if several else stage.name)
        for key, stage in stages.items()
    ]
