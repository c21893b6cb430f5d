"""What debates hold of a person: what they brought, said and weighed.

A copy tells them their own points while those are hidden, and nobody else's.
"""

from django.utils.translation import gettext_lazy as _

from debates.models import (
    Argument,
    Debate,
    Doer,
    Point,
    ProposalVersion,
    Reply,
    Response,
    Seat,
    Weight,
)
from teams.recorded import Entry, Sees, Topic, register

DEBATES = Topic(70, _("Debates"))
ALL_OF_US = [Sees.PERSON, Sees.TEAM, Sees.MANAGERS]
WITH_THE_TEAM = _("As long as the team is there.")
NEVER_CHANGED = _("For good: what stands there is never changed.")
ONCE_REVEALED = _("You alone until the points of all are shown at once.")
OF_A_DEBATE = ["team__name", "debate_id"]

register(
    Entry(
        Debate,
        DEBATES,
        _("Debates that you asked for"),
        _("That you asked for a debate, when, and your question."),
        ALL_OF_US,
        WITH_THE_TEAM,
        ["team__name", "id", "kpi", "question", "asked_at"],
    ),
    Entry(
        Seat,
        DEBATES,
        _("Your seat in a debate"),
        _(
            "In which debates you are asked, whether you brought something or had nothing to add,"
            " and why nothing was asked of you."
        ),
        ALL_OF_US,
        WITH_THE_TEAM,
        [*OF_A_DEBATE, "side", "nothing_to_add", "excused_why", "took_part"],
        besides=_("While points are written all see how many have done their part, and not who."),
        is_stand_in=True,
    ),
    Entry(
        Point,
        DEBATES,
        _("Your points"),
        _("What you brought to a debate, and what it rests on."),
        ALL_OF_US,
        WITH_THE_TEAM,
        [*OF_A_DEBATE, "text", "deals", "words"],
        besides=ONCE_REVEALED,
    ),
    Entry(
        Reply,
        DEBATES,
        _("Your answer to the card"),
        _("What you answered to the card that asks for another way of looking."),
        ALL_OF_US,
        WITH_THE_TEAM,
        [*OF_A_DEBATE, "text"],
    ),
    Entry(
        Argument,
        DEBATES,
        _("Your arguments"),
        _("What you said for a point or against it, and when."),
        ALL_OF_US,
        NEVER_CHANGED,
        [*OF_A_DEBATE, "speaks", "text", "at"],
    ),
    Entry(
        Weight,
        DEBATES,
        _("Your weights"),
        _("How much a point matters to you."),
        [Sees.PERSON],
        WITH_THE_TEAM,
        [*OF_A_DEBATE, "point_id", "value"],
        besides=_("The others see the mean of all weights, and no single one."),
    ),
    Entry(
        ProposalVersion,
        DEBATES,
        _("Your proposals"),
        _("What you proposed, in which words, and when."),
        ALL_OF_US,
        NEVER_CHANGED,
        [*OF_A_DEBATE, "number", "when", "then", "how_seen", "due_on", "at"],
    ),
    Entry(
        Doer,
        DEBATES,
        _("What you were proposed for"),
        _("That somebody proposed you as who would do something."),
        ALL_OF_US,
        NEVER_CHANGED,
        [*OF_A_DEBATE, "version_id"],
    ),
    Entry(
        Response,
        DEBATES,
        _("Your answers to proposals"),
        _("That you consented or objected, when, and in which words."),
        ALL_OF_US,
        WITH_THE_TEAM,
        [*OF_A_DEBATE, "version_id", "says", "concern", "harm", "remedy", "clause", "at"],
    ),
)
