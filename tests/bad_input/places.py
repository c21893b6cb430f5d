"""Every place where input arrives: which forms and serializers there are, and how each is sent to.

What exists is found by introspection; how it is reached stands here. A form or serializer that is
not listed here fails `test_nothing_is_left_out`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from rest_framework import serializers

from agreements.api import contracts as api_contracts
from agreements.api import interventions as api_interventions
from agreements.api import procedures as api_procedures
from agreements.api import serializers as api_agreements
from agreements.contract_form import SignContract
from agreements.forms import ACTS, Act, Propose
from agreements.intervention_form import RecordIntervention
from agreements.models import Agreement
from agreements.procedure_form import (
    Bury,
    Protect,
    RegisterProcedure,
    Resurrect,
    TakeUp,
    TryWithout,
)
from agreements.sight import Sight
from crm import customer_forms as customers
from crm import fields as form_fields
from crm import forms as crm_forms
from crm import work_forms
from crm.api import bulk as api_bulk
from crm.api import customer_serializers as api_customers
from crm.api import exports as api_exports
from crm.api import field_views as field_api
from crm.api import fields as api_fields
from crm.api import file_serializers as api_files
from crm.api import going as api_going
from crm.api import list_views as list_api
from crm.api import note_serializers as api_notes
from crm.api import own_facts as own_facts_api
from crm.api import process_serializers as api_process
from crm.api import promises as api_promises
from crm.api import retention as api_retention
from crm.api import rules as rule_api
from crm.api import saved_views as api_views
from crm.api import serializers as api
from crm.api import work_serializers as api_work
from crm.api.customs import CustomField
from crm.bulk_form import ChangeMany
from crm.cards import Reader
from crm.field_forms import AddField, EditField, PlaceField
from crm.file_forms import AttachFile
from crm.filter_form import ConditionForm
from crm.filters import CustomerVocabulary, Vocabulary
from crm.going_form import ChooseCustomers, CustomersField, FindGoing
from crm.list_forms import AddChoice, RenameChoice
from crm.mergers import Fact
from crm.models import (
    Activity,
    Deal,
    FieldDefinition,
    Interaction,
    Note,
    Pipeline,
    PipelineRevision,
    Product,
    Rule,
    SavedView,
    Source,
    Stage,
    Target,
)
from crm.models.needs import NEEDS
from crm.note_forms import EditNote, WriteNote
from crm.process_form import (
    ChangeProcess,
    DescribeStage,
    EmptyStage,
    LeaveProcess,
    PlaceProcess,
)
from crm.promise_form import MakePromise
from crm.question_form import AnswerQuestion
from crm.retention_form import Anonymise, KeepContacts
from crm.row_form import EditRow
from crm.rule_form import ChangeRule
from crm.start_process_form import StartProcess
from crm.team_form import StartTeam
from dashboards import forms as dashboard_forms
from dashboards import kpis
from dashboards.api import by_mail as api_by_mail
from dashboards.api import choice as api_choice
from dashboards.api import objectives as api_objectives
from dashboards.api import ranges as api_ranges
from dashboards.api import reports as reports_api
from dashboards.choice_form import ChooseFigures
from dashboards.models import Baseline
from dashboards.objective_form import SetObjective, periods_ahead
from dashboards.periods import Period, PeriodKind
from dashboards.range_form import RebaseRange
from dashboards.rebasing import QUESTIONS
from debates.acts import ACTS as DEBATE_ACTS
from debates.acts import Act as DebateAct
from debates.acts import Object as ObjectInADebate
from debates.api import chain as api_chain
from debates.api import serializers as api_debates
from debates.forms import AskForDebate, HowLong, OfferForm, OpenDebate, QuickDebate
from debates.models import Debate
from debates.origin_form import NameOrigin
from debates.room import Room
from reviews import feedback_form
from reviews import forms as review_forms
from reviews.api import evaluations as api_evaluations
from reviews.api import serializers as api_reviews
from reviews.evaluation_forms import Conclude, Follow, Reflect
from reviews.models import Evaluation, Feedback, Mode, Question, Reflection, ReviewRound
from teams import api as team_api
from teams import api_charter, api_division, api_hours, api_leaving, api_roles, division_form
from teams import api_fields as text_fields
from teams import forms as team_forms
from teams.admin import MoveForm
from teams.charter_form import AnnounceFrame, ProposeCharter
from teams.consent_form import Act as Answer
from teams.consent_form import Consent, Drop, Object
from teams.fields import DayField, LineField, LinesField, NumberField, ParagraphsField
from teams.hours_form import KeepHours
from teams.models import Division, Invitation, Membership
from teams.role_form import BeginRole, Close, LayDown, Nominate
from tests import builders, debating, looking_back, reviewing

APPS = ("teams", "crm", "dashboards", "agreements", "debates", "reviews", "config")
SLUG = "rijnmond"
ANSWER = {"question": "wanted", "text": "By", "version": 0}
A_YEAR = list(Period.parse("2025-W01").through(Period.parse("2025-W40")))
PAGES = f"/teams/{SLUG}/"
API = f"/api/v1/teams/{SLUG}/"


@dataclass
class World:
    """Anna's team with its process, and her browser."""

    client: Client
    anna: Membership
    pipeline: Pipeline
    stages: list[Stage]
    now: datetime

    def deal(self, *, lost: bool = False) -> Deal:
        self.field()
        self.rule()
        Product.objects.get_or_create(name="Router")
        deal = builders.deal(self.pipeline, by=self.anna, at=self.now)
        builders.said(deal, by=self.anna, at=self.now)
        builders.noted(deal, by=self.anna, at=self.now)
        builders.planned(deal, by=self.anna, at=self.now)
        return builders.lost(deal, by=self.anna, at=self.now) if lost else deal

    def field(self) -> FieldDefinition:
        known = self.anna.team.fields.about(Target.DEAL).select_related("team").first()
        return known or builders.field(kind="choice", options=["Van"], by=self.anna, at=self.now)

    def rule(self) -> Rule:
        known = self.anna.team.rules.first()
        return known or builders.rule(by=self.anna, at=self.now)

    def newest(self) -> Deal:
        return Deal.objects.order_by("-pk")[0]


class Place(NamedTuple):
    """How a form or serializer is sent: method, address, and words that are good.

    `fragment`: only a part of the page says what was wrong. `silent`: it never refuses, or says
    no more than that there is no such page. `reached` False: its page has tests of
    its own, and only its fields are tried here.
    """

    method: str
    address: Callable[[Deal], str]
    words: Callable[[World, Deal], dict[str, Any]]
    make: Callable[[World, Deal, Any], forms.Form] | None = None
    fragment: bool = False
    silent: bool = False
    lost: bool = False
    adds: bool = False
    reached: bool = True


def _page(path: str) -> Callable[[Deal], str]:
    return lambda deal: PAGES + path.format(deal.number)


def _program(path: str) -> Callable[[Deal], str]:
    return lambda deal: API + path.format(deal.number)


def _of_a_field(path: str) -> Callable[[Deal], str]:
    return lambda deal: API + path.format(deal.team.fields.get().pk)


def _of_a_choice(deal: Deal) -> str:
    return f"{API}lists/sources/{builders.chosen(Source, deal.team, 'Fair').pk}/"


def _of_a_view(deal: Deal) -> str:
    by = deal.team.memberships.current().order_by("pk")[0]
    view = SavedView.objects.add("Large", {}, own=False, by=by, at=deal.opened_at)
    return f"{API}deals/views/{view.pk}/"


# What a team may want of a figure.
WANTED = {"sense": "least", "target": "4", "reference": "own", "why": "By", "kpi": "deals-won"}
# What two customers say of one thing, each something else.
TWO_PHONES = [Fact("phone", "phone", "1", "2", is_choice=True)]


def _of_a_customer(path: str, at: str = API) -> Callable[[Deal], str]:
    def url(deal: Deal) -> str:
        by = deal.team.memberships.current().order_by("pk")[0]
        parts = builders.customer(deal, by=by, at=deal.opened_at)
        return at + path.format(**parts)

    return url


def _trial(world: World, _deal: Deal) -> dict[str, Any]:
    until = world.now.date() + timedelta(days=9)
    return {"until": f"{until}", "guard": "deals-won", "why": "By"}


def _of_a_procedure(path: str, at: str = PAGES, state: str = "alive") -> Callable[[Deal], str]:
    def url(deal: Deal) -> str:
        by, now = deal.team.memberships.current().order_by("pk")[0], timezone.now()
        found = deal.team.procedures.filter(state=state).first()
        if found is None:
            name = f"Report {deal.team.procedures.count()}"
            found = builders.procedure(name, by=by, at=now, is_on_trial=state == "on_trial")
        return f"{at}procedures/{found.pk}/{path}"

    return url


def _of_an_objective(path: str, at: str = API) -> Callable[[Deal], str]:
    def url(deal: Deal) -> str:
        open_already = deal.team.objectives.open().first()
        by = deal.team.memberships.current().order_by("pk")[0]
        found = open_already or builders.wanted("deals-lost", by=by, at=timezone.now())
        return f"{at}objectives/{found.pk}/{path}"

    return url


def _of_a_role(path: str, at: str) -> Callable[[Deal], str]:
    def url(deal: Deal) -> str:
        by, name = deal.team.memberships.current().order_by("pk")[0], f"R{deal.team.roles.count()}"
        return f"{at}roles/{builders.role(name, by=by, at=timezone.now()).pk}/{path}"

    return url


def _plan_of(deal: Deal) -> Division:
    under_way: Division | None = deal.team.divisions.under_way().first()
    by = deal.team.memberships.current().order_by("pk")[0]
    return under_way or Division.objects.plan(by=by, at=timezone.now())


def _of_a_plan(path: str, at: str) -> Callable[[Deal], str]:
    return lambda deal: f"{at}division/{_plan_of(deal).pk}/{path}"


def _described(_world: World, deal: Deal) -> dict[str, Any]:
    return {"seen": _plan_of(deal).edition, "name": "Linge", "goal": "By", "why": "By"}


def _named_to_go(world: World, deal: Deal) -> dict[str, Any]:
    return {"seen": _plan_of(deal).edition, "people": [world.anna.user_id]}


def _step_of_a_plan(kind: Any) -> Callable[..., forms.Form]:
    return lambda _world, deal, data: kind(data, division=_plan_of(deal))


def _nominated(world: World, _deal: Deal) -> dict[str, Any]:
    return {"person": world.anna.user_id, "months": 6, "why": "By"}


def _about_a_role(kind: Any) -> Callable[..., forms.Form]:
    return lambda world, _deal, data: kind(data, team=world.anna.team)


def _of_a_draft(path: str, at: str = API) -> Callable[[Deal], str]:
    return lambda deal: at + path.format(builders.drafted(deal.team, at=timezone.now()))


def _of_the_process(path: str) -> Callable[[Deal], str]:
    return lambda deal: f"{API}pipelines/{deal.pipeline_id}/{path}"


def _seen(world: World, deal: Deal) -> dict[str, Any]:
    return {"seen_in": deal.stage_id}


def _loss(world: World, deal: Deal) -> dict[str, Any]:
    return {"loss_reason": "Price", "seen_in": deal.stage_id}


def _move(world: World, deal: Deal) -> dict[str, Any]:
    return {"stage": world.stages[3].pk, **_loss(world, deal)}


def _beyond(world: World, deal: Deal) -> dict[str, Any]:
    team = world.anna.team
    service = team.pipelines.filter(name="Service").first() or Pipeline.start(
        team, "Service", builders.STAGES, by=None, at=world.now
    )
    return {"stage": service.first_stage().pk, "seen_in": deal.stage_id}


def _whole_process(world: World, _deal: Deal) -> dict[str, Any]:
    stages = world.pipeline.stages.living().in_order().values("id", "name", "category")
    seen = world.pipeline.current_revision().number
    return {"seen": seen, "reason": "Because", "name": "Selling", "stages": list(stages)}


def _listed(world: World, deal: Deal) -> dict[str, Any]:
    world.pipeline.stages.filter(pk=deal.stage_id).update(checklist=["Called"])
    return {"item": "Called", "done": True}


def _draft(world: World, deal: Deal) -> dict[str, Any]:
    return {"stage": world.stages[0].pk, "title": "Scanners"}


def _facts(world: World, deal: Deal) -> dict[str, Any]:
    return {"title": deal.title, "version": deal.version}


def _saying(world: World, deal: Deal) -> dict[str, Any]:
    return {"channel": "phone", "direction": "in", "text": "Hello"}


def _correction(world: World, deal: Deal) -> dict[str, Any]:
    return {**_saying(world, deal), "version": _said(deal).version}


def _intent(_world: World, _deal: Deal) -> dict[str, Any]:
    return {"title": "Call", "kind": "call", "due_on": "2026-11-30"}


def _planned(deal: Deal) -> Activity:
    found = deal.activities.first()
    assert found is not None
    return found


def _noted(deal: Deal) -> Note:
    found = deal.notes.first()
    assert found is not None
    return found


def _note_otherwise(_world: World, deal: Deal) -> dict[str, Any]:
    return {"text": "Ring", "version": _noted(deal).version}


def _said(deal: Deal) -> Interaction:
    found = deal.interactions.first()
    assert found is not None
    return found


def _step(world: World, deal: Deal) -> dict[str, Any]:
    return {"next_step": "Call", "version": type(deal).objects.get(pk=deal.pk).version}


def _rule(_world: World, _deal: Deal) -> dict[str, Any]:
    return {"name": "By", "trigger": "created", "mails": True}


def _weeks_ahead(world: World) -> list[Period]:
    return periods_ahead(Period.containing(PeriodKind.WEEK, world.now.date()))


def _wanted(world: World, _deal: Deal) -> dict[str, Any]:
    weeks = _weeks_ahead(world)
    return {**WANTED, "first": str(weeks[0]), "last": str(weeks[5])}


def _first_range(world: World, _deal: Deal) -> dict[str, Any]:
    won, ordinary = kpis.get("deals-won"), [3, 5, 4, 4, 6, 5, 2, 3, 4, 6, 3, 5, 5, 4, 2, 3, 5, 6]
    if not world.anna.team.measurements.exists():
        builders.measured(world.anna.team, won, A_YEAR, [*ordinary * 2, 4, 4, 3, 5], at=world.now)
    return {"first": str(A_YEAR[0]), "last": str(A_YEAR[19]), "reason": "Calm", "seen": 0}


def _another_range(world: World, deal: Deal) -> dict[str, Any]:
    first = _first_range(world, deal)
    won, reason = kpis.get("deals-won"), first["reason"]
    holds = world.anna.team.baselines.current().first() or Baseline.sign(
        won, A_YEAR[0], A_YEAR[19], reason=reason, by=world.anna, at=world.now
    )
    stretch = {"first": str(A_YEAR[20]), "last": str(A_YEAR[39]), "seen": holds.pk}
    return {**stretch, **dict.fromkeys(QUESTIONS, "yes"), "reason": reason, "lasting": "It stays"}


def vocabulary_of(world: World) -> Vocabulary:
    reader = Reader(world.anna.team, world.now, sees_people=True)
    return Vocabulary(reader, world.anna.user)


def sight_of(world: World) -> Sight:
    """An agreement of Anna's about which each act can be filled in."""
    made = Agreement.objects.filter(team=world.anna.team)
    if not made.exists():
        builders.contested(world.anna, "keep it", at=world.now)
    return Sight(made.with_everything().get(), world.anna, world.now.date())


def _of_an_agreement(path: str) -> Callable[[Deal], str]:
    def url(deal: Deal) -> str:
        by = deal.team.memberships.current().order_by("pk")[0]
        made = deal.team.agreements.first() or builders.contested(by, "keep it", at=timezone.now())
        return f"{API}agreements/{made.pk}/{path}"

    return url


def _terms(world: World) -> dict[str, Any]:
    day = world.now.date() + timedelta(days=5)
    return {"then": "By", "how_seen": "By", "due_on": day.isoformat()}


def _filled(act: type[Act]) -> Callable[[World, Deal, Any], forms.Form]:
    return lambda world, _deal, data: act(data, sight=sight_of(world))


def room_of(world: World) -> Room:
    """A debate of Anna's in which each act can be filled in."""
    return Room(_debate_of(world.anna), world.anna, world.now.date())


def _debate_of(member: Membership) -> Debate:
    """One whose points are revealed, with a manager in it."""
    team, now = member.team, timezone.now()
    if not team.debates.exists():
        builders.member("Bo", team, at=now)
        team.link_manager(builders.person("Mia"), by=None, at=now)
        debating.revealed(by=member, at=now)
    return team.debates.get()


def _of_a_debate(path: str) -> Callable[[Deal], str]:
    def url(deal: Deal) -> str:
        by = deal.team.memberships.current().order_by("pk")[0]
        return f"{API}debates/{_debate_of(by).pk}/{path}"

    return url


def _of_an_evaluation(path: str, at: str = PAGES) -> Callable[[Deal], str]:
    """A month at which Anna's team looks back, and she leads it."""

    def url(deal: Deal) -> str:
        by = deal.team.memberships.current().order_by("pk")[0]
        if not deal.team.evaluations.exists():
            looking_back.begun(by=by, at=timezone.now())
        return f"{at}evaluations/{looking_back.MONTH}/{path}"

    return url


def _colleague(member: Membership) -> Membership:
    """Somebody beside Anna in her team."""
    others = member.team.memberships.current().select_related("team", "user")
    found = others.exclude(pk=member.pk).first()
    return found or builders.member("Bo", member.team, at=timezone.now())


def _of_a_round(path: str) -> Callable[[Deal], str]:
    """An address about a round in which Anna writes about a colleague."""

    def url(deal: Deal) -> str:
        by = deal.team.memberships.current().order_by("pk")[0]
        other = _colleague(by)
        running = ReviewRound.objects.running().first()
        made = running or reviewing.opened(by=by, at=timezone.now(), mode=Mode.OPEN)
        return f"{API}reviews/{made.pk}/{path.format(other.user_id)}"

    return url


def _reflections(world: World) -> list[Reflection]:
    return list(Evaluation.objects.get(team=world.anna.team).reflections.all())


def _version_of(deal: Deal) -> PipelineRevision:
    return deal.pipeline.current_revision()


def _of_a_version(deal: Deal) -> str:
    return f"{API}chain/version/{_version_of(deal).pk}/origin/"


def _new_round(deal: Deal) -> str:
    _colleague(deal.team.memberships.current().order_by("pk")[0])
    return f"{API}reviews/"


def _of_feedback(path: str) -> Callable[[Deal], str]:
    def url(deal: Deal) -> str:
        by = deal.team.memberships.current().order_by("pk")[0]
        given = Feedback.objects.first()
        given = given or reviewing.given(by, _colleague(by), at=timezone.now())
        return f"{API}feedback/{given.pk}/{path}"

    return url


def _feedback(world: World, _deal: Deal) -> dict[str, Any]:
    receiver = _colleague(world.anna).user_id
    return {"receiver": receiver, "kind": "question", "text": "By"}


def _weighed(world: World, _deal: Deal) -> dict[str, Any]:
    return {"weights": [{"point": room_of(world).points[0].point.pk, "value": 2}]}


def _in_a_debate(act: type[DebateAct]) -> Callable[[World, Deal, Any], forms.Form]:
    def make(world: World, _deal: Deal, data: Any) -> forms.Form:
        room = room_of(world)
        if act is ObjectInADebate:  # asks most of a manager
            room.place = world.anna.team.manager_links.get()
        return act(data, room=room)

    return make


def _doing(kind: type[forms.Form]) -> Callable[[World, Deal, Any], forms.Form]:
    return lambda _world, _deal, data: kind(data)


def _answering(kind: type[Answer]) -> Callable[[World, Deal, Any], forms.Form]:
    return lambda _world, _deal, data: kind(data)


FORMS: dict[type[forms.Form], Place] = {
    crm_forms.AddDeal: Place(
        "post",
        _page("deals/"),
        _draft,
        lambda world, _deal, data: crm_forms.AddDeal(data, team=world.anna.team),
        fragment=True,
        adds=True,
    ),
    crm_forms.MoveDeal: Place(
        "post",
        _page("deals/{}/stage/"),
        _move,
        lambda _world, deal, data: crm_forms.MoveDeal(data, deal=deal),
        fragment=True,
    ),
    crm_forms.LoseDeal: Place(
        "post",
        _page("deals/{}/loss/"),
        _loss,
        lambda _world, deal, data: crm_forms.LoseDeal(data, deal=deal),
    ),
    crm_forms.TransferDeal: Place(
        "post",
        _page("deals/{}/process/"),
        _beyond,
        lambda _world, deal, data: crm_forms.TransferDeal(data, deal=deal),
    ),
    crm_forms.ReopenDeal: Place(
        "post",
        _page("deals/{}/reopening/"),
        _seen,
        lambda _world, deal, data: crm_forms.ReopenDeal(data, deal=deal),
        fragment=True,
        lost=True,
    ),
    crm_forms.PlanStep: Place(
        "post",
        _page("deals/{}/next-step/"),
        _step,
        lambda _world, _deal, data: crm_forms.PlanStep(data),
    ),
    crm_forms.TickItem: Place(
        "post",
        _page("deals/{}/checklist/"),
        lambda _world, _deal: {"item": "Called", "state": "done"},
        lambda _world, _deal, data: crm_forms.TickItem(data),
        fragment=True,
    ),
    crm_forms.EditDeal: Place(
        "post",
        _page("deals/{}/details/"),
        _facts,
        lambda _world, _deal, data: crm_forms.EditDeal(data),
    ),
    crm_forms.SeenInVersion: Place(
        "post",
        lambda deal: f"{PAGES}deals/{deal.number}/interactions/{_said(deal).pk}/removal/",
        lambda _world, _deal: {"version": 1},
        lambda _world, _deal, data: crm_forms.SeenInVersion(data),
        silent=True,
    ),
    ChooseFigures: Place(
        "post",
        _page("steered-by/"),
        lambda *_: {"which": "deals-won", "reason": "By", "seen": 0},
        lambda _world, _deal, data: ChooseFigures(data),
    ),
    RegisterProcedure: Place(
        "post",
        _page("procedures/"),
        lambda *_: {"name": "Report", "purpose": "By", "hours": "2"},
        lambda _world, _deal, data: RegisterProcedure(data),
        adds=True,
    ),
    ProposeCharter: Place(
        "post",
        _page("charter/"),
        lambda *_: {**vars(builders.CHARTER), "why": "By", "seen": 0},
        lambda _world, _deal, data: ProposeCharter(data),
    ),
    BeginRole: Place(
        "post",
        _page("roles/"),
        lambda *_: {"name": "Phone", "purpose": "By", "accountabilities": "By"},
        lambda _world, _deal, data: BeginRole(data),
        adds=True,
    ),
    Nominate: Place(
        "post",
        _of_a_role("nomination/", PAGES),
        _nominated,
        lambda world, _deal, data: Nominate(data, team=world.anna.team),
    ),
    division_form.WhoGoes: Place(
        "post", _of_a_plan("people/", PAGES), _named_to_go, _step_of_a_plan(division_form.WhoGoes)
    ),
    ChooseCustomers: Place(
        "post",
        lambda deal: f"{PAGES}customers/going/{_plan_of(deal).pk}/",
        lambda *_: {"shown": ["o1"], "goes": []},
        lambda _world, _deal, data: ChooseCustomers(data),
    ),
    division_form.Words: Place(
        "post", _of_a_plan("words/", PAGES), _described, _step_of_a_plan(division_form.Words)
    ),
    TryWithout: Place(
        "post",
        _of_a_procedure("trial/"),
        _trial,
        lambda _world, _deal, data: TryWithout(data),
    ),
    SetObjective: Place(
        "post",
        _page("figures/deals-won/objective/"),
        _wanted,
        lambda world, _deal, data: SetObjective(
            data,
            kpi=kpis.get("deals-won"),
            by=world.anna,
            among=_weeks_ahead(world),
        ),
    ),
    RebaseRange: Place(
        "post",
        _page("figures/deals-won/normal-range/signing/"),
        _another_range,
        lambda _world, _deal, data: RebaseRange(data, among=A_YEAR),
    ),
    AttachFile: Place(
        "post",
        _page("deals/{}/files/"),
        lambda _world, _deal: {"file": SimpleUploadedFile("offer.pdf", b"%PDF-1.7")},
        lambda _world, _deal, data: AttachFile(data),
    ),
    WriteNote: Place(
        "post",
        _page("deals/{}/notes/"),
        lambda _world, _deal: {"text": "Ring twice"},
        lambda _world, _deal, data: WriteNote(data),
    ),
    EditNote: Place(
        "post",
        lambda deal: f"{PAGES}notes/{_noted(deal).pk}/",
        _note_otherwise,
        lambda _world, _deal, data: EditNote(data),
    ),
    work_forms.PlanActivity: Place(
        "post",
        _page("deals/{}/activities/"),
        _intent,
        lambda world, _deal, data: work_forms.PlanActivity(data, team=world.anna.team),
    ),
    work_forms.EditActivity: Place(
        "post",
        lambda deal: f"{PAGES}activities/{_planned(deal).pk}/",
        lambda world, deal: {**_intent(world, deal), "version": _planned(deal).version},
        lambda world, _deal, data: work_forms.EditActivity(data, team=world.anna.team),
    ),
    work_forms.DoActivity: Place(
        "post",
        lambda deal: f"{PAGES}activities/{_planned(deal).pk}/completion/",
        lambda _world, deal: {"version": _planned(deal).version},
        lambda _world, _deal, data: work_forms.DoActivity(data),
    ),
    work_forms.FindActivities: Place(
        "get",
        lambda _deal: f"{PAGES}calendar/",
        lambda _world, _deal: {},
        lambda _world, _deal, data: work_forms.FindActivities(data, sees_people=True),
        silent=True,
    ),
    work_forms.LogInteraction: Place(
        "post",
        _page("deals/{}/interactions/"),
        _saying,
        lambda world, deal, data: work_forms.LogInteraction(data, deal=deal, at=world.now),
    ),
    work_forms.EditInteraction: Place(
        "post",
        lambda deal: f"{PAGES}deals/{deal.number}/interactions/{_said(deal).pk}/",
        _correction,
        lambda world, deal, data: work_forms.EditInteraction(
            data, interaction=_said(deal), at=world.now
        ),
    ),
    crm_forms.FindDeals: Place(
        "get",
        _page("deals/"),
        lambda _world, _deal: {},
        lambda world, _deal, data: crm_forms.FindDeals(
            data,
            vocabulary=vocabulary_of(world),
        ),
        silent=True,
    ),
    ChangeMany: Place(
        "post",
        _page("deals/changes/"),
        lambda _world, deal: {"deals": str(deal.number), "source": "Fair"},
        lambda world, _deal, data: ChangeMany(data, team=world.anna.team),
    ),
    EditRow: Place(
        "post",
        _page("deals/{}/row/"),
        _step,
        lambda _world, deal, data: EditRow(data, deal=deal),
    ),
    crm_forms.ChooseExport: Place(
        "post",
        _page("deals/exports/"),
        lambda _world, _deal: {"kind": "csv"},
        lambda _world, _deal, data: crm_forms.ChooseExport(data),
    ),
    crm_forms.NameView: Place(
        "post",
        _page("deals/views/"),
        lambda _world, _deal: {"name": "Large ones"},
        lambda _world, _deal, data: crm_forms.NameView(data),
    ),
    dashboard_forms.WriteWords: Place(
        "post",
        _of_a_draft("reading/{}/draft/", at=PAGES),
        lambda *_: {"version": 0, "text": "What we say"},
        lambda _world, _deal, data: dashboard_forms.WriteWords(data),
    ),
    dashboard_forms.ChooseMail: Place(
        "post",
        _page("reading/by-mail/"),
        lambda *_: {"weekly_on": "4", "monthly": "on"},
        lambda _world, _deal, data: dashboard_forms.ChooseMail(data),
    ),
    customers.EditOwnFacts: Place(
        "post",
        _of_a_customer("customers/{organization}/own-facts/", at=PAGES),
        lambda *_: {"version": 0},
        lambda _world, _deal, data: customers.EditOwnFacts(data),
    ),
    team_forms.ChooseTheme: Place(
        "post",
        lambda _deal: "/theme/",
        lambda _world, _deal: {},
        lambda _world, _deal, data: team_forms.ChooseTheme(data),
        silent=True,
    ),
    team_forms.Erase: Place(
        "post",
        lambda _deal: "/admin/teams/user/",
        lambda _world, _deal: {},
        lambda _world, _deal, data: team_forms.Erase(data),
        reached=False,  # it is at the desk
    ),
    MoveForm: Place(
        "post",
        lambda _deal: "/admin/teams/membership/",
        lambda _world, _deal: {},
        # The desk itself fills in what can be done.
        lambda _world, _deal, data: MoveForm(data),
        reached=False,  # it is at the desk
    ),
    team_forms.ChooseDemoPerson: Place(
        "post",
        lambda _deal: "/demo/sign-in/",
        lambda _world, _deal: {},
        lambda _world, _deal, data: team_forms.ChooseDemoPerson(data),
        silent=True,
    ),
}

SERIALIZERS: dict[type[serializers.Serializer], Place] = {
    api.DealDraft: Place("post", _program("deals/"), _draft, adds=True),
    api.DealChanges: Place("patch", _program("deals/{}/"), _facts),
    api.StageChange: Place("put", _program("deals/{}/stage/"), _move),
    api.Loss: Place("post", _program("deals/{}/loss/"), _loss),
    api.Reopening: Place("post", _program("deals/{}/reopening/"), _seen, lost=True),
    api.NextStep: Place("put", _program("deals/{}/next-step/"), _step),
    api_work.InteractionDraft: Place("post", _program("deals/{}/interactions/"), _saying),
    api_work.InteractionChanges: Place(
        "patch",
        lambda deal: f"{API}deals/{deal.number}/interactions/{_said(deal).pk}/",
        _correction,
    ),
    api_work.Seen: Place(
        "post",
        lambda deal: f"{API}deals/{deal.number}/interactions/{_said(deal).pk}/removal/",
        lambda _world, _deal: {"version": 1},
    ),
    api_files.FileDraft: Place(
        "post",
        _program("deals/{}/files/"),
        lambda _world, _deal: {"file": "offer.pdf"},
        reached=False,  # it reads no JSON
    ),
    api_notes.NoteDraft: Place(
        "post",
        _program("notes/"),
        lambda _world, deal: {"text": "Ring twice", "deal": deal.pk},
    ),
    api_notes.NoteChanges: Place(
        "patch", lambda deal: f"{API}notes/{_noted(deal).pk}/", _note_otherwise
    ),
    api_work.ActivityDraft: Place(
        "post",
        _program("activities/"),
        lambda world, deal: {**_intent(world, deal), "deal": deal.pk},
    ),
    api_work.ActivityChanges: Place(
        "patch",
        lambda deal: f"{API}activities/{_planned(deal).pk}/",
        lambda world, deal: {**_intent(world, deal), "version": _planned(deal).version},
    ),
    api_work.Completion: Place(
        "post",
        lambda deal: f"{API}activities/{_planned(deal).pk}/completion/",
        lambda _world, deal: {"version": _planned(deal).version},
    ),
    api_customers.CustomerDraft: Place(
        "post", lambda _deal: f"{API}customers/", lambda *_: {"name": "Zeta"}
    ),
    api_customers.CustomerChanges: Place(
        "patch", _of_a_customer("customers/{organization}/"), lambda *_: {"version": 1}
    ),
    api_customers.ContactDraft: Place(
        "post",
        _of_a_customer("customers/{organization}/contacts/"),
        lambda *_: {"name": "Eva"},
    ),
    api_customers.ContactChanges: Place(
        "patch", _of_a_customer("contacts/{contact}/"), lambda *_: {"version": 1}
    ),
    api_by_mail.MailChoice: Place(
        "put",
        _program("reports/by-mail/"),
        lambda *_: {"weekly_on": 4, "monthly": True},
    ),
    reports_api.WordsDraft: Place(
        "patch",
        _of_a_draft("reports/{}/draft/"),
        lambda *_: {"kpi": "", "text": "What we say", "version": 0},
    ),
    own_facts_api.OwnFactsChanges: Place(
        "patch",
        _of_a_customer("customers/{organization}/own-facts/"),
        lambda *_: {"version": 0, "custom": {}},
    ),
    api_customers.CustomerMerging: Place(
        "post", _of_a_customer("customers/{organization}/merger/"), lambda *_: {"version": 1}
    ),
    api_customers.ContactMerging: Place(
        "post", _of_a_customer("contacts/{contact}/merger/"), lambda *_: {"version": 1}
    ),
    api_customers.PointDraft: Place(
        "post",
        _of_a_customer("contacts/{contact}/points/"),
        lambda *_: {"kind": "email", "value": "eva@acme.example"},
    ),
    list_api.ChoiceDraft: Place(
        "post", lambda _deal: f"{API}lists/sources/", lambda *_: {"name": "By"}
    ),
    list_api.ChoiceChanges: Place("patch", _of_a_choice, lambda *_: {"name": "By", "version": 1}),
    rule_api.RuleDraft: Place("post", lambda _deal: f"{API}rules/", _rule),
    rule_api.RuleChanges: Place(
        "patch",
        lambda deal: f"{API}rules/{deal.team.rules.get().pk}/",
        lambda world, deal: {"version": world.rule().version, **_rule(world, deal)},
    ),
    field_api.FieldDraft: Place(
        "post",
        lambda _deal: f"{API}fields/",
        lambda *_: {"target": "deal", "label": "By", "type": "text"},
    ),
    field_api.FieldChanges: Place(
        "patch", _of_a_field("fields/{}/"), lambda *_: {"label": "By", "version": 1}
    ),
    field_api.FieldPlace: Place("put", _of_a_field("fields/{}/place/"), lambda *_: {"position": 1}),
    api_views.ViewDraft: Place(
        "post", lambda _deal: f"{API}deals/views/", lambda *_: {"name": "Large"}
    ),
    api_views.ViewChanges: Place("patch", _of_a_view, lambda *_: {"version": 1}),
    api_going.GoingChoice: Place(
        "post", _of_a_plan("customers/", API), lambda *_: {"goes": [], "stays": ["o1"]}
    ),
    api_bulk.ManyChanges: Place(
        "post",
        lambda _deal: f"{API}deals/changes/",
        lambda _world, deal: {"deals": [deal.number], "source": "Fair"},
    ),
    api_exports.ExportDraft: Place(
        "post", lambda _deal: f"{API}deals/exports/", lambda *_: {"kind": "csv"}
    ),
    api_promises.PromiseDraft: Place(
        "post",
        lambda _deal: f"{API}promises/",
        lambda *_: {"seconds": 60, "reason": "By", "seen": 0},
    ),
    api_retention.RetentionDraft: Place(
        "put", lambda _deal: f"{API}retention/", lambda *_: {"months": 24, "seen": 0}
    ),
    api_retention.AnonymisationDraft: Place(
        "post", lambda _deal: f"{API}retention/anonymisation/", lambda *_: {"count": 1}
    ),
    api_ranges.RangeDraft: Place(
        "post",
        lambda _deal: f"{API}figures/deals-won/normal-ranges/",
        _first_range,
    ),
    api_procedures.ProcedureWords: Place(
        "post",
        lambda _deal: f"{API}procedures/",
        lambda *_: {"name": "Report", "purpose": "By", "hours": "2"},
        adds=True,
    ),
    api_procedures.TrialDraft: Place("post", _of_a_procedure("trial/", API), _trial),
    api_procedures.BurialDraft: Place(
        "post",
        _of_a_procedure("burial/", API, "on_trial"),
        lambda *_: {"epitaph": "Farewell", "hours": "2"},
    ),
    api_procedures.WhyDraft: Place(
        "post", _of_a_procedure("return/", API, "on_trial"), lambda *_: {"why": "By"}
    ),
    api_contracts.ContractDraft: Place("post", lambda _deal: "", lambda *_: {}, reached=False),
    api_interventions.InterventionDraft: Place(
        "post", lambda _deal: "", lambda *_: {}, reached=False
    ),
    api_procedures.ShieldDraft: Place("post", lambda _deal: "", lambda *_: {}, reached=False),
    api_choice.FigureChoiceDraft: Place(
        "post",
        lambda _deal: f"{API}figure-choices/",
        lambda *_: {"kpis": ["deals-won"], "reason": "By", "seen": 0},
    ),
    api_objectives.ObjectiveDraft: Place("post", lambda _deal: f"{API}objectives/", _wanted),
    team_api.Reason: Place("post", _of_an_objective("end/"), lambda *_: {"why": "By"}),
    api_agreements.AgreementDraft: Place(
        "post",
        _program("agreements/"),
        lambda world, _deal: {**_terms(world), "who": "ours"},
    ),
    api_agreements.AgreementRefusal: Place(
        "post", _of_an_agreement("refusal/"), lambda *_: {"number": 1}
    ),
    api_agreements.OtherTerms: Place(
        "post",
        _of_an_agreement("counter-proposal/"),
        lambda world, _deal: {**_terms(world), "number": 1},
    ),
    api_agreements.AgreementRenewal: Place(
        "post",
        _of_an_agreement("renewal/"),
        lambda world, _deal: {"due_on": _terms(world)["due_on"]},
    ),
    api_agreements.ReleaseDraft: Place("post", _of_an_agreement("release/"), lambda *_: {"day": 1}),
    api_agreements.RepairDraft: Place(
        "post", _of_an_agreement("repair/"), lambda world, _deal: _terms(world)
    ),
    api_agreements.VerdictDraft: Place(
        "post", _of_an_agreement("judgement/"), lambda *_: {"verdict": "kept"}
    ),
    api_agreements.ContestDraft: Place(
        "post",
        _of_an_agreement("contest/"),
        lambda world, _deal: {"words": "By", "witness": world.anna.user_id},
    ),
    api_evaluations.AnswersDraft: Place(
        "post", _of_an_evaluation("reflections/", API), lambda *_: {"answers": [ANSWER]}
    ),
    # A part of that.
    api_evaluations.AnswerDraft: Place(
        "post", _of_an_evaluation("reflections/", API), lambda *_: {"answers": [ANSWER]}
    ),
    api_evaluations.EndDraft: Place(
        "post", _of_an_evaluation("end/", API), lambda *_: {"published": ["wanted"]}
    ),
    api_chain.OriginDraft: Place("put", _of_a_version, lambda *_: {"decision": None}),
    api_debates.CardReply: Place("post", _of_a_debate("reply/"), lambda *_: {"text": "By"}),
    api_debates.WeightsDraft: Place("post", _of_a_debate("weights/"), _weighed),
    # A part of that.
    api_debates.PointWeight: Place("post", _of_a_debate("weights/"), _weighed),
    **{
        kind: Place("post", lambda _deal: "", lambda *_: {}, reached=False)
        for kind in (
            api_debates.BoxDraft,
            api_debates.DebateRequest,
            api_debates.DebateDraft,
            api_debates.Dismissal,
            api_debates.DebatePoint,
            api_debates.PointChosen,
            api_debates.DebatePointWording,
            api_debates.ExcuseDraft,
            api_debates.ArgumentDraft,
            api_debates.OfferDraft,
            api_debates.QuickDebateDraft,
            api_debates.OtherOffer,
            api_debates.WordsChosen,
            api_debates.ConsentDraft,
            api_debates.ObjectionDraft,
            api_debates.VerdictAnswer,
        )
    },
    api_roles.RoleDraft: Place(
        "post",
        lambda _deal: f"{API}roles/",
        lambda *_: {"name": "Phone", "purpose": "By", "accountabilities": "By"},
        adds=True,
    ),
    api_division.WhoGoesAlong: Place("post", _of_a_plan("people/", API), _named_to_go),
    api_division.DivisionWords: Place("post", _of_a_plan("words/", API), _described),
    api_roles.NominationDraft: Place("post", _of_a_role("nomination/", API), _nominated),
    api_charter.CharterDraft: Place(
        "post",
        lambda _deal: f"{API}charter/",
        lambda *_: {**vars(builders.CHARTER), "why": "By", "seen": 0},
    ),
    # Whoever has left sends nothing more.
    api_leaving.LeavingTheTeam: Place("post", lambda _deal: "", lambda *_: {}, reached=False),
    api_charter.FrameDraft: Place("post", lambda _deal: "", lambda *_: {}, reached=False),
    api_reviews.ReviewDraft: Place("post", _new_round, lambda *_: {"mode": "open", "days": 5}),
    api_reviews.ReviewWords: Place(
        "put", _of_a_round("about/{}/"), lambda *_: {"answers": ["By", "", ""]}
    ),
    api_reviews.FeedbackDraft: Place("post", lambda _deal: f"{API}feedback/", _feedback),
    api_reviews.FeedbackWording: Place("post", _of_feedback("wording/"), lambda *_: {"text": "By"}),
    api_hours.HoursDraft: Place(
        "put",
        lambda _deal: f"{API}hours/",
        lambda *_: {"seen": 1, "week": ["9-17"] * 7, "closed_days": [], "country": "NL"},
    ),
    api_process.ProcessDraft: Place(
        "post", lambda _deal: f"{API}pipelines/", lambda *_: {"name": "Help", "kind": "service"}
    ),
    api_process.ProcessChange: Place("put", _of_the_process(""), _whole_process),
    # Parts of that change.
    api_process.StageWords: Place("put", _of_the_process(""), _whole_process),
    api_process.WayOut: Place("put", _of_the_process(""), _whole_process),
    api_process.ProcessPlace: Place("put", _of_the_process("place/"), lambda *_: {"position": 1}),
    api_process.Leaving: Place(
        "post",
        _of_the_process("archiving/"),
        lambda world, deal: {"deals_to": _beyond(world, deal)["stage"]},
    ),
    api_process.Transfer: Place("put", _program("deals/{}/process/"), _beyond),
    api_process.ItemState: Place("put", _program("deals/{}/checklist/"), _listed),
    api.Nothing: Place("put", _program("deals/{}/owner/"), lambda _world, _deal: {}),
}

# Filled in by a customer, by somebody who has no team yet, about people, or many at once: their
# pages are tested beside them.
FORMS |= {
    form: Place("post", lambda _deal: "", lambda _world, _deal: {}, make, reached=False)
    for form, make in (
        (team_forms.InvitePerson, lambda _world, _deal, data: team_forms.InvitePerson(data)),
        (KeepContacts, lambda _world, _deal, data: KeepContacts(data)),
        (Anonymise, lambda _world, _deal, data: Anonymise(data)),
        (MakePromise, lambda _world, _deal, data: MakePromise(data)),
        (KeepHours, lambda world, _deal, data: KeepHours(data, team=world.anna.team)),
        (
            team_forms.LeaveTeam,
            lambda world, _deal, data: team_forms.LeaveTeam(data, member=world.anna),
        ),
        (
            team_forms.JoinTeam,
            lambda world, _deal, data: team_forms.JoinTeam(
                data, invitation=Invitation(team=world.anna.team), person=world.anna.user
            ),
        ),
        (team_forms.Profile, lambda _world, _deal, data: team_forms.Profile(data)),
        (team_forms.ComeIn, lambda _w, _deal, data: team_forms.ComeIn(data, email="a@b.nl")),
        (StartProcess, lambda _world, _deal, data: StartProcess(data)),
        (AnswerQuestion, lambda _world, _deal, data: AnswerQuestion(data)),
        (ChangeProcess, lambda _world, _deal, data: ChangeProcess(data)),
        (DescribeStage, lambda _world, _deal, data: DescribeStage(data, asked=NEEDS)),
        (EmptyStage, lambda _w, deal, data: EmptyStage(data, among=deal.pipeline.stages.all())),
        (
            ConditionForm,
            lambda world, _deal, data: ConditionForm(data, asked=vocabulary_of(world)["amount"]),
        ),
        (customers.FindByWords, lambda _world, _deal, data: customers.FindByWords(data)),
        (
            customers.FindCustomers,
            lambda world, _deal, data: customers.FindCustomers(
                data, vocabulary=CustomerVocabulary(Reader(world.anna.team, world.now, True))
            ),
        ),
        (FindGoing, lambda _world, _deal, data: FindGoing(data)),
        (customers.FindContacts, lambda _world, _deal, data: customers.FindContacts(data)),
        (customers.Merge, lambda _world, _deal, data: customers.Merge(data, facts=TWO_PHONES)),
        (customers.LookAround, lambda _world, _deal, data: customers.LookAround(data)),
        (customers.TypeCustomer, lambda _world, _deal, data: customers.TypeCustomer(data)),
        (
            customers.AddCustomer,
            lambda world, _deal, data: customers.AddCustomer(data, team=world.anna.team),
        ),
        (customers.EditCustomer, lambda _world, _deal, data: customers.EditCustomer(data)),
        (
            customers.AddContact,
            lambda world, _deal, data: customers.AddContact(data, team=world.anna.team),
        ),
        (
            customers.AddContactSomewhere,
            lambda world, _deal, data: customers.AddContactSomewhere(data, team=world.anna.team),
        ),
        (customers.EditContact, lambda _world, _deal, data: customers.EditContact(data)),
        (
            customers.AddPoint,
            lambda world, _deal, data: customers.AddPoint(data, team=world.anna.team),
        ),
        (AddChoice, lambda _world, _deal, data: AddChoice(data)),
        (RenameChoice, lambda _world, _deal, data: RenameChoice(data)),
        (AddField, lambda _world, _deal, data: AddField(data)),
        (EditField, lambda world, _deal, data: EditField(data, field=world.field())),
        (
            ChangeRule,
            lambda world, _deal, data: ChangeRule(data, team=world.anna.team, rule=world.rule()),
        ),
        (PlaceField, lambda _world, _deal, data: PlaceField(data)),
        (LeaveProcess, lambda _w, deal, data: LeaveProcess(data, pipeline=deal.pipeline)),
        (PlaceProcess, lambda _world, _deal, data: PlaceProcess(data)),
        (StartTeam, lambda world, _deal, data: StartTeam(data, at=world.now)),
        (Propose, lambda world, _deal, data: Propose(data, place=world.anna)),
    )
}
FORMS |= {
    kind: Place("post", lambda _deal: "", lambda *_: {}, _doing(kind), reached=False)
    for kind in (TakeUp, Bury, Resurrect)
}
FORMS[Protect] = Place(
    "post",
    lambda _deal: "",
    lambda *_: {},
    lambda _world, _deal, data: Protect(data),
    reached=False,
)
FORMS[SignContract] = Place(
    "post",
    lambda _deal: "",
    lambda *_: {},
    lambda _world, _deal, data: SignContract(data),
    reached=False,
)
FORMS[AnnounceFrame] = Place(
    "post",
    lambda _deal: "",
    lambda *_: {},
    lambda _world, _deal, data: AnnounceFrame(data),
    reached=False,
)
FORMS[RecordIntervention] = Place(
    "post",
    lambda _deal: "",
    lambda *_: {},
    lambda world, deal, data: RecordIntervention(data, team=deal.team, at=world.now),
    reached=False,
)
FORMS[Drop] = Place(
    "post",
    _of_an_objective("end/", PAGES),
    lambda *_: {"why": "By"},
    lambda _world, _deal, data: Drop(data),
)
FORMS |= {
    kind: Place("post", lambda _deal: "", lambda *_: {}, _step_of_a_plan(kind), reached=False)
    for kind in (division_form.Propose, division_form.DivideNow)
}
FORMS |= {
    kind: Place("post", lambda _deal: "", lambda *_: {}, _about_a_role(kind), reached=False)
    for kind in (LayDown, Close)
}
FORMS |= {
    kind: Place("post", lambda _deal: "", lambda *_: {}, _answering(kind), reached=False)
    for kind in (Consent, Object)
}
FORMS |= {
    act: Place(
        "post",
        lambda _deal: "",
        lambda _world, _deal: {},
        _filled(act),
        reached=False,
    )
    for act in ACTS.values()
}
FORMS |= {
    Reflect: Place(
        "post",
        _of_an_evaluation("reflections/"),
        lambda *_: {
            word: value
            for question in Question
            for word, value in ((question, "By"), (f"{question}_version", "0"))
        },
        lambda world, _deal, data: Reflect(data, there=_reflections(world)),
    ),
    Follow: Place(
        "post",
        _of_an_evaluation("agreements/"),
        lambda world, _deal: _terms(world),
        lambda _world, _deal, data: Follow(data),
    ),
    Conclude: Place(
        "post",
        _of_an_evaluation("end/"),
        lambda *_: {"published": ["wanted"]},
        lambda _world, _deal, data: Conclude(data),
    ),
}
FORMS |= {
    act: Place("post", lambda _deal: "", lambda *_: {}, _in_a_debate(act), reached=False)
    for act in DEBATE_ACTS.values()
}
FORMS |= {
    form: Place("post", lambda _deal: "", lambda *_: {}, make, reached=False)
    for form, make in (
        (AskForDebate, lambda _world, _deal, data: AskForDebate(data)),
        (OpenDebate, lambda _world, _deal, data: OpenDebate(data)),
        (HowLong, lambda _world, _deal, data: HowLong(data)),
        (OfferForm, lambda _world, _deal, data: OfferForm(data)),
        (QuickDebate, lambda world, _deal, data: QuickDebate(data, by=world.anna)),
        (NameOrigin, lambda _world, deal, data: NameOrigin(data, changed=_version_of(deal))),
    )
}
FORMS |= {
    form: Place("post", lambda _deal: "", lambda *_: {}, make, reached=False)
    for form, make in (
        (review_forms.Propose, lambda _world, _deal, data: review_forms.Propose(data)),
        (
            review_forms.Write,
            lambda world, _deal, data: review_forms.Write(
                data, mode=Mode.OPEN, about=world.anna.user
            ),
        ),
        (
            feedback_form.Give,
            lambda world, _deal, data: feedback_form.Give(data, by=world.anna),
        ),
    )
}

FORMS |= {
    act: Place("post", lambda _deal: "", lambda *_: {}, _doing(act), reached=False)
    for act in (*review_forms.ACTS.values(), *feedback_form.DEEDS.values())
}

# What an address may ask after its question mark, beside the fields of FindDeals.
QUERY = {
    "page": "place",
    "q": "text",
    "kind": "none",
    "view": "none",
    "format": "none",
    "unknown": "none",
    "by": "none",
    "ask": "none",
    "interaction": "none",
    "language": "none",
    # Beside the rows of a filter that is being built.
    "do": "none",
    "new": "none",
    "to": "none",
    "columns": "none",
    "first": "choice",
    "last": "choice",
    "on": "day",
    "whose": "choice",
    "part": "choice",
    "since": "choice",
    "month": "choice",
    "kpi": "choice",
}

# The first that fits: a field of our own before the one it is made of.
KINDS: tuple[tuple[type, str], ...] = (
    (form_fields.SoughtField, "sought"),
    (crm_forms.SortField, "choice"),
    (crm_forms.ColumnsField, "choice"),
    (form_fields.AmountField, "typed amount"),
    (api_fields.AmountField, "amount"),
    (DayField, "day"),
    (text_fields.DayField, "day"),
    (forms.ModelChoiceField, "id"),
    (serializers.PrimaryKeyRelatedField, "id"),
    (forms.ChoiceField, "choice"),
    (forms.FileField, "choice"),
    (serializers.FileField, "choice"),
    (forms.BooleanField, "choice"),
    (serializers.ChoiceField, "choice"),
    (serializers.ListField, "choice"),
    (serializers.ManyRelatedField, "choice"),
    (CustomField, "choice"),
    (api_ranges.PeriodField, "choice"),
    (api_objectives.KpiField, "choice"),
    (NumberField, "typed amount"),
    (text_fields.DigitsField, "amount"),
    (form_fields.MomentField, "moment"),
    (api_fields.MomentField, "moment"),
    (serializers.BooleanField, "choice"),
    (ParagraphsField, "paragraphs"),
    (text_fields.ParagraphsField, "paragraphs"),
    (forms.BooleanField, "choice"),
    (forms.IntegerField, "number"),
    (serializers.IntegerField, "number"),
    (form_fields.ClockField, "clock"),
    (api_work.ClockField, "clock"),
    (form_fields.MomentField, "moment"),
    (api_fields.MomentField, "moment"),
    (serializers.BooleanField, "choice"),
    (ParagraphsField, "paragraphs"),
    (text_fields.ParagraphsField, "paragraphs"),
    (LineField, "text"),
    (LinesField, "text"),
    (text_fields.LineField, "text"),
    (crm_forms.FilterField, "choice"),
    (CustomersField, "choice"),
    (forms.EmailField, "address"),
    (forms.CharField, "secret"),
)


def kind_of(field: Any) -> str:
    """What kind of input a field takes. Raises LookupError for one that nobody has thought of."""
    for type_, kind in KINDS:
        if isinstance(field, type_):
            return kind
    raise LookupError(f"Say in tests/bad_input/places.py what kind of input {field!r} takes.")


def kinds_of(field: Any) -> frozenset[str]:
    kind = kind_of(field)
    return frozenset({kind, "amount"} if kind == "typed amount" else {kind})


def own(kind: type) -> Iterator[type]:
    """All classes of the product that are made of this one, and of which none is made."""
    for each in kind.__subclasses__():
        if each.__module__.partition(".")[0] in APPS and not each.__subclasses__():
            yield each
        yield from own(each)
