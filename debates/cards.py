"""Cards that ask for another way of looking: one is drawn for each debate."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

CARDS: dict[str, Promise] = {
    "opposite": gettext_lazy(
        "Suppose we wanted this figure to get worse. What would we do, and do we do it already?"
    ),
    "customer": gettext_lazy(
        "Your last customer sits at this table. What do they say that nobody has said yet?"
    ),
    "nothing": gettext_lazy("We do nothing for three months. What happens, honestly?"),
    "newcomer": gettext_lazy(
        "Somebody begins here today. Which of the things that we find normal makes them wonder?"
    ),
    "half": gettext_lazy("We have half the time for this from tomorrow on. What do we drop first?"),
    "burial": gettext_lazy("Which procedure would we have to bury so that this solves itself?"),
    "neighbour": gettext_lazy(
        "Another trade solved this long ago: a hospital, a kitchen, an airport. How?"
    ),
    "reversal": gettext_lazy(
        "Turn cause and effect around. What if what we take for the cause is what follows from it?"
    ),
    "smallest": gettext_lazy(
        "What could each of us do differently tomorrow, without asking anybody?"
    ),
    "praise": gettext_lazy(
        "It is a year from now, and it worked. What is told about how it began?"
    ),
    "failure": gettext_lazy(
        "It is a year from now, and it failed. What did everybody know and nobody say?"
    ),
    "chance": gettext_lazy(
        "Suppose the figure moved by chance alone. What would we regret having changed?"
    ),
}


def drawn(number: int) -> str:
    """The card of the debate of this number; those that follow each other get others."""
    return list(CARDS)[number % len(CARDS)]


def text_of(card: str) -> str:
    """What the card asks; "" for none, or for one that is not in the game any more."""
    return str(CARDS.get(card, ""))
