"""What a deal needs before it goes on: the fields that a team may ask for in a stage.

A field is known by its name on a deal, one of the team's own by `custom:` and its key. What nobody
can fill in is not asked for: the product in a company without products, and a field of the team
for as long as it is archived.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext

from crm.models.customer import Product
from crm.models.definition import FieldDefinition, Target
from crm.refusals import DealError
from teams.models import Team

if TYPE_CHECKING:
    from crm.models.deal import Deal
    from crm.models.stage import Stage

PRODUCT = "product"
CUSTOM = "custom:"
# As a deal has them and as the page calls them.
NEEDS: Mapping[str, str | Promise] = {
    "amount": gettext_lazy("Amount"),
    "organization": gettext_lazy("Organization"),
    "contact": gettext_lazy("Contact"),
    "expected_close_on": gettext_lazy("Expected"),
    "source": gettext_lazy("Source"),
    "next_step": gettext_lazy("Next step"),
    PRODUCT: gettext_lazy("Product"),
}


def known(team: Team) -> dict[str, str]:
    """All that a stage may ever have asked for, by key, as a page calls it."""
    return _ours() | _theirs(team.fields.about(Target.DEAL))


def askable(team: Team) -> dict[str, str]:
    """What a stage may ask for now, by key, as the page of a deal calls it."""
    ours = _ours()
    if not Product.objects.exists():
        del ours[PRODUCT]
    return ours | _theirs(team.fields.about(Target.DEAL).living().in_order())


def _ours() -> dict[str, str]:
    return {key: str(label) for key, label in NEEDS.items()}


def _theirs(fields: Iterable[FieldDefinition]) -> dict[str, str]:
    return {f"{CUSTOM}{field.key}": field.label for field in fields}


def labels(keys: Iterable[str], names: Mapping[str, str]) -> list[str]:
    """These fields as a page calls them."""
    return [names[key] for key in keys if key in names]


def missing(deal: "Deal", keys: Iterable[str]) -> list[str]:
    """The names of those fields that the deal does not have yet."""
    lacking = [key for key in keys if _lacks(deal, key)]
    return labels(lacking, askable(deal.team)) if lacking else []


def _lacks(deal: "Deal", key: str) -> bool:
    if key.startswith(CUSTOM):
        return deal.custom.get(key.removeprefix(CUSTOM)) is None
    return getattr(deal, key, None) in (None, "")


def check(deal: "Deal", origin: "Stage", target: "Stage") -> None:
    """Raise DealError when the deal would go on without what the stage needs.

    Only forward, to a later open stage or to won: the way back, and out, is always free.
    """
    onward = origin.is_open and (
        target.is_won or (target.is_open and target.position > origin.position)
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
