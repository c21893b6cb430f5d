from django.urls import path

from debates.views import chain, debate, debates

app_name = "debates"
urlpatterns = [
    path("debates/", debates.debates, name="debates"),
    path("debates/new/", debates.new, name="new"),
    path("debates/quick/", debates.quick, name="quick"),
    path("debates/<int:debate>/", debate.debate, name="debate"),
    path("debates/<int:debate>/<slug:turn>/", debate.turn, name="turn"),
    path("chain/<slug:kind>/<int:start>/", chain.chain, name="chain"),
    path("chain/<slug:kind>/<int:start>/origin/", chain.origin, name="origin"),
]
