"""A team divides: its customers that go go on in the new team, and nothing of the past moves."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from crm.crossing import Going
from crm.models import (
    Activity,
    Arrival,
    Attachment,
    BulkEdit,
    CrossingError,
    Deal,
    DealError,
    Departure,
    GoingCustomer,
    AnswerPromise,
    Interaction,
    Mention,
    Stage,
    Note,
    Organization,
    OwnFacts,
    PipelineRevision,
    Question,
    ResponseClock,
    Rule,
    Source,
    StageVisit,
    StaleDeal,
    StaleWork,
    Tag,
    take_back,
)
from crm.models.checklist import tick
from crm.proof import clocks_that_disagree, disagreements
from teams.models import LogEntry
from tests import builders

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
