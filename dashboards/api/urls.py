from django.urls import path

from dashboards.api.reports import DraftView

app_name = "dashboards-api"

urlpatterns = [
    path("reports/<slug:period>/draft/", DraftView.as_view(), name="draft"),
]
