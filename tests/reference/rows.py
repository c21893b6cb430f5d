"""The rows that the reference counts: what the database holds, as plain values."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from crm.models import Deal
from teams.models import LogEntry, Team


@dataclass
class Visit:
    """A stay in a stage; `place` is where the stage stands in its process."""

    process: int
    stage: str
    place: int
    category: str
    entered_at: datetime
    left_at: datetime | None
    precision: str


@dataclass
class Change:
    """What became of the amount or of the next step, and when; None where it was not touched."""

    at: datetime
    step: str | None
    old_amount: str | None = None
    new_amount: str | None = None
    is_amount: bool = False


@dataclass
class Asked:
    """What the customer was asked; `score` is None where nobody answered."""

    expires_at: datetime
    answered_at: datetime | None
    score: int | None
    is_withdrawn: bool


@dataclass
class Row:
    """A deal with everything that any figure needs to know of it."""

    is_service: bool
    is_in_our_currency: bool
    amount: Decimal | None
    outcome: str
    reason: str
    opened_at: datetime
    opened_precision: str
    closed_at: datetime | None
    closed_precision: str
    due_on: date | None
    visits: list[Visit] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)


def rows_of(team: Team) -> list[Row]:
    """The team's deals, each with its visits in order."""
    currency = team.pipelines.order_by("pk")[0].currency
    return [
        Row(
            is_service=deal.pipeline.kind == "service",
            is_in_our_currency=deal.pipeline.currency == currency,
            amount=deal.amount,
            outcome=deal.outcome,
            reason=deal.loss_reason.key if deal.loss_reason else "",
            opened_at=deal.opened_at,
            opened_precision=deal.opened_precision,
            closed_at=deal.closed_at,
            closed_precision=deal.closed_precision,
            due_on=deal.expected_close_on,
            visits=[
                Visit(
                    visit.stage.pipeline_id,
                    str(visit.stage_id),
                    visit.stage.position,
                    visit.category,
                    visit.entered_at,
                    visit.left_at,
                    visit.precision,
                )
                for visit in sorted(deal.visits.all(), key=lambda visit: visit.number)
            ],
            changes=changes_of(deal),
            asked=[
                Asked(
                    question.expires_at,
                    question.answered_at,
                    question.score,
                    is_withdrawn=question.withdrawn_at is not None,
                )
                for question in deal.questions.all()
            ],
        )
        for deal in Deal.objects.filter(team=team)
        .select_related("pipeline", "loss_reason")
        .prefetch_related("visits__stage", "questions")
    ]


def changes_of(deal: Deal) -> list[Change]:
    """What the logbook tells of the deal's next step and amount, in order."""
    return [
        Change(
            line.at,
            line.details.get("step"),
            line.details.get("old", {}).get("amount"),
            line.details.get("new", {}).get("amount"),
            is_amount="amount" in line.details.get("new", {}),
        )
        for line in LogEntry.objects.about(deal).order_by("at", "pk")
    ]
