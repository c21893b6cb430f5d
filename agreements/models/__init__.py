from agreements.models.agreement import Agreement
from agreements.models.burial import Burial
from agreements.models.cadence import Cadence
from agreements.models.intervention import Intervention, Reason
from agreements.models.judging import Contest, Judgement, Verdict
from agreements.models.occurrence import Fate, Occurrence
from agreements.models.party import Answer, Party, Place, Says, Side
from agreements.models.procedure import Procedure, Shield
from agreements.models.states import Kind, State
from agreements.models.terms import AgreementVersion, Terms
from agreements.refusals import (
    AgreementError,
    InterventionError,
    ProcedureError,
    StaleAgreement,
    StaleProcedure,
)

__all__ = [
    "Agreement",
    "AgreementError",
    "AgreementVersion",
    "Answer",
    "Burial",
    "Cadence",
    "Contest",
    "Fate",
    "Intervention",
    "InterventionError",
    "Judgement",
    "Kind",
    "Occurrence",
    "Party",
    "Place",
    "Procedure",
    "ProcedureError",
    "Reason",
    "Says",
    "Shield",
    "Side",
    "StaleAgreement",
    "StaleProcedure",
    "State",
    "Terms",
    "Verdict",
]
