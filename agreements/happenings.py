"""What agreements write in the logbook: app, noun, past tense.

No line holds a word of what was agreed: a manager reads the logbook, and no agreement of others.
"""

from enum import StrEnum


class Happening(StrEnum):
    PROPOSED = "agreements.agreement.proposed"
    COUNTERED = "agreements.agreement.countered"
    ACCEPTED = "agreements.agreement.accepted"
    DECLINED = "agreements.agreement.declined"
    WITHDRAWN = "agreements.agreement.withdrawn"
    LAPSED = "agreements.agreement.lapsed"
    AGREED = "agreements.agreement.agreed"
    ENDS_SOON = "agreements.agreement.ends_soon"
    RENEWED = "agreements.agreement.renewed"
    RENEGOTIATION_PROPOSED = "agreements.renegotiation.proposed"
    RENEGOTIATED = "agreements.renegotiation.agreed"
    RENEGOTIATION_ENDED = "agreements.renegotiation.ended"
    DONE = "agreements.promise.declared_done"
    JUDGED = "agreements.promise.judged"
    KEPT = "agreements.promise.kept"
    BROKEN = "agreements.promise.broken"
    RELEASED = "agreements.promise.released"
    CONTESTED = "agreements.promise.contested"
    WITNESS_NAMED = "agreements.witness.named"
    WITNESS_CHOSEN = "agreements.witness.chosen"
    REPAIR_PROPOSED = "agreements.repair.proposed"
    CLOSED = "agreements.promise.closed"
    PROCEDURE_REGISTERED = "agreements.procedure.registered"
    PROCEDURE_ON_TRIAL = "agreements.procedure.on_trial"
    PROCEDURE_TAKEN_UP = "agreements.procedure.taken_up"
    PROCEDURE_TRIAL_OVER = "agreements.procedure.trial_over"
    PROCEDURE_BURIED = "agreements.procedure.buried"
    PROCEDURE_RESURRECTED = "agreements.procedure.resurrected"
    PROCEDURE_PROTECTED = "agreements.procedure.protected"
    PROCEDURE_NOT_PROTECTED = "agreements.procedure.not_protected"
    INTERVENED = "agreements.intervention.recorded"


# After these the figures of the day that was first agreed may be others.
SETTLING = frozenset(
    {
        Happening.KEPT,
        Happening.BROKEN,
        Happening.RELEASED,
        Happening.CONTESTED,
        Happening.RENEGOTIATED,
    }
)
