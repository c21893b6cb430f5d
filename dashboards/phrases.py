"""How the instruments' lines in the logbook read."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dashboards import kpis
from dashboards.happenings import Happening
from dashboards.periods import Period
from dashboards.writing import period_name
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


@tells(Happening.FIGURES_CHOSEN)
def figures_chosen(details: Mapping[str, Any]) -> str:
    return ngettext(
        "The team steers by %(n)d figure.", "The team steers by %(n)d figures.", details["many"]
    ) % {"n": details["many"]}


@tells(Happening.REPORT_PUBLISHED)
def report_published(details: Mapping[str, Any]) -> str:
    period = period_name(Period.parse(details["period"]))
    return _("The report of %(period)s was published.") % {"period": period}


OBJECTIVES = {
    Happening.OBJECTIVE_PROPOSED: gettext_lazy("An objective for “%(name)s” was proposed."),
    Happening.OBJECTIVE_OBJECTED: gettext_lazy(
        "Somebody objected to the objective for “%(name)s”."
    ),
    Happening.OBJECTIVE_AGREED: gettext_lazy("The team agreed on an objective for “%(name)s”."),
    Happening.OBJECTIVE_LAPSED: gettext_lazy(
        "The objective for “%(name)s” was not agreed: fewer than half of the team answered."
    ),
    Happening.OBJECTIVE_DROPPED: gettext_lazy("The objective for “%(name)s” was dropped."),
}
OUTCOMES = {
    "reached": gettext_lazy("The objective for “%(name)s” was reached."),
    "missed": gettext_lazy("The objective for “%(name)s” was missed."),
    "unjudged": gettext_lazy("The objective for “%(name)s” had too few figures to judge it by."),
}


def _about_an_objective(kind: Happening) -> None:
    @tells(kind)
    def phrase(details: Mapping[str, Any]) -> str:
        return str(OBJECTIVES[kind]) % {"name": kpis.get(details["slug"]).name}


for _kind in OBJECTIVES:
    _about_an_objective(_kind)


@tells(Happening.OBJECTIVE_JUDGED)
def objective_judged(details: Mapping[str, Any]) -> str:
    return str(OUTCOMES[details["state"]]) % {"name": kpis.get(details["slug"]).name}
