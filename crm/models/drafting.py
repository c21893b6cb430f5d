"""A process as the team describes it: its stages to be, and whether they can be a process."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from django.utils.translation import gettext as _

from crm.models import needs
from crm.models.stage import OPEN_CATEGORIES, Category, Stage
from crm.refusals import PipelineError
from teams.models import Team
from teams.text import one_line


@dataclass(frozen=True)
class StageDraft:
    """A stage as the team describes it. `exit_policy` says in words when a deal may leave.

    `checklist` is what to think of meanwhile, `required` the fields that a deal needs to go on.
    `stage` is the key of the stage that is described, None for one that is new.
    """

    name: str
    category: Category
    exit_policy: str = ""
    wip_limit: int | None = None
    checklist: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    stage: int | None = None

    @classmethod
    def of(cls, stage: Stage) -> Self:
        """A stage as it stands now."""
        return cls(
            name=stage.name,
            category=Category(stage.category),
            exit_policy=stage.exit_policy,
            wip_limit=stage.wip_limit,
            checklist=tuple(stage.checklist),
            required=tuple(stage.required_fields),
            stage=stage.pk,
        )

    @classmethod
    def pictured(cls, picture: Mapping[str, Any]) -> Self:
        """A stage as a revision shows it; the first revisions knew no lists."""
        return cls(
            name=picture["name"],
            category=Category(picture["category"]),
            exit_policy=picture["exit_policy"],
            wip_limit=picture["wip_limit"],
            checklist=tuple(picture.get("checklist", ())),
            required=tuple(picture.get("required", ())),
            stage=picture["stage"],
        )

    def tidy(self) -> Self:
        """The same, each text on one line and no item twice."""
        items = [one_line(item) for item in self.checklist]
        return replace(
            self,
            name=one_line(self.name),
            exit_policy=one_line(self.exit_policy),
            checklist=tuple(dict.fromkeys(item for item in items if item)),
            required=tuple(dict.fromkeys(self.required)),
        )

    def columns(self) -> dict[str, Any]:
        """What of this stands in the row of a stage."""
        return {
            "name": self.name,
            "category": self.category,
            "exit_policy": self.exit_policy,
            "wip_limit": self.wip_limit,
            "checklist": list(self.checklist),
            "required_fields": list(self.required),
        }


def check_stages(stages: Sequence[StageDraft]) -> None:
    categories = {draft.category for draft in stages}
    if not categories.intersection(OPEN_CATEGORIES):
        raise PipelineError(_("A process needs a stage to work in."))
    if Category.WON not in categories or Category.LOST not in categories:
        raise PipelineError(_("A process needs a stage for won and a stage for lost deals."))
    if not all(draft.name for draft in stages):
        raise PipelineError(_("Every stage needs a name."))
    if len({draft.name.casefold() for draft in stages}) < len(stages):
        raise PipelineError(_("Two stages of a process cannot have the same name."))


def check_their_own(drafts: Sequence[StageDraft], stages: Mapping[int, Stage]) -> None:
    known = [draft.stage for draft in drafts if draft.stage is not None]
    if len(set(known)) < len(known) or not set(known) <= set(stages):
        raise PipelineError(_("One of these stages is not of this process."))
    for draft in drafts:
        stage = stages.get(draft.stage or 0)
        if stage and stage.outcome != draft.category.outcome and stage.deals.exists():
            raise PipelineError(
                _(
                    "%(stage)s has deals, so it stays what it is. Add another stage, and archive"
                    " this one."
                )
                % {"stage": stage}
            )


def check_needs(drafts: Sequence[StageDraft], stages: Mapping[int, Stage], team: Team) -> None:
    asked = {key for draft in drafts for key in draft.required}
    # A field that is archived is asked for again when it comes back.
    stands = {key for stage in stages.values() for key in stage.required_fields}
    if not asked <= stands | set(needs.askable(team)):
        raise PipelineError(_("A stage can ask for nothing that a deal does not have."))


def places_for(
    left: Iterable[Stage], drafts: Sequence[StageDraft], deals_to: Mapping[int, int]
) -> dict[int, int]:
    """Where the open deals go of these stages that the team leaves, by both keys."""
    open_stages = {draft.stage for draft in drafts if draft.category in OPEN_CATEGORIES}
    full = [stage for stage in left if stage.deals.open().exists()]
    for stage in full:
        if deals_to.get(stage.pk) not in open_stages:
            raise PipelineError(
                _("There are open deals in %(stage)s. Say where they go.") % {"stage": stage}
            )
    return {stage.pk: deals_to[stage.pk] for stage in full}
