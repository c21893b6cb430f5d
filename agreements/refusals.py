"""How agreements, the log of interventions and the register of procedures say no."""

from teams.refusals import Refusal, Stale


class AgreementError(Refusal):
    """The agreement refuses; the message is fit to show the person who asked."""


class StaleAgreement(AgreementError, Stale):  # noqa: N818
    """Somebody else was faster; nothing changed."""


class InterventionError(Refusal):
    """The log of interventions refuses; the message is fit to show the person who asked."""


class ProcedureError(Refusal):
    """The register refuses; the message is fit to show the person who asked."""


class StaleProcedure(ProcedureError, Stale):  # noqa: N818
    """Somebody else was faster; nothing changed."""
