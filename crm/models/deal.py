"""Deals: one object from the first request to the outcome."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Self, cast

from django.contrib.auth.models import AnonymousUser
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.happenings import Happening
from crm.models.customer import Contact, Organization, Product
from crm.models.pipeline import Category, Pipeline, Stage
from crm.models.visit import Precision, StageVisit
from teams.models import LogEntry, Membership, Team, User
from teams.refusals import Refusal

# Room between two neighbours on the board; halving it twenty times is enough for any afternoon.
GAP = 2**20

ONE_DAY = timedelta(days=1)


class DealError(Refusal):
    """The deal refuses; the message is fit to show the person who asked."""


class StaleDeal(DealError):  # noqa: N818
    """Somebody else was faster; nothing changed."""


class DealNumbering(models.Model):
    """The last number that a team gave to a deal."""

    team = models.OneToOneField(Team, on_delete=models.CASCADE, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    @classmethod
    def next_for(cls, team: Team, *, count: int = 1) -> int:
        """Reserve this many numbers and return the first of them."""
        cls.objects.get_or_create(team=team)
        cls.objects.filter(team=team).update(last=models.F("last") + count)
        return cls.objects.get(team=team).last - count + 1


class DealQuerySet(models.QuerySet["Deal"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(team__in=Team.objects.read_by(user))

    def open(self) -> Self:
        return self.filter(outcome=Deal.Outcome.OPEN)

    def closed(self) -> Self:
        return self.exclude(outcome=Deal.Outcome.OPEN)

    def on_board(self, pipeline: Pipeline, *, won_since: datetime) -> Self:
        """The cards of a board: everything open, and what was won lately."""
        return self.filter(
            models.Q(outcome=Deal.Outcome.OPEN)
            | models.Q(outcome=Deal.Outcome.WON, closed_at__gte=won_since),
            pipeline=pipeline,
        ).order_by("board_rank", "pk")

    def without_step(self) -> Self:
        return self.filter(next_step="")

    def waiting_long(self, at: datetime) -> Self:
        """Open deals that stand in their stage longer than 85 of 100 did before them."""
        return self.open().filter(
            stage__usual_days__isnull=False,
            entered_stage_at__lt=at
            - models.ExpressionWrapper(
                models.F("stage__usual_days") * models.Value(ONE_DAY),
                output_field=models.DurationField(),
            ),
        )

    def add(
        self,
        pipeline: Pipeline,
        title: str,
        *,
        by: Membership,
        at: datetime,
        stage: Stage | None = None,
        organization: Organization | None = None,
        contact: Contact | None = None,
        owner: User | None = None,
        amount: Decimal | None = None,
        source: str = "",
    ) -> "Deal":
        """Begin a deal at the top of a stage, the first one unless another is given.

        Raises DealError for an empty title or a stage in which no deal can begin.
        """
        stage = stage or pipeline.first_stage()
        if not title.strip():
            raise DealError(_("Say in a few words what the customer asks for."))
        if stage.pipeline_id != pipeline.pk or not stage.is_open:
            raise DealError(_("A deal begins in a stage that is open."))
        with transaction.atomic():
            deal = self.create(
                team=pipeline.team,
                pipeline=pipeline,
                stage=stage,
                number=DealNumbering.next_for(pipeline.team),
                title=title.strip(),
                organization=organization,
                contact=contact,
                owner=owner,
                amount=amount,
                source=source,
                opened_at=at,
                entered_stage_at=at,
                board_rank=Deal.top_of(stage),
            )
            deal.visits.create(
                team_id=deal.team_id,
                number=1,
                stage=stage,
                category=stage.category,
                revision=pipeline.current_revision(),
                entered_at=at,
                by=by.user,
            )
            LogEntry.record(
                Happening.DEAL_ADDED, deal, by=by, at=at, **deal.naming(), stage=str(stage)
            )
        return deal


class Deal(models.Model):
    """A customer's request on its way through a pipeline.

    `amount` is in the pipeline's currency, None while nobody knows it. `owner` is who looks
    after it; None means that it waits in the team's intake. The outcome follows from the stage
    and is written by the moving verbs only. `board_rank` orders a column, smallest on top.
    """

    class Outcome(models.TextChoices):
        OPEN = "open", gettext_lazy("Open")
        WON = "won", gettext_lazy("Won")
        LOST = "lost", gettext_lazy("Lost")

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="deals")
    # Both point at the stage's pipeline through one composite key; see the migration.
    pipeline = models.ForeignKey(Pipeline, on_delete=models.PROTECT, related_name="deals")
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="deals")
    number = models.PositiveIntegerField()
    title = models.CharField(gettext_lazy("what"), max_length=200)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="deals"
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="deals"
    )
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, null=True, blank=True, related_name="deals"
    )
    owner = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    source = models.CharField(gettext_lazy("source"), max_length=80, blank=True)
    amount = models.DecimalField(
        gettext_lazy("amount"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    expected_close_on = models.DateField(gettext_lazy("expected"), null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.OPEN)
    opened_at = models.DateTimeField()
    opened_precision = models.CharField(max_length=10, choices=Precision, default=Precision.MOMENT)
    closed_at = models.DateTimeField(null=True)
    closed_precision = models.CharField(max_length=10, choices=Precision, default=Precision.MOMENT)
    loss_reason = models.CharField(gettext_lazy("reason"), max_length=160, blank=True)
    is_imported = models.BooleanField(default=False)
    next_step = models.CharField(gettext_lazy("next step"), max_length=120, blank=True)
    next_step_on = models.DateField(gettext_lazy("on"), null=True, blank=True)
    entered_stage_at = models.DateTimeField()
    board_rank = models.BigIntegerField()
    version = models.PositiveIntegerField(default=1)

    objects = DealQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("deal")
        verbose_name_plural = gettext_lazy("deals")
        constraints = [
            models.UniqueConstraint(fields=["team", "number"], name="deals_are_numbered"),
            models.CheckConstraint(condition=~models.Q(title=""), name="deal_has_a_title"),
            models.CheckConstraint(
                condition=models.Q(outcome__in=["open", "won", "lost"]),
                name="deal_outcome_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="open", closed_at__isnull=True)
                | (~models.Q(outcome="open") & models.Q(closed_at__isnull=False)),
                name="closed_deals_have_a_moment",
            ),
            models.CheckConstraint(
                condition=~models.Q(outcome="lost")
                | ~models.Q(loss_reason="")
                | models.Q(is_imported=True),
                name="lost_deals_have_a_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(amount__isnull=True) | models.Q(amount__gte=Decimal(0)),
                name="deal_amount_is_not_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(next_step_on__isnull=True) | ~models.Q(next_step=""),
                name="a_day_belongs_to_a_step",
            ),
            *(
                models.CheckConstraint(
                    condition=models.Q(**{f"{name}__isnull": True})
                    | models.Q(
                        **{f"{name}__gte": date(1990, 1, 1), f"{name}__lte": date(2100, 12, 31)}
                    ),
                    name=f"deal_{name}_in_our_time",
                )
                for name in ("expected_close_on", "next_step_on")
            ),
            *(
                models.CheckConstraint(
                    condition=models.Q(**{f"{name}__isnull": True})
                    | models.Q(
                        **{f"{name}__gte": "1990-01-01T00:00Z", f"{name}__lt": "2101-01-01T00:00Z"}
                    ),
                    name=f"deal_{name}_in_our_time",
                )
                for name in ("opened_at", "closed_at")
            ),
        ]
        indexes = [
            models.Index(
                fields=["stage", "board_rank"],
                condition=models.Q(outcome="open"),
                name="deals_of_a_column",
            ),
            models.Index(fields=["team", "closed_at"], name="deals_closed"),
            models.Index(fields=["team", "opened_at"], name="deals_opened"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.pk})"

    # -- words ---------------------------------------------------------------------------------

    @property
    def customer(self) -> str:
        """Who asks: the organization, or the contact, or nobody known yet."""
        return str(self.organization or self.contact or "")

    def naming(self) -> dict[str, Any]:
        """What a logbook line says of this deal, so that the line can be read without it."""
        return {"deal": self.customer or self.title, "number": self.number}

    # -- the board -----------------------------------------------------------------------------

    @staticmethod
    def top_of(stage: Stage) -> int:
        """A rank above every card of the column."""
        first = Deal.objects.filter(stage=stage).aggregate(first=models.Min("board_rank"))["first"]
        return (first if first is not None else 0) - GAP

    @staticmethod
    def _bottom_of(stage: Stage) -> int:
        last = Deal.objects.filter(stage=stage).aggregate(last=models.Max("board_rank"))["last"]
        return (last if last is not None else 0) + GAP

    def _rank_before(self, stage: Stage, neighbour: "Deal | None") -> int:
        """A rank right above the neighbour, or below everything when there is none."""
        column = Deal.objects.filter(stage=stage).exclude(pk=self.pk)
        below = column.filter(pk=neighbour.pk).first() if neighbour else None
        if below is None:
            return self._bottom_of(stage)
        above = (
            column.filter(
                models.Q(board_rank__lt=below.board_rank)
                | models.Q(board_rank=below.board_rank, pk__lt=below.pk)
            )
            .order_by("-board_rank", "-pk")
            .first()
        )
        if above is None:
            return below.board_rank - GAP
        if below.board_rank - above.board_rank < 2:
            self._spread(stage)
            return self._rank_before(stage, neighbour)
        return (above.board_rank + below.board_rank) // 2

    @staticmethod
    def _spread(stage: Stage) -> None:
        # Two neighbours touch: give the column its room back, in the order it has.
        cards = list(Deal.objects.filter(stage=stage).order_by("board_rank", "pk"))
        for place, card in enumerate(cards):
            card.board_rank = place * GAP
        Deal.objects.bulk_update(cards, ["board_rank"])

    # -- verbs ---------------------------------------------------------------------------------

    def move_to(
        self,
        stage: Stage,
        *,
        seen_in: Stage,
        by: Membership,
        at: datetime,
        before: "Deal | None" = None,
        loss_reason: str = "",
    ) -> LogEntry:
        """Move the deal to another stage, or to another place in its column.

        `seen_in` is the stage the mover had on screen; when a team mate was faster, StaleDeal
        says so and nothing changes. `before` is the card below it, None for the end of the
        column. Raises DealError for a stage of another process and for a loss without a reason.
        Returns the line in the logbook, by which the move can be undone.
        """
        if stage.pipeline_id != self.pipeline_id:
            raise DealError(_("%(stage)s is a stage of another process.") % {"stage": stage})
        with transaction.atomic():
            if stage.pk == seen_in.pk:
                return self._place(stage, before=before, by=by, at=at)
            return self._enter(
                stage, seen_in=seen_in, by=by, at=at, before=before, loss_reason=loss_reason
            )

    def _place(
        self, stage: Stage, *, before: "Deal | None", by: Membership, at: datetime
    ) -> LogEntry:
        self._claim(seen_in=stage, board_rank=self._rank_before(stage, before))
        return LogEntry.record(Happening.DEAL_PLACED, self, by=by, at=at, **self.naming())

    def _enter(
        self,
        stage: Stage,
        *,
        seen_in: Stage,
        by: Membership,
        at: datetime,
        before: "Deal | None",
        loss_reason: str,
    ) -> LogEntry:
        lost = stage.outcome == self.Outcome.LOST
        if lost and not loss_reason.strip():
            raise DealError(_("Say in a few words why this deal was lost."))
        earlier = Deal.objects.get(pk=self.pk)
        at = max(at, earlier.entered_stage_at)  # two clocks may differ; a visit never ends early
        self._claim(
            seen_in=seen_in,
            stage=stage,
            outcome=stage.outcome,
            closed_at=None if stage.is_open else at,
            closed_precision=Precision.MOMENT,
            loss_reason=loss_reason.strip() if lost else "",
            entered_stage_at=at,
            board_rank=self._rank_before(stage, before),
        )
        visit = self._visit(stage, by=by, at=at)
        return LogEntry.record(
            _happening_of_move(seen_in, stage),
            self,
            by=by,
            at=at,
            **self.naming(),
            origin=str(seen_in),
            target=str(stage),
            visit=visit.number,
            since=earlier.closed_at or at,
            before=_as_it_was(earlier),
        )

    def _claim(self, *, seen_in: Stage, **changes: Any) -> None:
        # One conditional update instead of lock, look and save: of two simultaneous movers
        # exactly one finds the deal still where both saw it.
        moved = Deal.objects.filter(pk=self.pk, stage=seen_in).update(
            version=models.F("version") + 1, **changes
        )
        if not moved:
            raise StaleDeal(
                _("Someone moved this deal a moment ago. The board now shows the newest state.")
            )
        self.refresh_from_db()

    def _visit(self, stage: Stage, *, by: Membership, at: datetime) -> StageVisit:
        last = self.visits.running().get()
        self.visits.filter(pk=last.pk).update(left_at=at)
        return self.visits.create(
            team_id=self.team_id,
            number=last.number + 1,
            stage=stage,
            category=stage.category,
            revision=self.pipeline.current_revision(),
            entered_at=at,
            by=by.user,
        )

    def lose(self, reason: str, *, seen_in: Stage, by: Membership, at: datetime) -> LogEntry:
        """Close the deal as lost, with the reason. Raises as `move_to`."""
        lost = self.pipeline.lost_stage()
        if seen_in.category == Category.LOST:
            raise DealError(_("This deal was lost already."))
        return self.move_to(lost, seen_in=seen_in, by=by, at=at, loss_reason=reason)

    def reopen(self, *, seen_in: Stage, by: Membership, at: datetime) -> LogEntry:
        """Take a closed deal back to the last open stage it stood in. Raises as `move_to`."""
        if seen_in.is_open:
            raise DealError(_("This deal is open."))
        last = self.visits.filter(category__in=["intake", "open"]).order_by("-number").first()
        stage = last.stage if last else self.pipeline.first_stage()
        return self.move_to(stage, seen_in=seen_in, by=by, at=at)

    def undo_move(self, entry: LogEntry, *, by: Membership, at: datetime) -> None:
        """Take a move back as if it had not happened; the logbook keeps both lines.

        Raises StaleDeal when the deal has moved on since, or when it was undone already.
        """
        with transaction.atomic():
            Deal.objects.select_for_update().get(pk=self.pk)
            visit = self.visits.running().get()
            if "visit" not in entry.details or visit.number != entry.details["visit"]:
                raise StaleDeal(_("This deal has moved on since. Nothing was undone."))
            left, was = visit.stage, entry.details["before"]
            visit.delete()
            self.visits.filter(number=visit.number - 1).update(left_at=None)
            Deal.objects.filter(pk=self.pk).update(version=models.F("version") + 1, **was)
            self.refresh_from_db()
            LogEntry.record(
                Happening.DEAL_MOVE_UNDONE,
                self,
                by=by,
                at=at,
                **self.naming(),
                origin=str(left),
                target=str(self.stage),
                since=_earliest(entry.details["since"], was["closed_at"], entry.at),
            )

    def take(self, *, by: Membership, at: datetime) -> None:
        """Look after a deal that nobody has. Raises StaleDeal when somebody took it first."""
        with transaction.atomic():
            taken = Deal.objects.filter(pk=self.pk, owner=None).update(
                owner=by.user, version=models.F("version") + 1
            )
            if not taken:
                raise StaleDeal(_("Someone else took this deal a moment ago."))
            self.refresh_from_db()
            LogEntry.record(Happening.DEAL_TAKEN, self, by=by, at=at, **self.naming())

    def plan_step(self, what: str, on: date | None, *, by: Membership, at: datetime) -> None:
        """Say what happens next and when; an empty text clears it. Raises DealError when closed."""
        what = what.strip()
        with transaction.atomic():
            planned = (
                Deal.objects.open()
                .filter(pk=self.pk)
                .update(
                    next_step=what,
                    next_step_on=on if what else None,
                    version=models.F("version") + 1,
                )
            )
            if not planned:
                raise DealError(_("This deal is closed; there is no next step."))
            self.refresh_from_db()
            LogEntry.record(
                Happening.STEP_PLANNED, self, by=by, at=at, **self.naming(), step=what, on=on
            )

    def edit(
        self, changes: Mapping[str, Any], *, version: int, by: Membership, at: datetime
    ) -> None:
        """Change title, amount, source or expected day, as seen in this version.

        Raises StaleDeal when somebody changed the deal since, DealError for an empty title.
        """
        changes = {name: changes[name] for name in EDITABLE if name in changes}
        if not str(changes.get("title", self.title)).strip():
            raise DealError(_("Say in a few words what the customer asks for."))
        with transaction.atomic():
            old = Deal.objects.get(pk=self.pk)
            edited = Deal.objects.filter(pk=self.pk, version=version).update(
                version=models.F("version") + 1, **changes
            )
            if not edited:
                raise StaleDeal(_("Someone changed this deal a moment ago. Look at it once more."))
            self.refresh_from_db()
            LogEntry.record(
                Happening.DEAL_EDITED,
                self,
                by=by,
                at=at,
                **self.naming(),
                old={name: getattr(old, name) for name in changes},
                new=changes,
                since=self.closed_at or at,
            )


EDITABLE = ("title", "amount", "source", "expected_close_on")


def _happening_of_move(origin: Stage, target: Stage) -> Happening:
    if target.outcome == Deal.Outcome.WON:
        return Happening.DEAL_WON
    if target.outcome == Deal.Outcome.LOST:
        return Happening.DEAL_LOST
    return Happening.DEAL_MOVED if origin.is_open else Happening.DEAL_REOPENED


def _as_it_was(deal: Deal) -> dict[str, Any]:
    return {
        "stage_id": deal.stage_id,
        "outcome": deal.outcome,
        "closed_at": deal.closed_at,
        "closed_precision": deal.closed_precision,
        "loss_reason": deal.loss_reason,
        "entered_stage_at": deal.entered_stage_at,
        "board_rank": deal.board_rank,
    }


def _earliest(*moments: datetime | str | None) -> datetime:
    known = [
        datetime.fromisoformat(moment) if isinstance(moment, str) else moment
        for moment in moments
        if moment
    ]
    return min(cast("list[datetime]", known))
