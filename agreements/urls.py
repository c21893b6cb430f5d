from django.urls import path

from agreements.views import agreement, ledger

app_name = "agreements"
urlpatterns = [
    path("agreements/", ledger.ledger, name="ledger"),
    path("agreements/new/", ledger.new, name="new"),
    path("agreements/<int:agreement>/", agreement.agreement, name="agreement"),
    path("agreements/<int:agreement>/<slug:act>/", agreement.act, name="act"),
]
