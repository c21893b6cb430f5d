"""What the ground writes in the logbook: app, noun, past tense."""

from enum import StrEnum


class Happening(StrEnum):
    TEAM_STARTED = "teams.team.started"
    TEAM_EDITED = "teams.team.edited"
    COUNTRY_CHOSEN = "teams.country.chosen"
    HOURS_AGREED = "teams.hours.agreed"
    GOAL_SET = "teams.goal.set"
    MEMBER_WELCOMED = "teams.member.welcomed"
    MEMBER_INVITED = "teams.member.invited"
    MEMBER_INVITED_AGAIN = "teams.member.invited_again"
    INVITATION_WITHDRAWN = "teams.invitation.withdrawn"
    PERSON_EDITED = "teams.person.edited"
    PERSON_ERASED = "teams.person.erased"
    MEMBER_LEFT = "teams.member.left"
    MANAGER_LINKED = "teams.manager.linked"
    MANAGER_UNLINKED = "teams.manager.unlinked"
    CHARTER_PROPOSED = "teams.charter.proposed"
    CHARTER_AGREED = "teams.charter.agreed"
    CHARTER_OBJECTED = "teams.charter.objected"
    CHARTER_DROPPED = "teams.charter.dropped"
    CHARTER_LAPSED = "teams.charter.lapsed"
    FRAME_ANNOUNCED = "teams.frame.announced"
    FRAME_TAKEN_BACK = "teams.frame.taken_back"
