"""What was written to somebody, as it is shown when a round is over."""

import uuid

from django.db import models

from reviews.models.draft import LONGEST, QUESTIONS
from reviews.models.states import Mode
from teams.models import Team, User


class Answer(models.Model):
    """One text to one person, for one of the questions.

    In a sealed round it has no author, and nothing here tells of one: its key is random, all rows
    of a round are written by one statement in random order, and no time is kept. `mode` is the
    round's, so that the database itself refuses an author where there shall be none.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    round = models.ForeignKey(
        "reviews.ReviewRound", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    mode = models.CharField(max_length=12, choices=Mode)
    about = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    question = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=LONGEST)
    author = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(mode=Mode.SEALED, author=None)
                | models.Q(~models.Q(mode=Mode.SEALED), author__isnull=False),
                name="what_is_sealed_has_no_author",
            ),
            models.CheckConstraint(
                condition=models.Q(author=None) | ~models.Q(author=models.F("about")),
                name="nobody_answers_about_themselves",
            ),
            models.CheckConstraint(
                condition=models.Q(question__range=(1, QUESTIONS)),
                name="an_answer_is_to_one_of_the_questions",
            ),
            models.CheckConstraint(
                condition=~models.Q(text=""), name="an_answer_to_somebody_says_something"
            ),
        ]
        indexes = [models.Index(fields=["round", "about"], name="answers_to_somebody")]

    def __str__(self) -> str:
        return f"answer in round {self.round_id}"
