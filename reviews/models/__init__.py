"""What people of a team tell each other about working together, and who reads it."""

from reviews.models.answer import Answer
from reviews.models.draft import Draft, Words
from reviews.models.evaluation import Evaluation, FollowUp
from reviews.models.evaluations import Stage
from reviews.models.feedback import Feedback, Kind
from reviews.models.reflection import Question, Reflection, Said
from reviews.models.round import ReviewRound
from reviews.models.seat import Seat
from reviews.models.states import Mode, Outcome, State
from reviews.models.voice import Voice
from reviews.refusals import EvaluationError, ReviewError, StaleEvaluation, StaleReview

__all__ = [
    "Answer",
    "Draft",
    "Evaluation",
    "EvaluationError",
    "Feedback",
    "FollowUp",
    "Kind",
    "Mode",
    "Outcome",
    "Question",
    "Reflection",
    "ReviewError",
    "ReviewRound",
    "Said",
    "Seat",
    "Stage",
    "StaleEvaluation",
    "StaleReview",
    "State",
    "Voice",
    "Words",
]
