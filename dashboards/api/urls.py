from django.urls import path

from dashboards.api.before import ReportBeforeView, ReportsBeforeView
from dashboards.api.by_mail import MailView
from dashboards.api.choice import ChoicesView
from dashboards.api.facts import FactsView
from dashboards.api.known import KnownView, RoomKnownView
from dashboards.api.objectives import (
    ConsentView,
    EndView,
    ObjectionView,
    ObjectivesView,
    ObjectiveView,
)
from dashboards.api.ranges import RangesView
from dashboards.api.reports import DraftView, ReportView

app_name = "dashboards-api"

urlpatterns = [
    path("figures/<slug:kpi>/normal-ranges/", RangesView.as_view(), name="ranges"),
    path("figures/<slug:kpi>/known/", KnownView.as_view(), name="known"),
    path("figures/<slug:kpi>/<slug:period>/", FactsView.as_view(), name="facts"),
    path("reports/by-mail/", MailView.as_view(), name="by-mail"),
    path("reports/before/", ReportsBeforeView.as_view(), name="reports-before"),
    path("reports/before/<slug:period>/", ReportBeforeView.as_view(), name="report-before"),
    path("reports/known/", RoomKnownView.as_view(), name="reports-known"),
    path("figure-choices/", ChoicesView.as_view(), name="choices"),
    path("objectives/", ObjectivesView.as_view(), name="objectives"),
    path("objectives/<int:objective>/", ObjectiveView.as_view(), name="objective"),
    path("objectives/<int:objective>/consent/", ConsentView.as_view(), name="consent"),
    path("objectives/<int:objective>/objection/", ObjectionView.as_view(), name="objection"),
    path("objectives/<int:objective>/end/", EndView.as_view(), name="objective-end"),
    path("reports/<slug:period>/", ReportView.as_view(), name="report"),
    path("reports/<slug:period>/draft/", DraftView.as_view(), name="draft"),
]
