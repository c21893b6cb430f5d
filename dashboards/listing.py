"""The facts behind a figure in the words of their reader, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dashboards import kpis, words, writing
from dashboards.facts import Behind, Fact, behind
from dashboards.figures import WHOLE, Kpi, Subject, Unit
from dashboards.models import Report
from dashboards.periods import Period
from dashboards.reach import can_read
from dashboards.reports import text
from dashboards.spc import Kind
from teams.models import Membership, Team
from teams.templatetags.kring import money, short_date

PAGE = 50
NOBODY_KNOWS = Subject("–", "", "")
LENGTHS: dict[Unit, Promise] = {
    Unit.DAYS: gettext_lazy("Days"),
    Unit.HOURS: pgettext_lazy("a length", "Working hours"),
    Unit.MONEY: gettext_lazy("Amount"),
    Unit.SCORE: gettext_lazy("Score"),
}
MOMENTS: dict[Kind, tuple[str | Promise, str | Promise]] = {
    Kind.FLOW: ("", pgettext_lazy("a day", "On")),
    Kind.RATIO: ("", pgettext_lazy("a day", "On")),
    Kind.DURATION: (gettext_lazy("Began"), gettext_lazy("Ended")),
    Kind.STOCK: (gettext_lazy("There since"), ""),
    Kind.SURVIVAL: (gettext_lazy("Began"), gettext_lazy("Ended")),
    Kind.COHORT: (gettext_lazy("Began"), gettext_lazy("Came about")),
}


def find(
    team: Team,
    kpi: str,
    period: str,
    asked: Mapping[str, str],
    *,
    member: Membership | None,
    at: datetime,
) -> Behind:
    """The facts that an address asks for, as they are known at this moment.

    `asked` may hold a `part`, and `since`: the period from which a flow is added up. Raises
    LookupError where there is no such figure, or where it is not for this reader.
    """
    try:
        last = Period.parse(period)
        first = Period.parse(asked["since"]) if asked.get("since") else last
    except ValueError as unreadable:
        raise LookupError(str(unreadable)) from None
    if not can_read(team, last, member=member, at=at):
        raise LookupError(f"The facts of {last} are not there to be read.")
    part = asked.get("part") or WHOLE
    return behind(kpis.get(kpi), team, last, first=first, dimension=part, until=at)


@dataclass(frozen=True)
class Row:
    """A fact on the page; what its list does not tell is empty."""

    subject: Subject
    part: str
    began: str
    ended: str
    amount: str
    counts: str


@dataclass(frozen=True)
class Listing:
    """A page of the facts behind a figure, and how they make it.

    The names of the columns are empty where the list has no such column. `published` says what
    the report told where it is something else by now.
    """

    kpi: Kpi
    part: str
    period: str
    value: str
    n: str
    adds_up: str
    published: str
    left_out: int
    subject_name: str
    part_name: str
    began_name: str
    ended_name: str
    amount_name: str
    rows: list[Row]
    page: Page
    previous_url: str
    next_url: str

    @classmethod
    def of(cls, found: Behind, *, page: str | None, sees_people: bool) -> Self:
        kpi, figure, team = found.kpi, found.figure, found.team
        labels = kpi.dimension.labels(team) if kpi.dimension else {}
        asked = Paginator(range(found.count), PAGE).get_page(page)
        facts = facts_of(found, asked)
        subjects = named(found, facts, sees_people=sees_people)
        began_name, ended_name = MOMENTS[kpi.kind]
        amount_name = LENGTHS.get(kpi.unit, "")
        unit = kpi.unit_for(team)
        return cls(
            kpi=kpi,
            part=labels.get(figure.dimension, figure.dimension),
            period=_stretch(found),
            value=writing.value_text(kpi, unit, figure.value, figure),
            n=writing.cases(figure.n),
            adds_up=_adds_up(found, unit),
            published=_published(found, unit),
            left_out=figure.left_out,
            subject_name=str(kpi.about.name),
            part_name=str(kpi.dimension.name) if kpi.dimension and not figure.dimension else "",
            began_name=str(began_name),
            ended_name=str(ended_name),
            amount_name=str(amount_name),
            rows=[
                _row(fact, found, subjects.get(fact.subject, NOBODY_KNOWS), labels, unit)
                for fact in facts
            ],
            page=asked,
            previous_url=url_of(found, asked.number - 1) if asked.has_previous() else "",
            next_url=url_of(found, asked.number + 1) if asked.has_next() else "",
        )


def facts_of(found: Behind, page: Page) -> list[Fact]:
    """The facts on a page of their numbers."""
    return found.facts(page.start_index() - 1, page.end_index()) if found.count else []


def named(found: Behind, facts: list[Fact], *, sees_people: bool) -> Mapping[int, Subject]:
    """What these facts are about."""
    keys = {fact.subject for fact in facts}
    return found.kpi.about.named(found.team, keys, sees_people=sees_people)


def url_of(found: Behind, page: int) -> str:
    """The end of the address of a page of this list."""
    wanted: dict[str, Any] = {"page": page}
    if found.figure.dimension:
        wanted["part"] = found.figure.dimension
    if found.first != found.last:
        wanted["since"] = found.first
    return f"?{urlencode(wanted)}"


def _stretch(found: Behind) -> str:
    last = writing.period_name(found.last)
    if found.first == found.last:
        return last
    return _("%(first)s to %(last)s") % {"first": writing.period_name(found.first), "last": last}


def _row(fact: Fact, found: Behind, subject: Subject, labels: Mapping[str, str], unit: str) -> Row:
    return Row(
        subject=subject,
        part=labels.get(fact.dimension, fact.dimension),
        began=_moment(fact.began_at, found),
        ended=_moment(fact.at, found),
        amount=_amount(fact, unit),
        counts=str(words.COUNTS[fact.counts] % {"days": found.kpi.horizon}),
    )


def _moment(moment: datetime | None, found: Behind) -> str:
    if moment is None:
        return ""
    local = timezone.localtime(moment, found.team.zone)
    day = short_date(local.date())
    # Of working hours the day alone says little.
    return f"{day} {formats.date_format(local, 'H:i')}" if found.kpi.clock else day


def _amount(fact: Fact, unit: str) -> str:
    if fact.length is not None:
        return writing.show(unit)(fact.length)
    if fact.amount is None:
        return ""
    if unit == Unit.SCORE:
        return str(int(fact.amount))
    if unit == Unit.HOURS:
        return writing.show(unit)(float(fact.amount))
    return money(fact.amount, unit)


def _adds_up(found: Behind, unit: str) -> str:
    """How the facts make the figure, in a sentence."""
    kpi, figure = found.kpi, found.figure
    if found.count == 0:
        return ""
    if figure.value is None:
        return str(words.NO_VALUE)
    told = {
        "value": writing.value_text(kpi, unit, figure.value, figure),
        "above": formats.number_format(figure.numerator or 0, 0),
        "below": formats.number_format(figure.denominator or 0, 0),
        "days": kpi.horizon,
        "share": writing.show(unit)(float(figure.value)),
    }
    if kpi.kind is Kind.SURVIVAL and kpi.outcome:
        return str(words.COMES_TO % told)
    if kpi.kind in {Kind.SURVIVAL, Kind.DURATION}:
        return str(words.MIDDLES[kpi.kind] % told)
    return str(words.SUMS.get(kpi.unit, words.TOGETHER) % told)


def _published(found: Behind, unit: str) -> str:
    """What the report of the period told, where that is no longer what the facts give."""
    if found.first != found.last:
        return ""
    report = found.team.reports.of(found.last.kind).filter(start_on=found.last.first_day)
    said = _said(report.newest_first().first(), found)
    if said is None or (said["value"], said["n"]) == (text(found.figure.value), found.figure.n):
        return ""
    was = "–" if said["value"] is None else writing.show(unit)(float(said["value"]))
    told = {"period": writing.period_name(found.last), "was": was, "n": writing.cases(said["n"])}
    return str(words.PUBLISHED_OTHERWISE % told)


def _said(report: Report | None, found: Behind) -> dict[str, Any] | None:
    if report is None:
        return None
    entry = next((one for one in report.payload["kpis"] if one["slug"] == found.kpi.slug), None)
    if entry is None or entry["version"] != found.kpi.version:
        return None
    parts: dict[str, dict[str, Any]] = {part["key"]: part for part in entry.get("breakdown", [])}
    return parts.get(found.figure.dimension) if found.figure.dimension else entry
