from django.urls import path

from reviews.views import evaluations, rounds

app_name = "reviews"
urlpatterns = [
    path("reviews/", rounds.rounds, name="reviews"),
    path("evaluations/", evaluations.evaluations, name="evaluations"),
    path("evaluations/<str:month>/", evaluations.evaluation, name="evaluation"),
    path("evaluations/<str:month>/beginning/", evaluations.begin, name="evaluation-beginning"),
    path("evaluations/<str:month>/lead/", evaluations.lead, name="evaluation-lead"),
    path("evaluations/<str:month>/reflections/", evaluations.reflect, name="evaluation-words"),
    path("evaluations/<str:month>/agreements/", evaluations.follow, name="evaluation-agreement"),
    path("evaluations/<str:month>/end/", evaluations.conclude, name="evaluation-end"),
]
