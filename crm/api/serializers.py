"""What the API of the customer process reads and writes."""

from typing import Any

from rest_framework import serializers

from crm.api.customs import CustomField
from crm.api.fields import AmountField, NeighbourField, NumberField, StageField
from crm.batches import Undone
from crm.forms import longest
from crm.models import Deal, Product
from crm.models.choices import LONGEST_CHOICE
from crm.models.customer import LONGEST_NAME, name_fits
from crm.models.tagging import MOST_TAGS, tags_of
from teams.api import StrictSerializer
from teams.api_fields import DayField, LineField, Person

# -- what is sent to us ------------------------------------------------------------------------


class DealDraft(StrictSerializer):
    """The first words of a deal; without a stage it begins in the first."""

    title = LineField(max_length=longest("title"))
    customer = LineField(
        max_length=LONGEST_NAME, validators=[name_fits], required=False, allow_blank=True
    )
    stage = StageField(required=False)
    amount = AmountField(required=False, allow_null=True)
    source = LineField(  # type: ignore[assignment]
        max_length=LONGEST_CHOICE, required=False, allow_blank=True
    )


class DealChanges(StrictSerializer):
    """New facts, and the version in which the deal was seen."""

    version = NumberField()
    title = LineField(max_length=longest("title"), required=False)
    amount = AmountField(required=False, allow_null=True)
    source = LineField(  # type: ignore[assignment]
        max_length=LONGEST_CHOICE, required=False, allow_blank=True
    )
    expected_close_on = DayField(required=False, allow_null=True)
    organization = LineField(
        max_length=LONGEST_NAME, validators=[name_fits], required=False, allow_blank=True
    )
    contact = LineField(max_length=LONGEST_NAME, required=False, allow_blank=True)
    product = serializers.PrimaryKeyRelatedField(
        queryset=Product.objects.all(),
        pk_field=serializers.IntegerField(),
        required=False,
        allow_null=True,
    )
    tags = serializers.ListField(
        child=LineField(max_length=LONGEST_CHOICE), max_length=MOST_TAGS, required=False
    )
    custom = CustomField(required=False)


class StageChange(StrictSerializer):
    """Where to, and from where; `before` is the deal below it, null for the end of the column."""

    stage = StageField()
    seen_in = StageField()
    before = NeighbourField(required=False, allow_null=True)
    loss_reason = LineField(max_length=LONGEST_CHOICE, required=False, allow_blank=True)


class Loss(StrictSerializer):
    loss_reason = LineField(max_length=LONGEST_CHOICE)
    seen_in = StageField()


class Reopening(StrictSerializer):
    seen_in = StageField()


class NextStep(StrictSerializer):
    """What happens next and when, and the version in which the deal was seen.

    An empty text clears it.
    """

    version = NumberField()
    next_step = LineField(max_length=longest("next_step"), allow_blank=True)
    next_step_on = DayField(required=False, allow_null=True)


class Nothing(StrictSerializer):
    """The address says it all."""


# -- what we answer ----------------------------------------------------------------------------


class StageName(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    category = serializers.CharField()


class ProductName(serializers.ModelSerializer):
    class Meta:
        model = Product
        fields = ("id", "name")


# What a deal tells here that stands on no card.
TOLD = ("product", "source", "loss_reason")


class DealFacts(serializers.ModelSerializer):
    """A deal. `owner` is there for members only."""

    customer = serializers.CharField()
    organization = serializers.CharField(source="organization.name", allow_null=True, default=None)
    contact = serializers.CharField(source="contact.name", allow_null=True, default=None)
    product = ProductName(allow_null=True)
    currency = serializers.CharField(source="pipeline.currency")
    stage = StageName()
    source = serializers.SerializerMethodField()  # type: ignore[assignment]
    loss_reason = serializers.SerializerMethodField()
    tags = serializers.SerializerMethodField()
    owner = Person(allow_null=True, required=False)
    custom = CustomField()

    class Meta:
        model = Deal
        fields = (
            "id",
            "number",
            "title",
            "customer",
            "organization",
            "contact",
            "product",
            "stage",
            "outcome",
            "owner",
            "amount",
            "currency",
            "source",
            "expected_close_on",
            "next_step",
            "next_step_on",
            "opened_at",
            "entered_stage_at",
            "closed_at",
            "loss_reason",
            "tags",
            "custom",
            "version",
        )

    def get_source(self, deal: Deal) -> str:
        return str(deal.source or "")

    def get_tags(self, deal: Deal) -> list[str]:
        return [tag.name for tag in tags_of(deal)]

    def get_loss_reason(self, deal: Deal) -> str:
        return str(deal.loss_reason or "")

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        if not self.context.get("sees_people", True):
            del fields["owner"]
        return fields


class Changed(serializers.Serializer):
    """The deal as it stands now, and where the change can be taken back."""

    deal = DealFacts(allow_null=True)
    undo = serializers.CharField(allow_null=True)


class DeletedDeal(serializers.Serializer):
    """A deal in the recycle bin, and the moment from which it can no longer be taken out."""

    number = serializers.IntegerField()
    title = serializers.CharField()
    customer = serializers.CharField()
    deleted_at = serializers.DateTimeField()
    stays_until = serializers.DateTimeField()


class BatchUndone(serializers.Serializer):
    """How many changes were taken back, and which could not be, with the reason."""

    undone = serializers.SerializerMethodField()
    refused = serializers.SerializerMethodField()

    def get_undone(self, undone: Undone) -> int:
        return len(undone.lines)

    def get_refused(self, undone: Undone) -> list[dict[str, Any]]:
        return [
            {"number": line.details.get("number"), "detail": reason}
            for line, reason in undone.refused
        ]


class Both(serializers.Serializer):
    """Who came second: what was sent, and what stands there now."""

    detail = serializers.CharField()
    yours = DealChanges()
    theirs = DealFacts()


class BothSteps(serializers.Serializer):
    """The same for a next step."""

    detail = serializers.CharField()
    yours = NextStep()
    theirs = DealFacts()


class Money(serializers.Serializer):
    currency = serializers.CharField()
    amount = serializers.DecimalField(max_digits=None, decimal_places=2)


class DealList(serializers.Serializer):
    """A page of deals. Of one person's deals there is no count and no total."""

    count = serializers.IntegerField(allow_null=True)
    totals = Money(many=True)
    page = serializers.IntegerField()
    previous = serializers.CharField(allow_null=True)
    next = serializers.CharField(allow_null=True)
    results = DealFacts(many=True)


class BoardColumn(serializers.Serializer):
    """A stage with its first fifty deals; `count` and `total` are of all."""

    stage = StageName()
    exit_policy = serializers.CharField(source="policy")
    wip_limit = serializers.IntegerField(source="stage.wip_limit", allow_null=True)
    count = serializers.IntegerField()
    total = serializers.DecimalField(max_digits=None, decimal_places=2)
    deals = DealFacts(many=True)


class BoardSummary(serializers.Serializer):
    open_count = serializers.IntegerField()
    total = serializers.DecimalField(max_digits=None, decimal_places=2)
    waiting_count = serializers.IntegerField()
    without_step_count = serializers.IntegerField()


class BoardFacts(serializers.Serializer):
    pipeline = serializers.CharField(source="pipeline.name", allow_null=True, default=None)
    currency = serializers.CharField(source="pipeline.currency", allow_null=True, default=None)
    columns = BoardColumn(many=True)
    summary = BoardSummary()
