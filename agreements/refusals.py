"""How agreements, the log of interventions and the register of procedures say no."""

from teams.refusals import Refusal


class AgreementError(Refusal):
    """The agreement refuses; the message is fit to show the person who asked."""


class StaleAgreement(AgreementError):  # noqa: N818
    """Somebody else was faster; nothing changed."""


class InterventionError(Refusal):
    """The log of interventions refuses; the message is fit to show the person who asked."""


class ProcedureError(Refusal):
    """The register refuses; the message is fit to show the person who asked."""


class StaleProcedure(ProcedureError):  # noqa: N818
    """Somebody else was faster; nothing changed."""
