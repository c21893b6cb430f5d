from django.urls import path

from agreements.views import agreement, contract, intervention, ledger, procedure

app_name = "agreements"
urlpatterns = [
    path("agreements/", ledger.ledger, name="ledger"),
    path("agreements/new/", ledger.new, name="new"),
    path("agreements/calendar/", ledger.calendar, name="calendar"),
    path("agreements/<int:agreement>/", agreement.agreement, name="agreement"),
    path("agreements/<int:agreement>/<slug:act>/", agreement.act, name="act"),
    path("procedures/", procedure.register, name="procedures"),
    path("procedures/graveyard/", procedure.graveyard, name="graveyard"),
    path("procedures/<int:procedure>/", procedure.procedure, name="procedure"),
    path("procedures/<int:procedure>/shield/", procedure.shield, name="procedure-shield"),
    path("procedures/<int:procedure>/<slug:deed>/", procedure.deed, name="procedure-deed"),
    path("contract/", contract.contract, name="contract"),
    path("interventions/", intervention.interventions, name="interventions"),
    path("interventions/<int:intervention>/", intervention.intervention, name="intervention"),
]
