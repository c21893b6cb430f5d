from django.urls import path

from reviews.views import evaluations, feedback, one, results, rounds, writing

app_name = "reviews"
urlpatterns = [
    path("reviews/", rounds.rounds, name="reviews"),
    path("reviews/new/", rounds.new, name="new"),
    path("reviews/<int:review>/", one.round_of_review, name="round"),
    path("reviews/<int:review>/about/<int:person>/", writing.about, name="about"),
    path("reviews/<int:review>/handed-in/", one.hand_in, name="hand-in"),
    path("reviews/<int:review>/taken-back/", one.take_back, name="take-back"),
    path("reviews/<int:review>/results/", results.results, name="results"),
    path(
        "reviews/<int:review>/results/<uuid:letter>/agreement/",
        results.agreement,
        name="agreement",
    ),
    path("reviews/<int:review>/<slug:turn>/", one.turn, name="turn"),
    path("feedback/", feedback.feedback, name="feedback"),
    path("feedback/<int:feedback>/", feedback.piece, name="piece"),
    path("feedback/<int:feedback>/agreement/", feedback.agreement, name="feedback-agreement"),
    path("feedback/<int:feedback>/<slug:deed>/", feedback.deed, name="deed"),
    path("evaluations/", evaluations.evaluations, name="evaluations"),
    path("evaluations/<str:month>/", evaluations.evaluation, name="evaluation"),
    path("evaluations/<str:month>/beginning/", evaluations.begin, name="evaluation-beginning"),
    path("evaluations/<str:month>/lead/", evaluations.lead, name="evaluation-lead"),
    path("evaluations/<str:month>/reflections/", evaluations.reflect, name="evaluation-words"),
    path("evaluations/<str:month>/agreements/", evaluations.follow, name="evaluation-agreement"),
    path("evaluations/<str:month>/end/", evaluations.conclude, name="evaluation-end"),
]
