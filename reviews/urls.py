from django.urls import path

from reviews.views import rounds

app_name = "reviews"
urlpatterns = [
    path("reviews/", rounds.rounds, name="reviews"),
]
