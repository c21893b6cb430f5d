"""How the customer process reads in the logbook, and in the message after a change."""

from collections.abc import Mapping
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crm.happenings import Happening
from crm.models import Channel, Direction
from crm.models.choices import LISTS
from teams.story import tells
from teams.templatetags.kring import in_hours

Details = Mapping[str, Any]


@tells(Happening.PIPELINE_STARTED)
def pipeline_started(_details: Details) -> str:
    return _("The team wrote down its process.")


@tells(Happening.PIPELINE_REVISED)
def pipeline_revised(details: Details) -> str:
    return _("The team changed its process (version %(number)s): %(reason)s") % details


@tells(Happening.PIPELINE_ARCHIVED)
def pipeline_archived(details: Details) -> str:
    return _("The process %(name)s was archived.") % details


@tells(Happening.PIPELINE_PLACED)
def pipeline_placed(details: Details) -> str:
    return _("The process %(name)s has another place.") % details


@tells(Happening.PIPELINE_BROUGHT_BACK)
def pipeline_brought_back(details: Details) -> str:
    return _("The process %(name)s was brought back.") % details


@tells(Happening.DEALS_WENT_ON)
def deals_went_on(details: Details) -> str:
    return (
        ngettext(
            "%(count)s deal went on in %(other)s.",
            "%(count)s deals went on in %(other)s.",
            details["count"],
        )
        % details
    )


@tells(Happening.DEALS_CAME)
def deals_came(details: Details) -> str:
    return (
        ngettext(
            "%(count)s deal came from %(other)s.",
            "%(count)s deals came from %(other)s.",
            details["count"],
        )
        % details
    )


@tells(Happening.DEAL_ADDED)
def deal_added(details: Details) -> str:
    return _("%(deal)s is new in %(stage)s.") % details


@tells(Happening.DEAL_EDITED)
def deal_edited(details: Details) -> str:
    if details.get("is_undo"):
        return _("The facts of %(deal)s are as they were.") % details
    return _("The facts of %(deal)s were changed.") % details


@tells(Happening.DEAL_TAKEN)
def deal_taken(details: Details) -> str:
    return _("%(deal)s is looked after now.") % details


@tells(Happening.DEAL_HANDED_ON)
def deal_handed_on(details: Details) -> str:
    if details["new"]["owner_id"] is None:
        return _("%(deal)s waits for somebody who looks after it.") % details
    return _("%(deal)s is looked after by somebody else now.") % details


@tells(Happening.DEAL_PLACED)
def deal_placed(details: Details) -> str:
    return _("%(deal)s has another place in its stage.") % details


@tells(Happening.DEAL_MOVED)
def deal_moved(details: Details) -> str:
    return _("%(deal)s moved from %(origin)s to %(target)s.") % details


@tells(Happening.DEAL_TRANSFERRED)
def deal_transferred(details: Details) -> str:
    return _("%(deal)s goes on in the process %(process)s, in %(target)s.") % details


@tells(Happening.DEAL_WON)
def deal_won(details: Details) -> str:
    return _("%(deal)s was won: from %(origin)s to %(target)s.") % details


@tells(Happening.DEAL_LOST)
def deal_lost(details: Details) -> str:
    return _("%(deal)s was lost: from %(origin)s to %(target)s.") % details


@tells(Happening.DEAL_REOPENED)
def deal_reopened(details: Details) -> str:
    return _("%(deal)s is open again, in %(target)s.") % details


@tells(Happening.DEAL_MOVE_UNDONE)
def deal_move_undone(details: Details) -> str:
    return _("%(deal)s is back from %(origin)s in %(target)s.") % details


@tells(Happening.DEAL_CHANGE_UNDONE)
def deal_change_undone(details: Details) -> str:
    if "board_rank" in details["new"]:
        return _("%(deal)s has the place that it had.") % details
    return _("Who looks after %(deal)s is as it was.") % details


@tells(Happening.DEAL_DELETED)
def deal_deleted(details: Details) -> str:
    return _("%(deal)s was put in the recycle bin.") % details


@tells(Happening.DEAL_RESTORED)
def deal_restored(details: Details) -> str:
    return _("%(deal)s is back from the recycle bin.") % details


@tells(Happening.STEP_PLANNED)
def step_planned(details: Details) -> str:
    if details.get("is_undo"):
        return _("The next step of %(deal)s is as it was.") % details
    if not details["step"]:
        return _("%(deal)s has no next step any more.") % details
    return _("Next for %(deal)s: %(step)s") % details


SAID = {
    (Channel.EMAIL, Direction.IN): gettext_lazy("A mail came in"),
    (Channel.EMAIL, Direction.OUT): gettext_lazy("A mail went out"),
    (Channel.PHONE, Direction.IN): gettext_lazy("A call came in"),
    (Channel.PHONE, Direction.OUT): gettext_lazy("A call went out"),
    (Channel.MEETING, Direction.IN): gettext_lazy("A meeting, at the customer’s wish"),
    (Channel.MEETING, Direction.OUT): gettext_lazy("A meeting, at our wish"),
    (Channel.CHAT, Direction.IN): gettext_lazy("A chat message came in"),
    (Channel.CHAT, Direction.OUT): gettext_lazy("A chat message went out"),
    (Channel.FORM, Direction.IN): gettext_lazy("A form came in"),
    (Channel.FORM, Direction.OUT): gettext_lazy("A form went out"),
    (Channel.POST, Direction.IN): gettext_lazy("A letter came in"),
    (Channel.POST, Direction.OUT): gettext_lazy("A letter went out"),
}


def said(channel: str, direction: str) -> str:
    """What was said, in a few words without its contents."""
    return str(SAID[Channel(channel), Direction(direction)])


@tells(Happening.INTERACTION_LOGGED)
def interaction_logged(details: Details) -> str:
    return f"{said(details['channel'], details['direction'])}: {details['deal']}."


@tells(Happening.INTERACTION_EDITED)
def interaction_edited(details: Details) -> str:
    return _("What was said with %(deal)s was corrected.") % details


@tells(Happening.INTERACTION_REMOVED)
def interaction_removed(details: Details) -> str:
    return _("What was said with %(deal)s was removed.") % details


@tells(Happening.INTERACTION_RETURNED)
def interaction_returned(details: Details) -> str:
    return _("What was said with %(deal)s is back.") % details


@tells(Happening.VIEW_SAVED)
def view_saved(details: Details) -> str:
    return _("The team has a view “%(view)s”.") % details


@tells(Happening.VIEW_CHANGED)
def view_changed(details: Details) -> str:
    return _("The view “%(view)s” was changed.") % details


@tells(Happening.VIEW_DELETED)
def view_deleted(details: Details) -> str:
    return _("The view “%(view)s” was deleted.") % details


@tells(Happening.VIEW_RESTORED)
def view_restored(details: Details) -> str:
    return _("The view “%(view)s” is back.") % details


@tells(Happening.ACTIVITY_PLANNED)
def activity_planned(details: Details) -> str:
    return _("Planned for %(about)s: %(title)s") % details


@tells(Happening.ACTIVITY_CHANGED)
def activity_changed(details: Details) -> str:
    return _("Planned otherwise for %(about)s: %(title)s") % details


@tells(Happening.ACTIVITY_DONE)
def activity_done(details: Details) -> str:
    return _("Done for %(about)s: %(title)s") % details


@tells(Happening.ACTIVITY_DROPPED)
def activity_dropped(details: Details) -> str:
    return _("Dropped for %(about)s: %(title)s") % details


@tells(Happening.ACTIVITY_REOPENED)
def activity_reopened(details: Details) -> str:
    return _("To be done after all for %(about)s: %(title)s") % details


@tells(Happening.NOTE_WRITTEN)
def note_written(details: Details) -> str:
    return _("A note about %(about)s was written.") % details


@tells(Happening.NOTE_EDITED)
def note_edited(details: Details) -> str:
    return _("A note about %(about)s was edited.") % details


@tells(Happening.NOTE_REMOVED)
def note_removed(details: Details) -> str:
    return _("A note about %(about)s was removed.") % details


@tells(Happening.NOTE_RETURNED)
def note_returned(details: Details) -> str:
    return _("A note about %(about)s is back.") % details


@tells(Happening.FILE_ADDED)
def file_added(details: Details) -> str:
    return _("A file about %(about)s was kept.") % details


@tells(Happening.FILE_REMOVED)
def file_removed(details: Details) -> str:
    return _("A file about %(about)s was removed.") % details


@tells(Happening.FILE_RETURNED)
def file_returned(details: Details) -> str:
    return _("A file about %(about)s is back.") % details


@tells(Happening.FIELD_ADDED)
def field_added(details: Details) -> str:
    return _("The team has a new field: %(field)s.") % details


@tells(Happening.FIELD_EDITED)
def field_edited(details: Details) -> str:
    return _("The team changed its field %(field)s.") % details


@tells(Happening.FIELD_PLACED)
def field_placed(details: Details) -> str:
    return _("%(field)s has another place among the fields.") % details


@tells(Happening.FIELD_ARCHIVED)
def field_archived(details: Details) -> str:
    return _("The team asks for %(field)s no more.") % details


@tells(Happening.FIELD_RESTORED)
def field_restored(details: Details) -> str:
    return _("The team asks for %(field)s again.") % details


CALLED = {each._meta.model_name: each._meta.verbose_name_plural for each in LISTS.values()}


def _of_a_list(details: Details) -> dict[str, str]:
    return {**details, "list": capfirst(CALLED[details["list"]])}


@tells(Happening.CHOICE_ADDED)
def choice_added(details: Details) -> str:
    return _("%(list)s: “%(choice)s” is new.") % _of_a_list(details)


@tells(Happening.CHOICE_RENAMED)
def choice_renamed(details: Details) -> str:
    return _("%(list)s: “%(was)s” is called “%(choice)s” now.") % _of_a_list(details)


@tells(Happening.CHOICE_PLACED)
def choice_placed(details: Details) -> str:
    return _("%(list)s: “%(choice)s” has another place.") % _of_a_list(details)


@tells(Happening.CHOICE_ARCHIVED)
def choice_archived(details: Details) -> str:
    return _("%(list)s: “%(choice)s” is no longer offered.") % _of_a_list(details)


@tells(Happening.CHOICE_RESTORED)
def choice_restored(details: Details) -> str:
    return _("%(list)s: “%(choice)s” is offered again.") % _of_a_list(details)


@tells(Happening.ITEM_TICKED)
def item_ticked(details: Details) -> str:
    return _("Done for %(deal)s: %(item)s") % details


@tells(Happening.ITEM_UNTICKED)
def item_unticked(details: Details) -> str:
    return _("Not done yet for %(deal)s: %(item)s") % details


@tells(Happening.DEALS_EXPORTED)
def deals_exported(_details: Details) -> str:
    return _("A file was made of the deals.")


@tells(Happening.RETENTION_AGREED)
def retention_agreed(details: Details) -> str:
    return _("We keep contacts for %(months)s months after the last contact.") % details


@tells(Happening.CONTACTS_ANONYMISED)
def contacts_anonymised(details: Details) -> str:
    text = ngettext(
        "%(count)s contact was anonymised: silent for %(months)s months.",
        "%(count)s contacts were anonymised: silent for %(months)s months.",
        details["count"],
    )
    return text % details


@tells(Happening.ORGANIZATION_ADDED)
def organization_added(details: Details) -> str:
    return _("%(customer)s is a new customer.") % details


@tells(Happening.ORGANIZATION_EDITED)
def organization_edited(details: Details) -> str:
    return _("What we know of %(customer)s was changed.") % details


@tells(Happening.ORGANIZATION_MERGED)
@tells(Happening.CONTACT_MERGED)
def merged(details: Details) -> str:
    return _("%(absorbed)s and %(survivor)s are one now.") % details


@tells(Happening.ORGANIZATION_UNMERGED)
@tells(Happening.CONTACT_UNMERGED)
def unmerged(details: Details) -> str:
    return _("%(absorbed)s and %(survivor)s are two again.") % details


@tells(Happening.CONTACT_BEGAN)
def contact_began(details: Details) -> str:
    return _("%(contact)s works at %(customer)s.") % details


@tells(Happening.CONTACT_ENDED)
def contact_ended(details: Details) -> str:
    return _("%(contact)s works at %(customer)s no more.") % details


@tells(Happening.CONTACT_EDITED)
def contact_edited(details: Details) -> str:
    return _("What we know of %(contact)s was changed.") % details


@tells(Happening.POINT_ADDED)
def point_added(details: Details) -> str:
    return _("There is a new way to reach %(contact)s.") % details


@tells(Happening.POINT_REMOVED)
def point_removed(details: Details) -> str:
    return _("A way to reach %(contact)s was struck out.") % details


@tells(Happening.POINT_RETURNED)
def point_returned(details: Details) -> str:
    return _("A way to reach %(contact)s is back.") % details


@tells(Happening.OWN_FACTS_EDITED)
def own_facts_edited(details: Details) -> str:
    told = {**details, "fields": ", ".join(details["fields"])}
    if details.get("is_undo"):
        return _("What we ourselves know of %(about)s is as it was (%(fields)s).") % told
    return _("What we ourselves know of %(about)s was changed (%(fields)s).") % told


@tells(Happening.QUESTION_ASKED)
def question_asked(details: Details) -> str:
    return _("%(deal)s is asked how well we helped.") % details


@tells(Happening.QUESTION_WITHDRAWN)
def question_withdrawn(details: Details) -> str:
    return _("%(deal)s is not asked any more how well we helped.") % details


@tells(Happening.QUESTION_ANSWERED)
def question_answered(details: Details) -> str:
    return _("%(deal)s said how well we helped.") % details


@tells(Happening.COMPANY_IMPORTED)
def company_imported(_details: Details) -> str:
    return _("Customers and deals were imported.")


@tells(Happening.ANSWER_PROMISED)
def answer_promised(details: Mapping[str, Any]) -> str:
    return _("We promised an answer within %(hours)s working hours: %(reason)s") % {
        "hours": in_hours(details["seconds"]),
        "reason": details["reason"],
    }


@tells(Happening.RULE_ADDED)
def rule_added(details: Details) -> str:
    return _("The rule “%(rule)s” is new.") % details


@tells(Happening.RULE_CHANGED)
def rule_changed(details: Details) -> str:
    return _("The rule “%(rule)s” was changed.") % details


@tells(Happening.RULE_SWITCHED_ON)
def rule_switched_on(details: Details) -> str:
    return _("The rule “%(rule)s” is switched on.") % details


@tells(Happening.RULE_SWITCHED_OFF)
def rule_switched_off(details: Details) -> str:
    return _("The rule “%(rule)s” is switched off.") % details


@tells(Happening.RULE_SIGNS_ANEW)
def rule_signs_anew(details: Details) -> str:
    return _("The rule “%(rule)s” has a new secret.") % details


@tells(Happening.RULE_WORKED)
def rule_worked(details: Details) -> str:
    return _("The rule “%(rule)s” did its work for %(deal)s.") % details
