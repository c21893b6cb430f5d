"""How reviews read in the logbook: that something happened, and not a word of what was said."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from dashboards import writing
from dashboards.periods import Period
from reviews.happenings import Happening
from teams.story import tells

PLAIN = {
    Happening.PROPOSED: gettext_lazy("A round of review was proposed."),
    Happening.OBJECTED: gettext_lazy("Somebody objected to a round of review."),
    Happening.LAPSED: gettext_lazy("A proposed round of review lapsed."),
    Happening.OPENED: gettext_lazy("A round of review began."),
    Happening.EXTENDED: gettext_lazy("The round of review takes two days more."),
    Happening.STOPPED: gettext_lazy("The team stopped a round of review."),
    Happening.RELEASED: gettext_lazy("All results of the round of review were released."),
    Happening.CLOSED: gettext_lazy("A round of review was closed."),
    Happening.PURGED: gettext_lazy("The words of a round of review were deleted after a year."),
    Happening.PUBLISHED: gettext_lazy("Somebody showed the team an appreciation."),
}


def _plain(kind: Happening) -> None:
    @tells(kind)
    def phrase(_details: Mapping[str, Any]) -> str:
        return str(PLAIN[kind])


for _kind in PLAIN:
    _plain(_kind)

OF_A_MONTH = {
    Happening.EVALUATION_BEGUN: gettext_lazy("The team began to look back at %(month)s."),
    Happening.EVALUATION_LED: gettext_lazy("Somebody else leads looking back at %(month)s now."),
    Happening.EVALUATION_CONCLUDED: gettext_lazy("The team looked back at %(month)s."),
}


def _of_a_month(kind: Happening) -> None:
    @tells(kind)
    def phrase(details: Mapping[str, Any]) -> str:
        month = writing.period_name(Period.parse(details["month"]))
        return str(OF_A_MONTH[kind]) % {"month": month}


for _kind in OF_A_MONTH:
    _of_a_month(_kind)
