"""The demo's world in the database: as if two teams had worked there all the time."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F
from django.test import TestCase

from config.demo import words, world
from config.demo.chronicle import Chronicle, Scene
from config.demo.lessons import LESSONS
from config.demo.lives import Life, lives
from config.demo.rhythm import RIJNMOND, Calendar
from config.demo.teams import STAGES, begin_lists
from config.demo.today import history
from crm.cards import Reader
from crm.columns import Columns
from crm.filters import Filter, Vocabulary
from crm.happenings import Happening
from crm.models import (
    Activity,
    Attachment,
    Contact,
    Deal,
    Mention,
    Organization,
    OwnFacts,
    Pipeline,
    Question,
    SavedView,
    StageVisit,
    Tick,
    take_back,
)
from dashboards import reports, series
from dashboards.models import Baseline, Measurement, Report, Signal
from dashboards.models.subscription import MAIL
from dashboards.periods import PeriodKind
from reviews.models import Feedback, ReviewRound
from teams.models import (
    CharterVersion,
    Division,
    Frame,
    Job,
    LogEntry,
    Membership,
    Nomination,
    Team,
    User,
)
from teams.web import demo_people
from tests import builders

NOW = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
SHORT = 2
CUSTOMERS = 100


def rows() -> list[list[tuple[Any, ...]]]:
    """What the world consists of, without the numbers that the database gives out."""
    return [
        list(User.objects.order_by("pk").values_list("email", "name")),
        list(
            Team.objects.order_by("pk").values_list(
                "slug", "goal", "goal_now", "goal_target", "goal_from_on", "goal_until_on"
            )
        ),
        list(
            Deal.objects.order_by("team__slug", "number").values_list(
                "team__slug", "number", "title", "organization__name", "contact__name", "amount",
                "owner__email", "stage__name", "stage__usual_days", "outcome", "loss_reason__name",
                "opened_at", "closed_at", "entered_stage_at", "next_step", "next_step_on",
                "board_rank", "version",
            )
        ),
        list(
            StageVisit.objects.order_by("deal__team__slug", "deal__number", "number").values_list(
                "deal__number", "number", "stage__name", "category", "revision__number",
                "entered_at", "left_at", "by__email",
            )
        ),
        list(LogEntry.objects.order_by("pk").values_list("kind", "at", "actor__email", "kpi")),
        list(
            Measurement.objects.order_by("pk").values_list(
                "kpi", "period_kind", "start_on", "value", "n"
            )
        ),
        [reported(report) for report in Report.objects.order_by("pk")],
    ]  # fmt: skip


def reported(report: Report) -> tuple[Any, ...]:
    """What a report says. The key of a stage is a number of the database, and in each hash."""
    parts = [part for kpi in report.payload["kpis"] for part in kpi.get("breakdown", [])]
    for part in parts:
        part["key"] = ""
    return report.period_kind, report.start_on, report.payload | {"previous_sha256": None}


class TestASmallWorld(TestCase):
    """Two months of it, built once for all of these tests; each one's changes are taken back.

    Once for the tests, that is, and once before to compare it with.
    """

    told_before: list[list[tuple[Any, ...]]]

    @classmethod
    def setUpTestData(cls) -> None:
        with transaction.atomic():
            world.build(at=NOW, months=SHORT)
            cls.told_before = rows()
            transaction.set_rollback(True)
        world.build(at=NOW, months=SHORT)

    def test_the_same_moment_gives_the_same_world(self) -> None:
        assert rows() == self.told_before
        assert all(self.told_before)

    def test_deals_visits_and_logbook_agree(self) -> None:
        said = StringIO()
        call_command("check_visits", stdout=said)

        assert said.getvalue().startswith(f"{Deal.objects.count()} deals")
        assert Deal.objects.count() > 200
        assert not LogEntry.objects.filter(at__gt=NOW).exists()
        assert not StageVisit.objects.filter(entered_at__gt=NOW).exists()

    def test_customers_are_answered_as_promised_most_of_the_time(self) -> None:
        call_command("check_clocks", stdout=StringIO())

        for team in Team.objects.all():
            waiting = team.response_clocks.waiting()
            assert (waiting.count(), waiting.overdue(NOW).count()) == (3, 1)
            done = team.response_clocks.exclude(answered_at=None)
            in_time = done.filter(answered_at__lte=F("due_at")).count() / done.count()
            middle = sorted(clock.business_seconds or 0 for clock in done)[done.count() // 2]
            assert 0.8 < in_time < 0.95
            assert 2 < middle / 3600 < 3

    def test_numbers_go_on_where_the_history_ends(self) -> None:
        sanne = Membership.objects.get(user__name="Sanne Visser")
        last = sanne.team.deals.order_by("-number")[0].number

        deal = Deal.objects.add(
            sanne.team.pipelines.get(name="Sales"),
            "Wi-Fi in the yard",
            by=sanne,
            at=NOW,
            owner=sanne.user,
        )

        assert deal.number == last + 1 == Deal.everything.filter(team=sanne.team).count()

    def test_a_move_of_the_history_can_be_undone(self) -> None:
        entry = LogEntry.objects.filter(kind="crm.deal.moved").newest_first()[0]
        deal = Deal.objects.get(pk=entry.subject_id)
        by = Membership.objects.get(user=entry.actor)

        take_back(entry, by=by, at=NOW)

        deal.refresh_from_db()
        assert deal.stage.name == entry.details["origin"]
        call_command("check_visits", stdout=StringIO())

    def test_eight_and_six_people_and_a_manager_who_follows_both(self) -> None:
        assert [(team.slug, team.memberships.count()) for team in Team.objects.order_by("pk")] == [
            ("rijnmond", 8),
            ("veluwe", 6),
        ]
        assert set(Team.objects.read_by(User.objects.get(name="Marjolein Kuiper"))) == set(
            Team.objects.all()
        )

    def test_one_click_makes_a_newcomer_sanne_or_marjolein(self) -> None:
        assert [person.get_short_name() for person in demo_people()] == ["Sanne", "Marjolein"]
        assert not any(person.has_usable_password() for person in User.objects.all())

    def test_something_is_due_for_sanne(self) -> None:
        hers = Deal.objects.open().filter(owner__name="Sanne Visser")

        assert hers.filter(next_step_on=date(2026, 11, 23)).exists()
        assert hers.overdue(date(2026, 11, 23)).exists()

    def test_the_first_cards_teach_and_anybody_may_take_them(self) -> None:
        rijnmond = Pipeline.objects.get(team__slug="rijnmond", name="Sales")
        first = Deal.objects.filter(stage=rijnmond.first_stage()).order_by("board_rank")

        assert [deal.title for deal in first[: len(LESSONS)]] == list(LESSONS)
        assert {deal.owner for deal in first[: len(LESSONS)]} == {None}
        assert not Deal.objects.filter(team__slug="veluwe", title__in=LESSONS).exists()

    def test_the_process_changed_with_a_reason(self) -> None:
        pipeline = Pipeline.objects.get(team__slug="rijnmond", name="Sales")
        _before, first, second = pipeline.revisions.order_by("number")

        assert first.reason == "We want to hear from every customer how we helped"
        assert second.reason == "One-page proposals agreed"
        assert [
            (before["exit_policy"], after["exit_policy"])
            for before, after in zip(first.snapshot, second.snapshot, strict=True)
            if before != after
        ] == [("The full proposal is with the customer", "Price and date on one page")]
        assert set(StageVisit.objects.filter(deal__pipeline=pipeline).values_list("revision")) == {
            (first.pk,),
            (second.pk,),
        } - ({(first.pk,)} if second.at == first.at else set())

    def test_requests_for_service_have_a_process_of_their_own(self) -> None:
        service = Pipeline.objects.get(kind="service")

        assert service.revisions.count() == 3
        assert service.stages.get(name="In hand").wip_limit == 6
        asked = service.deals.exclude(expected_close_on=None)
        assert asked.count() >= 40
        assert asked.filter(outcome="open").exists()
        late = [
            deal for deal in asked.filter(outcome="won")
            if deal.closed_at and deal.expected_close_on
            and deal.closed_at.astimezone(service.team.zone).date() > deal.expected_close_on
        ]  # fmt: skip
        assert 3 <= len(late) <= 15
        assert LogEntry.objects.filter(kind="crm.deal.reopened").exists()
        assert Tick.objects.filter(deal__pipeline=service).exists()

    def test_some_customers_say_how_well_they_were_helped(self) -> None:
        asked = Question.objects.all()
        served = Deal.objects.filter(outcome="won", pipeline__kind="sales")

        assert set(asked.values_list("deal", flat=True)) == set(served.values_list("pk", flat=True))
        answered = asked.answered()
        assert 0.25 < answered.count() / asked.count() < 0.5
        assert set(answered.values_list("language", flat=True)) == {"en", "nl"}
        assert answered.exclude(words="").filter(score__gte=4).exists()
        assert not answered.filter(answered_at__gt=NOW).exists()
        assert LogEntry.objects.filter(kind="crm.question.answered").count() == answered.count()
        assert Measurement.objects.filter(kpi="customer-score", value__gt=3).exists()

    def test_sanne_has_something_to_do_late_today_and_later_and_did_something(self) -> None:
        sanne = User.objects.get(name="Sanne Visser")
        hers = Activity.objects.filter(assignee=sanne)
        today = date(2026, 11, 23)

        assert hers.open().filter(due_on__lt=today).exists()
        assert hers.open().filter(due_on=today, reminder="hour before").exists()
        assert hers.open().filter(due_on__gt=today).exists()
        assert hers.done().exclude(outcome_note="").exists()
        assert not hers.filter(done_at__gt=NOW).exists()

    def test_plans_leave_the_next_steps_as_they_were(self) -> None:
        assert Activity.objects.filter(team__slug="veluwe").exists()
        assert not Activity.objects.filter(is_next_step=True).exists()

    def test_a_note_asks_sanne_to_read_it_and_others_have_files(self) -> None:
        mention = Mention.objects.to_be_read().get(user__name="Sanne Visser")
        assert "@Sanne Visser" in mention.note.text

        for team in Team.objects.all():
            notes = team.notes.all()
            assert notes.exclude(organization=None).exists()
            assert notes.exclude(contact=None).exists()
            pinned = notes.filter(is_pinned=True)
            assert {file.note for file in team.attachments.all()} == set(pinned)
        families = Attachment.objects.order_by("family").values_list("family", flat=True)
        assert set(families) == {"pdf", "text"}
        with default_storage.open(Attachment.objects.filter(family="pdf")[0].key) as file:
            assert b"Everything in one contract" in file.read()

    def test_rijnmond_knows_something_besides_of_those_whom_it_knows_best(self) -> None:
        known = OwnFacts.objects.filter(team__slug="rijnmond")

        assert known.exclude(organization=None).count() == len(words.RIJNMOND_CUSTOMERS)
        assert 8 <= known.exclude(contact=None).count() < len(words.RIJNMOND_CUSTOMERS)
        assert not OwnFacts.objects.exclude(team__slug="rijnmond").exists()
        lines = LogEntry.objects.filter(kind=Happening.OWN_FACTS_EDITED)
        assert not lines.filter(at__gt=NOW).exists()

    def test_every_view_asks_for_what_there_is_and_one_what_rijnmond_itself_knows(self) -> None:
        for view in SavedView.objects.select_related("team"):
            reader = Reader(view.team, NOW, sees_people=True)
            asked, lost = Filter.kept(view.filter, Vocabulary(reader, view.person))
            columns = Columns(reader)

            assert (lost, all(map(columns.get, view.columns))) == ([], True)
            assert columns.order(view.sort)
            if view.name == "On the road":
                found = view.team.deals.filter(asked.q)
                assert found.exists()
        assert SavedView.objects.filter(name="On the road", team__slug="rijnmond").count() == 1

    def test_one_customer_is_served_by_both_teams(self) -> None:
        both = Organization.objects.filter(deals__team__slug="rijnmond")
        both = both.filter(deals__team__slug="veluwe").distinct()

        assert [customer.name for customer in both] == ["Transport Schouten"]
        assert both[0].affiliations.count() == 2

    def test_the_goal_follows_the_deals_that_were_won(self) -> None:
        for team in Team.objects.all():
            assert team.goal_from_on
            since = datetime.combine(team.goal_from_on, datetime.min.time(), team.zone)
            sales = team.pipelines.get(name="Sales")
            won = sales.deals.filter(outcome="won", closed_at__gte=since).count()

            assert team.goal_now == Decimal(won) > 0
            assert team.goal_until_on == date(2026, 12, 31)
            assert team.goal.endswith("by New Year")

    def test_every_whole_period_was_reported_at_its_own_moment(self) -> None:
        for report in Report.objects.select_related("team"):
            zone, workdays = report.team.zone, report.team.workdays
            assert report.published_at == report.period.published_at(zone, workdays) <= NOW
            assert report.payload["as_of"] == report.published_at.isoformat()

        weeks = Report.objects.filter(team__slug="rijnmond", period_kind="week")
        assert [str(report.period) for report in weeks.order_by("start_on")] == [
            f"2026-W{number}" for number in range(39, 47)
        ]

    def test_only_clocks_of_what_is_open_run_and_those_of_both_teams(self) -> None:
        clocks = Job.objects.exclude(kind=MAIL)
        waiting = clocks.values_list("kind", "payload__team_id").distinct()

        assert {kind.partition(".")[0] for kind, _team in waiting} == {
            "agreements", "dashboards", "debates", "reviews", "teams",
        }  # fmt: skip
        over = clocks.filter(kind__startswith="dashboards.objective", run_at__lte=NOW)
        assert not over.exists()
        assert {team for _kind, team in waiting} == set(Team.objects.values_list("pk", flat=True))

    def test_every_team_has_a_charter_and_rijnmond_hears_of_another_frame(self) -> None:
        for team in Team.objects.all():
            assert CharterVersion.objects.in_force(team)
            assert Frame.objects.in_force(team, NOW.date())
            assert team.charter_versions.proposed().get().voices.count() == 2
        announced = Frame.objects.get(holds_from__gt=NOW.date())
        assert announced.team.slug == "rijnmond"
        assert announced.team.debates.filter(kpi="deals-won", state="requested").exists()

    def test_rijnmond_plans_to_divide(self) -> None:
        plan = Division.objects.under_way().get()

        assert plan.is_planned
        assert (plan.who_goes().count(), plan.who_stays().count()) == (3, 5)

    def test_of_the_roles_of_every_team_some_are_held_and_one_is_offered(self) -> None:
        day = NOW.date()
        for team in Team.objects.all():
            held = Nomination.objects.holding(day).filter(team=team)
            assert [each.ends_soon(day) for each in held.order_by("held_until")] == [True, False]
            assert Nomination.objects.proposed().filter(team=team).count() == 1
            assert team.roles.count() == 4

    def test_rijnmond_told_each_other_unsigned_and_writes_again(self) -> None:
        held, running = ReviewRound.objects.filter(team__slug="rijnmond").order_by("pk")
        sanne = Membership.objects.get(team__slug="rijnmond", user__name="Sanne Visser")

        assert (held.mode, held.state) == ("sealed", "released")
        assert (held.asked, held.took_part) == (8, 7)
        assert held.answers.filter(about=sanne.user).count() == 6 * 3
        assert (running.mode, running.state) == ("appreciation", "open")
        assert running.roster.done().count() == 3
        assert len(running.words_by(sanne.user)) == 2
        assert Feedback.objects.published().count() == 2
        [theirs] = ReviewRound.objects.filter(team__slug="veluwe")
        assert theirs.state in {"released", "closed"}

    def test_the_manager_and_a_colleague_get_the_newest_reports_by_mail(self) -> None:
        for team in Team.objects.all():
            waiting = Job.objects.filter(kind=MAIL, payload__team_id=team.pk)
            newest = {team.reports.of(kind).newest_first()[0].pk for kind in PeriodKind}

            assert set(waiting.values_list("payload__report_id", flat=True)) == newest
            assert waiting.values("payload__user_id").distinct().count() == 2

    def test_a_report_is_what_counting_anew_from_the_facts_gives(self) -> None:
        for report in Report.objects.select_related("team"):
            figures = series.from_facts(report.team, report.period, until=report.published_at)
            anew = reports.compose(report.team, report.period, figures, as_of=report.published_at)

            assert {key: report.payload[key] for key in anew} == anew

    def test_it_stands_once(self) -> None:
        with pytest.raises(world.WorldError, match="stands already"):
            world.build(at=NOW, months=SHORT)

        assert world.stands()


@pytest.mark.django_db
def test_a_year_is_enough_to_sign_normal_ranges_and_to_see_the_change() -> None:
    world.build(at=NOW, months=13)

    signed = Baseline.objects.filter(team__slug="rijnmond", period_kind="week")
    assert {"deals-won", "win-rate", "cycle-time"} <= {one.kpi for one in signed}
    assert all(one.n >= 20 for one in signed)
    assert Signal.objects.lasting().filter(kpi="cycle-time", team__slug="rijnmond").exists()
    latest = Team.objects.get(slug="rijnmond").reports.of(PeriodKind.WEEK).newest_first()[0]
    changed = {kpi["slug"] for kpi in latest.payload["kpis"] if kpi["signal"]}
    assert "cycle-time" in changed
    early = Report.objects.filter(team__slug="rijnmond").order_by("pk")[0]
    assert all(kpi["baseline"] is None for kpi in early.payload["kpis"])


class TestTheVerbs:
    """The rows that are written at once are those that the verbs would have left."""

    @pytest.fixture
    def begun(self) -> list[Life]:
        drawn = lives(RIJNMOND, first_week=-4, people=8, customers=CUSTOMERS)
        return [life for life in drawn if -20 <= life.begins < Calendar(NOW).now][:30]

    def scene(self, name: str) -> Scene:
        team = builders.team(name, at=NOW - timedelta(days=60))
        people = [builders.member(f"{name} {n}", team, at=team.started_at) for n in range(8)]
        pipeline = Pipeline.start(team, "Sales", STAGES, by=None, at=team.started_at)
        begin_lists(team)
        return Scene(
            pipeline=pipeline,
            stages=list(pipeline.stages.in_order()),
            revisions=[pipeline.current_revision()],
            people=people,
            customers=[
                (Organization.objects.named(f"Customer {n}"), Contact.objects.create(name=f"C {n}"))
                for n in range(CUSTOMERS)
            ],
            calendar=Calendar(NOW),
        )

    def test_leave_the_same_rows(self, db: None, begun: list[Life]) -> None:
        at_once, by_hand = self.scene("At once"), self.scene("By hand")

        chronicle = Chronicle(at_once)
        chronicle.tell(begun)
        chronicle.write()
        self.live_through(by_hand, begun)

        assert self.told(at_once) == self.told(by_hand)
        assert len(self.told(at_once)[2]) > 150

    def live_through(self, scene: Scene, begun: list[Life]) -> None:
        deals: dict[str, Deal] = {}
        told = Chronicle(scene)
        doings = sorted(history(begun, scene.calendar.now), key=lambda one: one[0].at)
        for doing, life in doings:
            at, by = scene.calendar.moment(doing.at), scene.people[doing.by]
            stage = scene.stages[doing.stage]
            deal = deals.get(life.key)
            if deal is None:
                organization, contact = scene.customers[life.customer]
                deals[life.key] = Deal.objects.add(
                    scene.pipeline, life.title, by=by, at=at, organization=organization,
                    contact=contact, owner=None if life.taken_at else by.user,
                    amount=life.amount, source=life.source,
                )  # fmt: skip
            elif doing.verb == "take":
                deal.take(by=by, at=at)
            elif doing.verb == "enter":
                reason = life.loss_reason if stage.category == "lost" else ""
                deal.move_to(stage, seen_in=deal.stage, by=by, at=at, loss_reason=reason)
            else:
                deal.plan_step(*told._step(doing, life), by=by, at=at)

    def told(self, scene: Scene) -> list[list[tuple[Any, ...]]]:
        """The rows with names in the place of numbers that differ by team."""
        team = scene.pipeline.team
        stages = {stage.pk: stage.name for stage in scene.stages}
        people: dict[int | None, int] = {member.user_id: n for n, member in enumerate(scene.people)}
        visits = {
            visit.pk: (visit.deal.number, visit.number)
            for visit in StageVisit.objects.filter(team=team).select_related("deal")
        }
        numbers = {deal.pk: deal.number for deal in team.deals.all()}

        def named(details: dict[str, Any]) -> dict[str, Any]:
            before = details.get("before")
            owned = {
                side: details[side] | {"owner_id": people.get(details[side]["owner_id"])}
                for side in ("old", "new")
                if "owner_id" in details.get(side, {})
            }
            return (
                details
                | owned
                | {
                    "visit": visits.get(details.get("visit", 0)),
                    "before": before
                    and before | {"stage_id": stages[before["stage_id"]], "pipeline_id": None},
                }
            )

        return [
            [
                (
                    deal.number, deal.title, deal.customer, deal.contact.name, str(deal.source),
                    deal.amount, people.get(deal.owner_id), stages[deal.stage_id], deal.outcome,
                    deal.opened_at, deal.opened_precision, deal.closed_at, deal.closed_precision,
                    str(deal.loss_reason), deal.is_imported, deal.next_step, deal.next_step_on,
                    deal.entered_stage_at, deal.board_rank, deal.version, deal.expected_close_on,
                )
                for deal in team.deals.order_by("number")
            ],
            [
                (
                    visit.deal.number, visit.number, stages[visit.stage_id], visit.category,
                    visit.entered_at, visit.left_at, people[visit.by_id], visit.precision,
                    visit.estimated, visit.revision.number,
                )
                for visit in StageVisit.objects.filter(team=team)
                .select_related("deal", "revision")
                .order_by("deal__number", "number")
            ],
            [
                (
                    entry.kind, entry.subject_label, numbers[entry.subject_id], entry.at,
                    people[entry.actor_id], entry.kpi, named(entry.details),
                )
                for entry in team.logbook.filter(kind__startswith="crm.deal.").order_by("pk")
            ],
        ]  # fmt: skip


class TestACompany:
    """The demo's world does not belong where a company works."""

    @pytest.fixture
    def company(self, team: Team) -> Iterator[None]:
        yield
        assert Team.objects.get() == team
        assert not Deal.objects.exists()

    def test_is_not_mixed_with_the_world(self, company: None) -> None:
        with pytest.raises(world.WorldError, match="holds a company"):
            world.build(at=NOW, months=1)

    def test_is_told_by_the_command(self, company: None) -> None:
        with pytest.raises(CommandError, match="Use make serve"):
            call_command("demo")

    def test_of_one_administrator_counts(self, admin: User) -> None:
        with pytest.raises(world.WorldError, match="holds a company"):
            world.refuse_a_company()

        assert User.objects.get() == admin
