"""What debates write in the logbook: app, noun, past tense. Never a word of what was said."""

from enum import StrEnum


class Happening(StrEnum):
    REQUESTED = "debates.debate.requested"
    DATED = "debates.debate.dated"
    DISMISSED = "debates.debate.dismissed"
    QUICK = "debates.debate.quick"
    EXCUSED = "debates.debate.excused"
    REVEALED = "debates.debate.revealed"
    EXTENDED = "debates.debate.extended"
    WEIGHED = "debates.debate.weighed"
    PROPOSED = "debates.debate.proposed"
    CONSENTING = "debates.debate.consenting"
    OBJECTED = "debates.debate.objected"
    REWORDED = "debates.debate.reworded"
    DECIDED = "debates.debate.decided"
    NO_CHANGE = "debates.debate.no_change"
    LAPSED = "debates.debate.lapsed"
    EVALUATED = "debates.debate.evaluated"
    ANSWERED = "debates.debate.answered"
    ORIGIN_NAMED = "debates.origin.named"
    ORIGIN_TAKEN_BACK = "debates.origin.taken_back"
