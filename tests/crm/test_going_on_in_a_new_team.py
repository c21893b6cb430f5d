"""A team divides: its customers that go go on in the new team, and nothing of the past moves."""

from datetime import timedelta
from io import StringIO
from itertools import count

import pytest
import time_machine
from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction

from crm.models import (
    Activity,
    AnswerPromise,
    Attachment,
    BulkEdit,
    CrossingError,
    CustomerError,
    Deal,
    DealError,
    GoingCustomer,
    Interaction,
    Mention,
    Note,
    Organization,
    Pipeline,
    ResponseClock,
    RetentionRule,
    Stage,
    StaleDeal,
    WorkError,
    take_back,
)
from crm.models.checklist import tick
from crm.proof import clocks_that_disagree, disagreements
from dashboards.jobs import publish_period
from dashboards.models.measurement import MEASURE
from dashboards.periods import Period, PeriodKind
from dashboards.series import from_facts
from dashboards.verifying import verify
from teams.models import Division, Findable, Job, LogEntry, Team
from teams.tasks import do_all
from tests import builders, evidence
from tests.racing import at_once, meetings

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def monday(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def goes(bram, now):
    """Those who go: Bram, Dora and Emil."""
    return [bram, *(builders.member(name, bram.team, at=now) for name in ("Dora", "Emil"))]


@pytest.fixture
def stays(anna, now):
    """Those who stay: Anna, Fem and Gijs."""
    return [anna, *(builders.member(name, anna.team, at=now) for name in ("Fem", "Gijs"))]


@pytest.fixture
def acme(db):
    return Organization.objects.named("Acme")


@pytest.fixture
def theirs(pipeline, acme, bram, anna, now):
    """A deal of the customer that goes, looked after by Bram."""
    deal = builders.deal(pipeline, by=anna, at=now, customer="Acme", owner=bram.user)
    Stage.objects.filter(pk=deal.stage_id).update(checklist=["Ask", "Look"], wip_limit=7)
    deal.stage.refresh_from_db()
    tick(deal, "Ask", done=True, by=anna, at=now)
    deal.plan_step("Call", None, by=anna, at=now)
    builders.field(by=anna, at=now)
    facts = {"tags": ["urgent"], "source": "Fair", "custom": {"delivery": "by boat"}}
    deal.edit(facts, version=deal.version, by=anna, at=now)
    AnswerPromise.objects.make(4 * 3600, reason="So", seen=0, by=anna, at=now)
    builders.said(deal, channel="email", text="Where are you?", by=anna, at=now)
    note = builders.noted(deal, "Ring @Bram twice", by=anna, at=now)
    builders.attached(note, by=anna, at=now)
    builders.attached(deal, by=anna, at=now)
    builders.planned(deal, assignee=bram.user, by=anna, at=now)
    builders.planned(deal, assignee=anna.user, title="Another", by=anna, at=now)
    return Deal.objects.get(pk=deal.pk)


@pytest.fixture
def ours(pipeline, anna, now):
    """A deal of a customer that stays."""
    return builders.deal(pipeline, by=anna, at=now, customer="Stays")


@pytest.fixture
def agreed(goes, stays, acme, anna, now):
    plan = builders.division(goes, by=anna, at=now)
    GoingCustomer.objects.create(team=anna.team, division=plan, organization=acme)
    plan.propose(seen=plan.edition, by=anna, at=now)
    for each in [*goes, *stays[1:]]:
        plan.consent(by=each, at=now)
    return plan


def all_is_well():
    out = StringIO()
    call_command("check_visits", stdout=out)
    call_command("check_clocks", stdout=out)
    assert not list(disagreements())
    assert not list(clocks_that_disagree())


def test_a_deal_goes_on_with_all_that_was_written_about_it(agreed, theirs, ours, anna, now):
    old_number, old_pk = theirs.number, theirs.pk
    new = agreed.carry_out(by=anna, at=now + DAY)

    went = new.deals.get()
    assert (went.title, went.organization.name, went.outcome) == (theirs.title, "Acme", "open")
    assert (went.stage.name, went.pipeline.name) == (theirs.stage.name, theirs.pipeline.name)
    assert (went.opened_at, went.number, went.next_step) == (theirs.opened_at, 1, theirs.next_step)
    assert went.owner == theirs.owner
    assert went.arrival.number == old_number
    stayed = Deal.everything.get(pk=old_pk)
    assert (stayed.gone_at, stayed.departure.number) == (now + DAY, 1)
    assert list(anna.team.deals.all()) == [ours]
    for kind in (Note, Interaction, Activity, Attachment):
        assert kind.objects.filter(deal=went, team=new).exists(), kind
        assert not kind.objects.filter(deal=old_pk).exists(), kind
    assert [tag.name for tag in went.tags.all()] == [tag.name for tag in theirs.tags.all()]
    assert went.custom == {"delivery": "by boat"}
    assert went.source.name == "Fair"
    assert [tick.item for tick in went.ticks.all()] == ["Ask"]
    assert went.activities.get(title="Another").assignee is None
    assert went.activities.exclude(title="Another").get().assignee == theirs.owner
    assert ResponseClock.objects.waiting().get().deal == went
    assert Mention.objects.get().team == new
    all_is_well()


MOVES = {"interaction", "note", "mention", "activity", "attachment"}
COPIED = {
    *("pipeline", "fielddefinition", "source", "lossreason", "tag", "answerpromise"),
    *("retentionrule", "ownfacts", "dealtag", "tick"),
}
# One row ends with the old team, and another begins with the new one.
GOES_ON = {"deal", "stagevisit", "openspell", "responseclock"}
STAYS = {
    # Who asked for them reads them there; what was chosen of the old team may not fit the new.
    *("savedview", "export", "rule", "rulerun"),
    # What was done is taken back there, or not at all.
    *("bulkedit", "bulkundo", "takenback"),
    # What customers were asked about closings, and closed deals stay.
    "question",
    # The numbers of the old team go on; the new one begins with its own.
    "dealnumbering",
    # Of the division itself.
    *("goingcustomer", "departure", "arrival"),
}


def test_of_each_table_it_is_decided_what_becomes_of_it():
    models = apps.get_app_config("crm").get_models()
    owned = {
        model._meta.model_name
        for model in models
        if "team" in {field.name for field in model._meta.get_fields()}
    }

    assert owned == MOVES | COPIED | GOES_ON | STAYS
    assert sum(map(len, (MOVES, COPIED, GOES_ON, STAYS))) == len(owned)


def test_what_moves_moves_and_what_is_copied_stands_in_both(agreed, theirs, ours, anna, now):
    customer = Organization.objects.get(name="Acme")
    builders.known(customer, by=anna, at=now)
    RetentionRule.objects.agree(24, seen=0, by=anna, at=now)
    builders.lost(builders.deal(theirs.pipeline, by=anna, at=now), by=anna, at=now)
    old = anna.team
    counts = {
        name: apps.get_model("crm", name).objects.filter(team=old).count()
        for name in MOVES | COPIED
    }

    new = agreed.carry_out(by=anna, at=now + DAY)

    for name, many in counts.items():
        rows = apps.get_model("crm", name).objects
        assert many, name
        assert rows.filter(team=new).count() == many, name
        assert rows.filter(team=old).count() == (many if name in COPIED else 0), name
    for name in GOES_ON:
        rows = apps.get_model("crm", name)._base_manager
        assert rows.filter(team=new).count(), name


class TestTheProcess:
    def test_is_the_same_with_a_first_version_of_its_own(self, agreed, theirs, stages, anna, now):
        new = agreed.carry_out(by=anna, at=now + DAY)

        (process,) = new.pipelines.all()
        copied = ("name", "category", "position", "exit_policy", "wip_limit", "checklist")
        had = theirs.pipeline.stages.in_order()
        assert list(process.stages.in_order().values(*copied)) == list(had.values(*copied))
        revision = process.revisions.get()
        assert (revision.number, revision.reason) == (1, "Divided from Rijnmond.")

    def test_stays_archived_where_the_oldest_decides_in_which_money_is_counted(
        self, agreed, pipeline, theirs, anna, now
    ):
        stages = builders.STAGES
        Pipeline.start(anna.team, "Old", stages, by=None, at=now, currency="USD").archive(
            by=anna, at=now
        )
        second = Pipeline.start(anna.team, "Abroad", stages, by=None, at=now, currency="USD")

        new = agreed.carry_out(by=anna, at=now + DAY)

        assert [one.name for one in new.pipelines.in_order()] == [pipeline.name, second.name]

    def test_takes_an_archived_first_one_along_for_its_currency(
        self, agreed, pipeline, ours, anna, now
    ):
        second = Pipeline.start(
            anna.team, "Abroad", builders.STAGES, by=None, at=now, currency="USD"
        )
        ours.discard(by=anna, at=now)
        pipeline.archive(by=anna, at=now)

        new = agreed.carry_out(by=anna, at=now + DAY)

        first, other = new.pipelines.order_by("pk")
        assert (first.currency, first.archived_at, other.name) == ("EUR", now, second.name)


class TestWhatIsDoneInTheOldTeam:
    def test_is_not_taken_back_of_a_deal_that_went(self, agreed, theirs, anna, now):
        line = theirs.edit({"title": "New"}, version=theirs.version, by=anna, at=now)
        agreed.carry_out(by=anna, at=now + DAY)

        with pytest.raises(StaleDeal, match="went on in another team"):
            take_back(line, by=anna, at=now + DAY)

    def test_comes_too_late_for_whoever_had_it_on_screen(self, agreed, theirs, stages, anna, now):
        note = Note.objects.get()
        said = Interaction.objects.get()
        todo = theirs.activities.order_by("pk")[0]
        agreed.carry_out(by=anna, at=now + DAY)
        kwargs = {"by": anna, "at": now + DAY}

        for late in (
            lambda: theirs.move_to(stages[1], seen_in=stages[0], **kwargs),
            lambda: theirs.edit({"title": "New"}, version=theirs.version, **kwargs),
            lambda: theirs.plan_step("Mail", None, **kwargs),
            lambda: theirs.hand_to(None, **kwargs),
            lambda: theirs.discard(**kwargs),
            lambda: tick(theirs, "Look", done=True, **kwargs),
            lambda: builders.noted(theirs, **kwargs),
            lambda: builders.said(theirs, **kwargs),
            lambda: builders.planned(theirs, **kwargs),
            lambda: builders.attached(theirs, **kwargs),
            lambda: note.edit({"text": "New"}, version=note.version, **kwargs),
            lambda: said.remove(version=said.version, **kwargs),
            lambda: todo.do("Done", version=todo.version, **kwargs),
        ):
            with pytest.raises((DealError, WorkError)), transaction.atomic():
                late()
        assert not Note.objects.filter(team=anna.team).exists()


class TestItIsRefused:
    def test_while_many_deals_are_being_changed(self, agreed, theirs, ours, anna, now):
        edit = BulkEdit.objects.ask({}, [ours], by=anna, at=now)
        edit.arm()
        before = evidence.everything()

        with pytest.raises(CrossingError, match="being changed"):
            agreed.carry_out(by=anna, at=now + DAY)

        assert evidence.everything() == before
        BulkEdit.objects.update(so_far=1)
        agreed.carry_out(by=anna, at=now + DAY)

    def test_and_then_nothing_has_happened(self, agreed, theirs, anna, now):
        before = evidence.everything()

        places = 0
        while self.dies(agreed, places, by=anna, at=now + DAY):
            agreed.refresh_from_db()
            assert evidence.everything() == before, places
            places += 3
        assert places > 20

    def dies(self, agreed, place, **how):
        """Whether the program died at this statement; all of it is done where there is none."""
        statements = count()

        def die(execute, sql, *arguments):
            if "crm_" in sql and next(statements) == place:
                raise InterruptedError
            return execute(sql, *arguments)

        try:
            with transaction.atomic(), connection.execute_wrapper(die):
                agreed.carry_out(**how)
        except InterruptedError:
            return True
        return False


def test_nothing_goes_where_no_customer_does(goes, stays, theirs, anna, now):
    plan = builders.agreed_division(goes, by=anna, at=now)

    new = plan.carry_out(by=anna, at=now + DAY)

    assert new.pipelines.count() == 1
    assert not new.deals.exists()
    all_is_well()


def test_a_deal_goes_on_twice(agreed, theirs, goes, acme, anna, now):
    new = agreed.carry_out(by=anna, at=now + DAY)
    here = list(new.memberships.current().select_related("user", "team"))
    here += [builders.member(name, new, at=now) for name in ("Hans", "Ida", "Joop")]
    plan = builders.division(here[3:], by=here[0], at=now + 2 * DAY, name="Schie")
    GoingCustomer.objects.create(team=new, division=plan, organization=acme)
    plan.propose(seen=plan.edition, by=here[0], at=now + 2 * DAY)
    for each in here[1:]:
        plan.consent(by=each, at=now + 2 * DAY)

    newest = plan.carry_out(by=here[0], at=now + 3 * DAY)

    went = newest.deals.get()
    assert (went.arrival.origin, went.title) == (new, theirs.title)
    assert went.next_step == theirs.next_step
    all_is_well()


def test_a_first_step_written_in_the_new_team_says_what_stood_before(agreed, theirs, anna, now):
    new = agreed.carry_out(by=anna, at=now + DAY)
    went = new.deals.get()
    bram = new.memberships.current().select_related("user", "team").order_by("pk")[0]
    went.plan_step("", None, by=bram, at=now + 2 * DAY)

    spells = went.spells.order_by("began_at").values_list("began_at", "ended_at", "has_step")
    assert list(spells) == [
        (now + DAY, now + 2 * DAY, True),
        (now + 2 * DAY, None, False),
    ]
    all_is_well()


def test_it_is_found_in_the_new_team_alone(agreed, theirs, anna, now):
    new = agreed.carry_out(by=anna, at=now + DAY)

    known = Findable.objects.filter(kind__in="dnia")
    assert set(known.values_list("team", flat=True)) == {new.pk}


def test_late_words_count_in_the_new_team_for_who_waited_on(agreed, theirs, anna, now):
    new = agreed.carry_out(by=anna, at=now + DAY)
    went, bram = new.deals.get(), new.memberships.select_related("user", "team").order_by("pk")[0]

    builders.said(went, channel="email", direction="out", by=bram, at=now + 2 * DAY)

    stayed, here = ResponseClock.objects.order_by("team")
    assert (stayed.team, stayed.answered_at, stayed.gone_at) == (anna.team, None, now + DAY)
    assert (here.team, here.answered_at) == (new, now + 2 * DAY)
    all_is_well()


def test_an_answer_that_was_forgotten_counts_in_the_new_team(agreed, theirs, anna, now):
    new = agreed.carry_out(by=anna, at=now + DAY)
    went, bram = new.deals.get(), new.memberships.select_related("user", "team").order_by("pk")[0]
    then = now + DAY / 2

    builders.said(
        went, channel="email", direction="out", by=bram, at=now + 2 * DAY, occurred_at=then
    )

    assert ResponseClock.objects.get(team=new).answered_at == then
    all_is_well()


def test_a_process_that_nobody_uses_any_more_stays(agreed, theirs, pipeline, anna, now):
    service = Pipeline.start(anna.team, "Service", builders.STAGES, by=anna.user, at=now)
    service.archive(by=anna, at=now)

    new = agreed.carry_out(by=anna, at=now + DAY)

    assert [process.name for process in new.pipelines.all()] == [pipeline.name]


def test_a_card_has_stood_in_its_stage_since_it_came_there(agreed, theirs, anna, now):
    new = agreed.carry_out(by=anna, at=now + DAY)

    assert new.deals.get().entered_stage_at == theirs.entered_stage_at
    assert new.deals.get().visits.get().entered_at == now + DAY


def test_what_was_published_before_stays_true(agreed, theirs, ours, anna, stages, now):
    old, week = anna.team, Period.containing(PeriodKind.WEEK, now.date())
    ours.move_to(stages[2], seen_in=stages[0], by=anna, at=now + DAY)
    after = week.end(old.zone) + 3 * DAY
    with time_machine.travel(after, tick=False):
        do_all()
        report = publish_period(old, week, at=after)
    with time_machine.travel(after + DAY, tick=False):
        agreed.carry_out(by=anna, at=after + DAY)
        do_all()

        assert not Job.objects.to_do(MEASURE, team_id=old.pk).exists()
        assert verify(old, at=after + DAY) == []
        again = {one.kpi.slug: one for one in from_facts(old, week, until=after + DAY)}

    told = {entry["slug"]: (entry["value"], entry["n"]) for entry in report.payload["kpis"]}
    assert told["open-deals"] == ("1", 1)
    assert again["open-deals"].figures[-1].value == 1


@pytest.mark.django_db(transaction=True)
def test_who_moves_a_deal_at_that_moment_does_so_before_or_is_told(
    agreed, theirs, stages, anna, now
):
    def move():
        deal = Deal.objects.get(pk=theirs.pk)
        deal.move_to(stages[1], seen_in=stages[0], by=anna, at=now + DAY)

    def divide():
        Division.objects.get(pk=agreed.pk).carry_out(by=anna, at=now + DAY)

    divided, *moved = at_once([divide, move, move])

    assert divided is None
    assert all(one is None or isinstance(one, (StaleDeal, Deal.DoesNotExist)) for one in moved)
    was_moved = None in moved
    went = Deal.objects.exclude(team=anna.team).get()
    assert went.stage.name == stages[1 if was_moved else 0].name
    all_is_well()


@pytest.mark.django_db(transaction=True)
def test_who_merges_two_customers_does_so_before_or_after(now):
    numbers = count(1)

    def scene():
        nth = next(numbers)
        team = builders.team(f"Team {nth}", at=now)
        people = [builders.member(f"Person {nth} {one}", team, at=now) for one in range(6)]
        pipeline, anna = builders.pipeline(team, at=now), people[0]
        deals = [
            builders.deal(pipeline, by=anna, at=now, customer=f"{name} {nth}")
            for name in ("Acme", "Akme")
        ]
        acme, akme = (deal.organization for deal in deals)
        plan = builders.division(people[3:], by=anna, at=now, name=f"New {nth}")
        GoingCustomer.objects.create(team=team, division=plan, organization=akme)
        plan.propose(seen=plan.edition, by=anna, at=now)
        for each in people[1:]:
            plan.consent(by=each, at=now)

        def divide():
            return Division.objects.get(pk=plan.pk).carry_out(by=anna, at=now + DAY)

        def merge():
            versions = {"version": acme.version, "other_version": akme.version}
            return Organization.objects.get(pk=acme.pk).absorb(akme, **versions, by=anna, at=now)

        return divide, merge

    told = [*meetings(scene), *((other, one) for one, other in meetings(lambda: scene()[::-1]))]

    assert all(isinstance(divided, Team) for divided, _merged in told)
    # Once they went, they are the other team's to merge.
    assert {type(merged) for _divided, merged in told} == {LogEntry, CustomerError}
    all_is_well()
