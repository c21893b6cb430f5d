"""Deals as a set: which of them, and a new one among them."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from django.db import models, transaction
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from crm.happenings import Happening
from crm.models import tagging
from crm.models.choices import Source
from crm.models.contact import Contact
from crm.models.customer import Organization
from crm.models.numbering import DealNumbering
from crm.models.own_facts import OwnFacts, place_of
from crm.models.pipeline import Pipeline
from crm.models.ranking import top_of
from crm.models.spell import OpenSpell
from crm.models.stage import Category, Stage
from crm.models.visit import StageVisit
from crm.refusals import DealError, StaleDeal
from teams.models import LogEntry, Membership, User
from teams.text import one_line

if TYPE_CHECKING:
    from crm.models.deal import Deal

ONE_DAY = timedelta(days=1)
IS_OPEN = models.Q(outcome=Category.OPEN.outcome)
HAS_NO_STEP = IS_OPEN & models.Q(next_step="")


def waits_long(at: datetime) -> models.Q:
    """The condition of `waiting_long`; a stage without a usual time makes nobody wait long."""
    usual = models.ExpressionWrapper(
        models.F("stage__usual_days") * models.Value(ONE_DAY),
        output_field=models.DurationField(),
    )
    return IS_OPEN & models.Q(entered_stage_at__lt=models.Value(at) - usual)


def is_overdue(today: date) -> models.Q:
    """The condition of `overdue`."""
    return IS_OPEN & models.Q(next_step_on__lt=today)


def tells_of(words: str) -> models.Q:
    """The condition of `telling_of`."""
    found = models.Q()
    for name in ("title", "organization__name", "contact__name"):
        found |= models.Q(**{f"{name}__icontains": words})
    return found | models.Q(number=words) if words.isdecimal() else found


class DealQuerySet(models.QuerySet["Deal"]):
    def counted(self) -> Self:
        """Deals that figures know: all that are not in the recycle bin, also who went on."""
        return self.filter(deleted_at__isnull=True)

    def living(self) -> Self:
        """Deals that are the team's: not in the recycle bin, and not gone on in another team."""
        return self.counted().filter(gone_at__isnull=True)

    def deleted(self) -> Self:
        """Deals in the recycle bin."""
        return self.filter(deleted_at__isnull=False)

    def hold(self) -> None:
        """Let nobody change any of them before the end of the transaction.

        In one order for everybody, so that two who do this do not wait for each other for ever:
        a process, its stages by their keys, and then the deals by theirs.
        """
        list(self.order_by("pk").select_for_update(no_key=True).values_list("pk"))

    def with_tags(self) -> Self:
        """With the tags of each, read in one query more."""
        return self.prefetch_related(tagging.read_before())

    def with_own_facts(self, targets: Iterable[str]) -> Self:
        """With what their team knows of the customers of each; see `custom_of`."""
        known = {
            place_of(target): models.Subquery(
                OwnFacts.objects.behind_a_deal(target).values("custom")
            )
            for target in targets
        }
        return self.annotate(**known)

    def open(self) -> Self:
        return self.filter(IS_OPEN)

    def closed(self) -> Self:
        return self.exclude(IS_OPEN)

    def on_board(self, pipeline: Pipeline, *, won_since: datetime) -> Self:
        """The cards of a board: everything open, and what was won lately."""
        return self.filter(
            IS_OPEN | models.Q(outcome=Category.WON.outcome, closed_at__gte=won_since),
            # Named for the database, which finds the few by their team and not by their process.
            team=pipeline.team_id,
            pipeline=pipeline,
        ).order_by("board_rank", "pk")

    def without_step(self) -> Self:
        """Open deals of which nobody has said what happens next."""
        return self.filter(HAS_NO_STEP)

    def overdue(self, today: date) -> Self:
        """Open deals whose next step should have been done before today."""
        return self.filter(is_overdue(today))

    def waiting_long(self, at: datetime) -> Self:
        """Open deals that stand in their stage longer than 85 of 100 did before them."""
        return self.filter(waits_long(at))

    def telling_of(self, words: str) -> Self:
        """Deals whose title, customer or number is about these words."""
        return self.filter(tells_of(words))

    def first_of_each_stage(
        self, most: int, *, at: datetime, drawn: Collection[int] | None = None
    ) -> Self:
        """Those on top of their column, and no more than this many of each.

        Where it is said which stages are drawn, of every other only the first.

        Every one knows of all that stand in its stage with it: `in_stage_count`, `_total`,
        `_waiting` (long) and `_stepless`.
        """

        def over_stage(expression: models.Expression, **more: Any) -> models.Window:
            return models.Window(expression, partition_by="stage_id", **more)

        places: models.Case | int = most
        if drawn is not None:
            places = models.Case(models.When(stage__in=drawn, then=most), default=1)
        return self.annotate(
            in_stage_place=over_stage(RowNumber(), order_by=["board_rank", "pk"]),
            in_stage_count=over_stage(models.Count("pk")),
            in_stage_total=over_stage(models.Sum("amount")),
            in_stage_waiting=over_stage(models.Count("pk", filter=waits_long(at))),
            in_stage_stepless=over_stage(models.Count("pk", filter=HAS_NO_STEP)),
        ).filter(in_stage_place__lte=places)

    def add(
        self,
        pipeline: Pipeline,
        title: str,
        *,
        by: Membership,
        at: datetime,
        stage: Stage | None = None,
        customer: str = "",
        organization: Organization | None = None,
        contact: Contact | None = None,
        owner: User | None = None,
        amount: Decimal | None = None,
        source: str = "",
    ) -> "Deal":
        """Begin a deal at the top of a stage, the first one unless another is given.

        `customer` names the organization where it is not at hand, and `source` where it comes
        from; a new name is a new one.
        Raises DealError for an empty title or a stage in which no deal can begin, StaleDeal for a
        contact who was anonymised.
        """
        stage = stage or pipeline.first_stage()
        title = one_line(title)
        if not title:
            raise DealError(_("Say in a few words what the customer asks for."))
        if stage.pipeline_id != pipeline.pk or not stage.is_open:
            raise DealError(_("A deal begins in a stage that is open."))
        with transaction.atomic():
            stage.hold()
            if contact:
                contact.hold_for_more(StaleDeal)
            if one_line(customer):
                organization = Organization.objects.named(one_line(customer))
            deal = self.create(
                team=pipeline.team,
                pipeline=pipeline,
                stage=stage,
                number=DealNumbering.next_for(pipeline.team),
                title=title,
                organization=organization,
                contact=contact,
                owner=owner,
                amount=amount,
                source=Source.objects.named(source, by=by, at=at),
                opened_at=at,
                entered_stage_at=at,
                board_rank=top_of(stage),
            )
            StageVisit.objects.begin(deal, stage, by=by, at=at)
            LogEntry.record(
                Happening.DEAL_ADDED, deal, by=by, at=at, **deal.naming(), stage=str(stage)
            )
            OpenSpell.objects.tell([deal])
        return deal


_EveryDeal = models.Manager.from_queryset(DealQuerySet)


class LivingDeals(_EveryDeal):
    """What everybody means by the deals: all but those in the bin and those that went on."""

    def get_queryset(self) -> DealQuerySet:  # type: ignore[override]
        return DealQuerySet(self.model, using=self._db).living()
