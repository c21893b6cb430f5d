"""What time does to what a team was asked to agree on."""

from datetime import datetime
from typing import Any

from teams.jobs import handles
from teams.models import CharterVersion
from teams.models.charter import SILENCE


@handles(SILENCE)
def look_at_a_charter(*, at: datetime, charterversion_id: int, **_: Any) -> None:
    """When the days to answer are over; whatever was done before is not done again."""
    CharterVersion.objects.select_related("team").get(pk=charterversion_id).run_out(at=at)
