from django.urls import path

from dashboards import views

app_name = "dashboards"
urlpatterns = [
    path("reading/", views.reading_room, name="reading"),
    path("reading/months/", views.reading_months, name="reading-months"),
    path("figures/", views.figures, name="figures"),
    path("figures/<slug:kpi>/", views.figure, name="figure"),
    path("reading/<slug:period>/", views.reading_report, name="report"),
]
