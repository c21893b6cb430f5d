"""What people fill in on the ground floor."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth.password_validation import (
    password_validators_help_text_html,
    validate_password,
)
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from teams.fields import LineField
from teams.models import Invitation, Membership, Team, User
from teams.models.person import LANGUAGES
from teams.text import is_readable

LONGEST_NAME = 120
LONGEST_ADDRESS = 254
LONGEST_PASSWORD = 200


class ChooseTheme(forms.Form):
    theme = forms.ChoiceField(choices=[("", ""), ("light", ""), ("dark", "")], required=False)


class LeaveTeam(forms.Form):
    """That somebody leaves their team; whoever is the last one types its name."""

    name = LineField(
        label=gettext_lazy("The name of the team, as you read it here"), max_length=LONGEST_NAME
    )

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member, self.is_the_last = member, member.is_the_last
        if not self.is_the_last:
            del self.fields["name"]

    def clean_name(self) -> str:
        """The name, typed as it is called."""
        name: str = self.cleaned_data["name"]
        if name.casefold() != self.member.team.name.casefold():
            raise ValidationError(_("The team is called otherwise."))
        return name

    def save(self, *, at: datetime) -> None:
        """Leave. Raises TeamError."""
        self.member.step_out(dissolves=self.is_the_last, at=at)


class JoinTeam(forms.Form):
    """That somebody who is known here comes to a team; `leaving` is one that they leave for it."""

    leaving = forms.ModelChoiceField(
        Team.objects.none(),
        required=False,
        error_messages={
            "invalid_choice": gettext_lazy("You are not of that team. Look once more.")
        },
    )

    def __init__(self, *args: Any, invitation: Invitation, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["leaving"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Team.objects.of_member(person).exclude(pk=invitation.team_id).by_name()


class ChooseDemoPerson(forms.Form):
    person = forms.ModelChoiceField(User.objects.active().filter(is_staff=False))


class InvitePerson(forms.Form):
    """Whom to invite."""

    name = LineField(
        label=gettext_lazy("Name"),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=LONGEST_ADDRESS,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


class ComeIn(forms.Form):
    """Who somebody is who was invited: their name, and a password of their own."""

    name = LineField(
        label=gettext_lazy("Your name"),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Choose a password"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=password_validators_help_text_html,
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        name, password = self.cleaned_data.get("name", ""), self.cleaned_data.get("password")
        if password:
            self._check(password, User(email=self.email, name=name))
        return self.cleaned_data

    def _check(self, password: str, person: User) -> None:
        if not is_readable(password):
            self.add_error("password", _("Leave out the characters that cannot be read."))
            return
        try:
            validate_password(password, person)
        except ValidationError as refusal:
            self.add_error("password", refusal)


class Profile(forms.Form):
    """What somebody says about themselves."""

    name = LineField(
        label=gettext_lazy("Your name"),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=[("", gettext_lazy("Same as the browser")), *LANGUAGES],
        required=False,
    )
    is_reminded = forms.BooleanField(
        label=gettext_lazy("Remind me by mail of what waits for a word of mine"),
        help_text=gettext_lazy(
            "At most one mail a day, on working days, without a word of what was written."
        ),
        required=False,
    )

    @classmethod
    def of(cls, person: User) -> "Profile":
        said = {"name": person.name, "language": person.language}
        return cls(initial={**said, "is_reminded": person.is_reminded})


class Erase(forms.Form):
    """That somebody is erased, for good."""

    sure = forms.BooleanField(label=gettext_lazy("I know that this cannot be undone"))
