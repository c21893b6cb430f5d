"""Challenging: what speaks for each point and against it, and how much it matters."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agreements.models import Place
from debates.models.course import Course
from debates.models.point import HEAVIEST, LONGEST_TEXT, Argument, Point, Reply, Speaks, Weight
from debates.models.states import State
from debates.refusals import DebateError
from teams.text import one_line


class Challenging(Course):
    """The verbs of a debate while its points are challenged and weighed."""

    class Meta(Course.Meta):
        abstract = True

    def argue(
        self, point: Point, speaks: Speaks, text: str, *, by: Place, at: datetime
    ) -> Argument:
        """Say what speaks for a point, or against it. Raises StaleDebate before and after."""
        text = one_line(text)[:LONGEST_TEXT]
        if not text:
            raise DebateError(_("Say what speaks for it, or against it."))
        with transaction.atomic():
            seat = self._in_state(by, at, State.CHALLENGING)
            return Argument.objects.create(
                team_id=self.team_id,
                debate_id=self.pk,
                point=Point.objects.get(debate=self.pk, pk=point.pk),
                seat=seat,
                speaks=speaks,
                text=text,
                at=at,
            )

    def reply(self, text: str, *, by: Place, at: datetime) -> None:
        """Answer the card of this debate; the last answer counts. Raises as `argue`."""
        text = one_line(text)[:LONGEST_TEXT]
        if not text:
            raise DebateError(_("Answer the card in a sentence."))
        with transaction.atomic():
            seat = self._in_state(by, at, State.CHALLENGING)
            Reply.objects.update_or_create(
                seat=seat,
                defaults={"team_id": self.team_id, "debate_id": self.pk, "text": text},
            )

    def weigh(self, weights: dict[int, int], *, by: Place, at: datetime) -> None:
        """Say how much each of these points matters, 0 to 4, by the key of the point.

        The last word counts. Raises as `argue`, and DebateError for a weight out of reach.
        """
        if not all(0 <= value <= HEAVIEST for value in weights.values()):
            raise DebateError(_("A point weighs between nothing and four."))
        with transaction.atomic():
            seat = self._in_state(by, at, State.CHALLENGING)
            ours = Point.objects.filter(debate=self.pk, pk__in=weights).values_list("pk", flat=True)
            Weight.objects.bulk_create(
                (
                    Weight(
                        team_id=self.team_id,
                        debate_id=self.pk,
                        point_id=pk,
                        seat=seat,
                        value=weights[pk],
                    )
                    for pk in sorted(ours)
                ),
                update_conflicts=True,
                unique_fields=["point", "seat"],
                update_fields=["value"],
            )
