"""How long we keep who a contact is, as people fill it in, and the word that ends it."""

from typing import Any, Self

from django import forms
from django.utils.translation import gettext_lazy

from crm.models import RetentionRule
from crm.models.retention import FEWEST_MONTHS, MOST_MONTHS

LARGEST = 2**31 - 1


class KeepContacts(forms.Form):
    """For how many months after the last contact, as seen in a version; 0 where there is none."""

    months = forms.IntegerField(
        label=gettext_lazy("Months after the last contact"),
        min_value=FEWEST_MONTHS,
        max_value=MOST_MONTHS,
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=LARGEST)

    @classmethod
    def about(cls, rule: RetentionRule | None, data: Any = None) -> Self:
        """The rule as it stands."""
        stands = {"months": rule.months, "seen": rule.version} if rule else {"seen": 0}
        return cls(data, initial=stands)

    def beside(self, rule: RetentionRule | None, refusal: str) -> Self:
        """The same number beside that of somebody who was faster, to decide once more."""
        seen = rule.version if rule else 0
        again = type(self)({**dict(self.data.items()), "seen": seen})
        again.add_error("months", refusal)
        return again


class Anonymise(forms.Form):
    """That those who were shown are anonymised, for good."""

    count = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=LARGEST)
    sure = forms.BooleanField(label=gettext_lazy("I know that this cannot be undone"))
