"""From a request to what it is about: shared by the pages and the API."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Value
from django.db.models.functions import Coalesce
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from crm.cards import Reader
from crm.models import (
    Activity,
    Affiliation,
    Attachment,
    BulkEdit,
    Contact,
    Deal,
    Departure,
    Export,
    FieldDefinition,
    Interaction,
    Note,
    Organization,
    Pipeline,
    Rule,
    SavedView,
)
from crm.models.choices import LISTS, Choice
from crm.models.undoing import undoable
from teams.models import Division, LogEntry, Team, User
from teams.web import TeamRequest

NAMES = (
    "pipeline",
    "stage",
    "organization",
    "contact",
    "product",
    "owner",
    "source",
    "loss_reason",
)


def reader_of(request: TeamRequest) -> Reader:
    """Who reads here, and now."""
    return Reader(request.team, timezone.now(), sees_people=request.member is not None)


def find_deal(team: Team, number: int) -> Deal:
    """The team's deal of this number. Raises Http404."""
    names = (*NAMES, "arrival__origin")
    return get_object_or_404(team.deals.select_related(*names).with_tags(), number=number)


def find_division(team: Team, pk: int) -> Division:
    """A plan of the team to divide, whatever became of it. Raises Http404."""
    return get_object_or_404(team.divisions.select_related("team"), pk=pk)


def find_departure(team: Team, number: int) -> Departure:
    """Where the team's deal of this number went on. Raises Http404 for one that did not."""
    went = team.departures.select_related("deal", "to")
    return get_object_or_404(went, deal__number=number)


def find_to_move(team: Team, number: int) -> Deal:
    """The team's deal of this number, with what a step of it needs. Raises Http404."""
    names = ("pipeline", "stage", "organization", "contact")
    return get_object_or_404(team.deals.select_related(*names), number=number)


def find_pipeline(team: Team, pk: int) -> Pipeline:
    """The team's process of this key, also an archived one. Raises Http404."""
    return get_object_or_404(team.pipelines.select_related("team"), pk=pk)


def find_interaction(deal: Deal, pk: int | str, *, removed: bool = False) -> Interaction:
    """What was said about this deal, unless somebody removed it. Raises Http404."""
    found = deal.interactions.all() if removed else deal.interactions.there()
    if not str(pk).isdecimal():
        raise Http404
    return get_object_or_404(found.select_related("deal__organization", "deal__contact"), pk=pk)


def find_activity(team: Team, pk: int) -> Activity:
    """The team's activity. Raises Http404."""
    names = ("team", "deal__organization", "deal__contact", "organization", "contact", "assignee")
    found = team.activities.outside_the_bin().select_related(*names)
    return get_object_or_404(found, pk=pk)


def find_note(team: Team, pk: int, *, removed: bool = False) -> Note:
    """The team's note, unless somebody removed it. Raises Http404."""
    names = ("team", "deal__organization", "deal__contact", "organization", "contact")
    found = team.notes.outside_the_bin() if removed else team.notes.there()
    return get_object_or_404(found.with_mentions().select_related(*names), pk=pk)


def find_file(team: Team, pk: int, *, removed: bool = False) -> Attachment:
    """The team's file, unless somebody removed it. Raises Http404."""
    names = ("deal__organization", "deal__contact", "note__deal__organization")
    found = team.attachments.outside_the_bin() if removed else team.attachments.there()
    more = ("note__deal__contact", "note__organization", "note__contact", "by")
    return get_object_or_404(found.select_related(*names, *more), pk=pk)


def fields_about(team: Team, target: str) -> list[FieldDefinition]:
    """The team's own fields about this, as they are asked for."""
    return list(team.fields.about(target).living().in_order())


def find_field(team: Team, pk: int) -> FieldDefinition:
    """One of the team's own fields. Raises Http404."""
    return get_object_or_404(team.fields.select_related("team"), pk=pk)


def find_bulk_edit(team: Team, pk: int) -> BulkEdit:
    """A change of many deals that somebody of the team asked for. Raises Http404."""
    edits = team.bulk_edits.select_related("first_line__taken_back", "team")
    return get_object_or_404(edits, pk=pk)


def find_export(team: Team, user: User, pk: int, *, at: datetime) -> Export:
    """A file that this person asked for, while it is kept. Raises Http404."""
    return get_object_or_404(team.exports.fresh(at).filter(person=user), pk=pk)


def find_view(team: Team, user: User, pk: int) -> SavedView:
    """The team's saved view or this person's own, deleted or not. Raises Http404."""
    return get_object_or_404(team.saved_views.shown_to(user), pk=pk)


def offered(team: Team) -> dict[str, list[str]]:
    """What the team chooses from, by the word of its list; read in one query."""
    names: dict[str, list[str]] = {word: [] for word in LISTS}
    asked = [
        choices.objects.filter(team=team).living().values_list(Value(word), "position", "name")
        for word, choices in LISTS.items()
    ]
    for word, _position, name in sorted(asked[0].union(*asked[1:], all=True)):
        names[word].append(name)
    return names


def find_list(word: str) -> type[Choice]:
    """One of the lists that a team chooses from. Raises Http404."""
    if word not in LISTS:
        raise Http404
    return LISTS[word]


def find_choice(team: Team, word: str, pk: int) -> Choice:
    """Something that the team chooses from, also if it is no longer offered. Raises Http404."""
    among = find_list(word).objects.filter(team=team).select_related("team")
    return get_object_or_404(among, pk=pk)


def find_rule(team: Team, pk: int) -> Rule:
    """The team's rule, also if it is switched off. Raises Http404."""
    return get_object_or_404(team.rules.select_related("team", "stage", "tag"), pk=pk)


def find_organization(pk: int) -> Organization:
    """An organization, which is the company's: whoever has passed a team's door may read it.

    The address of one that was merged leads to the one that lives on. Raises Http404.
    """
    known = Organization.objects.select_related("parent")
    return get_object_or_404(known, pk__in=_lives_on(Organization.everything, pk))


def find_contact(team: Team, pk: int) -> Contact:
    """Somebody at a customer whom this team may know, as `find_organization`. Raises Http404."""
    known = Contact.objects.known_to(team)
    return get_object_or_404(known, pk__in=_lives_on(Contact.everything, pk))


def _lives_on(everything: models.Manager[Any], pk: int) -> models.QuerySet[Any, int]:
    """The key of what this one was merged into, or its own."""
    return everything.filter(pk=pk).values_list(Coalesce("merged_into", "pk"), flat=True)


def find_affiliation(team: Team, pk: int) -> Affiliation:
    """Where somebody works whom this team may know. Raises Http404."""
    known = Affiliation.objects.filter(contact__in=Contact.objects.known_to(team))
    return get_object_or_404(known.select_related("contact", "organization"), pk=pk)


def find_line(team: Team, entry: int) -> LogEntry:
    """A line of the team's logbook of a kind that can be taken back. Raises Http404."""
    return get_object_or_404(team.logbook.filter(kind__in=undoable()), pk=entry)


def find_batch(team: Team, entry: int) -> LogEntry:
    """A line of the team's logbook that is one of a batch. Raises Http404."""
    return get_object_or_404(team.logbook.filter(details__has_key="batch"), pk=entry)


def find_subject(team: Team, line: LogEntry) -> Deal | None:
    """The team's deal that a line is about; None when it is about something else."""
    if line.subject_label != Deal._meta.label_lower:
        return None
    found = Deal.everything.filter(team=team, pk=line.subject_id)
    return found.select_related(*NAMES).first()


def find_deleted(team: Team, number: int) -> Deal:
    """The deal of this number in the team's recycle bin. Raises Http404."""
    bin_ = Deal.everything.deleted().filter(team=team)
    return get_object_or_404(bin_.select_related(*NAMES), number=number)
