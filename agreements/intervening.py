"""How interventions are read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.models import Intervention
from dashboards import kpis
from dashboards.models import Signal
from dashboards.periods import Period, PeriodKind
from dashboards.writing import dated
from teams.models import Team


@dataclass(frozen=True)
class Told:
    """An intervention as it is read, with the signal behind it; blank where none stood there."""

    intervention: Intervention
    signal: str
    signal_url: str


def told(interventions: Iterable[Intervention], team: Team) -> list[Told]:
    """Each of them in words; who, team and signal are fetched already."""
    return [_told(one, team) for one in interventions]


def _told(intervention: Intervention, team: Team) -> Told:
    signal = intervention.signal
    if signal is None:
        return Told(intervention, "", "")
    url = reverse("dashboards:figure", args=[team.slug, signal.kpi])
    return Told(intervention, name_of(signal), url if _is_measured(signal) else "")


def name_of(signal: Signal) -> str:
    """What went out of its normal range, and since when."""
    since = Period(PeriodKind(signal.period_kind), signal.onset_on)
    # It stays in the log when the figure is measured no longer.
    figure = kpis.get(signal.kpi).name if _is_measured(signal) else signal.kpi
    return _("%(figure)s, since %(period)s") % {"figure": figure, "period": dated(since)}


def _is_measured(signal: Signal) -> bool:
    return any(kpi.slug == signal.kpi for kpi in kpis.all_kpis())
