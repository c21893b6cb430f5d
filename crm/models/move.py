"""A deal's steps through the process: entering a stage, and taking that back."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from crm.happenings import Happening
from crm.models.choices import LossReason
from crm.models.ranking import rank_before
from crm.models.spell import OpenSpell
from crm.models.stage import Category, Stage
from crm.models.visit import Precision, StageVisit
from crm.models.voice import Question
from crm.refusals import DealError, StaleDeal
from teams.models import LogEntry, Membership

if TYPE_CHECKING:
    from crm.models.deal import Deal


def place(
    deal: "Deal", stage: Stage, *, before: "Deal | None", by: Membership, at: datetime
) -> LogEntry:
    """Give the deal another place in the column in which it was seen."""
    rank = rank_before(deal, stage, before)
    earlier = _found_in(stage, deal)
    _write(deal, earlier, board_rank=rank)
    return LogEntry.record(
        Happening.DEAL_PLACED,
        deal,
        by=by,
        at=at,
        **deal.naming(),
        # The stage too: in another one the place means nothing.
        old={"stage_id": stage.pk, "board_rank": earlier.board_rank},
        new={"stage_id": stage.pk, "board_rank": rank},
    )


def enter(
    deal: "Deal",
    stage: Stage,
    *,
    seen_in: Stage,
    by: Membership,
    at: datetime,
    before: "Deal | None",
    loss_reason: str,
) -> LogEntry:
    """Let the deal leave the stage in which it was seen and begin a visit to this one."""
    lost = stage.category == Category.LOST
    reason = LossReason.objects.named(loss_reason, by=by, at=at) if lost else None
    if lost and not reason:
        raise DealError(_("Say in a few words why this deal was lost."))
    rank = rank_before(deal, stage, before)
    stage.hold()
    earlier = _found_in(seen_in, deal)
    at = max(at, earlier.entered_stage_at)  # two clocks may differ; a visit never ends early
    _write(
        deal,
        earlier,
        pipeline_id=stage.pipeline_id,
        stage=stage,
        outcome=stage.outcome,
        closed_at=None if stage.is_open else at,
        closed_precision=Precision.MOMENT,
        loss_reason=reason,
        entered_stage_at=at,
        board_rank=rank,
    )
    visit = StageVisit.objects.begin(deal, stage, by=by, at=at)
    if stage.is_open != seen_in.is_open:
        OpenSpell.objects.tell([deal])
    entry = LogEntry.record(
        _happening(seen_in, stage),
        deal,
        by=by,
        at=at,
        **deal.naming(),
        origin=str(seen_in),
        target=str(stage),
        visit=visit.pk,
        before=_as_it_was(earlier),
        **_how_far(earlier, stage, at),
        **_why(reason),
    )
    if not (seen_in.is_open and stage.is_open):
        Question.objects.follow(deal, visit, at=at)
    return entry


def _why(reason: LossReason | None) -> dict[str, Any]:
    return {"reason": reason.name} if reason else {}


def _how_far(earlier: "Deal", stage: Stage, at: datetime) -> dict[str, Any]:
    """Since when figures may change, and the name of the process if it is another."""
    if stage.pipeline_id == earlier.pipeline_id:
        return {"since": earlier.closed_at or at}
    return {"since": earlier.opened_at, "process": stage.pipeline.name}


def undo(deal: "Deal", entry: LogEntry, *, by: Membership, at: datetime) -> LogEntry:
    """Put the deal back to where it stood before this line was written."""
    if "before" in entry.details:
        Stage.objects.get(pk=entry.details["before"]["stage_id"]).hold()
    held, visit = _running_visit(deal, entry.details.get("visit"))
    left, before = visit.stage, entry.details["before"]
    reason = _reason_of(deal)
    is_transfer = entry.kind == Happening.DEAL_TRANSFERRED
    visit.delete()
    earlier = deal.visits.get(number=visit.number - 1)
    deal.visits.filter(pk=earlier.pk).update(left_at=None)
    StageVisit.objects.tell([deal.pk])
    _write(deal, held, **_with_its_reason(before, by=by, at=at))
    OpenSpell.objects.tell([deal])
    undone = LogEntry.record(
        Happening.DEAL_MOVE_UNDONE,
        deal,
        by=by,
        at=at,
        **deal.naming(),
        origin=str(left),
        target=str(deal.stage),
        since=deal.opened_at if is_transfer else before["closed_at"] or visit.entered_at,
        again={"stage_id": left.pk, **reason, "visit": earlier.pk},
    )
    if not (left.is_open and deal.stage.is_open):
        Question.objects.follow(deal, earlier, at=at)
    return undone


def again(deal: "Deal", where: Mapping[str, Any], *, by: Membership, at: datetime) -> LogEntry:
    """Move the deal to where it was taken back from, if it still stands where it came back to."""
    _held, visit = _running_visit(deal, where["visit"])
    seen_in = visit.stage
    stage = Stage.objects.of_team(deal.team).select_related("pipeline").get(pk=where["stage_id"])
    if stage.pipeline_id != deal.pipeline_id:
        return deal.transfer_to(stage, seen_in=seen_in, by=by, at=at)
    # By its key, where the line has that: its name may be another now.
    known = where.get("loss_reason_id")
    reason = LossReason.objects.get(pk=known).name if known else where["loss_reason"]
    return deal.move_to(stage, seen_in=seen_in, by=by, at=at, loss_reason=reason)


def _running_visit(deal: "Deal", wanted: Any) -> "tuple[Deal, StageVisit]":
    """The deal as it stands, held for us, and the visit in which it is.

    Raises StaleDeal for another visit.
    """
    held = deal.pipeline.deals.select_for_update(no_key=True).filter(pk=deal.pk).first()
    visit = deal.visits.running().filter(pk=wanted).select_related("stage").first()
    if held is None or visit is None:
        raise StaleDeal(_("This deal has moved on since. Nothing was undone."))
    return held, visit


def _found_in(stage: Stage, deal: "Deal") -> "Deal":
    """The deal as it stands, held for us. Raises StaleDeal when it has left this stage."""
    # Of two simultaneous movers the second waits here, and then finds the deal gone.
    found = stage.deals.select_for_update(no_key=True).filter(pk=deal.pk).first()
    if found is None:
        raise StaleDeal(
            _("Someone moved this deal a moment ago. The board now shows the newest state.")
        )
    return found


def _write(deal: "Deal", held: "Deal", **changes: Any) -> None:
    """Change the deal, which then reads as it stands: `held` is how it stood before, locked."""
    # Not read again: nobody else can have written it, and what is known of its customer stays.
    for field in deal._meta.concrete_fields:
        setattr(deal, field.attname, getattr(held, field.attname))
    changes["version"] = held.version + 1
    for name, value in changes.items():
        setattr(deal, name, value)
    type(deal).everything.filter(pk=deal.pk).update(**changes)


def _happening(origin: Stage, target: Stage) -> Happening:
    if origin.pipeline_id != target.pipeline_id:
        return Happening.DEAL_TRANSFERRED
    if target.category == Category.WON:
        return Happening.DEAL_WON
    if target.category == Category.LOST:
        return Happening.DEAL_LOST
    return Happening.DEAL_MOVED if origin.is_open else Happening.DEAL_REOPENED


def _as_it_was(deal: "Deal") -> dict[str, Any]:
    # Moments as text of our own: the logbook would cut them to milliseconds.
    return {
        "pipeline_id": deal.pipeline_id,
        "stage_id": deal.stage_id,
        "outcome": deal.outcome,
        "closed_at": deal.closed_at and deal.closed_at.isoformat(),
        "closed_precision": deal.closed_precision,
        **_reason_of(deal),
        "entered_stage_at": deal.entered_stage_at.isoformat(),
        "board_rank": deal.board_rank,
    }


def _reason_of(deal: "Deal") -> dict[str, Any]:
    # In words too, so that the line can be read by itself.
    return {"loss_reason_id": deal.loss_reason_id, "loss_reason": str(deal.loss_reason or "")}


def _with_its_reason(was: Mapping[str, Any], *, by: Membership, at: datetime) -> dict[str, Any]:
    """What a line keeps of a deal, to be written; an old one knows the reason by its words only."""
    facts = dict(was)
    for name in ("closed_at", "entered_stage_at"):
        facts[name] = facts[name] and datetime.fromisoformat(facts[name])
    words = facts.pop("loss_reason")
    if "loss_reason_id" not in facts:
        facts["loss_reason"] = LossReason.objects.named(words, by=by, at=at)
    return facts
