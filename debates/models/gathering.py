"""Gathering: everybody writes what matters, and nobody reads what the others write."""

import random
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agreements.models import Place
from debates.happenings import Happening
from debates.models import box
from debates.models.course import Course
from debates.models.point import Brought, Point
from debates.models.seat import Seat
from debates.models.states import End, State
from debates.refusals import DebateError, StaleDebate

MOST_POINTS = 10
# Somebody has nothing to add in one of so many debates.
ONE_IN = 3


class Gathering(Course):
    """The verbs of a debate while its points are written."""

    class Meta(Course.Meta):
        abstract = True

    def bring(self, brought: Brought, *, by: Place, at: datetime) -> Point:
        """Bring a point. Raises StaleDebate once all are revealed, DebateError as checked."""
        tidy = brought.checked()
        with transaction.atomic():
            seat = self._writing_blind(by, at)
            if seat.points.count() >= MOST_POINTS:
                raise DebateError(_("Ten points are enough; choose those that matter most."))
            point = Point.objects.create(
                team_id=self.team_id, debate_id=self.pk, seat=seat, **vars(tidy)
            )
            Seat.objects.filter(pk=seat.pk).update(nothing_to_add=False)
            self._reveal_when_all_are_in(at)
        return point

    def change(self, point: Point, brought: Brought, *, by: Place, at: datetime) -> None:
        """Put one's own point in other words, while nobody else has read it. Raises as `bring`."""
        tidy = brought.checked()
        with transaction.atomic():
            seat = self._writing_blind(by, at)
            if not seat.points.filter(pk=point.pk).update(**vars(tidy)):
                raise StaleDebate(_("This point is not there any more."))

    def take_back(self, point: Point, *, by: Place, at: datetime) -> None:
        """Take one's own point back, while nobody else has read it. Raises as `change`."""
        with transaction.atomic():
            seat = self._writing_blind(by, at)
            if not seat.points.filter(pk=point.pk).delete()[0]:
                raise StaleDebate(_("This point is not there any more."))

    def add_nothing(self, *, by: Place, at: datetime) -> None:
        """Say that one has read the figures and has nothing to add: in one debate of three.

        Raises as `bring`, and DebateError for who said so lately or has brought a point.
        """
        with transaction.atomic():
            seat = self._writing_blind(by, at)
            others = Seat.objects.filter(team=self.team_id, person=by.user, debate__is_quick=False)
            before = others.filter(debate__lt=self.pk).order_by("-debate")[: ONE_IN - 1]
            after = others.filter(debate__gt=self.pk).order_by("debate")[: ONE_IN - 1]
            if any(one.nothing_to_add for one in (*before, *after)):
                raise DebateError(
                    _("You had nothing to add a short while ago. This time bring a point.")
                )
            if seat.points.exists():
                raise DebateError(_("You have brought a point already."))
            Seat.objects.filter(pk=seat.pk).update(nothing_to_add=True)
            self._reveal_when_all_are_in(at)

    def _writing_blind(self, by: Place, at: datetime) -> Seat:
        return self._in_state(by, at, State.GATHERING)

    def _reveal_when_all_are_in(self, at: datetime) -> None:
        asked = self.roster.asked()
        if asked.did_their_part().count() == asked.count() and asked.have_gathered():
            self._reveal(at)

    def _reveal(self, at: datetime) -> None:
        """Show all points at once, in an order that tells nothing."""
        points = list(Point.objects.filter(debate=self.pk))
        random.SystemRandom().shuffle(points)
        for place, point in enumerate(points, start=1):
            point.place = place
        Point.objects.bulk_update(points, ["place"])
        self._write_down_who_took_part(at)
        self._become(State.CHALLENGING)
        self.tell(Happening.REVEALED, by=None, at=at, points=len(points))

    def _write_down_who_took_part(self, at: datetime) -> None:
        self.roster.write_down_who_took_part()
        self._write(gathered_at=at)

    def _end_gathering(self, at: datetime) -> None:
        if self.roster.have_gathered():
            self._reveal(at)
        elif self.is_extended:
            self._write_down_who_took_part(at)
            self._finish(State.LAPSED, End.NOT_GATHERED, at=at)
        else:
            self._extend(at)

    def _extend(self, at: datetime) -> None:
        later = self._box.later(self.team, box.EXTENSION)
        self._write(is_extended=True, **vars(later))
        self._arm_all()
        self.tell(Happening.EXTENDED, by=None, at=at, until=later.gather_until.isoformat())
