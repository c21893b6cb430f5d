from teams.models.calendar import StaleHours, WorkCalendar
from teams.models.charter import (
    CharterError,
    CharterVersion,
    CharterVoice,
    CharterWords,
    StaleCharter,
)
from teams.models.copy import PersonalCopy
from teams.models.division import (
    Division,
    DivisionError,
    DivisionSeat,
    DivisionVoice,
    StaleDivision,
)
from teams.models.findable import Findable
from teams.models.frame import Frame, FrameWords
from teams.models.heartbeat import Heartbeat
from teams.models.invitation import Invitation
from teams.models.job import Job, JobError
from teams.models.logbook import LogEntry
from teams.models.outbox import OutgoingMail
from teams.models.person import User
from teams.models.role import Nomination, NominationVoice, Role, RoleError, StaleRole
from teams.models.sent import SentOnce
from teams.models.team import Goal, ManagerLink, Membership, StalePlace, Team, TeamError

__all__ = [
    "CharterError",
    "CharterVersion",
    "CharterVoice",
    "CharterWords",
    "Division",
    "DivisionError",
    "DivisionSeat",
    "DivisionVoice",
    "Findable",
    "Frame",
    "FrameWords",
    "Goal",
    "Heartbeat",
    "Invitation",
    "Job",
    "JobError",
    "LogEntry",
    "ManagerLink",
    "Membership",
    "Nomination",
    "NominationVoice",
    "OutgoingMail",
    "PersonalCopy",
    "Role",
    "RoleError",
    "SentOnce",
    "StaleCharter",
    "StaleDivision",
    "StaleHours",
    "StalePlace",
    "StaleRole",
    "Team",
    "TeamError",
    "User",
    "WorkCalendar",
]
