from django.urls import path

from reviews.api import evaluations, feedback, views

app_name = "reviews-api"
urlpatterns = [
    path("reviews/", views.ReviewsView.as_view(), name="reviews"),
    path("reviews/<int:review>/", views.ReviewView.as_view(), name="review"),
    path("reviews/<int:review>/about/<int:person>/", views.WordsView.as_view(), name="words"),
    path("reviews/<int:review>/consent/", views.ConsentView.as_view(), name="consent"),
    path("reviews/<int:review>/objection/", views.ObjectionView.as_view(), name="objection"),
    path("reviews/<int:review>/end/", views.EndView.as_view(), name="end"),
    path("reviews/<int:review>/handed-in/", views.HandInView.as_view(), name="hand-in"),
    path("reviews/<int:review>/taken-back/", views.TakeBackView.as_view(), name="take-back"),
    path("reviews/<int:review>/reading/", views.ReadingView.as_view(), name="reading"),
    path("feedback/", feedback.AllFeedbackView.as_view(), name="feedback"),
    path("feedback/<int:feedback>/", feedback.PieceView.as_view(), name="piece"),
    path("feedback/<int:feedback>/opening/", feedback.OpeningView.as_view(), name="opening"),
    path(
        "feedback/<int:feedback>/publication/",
        feedback.PublicationView.as_view(),
        name="publication",
    ),
    path("feedback/<int:feedback>/wording/", feedback.WordingView.as_view(), name="wording"),
    path("feedback/<int:feedback>/removal/", feedback.RemovalView.as_view(), name="removal"),
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
