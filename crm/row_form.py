"""What can be changed of a deal in its row of the list."""

from collections.abc import Mapping
from typing import Any, Self

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy

from crm.fields import AmountField
from crm.forms import STEP, PlanStep, choose
from crm.models import Deal
from teams.models import User


class EditRow(PlanStep):
    """Next step, who looks after it, and the amount; a closed deal has no next step."""

    owner = forms.ModelChoiceField(
        User.objects.none(),
        label=gettext_lazy("Looked after by"),
        empty_label=gettext_lazy("Nobody yet"),
        required=False,
    )
    amount = AmountField(label=gettext_lazy("Amount"), required=False)

    def __init__(self, data: Any = None, *, deal: Deal, **kwargs: Any) -> None:
        super().__init__(data, auto_id=f"row-{deal.number}-%s", **kwargs)
        self.deal = deal
        self.names = (*STEP, "owner", "amount")
        if deal.outcome != Deal.Outcome.OPEN:
            self.names = ("owner", "amount")
            for name in STEP:
                del self.fields[name]
        members = deal.team.memberships.current().values("user")
        # Who has it and has left the team may keep it.
        choose(self.fields["owner"], User.objects.filter(Q(pk__in=members) | Q(pk=deal.owner_id)))
        first = self.fields[self.names[0]]
        first.widget.attrs["autofocus"] = True

    @classmethod
    def of_row(cls, deal: Deal) -> "EditRow":
        """The form with what stands in the row now."""
        stands = {name: getattr(deal, name) for name in (*STEP, "owner", "amount", "version")}
        return cls(initial=stands, deal=deal)

    def filled_with(self, data: Mapping[str, Any]) -> Self:
        return type(self)(data, deal=self.deal)
