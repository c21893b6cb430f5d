"""Deals as a set: which of them, and a new one among them."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models, transaction
from django.utils.translation import gettext as _

from crm.happenings import Happening
from crm.models.customer import Contact, Organization
from crm.models.numbering import DealNumbering
from crm.models.pipeline import Category, Pipeline, Stage
from crm.models.ranking import top_of
from crm.models.visit import StageVisit
from crm.refusals import DealError
from teams.models import LogEntry, Membership, Team, User
from teams.text import one_line

if TYPE_CHECKING:
    from crm.models.deal import Deal

ONE_DAY = timedelta(days=1)


class DealQuerySet(models.QuerySet["Deal"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(team__in=Team.objects.read_by(user))

    def open(self) -> Self:
        return self.filter(outcome=Category.OPEN.outcome)

    def closed(self) -> Self:
        return self.exclude(outcome=Category.OPEN.outcome)

    def on_board(self, pipeline: Pipeline, *, won_since: datetime) -> Self:
        """The cards of a board: everything open, and what was won lately."""
        return self.filter(
            models.Q(outcome=Category.OPEN.outcome)
            | models.Q(outcome=Category.WON.outcome, closed_at__gte=won_since),
            pipeline=pipeline,
        ).order_by("board_rank", "pk")

    def without_step(self) -> Self:
        """Open deals of which nobody has said what happens next."""
        return self.open().filter(next_step="")

    def overdue(self, today: date) -> Self:
        """Open deals whose next step should have been done before today."""
        return self.open().filter(next_step_on__lt=today)

    def waiting_long(self, at: datetime) -> Self:
        """Open deals that stand in their stage longer than 85 of 100 did before them."""
        return self.open().filter(
            entered_stage_at__lt=models.Value(at)
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
        title = one_line(title)
        if not title:
            raise DealError(_("Say in a few words what the customer asks for."))
        if stage.pipeline_id != pipeline.pk or not stage.is_open:
            raise DealError(_("A deal begins in a stage that is open."))
        with transaction.atomic():
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
                source=one_line(source),
                opened_at=at,
                entered_stage_at=at,
                board_rank=top_of(stage),
            )
            StageVisit.objects.begin(deal, stage, by=by, at=at)
            LogEntry.record(
                Happening.DEAL_ADDED, deal, by=by, at=at, **deal.naming(), stage=str(stage)
            )
        return deal
