"""What a manager keeps off: the clauses of the contract, and how Kring itself keeps each.

They are the same for every team, and hold whether or not somebody has signed: a clause stands here
because the program keeps it. What a signature adds is the word of the manager, and the team's eye.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy


@dataclass(frozen=True)
class Clause:
    """A promise in the words of the manager, and what makes it hold."""

    key: str
    promise: str | Promise
    kept_by: str | Promise


CLAUSES = (
    Clause(
        "process",
        gettext_lazy("I change nothing in how the team works: no stage, no rule, no list."),
        gettext_lazy(
            "What opens to a manager opens for reading. The database takes no writing from these"
            " pages, whatever a program tries; that law or safety ask for a procedure is all that"
            " a manager says about one."
        ),
    ),
    Clause(
        "work",
        gettext_lazy("I write no deal, activity or note, and hand out no work."),
        gettext_lazy(
            "There is no button for it, and no other way. The few things that a manager can write"
            " are the manager’s own: a promise, a word in a debate, that a report was read, an"
            " intervention."
        ),
    ),
    Clause(
        "people",
        gettext_lazy("I look at no figure of one person."),
        gettext_lazy(
            "Kring measures the team and nobody in it. A manager sees no owner of a deal, and has"
            " no list by one."
        ),
    ),
    Clause(
        "reviews",
        gettext_lazy("I read no review and no feedback, and ask nobody what stands in one."),
        gettext_lazy(
            "What people of a team write to each other is shown to whom it is for, and the database"
            " shows it to nobody else. A manager sees that a round was held, and of a team of six"
            " or more how many took part."
        ),
    ),
    Clause(
        "debates",
        gettext_lazy(
            "I bring something up by asking for a debate; without a signal once a month at most."
        ),
        gettext_lazy("A manager can begin no debate, and decides in none alone."),
    ),
    Clause(
        "interventions",
        gettext_lazy(
            "If law, safety, harassment or money above the frame leave me no choice, I write down"
            " what I do."
        ),
        gettext_lazy(
            "It gives no access. Everybody of the team gets a mail at once, a debate is asked for,"
            " and it stands in the log for ever."
        ),
    ),
)
