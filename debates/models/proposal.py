"""What is proposed in a debate, in which words, and what everybody says to it."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.models import Cadence, Terms, clocks
from agreements.models.terms import LONGEST
from agreements.refusals import AgreementError
from dashboards.periods import Period, PeriodKind
from dashboards.verdict import FEWEST_AFTER
from dashboards.xmr import Side as Way
from debates.models import box
from debates.models.packed import packed
from debates.models.seat import Seat
from debates.refusals import DebateError
from teams.models import Team, User
from teams.text import one_line

if TYPE_CHECKING:
    from debates.models.course import Course

DIGITS, PLACES = 16, 4
MOST_PROPOSALS = 3


class Direction(models.TextChoices):
    """Which way the figure shall go."""

    UP = Way.UP.value, gettext_lazy("up")
    DOWN = Way.DOWN.value, gettext_lazy("down")


@dataclass(frozen=True)
class Offer:
    """What somebody proposes: the promise, who makes it, and what it shall do to the figure.

    `doers` is who promises; nobody named is the whole team, each to all. `smallest` is the
    smallest effect that is worth having, in the unit of the figure, a share from 0 to 1. On
    `review_on` the figure says what became of it.
    """

    terms: Terms
    doers: Collection[User]
    direction: Direction
    smallest: Decimal
    review_on: date

    def checked(self, debate: "Course", day: date) -> "Offer":
        """The same, tidy. Raises DebateError for what says too little or has no fitting day."""
        try:
            tidy = replace(self, terms=self.terms.checked(day))
        except AgreementError as refusal:
            raise DebateError(str(refusal)) from None
        here = {seat.person_id for seat in debate.roster.asked()}
        if {person.pk for person in self.doers} - here:
            raise DebateError(_("Who promises something takes part in the debate."))
        assert debate.ends_on is not None
        if tidy.terms.due_on <= debate.ends_on:
            raise DebateError(_("Promise it for a day after the debate."))
        if self.smallest <= 0:
            raise DebateError(_("Say how large an effect is worth having."))
        if not debate.ends_on < self.review_on <= day + timedelta(days=box.LONGEST_REVIEW):
            raise DebateError(_("Look at the figure again after the debate, within ninety days."))
        return tidy


class Proposal(models.Model):
    """Something that may be agreed at the end of a debate; `latest` numbers the words that count.

    `is_decided` says that it became an agreement.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    debate = models.ForeignKey(
        "debates.Debate", on_delete=models.PROTECT, related_name="proposals", db_index=False
    )
    number = models.PositiveSmallIntegerField()
    latest = models.PositiveSmallIntegerField(default=1)
    is_decided = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["debate", "number"], name="proposals_of_a_debate_are_numbered"
            ),
            models.CheckConstraint(
                condition=models.Q(number__range=(1, MOST_PROPOSALS)),
                name="a_debate_has_three_proposals_at_most",
            ),
        ]

    def __str__(self) -> str:
        return f"proposal {self.number} of debate {self.debate_id}"


class ProposalVersionQuerySet(models.QuerySet["ProposalVersion"]):
    def latest_words(self) -> Self:
        """The words that count of each proposal."""
        return self.filter(number=models.F("proposal__latest")).order_by("proposal__number")

    def with_what_was_said(self) -> Self:
        """With who promises it, in `promised_by`, and what everybody says to it, in `said`."""
        version = models.OuterRef("pk")
        doers = Doer.objects.filter(version=version).order_by("pk")
        responses = Response.objects.filter(version=version)
        return self.annotate(
            promised_by=ArraySubquery(doers.values("person_id")),
            said=packed(responses.order_by("seat__person__name", "pk")),
        )


class ProposalVersion(models.Model):
    """The words of a proposal, written once; other words are the next version.

    `is_everybody` says that the whole team promises it; else `doers` do.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    debate = models.ForeignKey(
        "debates.Debate", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    proposal = models.ForeignKey(
        Proposal, on_delete=models.PROTECT, related_name="versions", db_index=False
    )
    number = models.PositiveSmallIntegerField()
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    when = models.CharField(max_length=LONGEST, blank=True)
    then = models.CharField(max_length=LONGEST)
    how_seen = models.CharField(max_length=LONGEST)
    due_on = models.DateField()
    every = models.CharField(max_length=9, choices=Cadence, blank=True, default=Cadence.ONCE)
    ends_on = models.DateField(null=True)
    is_everybody = models.BooleanField()
    direction = models.CharField(max_length=4, choices=Direction)
    smallest = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES)
    review_on = models.DateField()
    at = models.DateTimeField()

    # Known of words that were asked for `with_what_was_said`: keys of people, and responses.
    promised_by: list[int]
    said: list[dict[str, Any]]

    objects = ProposalVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "number"], name="words_of_a_proposal_are_numbered"
            ),
            models.CheckConstraint(
                condition=~models.Q(then="") & ~models.Q(how_seen=""),
                name="a_proposal_says_what_and_how_it_is_seen",
            ),
            models.CheckConstraint(
                condition=models.Q(smallest__gt=0), name="a_proposal_wants_an_effect"
            ),
            models.CheckConstraint(
                condition=models.Q(direction__in=Direction.values), name="a_proposal_has_a_way"
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number} of proposal {self.proposal_id}"

    @classmethod
    def write(
        cls, proposal: Proposal, offer: Offer, *, seat: Seat, day: date, at: datetime
    ) -> "ProposalVersion":
        """Write these words down as the latest. Raises DebateError as `Offer.checked`."""
        tidy = offer.checked(proposal.debate, day)
        version = cls.objects.create(
            team_id=proposal.team_id,
            debate_id=proposal.debate_id,
            proposal=proposal,
            number=proposal.latest,
            seat=seat,
            when=tidy.terms.when,
            then=tidy.terms.then,
            how_seen=tidy.terms.how_seen,
            due_on=tidy.terms.due_on,
            every=tidy.terms.every,
            ends_on=tidy.terms.ends_on,
            is_everybody=not tidy.doers,
            direction=tidy.direction,
            smallest=tidy.smallest,
            review_on=tidy.review_on,
            at=at,
        )
        Doer.objects.bulk_create(
            Doer(
                team_id=proposal.team_id,
                debate_id=proposal.debate_id,
                version=version,
                person=person,
            )
            for person in tidy.doers
        )
        return version

    @property
    def terms(self) -> Terms:
        every = Cadence(self.every)
        return Terms(self.when, self.then, self.how_seen, self.due_on, every, self.ends_on)

    @property
    def wanted(self) -> Way:
        return Way(self.direction)

    def promised(self, *, until: date | None, not_before: date) -> Terms:
        """What is agreed in the end; of a trial, until this day at the latest."""
        due_on = max(min(self.due_on, until or self.due_on), not_before)
        ends_on = self.ends_on and max(due_on, min(self.ends_on, until or self.ends_on))
        return replace(self.terms, due_on=due_on, ends_on=ends_on)

    def reviewed_on(self, *, until: date | None) -> date:
        return min(self.review_on, until or self.review_on)


class Doer(models.Model):
    """Somebody who would promise what is proposed, written once."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    debate = models.ForeignKey(
        "debates.Debate", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    version = models.ForeignKey(
        ProposalVersion, on_delete=models.PROTECT, related_name="doers", db_index=False
    )
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "person"], name="somebody_promises_something_once"
            ),
        ]

    def __str__(self) -> str:
        return f"doer {self.pk} of version {self.version_id}"


class Says(models.TextChoices):
    CONSENTS = "consents", gettext_lazy("consents")
    OBJECTS = "objects", gettext_lazy("objects")


@dataclass(frozen=True)
class Objection:
    """The four answers of somebody who objects, and of the management the clause of the frame.

    `is_new`: it comes with this proposal, and would not be there without it. `is_certain`: it is
    certain, or could not be put right by the day of the review. `touches_law`: it is about the
    law or somebody's safety, so nothing is tried against it.
    """

    harm: str
    is_new: bool
    is_certain: bool
    remedy: str
    touches_law: bool = False
    clause: str = ""

    def checked(self, seat: Seat) -> "Objection":
        """The same, tidy. Raises DebateError where an answer is missing."""
        tidy = replace(
            self,
            harm=one_line(self.harm)[:LONGEST],
            remedy=one_line(self.remedy)[:LONGEST],
            clause=one_line(self.clause)[:LONGEST],
        )
        if not tidy.harm:
            raise DebateError(_("Say what harm it would do."))
        if not tidy.remedy:
            raise DebateError(_("Say what would take your objection away."))
        if not seat.is_of_management:
            return replace(tidy, clause="")
        if not tidy.clause:
            raise DebateError(_("Name what of the frame it would break: law, budget or brand."))
        return tidy


class ResponseQuerySet(models.QuerySet["Response"]):
    def open_objections(self) -> Self:
        return self.filter(says=Says.OBJECTS, withdrawn_at=None)

    def of_those_asked(self) -> Self:
        return self.filter(seat__excused_why="")


class Response(models.Model):
    """What somebody said to one version; silence is no row, and never consent.

    `concern` is what somebody who consents wants to be looked at in the end. An objection that
    was `withdrawn_at` some moment is consent since then.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    debate = models.ForeignKey(
        "debates.Debate", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    version = models.ForeignKey(
        ProposalVersion, on_delete=models.PROTECT, related_name="responses", db_index=False
    )
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="responses")
    says = models.CharField(max_length=8, choices=Says)
    concern = models.CharField(max_length=LONGEST, blank=True, default="")
    harm = models.CharField(max_length=LONGEST, blank=True, default="")
    is_new = models.BooleanField(null=True)
    is_certain = models.BooleanField(null=True)
    remedy = models.CharField(max_length=LONGEST, blank=True, default="")
    touches_law = models.BooleanField(default=False)
    clause = models.CharField(max_length=LONGEST, blank=True, default="")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "seat"], name="somebody_answers_a_proposal_once"
            ),
            models.CheckConstraint(
                condition=models.Q(says=Says.CONSENTS, harm="", remedy="", clause="")
                | models.Q(
                    ~models.Q(harm=""),
                    ~models.Q(remedy=""),
                    says=Says.OBJECTS,
                    is_new__isnull=False,
                    is_certain__isnull=False,
                ),
                name="an_objection_answers_four_questions",
            ),
            models.CheckConstraint(
                condition=models.Q(says=Says.OBJECTS) | models.Q(withdrawn_at=None),
                name="an_objection_can_be_withdrawn",
            ),
        ]

    def __str__(self) -> str:
        return f"response {self.pk} to version {self.version_id}"

    @property
    def is_open_objection(self) -> bool:
        return self.says == Says.OBJECTS and self.withdrawn_at is None

    @property
    def is_plain(self) -> bool:
        """Whether it is consent and no more."""
        return self.says == Says.CONSENTS and not self.concern

    @property
    def bars_a_trial(self) -> bool:
        """Whether nothing may be tried against it: law, safety, or the frame."""
        return self.is_open_objection and (self.touches_law or bool(self.clause))


def last_day_of_trial(team: Team, at: datetime) -> date:
    """The day on which what is only tried is over: after as many whole weeks as can tell."""
    week = Period.containing(PeriodKind.WEEK, clocks.today(team, at))
    return week.last_day + timedelta(weeks=FEWEST_AFTER)
