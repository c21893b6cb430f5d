"""How a process changed from one version to the next, in words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from crm.models import Category, Pipeline, PipelineRevision, StageDraft, needs
from teams.models import Team, User

# The fields that a stage may ask for, as crm.models.needs knows them.
Names = Mapping[str, str]


@dataclass(frozen=True)
class Version:
    """A revision as the history tells it. `who` is None for a manager."""

    pk: int
    number: int
    process: str
    reason: str
    at: datetime
    who: User | None
    changes: list[str]


def history_of(team: Team, *, sees_people: bool, only: Pipeline | None = None) -> list[Version]:
    """Every version of every process of the team, or of only this one, the newest first."""
    revisions, names = PipelineRevision.objects.filter(pipeline__team=team), needs.known(team)
    if only:
        revisions = revisions.filter(pipeline=only)
    told: list[Version] = []
    before: dict[int, PipelineRevision] = {}
    for revision in revisions.select_related("pipeline", "by").order_by("at", "number"):
        earlier = before.get(revision.pipeline_id)
        told.append(
            Version(
                pk=revision.pk,
                number=revision.number,
                process=revision.name or revision.pipeline.name,
                reason=revision.reason,
                at=revision.at,
                who=revision.by if sees_people else None,
                changes=list(changes(earlier, revision, names)) if earlier else [],
            )
        )
        before[revision.pipeline_id] = revision
    return told[::-1]


def changes(before: PipelineRevision, after: PipelineRevision, names: Names) -> Iterator[str]:
    """One sentence for every difference between two versions of a process."""
    if before.name and before.name != after.name:
        yield _("The process is now called %(name)s.") % {"name": after.name}
    if before.asks_customer and before.asks_customer != after.asks_customer:
        when = {"when": after.get_asks_customer_display()}
        yield _("Who is asked how well we helped: %(when)s.") % when
    yield from between(before.snapshot, after.snapshot, names)


def between(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]], names: Names
) -> list[str]:
    """One sentence for every difference between two pictures of a process."""
    was, now = _living(before), _living(after)
    known = {picture["stage"] for picture in before}
    told = [sentence for key, draft in now.items() for sentence in _begun(key, draft, was, known)]
    told += [
        _("Stage %(stage)s was archived.") % {"stage": draft.name}
        for key, draft in was.items()
        if key not in now
    ]
    both = [key for key in was if key in now]
    for key in both:
        told += _differences(was[key], now[key], names)
    if both != [key for key in now if key in was]:
        order = ", ".join(draft.name for draft in now.values())
        told.append(_("The order is now: %(names)s.") % {"names": order})
    return told


def _living(pictures: Sequence[Mapping[str, Any]]) -> dict[int, StageDraft]:
    alive = (picture for picture in pictures if not picture.get("archived"))
    return {picture["stage"]: StageDraft.pictured(picture) for picture in alive}


def _begun(
    key: int, draft: StageDraft, was: Mapping[int, StageDraft], known: set[int]
) -> Iterator[str]:
    if key in was:
        return
    sentence = (
        _("Stage %(stage)s was brought back.") if key in known else _("Stage %(stage)s is new.")
    )
    yield sentence % {"stage": draft.name}


def _differences(was: StageDraft, now: StageDraft, names: Names) -> Iterator[str]:
    if was.name != now.name:
        yield _("Stage %(old)s is now called %(new)s.") % {"old": was.name, "new": now.name}
    for what, old, new in _texts(was, now, names):
        if old != new:
            yield _("Stage %(stage)s: %(what)s %(old)s → %(new)s") % {
                "stage": now.name,
                "what": what,
                "old": old or "–",
                "new": new or "–",
            }


def _texts(was: StageDraft, now: StageDraft, names: Names) -> list[tuple[str, str, str]]:
    return [
        (label, _text(name, getattr(was, name), names), _text(name, getattr(now, name), names))
        for name, label in labels().items()
    ]


def labels() -> dict[str, str]:
    """The parts of a stage, as a sentence calls them."""
    return {
        "category": _("kind"),
        "exit_policy": _("done when"),
        "wip_limit": _("limit"),
        "checklist": _("checklist"),
        "required": _("needed to go on"),
    }


def text_of(name: str, value: Any, names: Names) -> str:
    """A part of a stage in words, as the history and a refused form show it."""
    return _text(name, value, names) or "–"


def _text(name: str, value: Any, names: Names) -> str:
    match name:
        case "category":
            return str(Category(value).label)
        case "required":
            return ", ".join(needs.labels(value, names))
        case "checklist":
            return ", ".join(value)
        case "exit_policy":
            return f"“{value}”" if value else ""
        case _:
            return "" if value is None else str(value)
