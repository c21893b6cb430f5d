"""By which words the things of a team are found."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from teams.models.team import Team


class Findable(models.Model):
    """The words of one thing of a team, or of the company where there is none.

    `kind` is a letter that the app of the thing chose, `subject_id` the thing's key. The rows are
    the database's own: triggers write them and `kring_find` reads them, see docs/adr/0010.
    """

    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=1)
    subject_id = models.BigIntegerField()
    words = SearchVectorField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_id", "team"],
                name="words_of_a_thing_stand_once",
                nulls_distinct=False,
            ),
        ]
        indexes = [
            # What was written a moment ago is found at once, and not by reading a list of it.
            GinIndex(fields=["words"], name="words_to_find_by", fastupdate=False),
        ]

    def __str__(self) -> str:
        return f"words of {self.kind} {self.subject_id}"
