from django.urls import path

from debates.views import debate, debates

app_name = "debates"
urlpatterns = [
    path("debates/", debates.debates, name="debates"),
    path("debates/new/", debates.new, name="new"),
    path("debates/quick/", debates.quick, name="quick"),
    path("debates/<int:debate>/", debate.debate, name="debate"),
    path("debates/<int:debate>/<slug:turn>/", debate.turn, name="turn"),
]
