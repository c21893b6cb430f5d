"""Every figure of the customer process, counted as one would do it on paper.

Slow and plain: no database, no shared formula, one function per figure. `COUNTS` gives the whole
of a figure, `PARTS` what belongs to each stage or reason.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from tests.reference.rows import Row, Visit

OPEN = {"intake", "open"}
CLOSED = {"won", "lost"}


@dataclass(frozen=True)
class Window:
    """A period, [start, end) in local time, and up to where anything is known.

    `members` is from when until when each member of the team was one.
    """

    start: datetime
    end: datetime
    until: datetime
    zone: ZoneInfo
    members: tuple[tuple[datetime, datetime | None], ...] = ()

    @property
    def cut(self) -> datetime:
        return min(self.end, self.until)

    def holds(self, moment: datetime | None) -> bool:
        return moment is not None and self.start <= moment < self.cut

    def reaches_back(self, months: int, moment: datetime) -> bool:
        """Whether a moment lies in so many months before the period's end, and is known."""
        day = self.end.astimezone(self.zone).date()
        year, month = day.year, day.month
        for _ in range(months):
            year, month = (year - 1, 12) if month == 1 else (year, month - 1)
        while True:
            try:
                first = date(year, month, day.day)
                break
            except ValueError:
                day -= timedelta(days=1)
        since = datetime(first.year, first.month, first.day, tzinfo=self.zone)
        return since <= moment < self.cut


# --- closings --------------------------------------------------------------------------------


def deals(rows: Iterable[Row]) -> list[Row]:
    """All but the requests for service, which have figures of their own."""
    return [row for row in rows if not row.is_service]


def closed_in(rows: Iterable[Row], window: Window, *outcomes: str) -> list[Row]:
    return [row for row in deals(rows) if row.outcome in outcomes and window.holds(row.closed_at)]


def deals_won(rows: list[Row], window: Window) -> float:
    return len(closed_in(rows, window, "won"))


def deals_lost(rows: list[Row], window: Window) -> float:
    return len(closed_in(rows, window, "lost"))


def value_won(rows: list[Row], window: Window) -> float:
    won = closed_in(rows, window, "won")
    return float(sum(row.amount or 0 for row in won if row.is_in_our_currency))


def win_rate(rows: list[Row], window: Window) -> float | None:
    closed = closed_in(rows, window, "won", "lost")
    return sum(row.outcome == "won" for row in closed) / len(closed) if closed else None


def length(row: Row, zone: ZoneInfo) -> float:
    assert row.closed_at
    by_date = {row.opened_precision, row.closed_precision} == {"day"}
    return days_between(row.opened_at, row.closed_at, zone, by_date=by_date)


def days_between(began: datetime, ended: datetime, zone: ZoneInfo, *, by_date: bool) -> float:
    if by_date:
        return (ended.astimezone(zone).date() - began.astimezone(zone).date()).days
    return (ended - began).total_seconds() / 86_400


def cycle_time(rows: list[Row], window: Window) -> float | None:
    closed = closed_in(rows, window, "won", "lost")
    dated = [row for row in closed if row.opened_precision != "none"]
    return median(length(row, window.zone) for row in dated) if dated else None


def reopened(rows: list[Row], window: Window) -> float | None:
    again = [
        after is not None
        for row in deals(rows)
        for visit, after in with_the_next(row)
        if visit.category in CLOSED
        and not (after and after.category in CLOSED)
        and window.holds(visit.entered_at)
    ]
    return sum(again) / len(again) if again else None


def with_the_next(row: Row) -> Iterator[tuple[Visit, Visit | None]]:
    yield from zip(row.visits, [*row.visits[1:], None], strict=True)


def lost_reasons(rows: list[Row], window: Window) -> dict[str, float]:
    counts: dict[str, float] = {}
    for row in closed_in(rows, window, "lost"):
        reason = row.reason or "-"
        counts[reason] = counts.get(reason, 0) + 1
    return counts


# --- survival --------------------------------------------------------------------------------


def half_finished_by(cases: list[tuple[float, bool]]) -> float | None:
    """Kaplan-Meier's median, one time after the other."""
    still_open = 1.0
    for time in sorted({time for time, done in cases if done}):
        at_risk = sum(followed >= time for followed, _ in cases)
        ended = sum(done and followed == time for followed, done in cases)
        still_open *= 1 - ended / at_risk
        if still_open <= 0.5 + 1e-12:
            return time
    return None


def come_to(cases: list[tuple[float, str]], outcome: str, horizon: float) -> float | None:
    """Aalen-Johansen's share by the horizon; blank is still open. None: nobody knows yet."""
    still_open, share = 1.0, 0.0
    for time in sorted({time for time, end in cases if end and time <= horizon}):
        at_risk = sum(followed >= time for followed, _ in cases)
        share += still_open * sum(case == (time, outcome) for case in cases) / at_risk
        ended = sum(followed == time and end != "" for followed, end in cases)
        still_open *= 1 - ended / at_risk
    followed_so_far = any(time >= horizon for time, _ in cases)
    return share if followed_so_far or (cases and still_open < 1e-9) else None


def followed(row: Row, window: Window) -> tuple[float, bool]:
    if row.closed_at and row.closed_at < window.cut:
        return length(row, window.zone), True
    return days_between(row.opened_at, window.cut, window.zone, by_date=False), False


def begun(rows: list[Row], window: Window, months: int) -> list[Row]:
    return [
        row
        for row in deals(rows)
        if row.opened_precision != "none" and window.reaches_back(months, row.opened_at)
    ]


def cycle_time_km(rows: list[Row], window: Window) -> float | None:
    return half_finished_by([followed(row, window) for row in begun(rows, window, 18)])


def win_rate_cohort(rows: list[Row], window: Window) -> float | None:
    cases = []
    for row in begun(rows, window, 12):
        time, done = followed(row, window)
        cases.append((time, row.outcome if done else ""))
    return come_to(cases, "won", 90)


# --- stages ----------------------------------------------------------------------------------


def stay(visit: Visit, after: Visit | None, window: Window) -> tuple[float, bool]:
    if visit.left_at and visit.left_at < window.cut:
        by_date = visit.precision == "day" and after is not None and after.precision == "day"
        return days_between(visit.entered_at, visit.left_at, window.zone, by_date=by_date), True
    return days_between(visit.entered_at, window.cut, window.zone, by_date=False), False


def stays(rows: list[Row], window: Window) -> list[tuple[str, tuple[float, bool]]]:
    return [
        (visit.stage, stay(visit, after, window))
        for row in rows
        for visit, after in with_the_next(row)
        if visit.category in OPEN
        and visit.precision != "none"
        and window.reaches_back(12, visit.entered_at)
    ]


def time_in_stage(rows: list[Row], window: Window) -> float | None:
    return half_finished_by([case for _, case in stays(rows, window)])


def time_by_stage(rows: list[Row], window: Window) -> dict[str, float | None]:
    cases = stays(rows, window)
    return {
        stage: half_finished_by([case for where, case in cases if where == stage])
        for stage in {stage for stage, _ in cases}
    }


def entries(rows: list[Row], window: Window) -> list[tuple[str, bool]]:
    """The stage of every first entry, and whether the deal had gone on by the period's end."""
    found = []
    for row in rows:
        known: set[str] = set()
        for index, visit in enumerate(row.visits):
            if visit.category in OPEN and visit.stage not in known:
                known.add(visit.stage)
                if visit.precision != "none" and window.reaches_back(12, visit.entered_at):
                    later = row.visits[index + 1 :]
                    found.append((visit.stage, any(went_on(visit, one, window) for one in later)))
    return found


def went_on(visit: Visit, later: Visit, window: Window) -> bool:
    is_further = later.process == visit.process and later.place > visit.place
    further = later.category in OPEN and is_further
    return later.entered_at < window.cut and (further or later.category == "won")


def stage_conversion(rows: list[Row], window: Window) -> float | None:
    found = [went for _, went in entries(rows, window)]
    return sum(found) / len(found) if found else None


def conversion_by_stage(rows: list[Row], window: Window) -> dict[str, float | None]:
    found = entries(rows, window)
    result: dict[str, float | None] = {}
    for stage in {stage for stage, _ in found}:
        went = [on for where, on in found if where == stage]
        result[stage] = sum(went) / len(went)
    return result


# --- what is there at the end ----------------------------------------------------------------


def open_deals(rows: list[Row], window: Window) -> float:
    return sum(
        visit.category in OPEN
        and visit.entered_at < window.cut
        and (visit.left_at is None or visit.left_at >= window.cut)
        for row in deals(rows)
        for visit in row.visits
    )


def open_at_the_end(rows: list[Row], window: Window) -> list[Row]:
    return [row for row in rows if open_deals([row], window)]


def amount_then(row: Row, moment: datetime) -> float | None:
    """The amount just before a moment: the last that was written, or what the first replaced."""
    changes = [change for change in row.changes if change.is_amount]
    before = [change for change in changes if change.at < moment]
    if len(before) == len(changes):
        return None if row.amount is None else float(row.amount)
    text = before[-1].new_amount if before else changes[0].old_amount
    return None if text is None else float(text)


def span_of_open_work(rows: list[Row], window: Window) -> float | None:
    there = sum(
        since < window.cut and (until is None or until >= window.cut)
        for since, until in window.members
    )
    return open_deals(rows, window) / there if there >= 6 else None


def pipeline_value(rows: list[Row], window: Window) -> float:
    return sum(
        amount_then(row, window.cut) or 0
        for row in open_at_the_end(rows, window)
        if row.is_in_our_currency
    )


def next_step_coverage(rows: list[Row], window: Window) -> float | None:
    covered = []
    for row in open_at_the_end(rows, window):
        steps = [one.step for one in row.changes if one.step is not None and one.at < window.cut]
        covered.append(bool(steps and steps[-1]))
    return sum(covered) / len(covered) if covered else None


# --- service ---------------------------------------------------------------------------------


def on_time(rows: list[Row], window: Window) -> float | None:
    kept = []
    for row in rows:
        if row.is_service and row.due_on:
            day_after = row.due_on + timedelta(days=1)
            over = datetime(day_after.year, day_after.month, day_after.day, tzinfo=window.zone)
            if window.start < over <= window.cut and row.opened_at < over:
                done = row.outcome == "won" and row.closed_at is not None and row.closed_at < over
                kept.append(done)
    return sum(kept) / len(kept) if kept else None


def first_time_right(rows: list[Row], window: Window) -> float | None:
    right = []
    for row in rows:
        done = [visit for visit in row.visits if visit.category == "won"]
        if row.is_service and done and window.holds(done[0].entered_at):
            opened_again = any(
                visit.category in CLOSED and after and after.category in OPEN
                for visit, after in with_the_next(row)
            )
            right.append(not opened_again)
    return sum(right) / len(right) if right else None


# --- the customer's voice --------------------------------------------------------------------


def customer_score(rows: list[Row], window: Window) -> float | None:
    scores = [asked.score for row in rows for asked in row.asked if window.holds(asked.answered_at)]
    return sum(score or 0 for score in scores) / len(scores) if len(scores) >= 4 else None


def customer_response_rate(rows: list[Row], window: Window) -> float | None:
    over = [
        asked
        for row in rows
        for asked in row.asked
        if window.holds(asked.expires_at) and not asked.is_withdrawn
    ]
    return sum(asked.score is not None for asked in over) / len(over) if over else None


COUNTS: dict[str, Callable[[list[Row], Window], float | None]] = {
    "deals-won": deals_won,
    "value-won": value_won,
    "win-rate": win_rate,
    "deals-lost": deals_lost,
    "cycle-time": cycle_time,
    "cycle-time-km": cycle_time_km,
    "win-rate-cohort": win_rate_cohort,
    "reopened": reopened,
    "lost-reasons": deals_lost,
    "time-in-stage": time_in_stage,
    "stage-conversion": stage_conversion,
    "open-deals": open_deals,
    "span-of-open-work": span_of_open_work,
    "pipeline-value": pipeline_value,
    "next-step-coverage": next_step_coverage,
    "on-time": on_time,
    "first-time-right": first_time_right,
    "customer-score": customer_score,
    "customer-response-rate": customer_response_rate,
}
PARTS: dict[str, Callable[[list[Row], Window], dict[str, float | None] | dict[str, float]]] = {
    "lost-reasons": lost_reasons,
    "time-in-stage": time_by_stage,
    "stage-conversion": conversion_by_stage,
}
