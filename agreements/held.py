"""What agreements hold of a person: what they promised, said and judged, in their own words."""

from django.utils.translation import gettext_lazy as _

from agreements.models import (
    AgreementVersion,
    Answer,
    Contest,
    Intervention,
    Judgement,
    Occurrence,
    Party,
)
from teams.recorded import Entry, Sees, Topic, register

AGREEMENTS = Topic(60, _("Agreements"))
OURS = [Sees.PERSON, Sees.TEAM, Sees.MANAGERS]
PARTIES = _("A manager reads only the agreements to which they are a party.")
WITH_THE_TEAM = _("As long as the team is there.")
NEVER_CHANGED = _("For good: what stands there is never changed.")

register(
    Entry(
        Party,
        AGREEMENTS,
        _("Agreements of yours"),
        _("To which agreements you are a party, and whether you promise or are promised."),
        OURS,
        NEVER_CHANGED,
        ["team__name", "agreement_id", "side"],
        besides=PARTIES,
        is_stand_in=True,
    ),
    Entry(
        AgreementVersion,
        AGREEMENTS,
        _("Words of agreements"),
        _("The words of an agreement that you put on the table, and when."),
        OURS,
        NEVER_CHANGED,
        ["team__name", "agreement_id", "number", "when", "then", "how_seen", "due_on", "at"],
        besides=PARTIES,
    ),
    Entry(
        Answer,
        AGREEMENTS,
        _("Your answers"),
        _("That you accepted or declined these words, when, and why."),
        OURS,
        NEVER_CHANGED,
        ["team__name", "agreement_id", "number", "says", "why", "at"],
        besides=PARTIES,
    ),
    Entry(
        Occurrence,
        AGREEMENTS,
        _("What you said is done"),
        _("That you said of a promise that it is done, and on which day."),
        OURS,
        WITH_THE_TEAM,
        ["team__name", "agreement_id", "number", "due_on", "done_on", "state"],
        besides=PARTIES,
    ),
    Entry(
        Judgement,
        AGREEMENTS,
        _("Your judgements"),
        _("That you judged whether a promise to you was kept, when, and in which words."),
        OURS,
        NEVER_CHANGED,
        ["team__name", "agreement_id", "verdict", "words", "at"],
        besides=PARTIES,
    ),
    Entry(
        Contest,
        AGREEMENTS,
        _("Contested judgements"),
        _(
            "That you contested a judgement, in which words; and that you were named as a witness,"
            " and what you decided."
        ),
        OURS,
        WITH_THE_TEAM,
        ["team__name", "agreement_id", "at", "verdict", "decided_at"],
        besides=PARTIES,
        own={"party__person": ["words"], "named_by_promisor": ["verdict_words"]},
    ),
    Entry(
        Intervention,
        AGREEMENTS,
        _("When you had to act all the same"),
        _("That you acted as a manager in what is the team’s, the reason and your words."),
        OURS,
        NEVER_CHANGED,
        ["team__name", "reason", "words", "at"],
    ),
)
