from django.urls import path

from debates.api import chain, views
from debates.api.turns import TURNS

app_name = "debates-api"
urlpatterns = [
    path("debates/", views.DebatesView.as_view(), name="debates"),
    path("debates/quick/", views.QuickDebatesView.as_view(), name="quick"),
    path("debates/<int:debate>/", views.DebateView.as_view(), name="debate"),
    *(
        path(f"debates/<int:debate>/{noun}/", view.as_view(), name=noun)
        for noun, view in TURNS.items()
    ),
    path("chain/<slug:kind>/<int:start>/", chain.ChainView.as_view(), name="chain"),
    path("chain/<slug:kind>/<int:start>/origin/", chain.OriginView.as_view(), name="origin"),
]
