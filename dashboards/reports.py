"""What a report says: every figure of a period with all that is needed to check it.

The content is plain JSON: decimals are strings, moments ISO 8601 in UTC. It names no person.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from dashboards import effects, following, kpis, spacing
from dashboards.between import gaps_of
from dashboards.figures import Figure
from dashboards.fitting import ChartKind
from dashboards.models import Objective, Report
from dashboards.periods import Period
from dashboards.series import HISTORY, Series
from dashboards.spc import MANAGER, Assessment, Finding, Limits
from teams.models import Team

FORMAT = 1


def compose(
    team: Team, period: Period, series: Iterable[Series], *, as_of: datetime
) -> dict[str, Any]:
    """Put the report of a period together, as the manager's profile reads it."""
    before = (
        team.reports.of(period.kind).filter(start_on__lt=period.first_day).newest_first().first()
    )
    series, wanted = list(series), objectives_of(team, period)
    return {
        "format": FORMAT,
        "team": team.slug,
        **frame(team, period, series),
        "period": str(period),
        "start": period.start(team.zone).astimezone(UTC).isoformat(),
        "end": period.end(team.zone).astimezone(UTC).isoformat(),
        "timezone": team.timezone,
        "as_of": as_of.astimezone(UTC).isoformat(),
        "profile": MANAGER.name,
        **following.published(team, wanted, at=as_of),
        **effects.published(team, period, before, at=as_of),
        "kpis": [_with_distances(one, period, wanted.get(one.kpi.slug)) for one in series],
        "restated": list(_restated(series, before)) if before else [],
    }


def frame(team: Team, period: Period, series: list[Series]) -> dict[str, Any]:
    """What all charts of a report have in common."""
    return {"kind": period.kind.value, "markers": _markers(team, period, series)}


def _markers(team: Team, period: Period, series: list[Series]) -> list[dict[str, str]]:
    """What the team changed in its process in the time that the report shows."""
    since = min((one.periods[0] for one in series), default=period)
    entries = team.logbook.filter(
        kind__in=kpis.markers(),
        at__gte=since.start(team.zone),
        at__lt=period.end(team.zone),
    ).order_by("at", "pk")
    return [
        {
            "kind": entry.kind,
            "period": str(Period.containing(period.kind, entry.at.astimezone(team.zone).date())),
            "text": str(entry.details.get("reason", "")),
            # Of what is about one figure no other chart speaks.
            **({"kpi": entry.kpi} if entry.kpi else {}),
        }
        for entry in entries
    ]


def objectives_of(team: Team, period: Period) -> dict[str, Objective]:
    """What the team wants in this period, by the slug of the KPI."""
    return {one.kpi: one for one in team.objectives.wanted_in(period).order_by("pk")}


def entry(series: Series, objective: Objective | None = None) -> dict[str, Any]:
    """What a report says of one KPI."""
    assessment = series.assess("manager")
    points = list(zip(series.periods, series.figures, strict=True))
    kpi, figure = series.kpi, series.figures[-1]
    return {
        "slug": kpi.slug,
        "version": kpi.version,
        "kind": kpi.kind.value,
        "unit": kpi.unit_for(series.team),
        "direction": kpi.direction,
        "counter": kpi.counter,
        **_figure(figure),
        "limits": _limits(assessment.limits),
        "baseline": _baseline(series),
        **_before(series),
        **({"objective": objective.terms} if objective else {}),
        "chart": series.fitting_chart(assessment).value,
        "rules": assessment.rules,
        "status": assessment.status.value,
        "reason": assessment.reason.value if assessment.reason else None,
        "signal": _signal(series, assessment.live) if assessment.live else None,
        "signals": [_signal(series, finding) for finding in assessment.findings],
        **_breakdown(series),
        "series": [
            {"period": str(period), **_point(point), **_range_of(point, assessment, at)}
            for at, (period, point) in list(enumerate(points))[-HISTORY[series.periods[0].kind] :]
        ],
    }


def _with_distances(series: Series, period: Period, objective: Objective | None) -> dict[str, Any]:
    """The same, and the distances between rare events where these have a range and figures none."""
    told = entry(series, objective)
    gaps = None if series.kpi.is_detail else gaps_of(series, ChartKind(told["chart"]))
    limits = gaps.limits if gaps else None
    if gaps is None or limits is None:
        return told
    held = {
        "sort": gaps.sort.value,
        "since": gaps.since.isoformat(),
        "gaps": [
            {"until": end.isoformat(), "length": text(length)}
            for end, length in zip(gaps.ends, gaps.lengths, strict=True)
        ],
        "limits": _limits(limits),
    }
    # What was written down after the figure was counted waits for the next report.
    return {**told, "between": held} if spacing.fits(held, told, period) else told


def _breakdown(series: Series) -> dict[str, Any]:
    """The figures of every stage or reason, named as the team names it now."""
    dimension = series.kpi.dimension
    if dimension is None:
        return {}
    return {
        "breakdown": [
            {"key": figure.dimension, "label": label, **_figure(figure)}
            for label, figure in dimension.named(series.team, series.breakdown)
        ]
    }


def _figure(figure: Figure | None) -> dict[str, Any]:
    if figure is None:
        return {"value": None, "numerator": None, "denominator": None, "n": 0, "left_out": 0}
    return {
        "value": text(figure.value),
        "numerator": text(figure.numerator),
        "denominator": text(figure.denominator),
        "n": figure.n,
        "left_out": figure.left_out,
    }


def _point(figure: Figure | None) -> dict[str, Any]:
    return {"value": text(figure.value) if figure else None, "n": figure.n if figure else 0}


def _range_of(figure: Figure | None, seen: Assessment, at: int) -> dict[str, Any]:
    """The limits of one period, where each has its own."""
    limits = seen.limits
    if limits is None or limits.cases is None or at < seen.start or not (figure and figure.n):
        return {}
    own = limits.of(figure.n)
    return {"lower": text(own.lower), "upper": text(own.upper)}


def _limits(limits: Limits | None) -> dict[str, Any] | None:
    if limits is None:
        return None
    return {
        "centre": text(limits.centre),
        "lower": text(limits.lower),
        "upper": text(limits.upper),
        "mean_range": text(limits.mean_range),
        "n": limits.n,
        **({} if limits.cases is None else {"cases": text(limits.cases)}),
    }


def _baseline(series: Series) -> dict[str, Any] | None:
    baseline = series.baseline
    if baseline is None:
        return None
    return {
        "id": baseline.pk,
        "profile": baseline.profile,
        "first": str(baseline.first),
        "last": str(baseline.last),
        "signed_at": baseline.signed_at.astimezone(UTC).isoformat(),
    }


def _before(series: Series) -> dict[str, Any]:
    """The range before the one in force, where the team replaced it: it stays on the chart."""
    baseline = series.baseline
    if baseline is None or baseline.replaces is None:
        return {}
    before = baseline.replaces
    return {
        "before": {
            "id": before.pk,
            "first": str(before.first),
            "until": str(baseline.first),
            "limits": _limits(before.limits),
            "reason": baseline.reason,
        }
    }


def _signal(series: Series, finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule.value,
        "side": finding.side.value,
        "onset": str(series.periods[finding.onset]),
        "latest": str(series.periods[finding.end]),
        "points": [str(series.periods[index]) for index in finding.points],
    }


def _restated(series: list[Series], before: Report) -> Iterable[dict[str, Any]]:
    """What the report before this one showed otherwise: facts that were recorded later."""
    now = {
        (one.kpi.slug, one.kpi.version, str(period)): text(figure.value) if figure else None
        for one in series
        for period, figure in zip(one.periods, one.figures, strict=True)
    }
    for kpi in before.payload["kpis"]:
        for point in kpi["series"]:
            cell = (kpi["slug"], kpi["version"], point["period"])
            if cell in now and now[cell] != point["value"]:
                yield {
                    "kpi": kpi["slug"],
                    "unit": kpi["unit"],
                    "period": point["period"],
                    "published": point["value"],
                    "now": now[cell],
                }


def text(number: Decimal | float | None) -> str | None:
    """A number as it stands in a report: plain digits, at most ten decimals, no zeros behind."""
    if number is None:
        return None
    digits = f"{Decimal(repr(number)) if isinstance(number, float) else number:.10f}"
    trimmed = digits.rstrip("0").rstrip(".")
    return "0" if trimmed == "-0" else trimmed
