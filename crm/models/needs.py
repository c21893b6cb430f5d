"""What a deal needs before it goes on: the fields that a team may ask for in a stage."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext

from crm.models.pipeline import Category, Stage
from crm.refusals import DealError

if TYPE_CHECKING:
    from crm.models.deal import Deal


# By the name of the field, as a deal has it and as the page calls it.
NEEDS: Mapping[str, str | Promise] = {
    "amount": gettext_lazy("Amount"),
    "organization": gettext_lazy("Organization"),
    "contact": gettext_lazy("Contact"),
    "expected_close_on": gettext_lazy("Expected"),
    "source": gettext_lazy("Source"),
    "next_step": gettext_lazy("Next step"),
    "product": gettext_lazy("Product"),
}


def labels(keys: Iterable[str]) -> list[str]:
    """These fields as a page calls them."""
    return [str(NEEDS[key]) for key in keys if key in NEEDS]


def missing(deal: "Deal", keys: Iterable[str]) -> list[str]:
    """The names of those fields that the deal does not have yet."""
    return labels(key for key in keys if getattr(deal, key, "?") in (None, ""))


def check(deal: "Deal", origin: Stage, target: Stage) -> None:
    """Raise DealError when the deal would go on without what the stage needs.

    Only forward, to a later open stage or to won: the way back, and out, is always free.
    """
    onward = origin.is_open and (
        target.category == Category.WON or (target.is_open and target.position > origin.position)
    )
    names = missing(deal, origin.required_fields) if onward else []
    if names:
        raise DealError(
            ngettext(
                "Before this deal leaves %(stage)s, it needs: %(names)s. Open the deal and fill"
                " it in.",
                "Before this deal leaves %(stage)s, it needs: %(names)s. Open the deal and fill"
                " them in.",
                len(names),
            )
            % {"stage": origin, "names": ", ".join(names)}
        )
