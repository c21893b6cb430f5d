"""What a team says when it looks back: six questions, and its words to each."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy

from teams.models import Team

LONGEST_REFLECTION = 2_000


@dataclass(frozen=True)
class Said:
    """An answer as somebody typed it, and the version that they saw."""

    text: str
    version: int


class Question(models.TextChoices):
    """What a team asks itself, in this order: an after-action review with figures in it."""

    WANTED = "wanted", gettext_lazy("What did we want of this month?")
    HAPPENED = "happened", gettext_lazy("What happened, as our figures tell it?")
    HELPED = "helped", gettext_lazy("What went well, and what made it go well?")
    HINDERED = (
        "hindered",
        gettext_lazy("What did not go well, and what in our process made it so?"),
    )
    LEARNED = "learned", gettext_lazy("What do we know now that we did not know before?")
    CHANGES = (
        "changes",
        gettext_lazy("What do we do otherwise from now on, and what do we stop?"),
    )


class ReflectionQuerySet(models.QuerySet["Reflection"]):
    def said(self) -> "ReflectionQuerySet":
        """Without those to which nothing is written."""
        return self.exclude(text="")

    def published(self) -> "ReflectionQuerySet":
        """Those that the team shows to whoever reads along."""
        return self.filter(is_published=True)


class Reflection(models.Model):
    """The words of a team to one question. Who typed them is kept nowhere.

    `version` counts the changes, so that nobody overwrites what they never saw.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    evaluation = models.ForeignKey(
        "reviews.Evaluation",
        on_delete=models.PROTECT,
        related_name="reflections",
        db_index=False,
    )
    question = models.CharField(max_length=8, choices=Question)
    text = models.TextField(max_length=LONGEST_REFLECTION, blank=True)
    version = models.PositiveIntegerField(default=0)
    is_published = models.BooleanField(default=False)

    objects = ReflectionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation", "question"], name="a_question_is_answered_once"
            ),
            models.CheckConstraint(
                condition=models.Q(is_published=False) | ~models.Q(text=""),
                name="only_what_was_said_is_published",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question} of evaluation {self.evaluation_id}"
