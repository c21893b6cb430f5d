"""What the customer process holds of a person.

What somebody wrote about a customer is about somebody else: of that a copy tells when and at which
deal it was written, and none of the words.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.models import (
    Activity,
    AnswerPromise,
    Attachment,
    BulkEdit,
    BulkUndo,
    Deal,
    Export,
    Interaction,
    Mention,
    Note,
    PipelineRevision,
    SavedView,
    StageVisit,
)
from crm.models.checklist import Tick
from crm.models.imports import ExternalId
from teams.files import remove_once_certain
from teams.models import User
from teams.recorded import Entry, Fate, Sees, Topic, register

CUSTOMERS = Topic(50, _("Work for customers"))
OURS = [Sees.PERSON, Sees.TEAM]
WITH_THE_DEAL = _("As long as the deal is there.")
NEVER_CHANGED = _("For good: what stands there is never changed.")
UNTIL_ERASED = _("Until you are erased.")
WITH_THE_TEAM = _("As long as the team is there.")
DEAL = ["team__name", "deal__number"]


def _names_elsewhere(person: User) -> models.QuerySet[ExternalId]:
    return ExternalId.objects.filter(label=User._meta.label_lower, object_id=person.pk)


def _forget_exports(person: User) -> None:
    exports = Export.objects.filter(person=person)
    for export in exports:
        remove_once_certain(export.file)
    exports.delete()


register(
    Entry(
        Deal,
        CUSTOMERS,
        _("Deals that you look after"),
        _("That a deal is yours to look after."),
        OURS,
        WITH_THE_DEAL,
        ["team__name", "number", "outcome", "opened_at", "closed_at"],
    ),
    Entry(
        StageVisit,
        CUSTOMERS,
        _("Moves of deals"),
        _("That you moved a deal to a stage, and when."),
        OURS,
        WITH_THE_DEAL,
        [*DEAL, "stage__name", "entered_at", "left_at"],
        besides=_("Figures count the moves of the team, and none counts yours."),
    ),
    Entry(
        Tick,
        CUSTOMERS,
        _("Ticks on a checklist"),
        _("That you ticked something off for a deal, and when."),
        OURS,
        WITH_THE_DEAL,
        [*DEAL, "item", "at"],
    ),
    Entry(
        Interaction,
        CUSTOMERS,
        _("What was said with customers"),
        _("That you wrote down what was said with a customer, when and by which way."),
        OURS,
        WITH_THE_DEAL,
        [*DEAL, "channel", "direction", "occurred_at", "logged_at"],
    ),
    Entry(
        Activity,
        CUSTOMERS,
        _("Planned work"),
        _("What you planned, what is yours to do and by when, and what you did of it."),
        OURS,
        WITH_THE_DEAL,
        [*DEAL, "kind", "due_on", "done_at", "dropped_at"],
    ),
    Entry(
        Note,
        CUSTOMERS,
        _("Notes"),
        _("That you wrote a note, and when."),
        OURS,
        WITH_THE_DEAL,
        [*DEAL, "written_at", "edited_at", "removed_at"],
    ),
    Entry(
        Mention,
        CUSTOMERS,
        _("Notes that mention you"),
        _("That a note asks you to read it, and when you said that you had."),
        [Sees.PERSON],
        _("As long as the note mentions you."),
        ["team__name", "at", "read_at"],
        Fate.GOES,
        besides=_(
            "Your team reads in the note itself whom it mentions, and not whether they read it."
        ),
    ),
    Entry(
        Attachment,
        CUSTOMERS,
        _("Files"),
        _("That you added a file to a deal or a note, and when."),
        OURS,
        _("As long as the deal or the note is there, and thirty days after somebody removed it."),
        [*DEAL, "family", "size", "added_at", "removed_at"],
    ),
    Entry(
        PipelineRevision,
        CUSTOMERS,
        _("Changes of the process"),
        _("That you changed the process of the team, with the reason that you gave."),
        OURS,
        NEVER_CHANGED,
        ["pipeline__team__name", "number", "reason", "at"],
    ),
    Entry(
        AnswerPromise,
        CUSTOMERS,
        _("How soon customers are answered"),
        _("That you wrote down within how many hours the team answers, with the reason."),
        OURS,
        NEVER_CHANGED,
        ["team__name", "number", "reason", "since_at"],
    ),
    Entry(
        BulkEdit,
        CUSTOMERS,
        _("Changes of many deals"),
        _("That you changed many deals at once, when, and how many."),
        OURS,
        WITH_THE_TEAM,
        ["team__name", "asked_at", "changed"],
    ),
    Entry(
        BulkUndo,
        CUSTOMERS,
        _("Taking back changes of many deals"),
        _("That you took back such a change, and when."),
        OURS,
        WITH_THE_TEAM,
        ["team__name", "asked_at", "undone"],
    ),
    Entry(
        SavedView,
        CUSTOMERS,
        _("Views of your own"),
        _("The views of deals that you keep for yourself: their names and what they look for."),
        [Sees.PERSON],
        UNTIL_ERASED,
        ["team__name", "name", "filter", "sort", "columns", "layout"],
        Fate.GOES,
    ),
    Entry(
        Export,
        CUSTOMERS,
        _("Files of deals that you asked for"),
        _("When you asked for a file of deals, of which kind, and the file."),
        [Sees.PERSON],
        _("The file for seven days, and that you asked for it until you are erased."),
        ["team__name", "asked_at", "kind", "rows"],
        Fate.GOES,
        besides=_("That somebody asked for one stands in the logbook of the team."),
        erase=_forget_exports,
    ),
    Entry(
        ExternalId,
        CUSTOMERS,
        _("Your name in another system"),
        _("What you are called in a system from which your company was brought in."),
        [],
        UNTIL_ERASED,
        ["system", "external_id"],
        Fate.GOES,
        rows=_names_elsewhere,
    ),
)
