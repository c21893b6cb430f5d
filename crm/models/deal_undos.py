"""How a change to a deal is taken back: its facts, its place, its step through the process."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from crm.happenings import Happening
from crm.models import move, tagging
from crm.models.choices import Source
from crm.models.contact import Contact
from crm.models.customer import Organization
from crm.models.deal import Deal
from crm.models.naming import name_key
from crm.models.spell import OpenSpell
from crm.models.undoing import undoes
from crm.models.values import filled
from crm.models.visit import StageVisit
from crm.refusals import DealError, StaleDeal
from teams.models import LogEntry, Membership

SOURCE, TAGS = "source", "tags"
# The version of a deal that nobody has changed yet.
UNTOUCHED = 1


def deal_of(entry: LogEntry) -> Deal:
    """The deal that a line is about. Raises DealError when it was deleted, or went on."""
    found = _deal_or_deleted(entry)
    if found.deleted_at:
        raise DealError(_("This deal is in the recycle bin. Take it out first."))
    if found.gone_at:
        raise StaleDeal(_("This deal went on in another team. Nothing was undone."))
    return found


def _deal_or_deleted(entry: LogEntry) -> Deal:
    found = Deal.everything.filter(team=entry.team_id, pk=entry.subject_id).first()
    if found is None:
        raise StaleDeal(_("This deal is not here any more. Nothing was undone."))
    return found


def _facts_stand(entry: LogEntry, deal: Deal, _visit: StageVisit) -> bool:
    new = entry.details.get("new")
    return new is not None and _has(deal, _typed(new))


@undoes(
    Happening.DEAL_EDITED,
    Happening.DEAL_TAKEN,
    Happening.DEAL_HANDED_ON,
    Happening.DEAL_PLACED,
    Happening.STEP_PLANNED,
    Happening.DEAL_CHANGE_UNDONE,
    stands=_facts_stand,
)
def put_facts_back(entry: LogEntry, *, by: Membership, at: datetime) -> LogEntry:
    """Give the fields of this line the values that they had, if nobody changed them since."""
    deal = deal_of(entry)
    old, new = (_typed(_kept(entry, side)) for side in ("old", "new"))
    _owner_is_here(old, by=by)
    for kind, key in ((Organization, "organization_id"), (Contact, "contact_id")):
        if known := kind.everything.filter(pk=old.get(key)).first():
            known.hold_for_more(StaleDeal)
    held = Deal.objects.select_for_update(no_key=True).filter(pk=deal.pk).first()
    if held is None or not _has(held, new):
        raise StaleDeal(_("Someone changed this deal since. Nothing was undone."))
    _put(held, old, by=by, at=at)
    line = _record(entry, held, old=new, new=old, by=by, at=at)
    OpenSpell.objects.tell([held])
    return line


def _record(
    entry: LogEntry,
    deal: Deal,
    *,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    by: Membership,
    at: datetime,
) -> LogEntry:
    # Whoever reads the facts and steps of a deal from the logbook reads these lines as well.
    is_told = entry.kind in {Happening.DEAL_EDITED, Happening.STEP_PLANNED}
    step: dict[str, Any] = {}
    if "next_step" in new:
        step = {"step": deal.next_step, "on": deal.next_step_on}
    return LogEntry.record(
        entry.kind if is_told else Happening.DEAL_CHANGE_UNDONE,
        deal,
        by=by,
        at=at,
        **deal.naming(),
        **step,
        old=old,
        new=new,
        since=entry.details.get("since") or deal.closed_at or at,
        is_undo=True,
    )


def _has(deal: Deal, facts: Mapping[str, Any]) -> bool:
    """Whether the deal has these values; of the team's own fields only those that are named."""
    own = facts.get("custom", {})
    return {key: deal.custom.get(key) for key in own} == own and all(
        _stands(deal, name, value) for name, value in facts.items() if name != "custom"
    )


def _stands(deal: Deal, name: str, value: Any) -> bool:
    if name == SOURCE:
        return name_key(str(deal.source or "")) == name_key(value)
    if name == TAGS:
        return bool(tagging.keys_of(deal) == value)
    return bool(getattr(deal, name) == value)


def _put(deal: Deal, facts: Mapping[str, Any], *, by: Membership, at: datetime) -> None:
    changes = {name: value for name, value in facts.items() if name != TAGS}
    if "custom" in facts:
        changes["custom"] = filled(deal.custom | facts["custom"])
    if SOURCE in facts:
        changes[SOURCE] = Source.objects.named(facts[SOURCE], by=by, at=at)
    mine = Deal.objects.filter(pk=deal.pk)
    mine.update(version=models.F("version") + 1, **changes)
    if TAGS in facts:
        tagging.write(deal, facts[TAGS])
    if "next_step" in facts:
        deal.activities.filter(is_next_step=True).update(is_next_step=False)
    deal.refresh_from_db()


def _owner_is_here(facts: Mapping[str, Any], *, by: Membership) -> None:
    owner = facts.get("owner_id")
    if owner and not by.team.memberships.current().filter(user=owner).exists():
        raise DealError(_("Who looked after this deal is no longer in the team."))


def _typed(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The values of fields as a deal has them; a line keeps them as text.

    An old line knows the source by its name.
    """
    return {
        name: value if name in {SOURCE, TAGS} else _field(name).to_python(value)
        for name, value in facts.items()
    }


def _field(name: str) -> "models.Field[Any, Any]":
    field = Deal._meta.get_field(name)
    assert isinstance(field, models.Field)
    return field


def _kept(entry: LogEntry, key: str) -> Any:
    if key not in entry.details:
        raise DealError(_("The logbook does not say how it was before. Nothing was undone."))
    return entry.details[key]


def _is_where_it_went(entry: LogEntry, _deal: Deal, visit: StageVisit) -> bool:
    return bool(entry.details.get("visit") == visit.pk)


@undoes(
    Happening.DEAL_MOVED,
    Happening.DEAL_TRANSFERRED,
    Happening.DEAL_WON,
    Happening.DEAL_LOST,
    Happening.DEAL_REOPENED,
    stands=_is_where_it_went,
)
def move_back(entry: LogEntry, *, by: Membership, at: datetime) -> LogEntry:
    """Put the deal back to where it stood, as if it had never left."""
    return move.undo(deal_of(entry), entry, by=by, at=at)


def _is_where_it_came_back(entry: LogEntry, _deal: Deal, visit: StageVisit) -> bool:
    return bool(entry.details.get("again", {}).get("visit") == visit.pk)


@undoes(Happening.DEAL_MOVE_UNDONE, stands=_is_where_it_came_back)
def move_again(entry: LogEntry, *, by: Membership, at: datetime) -> LogEntry:
    """Move the deal once more to where it was taken back from; its new visit begins now."""
    return move.again(deal_of(entry), _kept(entry, "again"), by=by, at=at)


def _is_as_it_was_added(_entry: LogEntry, deal: Deal, _visit: StageVisit) -> bool:
    return deal.version == UNTOUCHED


@undoes(Happening.DEAL_ADDED, stands=_is_as_it_was_added)
def put_aside(entry: LogEntry, *, by: Membership, at: datetime) -> LogEntry:
    """Put a deal in the recycle bin that was only just added; whoever works on it keeps it."""
    deal = deal_of(entry)
    held = Deal.objects.select_for_update(no_key=True).filter(pk=deal.pk, version=UNTOUCHED)
    if not held.values_list("pk"):
        raise StaleDeal(_("Someone has worked on this deal since. Nothing was undone."))
    return deal.discard(by=by, at=at)


def _never(_entry: LogEntry, _deal: Deal, _visit: StageVisit) -> bool:
    return False


@undoes(Happening.DEAL_DELETED, stands=_never)
def bring_back(entry: LogEntry, *, by: Membership, at: datetime) -> LogEntry:
    """Take a deal out of the recycle bin. No page of a deal offers it: it has none there."""
    return _deal_or_deleted(entry).restore(by=by, at=at)


@undoes(Happening.DEAL_RESTORED, stands=_never)
def delete_again(entry: LogEntry, *, by: Membership, at: datetime) -> LogEntry:
    """Put the deal back in the recycle bin."""
    return deal_of(entry).discard(by=by, at=at)
