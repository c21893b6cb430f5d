from django.urls import path

from reviews.api import evaluations

app_name = "reviews-api"
urlpatterns = [
    path("evaluations/", evaluations.EvaluationsView.as_view(), name="evaluations"),
    path("evaluations/<str:month>/", evaluations.EvaluationView.as_view(), name="evaluation"),
    path(
        "evaluations/<str:month>/beginning/",
        evaluations.BeginView.as_view(),
        name="evaluation-beginning",
    ),
    path("evaluations/<str:month>/lead/", evaluations.LeadView.as_view(), name="evaluation-lead"),
    path(
        "evaluations/<str:month>/reflections/",
        evaluations.AnswersView.as_view(),
        name="evaluation-words",
    ),
    path(
        "evaluations/<str:month>/agreements/",
        evaluations.AgreeView.as_view(),
        name="evaluation-agreement",
    ),
    path("evaluations/<str:month>/end/", evaluations.EndView.as_view(), name="evaluation-end"),
]
