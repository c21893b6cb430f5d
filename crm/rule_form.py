"""What people fill in about a rule: when, for which deals, and what is to be done."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from crm.custom import CustomForm, name_of
from crm.filter_form import FilterRows
from crm.filters.vocabulary import Field
from crm.models import Rule, Source, Stage, Tag, Target
from crm.models.activity import LONGEST_TITLE, Kind
from crm.models.choices import Choice
from crm.models.rule import LONGEST_RULE_NAME, MOST_DAYS, Trigger, checked_address
from crm.models.values import LONGEST_URL, filled
from crm.refusals import RuleError
from crm.rules import LastingVocabulary, conditions_of
from crm.web import fields_about
from teams.fields import LineField
from teams.models import Team

REMOVE = "remove-"


def _can_be_told(address: str) -> None:
    try:
        checked_address(address)
    except RuleError as refusal:
        raise ValidationError(str(refusal)) from refusal


class WriteRule(CustomForm):
    """A rule, but for its conditions; of the team's own fields, what it gives a deal."""

    name = LineField(label=gettext_lazy("Name"), max_length=LONGEST_RULE_NAME)
    trigger = forms.ChoiceField(label=gettext_lazy("When"), choices=Trigger.choices)
    stage = forms.ModelChoiceField(
        label=gettext_lazy("Which stage"),
        queryset=Stage.objects.none(),
        empty_label=gettext_lazy("Any stage"),
        required=False,
    )
    days = forms.IntegerField(
        label=gettext_lazy("For how many days"),
        min_value=1,
        max_value=MOST_DAYS,
        required=False,
        help_text=gettext_lazy(
            "For a deal that stands in a stage, and for a step that is late: "
            "one day late is the day after it was due."
        ),
    )
    activity_title = LineField(
        label=gettext_lazy("Plan an activity"),
        max_length=LONGEST_TITLE,
        required=False,
        help_text=gettext_lazy("For whoever looks after the deal. Empty plans none."),
    )
    activity_kind = forms.ChoiceField(
        label=gettext_lazy("Kind of activity"), choices=Kind.choices, required=False
    )
    activity_in_days = forms.IntegerField(
        label=gettext_lazy("Due after how many days"),
        min_value=0,
        max_value=MOST_DAYS,
        required=False,
    )
    tag = forms.ModelChoiceField(
        label=gettext_lazy("Give the deal a tag"),
        queryset=Tag.objects.none(),
        empty_label=gettext_lazy("No tag"),
        required=False,
    )
    source = forms.ModelChoiceField(
        label=gettext_lazy("Give the deal a source"),
        queryset=Source.objects.none(),
        empty_label=gettext_lazy("Leave as it is"),
        required=False,
    )
    mails = forms.BooleanField(
        label=gettext_lazy("Mail whoever looks after it, or the team where nobody does"),
        required=False,
    )

    hook_url = LineField(
        label=gettext_lazy("Tell another program"),
        max_length=LONGEST_URL,
        required=False,
        validators=[_can_be_told],
        widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://"}),
        help_text=gettext_lazy(
            "Its address. It gets the number and the stage of the deal, and nothing of a person."
        ),
    )

    def __init__(self, *args: Any, team: Team, rule: Rule | None = None, **kwargs: Any) -> None:
        own, given = fields_about(team, Target.DEAL), rule.custom if rule else None
        super().__init__(*args, fields_asked=own, kept=given, **kwargs)
        stages = Stage.objects.of_team(team).living().in_process_order()
        self._offer("stage", stages, rule.stage if rule else None)
        for name, choice in (("tag", Tag), ("source", Source)):
            living = choice.objects.filter(team=team).living().in_order()
            self._offer(name, living, getattr(rule, name, None))

    def _offer(self, name: str, living: Any, stands: Stage | Choice | None) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        # What the rule has stays on offer, also when the team has archived it.
        also = living.model.objects.filter(pk=stands.pk) if stands else living.none()
        field.queryset = living | also

    def when(self) -> list[forms.BoundField]:
        """What it is called, and what sets it off."""
        return [self[name] for name in ("name", "trigger", "stage", "days")]

    def then(self) -> list[forms.BoundField]:
        """What is done."""
        activity = ("activity_title", "activity_kind", "activity_in_days")
        return [self[name] for name in (*activity, "tag", "source", "mails", "hook_url")]

    def own(self) -> list[forms.BoundField]:
        """What the deal gets in the team's own fields."""
        return [self[name_of(field)] for field in self.fields_asked]

    def says_own(self) -> bool:
        """Whether something is filled in there, or wrong."""
        return any(bound.value() or bound.errors for bound in self.own())

    def wanted(self) -> dict[str, Any]:
        """What the verbs of a rule take, but for the conditions."""
        asked = self.cleaned_data
        typed = {name: asked[name] for name in WriteRule.base_fields}
        typed["custom"] = filled(self.custom())
        typed["activity_kind"] = typed["activity_kind"] or Kind.TASK
        typed["activity_in_days"] = typed["activity_in_days"] or 0
        return typed


class ChangeRule(WriteRule):
    """A rule as it is to be, and the version that the person had on screen."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class TypedRule:
    """A rule as it is being written: the form, and the rows of its conditions."""

    def __init__(self, form: WriteRule, rows: FilterRows, vocabulary: LastingVocabulary) -> None:
        self.form, self.rows, self.vocabulary = form, rows, vocabulary

    @classmethod
    def empty(cls, team: Team, at: datetime) -> Self:
        form = WriteRule(team=team, initial={"activity_in_days": 0, "activity_kind": Kind.TASK})
        return cls(form, FilterRows([]), LastingVocabulary(team, at))

    @classmethod
    def about(cls, rule: Rule, at: datetime) -> Self:
        """A rule that stands, to be changed; what has lost its meaning is left out."""
        vocabulary = LastingVocabulary(rule.team, at)
        filter_, _lost = conditions_of(rule, vocabulary)
        form = ChangeRule(team=rule.team, rule=rule, initial=_stands(rule))
        return cls(form, FilterRows.about(filter_), vocabulary)

    @classmethod
    def of(
        cls, data: Mapping[str, Any], team: Team, at: datetime, *, rule: Rule | None, act: str
    ) -> Self:
        """A rule as it was filled in; it is checked unless the act only changes its rows."""
        vocabulary = LastingVocabulary(team, at)
        checked = not (act == "add" or act.startswith(REMOVE))
        kind = ChangeRule if rule else WriteRule
        form = kind(data, team=team, rule=rule)
        if not checked:
            form = kind(initial=form.as_typed(), team=team, rule=rule)
        rows = FilterRows.of(data, vocabulary, checked=checked, without=act.removeprefix(REMOVE))
        if act == "add" and (asked := vocabulary.fields.get(data.get("new", ""))):
            rows.add(asked)
        return cls(form, rows, vocabulary)

    def offered(self) -> list[Field]:
        """What more can be asked of a deal."""
        return self.vocabulary.offered()

    def is_valid(self) -> bool:
        # Both, so that all that is wrong is said at once.
        return all([self.form.is_valid(), self.rows.is_valid()])

    def wanted(self) -> dict[str, Any]:
        """What the verbs of a rule take, of a draft that is valid."""
        return {**self.form.wanted(), "conditions": self.rows.filter().as_json()}


def _stands(rule: Rule) -> dict[str, Any]:
    names = ("name", "trigger", "days", "activity_title", "activity_kind", "activity_in_days")
    stands = {name: getattr(rule, name) for name in (*names, "mails", "hook_url", "version")}
    return {**stands, "stage": rule.stage_id, "tag": rule.tag_id, "source": rule.source_id}
