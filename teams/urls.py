from django.urls import path

from teams import views

urlpatterns = [
    path("", views.teams, name="teams"),
    path("theme/", views.theme, name="theme"),
    path("demo/sign-in/", views.demo_sign_in, name="demo-sign-in"),
    path("teams/<slug:team_slug>/", views.home, name="home"),
]
