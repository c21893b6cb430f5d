"""Print one KPI of one team through time, counted from the facts."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dashboards.engine import measure
from dashboards.figures import WHOLE, Figure, Kpi
from dashboards.management.reading import kpi_of, moment_of, number, period_of, printed, team_of
from dashboards.periods import Period, PeriodKind
from teams.models import Team


class Command(BaseCommand):
    help = "Print one KPI of one team through time, counted from the facts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("team", help="the team's address, such as rijnmond")
        parser.add_argument("kpi", help="the KPI, such as deals-won")
        parser.add_argument("--from", required=True, dest="first", help="2017-03 or 2017-W09")
        parser.add_argument("--to", required=True, dest="last", help="2017-12 or 2017-W52")
        parser.add_argument("--period", choices=[*PeriodKind], default=PeriodKind.MONTH)
        parser.add_argument("--as-of", help="count what had happened by the end of this day")
        parser.add_argument(
            "--by", action="store_true", help="in parts too: every stage or reason by itself"
        )
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(
        self,
        *,
        team: str,
        kpi: str,
        first: str,
        last: str,
        period: str,
        as_of: str | None,
        by: bool,
        json: bool,
        **_: Any,
    ) -> None:
        whose, what = team_of(team), kpi_of(kpi)
        periods = _periods(PeriodKind(period), period_of(first), period_of(last))
        figures = measure(what, [whose], periods, until=moment_of(as_of, whose))
        rows = [_row(figure) for figure in figures if figure.dimension == WHOLE]
        if by:
            rows += _parts(what, whose, figures)
        self.stdout.write(printed(rows) if json else _table(rows, whose, what.unit_for(whose)))


def _periods(kind: PeriodKind, first: Period, last: Period) -> list[Period]:
    """The periods of this kind from the first day of one to the last day of the other."""
    if first.first_day > last.last_day:
        raise CommandError("The first period lies after the last one.")
    begin = Period.containing(kind, first.first_day)
    end = Period.containing(kind, last.last_day)
    if (end.first_day - begin.first_day) > timedelta(days=36_600):
        raise CommandError("A series spans at most a hundred years.")
    return list(begin.through(end))


def _parts(kpi: Kpi, team: Team, figures: list[Figure]) -> list[dict[str, Any]]:
    """A row for every stage or reason, with its key and its name."""
    if kpi.dimension is None:
        raise CommandError(f"{kpi.slug} has no parts.")
    parts = [figure for figure in figures if figure.dimension != WHOLE]
    return [
        {"key": figure.dimension, "label": label, **_row(figure)}
        for label, figure in kpi.dimension.named(team, parts)
    ]


def _row(figure: Figure) -> dict[str, Any]:
    return {
        "period": str(figure.period),
        "value": number(figure.value),
        "numerator": number(figure.numerator),
        "denominator": number(figure.denominator),
        "n": figure.n,
    }


def _table(rows: list[dict[str, Any]], team: Team, unit: str) -> str:
    lines = [f"{team}, in {unit}"]
    for row in rows:
        value = "-" if row["value"] is None else f"{row['value']:,.6g}"
        lines.append(
            f"{row['period']:>9}  {value:>14}  n {row['n']:<6} {row.get('label', '')}".rstrip()
        )
    return "\n".join(lines)
