"""What is there at the end of a period."""

from django.utils.translation import gettext_lazy as _

from crm.happenings import Happening
from crm.kpis.facts import CLOSINGS, open_visits
from dashboards.kpis import Kind, Kpi, Unit, register

register(
    Kpi(
        slug="open-deals",
        name=_("Open deals"),
        explanation=_("How many deals were open at the end of the period."),
        kind=Kind.STOCK,
        unit=Unit.COUNT,
        direction=0,
        counter="cycle-time-km",
        facts=open_visits,
        moved_by=CLOSINGS | {Happening.DEAL_ADDED},
    )
)
