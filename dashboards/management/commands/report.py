"""Print the report of one period of one team, and publish it when asked to."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from dashboards import reports, series
from dashboards.jobs import publish_period
from dashboards.management.reading import moment_of, period_of, printed, team_of
from dashboards.models import Report, ReportError
from dashboards.periods import Period
from teams.models import Team


class Command(BaseCommand):
    help = "Print the published report of a period, or its draft; --publish publishes it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("team", help="the team's address, such as rijnmond")
        parser.add_argument("--period", required=True, help="2017-12 or 2017-W50")
        parser.add_argument("--as-of", help="count what had happened by the end of this day")
        parser.add_argument("--json", action="store_true", help="print JSON")
        parser.add_argument("--publish", action="store_true", help="publish it, once and for all")

    def handle(
        self, *, team: str, period: str, as_of: str | None, json: bool, publish: bool, **_: Any
    ) -> None:
        whose, when = team_of(team), period_of(period)
        document = self._published(whose, when) or self._made(whose, when, as_of, publish=publish)
        self.stdout.write(printed(document) if json else _words(document))

    def _published(self, team: Team, period: Period) -> dict[str, Any] | None:
        report = Report.objects.filter(
            team=team, period_kind=period.kind, start_on=period.first_day
        ).first()
        return _with_seal(report) if report else None

    @transaction.atomic
    def _made(
        self, team: Team, period: Period, as_of: str | None, *, publish: bool
    ) -> dict[str, Any]:
        known = moment_of(as_of, team)
        if publish:
            if period.end(team.zone) > known:
                raise CommandError(f"{period} was not over by the end of that day.")
            try:
                return _with_seal(publish_period(team, period, at=timezone.now(), as_of=known))
            except ReportError as refusal:
                raise CommandError(str(refusal)) from None
        figures = series.from_facts(team, period, until=known)
        return {**reports.compose(team, period, figures, as_of=known), "published": None}


def _with_seal(report: Report) -> dict[str, Any]:
    return {
        **report.payload,
        "published": {"at": report.published_at.isoformat(), "sha256": report.sha256},
    }


def _words(document: dict[str, Any]) -> str:
    seal = document["published"]
    lines = [
        f"{document['team']}, {document['period']}:"
        f" {'published ' + seal['at'] if seal else 'a draft, not published'}"
    ]
    for kpi in document["kpis"]:
        state = kpi["signal"]["side"] if kpi["signal"] else "-"
        value = "-" if kpi["value"] is None else kpi["value"]
        lines.append(
            f"  {kpi['slug']:<18}{value:>16} {kpi['unit']:<6} n {kpi['n']:<6} signal {state}"
        )
        for part in kpi.get("breakdown", []):
            of_it = "-" if part["value"] is None else part["value"]
            lines.append(f"    {part['label']:<16}{of_it:>16} {kpi['unit']:<6} n {part['n']}")
    return "\n".join(lines)
