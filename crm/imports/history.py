"""What the dates of a deal tell about where it stood and when."""

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from crm.imports.company import Company, DealDraft
from crm.models.visit import Precision

NOON = time(12)


@dataclass(frozen=True)
class Stay:
    """A visit to be: to which stage (a key), from when until when, and how well that is known."""

    stage: str
    entered_at: datetime
    left_at: datetime | None
    precision: Precision


def noon(day: date, zone: ZoneInfo) -> datetime:
    """The moment that stands for a day of which no more is known."""
    return datetime.combine(day, NOON, tzinfo=zone)


def stays(deal: DealDraft, company: Company, *, zone: ZoneInfo, undated_at: datetime) -> list[Stay]:
    """The stays that the dates tell of, in order, the last one still running.

    A closed deal stood in the stage of work from its first day until its closing. An open deal
    without a date enters its stage at `undated_at`.
    """
    if deal.closed_on is None:
        if deal.began_on is None:
            return [Stay(deal.stage, undated_at, None, Precision.NONE)]
        return [Stay(deal.stage, noon(deal.began_on, zone), None, Precision.DAY)]
    closed_at = noon(deal.closed_on, zone)
    end = Stay(deal.stage, closed_at, None, Precision.DAY)
    if deal.began_on is None:
        return [end]
    return [Stay(company.worked_in, noon(deal.began_on, zone), closed_at, Precision.DAY), end]


def began_with(deal: DealDraft) -> Precision:
    """How well the beginning of the deal is known."""
    return Precision.NONE if deal.began_on is None else Precision.DAY
