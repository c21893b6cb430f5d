from dashboards.models.aim import Aim, ObjectiveError, Reference, Sense, StaleObjective
from dashboards.models.baseline import Baseline, BaselineError, StaleBaseline
from dashboards.models.choice import ChoiceError, FigureChoice, StaleChoice
from dashboards.models.commentary import Commentary, CommentaryError, StaleCommentary
from dashboards.models.measurement import Measurement
from dashboards.models.objective import Objective
from dashboards.models.receipt import Receipt, Side
from dashboards.models.report import Report, ReportError
from dashboards.models.signal import Signal
from dashboards.models.subscription import Subscription
from dashboards.models.verification import Verification
from dashboards.models.voice import Voice

__all__ = [
    "Aim",
    "Baseline",
    "BaselineError",
    "ChoiceError",
    "Commentary",
    "CommentaryError",
    "FigureChoice",
    "Measurement",
    "Objective",
    "ObjectiveError",
    "Receipt",
    "Reference",
    "Report",
    "ReportError",
    "Sense",
    "Side",
    "Signal",
    "StaleBaseline",
    "StaleChoice",
    "StaleCommentary",
    "StaleObjective",
    "Subscription",
    "Verification",
    "Voice",
]
