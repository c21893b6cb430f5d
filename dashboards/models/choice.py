"""Which figures the team steers by: chosen by itself, with a reason, and kept as it was chosen."""

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.db import models, transaction
from django.utils.translation import gettext as _

from dashboards.figures import Kpi
from dashboards.happenings import Happening
from teams.models import LogEntry, Membership, Team
from teams.refusals import Refusal, Stale
from teams.text import one_line

LONGEST_REASON = 300


class ChoiceError(Refusal):
    """The choice cannot be made; the message is fit to show the person who asked."""


class StaleChoice(ChoiceError, Stale):  # noqa: N818
    """Somebody of the team chose first; nothing was written."""


class FigureChoiceQuerySet(models.QuerySet["FigureChoice"]):
    def newest_first(self) -> Self:
        return self.order_by("-number")

    def choose(
        self, which: Iterable[Kpi], *, reason: str, seen: int, by: Membership, at: datetime
    ) -> "FigureChoice | None":
        """Steer by these figures from now on.

        `seen` is the number of the choice that the person had on screen, 0 for none. What is
        chosen already is no change, and gives None. Raises StaleChoice when somebody was faster,
        ChoiceError without a reason, for no figure at all and for one that is read in its parts.
        """
        wanted, team = list(which), by.team
        if not wanted:
            raise ChoiceError(_("Choose one figure at least."))
        if any(kpi.is_detail for kpi in wanted):
            raise ChoiceError(_("This figure is read in its parts; choose another one."))
        if not (reason := one_line(reason)[:LONGEST_REASON]):
            raise ChoiceError(_("Say why in a few words."))
        slugs = sorted({kpi.slug for kpi in wanted})
        with transaction.atomic():
            # Whoever chooses for the team waits here for the one before them.
            Team.objects.select_for_update(no_key=True).get(pk=team.pk)
            last = team.figure_choices.newest_first().first()
            if (last.number if last else 0) != seen:
                raise StaleChoice(_("Someone chose other figures a moment ago."))
            if last and last.kpis == slugs:
                return None
            new = self.create(team=team, number=seen + 1, since_at=at, kpis=slugs, reason=reason)
            LogEntry.record(Happening.FIGURES_CHOSEN, new, by=by, at=at, team=team, many=len(slugs))
        return new


class FigureChoice(models.Model):
    """The figures that the team steers by, since some moment: the slugs of KPIs, in their order.

    Written once, and followed by the next. Before the first the team steers by all of them. Who
    chose stands in the logbook; this table points to no person.
    """

    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, related_name="figure_choices", db_index=False
    )
    number = models.PositiveIntegerField()
    since_at = models.DateTimeField()
    kpis = models.JSONField()
    reason = models.CharField(max_length=LONGEST_REASON)

    objects = FigureChoiceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "number"], name="choices_are_numbered"),
            models.CheckConstraint(
                condition=models.Q(number__gte=1), name="choices_are_numbered_from_one"
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="a_choice_has_a_reason"),
            models.CheckConstraint(condition=~models.Q(kpis=[]), name="a_choice_is_of_something"),
        ]

    def __str__(self) -> str:
        return f"choice {self.number} of team {self.team_id}"
