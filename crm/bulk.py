"""The same change to many deals: all that can be done is done, and the rest is named.

What is not too many is done at once; more is done by jobs, some deals each. A job counts how far
it came in the transaction in which it changes the deals: however often a worker is stopped, each
deal is changed once.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Self

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.models import (
    BulkEdit,
    Category,
    Deal,
    DealError,
    LossReason,
    Source,
    Stage,
    StaleDeal,
    Tag,
)
from crm.models.deals import DealQuerySet
from crm.models.tagging import tags_of
from crm.web import NAMES
from teams.models import LogEntry, Membership, User
from teams.models.logbook import batched
from teams.refusals import Refusal

AT_ONCE = 200
MOST = 1000
OF_A_JOB = 50
MOST_NAMED = 5
KEEP = object()
EXPECTED = "expected_close_on"
Steps = Iterator[Callable[..., LogEntry | None]]


@dataclass(frozen=True)
class BulkChange:
    """What is to become of each; what is left alone is KEEP, None or empty.

    `facts` are source, expected day and the team's own fields, as `Deal.edit` takes them. `tag`
    is one more tag for each.
    """

    stage: Stage | None = None
    loss_reason: str = ""
    owner: User | Any = KEEP
    facts: Mapping[str, Any] = field(default_factory=dict)
    tag: str = ""
    next_step: str = ""
    next_step_on: date | None = None
    delete: bool = False

    @property
    def is_empty(self) -> bool:
        wanted = (self.stage, self.facts, self.tag, self.next_step, self.delete)
        return self.owner is KEEP and not any(wanted)

    def faults(self) -> dict[str, str]:
        """What no deal can do, as a sentence by the name of its part; "" where it is the whole."""
        told = {}
        if self.stage and self.stage.category == Category.LOST and not self.loss_reason:
            told["loss_reason"] = _("Say in a few words why this deal was lost.")
        if self.next_step_on and not self.next_step:
            told["next_step"] = _("Say what happens on that day.")
        if self.delete and not replace(self, delete=False).is_empty:
            told["delete"] = _("What is deleted is not changed as well.")
        if not told and self.is_empty:
            told[""] = _("Say what is to be changed.")
        return told

    def as_json(self) -> dict[str, Any]:
        """The change as it is kept until it is done."""
        owner = {} if self.owner is KEEP else {"owner": self.owner and self.owner.pk}
        return {
            "stage": self.stage and self.stage.pk,
            "loss_reason": self.loss_reason,
            "facts": {name: _as_text(value) for name, value in self.facts.items()},
            "tag": self.tag,
            "next_step": self.next_step,
            "next_step_on": _as_text(self.next_step_on),
            "delete": self.delete,
            **owner,
        }

    @classmethod
    def kept(cls, kept: Mapping[str, Any]) -> Self:
        """The change that was kept so."""
        stage, owner = kept["stage"], kept.get("owner", KEEP)
        facts = dict(kept["facts"])
        if EXPECTED in facts:
            facts[EXPECTED] = _as_day(facts[EXPECTED])
        return cls(
            stage=stage and Stage.objects.get(pk=stage),
            loss_reason=kept["loss_reason"],
            owner=User.objects.get(pk=owner) if isinstance(owner, int) else owner,
            facts=facts,
            tag=kept.get("tag", ""),
            next_step=kept["next_step"],
            next_step_on=_as_day(kept["next_step_on"]),
            delete=kept["delete"],
        )

    def name_what_is_new(self, *, by: Membership, at: datetime) -> None:
        """Let the team choose from the tag, source and reason of this change, if it did not yet.

        Before the deals are held, so that of two who bring the same none waits for the other's
        deals; and beside their lines, for this stays when the change is taken back.
        """
        Tag.objects.named(self.tag, by=by, at=at)
        Source.objects.named(self.facts.get("source", ""), by=by, at=at)
        if self.stage and self.stage.category == Category.LOST:
            LossReason.objects.named(self.loss_reason, by=by, at=at)

    def steps(self, deal: Deal) -> Steps:
        """The verbs of one deal, one after the other, each to be called with `by` and `at`."""
        if self.delete:
            yield deal.discard
            return
        if facts := self._facts_of(deal):
            yield lambda **who: deal.edit(facts, version=deal.version, **who)
        if self.owner is not KEEP:
            yield lambda **who: deal.hand_to(self.owner, **who)
        # A closed deal has no next step: it is planned before the closing, or after a reopening.
        in_turn = [self._plan(deal), self._move(deal)]
        for steps in in_turn if deal.outcome == Deal.Outcome.OPEN else reversed(in_turn):
            yield from steps

    def _facts_of(self, deal: Deal) -> dict[str, Any]:
        """The facts, and with the tags that the deal has the one that it gets."""
        tags = [*(tag.name for tag in tags_of(deal)), self.tag]
        return {**self.facts, **({"tags": tags} if self.tag else {})}

    def _plan(self, deal: Deal) -> Steps:
        wanted = (self.next_step, self.next_step_on)
        if self.next_step and wanted != (deal.next_step, deal.next_step_on):
            yield lambda **who: deal.plan_step(*wanted, **who)

    def _move(self, deal: Deal) -> Steps:
        stage, reason = self.stage, self.loss_reason
        if stage and stage.pk != deal.stage_id:
            yield lambda **who: deal.move_to(stage, seen_in=deal.stage, loss_reason=reason, **who)


@dataclass
class Changed:
    """What came of it: the lines that were written, and who refused with which reason."""

    lines: list[LogEntry] = field(default_factory=list)
    deals: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)


def change_many(
    deals: Sequence[Deal], change: BulkChange, *, by: Membership, at: datetime
) -> BulkEdit:
    """Change each of these deals: at once, or by a job where they are very many."""
    with transaction.atomic():
        edit = BulkEdit.objects.ask(change.as_json(), deals, by=by, at=at)
        if len(deals) <= AT_ONCE:
            _change_some(edit, AT_ONCE)
        else:
            edit.arm()
    return edit


def go_on(edit: BulkEdit) -> None:
    """Change the next deals, and let another job change those after them."""
    _change_some(edit, OF_A_JOB)
    if not edit.is_done:
        edit.arm()


def sentences_about(edit: BulkEdit) -> str:
    """How many were changed, and which were not and why."""
    text = ngettext("%(count)s deal changed.", "%(count)s deals changed.", edit.changed)
    told = [text % {"count": edit.changed}]
    told += [f"{name}: {reason}" for name, reason in edit.refused[:MOST_NAMED]]
    if (more := len(edit.refused) - MOST_NAMED) > 0:
        told.append(_("And %(count)s more were left as they are.") % {"count": more})
    return " ".join(told)


def _change_some(edit: BulkEdit, most: int) -> None:
    by = edit.team.memberships.current().filter(user=edit.person).first()
    some = edit.deals[edit.so_far :][:most]
    asked = Deal.objects.filter(pk__in=some).with_tags()
    deals = asked.select_related(*NAMES, "pipeline__team").order_by("pk")
    changed = Changed()
    if by:
        change = BulkChange.kept(edit.asked)
        change.name_what_is_new(by=by, at=edit.asked_at)
        with batched(edit.batch):
            changed = _change_all(deals, change, by=by, at=edit.asked_at)
    edit.so_far += len(some)
    edit.changed += changed.deals
    edit.refused += changed.refused
    edit.first_line = edit.first_line or next(iter(changed.lines), None)
    edit.asked = {} if edit.is_done else edit.asked
    edit.save()


def _change_all(
    deals: DealQuerySet, change: BulkChange, *, by: Membership, at: datetime
) -> Changed:
    """A deal that refuses one part of the change is left as it was, with its reason."""
    changed = Changed()
    with transaction.atomic():
        if change.stage:
            try:
                # Before the deals, as whoever moves one does it: nobody waits in a circle.
                change.stage.hold()
            except DealError as refusal:
                changed.refused = [(deal.naming()["deal"], str(refusal)) for deal in deals]
                return changed
        deals.hold()
        for deal in deals:
            try:
                lines = _change_one(deal, change, by=by, at=at)
            except Refusal as refusal:
                changed.refused.append((deal.naming()["deal"], str(refusal)))
            else:
                changed.lines += lines
                changed.deals += bool(lines)
    return changed


def _change_one(deal: Deal, change: BulkChange, *, by: Membership, at: datetime) -> list[LogEntry]:
    if change.stage and deal.entered_stage_at > at:
        # Between the asking and the doing: what the person saw is no longer so.
        raise StaleDeal(_("Someone moved this deal a moment ago."))
    with transaction.atomic():
        lines = [step(by=by, at=at) for step in change.steps(deal)]
    return [line for line in lines if line]


def _as_text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _as_day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
