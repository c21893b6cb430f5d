"""Roles as people fill them in: a new one, who is proposed, and what ends one."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from teams.fields import LineField, ParagraphsField
from teams.models import Membership, Role, Team, User
from teams.models.consent import LONGEST_REASON
from teams.models.role import LONGEST_LINE, LONGEST_NAME, LONGEST_TEXT, MOST_MONTHS
from teams.roles import Seen


class BeginRole(forms.Form):
    """How it is called, what it is for, and what it looks after."""

    name = LineField(
        label=gettext_lazy("How is the role called?"),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("Looks after the board")}),
    )
    purpose = LineField(label=gettext_lazy("What is it for?"), max_length=LONGEST_LINE)
    accountabilities = ParagraphsField(
        label=gettext_lazy("What does it look after?"),
        max_length=LONGEST_TEXT,
        help_text=gettext_lazy("Things, and no people: nobody of us has a say over another."),
    )

    def save(self, *, by: Membership, at: datetime) -> Role:
        """Write it down. Raises RoleError."""
        return Role.objects.begin(**self.cleaned_data, by=by, at=at)


class Deed(forms.Form):
    """Something that somebody does about a role: its fields, and the verb that it calls."""

    label: Any = ""
    title: Any = ""

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose_from(team)

    def choose_from(self, team: Team) -> None:
        """Let the fields offer what there is."""

    def do(self, role: Role, *, by: Membership, at: datetime) -> None:
        """Call the verb. Raises RoleError."""
        raise NotImplementedError


class Nominate(Deed):
    title = gettext_lazy("Propose somebody for it …")
    label = gettext_lazy("Propose them")
    person = forms.ModelChoiceField(label=gettext_lazy("Whom?"), queryset=User.objects.none())
    months = forms.IntegerField(
        label=gettext_lazy("For how many months?"),
        min_value=1,
        max_value=MOST_MONTHS,
        initial=MOST_MONTHS,
    )
    why = LineField(
        label=gettext_lazy("Why them?"),
        max_length=LONGEST_REASON,
        help_text=gettext_lazy("All of us read it, with your name."),
    )

    def choose_from(self, team: Team) -> None:
        field: Any = self.fields["person"]
        field.queryset = team.people()

    def do(self, role: Role, *, by: Membership, at: datetime) -> None:
        said = self.cleaned_data
        role.nominate(said["person"], said["months"], said["why"], by=by, at=at)


class LayDown(Deed):
    label = gettext_lazy("Lay it down")

    def do(self, role: Role, *, by: Membership, at: datetime) -> None:
        role.lay_down(by=by, at=at)


class Close(Deed):
    title = gettext_lazy("We need it no longer …")
    label = gettext_lazy("Close it")
    why = LineField(label=gettext_lazy("Why not?"), max_length=LONGEST_REASON)

    def do(self, role: Role, *, by: Membership, at: datetime) -> None:
        role.close(self.cleaned_data["why"], by=by, at=at)


# Each by the noun in its address.
DEEDS: dict[str, type[Deed]] = {"nomination": Nominate, "resignation": LayDown, "closing": Close}


def deeds_open_to(member: Membership, seen: Seen) -> list[str]:
    """What this member can do about it now."""
    if seen.role.closed_at:
        return []
    nominate = [] if seen.asked else ["nomination"]
    lay_down = ["resignation"] if seen.held and seen.held.person_id == member.user_id else []
    close = [] if seen.asked or seen.held else ["closing"]
    return [*nominate, *lay_down, *close]
