"""What time does to agreements: silence, grace and expiry, each looked at when its day is over."""

from datetime import datetime
from typing import Any

from agreements.models import Agreement, Occurrence
from agreements.models.clocks import EXPIRY, OVERDUE, SILENCE
from teams.jobs import handles


@handles(SILENCE)
@handles(OVERDUE)
@handles(EXPIRY)
def look_at_the_clock(
    *, at: datetime, agreement_id: int = 0, occurrence_id: int = 0, **_: Any
) -> None:
    """Let time do what it does by this moment; a clock that was put on finds nothing to do."""
    for agreement in Agreement.objects.filter(pk=agreement_id).select_related("team"):
        agreement.run_out(at=at)
    days = Occurrence.objects.filter(pk=occurrence_id)
    for promise in days.select_related("team", "agreement__team"):
        promise.run_out(at=at)
