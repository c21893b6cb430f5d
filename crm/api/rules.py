"""The rules of the team, for programs: the same verbs as on their pages."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from crm.api.customs import CustomField
from crm.api.fields import FilterField, NumberField, StageField
from crm.api.serializers import Nothing
from crm.api.views import CrmView
from crm.filters.tree import lines_of
from crm.models import Rule, RuleRun, Source, Stage, StaleRule, Tag, Target
from crm.models.activity import LONGEST_TITLE, Kind
from crm.models.rule import LONGEST_RULE_NAME, MOST_DAYS, Trigger, checked_address
from crm.models.values import LONGEST_URL, filled
from crm.refusals import RuleError
from crm.rules import LastingVocabulary, Rehearsal, conditions_of, runs_of, values_of
from crm.web import fields_about, find_rule
from teams.api import StrictSerializer
from teams.api_fields import LineField, OneOf


class HookField(LineField):
    """Where another program listens, over https on its usual port."""

    def to_internal_value(self, data: Any) -> str:
        try:
            return checked_address(super().to_internal_value(data))
        except RuleError as refusal:
            raise serializers.ValidationError(str(refusal)) from refusal


class RuleParts(StrictSerializer):
    """When a rule works, beside its trigger, and what is done: all that may stay unsaid.

    `source` is the key of one, and `custom` what a deal gets in the team's own fields.
    """

    stage = StageField(allow_null=True, required=False)
    days = serializers.IntegerField(
        min_value=1, max_value=MOST_DAYS, allow_null=True, required=False
    )
    conditions = FilterField(required=False)
    activity_title = LineField(max_length=LONGEST_TITLE, allow_blank=True, required=False)
    activity_kind = serializers.ChoiceField(choices=Kind.choices, required=False)
    activity_in_days = serializers.IntegerField(min_value=0, max_value=MOST_DAYS, required=False)
    tag = OneOf("tags", allow_null=True, required=False)
    source = OneOf("sources", allow_null=True, required=False)  # type: ignore[assignment]
    custom = CustomField(required=False)
    mails = serializers.BooleanField(required=False)
    hook_url = HookField(max_length=LONGEST_URL, allow_blank=True, required=False)


class RuleDraft(RuleParts):
    """A new rule; stage and days say more about the trigger, and at least one thing is done."""

    name = LineField(max_length=LONGEST_RULE_NAME)
    trigger = serializers.ChoiceField(choices=Trigger.choices)


class RuleChanges(RuleParts):
    """The rule as it is to be; what is not named stays. And the version in which it was seen."""

    version = NumberField()
    name = LineField(max_length=LONGEST_RULE_NAME, required=False)
    trigger = serializers.ChoiceField(choices=Trigger.choices, required=False)


class RuleFacts(serializers.Serializer):
    """A rule. It is at work since `on_since`, null while it is switched off.

    `lost` says which conditions mean nothing any more; until that is mended it does nothing.
    `unfit` says which values of `custom` their fields do not take any more; those stay away.
    """

    id = serializers.IntegerField()
    name = serializers.CharField()
    trigger = serializers.ChoiceField(choices=Trigger.choices)
    stage = serializers.IntegerField(source="stage_id", allow_null=True)
    days = serializers.IntegerField(allow_null=True)
    conditions = serializers.SerializerMethodField()
    lost = serializers.SerializerMethodField()
    activity_title = serializers.CharField()
    activity_kind = serializers.ChoiceField(choices=Kind.choices)
    activity_in_days = serializers.IntegerField()
    tag = serializers.IntegerField(source="tag_id", allow_null=True)
    source = serializers.IntegerField(source="source_id", allow_null=True)  # type: ignore[assignment]
    custom = CustomField()
    unfit = serializers.SerializerMethodField()
    mails = serializers.BooleanField()
    hook_host = serializers.CharField(help_text="whom it tells; the address itself is not shown")
    on_since = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()

    def get_conditions(self, rule: Rule) -> list[str]:
        return lines_of(rule.conditions)

    def get_lost(self, rule: Rule) -> list[str]:
        return conditions_of(rule, self.context["vocabulary"])[1]

    def get_unfit(self, rule: Rule) -> list[str]:
        fields = self.context["vocabulary"].reader.own_fields if rule.custom else []
        return values_of(rule, fields)[1]


class RuleRunFacts(serializers.Serializer):
    """That the rule did its work for a deal, or would have."""

    deal = serializers.IntegerField(help_text="the number of the deal")
    at = serializers.DateTimeField()


class RuleLogFacts(RuleRunFacts):
    """That the rule did its work for a deal, and what came of telling another program."""

    answered = serializers.IntegerField(
        allow_null=True, help_text="the status with which the other program took it"
    )
    untold = serializers.CharField(
        allow_null=True, help_text="why it has not taken it, empty where it was not yet tried"
    )


class RuleSecret(serializers.Serializer):
    """What signs the messages of the rule from now on. It is shown this once."""

    secret = serializers.CharField()


class DryRunFacts(serializers.Serializer):
    """How often the rule would have worked in the last days, and for which deals last.

    Counted with the deals as they are now: of steps that were late, those that still are.
    """

    count = serializers.IntegerField()
    days = serializers.IntegerField()
    shown = RuleRunFacts(many=True)


class RuleOfTeamView(CrmView):
    """What the views below share: what may be asked, and what came of a verb."""

    def asked(self, request: Request, kind: type[serializers.Serializer]) -> dict[str, Any]:
        """What was sent about a rule, checked. Raises ValidationError."""
        sent = self.read(
            request,
            kind,
            vocabulary=self.lasting,
            stages=Stage.objects.of_team(self.team).living(),
            tags=Tag.objects.filter(team=self.team),
            sources=Source.objects.filter(team=self.team),
            fields=fields_about(self.team, Target.DEAL),
        )
        asked = {"conditions": sent["conditions"].as_json()} if "conditions" in sent else {}
        return sent | asked

    @property
    def lasting(self) -> LastingVocabulary:
        return LastingVocabulary(self.team, timezone.now())

    def show(self, kind: type[serializers.BaseSerializer], shown: Any, **how: Any) -> Any:
        return kind(shown, context={"vocabulary": self.lasting}, **how).data

    def change(self, request: Request, rule: int, verb: Callable[..., Any]) -> Response:
        found = find_rule(self.team, rule)
        self.read(request, Nothing)
        verb(found, by=self.writer, at=timezone.now())
        return Response(self.show(RuleFacts, found))


class RulesView(RuleOfTeamView):
    @extend_schema(operation_id="rules_list", responses=RuleFacts(many=True))
    def get(self, request: Request) -> Response:
        """The rules of the team, also those that are switched off."""
        return Response(self.show(RuleFacts, self.team.rules.by_name(), many=True))

    @extend_schema(operation_id="rules_add", request=RuleDraft, responses={201: RuleFacts})
    def post(self, request: Request) -> Response:
        """A new rule, at work from now on."""
        draft = self.asked(request, RuleDraft)
        rule = Rule.objects.add(draft, by=self.writer, at=timezone.now())
        return Response(self.show(RuleFacts, rule), status=status.HTTP_201_CREATED)


class RuleView(RuleOfTeamView):
    @extend_schema(operation_id="rules_read", responses=RuleFacts)
    def get(self, request: Request, rule: int) -> Response:
        """One rule."""
        return Response(self.show(RuleFacts, find_rule(self.team, rule)))

    @extend_schema(operation_id="rules_change", request=RuleChanges, responses=RuleFacts)
    def patch(self, request: Request, rule: int) -> Response:
        """Another name, other conditions, something else to be done; from now on."""
        found, asked = find_rule(self.team, rule), self.asked(request, RuleChanges)
        seen = asked.pop("version")
        if "custom" in asked:
            asked["custom"] = filled(found.custom | asked["custom"])
        try:
            found.change(asked, version=seen, by=self.writer, at=timezone.now())
        except StaleRule as refusal:
            return self.both(request, refusal, self.show(RuleFacts, found))
        return Response(self.show(RuleFacts, found))


class RuleSwitchingOffView(RuleOfTeamView):
    @extend_schema(operation_id="rules_switch_off", request=Nothing, responses=RuleFacts)
    def post(self, request: Request, rule: int) -> Response:
        """Let it rest."""
        return self.change(request, rule, Rule.switch_off)


class RuleSwitchingOnView(RuleOfTeamView):
    @extend_schema(operation_id="rules_switch_on", request=Nothing, responses=RuleFacts)
    def post(self, request: Request, rule: int) -> Response:
        """Let it work again, from now on."""
        return self.change(request, rule, Rule.switch_on)


class RuleSecretView(RuleOfTeamView):
    @extend_schema(operation_id="rules_renew_secret", request=Nothing, responses=RuleSecret)
    def post(self, request: Request, rule: int) -> Response:
        """Another secret for what it tells other programs; the one before signs nothing more."""
        found = find_rule(self.team, rule)
        self.read(request, Nothing)
        found.renew_secret(by=self.writer, at=timezone.now())
        return Response({"secret": found.hook_secret})


class RuleDryRunView(CrmView):
    @extend_schema(operation_id="rules_dry_run", responses=DryRunFacts)
    def get(self, request: Request, rule: int) -> Response:
        """What it would have done in the last thirty days; nothing is done."""
        tried = Rehearsal.of(find_rule(self.team, rule), timezone.now())
        shown = [{"deal": deal.number, "at": at} for deal, at in tried.shown]
        facts = {"count": tried.count, "days": tried.days, "shown": shown}
        return Response(self.show(DryRunFacts, facts))


class RuleRunsView(CrmView):
    @extend_schema(operation_id="rules_runs", responses=RuleLogFacts(many=True))
    def get(self, request: Request, rule: int) -> Response:
        """What it did last, the newest first."""
        runs = runs_of(find_rule(self.team, rule))
        return Response(RuleLogFacts([_fact_of(run) for run in runs], many=True).data)


def _fact_of(run: RuleRun) -> dict[str, Any]:
    untold = run.untold and run.untold.error.removeprefix("HookError: ")
    return {"deal": run.deal.number, "at": run.at, "answered": run.answered, "untold": untold}
