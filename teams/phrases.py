"""How the ground's own lines in the logbook read."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from teams import countries
from teams.happenings import Happening
from teams.story import tells
from teams.templatetags.kring import in_hours


@tells(Happening.TEAM_STARTED)
def team_started(_details: Mapping[str, Any]) -> str:
    return _("The team was started.")


@tells(Happening.TEAM_DISSOLVED)
def team_dissolved(_details: Mapping[str, Any]) -> str:
    return _("The team was dissolved.")


@tells(Happening.TEAM_EDITED)
def team_edited(_details: Mapping[str, Any]) -> str:
    return _("The name or the goal of the team was changed.")


@tells(Happening.COUNTRY_CHOSEN)
def country_chosen(details: Mapping[str, Any]) -> str:
    country = countries.names().get(details["country"], details["country"])
    return _("The team keeps the public holidays of %(country)s.") % {"country": country}


@tells(Happening.HOURS_AGREED)
def hours_agreed(details: Mapping[str, Any]) -> str:
    hours = in_hours(60 * details["minutes"])
    return _("The team changed its working hours: %(hours)s hours a week.") % {"hours": hours}


@tells(Happening.GOAL_SET)
def goal_set(_details: Mapping[str, Any]) -> str:
    return _("The team set its goal.")


@tells(Happening.MEMBER_WELCOMED)
def member_welcomed(_details: Mapping[str, Any]) -> str:
    return _("A new member joined the team.")


@tells(Happening.MEMBER_INVITED)
def member_invited(_details: Mapping[str, Any]) -> str:
    return _("Somebody was invited to the team.")


@tells(Happening.MEMBER_INVITED_AGAIN)
def member_invited_again(_details: Mapping[str, Any]) -> str:
    return _("An invitation was sent again.")


@tells(Happening.INVITATION_WITHDRAWN)
def invitation_withdrawn(_details: Mapping[str, Any]) -> str:
    return _("An invitation was withdrawn.")


@tells(Happening.MEMBER_LEFT)
def member_left(_details: Mapping[str, Any]) -> str:
    return _("A member left the team.")


@tells(Happening.MANAGER_LINKED)
def manager_linked(_details: Mapping[str, Any]) -> str:
    return _("A manager began to read along.")


@tells(Happening.MANAGER_UNLINKED)
def manager_unlinked(_details: Mapping[str, Any]) -> str:
    return _("A manager stopped reading along.")


@tells(Happening.CHARTER_PROPOSED)
def charter_proposed(_details: Mapping[str, Any]) -> str:
    return _("A charter was proposed.")


@tells(Happening.CHARTER_AGREED)
def charter_agreed(_details: Mapping[str, Any]) -> str:
    return _("The team agreed on its charter.")


@tells(Happening.CHARTER_OBJECTED)
def charter_objected(_details: Mapping[str, Any]) -> str:
    return _("Somebody objected to the proposed charter.")


@tells(Happening.CHARTER_DROPPED)
def charter_dropped(_details: Mapping[str, Any]) -> str:
    return _("The proposed charter was taken off the table.")


@tells(Happening.CHARTER_LAPSED)
def charter_lapsed(_details: Mapping[str, Any]) -> str:
    return _("Too few of the team answered; the charter stays as it is.")


@tells(Happening.FRAME_ANNOUNCED)
def frame_announced(details: Mapping[str, Any]) -> str:
    day = date_format(date.fromisoformat(details["holds_from"]), "j F Y")
    return _("A manager announced another frame; it holds from %(day)s.") % {"day": day}


@tells(Happening.FRAME_TAKEN_BACK)
def frame_taken_back(_details: Mapping[str, Any]) -> str:
    return _("A manager took the announced frame back.")


@tells(Happening.PERSON_ERASED)
def person_erased(_details: Mapping[str, Any]) -> str:
    return _("The name of somebody who left was erased for good.")


@tells(Happening.ROLE_BEGUN)
def role_begun(_details: Mapping[str, Any]) -> str:
    return _("The team wrote down a role.")


@tells(Happening.ROLE_CLOSED)
def role_closed(_details: Mapping[str, Any]) -> str:
    return _("The team needs a role no longer.")


@tells(Happening.ROLE_NOMINATED)
def role_nominated(_details: Mapping[str, Any]) -> str:
    return _("Somebody was proposed for a role.")


@tells(Happening.ROLE_GIVEN)
def role_given(_details: Mapping[str, Any]) -> str:
    return _("The team gave a role to somebody.")


@tells(Happening.ROLE_OBJECTED)
def role_objected(_details: Mapping[str, Any]) -> str:
    return _("Somebody objected to who was proposed for a role.")


@tells(Happening.ROLE_DROPPED)
def role_dropped(_details: Mapping[str, Any]) -> str:
    return _("Who was proposed for a role is proposed no longer.")


@tells(Happening.ROLE_LAPSED)
def role_lapsed(_details: Mapping[str, Any]) -> str:
    return _("Too few of the team answered who was proposed for a role.")


@tells(Happening.ROLE_VACATED)
def role_vacated(_details: Mapping[str, Any]) -> str:
    return _("A role is free again.")


@tells(Happening.DIVISION_PLANNED)
def division_planned(_details: Mapping[str, Any]) -> str:
    return _("The team began to plan how it divides.")


@tells(Happening.DIVISION_CHANGED)
def division_changed(_details: Mapping[str, Any]) -> str:
    return _("The plan to divide the team was changed.")


@tells(Happening.DIVISION_PROPOSED)
def division_proposed(_details: Mapping[str, Any]) -> str:
    return _("A plan to divide the team was laid before all of it.")


@tells(Happening.DIVISION_AGREED)
def division_agreed(details: Mapping[str, Any]) -> str:
    return _("The team agreed to divide: %(name)s will be a team of its own.") % details


@tells(Happening.DIVISION_OBJECTED)
def division_objected(_details: Mapping[str, Any]) -> str:
    return _("Somebody objected to the plan to divide the team.")


@tells(Happening.DIVISION_DROPPED)
def division_dropped(_details: Mapping[str, Any]) -> str:
    return _("The plan to divide the team was taken off the table.")


@tells(Happening.DIVISION_LAPSED)
def division_lapsed(_details: Mapping[str, Any]) -> str:
    return _("The team did not agree to divide: too few answered, or not all who would go.")


@tells(Happening.DIVISION_CARRIED_OUT)
def division_carried_out(details: Mapping[str, Any]) -> str:
    return _("The team divided: %(name)s is a team of its own now.") % details


@tells(Happening.BEGUN_BY_DIVISION)
def begun_by_division(details: Mapping[str, Any]) -> str:
    return _("The team began: until then it was a part of %(old)s.") % details
