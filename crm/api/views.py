"""The same verbs as on the pages, for programs."""

from collections.abc import Callable
from typing import Any, cast

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.api.serializers import (
    TOLD,
    BoardFacts,
    Both,
    BothSteps,
    Changed,
    DealChanges,
    DealDraft,
    DealFacts,
    DealList,
    Loss,
    NextStep,
    Nothing,
    Reopening,
    StageChange,
)
from crm.board import Board
from crm.cards import Reader
from crm.columns import SORTS
from crm.filters import Vocabulary
from crm.filters.tree import ANY_OUTCOME
from crm.filters.vocabulary import AGES, OUTCOMES, OWNERS, STEPS
from crm.listing import Listing, Wish, pages
from crm.looking import Look
from crm.models import Deal, PipelineError, Stage, StaleDeal, Target
from crm.models.undoing import undoable
from crm.web import fields_about, find_deal
from teams.api import TeamView
from teams.models import LogEntry, User

FILTERS = [
    OpenApiParameter("q", str, description="words of the title or the customer, or a number"),
    OpenApiParameter("stage", int),
    OpenApiParameter("outcome", str, enum=[*OUTCOMES, ANY_OUTCOME], default="open"),
    OpenApiParameter("step", str, enum=list(STEPS)),
    OpenApiParameter("age", str, enum=list(AGES)),
    OpenApiParameter("owner", str, enum=list(OWNERS), description="for members only"),
    OpenApiParameter(
        "filter",
        str,
        many=True,
        description=(
            "field:operator:value, and what is as good with | between; all of them hold. "
            "A field of the team's own is called custom-KEY, of the customers of a deal "
            "organization-KEY and, for members only, contact-KEY; so it is where deals are sorted"
        ),
    ),
    OpenApiParameter("view", int, description="a saved view; alone, it says what is asked"),
    OpenApiParameter("sort", str, enum=[f"{sign}{key}" for key in SORTS for sign in ("", "-")]),
    OpenApiParameter("page", int),
]


class CrmView(TeamView):
    """What the views below share: who reads, doing what was sent, and showing what came of it."""

    def reader(self) -> Reader:
        return Reader(self.team, timezone.now(), sees_people=self.member is not None)

    def act(self, deal: Deal, verb: Callable[..., LogEntry], *words: Any, **seen: Any) -> Response:
        """Do it, and answer with what came of it. Raises the refusals of the verb."""
        entry = verb(*words, by=self.writer, at=timezone.now(), **seen)
        return Response(self.show(Changed, {"deal": deal, "undo": self.undo_of(entry)}))

    def undo_of(self, entry: LogEntry) -> str | None:
        """Where this line can be taken back; None for what stays."""
        if entry.kind not in undoable():
            return None
        return reverse("crm-api:undo", args=[self.team.slug, entry.pk])

    def vocabulary(self, request: Request) -> Vocabulary:
        """What this reader can ask about the deals."""
        return Vocabulary(self.reader(), cast("User", request.user))

    def show(self, kind: type[serializers.BaseSerializer], shown: Any) -> Any:
        context = {"sees_people": self.member is not None, "team": self.team}
        return kind(shown, context=context).data


class DealsView(CrmView):
    @extend_schema(operation_id="deals_list", parameters=FILTERS, responses=DealList)
    def get(self, request: Request) -> Response:
        """A page of the team's deals."""
        look = Look.of(request.query_params, self.vocabulary(request))
        if not look.form.is_valid():
            raise ValidationError(
                {name: [str(word) for word in words] for name, words in look.form.errors.items()}
            )
        if look.lost:
            # Without the rest of its question a view would show too much.
            raise ValidationError({"view": look.lost})
        wish, page = look.wish, request.query_params.get("page")
        listing = Listing.of(wish, self.reader(), page=page, also=TOLD)
        return Response(self.show(DealList, _listed(wish, listing, request.path)))

    @extend_schema(operation_id="deals_add", request=DealDraft, responses={201: DealFacts})
    def post(self, request: Request) -> Response:
        """Begin a deal, in the stage that is given or in the first."""
        stages = Stage.objects.of_team(self.team).open().select_related("pipeline__team")
        draft = self.read(request, DealDraft, stages=stages)
        living = stages.living().filter(pipeline__archived_at=None)
        stage = draft.pop("stage", None) or living.in_process_order().first()
        if stage is None:
            raise PipelineError(_("This team has no process yet."))
        deal = Deal.objects.add(
            stage.pipeline, **draft, stage=stage, by=self.writer, at=timezone.now()
        )
        return Response(self.show(DealFacts, deal), status=status.HTTP_201_CREATED)


def _listed(wish: Wish, listing: Listing, path: str) -> dict[str, Any]:
    around = pages(wish, listing.page)
    return {
        "count": listing.count,
        "totals": [
            {"currency": currency, "amount": total} for currency, total in listing.totals.items()
        ],
        "page": listing.page.number,
        "previous": _whole(path, around["previous_url"]),
        "next": _whole(path, around["next_url"]),
        "results": listing.page,
    }


def _whole(path: str, end: str) -> str | None:
    return path + end if end else None


class DealView(CrmView):
    @extend_schema(operation_id="deals_read", responses=DealFacts)
    def get(self, request: Request, number: int) -> Response:
        """One deal."""
        return Response(self.show(DealFacts, find_deal(self.team, number)))

    @extend_schema(
        operation_id="deals_edit", request=DealChanges, responses={200: DealFacts, 409: Both}
    )
    def patch(self, request: Request, number: int) -> Response:
        """Change the facts, as seen in a version. Who comes second gets both versions back."""
        deal = find_deal(self.team, number)
        fields = fields_about(self.team, Target.DEAL)
        changes = self.read(request, DealChanges, fields=fields, kept=deal.custom)
        version = changes.pop("version")
        try:
            deal.edit(changes, version=version, by=self.writer, at=timezone.now())
        except StaleDeal as refusal:
            return self.both(request, refusal, self.show(DealFacts, deal))
        return Response(self.show(DealFacts, deal))

    @extend_schema(operation_id="deals_delete", request=None, responses=Changed)
    def delete(self, request: Request, number: int) -> Response:
        """Put the deal in the recycle bin, where it stays for thirty days."""
        deal = find_deal(self.team, number)
        return self.act(deal, deal.discard)


class DealStageView(CrmView):
    @extend_schema(operation_id="deals_move", request=StageChange, responses=Changed)
    def put(self, request: Request, number: int) -> Response:
        """Move to another stage, or to another place in the column."""
        deal = find_deal(self.team, number)
        change = self.read(
            request,
            StageChange,
            stages=Stage.objects.beside(deal),
            deals=Deal.objects.filter(pipeline=deal.pipeline_id),
        )
        return self.act(deal, deal.move_to, **change)


class DealLossView(CrmView):
    @extend_schema(operation_id="deals_lose", request=Loss, responses=Changed)
    def post(self, request: Request, number: int) -> Response:
        """Close as lost, with the reason."""
        deal = find_deal(self.team, number)
        loss = self.read(request, Loss, stages=Stage.objects.beside(deal))
        return self.act(deal, deal.lose, loss["loss_reason"], seen_in=loss["seen_in"])


class DealReopeningView(CrmView):
    @extend_schema(operation_id="deals_reopen", request=Reopening, responses=Changed)
    def post(self, request: Request, number: int) -> Response:
        """Open a closed deal again."""
        deal = find_deal(self.team, number)
        seen = self.read(request, Reopening, stages=Stage.objects.beside(deal))
        return self.act(deal, deal.reopen, **seen)


class DealOwnerView(CrmView):
    @extend_schema(operation_id="deals_take", request=Nothing, responses=Changed)
    def put(self, request: Request, number: int) -> Response:
        """Take a deal that nobody looks after."""
        deal = find_deal(self.team, number)
        self.read(request, Nothing)
        return self.act(deal, deal.take)


class DealNextStepView(CrmView):
    @extend_schema(
        operation_id="deals_plan", request=NextStep, responses={200: Changed, 409: BothSteps}
    )
    def put(self, request: Request, number: int) -> Response:
        """Say what happens next, and when, as seen in a version."""
        deal = find_deal(self.team, number)
        step = self.read(request, NextStep)
        what, on, version = step["next_step"], step.get("next_step_on"), step["version"]
        try:
            return self.act(deal, deal.plan_step, what, on, version=version)
        except StaleDeal as refusal:
            return self.both(request, refusal, self.show(DealFacts, deal))


class BoardView(CrmView):
    @extend_schema(operation_id="board_read", responses=BoardFacts)
    def get(self, request: Request) -> Response:
        """The board of the team's first process."""
        board = Board.of(self.team.pipelines.living().in_order().first(), self.reader(), also=TOLD)
        return Response(self.show(BoardFacts, board))
