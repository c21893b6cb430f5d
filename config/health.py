"""Whether Kring is alive, whether it is ready, and how its machinery is doing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import redis
from django.conf import settings
from django.contrib import admin
from django.db import DatabaseError, connection, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.models.rule import TELL
from dashboards.models import Verification
from teams import wall
from teams.models import Heartbeat, Job

Page = Callable[[HttpRequest], HttpResponse]

SECONDS = 0.2
# Beat ticks every half minute; somebody should look when two minutes went by without one.
QUIET = timedelta(minutes=2)
STALE_BACKUP = timedelta(days=2)
STALE_LOOK = timedelta(days=2)


def probes(get_response: Page) -> Page:
    """Answer the machines that ask whether we are well, before sessions and languages.

    `/livez`: this process answers. `/readyz`: it can serve pages, so the database is there and
    migrated; 503 and the reason when it is not. The broker only makes news slower, so it is told
    and counts for nothing.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path == "/livez":
            return HttpResponse("alive\n", content_type="text/plain")
        if request.path == "/readyz":
            return readiness()
        return get_response(request)

    return middleware


def readiness() -> HttpResponse:
    database = _database()
    return JsonResponse(
        {"database": database, "broker": "ok" if broker_answers() else "away"},
        status=200 if database == "ok" else 503,
    )


def _database() -> str:
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return "away"
    return "not migrated" if waiting else "ok"


def broker_answers() -> bool:
    client = redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=SECONDS, socket_connect_timeout=SECONDS
    )
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()


@dataclass(frozen=True)
class Line:
    """One line of the health page: what, how it is, and whether somebody should look."""

    name: str
    state: str
    is_well: bool


def lines(at: datetime) -> list[Line]:
    """How the machinery is doing. Counts and moments only: no content, nobody's name."""
    with transaction.atomic():
        return [_tick(at), _oldest(at), _failed(), _backup(at), _reports(at), _broker()]


def _tick(at: datetime) -> Line:
    last = Heartbeat.objects.of("tick")
    if last is None:
        return Line(_("Last tick"), _("never"), is_well=False)
    return Line(_("Last tick"), _ago(at - last.at), is_well=at - last.at < QUIET)


def _oldest(at: datetime) -> Line:
    waiting = Job.objects.ready().count()
    oldest = Job.objects.ready().oldest_first().first()
    if oldest is None:
        return Line(_("Work that is due"), _("nothing"), is_well=True)
    state = _("%(count)d, the oldest for %(age)s") % {
        "count": waiting,
        "age": _span(at - oldest.run_at),
    }
    return Line(_("Work that is due"), state, is_well=at - oldest.run_at < QUIET)


def _failed() -> Line:
    # Whom a rule cannot tell is not of this house, and its team reads it on the page of the rule.
    count = Job.objects.filter(state="failed").exclude(kind=TELL).count()
    return Line(_("Work that failed"), str(count), is_well=count == 0)


def _backup(at: datetime) -> Line:
    last = Heartbeat.objects.of("backup")
    if last is None:
        return Line(_("Last backup"), _("never"), is_well=False)
    return Line(_("Last backup"), _ago(at - last.at), is_well=at - last.at < STALE_BACKUP)


def _reports(at: datetime) -> Line:
    """The nightly look at what was published, of all teams together."""
    name = _("Published reports")
    with wall.opened():
        looks = Verification.objects.aggregate(oldest=models.Min("at"), count=models.Count("pk"))
        wrong = Verification.objects.with_faults().count()
    if not looks["count"]:
        return Line(name, _("not looked at yet"), is_well=True)
    state = _("%(wrong)d of %(count)d teams with faults; looked at %(when)s") % {
        "wrong": wrong,
        "count": looks["count"],
        "when": _ago(at - looks["oldest"]),
    }
    return Line(name, state, is_well=not wrong and at - looks["oldest"] < STALE_LOOK)


def _broker() -> Line:
    well = broker_answers()
    return Line(_("Broker"), _("answers") if well else _("away"), is_well=well)


def _ago(age: timedelta) -> str:
    return _("%(age)s ago") % {"age": _span(age)}


def _span(age: timedelta) -> str:
    minutes = max(int(age.total_seconds() // 60), 0)
    if minutes < 120:  # noqa: PLR2004
        return _("%(minutes)d min") % {"minutes": minutes}
    return _("%(hours)d hours") % {"hours": minutes // 60}


def page(request: HttpRequest) -> HttpResponse:
    """The health of the machinery, for administrators."""
    told = lines(timezone.now())
    context = {**admin.site.each_context(request), "title": _("Health"), "lines": told}
    return render(request, "admin/health.html", context)
