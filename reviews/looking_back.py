"""Looking back, as somebody sees it: the evaluations of a team, and one with its figures."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils.translation import gettext as _

from agreements.models import Agreement, Place
from agreements.sight import Sight, Standing
from dashboards import writing
from dashboards.reading import Reading, read
from reviews.models import Evaluation, FollowUp, Question, Reflection, Stage
from reviews.models.evaluations import EvaluationQuerySet
from teams.models import Membership
from teams.paging import Page, page_of

# What says in which colour a stage stands; it always stands in words too.
COLOURS = {Stage.ASKED: "", Stage.OPEN: "good", Stage.CONCLUDED: "won"}


@dataclass(frozen=True)
class Look:
    """An evaluation as `place` sees it on this day: a member all of it, a manager what is shown."""

    evaluation: Evaluation
    place: Place
    day: date

    @property
    def month_name(self) -> str:
        return writing.period_name(self.evaluation.month)

    @property
    def is_member(self) -> bool:
        return isinstance(self.place, Membership)

    @property
    def leads(self) -> bool:
        """Whether whoever reads leads it."""
        return self.evaluation.led_by_id == self.place.user_id

    @property
    def is_late(self) -> bool:
        """Whether it is not concluded, and its last day is over."""
        return self.evaluation.stage != Stage.CONCLUDED and self.day > self.evaluation.due_on

    @property
    def was_missed(self) -> bool:
        """Whether nobody began it in time; they can do so still."""
        return self.evaluation.stage == Stage.ASKED and self.is_late

    @property
    def standing(self) -> Standing:
        if self.was_missed:
            return Standing(_("Not held in time"), "", "")
        stage = Stage(self.evaluation.stage)
        return Standing(str(stage.label), COLOURS[stage], "")

    @cached_property
    def reflections(self) -> list[Reflection]:
        """What was said, in the order of the questions; a manager reads what was published."""
        found = self.evaluation.reflections.all()
        if not self.is_member:
            found = found.published()
        order = list(Question)
        return sorted(found, key=lambda one: order.index(Question(one.question)))

    @cached_property
    def follow_ups(self) -> list[Sight]:
        """The agreements that follow from it; the team alone reads them."""
        if not self.is_member:
            return []
        found = Agreement.objects.filter(follows_from__evaluation=self.evaluation)
        agreements = found.with_everything().order_by("follows_from__number")
        return [Sight(agreement, self.place, self.day) for agreement in agreements]

    @cached_property
    def count(self) -> int:
        """How many agreements follow from it."""
        if self.is_member:
            return len(self.follow_ups)
        return FollowUp.objects.filter(evaluation=self.evaluation).count()

    @cached_property
    def figures(self) -> Reading | None:
        """The figures of the month as they were published."""
        month = self.evaluation.month
        reports = self.evaluation.team.reports.of(month.kind)
        report = reports.filter(start_on=month.first_day).first()
        return read(report) if report else None


def shelf(place: Place, day: date, page: str | None) -> Page:
    """A page of the evaluations that somebody may read, the newest first."""
    rows = page_of(readable(place).newest_first(), page)
    return Page(rows.number, [Look(one, place, day) for one in rows.rows], rows.has_more)


def readable(place: Place) -> EvaluationQuerySet:
    """What somebody may read of their team; each knows its team, and who leads it."""
    member = place if isinstance(place, Membership) else None
    found = Evaluation.objects.filter(team=place.team_id).visible_to(member)
    return found.select_related("team", "led_by")
