"""A published report to take along: on paper, and its figures as a table."""

import io

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from dashboards import paper, tables
from dashboards.models import Report
from dashboards.web import find_report
from teams.tables import write_csv
from teams.web import TeamRequest, reader_page


@require_safe
@reader_page
def csv(request: TeamRequest, period: str) -> HttpResponse:
    """The figures of a report, for a spreadsheet."""
    report = find_report(request.team, period)
    file = io.BytesIO()
    write_csv(tables.HEAD, tables.rows_of(report), file)
    return attached(report, file.getvalue(), "csv", "text/csv; charset=utf-8")


@require_safe
@reader_page
def pdf(request: TeamRequest, period: str) -> HttpResponse:
    """The report on paper, where whoever looks after Kring has installed what draws it."""
    if not paper.is_installed():
        raise Http404
    report = find_report(request.team, period)
    return attached(report, paper.pdf_of(report), "pdf", "application/pdf")


def attached(report: Report, content: bytes, kind: str, mime: str) -> HttpResponse:
    """A file named after the team and the period."""
    name = f"{report.payload['team']}-{report.period}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=mime, headers=headers)
