"""A row of the list, changed where it stands."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crm.models import Deal, StaleDeal
from crm.models.undoing import new_batch
from teams.models import LogEntry, Membership
from teams.models.logbook import batched


def change_row(
    deal: Deal, asked: Mapping[str, Any], *, version: int, by: Membership, at: datetime
) -> list[LogEntry]:
    """Give the deal this step, owner and amount, as seen in this version; one batch of lines.

    What stands there already is no change. Raises StaleDeal when somebody changed the deal since,
    and the refusals of the verbs; then nothing is changed.
    """
    with transaction.atomic(), batched(new_batch()):
        if (
            not Deal.objects.select_for_update(no_key=True)
            .filter(pk=deal.pk, version=version)
            .exists()
        ):
            deal.refresh_from_db()
            raise StaleDeal(_("Someone changed this deal a moment ago. Look at it once more."))
        step = (asked.get("next_step", ""), asked.get("next_step_on"))
        lines: list[LogEntry | None] = []
        if "next_step" in asked and step != (deal.next_step, deal.next_step_on):
            lines.append(deal.plan_step(*step, by=by, at=at))
        lines.append(deal.hand_to(asked["owner"], by=by, at=at))
        amount = {"amount": asked["amount"]}
        lines.append(deal.edit(amount, version=deal.version, by=by, at=at))
    return [line for line in lines if line]
