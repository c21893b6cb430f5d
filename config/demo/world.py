"""The demo's world: two teams, the manager who follows them, and their history up to today."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import connection, transaction
from django.db.models.functions import TruncDate

from config.demo import words
from config.demo.aims import choose_figures, want_something
from config.demo.by_mail import ask_for_mail
from config.demo.charter import announce_now, propose_now, set_frame, write_charter
from config.demo.chronicle import Chronicle, Scene
from config.demo.conversations import converse
from config.demo.customers import customers, plain
from config.demo.debates import debate
from config.demo.dividing import plan_to_divide
from config.demo.figures import tell_the_figures
from config.demo.knowledge import write_down_what_we_know
from config.demo.lessons import teach, throw_away
from config.demo.letting_go import act_long_ago, act_now, keep_off
from config.demo.lives import lives
from config.demo.looking_back import look_back
from config.demo.procedures import bury_what_nobody_needs, live_by_rules
from config.demo.promises import promise_each_other, promise_each_week, promise_now
from config.demo.reviews import tell_each_other
from config.demo.rhythm import DAYS, HORIZON, Calendar
from config.demo.roles import give_roles
from config.demo.rules import let_it_happen
from config.demo.service import serve
from config.demo.teams import (
    CASTS,
    FULL_PROPOSAL,
    ONE_PAGE,
    PRICE_AND_DATE,
    STAGES,
    Cast,
    begin_lists,
    tag_some,
)
from config.demo.views import keep_views
from config.demo.voices import ask_everybody, let_customers_speak
from config.demo.work import write_down_the_work
from crm import pace
from crm.models import Deal, Pipeline, PipelineRevision
from teams.models import Job, LogEntry, Membership, Team, User
from teams.refusals import Refusal

MONTHS = 26
WEEKS_OF_MONTH = 365.25 / 12 / 7
DECEMBER = 12
# The first line of the logbook: by it the demo's database is known again.
BUILT = "config.demo.built"


class WorldError(Refusal):
    """The demo's world cannot be built here; the message says why."""


def stands() -> bool:
    """Whether this database holds the demo's world."""
    return LogEntry.objects.filter(kind=BUILT).exists()


def refuse_a_company() -> None:
    """Raise WorldError when the database holds people or teams that are not the demo's."""
    if not stands() and (User.objects.exists() or Team.objects.exists()):
        raise WorldError(
            "This database holds a company, and the demo's world does not belong there."
            " Use make serve, or give the demo a database of its own."
        )


def build(*, at: datetime, months: int = MONTHS) -> None:
    """Build the world as of this moment, all of it or nothing.

    The same moment and number of months give the same world. Raises WorldError where it stands
    already, and where the database holds a company.
    """
    refuse_a_company()
    if stands():
        raise WorldError("The demo's world stands already.")
    first_week = -round(months * WEEKS_OF_MONTH)
    with transaction.atomic():
        manager = _person(words.MANAGER)
        for cast in CASTS:
            team = _team(cast, Calendar(at), first_week)
            set_frame(team.link_manager(manager, by=None, at=team.started_at))
        _teach_the_newcomer(at=at)
        _count_in_large_steps()
        pace.learn_usual_days(at=at)
        first_team = Team.objects.order_by("pk")[0]
        for cast, team in zip(CASTS, Team.objects.order_by("pk"), strict=True):
            _set_goal(cast, team, today=Calendar(at).today)
            first, _second, signer = team.memberships.order_by("pk")[:3]
            keep_views(by=first, at=team.started_at)
            let_it_happen(by=signer, at=at)
        # All figures are measured in a moment, also of what was done just now.
        Job.objects.all().delete()
        weekly = {}
        for cast, team in zip(CASTS, Team.objects.order_by("pk"), strict=True):
            members = team.memberships.select_related("team", "user").order_by("pk")
            first, second, signer = members[:3]
            weekly[team] = promise_each_week(second, first, Calendar(at))
            link = team.manager_links.select_related("team", "user").get()
            bury_what_nobody_needs(list(members), Calendar(at))
            if team.pk != first_team.pk:
                act_long_ago(link, Calendar(at))
            debate(list(members), link, Calendar(at))
            look_back(list(members), Calendar(at))
            tell_each_other(list(members), Calendar(at))
            choose_figures(signer, Calendar(at))
            want_something(team, list(members), Calendar(at))
            tell_the_figures(team, signer=signer, at=at, new_range=cast.new_range)
        # The clocks of what is promised now go on from here, and the newest reports leave by mail.
        for team in Team.objects.order_by("pk"):
            link = team.manager_links.select_related("team", "user").get()
            members = team.memberships.select_related("team", "user").order_by("pk")
            promise_now(list(members), link, weekly[team], Calendar(at))
            live_by_rules(list(members), link, Calendar(at))
            propose_now(list(members), Calendar(at))
            give_roles(list(members), Calendar(at))
            keep_off(list(members), link, Calendar(at))
            ask_for_mail(link, members[1])
        ours = first_team.memberships.select_related("team", "user").order_by("pk")
        plan_to_divide(list(ours), Calendar(at))
        boss = first_team.manager_links.select_related("team", "user").get()
        act_now(boss, Calendar(at))
        announce_now(boss, Calendar(at))


def _count_in_large_steps() -> None:
    """Let PostgreSQL, which knows nothing yet of so many new rows, not look at them one by one."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")


def _teach_the_newcomer(*, at: datetime) -> None:
    """Put the cards that teach on the board of the first team."""
    team = Team.objects.order_by("pk")[0]
    pipeline, colleague = team.pipelines.in_order()[0], team.memberships.order_by("pk")[1]
    throw_away(pipeline, by=colleague, at=at)
    teach(pipeline, by=colleague, at=at)


def _team(cast: Cast, calendar: Calendar, first_week: int) -> Team:
    begins = calendar.moment(first_week * DAYS)
    team = Team.start(cast.name, by=None, at=begins)
    if not stands():
        LogEntry.record(BUILT, team, by=None, at=begins, team=team)
    begin_lists(team)
    people = [team.welcome(_person(name), by=None, at=begins) for name in cast.people]
    pipeline = _pipeline(team, begins, by=people[0])
    revisions = [pipeline.current_revision()]
    if cast.rhythm.change < HORIZON:
        agreed = calendar.moment(cast.rhythm.change * DAYS)
        revisions.append(_agree_on_one_page(pipeline, max(agreed, begins), by=people[2]))
    scene = Scene(
        pipeline=pipeline,
        stages=list(pipeline.stages.in_order()),
        revisions=revisions,
        people=people,
        customers=customers(cast),
        calendar=calendar,
    )
    chronicle = Chronicle(scene)
    drawn = lives(cast.rhythm, first_week=first_week, people=len(people), customers=cast.customers)
    chronicle.tell(life for life in drawn if life.begins >= first_week * DAYS)
    chronicle.write()
    tag_some(team)
    converse(team, by=people[0], at=calendar.at)
    let_customers_speak(team, at=calendar.at)
    if cast.serves:
        serve(team, people, scene.customers, calendar, first_week=first_week)
    if cast.asks:
        write_down_what_we_know(scene.customers[: len(cast.known)], people, calendar)
    write_down_the_work(team, calendar)
    promise_each_other(team, people, calendar)
    write_charter(people, calendar)
    return team


def _person(name: str) -> User:
    """Somebody without a password: the demo's people come in with one click."""
    return User.objects.create_user(f"{plain(name).replace(' ', '.')}@example.com", name)


def _pipeline(team: Team, begins: datetime, *, by: Membership) -> Pipeline:
    stages = [
        replace(stage, exit_policy=FULL_PROPOSAL) if stage.exit_policy == PRICE_AND_DATE else stage
        for stage in STAGES
    ]
    pipeline = Pipeline.start(team, "Sales", stages, by=by.user, at=begins)
    ask_everybody(pipeline, by=by, at=begins)
    return pipeline


def _agree_on_one_page(pipeline: Pipeline, at: datetime, *, by: Membership) -> PipelineRevision:
    pipeline.stages.filter(exit_policy=FULL_PROPOSAL).update(exit_policy=PRICE_AND_DATE)
    return pipeline.revise(ONE_PAGE, by=by.user, at=at)


def _set_goal(cast: Cast, team: Team, *, today: date) -> None:
    """A number of won deals to reach some five weeks from now, most of them won already."""
    until = _end_of_month(today + timedelta(weeks=5))
    by = "New Year" if until.month == DECEMBER else f"the end of {until:%B}"
    sales = team.pipelines.in_order()[0]
    won = sales.deals.filter(outcome=Deal.Outcome.WON).order_by("-closed_at")
    days = won.values_list(TruncDate("closed_at", tzinfo=team.zone), flat=True)
    *_, first = days[: cast.reached]
    Team.objects.filter(pk=team.pk).update(
        goal=f"{cast.target} {cast.goal} by {by}",
        goal_kpi="deals-won",
        goal_target=Decimal(cast.target),
        goal_from_on=first,
        goal_until_on=until,
    )
    team.refresh_from_db()


def _end_of_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
