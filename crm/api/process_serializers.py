"""What the API of the team's process reads and writes."""

from typing import Any

from rest_framework import serializers

from crm.api.fields import NumberField, StageField
from crm.forms import longest_of
from crm.models import Category, Pipeline, PipelineRevision, Stage, StageDraft
from crm.models.stage import LONGEST_ITEM
from crm.process_form import LARGEST_LIMIT, MOST_ITEMS, MOST_STAGES
from crm.start_process_form import currencies
from teams.api import StrictSerializer
from teams.api_fields import LineField

LONGEST_KEY = 60

# -- what is sent to us ------------------------------------------------------------------------


class ProcessDraft(StrictSerializer):
    """A process that begins with a few stages, which can be changed."""

    name = LineField(max_length=longest_of(Pipeline, "name"))
    kind = serializers.ChoiceField(choices=Pipeline.Kind.choices)
    currency = serializers.ChoiceField(choices=currencies(), default="EUR")


class StageWords(StrictSerializer):
    """A stage as the team describes it; `id` of one that is there, none for a new one."""

    id = NumberField(required=False, allow_null=True)
    name = LineField(max_length=longest_of(Stage, "name"))
    category = serializers.ChoiceField(choices=Category.choices)
    exit_policy = LineField(
        max_length=longest_of(Stage, "exit_policy"), required=False, allow_blank=True
    )
    wip_limit = serializers.IntegerField(
        min_value=1, max_value=LARGEST_LIMIT, required=False, allow_null=True
    )
    checklist = serializers.ListField(
        child=LineField(max_length=LONGEST_ITEM), max_length=MOST_ITEMS, required=False
    )
    required_fields = serializers.ListField(
        child=LineField(max_length=LONGEST_KEY), max_length=LONGEST_KEY, required=False
    )

    def draft(self, words: dict[str, Any]) -> StageDraft:
        """The stage of words that are valid."""
        return StageDraft(
            name=words["name"],
            category=Category(words["category"]),
            exit_policy=words.get("exit_policy", ""),
            wip_limit=words.get("wip_limit"),
            checklist=tuple(words.get("checklist", ())),
            required=tuple(words.get("required_fields", ())),
            stage=words.get("id"),
        )


class WayOut(StrictSerializer):
    """Where the open deals go of a stage that is not among the stages any more."""

    stage = NumberField()
    deals_to = NumberField()


class ProcessChange(StrictSerializer):
    """All of the process in its order, why it changes, and the version in which it was seen."""

    seen = NumberField()
    reason = LineField(max_length=longest_of(PipelineRevision, "reason"))
    name = LineField(max_length=longest_of(Pipeline, "name"), required=False)
    stages = serializers.ListField(child=StageWords(), max_length=MOST_STAGES)
    deals_to = serializers.ListField(child=WayOut(), max_length=MOST_STAGES, required=False)

    def validate_stages(self, stages: list[dict[str, Any]]) -> list[StageDraft]:
        return [StageWords().draft(words) for words in stages]

    def validate_deals_to(self, ways: list[dict[str, Any]]) -> dict[int, int]:
        return {way["stage"]: way["deals_to"] for way in ways}


class Leaving(StrictSerializer):
    """In which stage of another process the open deals go on."""

    deals_to = StageField(required=False, allow_null=True)


class ProcessPlace(StrictSerializer):
    """The place among the processes, from 1."""

    position = NumberField()


class Transfer(StrictSerializer):
    """A stage of another process, and the stage in which the deal was seen."""

    stage = StageField()
    seen_in = StageField()


class ItemState(StrictSerializer):
    """An item of the checklist, and whether it is done."""

    item = LineField(max_length=LONGEST_ITEM)
    done = serializers.BooleanField()


# -- what we answer ----------------------------------------------------------------------------


class StageFacts(serializers.ModelSerializer):
    is_archived = serializers.SerializerMethodField()

    class Meta:
        model = Stage
        fields = (
            "id",
            "name",
            "category",
            "exit_policy",
            "wip_limit",
            "checklist",
            "required_fields",
            "is_archived",
        )

    def get_is_archived(self, stage: Stage) -> bool:
        return stage.archived_at is not None


class ProcessFacts(serializers.ModelSerializer):
    """A process with all of its stages in their order, and the number of its last version."""

    version = serializers.IntegerField(source="last_number")
    stages = serializers.SerializerMethodField()
    is_archived = serializers.SerializerMethodField()

    class Meta:
        model = Pipeline
        fields = ("id", "name", "kind", "currency", "position", "is_archived", "version", "stages")

    def get_is_archived(self, pipeline: Pipeline) -> bool:
        return pipeline.archived_at is not None

    def get_stages(self, pipeline: Pipeline) -> list[dict[str, Any]]:
        stages = sorted(pipeline.stages.all(), key=lambda stage: (stage.position, stage.pk))
        return list(StageFacts(stages, many=True).data)


class RevisionFacts(serializers.Serializer):
    """A version of a process: what changed in words, and why."""

    number = serializers.IntegerField()
    process = serializers.CharField()
    reason = serializers.CharField()
    at = serializers.DateTimeField()
    changes = serializers.ListField(child=serializers.CharField())


class BothProcesses(serializers.Serializer):
    """Who came second: what was sent, and what stands there now."""

    detail = serializers.CharField()
    yours = ProcessChange()
    theirs = ProcessFacts()


class ItemFacts(serializers.Serializer):
    item = serializers.CharField()
    done = serializers.BooleanField(source="is_done")
