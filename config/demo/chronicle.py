"""Two years of work written down at once: the rows that the verbs of a deal would have left.

Every life is replayed in memory, all deals of a team together in the order of time; then the rows
go to the database in a few large statements. A test tells the same lives through the verbs
themselves and compares.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from config.demo import words
from config.demo.lives import CONTACT, LOST, Doing, Life
from config.demo.rhythm import Calendar, luck
from config.demo.today import history
from crm.happenings import Happening
from crm.models import (
    Contact,
    Deal,
    LossReason,
    OpenSpell,
    Organization,
    Pipeline,
    PipelineRevision,
    Source,
    Stage,
    StageVisit,
)
from crm.models.numbering import DealNumbering
from crm.models.ranking import GAP
from teams.models import LogEntry, Membership

BATCH = 2000


@dataclass(frozen=True)
class Scene:
    """Where a team's deals play: its process, its people, its customers, its time.

    The stages stand in the order of `config.demo.lives`, the customers with whom to call there.
    """

    pipeline: Pipeline
    stages: Sequence[Stage]
    revisions: Sequence[PipelineRevision]
    people: Sequence[Membership]
    customers: Sequence[tuple[Organization, Contact]]
    calendar: Calendar

    def revision(self, at: datetime) -> PipelineRevision:
        return next(one for one in reversed(self.revisions) if one.at <= at)


@dataclass(eq=False)
class Story:
    """A deal as it is told: its row, its visits, its lines in the logbook with their visit."""

    life: Life
    deal: Deal
    visits: list[StageVisit] = field(default_factory=list)
    lines: list[tuple[LogEntry, StageVisit | None]] = field(default_factory=list)


class Chronicle:
    """The history of one team, as far as it has been told."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.stories: dict[str, Story] = {}
        self.columns: dict[int, dict[str, int]] = {stage.pk: {} for stage in scene.stages}
        team = scene.pipeline.team_id
        self.sources = {one.name: one for one in Source.objects.filter(team=team)}
        self.reasons = {one.name: one for one in LossReason.objects.filter(team=team)}

    def tell(self, lives: Iterable[Life]) -> None:
        """Replay these lives up to now, in the order of time."""
        now = self.scene.calendar.now
        begun = [life for life in lives if life.begins < now]
        for doing, life in sorted(history(begun, now), key=lambda one: (one[0].at, one[1].key)):
            self._happen(doing, life)

    def _happen(self, doing: Doing, life: Life) -> None:
        at, by = self.scene.calendar.moment(doing.at), self.scene.people[doing.by]
        match doing.verb:
            case "add":
                self._add(life, at=at, by=by)
            case "take":
                self._take(self.stories[life.key], at=at, by=by)
            case "enter":
                self._enter(self.stories[life.key], self.scene.stages[doing.stage], at=at, by=by)
            case _:
                step, on = self._step(doing, life)
                self._plan(self.stories[life.key], step, on, at=at, by=by)

    def _step(self, doing: Doing, life: Life) -> tuple[str, date | None]:
        """What comes next in this stage and by when; nothing where somebody cleared it."""
        if doing.until is None:
            return "", None
        step = luck(life.key, "step", doing.stage).choice(words.STEPS[doing.stage])
        return step, self.scene.calendar.day(doing.until)

    # -- the verbs of a deal, in memory --------------------------------------------------------

    def _add(self, life: Life, *, at: datetime, by: Membership) -> None:
        pipeline, stage = self.scene.pipeline, self.scene.stages[CONTACT]
        organization, contact = self.scene.customers[life.customer]
        column = self.columns[stage.pk]
        deal = Deal(
            team=pipeline.team,
            pipeline=pipeline,
            stage=stage,
            number=len(self.stories) + 1,
            title=life.title,
            organization=organization,
            contact=contact,
            owner=None if life.taken_at else by.user,
            amount=life.amount,
            source=self.sources[life.source],
            opened_at=at,
            entered_stage_at=at,
            board_rank=min(column.values(), default=0) - GAP,
        )
        column[life.key] = deal.board_rank
        story = self.stories[life.key] = Story(life, deal)
        self._visit(story, at=at, by=by)
        self._record(story, Happening.DEAL_ADDED, at=at, by=by, stage=str(stage))

    def _take(self, story: Story, *, at: datetime, by: Membership) -> None:
        story.deal.owner = by.user
        story.deal.version += 1
        self._record(
            story,
            Happening.DEAL_TAKEN,
            at=at,
            by=by,
            old={"owner_id": None},
            new={"owner_id": by.user_id},
        )

    def _plan(
        self, story: Story, step: str, on: date | None, *, at: datetime, by: Membership
    ) -> None:
        deal, new = story.deal, {"next_step": step, "next_step_on": on}
        old = {name: getattr(deal, name) for name in new}
        deal.next_step, deal.next_step_on = step, on
        deal.version += 1
        self._record(
            story, Happening.STEP_PLANNED, at=at, by=by, step=step, on=on, old=old, new=new
        )

    def _enter(self, story: Story, stage: Stage, *, at: datetime, by: Membership) -> None:
        deal, origin, key = story.deal, story.deal.stage, story.life.key
        before = _as_it_stands(deal)
        self._write(story, stage, at=at)
        del self.columns[origin.pk][key]
        self.columns[stage.pk][key] = deal.board_rank
        story.visits[-1].left_at = at
        self._record(
            story,
            _HAPPENING.get(stage.category, Happening.DEAL_MOVED),
            self._visit(story, at=at, by=by),
            at=at,
            by=by,
            origin=str(origin),
            target=str(stage),
            since=at,
            before=before,
            **({"reason": deal.loss_reason.name} if deal.loss_reason else {}),
        )

    def _write(self, story: Story, stage: Stage, *, at: datetime) -> None:
        deal = story.deal
        deal.stage = stage
        deal.outcome = stage.outcome
        deal.closed_at = None if stage.is_open else at
        is_lost = stage == self.scene.stages[LOST]
        deal.loss_reason = self.reasons[story.life.loss_reason] if is_lost else None
        deal.entered_stage_at = at
        deal.board_rank = max(self.columns[stage.pk].values(), default=0) + GAP
        deal.version += 1

    def _visit(self, story: Story, *, at: datetime, by: Membership) -> StageVisit:
        stage = story.deal.stage
        visit = StageVisit(
            team=self.scene.pipeline.team,
            number=len(story.visits) + 1,
            stage=stage,
            category=stage.category,
            revision=self.scene.revision(at),
            entered_at=at,
            by=by.user,
        )
        story.visits.append(visit)
        return visit

    def _record(
        self,
        story: Story,
        kind: Happening,
        visit: StageVisit | None = None,
        *,
        at: datetime,
        by: Membership,
        **details: Any,
    ) -> None:
        entry = LogEntry(
            team=by.team,
            actor=by.user,
            kind=kind,
            subject_label=Deal._meta.label_lower,
            at=at,
            recorded_at=at,
            details=story.deal.naming() | details,
        )
        story.lines.append((entry, visit))

    # -- writing it down -----------------------------------------------------------------------

    def write(self) -> None:
        """Store all rows, each kind in the order in which its rows came to be."""
        stories = list(self.stories.values())
        DealNumbering.next_for(self.scene.pipeline.team, count=len(stories))
        Deal.objects.bulk_create([story.deal for story in stories], batch_size=BATCH)
        visits = [visit for story in stories for visit in _with_deal(story)]
        visits.sort(key=attrgetter("entered_at"))
        StageVisit.objects.bulk_create(visits, batch_size=BATCH)
        StageVisit.objects.tell(story.deal.pk for story in stories)
        entries = [entry for story in stories for entry in _with_ids(story)]
        entries.sort(key=attrgetter("at"))
        LogEntry.objects.bulk_create(entries, batch_size=BATCH)
        OpenSpell.objects.tell(story.deal for story in stories)


_HAPPENING = {"won": Happening.DEAL_WON, "lost": Happening.DEAL_LOST}


def _as_it_stands(deal: Deal) -> dict[str, Any]:
    """What a line about a move keeps, so that the move can be undone."""
    return {
        "pipeline_id": deal.pipeline_id,
        "stage_id": deal.stage_id,
        "outcome": deal.outcome,
        "closed_at": None,
        "closed_precision": deal.closed_precision,
        "loss_reason_id": None,
        "loss_reason": "",
        "entered_stage_at": deal.entered_stage_at.isoformat(),
        "board_rank": deal.board_rank,
    }


def _with_deal(story: Story) -> Iterable[StageVisit]:
    for visit in story.visits:
        visit.deal = story.deal
        yield visit


def _with_ids(story: Story) -> Iterable[LogEntry]:
    for entry, visit in story.lines:
        entry.subject_id = story.deal.pk
        if visit:
            entry.details["visit"] = visit.pk
        yield entry
