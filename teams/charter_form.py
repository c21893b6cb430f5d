"""The charter as people fill it in: the team its part, and a manager the frame."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from teams.charters import MONEY, NAMES
from teams.currencies import CURRENCIES
from teams.fields import LineField, NumberField, ParagraphsField
from teams.models import (
    CharterVersion,
    CharterWords,
    Frame,
    FrameWords,
    ManagerLink,
    Membership,
)
from teams.models.charter import LONGEST_LINE, LONGEST_TEXT, WORDS
from teams.models.consent import LONGEST_REASON
from teams.models.frame import CLAUSES

# Numbers of versions, far beyond what any team comes to.
MOST_NUMBER = 2**31 - 1


class _TextField(ParagraphsField):
    """A part of the charter, which may stay empty."""

    def __init__(self, **kwargs: Any) -> None:
        box = forms.Textarea(attrs={"rows": 4})
        super().__init__(max_length=LONGEST_TEXT, required=False, widget=box, **kwargs)


class _Seen(forms.Form):
    """Carries the number of what was on screen, so that nobody overwrites what they did not see."""

    seen = forms.IntegerField(min_value=0, max_value=MOST_NUMBER, widget=forms.HiddenInput)


class ProposeCharter(_Seen):
    """What we say of ourselves."""

    purpose = LineField(
        label=NAMES["purpose"],
        max_length=LONGEST_LINE,
        help_text=gettext_lazy("In one sentence: what would be missing without us?"),
    )
    customers = LineField(label=NAMES["customers"], max_length=LONGEST_LINE)
    offer = LineField(
        label=NAMES["offer"],
        max_length=LONGEST_LINE,
        help_text=gettext_lazy("What lies outside is not ours; the number is that of our goal."),
    )
    ways = _TextField(label=NAMES["ways"])
    domains = _TextField(
        label=NAMES["domains"],
        help_text=gettext_lazy("What anybody decides alone, what two do, and what all of us do."),
    )
    why = LineField(label=gettext_lazy("Why do we want this?"), max_length=LONGEST_REASON)

    @classmethod
    def about(cls, agreed: CharterVersion | None) -> ProposeCharter:
        """The form, filled in with what is in force."""
        words: dict[str, Any] = vars(agreed.words) if agreed else {}
        return cls(initial={**words, "seen": agreed.number if agreed else 0})

    def save(self, *, by: Membership, at: datetime) -> CharterVersion:
        """Put it before the team. Raises CharterError."""
        filled = self.cleaned_data
        words = CharterWords(**{name: filled[name] for name in WORDS})
        return CharterVersion.objects.propose(
            words, filled["why"], seen=filled["seen"], by=by, at=at
        )


class AnnounceFrame(_Seen):
    """What management sets around the work of the team."""

    law = _TextField(
        label=CLAUSES["law"],
        help_text=gettext_lazy("What law and safety ask of the team."),
    )
    budget = _TextField(label=CLAUSES["budget"])
    brand = _TextField(label=CLAUSES["brand"])
    limit = NumberField(
        label=MONEY,
        min_value=0,
        decimal_places=2,
        required=False,
        help_text=gettext_lazy("So much the team decides about by itself, each time."),
    )
    currency = forms.ChoiceField(
        label=gettext_lazy("Currency"),
        choices=[(code, code) for code in CURRENCIES],
        initial=CURRENCIES[0],
    )
    why = LineField(label=gettext_lazy("Why does it change?"), max_length=LONGEST_REASON)

    @classmethod
    def about(cls, newest: Frame | None) -> AnnounceFrame:
        """The form, filled in with what holds."""
        words: dict[str, Any] = vars(newest.words) if newest else {}
        return cls(initial={**words, "seen": newest.number if newest else 0})

    def save(self, *, by: Membership | ManagerLink, at: datetime) -> Frame:
        """Tell the team of it. Raises CharterError."""
        filled = dict(self.cleaned_data)
        why, seen = filled.pop("why"), filled.pop("seen")
        return Frame.objects.announce(FrameWords(**filled), why, seen=seen, by=by, at=at)
