"""Fill the database: the few by Django, the many by COPY into bare tables, dressed afterwards."""

import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from io import StringIO
from operator import itemgetter
from time import perf_counter
from typing import TypeVar

from django.core.management.color import no_style
from django.db import connections, transaction

from bench import debating, world
from bench.bare import dress, undress
from bench.options import DESKS, Options
from bench.results import Floor, Loaded
from bench.world import FIRST, LAST, PEOPLE, REASONS, SOURCES, STAGES, Line, Place
from crm.models import (
    Contact,
    Deal,
    DealNumbering,
    LossReason,
    Organization,
    Pipeline,
    PipelineRevision,
    Source,
    Stage,
    StageVisit,
)
from debates.models import Debate, Point, Proposal, ProposalVersion, Seat
from teams.models import Findable, ManagerLink, Membership, Team, User

T = TypeVar("T")

TEAMS_AT_ONCE = 40
FLOOR_ROWS = 400_000
BEGAN = timedelta(days=3 * 365)
FOLLOWS = 10  # teams per manager
COUNTED = (
    Contact, Deal, Organization, StageVisit, Debate, Seat, Point, Proposal, ProposalVersion,
)  # fmt: skip
COLUMNS = {**world.COLUMNS, **debating.COLUMNS}
# What is written to: the words by which deals and customers are found come by themselves.
FILLED = [*(table for table, _columns in COLUMNS.values()), Findable._meta.db_table]
DRESSED = "indexes and keys of these"
SPELLS = "spells of the deals"
TELL_SPELLS = """
INSERT INTO crm_openspell (deal_id, team_id, began_at, ended_at, amount, has_step)
SELECT told.* FROM crm_told_spells(ARRAY(SELECT id FROM crm_deal)) AS told
"""


def fill(options: Options, now: datetime) -> tuple[Floor, list[Loaded]]:
    """Fill all tables; returns the bare COPY's speed and each table's beside it."""
    places = places_of(options, now - BEGAN)
    rows: Counter[str] = Counter()
    seconds: dict[str, float] = defaultdict(float)
    put_back = undress(FILLED)
    for some in _batches(places):
        with transaction.atomic(using="owner"):
            for name, lines in _texts(some, options, now):
                seconds[name] += _timed(lambda: _copy(*COLUMNS[name], lines))  # noqa: B023
                rows[name] += len(lines)
        sys.stderr.write(f"\rfilled {some[-1].index + 1} of {options.teams} teams")
    sys.stderr.write("\n")
    rows[DRESSED] = sum(rows.values())
    seconds[DRESSED] = _timed(lambda: dress(put_back))
    rows[SPELLS] = rows["deals"]
    seconds[SPELLS] = _timed(lambda: _say(TELL_SPELLS))
    settle()
    floor = bare_copy()
    loaded = [Loaded.of(name, rows[name], seconds[name], floor) for name in rows]
    everything = rows[DRESSED], sum(seconds.values())
    return floor, [*loaded, Loaded.of("all together", *everything, floor)]


def _timed(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def places_of(options: Options, at: datetime) -> list[Place]:
    """Teams with their people, managers and processes."""
    teams = Team.objects.bulk_create(
        Team(slug=f"team-{nth}", name=f"Team {nth}", started_at=at)
        for nth in range(1, options.teams + 1)
    )
    people, debating_ones = _people(teams, at), spread(teams, DESKS)
    guests = [user.pk for user in _users(debating.PEOPLE - PEOPLE, "guest")]
    pipelines = Pipeline.objects.bulk_create(Pipeline(team=team, name="Sales") for team in teams)
    stages = _stages(pipelines)
    revisions = PipelineRevision.objects.bulk_create(
        PipelineRevision(pipeline=each, number=1, reason="Our first version", at=at, snapshot=[])
        for each in pipelines
    )
    DealNumbering.objects.bulk_create(
        DealNumbering(team=team, last=options.deals) for team in teams
    )
    return [
        Place(
            index,
            team.pk,
            pipeline.pk,
            revision.pk,
            stages[pipeline.pk],
            people[team.pk],
            [source.pk for source in Source.objects.begin(team, SOURCES)],
            [reason.pk for reason in LossReason.objects.begin(team, REASONS)],
            guests if team in debating_ones else [],
        )
        for index, (team, pipeline, revision) in enumerate(
            zip(teams, pipelines, revisions, strict=True)
        )
    ]


def spread(things: Sequence[T], count: int) -> Sequence[T]:
    """So many of these, from all over them."""
    return things[:: max(1, len(things) // count)][:count]


def _people(teams: list[Team], at: datetime) -> dict[int, list[int]]:
    users = iter(_users(len(teams) * PEOPLE, "person"))
    managers = _users(1 + len(teams) // FOLLOWS, "manager")
    here = {team: [next(users) for _ in range(PEOPLE)] for team in teams}
    Membership.objects.bulk_create(
        Membership(team=team, user=user, since_at=at)
        for team, members in here.items()
        for user in members
    )
    ManagerLink.objects.bulk_create(
        ManagerLink(team=team, user=managers[nth // FOLLOWS], since_at=at)
        for nth, team in enumerate(teams)
    )
    return {team.pk: [user.pk for user in members] for team, members in here.items()}


def _users(count: int, word: str) -> list[User]:
    # "!" is a password that nobody has.
    users: list[User] = User.objects.bulk_create(
        User(
            email=f"{word}{nth}@example.com",
            name=f"{FIRST[nth % len(FIRST)]} {LAST[nth % len(LAST)]}",
            password="!",
        )
        for nth in range(count)
    )
    return users


def _stages(pipelines: list[Pipeline]) -> dict[int, list[int]]:
    stages = Stage.objects.bulk_create(
        Stage(
            pipeline=pipeline,
            name=draft.name,
            category=draft.category,
            exit_policy=draft.exit_policy,
            wip_limit=draft.wip_limit,
            position=position,
        )
        for pipeline in pipelines
        for position, draft in enumerate(STAGES, start=1)
    )
    found: dict[int, list[int]] = {}
    for stage in stages:
        found.setdefault(stage.pipeline_id, []).append(stage.pk)
    return found


def _batches(places: list[Place]) -> Iterator[list[Place]]:
    for start in range(0, len(places), TEAMS_AT_ONCE):
        yield places[start : start + TEAMS_AT_ONCE]


def _texts(places: list[Place], options: Options, now: datetime) -> Iterator[tuple[str, list[str]]]:
    """The lines of a few teams by table, in the order in which the tables refer to each other.

    In a table they stand in the order of time, as life writes them: no team has pages of its own.
    """
    yield from _by_table([world.rows_of(place, options.deals, now) for place in places])
    yield from _by_table([debating.debates_of(place, now) for place in places if place.guests])


def _by_table(teams: Sequence[world.Rows | debating.Talk]) -> Iterator[tuple[str, list[str]]]:
    for each in fields(teams[0]) if teams else ():
        lines: list[Line] = [line for team in teams for line in getattr(team, each.name)]
        yield each.name, [text for _at, text in sorted(lines, key=itemgetter(0))]


def _copy(table: str, columns: str, lines: list[str]) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.copy_expert(
            f"COPY {table} ({', '.join(columns.split())}) FROM STDIN", StringIO("".join(lines))
        )


def settle() -> None:
    """Let the database come to rest: numbers go on from here, statistics and row maps are known."""
    for statement in connections["owner"].ops.sequence_reset_sql(no_style(), list(COUNTED)):
        _say(statement)
    _say("VACUUM ANALYZE")


def bare_copy() -> Floor:
    """COPY visits once more, the same rows, into a table that keeps no promise at all."""
    table, columns = COLUMNS["visits"]
    names = ", ".join(columns.split())
    _say(f"CREATE UNLOGGED TABLE bench_visits (LIKE {table})")
    lines = StringIO()
    with connections["owner"].cursor() as cursor:
        cursor.copy_expert(
            f"COPY (SELECT {names} FROM {table} LIMIT {FLOOR_ROWS}) TO STDOUT", lines
        )
    rows = lines.getvalue().splitlines(keepends=True)
    start = perf_counter()
    _copy("bench_visits", columns, rows)
    seconds = perf_counter() - start
    _say("DROP TABLE bench_visits")
    what = f"visits into an unlogged table without indexes or constraints ({len(rows):,} rows)"
    return Floor("COPY", round(len(rows) / seconds), "rows/s", what)


def size_of() -> str:
    """How large the database is, in words."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT pg_size_pretty(pg_database_size(current_database()))")
        (text,) = cursor.fetchone()
        return str(text)


def _say(statement: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement)
