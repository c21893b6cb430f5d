"""The three questions of a round: as they are asked, and as either side reads them afterwards."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy

from reviews.models.states import Mode

ASKED: Sequence[Any] = (
    gettext_lazy("What does %(name)s do that helps the customer?"),
    gettext_lazy("What would you ask %(name)s?"),
    gettext_lazy("One agreement you want with %(name)s:"),
)
ASKED_FOR_GOOD: Sequence[Any] = (
    gettext_lazy("What does %(name)s do that helps the customer?"),
    gettext_lazy("What did %(name)s do lately that you were glad of?"),
    gettext_lazy("What do you hope that %(name)s goes on doing?"),
)
READ: Sequence[Any] = (
    gettext_lazy("What you do that helps the customer"),
    gettext_lazy("What they would ask you"),
    gettext_lazy("One agreement they want with you"),
)
READ_FOR_GOOD: Sequence[Any] = (
    gettext_lazy("What you do that helps the customer"),
    gettext_lazy("What they were glad of lately"),
    gettext_lazy("What they hope you go on doing"),
)
GIVEN: Sequence[Any] = (
    gettext_lazy("What they do that helps the customer"),
    gettext_lazy("What you would ask them"),
    gettext_lazy("One agreement you want with them"),
)
GIVEN_FOR_GOOD: Sequence[Any] = (
    gettext_lazy("What they do that helps the customer"),
    gettext_lazy("What you were glad of lately"),
    gettext_lazy("What you hope they go on doing"),
)


def asked(mode: str, name: str) -> list[str]:
    """The questions, about the person of this name."""
    questions = ASKED_FOR_GOOD if mode == Mode.APPRECIATION else ASKED
    return [str(question) % {"name": name} for question in questions]


def read(mode: str) -> list[str]:
    """The same for whom they were about."""
    return [str(question) for question in (READ_FOR_GOOD if mode == Mode.APPRECIATION else READ)]


def given(mode: str) -> list[str]:
    """The same for who signed what they wrote."""
    return [str(question) for question in (GIVEN_FOR_GOOD if mode == Mode.APPRECIATION else GIVEN)]
