"""What people of a team tell each other about working together, and who reads it."""

from reviews.models.answer import Answer
from reviews.models.draft import Draft, Words
from reviews.models.feedback import Feedback, Kind
from reviews.models.round import ReviewRound
from reviews.models.seat import Seat
from reviews.models.states import Mode, Outcome, State
from reviews.models.voice import Says, Voice
from reviews.refusals import ReviewError, StaleReview

__all__ = [
    "Answer",
    "Draft",
    "Feedback",
    "Kind",
    "Mode",
    "Outcome",
    "ReviewError",
    "ReviewRound",
    "Says",
    "Seat",
    "StaleReview",
    "State",
    "Voice",
    "Words",
]
