"""What a debate is made of, and how it decides."""

from debates.models.box import Fallback
from debates.models.debate import Debate
from debates.models.experiment import Experiment, Next, Verdict
from debates.models.origin import Changed, Origin
from debates.models.point import Argument, Brought, Point, Reply, Speaks, Weight
from debates.models.proposal import (
    Direction,
    Doer,
    Objection,
    Offer,
    Proposal,
    ProposalVersion,
    Response,
    Says,
)
from debates.models.seat import Seat, Side
from debates.models.states import End, State
from debates.refusals import DebateError, StaleDebate

__all__ = [
    "Argument",
    "Brought",
    "Changed",
    "Debate",
    "DebateError",
    "Direction",
    "Doer",
    "End",
    "Experiment",
    "Fallback",
    "Next",
    "Objection",
    "Offer",
    "Origin",
    "Point",
    "Proposal",
    "ProposalVersion",
    "Reply",
    "Response",
    "Says",
    "Seat",
    "Side",
    "Speaks",
    "StaleDebate",
    "State",
    "Verdict",
    "Weight",
]
