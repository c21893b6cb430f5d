"""The floor: the least that a page, a look at all visits and a load of rows can cost here."""

from time import perf_counter

from django.db import connections, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bench.results import Floor, Times
from crm.models import Deal, Stage
from teams.models import Team
from teams.wall import opened
from teams.web import own_page

ROWS = 50
SHOWN = ("number", "title", "source__name", "amount", "next_step", "outcome")
SCANS = 7
ASKED = 400
SCAN = "SELECT count(*), sum(number) FROM crm_stagevisit"


@require_safe
@own_page
def fifty_rows(request: HttpRequest, team_id: int) -> HttpResponse:
    """Fifty deals with six cells each: one query, one template, no words about anything."""
    rows: list[tuple[object, ...]] = list(
        Deal.objects.filter(team=team_id).order_by("-number").values_list(*SHOWN)[:ROWS]
    )
    return render(request, "bench/rows.html", {"rows": rows})


def wall(team: Team) -> Floor:
    """What the policies cost one query of a page: the stages of a team, with and without them.

    The owner of the tables is not walled in, and asks the same.
    """
    bare, walled = (_fastest(alias, team) for alias in ("owner", "default"))
    what = f"the second wall, for one query of {walled:.2f} ms (without it {bare:.2f} ms)"
    return Floor("wall", round(walled - bare, 2), "ms", what)


def _fastest(alias: str, team: Team) -> float:
    """The fast end of many: what stands in the way of a query has nothing to do with the wall."""
    stages = Stage.objects.using(alias).of_team(team)
    times = []
    with transaction.atomic(), transaction.atomic(using=alias), opened([team.pk]):
        for _ in range(ASKED):
            start = perf_counter()
            list(stages.all())
            times.append(1000 * (perf_counter() - start))
    return sorted(times)[ASKED // 20]


def scan() -> Floor:
    """Look at every visit once, in one process, and add up one column."""
    times = []
    with connections["owner"].cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")
        for _ in range(SCANS):
            start = perf_counter()
            cursor.execute(SCAN)
            count, _sum = cursor.fetchone()
            times.append(1000 * (perf_counter() - start))
        cursor.execute("RESET max_parallel_workers_per_gather")
    return Floor("scan", round(Times(times).p50, 2), "ms", f"{SCAN} ({int(count):,} rows)")
