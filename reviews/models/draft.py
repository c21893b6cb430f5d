"""What somebody writes about a colleague while the round is open; deleted when it is sealed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from django.db import models
from django.utils.translation import gettext as _

from reviews.refusals import ReviewError
from teams.models import Team, User
from teams.text import paragraphs

QUESTIONS = 3
LONGEST = 500


@dataclass(frozen=True)
class Words:
    """An answer to each question, empty where nothing was said to it.

    `nothing` stands for having nothing to say about this person, which is an answer as well.
    """

    answers: tuple[str, ...] = ("",) * QUESTIONS
    nothing: bool = False

    def checked(self) -> "Words":
        """The same with every text tidied; saying something takes `nothing` back.

        Raises ReviewError for more or fewer answers than questions, and for a text too long.
        """
        if len(self.answers) != QUESTIONS:
            raise ReviewError(_("There are three questions."))
        tidy = tuple(paragraphs(text) for text in self.answers)
        if any(len(text) > LONGEST for text in tidy):
            raise ReviewError(_("An answer has five hundred characters at most."))
        return Words(tidy, self.nothing and not any(tidy))

    @property
    def is_said(self) -> bool:
        """Whether somebody has said something about this person, be it that there is nothing."""
        return self.nothing or any(self.answers)

    def packed(self) -> list[str]:
        return [*self.answers, "nothing" if self.nothing else ""]

    @classmethod
    def unpacked(cls, parts: Sequence[str]) -> Self:
        return cls(tuple(parts[:QUESTIONS]), nothing=bool(parts[QUESTIONS]))


class Draft(models.Model):
    """The words of one about another, under lock. Of when it was written nothing is kept."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    round = models.ForeignKey(
        "reviews.ReviewRound", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    about = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    locked = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "author", "about"], name="one_draft_about_each_colleague"
            ),
            models.CheckConstraint(
                condition=~models.Q(author=models.F("about")), name="nobody_reviews_themselves"
            ),
        ]

    def __str__(self) -> str:
        return f"draft in round {self.round_id}"
