"""How the instruments' lines in the logbook read."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from dashboards import kpis
from dashboards.happenings import Happening
from dashboards.periods import Period
from dashboards.reading import period_name
from teams.story import tells


@tells(Happening.BASELINE_SIGNED)
def baseline_signed(details: Mapping[str, Any]) -> str:
    return _("The normal range of “%(name)s” was signed.") % {
        "name": kpis.get(details["slug"]).name
    }


@tells(Happening.COMMENTARY_WRITTEN)
def commentary_written(details: Mapping[str, Any]) -> str:
    period = period_name(Period.parse(details["period"]))
    return _("The team wrote something to the report of %(period)s.") % {"period": period}


@tells(Happening.BASELINE_REBASED)
def baseline_rebased(details: Mapping[str, Any]) -> str:
    return _("“%(name)s” got a new normal range: %(reason)s") % {
        "name": kpis.get(details["slug"]).name,
        "reason": details["reason"],
    }


@tells(Happening.REPORT_PUBLISHED)
def report_published(details: Mapping[str, Any]) -> str:
    period = period_name(Period.parse(details["period"]))
    return _("The report of %(period)s was published.") % {"period": period}
