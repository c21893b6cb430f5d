from dashboards.models.baseline import Baseline, BaselineError, StaleBaseline
from dashboards.models.commentary import Commentary, CommentaryError, StaleCommentary
from dashboards.models.measurement import Measurement
from dashboards.models.receipt import Receipt, Side
from dashboards.models.report import Report, ReportError
from dashboards.models.signal import Signal
from dashboards.models.subscription import Subscription
from dashboards.models.verification import Verification

__all__ = [
    "Baseline",
    "BaselineError",
    "Commentary",
    "CommentaryError",
    "Measurement",
    "Receipt",
    "Report",
    "ReportError",
    "Side",
    "Signal",
    "StaleBaseline",
    "StaleCommentary",
    "Subscription",
    "Verification",
]
