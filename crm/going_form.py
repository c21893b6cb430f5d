"""Which customers go with a part of the team, as somebody ticks them in the list."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.models.crossing import Customer
from teams.fields import LineField

KEY = re.compile(r"([oc])([1-9]\d{0,17})")
KINDS = {"o": "organization", "c": "contact"}
MOST = 500
LONGEST_SEARCH = 80


class CustomersField(forms.Field):
    """Customers by their keys: o5 is an organization, c7 a contact."""

    widget = forms.SelectMultiple

    def clean(self, value: Any) -> set[Customer]:
        keys = value or []
        found = [KEY.fullmatch(key) for key in keys]
        if len(keys) > MOST or not all(found):
            raise forms.ValidationError(_("Choose the customers in the list once more."))
        return {(KINDS[one[1]], int(one[2])) for one in found if one}


class ChooseCustomers(forms.Form):
    """Those that are ticked go; those that were shown and are not, stay."""

    shown = CustomersField(required=False)
    goes = CustomersField(required=False)

    def choice(self) -> dict[str, set[Customer]]:
        """Who goes and who stays, of a form that is valid."""
        goes = self.cleaned_data["goes"]
        return {"goes": goes, "stays": self.cleaned_data["shown"] - goes}


class FindGoing(forms.Form):
    """Which of the customers are listed."""

    q = LineField(label=gettext_lazy("Search"), max_length=LONGEST_SEARCH, required=False)

    def words(self) -> str:
        """What is looked for; nothing where it cannot be."""
        words: str = self.cleaned_data.get("q", "") if self.is_valid() else ""
        return words
