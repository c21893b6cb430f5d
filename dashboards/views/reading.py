"""The reading room."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dashboards import drafts, false_alarms, paper, reading, writing
from dashboards.models import Report, Verification
from dashboards.periods import Period, PeriodKind
from dashboards.views.receipt import receipts
from dashboards.web import find_period
from teams import panels
from teams.models import Team
from teams.web import TeamRequest, reader_page

EARLIER = 8


@require_safe
@reader_page
def reading_room(request: TeamRequest) -> HttpResponse:
    """The latest weekly report."""
    return _newest_room(request, PeriodKind.WEEK)


@require_safe
@reader_page
def reading_months(request: TeamRequest) -> HttpResponse:
    """The latest monthly report."""
    return _newest_room(request, PeriodKind.MONTH)


@require_safe
@reader_page
def reading_report(request: TeamRequest, period: str) -> HttpResponse:
    """The report of one period."""
    wanted = find_period(period)
    reports = request.team.reports.of(wanted.kind).with_the_last_look().with_receipts()
    report = get_object_or_404(reports, start_on=wanted.first_day)
    return _room(request, wanted.kind, report)


def _newest_room(request: TeamRequest, kind: PeriodKind) -> HttpResponse:
    team = request.team
    report = team.reports.of(kind).with_the_last_look().with_receipts().newest_first().first()
    draft = None
    if request.member:  # whoever reads along sees no draft
        newest = report.period if report else None
        draft = drafts.drafted(team, kind, newest, at=timezone.now())
    return _room(request, kind, report, **(_draft(team, draft) if draft else {}))


def _draft(team: Team, period: Period) -> dict[str, Any]:
    return {
        "draft_url": reverse("dashboards:draft", args=[team.slug, str(period)]),
        "draft_name": writing.period_name(period),
        "draft_until": period.published_at(team.zone, team.workdays),
    }


def _room(
    request: TeamRequest, kind: PeriodKind, report: Report | None, **more: Any
) -> HttpResponse:
    now = timezone.now()
    current = Period.containing(kind, now.astimezone(request.team.zone).date())
    context: dict[str, Any] = {
        "report": report,
        "kinds": _kinds(request.team, kind),
        # The team sees its running figures; whoever reads along waits for the whole period.
        "live": reading.running(request.team, current) if request.member else [],
        "live_name": writing.period_name(current),
        **more,
    }
    if report:
        read = reading.read(report)
        context |= {
            "headline": read.headline,
            "lede": read.lede,
            "calm_count": len(read.calm),
            "unjudged": read.unjudged,
            "panels": _panels(report),
            "beside_changed": panels.at("changed", request, [one.slug for one in read.changed]),
            "restated": read.restated,
            "effects": read.effects,
            "words": read.words,
            "steered_by": read.steered_by,
            "false_alarm_text": false_alarms.sentence(report.payload),
            "period_name": writing.period_name(report.period),
            "pdf_url": _pdf_url(request.team, report),
            "published_at": report.published_at,
            "sha256": report.sha256,
            **_last_look(report),
            **receipts(request, report),
            "periods": _periods(request.team, report),
        }
    else:
        context["first_at"] = current.published_at(request.team.zone, request.team.workdays)
    return render(request, "dashboards/reading.html", context)


def _panels(report: Report) -> SafeString:
    """The figures of the report with their charts."""
    draw = _drawn.__wrapped__ if settings.DEBUG else _drawn  # whoever writes templates sees them
    return draw(report.content, get_language(), report.team.slug)


@lru_cache(maxsize=reading.MOST_KEPT)
def _drawn(content: str, language: str | None, slug: str) -> SafeString:
    read = reading.read_content(content, language)
    panels = {"changed": read.changed, "calm": read.calm, "unjudged": read.unjudged}
    return render_to_string("dashboards/_panels.html", {**panels, "team": {"slug": slug}})


def _pdf_url(team: Team, report: Report) -> str:
    """Where the report is on paper; empty where nothing is installed that draws it."""
    if not paper.is_installed():
        return ""
    return reverse("dashboards:report-pdf", args=[team.slug, str(report.period)])


def _last_look(report: Report) -> dict[str, Any]:
    """What came of looking whether the reports are still what was published, if anybody looked."""
    look: Verification | None = getattr(report.team, "verification", None)
    faults = [reading.fault_text(fault) for fault in look.found] if look else []
    return {"verification": look, "faults": faults}


def _kinds(team: Team, kind: PeriodKind) -> list[dict[str, Any]]:
    names = {
        PeriodKind.WEEK: (_("Weekly"), "dashboards:reading"),
        PeriodKind.MONTH: (_("Monthly"), "dashboards:reading-months"),
    }
    return [
        {"label": label, "url": reverse(name, args=[team.slug]), "current": each is kind}
        for each, (label, name) in names.items()
    ]


def _periods(team: Team, report: Report) -> list[dict[str, Any]]:
    """The reports around the one that is open, the newest first."""
    kind = PeriodKind(report.period_kind)
    rows = team.reports.of(kind).newest_first().values_list("start_on", flat=True)[:EARLIER]
    days = sorted({*rows, report.start_on}, reverse=True)
    periods = [Period(kind, day) for day in days]
    return [
        {
            "label": writing.period_name(period),
            "url": reverse("dashboards:report", args=[team.slug, str(period)]),
            "current": period == report.period,
        }
        for period in periods
    ]
