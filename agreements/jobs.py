"""What time does to agreements: silence, grace and expiry, each looked at when its day is over."""

from datetime import datetime
from typing import Any

from agreements.guarding import watched
from agreements.models import Agreement, Occurrence, Procedure, clocks
from agreements.models.clocks import EXPIRY, OVERDUE, SILENCE
from agreements.models.procedure import TRIAL
from teams.jobs import handles


@handles(TRIAL)
def look_at_a_trial(*, at: datetime, procedure_id: int, **_: Any) -> None:
    """End the trial of a procedure whose days are over."""
    procedure = Procedure.objects.select_related("team").get(pk=procedure_id)
    seen = watched(procedure, clocks.today(procedure.team, at))
    procedure.run_out(at=at, guarded=seen.facts if seen and seen.usual else None)


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
