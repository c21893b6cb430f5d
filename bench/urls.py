"""Every address of Kring, and the floor's."""

from django.urls import path

from bench.floor import fifty_rows
from config.urls import urlpatterns as of_kring

urlpatterns = [path("bench/floor/<int:team_id>/", fifty_rows, name="floor"), *of_kring]
