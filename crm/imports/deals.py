"""Write deals and their visits in bulk, as the moving verbs would have left them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from crm.imports.company import DealDraft
from crm.imports.history import Stay, began_with, noon, stays
from crm.imports.notes import CompanyImportError
from crm.imports.plan import Plan
from crm.models import (
    Deal,
    DealNumbering,
    ExternalId,
    OpenSpell,
    Pipeline,
    PipelineRevision,
    Precision,
    Stage,
    StageVisit,
)
from crm.models.ranking import GAP, top_of
from teams.models import Team

BATCH = 1_000
# What an import says of a deal. The rest is the team's: its number, next step, expected day.
FILLED = (
    "stage",
    "title",
    "organization",
    "product",
    "owner",
    "amount",
    "outcome",
    "opened_at",
    "opened_precision",
    "closed_at",
    "closed_precision",
    "entered_stage_at",
    "board_rank",
    "version",
)


@dataclass(frozen=True)
class Process:
    """A team's process: its stages by key, and the revision that new visits belong to."""

    team: Team
    pipeline: Pipeline
    revision: PipelineRevision
    stages: dict[str, Stage] = field(default_factory=dict)


@dataclass
class Written:
    """The deals that were written, with their drafts, and what that did to each team by its id.

    `since` is the earliest moment whose figures may be different now.
    """

    deals: list[tuple[Deal, DealDraft]] = field(default_factory=list)
    created: Counter[int] = field(default_factory=Counter)
    updated: Counter[int] = field(default_factory=Counter)
    since: dict[int, datetime] = field(default_factory=dict)

    def details(self, team_pk: int) -> dict[str, Any]:
        """What the line in this team's logbook says."""
        counts = {"created": self.created[team_pk], "updated": self.updated[team_pk]}
        return counts | ({"since": self.since[team_pk]} if team_pk in self.since else {})


def write_deals(plan: Plan) -> Written:
    """Make the new deals of the plan and change the changed ones, visits and places included.

    Raises CompanyImportError when a team no longer has a stage that the files speak of.
    """
    written = Written()
    processes = _processes(plan)
    made = list(_new(plan, processes))
    standing = list(_standing(plan))
    earlier = {deal.pk: (deal.stage_id, deal.opened_at) for deal, _draft in standing}
    histories = [
        _fill(deal, draft, plan, processes[deal.team_id]) for deal, draft in made + standing
    ]
    _rank(
        [deal for deal, _draft in made]
        + [deal for deal, _draft in standing if deal.stage_id != earlier[deal.pk][0]]
    )
    _save(made, standing)
    deals = [deal for deal, _draft in made + standing]
    _write_visits(deals, histories, processes)
    OpenSpell.objects.tell(deals)
    for deal, _draft in made + standing:
        before = earlier.get(deal.pk, (None, deal.opened_at))[1]
        since = min(deal.opened_at, before, written.since.get(deal.team_id, deal.opened_at))
        written.since[deal.team_id] = since
    written.deals = made + standing
    written.created = Counter(deal.team_id for deal, _draft in made)
    written.updated = Counter(deal.team_id for deal, _draft in standing)
    return written


def _processes(plan: Plan) -> dict[int, Process]:
    """The process of every team, by the team's id."""
    names = ExternalId.objects.of(plan.company.system, Stage._meta.label_lower)
    keys = {name.object_id: name.external_id.rpartition("/")[2] for name in names}
    processes: dict[int, Process] = {}
    for stage in Stage.objects.filter(pk__in=keys).select_related("pipeline__team"):
        pipeline = stage.pipeline
        if pipeline.team_id not in processes:
            revision = pipeline.current_revision()
            processes[pipeline.team_id] = Process(pipeline.team, pipeline, revision)
        processes[pipeline.team_id].stages[keys[stage.pk]] = stage
    return processes


def _new(plan: Plan, processes: Mapping[int, Process]) -> Iterable[tuple[Deal, DealDraft]]:
    by_team: dict[int, list[DealDraft]] = defaultdict(list)
    for draft in plan.deals.new:
        by_team[plan.teams.pks[draft.team]].append(draft)
    for team_pk, drafts in by_team.items():
        process = processes[team_pk]
        first = DealNumbering.next_for(process.team, count=len(drafts))
        for number, draft in enumerate(drafts, start=first):
            deal = Deal(
                team=process.team, pipeline=process.pipeline, number=number, is_imported=True
            )
            yield deal, draft


def _standing(plan: Plan) -> Iterable[tuple[Deal, DealDraft]]:
    deals = Deal.everything.in_bulk([change.pk for change in plan.deals.changed])
    for change in plan.deals.changed:
        deal = deals[change.pk]
        deal.version += 1
        yield deal, change.draft


def _fill(deal: Deal, draft: DealDraft, plan: Plan, process: Process) -> list[Stay]:
    """Let the deal be as the files say, and return the stays that belong to that."""
    stage = _stage(process, draft, plan)
    was_undated = deal.stage_id == stage.pk and deal.opened_precision == Precision.NONE
    zone = process.team.zone
    history = stays(
        draft,
        plan.company,
        zone=zone,
        undated_at=deal.opened_at if was_undated else noon(plan.as_of, zone),
    )
    entered_at = history[-1].entered_at
    deal.stage = stage
    deal.title = draft.title
    deal.organization_id = draft.organization and plan.organizations.pks[draft.organization]
    deal.product_id = plan.products.pks[draft.product]
    deal.owner_id = plan.people.pks[draft.owner]
    deal.amount = draft.amount
    deal.outcome = stage.outcome
    deal.opened_at = history[0].entered_at
    deal.opened_precision = began_with(draft)
    deal.closed_at = None if stage.is_open else entered_at
    deal.closed_precision = Precision.MOMENT if stage.is_open else Precision.DAY
    deal.entered_stage_at = entered_at
    return history


def _stage(process: Process, draft: DealDraft, plan: Plan) -> Stage:
    stage = process.stages.get(draft.stage)
    gone = stage is None or (stage.is_open and stage.archived_at is not None)
    if stage is None or gone or stage.outcome != plan.company.category(draft).outcome:
        raise CompanyImportError(
            _("%(team)s no longer has the stage “%(stage)s” that the files speak of.")
            % {"team": process.team, "stage": plan.company.stages[draft.stage].name}
        )
    return stage


def _rank(deals: Iterable[Deal]) -> None:
    """Lay these deals on top of the columns they are in, the newest uppermost."""
    columns: dict[Stage, list[Deal]] = defaultdict(list)
    for deal in deals:
        columns[deal.stage].append(deal)
    for stage, cards in columns.items():
        cards.sort(key=lambda card: (card.entered_stage_at, card.number))
        for place, card in enumerate(cards):
            card.board_rank = -place * GAP
        lift = top_of(stage)
        for card in cards:
            card.board_rank += lift


def _save(made: list[tuple[Deal, DealDraft]], standing: list[tuple[Deal, DealDraft]]) -> None:
    Deal.objects.bulk_create([deal for deal, _draft in made], batch_size=BATCH)
    # A row that meets itself is updated: by far the quickest way to change many at once.
    Deal.objects.bulk_create(
        [deal for deal, _draft in standing],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=FILLED,
    )


def _write_visits(
    deals: list[Deal], histories: list[list[Stay]], processes: Mapping[int, Process]
) -> None:
    StageVisit.objects.filter(deal__in=[deal.pk for deal in deals]).delete()
    StageVisit.objects.bulk_create(
        (
            _visit(deal, number, stay, processes[deal.team_id])
            for deal, history in zip(deals, histories, strict=True)
            for number, stay in enumerate(history, start=1)
        ),
        batch_size=BATCH,
    )
    StageVisit.objects.tell(deal.pk for deal in deals)


def _visit(deal: Deal, number: int, stay: Stay, process: Process) -> StageVisit:
    stage = process.stages[stay.stage]
    return StageVisit(
        deal=deal,
        team_id=deal.team_id,
        number=number,
        stage=stage,
        category=stage.category,
        revision=process.revision,
        entered_at=stay.entered_at,
        left_at=stay.left_at,
        precision=stay.precision,
        estimated=True,
    )
