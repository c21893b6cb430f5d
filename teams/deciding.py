"""What time does to what a team was asked to agree on, and to what it gave for a while."""

from datetime import datetime
from typing import Any

from teams.jobs import handles
from teams.models import CharterVersion, Division, Nomination
from teams.models.charter import SILENCE
from teams.models.division import SILENCE as SILENT_ABOUT_A_DIVISION
from teams.models.role import OVER
from teams.models.role import SILENCE as SILENT_ABOUT_A_ROLE


@handles(SILENCE)
def look_at_a_charter(*, at: datetime, charterversion_id: int, **_: Any) -> None:
    """When the days to answer are over; whatever was done before is not done again."""
    CharterVersion.objects.select_related("team").get(pk=charterversion_id).run_out(at=at)


@handles(SILENT_ABOUT_A_DIVISION)
def look_at_a_division(*, at: datetime, division_id: int, **_: Any) -> None:
    """When the days to answer are over; whatever was done before is not done again."""
    Division.objects.select_related("team").get(pk=division_id).run_out(at=at)


@handles(SILENT_ABOUT_A_ROLE)
@handles(OVER)
def look_at_a_nomination(*, at: datetime, nomination_id: int, **_: Any) -> None:
    """When the days to answer are over, or the months; what was done before is not done again."""
    nomination = Nomination.objects.select_related("team", "role").get(pk=nomination_id)
    nomination.run_out(at=at)
    nomination.run_over(at=at)
