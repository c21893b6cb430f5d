"""How the customer process reads in the logbook, and in the message after a change."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from crm.happenings import Happening
from teams.story import tells

Details = Mapping[str, Any]


@tells(Happening.PIPELINE_STARTED)
def pipeline_started(_details: Details) -> str:
    return _("The team wrote down its process.")


@tells(Happening.PIPELINE_REVISED)
def pipeline_revised(details: Details) -> str:
    return _("The team changed its process (version %(number)s): %(reason)s") % details


@tells(Happening.DEAL_ADDED)
def deal_added(details: Details) -> str:
    return _("%(deal)s is new in %(stage)s.") % details


@tells(Happening.DEAL_EDITED)
def deal_edited(details: Details) -> str:
    return _("The facts of %(deal)s were changed.") % details


@tells(Happening.DEAL_TAKEN)
def deal_taken(details: Details) -> str:
    return _("%(deal)s is looked after now.") % details


@tells(Happening.DEAL_PLACED)
def deal_placed(details: Details) -> str:
    return _("%(deal)s has another place in its stage.") % details


@tells(Happening.DEAL_MOVED)
def deal_moved(details: Details) -> str:
    return _("%(deal)s moved from %(origin)s to %(target)s.") % details


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


@tells(Happening.STEP_PLANNED)
def step_planned(details: Details) -> str:
    if not details["step"]:
        return _("%(deal)s has no next step any more.") % details
    return _("Next for %(deal)s: %(step)s") % details


@tells(Happening.COMPANY_IMPORTED)
def company_imported(_details: Details) -> str:
    return _("Customers and deals were imported.")
