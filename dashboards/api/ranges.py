"""The normal ranges of a figure, for programs: the same verbs as on its page."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from dashboards import ranges
from dashboards.figures import Kpi
from dashboards.models import Baseline, StaleBaseline
from dashboards.models.baseline import LONGEST_WORDS
from dashboards.periods import Period, PeriodKind
from dashboards.rebasing import QUESTIONS, Answers
from dashboards.web import find_kpi
from teams.api import StrictSerializer, TeamView
from teams.api_fields import LineField

LARGEST = 2**63 - 1


@extend_schema_field(str)
class PeriodField(serializers.Field):
    """A week or a month, as 2026-W47 or 2026-11."""

    def to_internal_value(self, data: Any) -> Period:
        try:
            return Period.parse(data if isinstance(data, str) else "")
        except ValueError:
            raise serializers.ValidationError(
                _("Write a week like 2026-W47 or a month like 2026-11.")
            ) from None

    def to_representation(self, value: Any) -> str:
        return str(value)


class RangeDraft(StrictSerializer):
    """A stretch of whole weeks or months, and why it is normal for the team.

    `seen` is the id of the range that holds, 0 where there is none. After a first range the four
    questions are asked too: all are to be answered with true, and `reason` says what changed.
    """

    first = PeriodField()
    last = PeriodField()
    seen = serializers.IntegerField(min_value=0, max_value=LARGEST)
    reason = LineField(max_length=LONGEST_WORDS)
    is_different = serializers.BooleanField(default=False)
    is_known = serializers.BooleanField(default=False)
    is_desirable = serializers.BooleanField(default=False)
    is_lasting = serializers.BooleanField(default=False)
    lasting = LineField(max_length=LONGEST_WORDS, default="", allow_blank=True)


class RangeFacts(serializers.ModelSerializer):
    """A normal range, locked as it was signed. Who signed it is for members only.

    Where `cases` is a number, `lower` and `upper` are those of a period of so many cases; of others
    they lie √(cases / its own) times as far from `centre`.
    """

    first = PeriodField()
    last = PeriodField()
    signed_by = serializers.SerializerMethodField()

    class Meta:
        model = Baseline
        fields = (
            "id",
            "kpi",
            "period_kind",
            "first",
            "last",
            "n",
            "centre",
            "lower",
            "upper",
            "cases",
            "profile",
            "reason",
            "lasting",
            "replaces",
            "signed_at",
            "ended_at",
            "signed_by",
        )

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        if "signers" not in self.context:
            del fields["signed_by"]
        return fields

    def get_signed_by(self, baseline: Baseline) -> str:
        signers: dict[int, str] = self.context["signers"]
        return signers.get(baseline.pk, "")


class BothRanges(serializers.Serializer):
    """Who came second: what was sent, and the range that somebody else signed."""

    detail = serializers.CharField()
    yours = RangeDraft()
    theirs = RangeFacts()


class RangesView(TeamView):
    @extend_schema(
        operation_id="normal_ranges_list",
        parameters=[
            OpenApiParameter("by", str, enum=list(PeriodKind), description="weeks unless month")
        ],
        responses=RangeFacts(many=True),
    )
    def get(self, request: Request, kpi: str) -> Response:
        """Every normal range of this figure, the newest first; the one that holds has no end."""
        is_month = request.query_params.get("by") == PeriodKind.MONTH
        kind = PeriodKind.MONTH if is_month else PeriodKind.WEEK
        found = self.team.baselines.of(find_kpi(kpi), kind).newest_first()
        return Response(self._facts(list(found)))

    @extend_schema(
        operation_id="normal_ranges_sign",
        request=RangeDraft,
        responses={201: RangeFacts, 409: BothRanges},
    )
    def post(self, request: Request, kpi: str) -> Response:
        """Sign a range in the name of the team, the first or, with four answers, another one."""
        which, sent = find_kpi(kpi), self.read(request, RangeDraft)
        try:
            signed = self._sign(which, **sent)
        except StaleBaseline as refusal:
            now = self.team.baselines.current().of(which, sent["first"].kind).first()
            return self.both(request, refusal, self._facts([now])[0] if now else None)
        return Response(self._facts([signed])[0], status=status.HTTP_201_CREATED)

    def _sign(
        self, kpi: Kpi, first: Period, last: Period, seen: int, reason: str, **sent: Any
    ) -> Baseline:
        by, at = self.writer, timezone.now()
        if not seen:
            return Baseline.sign(kpi, first, last, reason=reason, by=by, at=at)
        answers = Answers(
            **{name: sent[name] for name in QUESTIONS}, reason=reason, lasting=sent["lasting"]
        )
        return Baseline.rebase(kpi, first, last, answers=answers, seen=seen, by=by, at=at)

    def _facts(self, found: list[Baseline]) -> list[Any]:
        context = {"signers": ranges.signers_of(self.team, found)} if self.member else {}
        return [RangeFacts(one, context=context).data for one in found]
