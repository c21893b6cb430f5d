"""The wall between teams: PostgreSQL keeps it where the code forgets to, and the code without it.

Every table that hangs on a team takes part by itself: it needs a policy, or a reason in `GROUND`.
"""
# ruff: noqa: S608 -- the tables are named by our own models

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal

import psycopg2
import pytest
from django.apps import apps
from django.db import IntegrityError, ProgrammingError, connection, models, transaction
from django.db.transaction import TransactionManagementError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from config.urls import urlpatterns
from crm.models import Deal, DealNumbering, Pipeline, take_back
from crm.models.choices import LISTS
from dashboards import kpis
from dashboards.models import (
    Commentary,
    FigureChoice,
    Measurement,
    Receipt,
    Report,
    Side,
    Subscription,
    Verification,
)
from dashboards.periods import Period
from debates.models import Origin
from teams import jobs, wall
from teams.models import Division, Job, LogEntry, Membership, Team
from teams.web import TeamRequest, member_page, own_page, public_page, reader_page
from tests import builders, debating, looking_back, reviewing
from tests.evidence import undone
from tests.test_doors import WRITING, of_a_team, parts, statuses  # noqa: F401 -- a fixture too

# What stands before the wall, because by it we know who may pass.
GROUND = {
    "teams_team": "by its address somebody finds a team",
    "teams_membership": "by it the doors know who belongs to the team",
    "teams_managerlink": "by it the doors know who reads along",
    "teams_invitation": "by its link somebody finds the team who does not belong to it yet",
}


def walled_models() -> list[type[models.Model]]:
    """All models that are a team's: with a team of their own, or through what has one."""
    found: set[type[models.Model]] = set()
    while True:
        more = {
            model
            for model in apps.get_models()
            if model._meta.db_table not in GROUND
            and any(owns(field, found) for field in model._meta.concrete_fields)
        }
        if more == found:
            return sorted(found, key=lambda model: model._meta.db_table)
        found = more


def owns(field: models.Field, found: set[type[models.Model]]) -> bool:
    return field.related_model is Team or field.related_model in found


def team_of(row: models.Model) -> int | None:
    return row.team_id if hasattr(row, "team_id") else row.pipeline.team_id


@pytest.fixture
def teams_at_work(team, other_team, anna, carla, mia, pipeline, now) -> None:
    """Two teams with a row in every table that is theirs."""
    processes = [(pipeline, anna), (builders.pipeline(other_team, at=now), carla)]
    for process, member in processes:
        fill(process, member, f"of {member.user.name}", at=now)


def fill(process: Pipeline, member: Membership, hidden: str, *, at: datetime) -> None:
    """Write a row in every table that is a team's; each text of it holds these words."""
    # Who the customers are is no secret between the teams of a company.
    named = {"title": hidden, "customer": f"Customer {process.team}"}
    deal = builders.deal(process, by=member, at=at, **named)
    take_back(deal.take(by=member, at=at), by=member, at=at)
    builders.field(f"Field {hidden}", by=member, at=at)
    builders.known(deal.organization, f"Known {hidden}", by=member, at=at)
    for among in LISTS.values():
        builders.chosen(among, process.team, f"Choice {hidden}")
    deal.refresh_from_db()
    tags = [f"Choice {hidden}"]
    deal.edit({"tags": tags}, version=deal.version, by=member, at=at)
    builders.attached(deal, by=member, at=at, name=f"{hidden}.pdf")
    builders.noted(deal, f"@{member.user.name} {hidden}", by=member, at=at)
    builders.traces_of_work(deal, hidden, by=member, at=at)
    builders.contested(member, hidden, at=at)
    # Straight into the tables: counting every figure for each of these tests takes minutes.
    Measurement.objects.create(
        team=process.team, kpi="deals-won", kpi_version=1, period_kind="week", value=1, n=1,
        start_on=date(2026, 11, 9), is_final=True, revision=1, computed_at=at,
    )  # fmt: skip
    Commentary.objects.create(
        team=process.team, kpi="deals-won", period_kind="week", start_on=date(2026, 11, 9),
        text=hidden,
    )  # fmt: skip
    report = Report.publish(
        process.team, Period.parse("2026-W46"), {"kpis": [], "words": hidden}, at=at
    )
    signal = builders.signal(process.team, at=at, why=hidden)
    builders.stepped_in(process.team, at=at, signal=signal)
    tried = builders.procedure(f"Report {hidden}", by=member, at=at, is_on_trial=True)
    tried.bury(f"Farewell {hidden}", Decimal(1), by=member, at=at)
    FigureChoice.objects.choose([kpis.get("deals-won")], reason=hidden, seen=0, by=member, at=at)
    builders.wanted("deals-lost", by=member, at=at, why=hidden)
    builders.chartered(by=member, at=at, ways=hidden)
    role = builders.role(f"Role {hidden}", by=member, at=at)
    builders.nominated(role, member, by=member, at=at)
    plan = Division.objects.plan(by=member, at=at)
    plan.choose_who_goes([member.user], seen=plan.edition, by=member, at=at)
    plan.voices.create(team=plan.team, person=member.user, says="objects", why=hidden, at=at)
    builders.crossed(deal, plan, at=at)
    boss = process.team.manager_links.select_related("team", "user").order_by("pk")[0]
    builders.framed(boss, at=at, law=hidden)
    debate = debating.debated(hidden, by=member, at=at, slug="cycle-time")
    given_up = builders.procedure(f"List {hidden}", by=member, at=at, is_on_trial=True)
    debate.experiments.update(decided_on=at.date())
    Origin.objects.say(given_up, debate.experiments.get(), by=member, at=at)
    reviewing.traces_of_reviews(member, hidden, at=at)
    looking_back.traces_of_looking_back(member, hidden, at=at)
    Receipt.objects.create(team=process.team, report=report, side=Side.TEAM, at=at)
    Verification.objects.keep(process.team, 1, [], at=at)
    Subscription.objects.choose(member, weekly_on=4, monthly=True, at=at)


def rows_of(model: type[models.Model], team: Team) -> list[models.Model]:
    return [row for row in model._default_manager.all() if team_of(row) == team.pk]


def changed(statement: str, *words: list[int]) -> int:
    """How many rows the statement met; none where the role may not do such a thing at all."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, words)
            return cursor.rowcount
    except ProgrammingError as refusal:
        if "permission denied" not in str(refusal):
            raise
        return 0


def copy_of(row: models.Model) -> str:
    with connection.cursor() as cursor:
        meta = row._meta
        cursor.execute(
            f"SELECT to_jsonb(t)::text FROM {meta.db_table} t WHERE {meta.pk.column} = %s", [row.pk]
        )
        return cursor.fetchone()[0]


def insert(table: str, copy: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} SELECT * FROM jsonb_populate_record(NULL::{table}, %s)", [copy]
        )


def open_to_all_of(teams: list[int]) -> None:
    """Open the wall for these teams, and for all that is personal in them."""
    listed = f"{{{','.join(map(str, teams))}}}"
    wall._state(listed, listed, wall.ALL)


@contextmanager
def looked_at(model: type[models.Model], subtests: pytest.Subtests) -> Iterator[None]:
    """One table by itself: it fails alone, and the next one finds the wall as it was before."""
    with subtests.test(model._meta.db_table), undone():
        yield


class TestTheList:
    def test_every_table_of_a_team_is_walled_and_no_other(self, db):
        with connection.cursor() as cursor:
            cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity")
            walled = {table for (table,) in cursor.fetchall()}

        assert walled == {model._meta.db_table for model in walled_models()}
        assert len(walled) >= 11

    def test_each_way_to_a_row_has_its_policy(self, db, subtests):
        for model in walled_models():
            with looked_at(model, subtests):
                with connection.cursor() as cursor:
                    cursor.execute(
                        "SELECT cmd, roles::text FROM pg_policies WHERE tablename = %s",
                        [model._meta.db_table],
                    )
                    found = dict(cursor.fetchall())

                assert found == dict.fromkeys(["SELECT", "INSERT", "UPDATE", "DELETE"], "{public}")

    def test_the_wall_holds_for_the_role_of_the_application(self, db, subtests):
        for model in walled_models():
            with looked_at(model, subtests), connection.cursor() as cursor:
                cursor.execute("SELECT row_security_active(%s)", [model._meta.db_table])
                assert cursor.fetchone() == (True,)


@pytest.mark.usefixtures("teams_at_work")
class TestPostgresqlAlone:
    """Queries that forget whose rows they are after."""

    def test_shows_the_rows_of_the_open_team_only(self, subtests, team, other_team):
        for model in walled_models():
            with looked_at(model, subtests):
                assert rows_of(model, team)
                assert rows_of(model, other_team)

                open_to_all_of([team.pk])

                assert {team_of(row) for row in model._default_manager.all()} == {team.pk}
                with connection.cursor() as cursor:
                    cursor.execute(f"SELECT count(*) FROM {model._meta.db_table}")
                    assert cursor.fetchone() == (len(rows_of(model, team)),)

    def test_shows_nothing_where_nothing_is_open(self, subtests):
        for model in walled_models():
            with looked_at(model, subtests):
                wall.close()

                assert list(model._default_manager.all()) == []

    def test_shows_several_teams_to_whom_several_are_open(self, subtests, team, other_team):
        for model in walled_models():
            with looked_at(model, subtests):
                everything = model._default_manager.count()

                open_to_all_of([team.pk, other_team.pk])

                assert model._default_manager.exclude(pk=None).count() <= everything
                assert {team_of(row) for row in model._default_manager.all()} == {
                    team.pk,
                    other_team.pk,
                }

    def test_changes_and_removes_nothing_of_another_team(self, subtests, team, other_team):
        for model in walled_models():
            with looked_at(model, subtests):
                table, key = model._meta.db_table, model._meta.pk.column
                theirs = [row.pk for row in rows_of(model, other_team)]
                copies = {row.pk: copy_of(row) for row in rows_of(model, other_team)}
                open_to_all_of([team.pk])

                assert (
                    changed(f"UPDATE {table} SET {key} = {key} WHERE {key} = ANY(%s)", theirs) == 0
                )
                assert changed(f"DELETE FROM {table} WHERE {key} = ANY(%s)", theirs) == 0

                open_to_all_of([other_team.pk])
                assert {row.pk: copy_of(row) for row in model._default_manager.all()} == copies

    def test_takes_no_row_for_another_team(self, subtests, team, other_team):
        for model in walled_models():
            with looked_at(model, subtests):
                copy = copy_of(rows_of(model, other_team)[0])
                open_to_all_of([team.pk])

                with pytest.raises(ProgrammingError, match="violates row-level security policy"):
                    insert(model._meta.db_table, copy)

    def test_takes_rows_of_the_open_team(self, subtests, team):
        """So that the refusals of the other tests are the wall's."""
        for model in walled_models():
            with looked_at(model, subtests):
                copy = copy_of(rows_of(model, team)[0])
                open_to_all_of([team.pk])

                with pytest.raises(IntegrityError, match="duplicate key"):
                    insert(model._meta.db_table, copy)

    def test_lets_who_reads_change_nothing(self, subtests, team):
        for model in walled_models():
            with looked_at(model, subtests):
                table, key = model._meta.db_table, model._meta.pk.column
                copy = copy_of(rows_of(model, team)[0])
                readable, nothing = f"{{{team.pk}}}", ""
                wall._state(readable, nothing, wall.ALL)

                assert rows_of(model, team)
                assert changed(f"UPDATE {table} SET {key} = {key}") == 0
                assert changed(f"DELETE FROM {table}") == 0
                with pytest.raises(ProgrammingError, match="violates row-level security policy"):
                    insert(table, copy)

    def test_lets_nobody_give_a_row_to_another_team(self, team, other_team):
        open_to_all_of([team.pk])

        for given in (Deal.objects.all(), DealNumbering.objects.all()):
            with (
                pytest.raises(ProgrammingError, match="violates row-level security policy"),
                transaction.atomic(),
            ):
                given.update(team=other_team)

    def test_keeps_a_line_of_no_team_from_everybody(self, anna, team, now):
        open_to_all_of([team.pk])

        anna.user.edit(name="Anna Bakker", language="nl", is_reminded=True, at=now)

        assert not LogEntry.objects.filter(kind="teams.person.edited").exists()
        with wall.opened():
            assert LogEntry.objects.filter(kind="teams.person.edited").exists()


class TestOpening:
    @pytest.mark.django_db(transaction=True)
    def test_is_for_a_transaction(self):
        with pytest.raises(TransactionManagementError, match="to its end"):
            wall.open_for([1])

    @pytest.mark.parametrize("nobody", [[], iter(())])
    def test_for_nobody_shows_nothing(self, deal, nobody):
        wall.open_for(nobody)

        assert not Deal.objects.exists()

    @pytest.mark.usefixtures("teams_at_work")
    def test_for_a_while_ends_as_it_began(self, team, other_team):
        wall.open_for([team.pk])

        with wall.opened_besides(other_team.pk):
            assert Deal.objects.count() == 2
            with wall.opened([other_team.pk]):
                assert Deal.objects.get().team == other_team
            with wall.opened(), wall.opened_besides(team.pk):
                assert Deal.objects.count() == 2

        assert Deal.objects.get().team == team
        wall.close()
        with wall.opened_besides(other_team.pk):
            assert Deal.objects.get().team == other_team
        assert not Deal.objects.exists()

    @pytest.mark.usefixtures("teams_at_work")
    def test_for_a_while_ends_with_a_failure_too(self, team):
        wall.open_for([team.pk])

        with pytest.raises(ZeroDivisionError), transaction.atomic(), wall.opened():
            raise ZeroDivisionError

        assert Deal.objects.get().team == team

    @pytest.mark.django_db(transaction=True)
    def test_ends_with_the_transaction_on_a_connection_that_lives_on(self, deal, team):
        plain = psycopg2.connect(**connection.get_connection_params())
        try:
            with plain.cursor() as cursor:
                seen = []
                for statement in (
                    None,
                    (wall.FOR_THIS_TRANSACTION, [f"{{{team.pk}}}", "", ""]),
                    None,
                ):
                    if statement:
                        cursor.execute(*statement)
                    cursor.execute("SELECT count(*) FROM crm_deal")
                    seen += cursor.fetchone()
                    plain.commit()
        finally:
            plain.close()

        assert seen == [0, 1, 0]


# --- requests --------------------------------------------------------------------------------


def _seen(_request: HttpRequest, **_parts: object) -> HttpResponse:
    return HttpResponse(" ".join(Deal.objects.order_by("title").values_list("title", flat=True)))


@member_page
def gives_away(request: TeamRequest) -> HttpResponse:
    deal = Deal.objects.first()
    assert deal is not None
    Deal.objects.filter(pk=deal.pk).update(team=Team.objects.exclude(pk=request.team.pk).get())
    return HttpResponse("given away")


class Forgetful:
    """The addresses of the product, and some that forget whose deals they show."""

    urlpatterns = [
        *urlpatterns,
        path("forgetful/public/", public_page(_seen)),
        path("forgetful/own/", own_page(_seen)),
        path("forgetful/none/", _seen),
        path("forgetful/<slug:team_slug>/member/", member_page(_seen)),
        path("forgetful/<slug:team_slug>/reader/", reader_page(_seen)),
        path("forgetful/<slug:team_slug>/give/", gives_away),
    ]


@pytest.mark.usefixtures("teams_at_work")
class TestAPageThatForgets:
    @pytest.fixture(autouse=True)
    def forgetful(self, settings) -> None:
        settings.ROOT_URLCONF = Forgetful

    @pytest.mark.parametrize(
        ("address", "shown"),
        [
            ("public", ""),
            ("none", ""),
            ("own", "of Anna"),
            ("rijnmond/member", "of Anna"),
            ("rijnmond/reader", "of Anna"),
        ],
    )
    def test_shows_a_member_the_own_team_at_most(self, annas, address, shown):
        assert annas.get(f"/forgetful/{address}/").content.decode() == shown

    def test_shows_nothing_where_nothing_is_read(self, annas):
        assert annas.post("/forgetful/own/").content == b""

    def test_shows_whoever_writes_the_own_team_at_most(self, annas):
        assert annas.post("/forgetful/rijnmond/member/").content == b"of Anna"

    def test_shows_a_manager_what_they_follow(self, mias, mia, other_team, now):
        assert mias.get("/forgetful/rijnmond/reader/").content == b"of Anna"
        assert mias.get("/forgetful/own/").content == b"of Anna"

        other_team.link_manager(mia.user, by=None, at=now)

        assert mias.get("/forgetful/own/").content == b"of Anna of Carla"
        assert mias.get("/forgetful/veluwe/reader/").content == b"of Carla"

    def test_shows_an_administrator_nothing(self, admin):
        assert builders.browser(admin).get("/forgetful/own/").content == b""
        assert builders.browser(admin).get("/forgetful/none/").content == b""

    def test_gives_nothing_away(self, annas, team):
        annas.raise_request_exception = False

        answer = annas.post("/forgetful/rijnmond/give/")

        assert answer.status_code == 500
        assert "violates row-level security policy" in str(answer.exc_info[1])
        assert team.deals.count() == 1

    def test_leaves_the_wall_of_the_test_as_it_was(self, annas):
        annas.get("/forgetful/rijnmond/member/")

        assert Deal.objects.count() == 2


class TestWorkOutsideAPage:
    @pytest.fixture(autouse=True)
    def seen(self, teams_at_work, monkeypatch) -> list[int]:
        """How many deals the work was shown, each time."""
        counts: list[int] = []

        def count(*_at: object, **_payload: object) -> None:
            counts.append(Deal.objects.count())

        monkeypatch.setattr(jobs, "_handlers", {"tests.count": count})
        monkeypatch.setattr(jobs, "_planners", [count])
        wall.close()
        return counts

    @pytest.mark.parametrize("names_its_team", [True, False])
    def test_a_job_is_shown_its_own_team_or_all(self, seen, team, now, names_its_team):
        payload = {"team_id": team.pk} if names_its_team else {}
        job = Job.objects.arm("tests.count", "one", run_at=now, payload=payload)

        Job.objects.claim(job.pk).run(at=now)

        job.refresh_from_db()
        assert (seen, job.state) == ([1 if names_its_team else 2], "done")
        assert not Deal.objects.exists()

    def test_a_planner_is_shown_all(self, seen, now):
        jobs.plan_all(now)

        assert seen == [2]
        assert not Deal.objects.exists()


# --- and the other way round -----------------------------------------------------------------


class TestTheDoorsAlone:
    """The wall is open for every request, as if it had never been built."""

    @pytest.fixture(autouse=True)
    def no_wall(self, teams_at_work, monkeypatch) -> None:
        as_it_is = wall._state

        def open_for_all(*_settings: str, **how: str) -> None:
            as_it_is(wall.ALL, wall.ALL, wall.ALL, **how)

        monkeypatch.setattr(wall, "_state", open_for_all)

    def test_the_wall_is_really_open(self, settings, annas):
        settings.ROOT_URLCONF = Forgetful

        assert annas.get("/forgetful/rijnmond/member/").content == b"of Anna of Carla"

    def test_a_stranger_finds_nothing(self, carlas, parts):  # noqa: F811
        for method in ("get", *WRITING):
            found = statuses(carlas, method, of_a_team(), parts)
            assert set(found.values()) <= {404, 405}, (method, found)

    def test_no_page_shows_a_word_of_another_team(self, annas, mias, parts):  # noqa: F811
        for browser in (annas, mias):
            assert "of Anna" in words_of(browser, parts)
            assert "of Carla" not in words_of(browser, parts)

    def test_things_of_another_team_are_not_reached_through_the_own(
        self, annas, parts, other_team, carla, now  # noqa: F811
    ):  # fmt: skip
        hidden, stages = other_team.deals.get(), list(other_team.pipelines.get().stages.in_order())
        move = hidden.move_to(stages[1], seen_in=stages[0], by=carla, at=now + timedelta(hours=1))
        more = builders.deal(other_team.pipelines.get(), by=carla, at=now)
        for _ in range(3):
            more = builders.deal(other_team.pipelines.get(), by=carla, at=now)
        elsewhere = {**parts, "number": more.number, "entry": move.pk}
        about_things = [each for each in of_a_team() if each.parts & {"number", "entry"}]

        assert about_things
        for method in ("get", *WRITING):
            found = statuses(annas, method, about_things, elsewhere)
            assert set(found.values()) <= {404, 405}, (method, found)


def words_of(browser: Client, values: dict[str, object]) -> str:
    """All that the pages of the team say to this browser."""
    from tests.test_doors import ask  # noqa: PLC0415

    pages = [each for each in of_a_team() if each.reads]
    return " ".join(
        ask(browser, "get", page, values).content.decode(errors="replace") for page in pages
    )
