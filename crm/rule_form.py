"""What people fill in about a rule: when, for which deals, and what is to be done."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from django import forms
from django.utils.translation import gettext_lazy

from crm.filter_form import FilterRows
from crm.filters.vocabulary import Field
from crm.models import Rule, Stage, Tag
from crm.models.activity import LONGEST_TITLE, Kind
from crm.models.rule import LONGEST_RULE_NAME, MOST_DAYS, Trigger
from crm.rules import LastingVocabulary, conditions_of
from teams.fields import LineField
from teams.models import Team

REMOVE = "remove-"


class WriteRule(forms.Form):
    """A rule, but for its conditions."""

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
    mails = forms.BooleanField(
        label=gettext_lazy("Mail whoever looks after it, or the team where nobody does"),
        required=False,
    )

    def __init__(self, *args: Any, team: Team, rule: Rule | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stages, tags = Stage.objects.of_team(team), Tag.objects.filter(team=team)
        self._offer("stage", stages.living().in_process_order(), rule.stage if rule else None)
        self._offer("tag", tags.living().in_order(), rule.tag if rule else None)

    def _offer(self, name: str, living: Any, stands: Stage | Tag | None) -> None:
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
        names = ("activity_title", "activity_kind", "activity_in_days", "tag", "mails")
        return [self[name] for name in names]

    def wanted(self) -> dict[str, Any]:
        """What the verbs of a rule take, but for the conditions."""
        typed = {name: value for name, value in self.cleaned_data.items() if name != "version"}
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
        typed = {name: data.get(name, "") for name in kind.base_fields}
        filled: dict[str, Any] = {"data": data} if checked else {"initial": typed}
        rows = FilterRows.of(data, vocabulary, checked=checked, without=act.removeprefix(REMOVE))
        if act == "add" and (asked := vocabulary.fields.get(data.get("new", ""))):
            rows.add(asked)
        return cls(kind(team=team, rule=rule, **filled), rows, vocabulary)

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
    stands = {name: getattr(rule, name) for name in (*names, "mails", "version")}
    return {**stands, "stage": rule.stage_id, "tag": rule.tag_id}
