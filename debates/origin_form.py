"""What a team fills in to say from which decision something comes that it changed."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from debates.links import name_of
from debates.models import Changed, Experiment, Origin
from debates.models.origin import began_on, team_of
from teams.models import Membership


class Decision(forms.ModelChoiceField):
    """One of the decisions, in words."""

    def label_from_instance(self, obj: Any) -> str:
        return name_of(obj)


class NameOrigin(forms.Form):
    """Which decision stands behind a change; none where the team took none before it."""

    decision = Decision(
        queryset=Experiment.objects.none(),
        label=gettext_lazy("Which decision does it come from?"),
        empty_label=gettext_lazy("From none of a debate"),
        required=False,
    )

    def __init__(self, *args: Any, changed: Changed, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.changed = changed
        field: Any = self.fields["decision"]
        field.queryset = decisions_before(changed)
        if not self.is_bound:
            self.initial.setdefault("decision", self._known)

    @property
    def has_choice(self) -> bool:
        """Whether anything had been decided before it."""
        field: Any = self.fields["decision"]
        return bool(field.queryset.exists())

    @property
    def _known(self) -> int | None:
        origin = Origin.objects.of(self.changed).first()
        return origin.experiment_id if origin else None

    def save(self, *, by: Membership, at: datetime) -> None:
        """Write it down. Raises DebateError."""
        Origin.objects.say(self.changed, self.cleaned_data["decision"], by=by, at=at)


def decisions_before(changed: Changed) -> Any:
    """What had been decided when this was changed; nothing for what is done as ever."""
    day = began_on(changed)
    if day is None:
        return Experiment.objects.none()
    return Experiment.objects.taken_by(team_of(changed), day)
