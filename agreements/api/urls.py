from django.urls import path

from agreements.api import acts, contracts, interventions, procedures
from agreements.api.views import AgreementsView, AgreementView, PeopleView

app_name = "agreements-api"

ONE = "agreements/<int:agreement>/"
OF_ONE = "procedures/<int:procedure>/"

urlpatterns = [
    path("agreements/", AgreementsView.as_view(), name="agreements"),
    path("agreements/people/", PeopleView.as_view(), name="people"),
    path(ONE, AgreementView.as_view(), name="agreement"),
    path(f"{ONE}acceptance/", acts.AcceptanceView.as_view(), name="acceptance"),
    path(f"{ONE}counter-proposal/", acts.CounterProposalView.as_view(), name="counter-proposal"),
    path(f"{ONE}refusal/", acts.RefusalView.as_view(), name="refusal"),
    path(f"{ONE}withdrawal/", acts.WithdrawalView.as_view(), name="withdrawal"),
    path(f"{ONE}renegotiation/", acts.RenegotiationView.as_view(), name="renegotiation"),
    path(f"{ONE}renewal/", acts.RenewalView.as_view(), name="renewal"),
    path(f"{ONE}completion/", acts.CompletionView.as_view(), name="completion"),
    path(f"{ONE}release/", acts.ReleaseView.as_view(), name="release"),
    path(f"{ONE}judgement/", acts.JudgementView.as_view(), name="judgement"),
    path(f"{ONE}contest/", acts.ContestView.as_view(), name="contest"),
    path(f"{ONE}witness/", acts.WitnessView.as_view(), name="witness"),
    path(f"{ONE}ruling/", acts.RulingView.as_view(), name="ruling"),
    path(f"{ONE}repair/", acts.RepairView.as_view(), name="repair"),
    path("procedures/", procedures.ProceduresView.as_view(), name="procedures"),
    path(OF_ONE, procedures.ProcedureView.as_view(), name="procedure"),
    path(f"{OF_ONE}trial/", procedures.TrialView.as_view(), name="trial"),
    path(f"{OF_ONE}burial/", procedures.BurialView.as_view(), name="burial"),
    path(f"{OF_ONE}return/", procedures.ReturnView.as_view(), name="return"),
    path(f"{OF_ONE}resurrection/", procedures.ResurrectionView.as_view(), name="resurrection"),
    path(f"{OF_ONE}shield/", procedures.ShieldView.as_view(), name="shield"),
    path("contract/", contracts.ContractView.as_view(), name="contract"),
    path("interventions/", interventions.InterventionsView.as_view(), name="interventions"),
    path(
        "interventions/<int:intervention>/",
        interventions.InterventionView.as_view(),
        name="intervention",
    ),
]
