"""What a team fills in to change its process: all of its stages, and why."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django import forms
from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.forms import StageBeyondField, longest_of
from crm.models import Asking, Category, Pipeline, PipelineRevision, Stage, StageDraft, needs
from crm.models.stage import LONGEST_ITEM
from crm.revisions import between, text_of
from teams.fields import LineField, LinesField
from teams.models import Membership

MOST_STAGES = 30
MOST_ITEMS = 20
LARGEST_LIMIT = 999
NEW = re.compile(r"new[0-9]{1,3}")
PARTS = ("name", "category", "exit_policy", "wip_limit", "checklist", "required")


class ChangeProcess(forms.Form):
    """What the process is called, why it changes, and the version that was on screen."""

    name = LineField(
        label=gettext_lazy("Name of the process"), max_length=longest_of(Pipeline, "name")
    )
    reason = LineField(
        label=gettext_lazy("Why do we change it?"),
        max_length=longest_of(PipelineRevision, "reason"),
        help_text=gettext_lazy("One sentence. It stays beside this change for good."),
    )
    asks_customer = forms.ChoiceField(
        label=gettext_lazy("Ask the customer how well we helped"),
        choices=Asking.choices,
        help_text=gettext_lazy(
            "One question, once, after the closing. The team and its managers read the answer."
        ),
    )
    seen = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class DescribeStage(forms.Form):
    """One stage of the process, as the team describes it; `asked` are the fields to ask for."""

    name = LineField(label=gettext_lazy("Name"), max_length=longest_of(Stage, "name"))
    category = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Category.choices)
    wip_limit = forms.IntegerField(
        label=gettext_lazy("At most so many deals"),
        min_value=1,
        max_value=LARGEST_LIMIT,
        required=False,
    )
    exit_policy = LineField(
        label=gettext_lazy("Done when"),
        max_length=longest_of(Stage, "exit_policy"),
        required=False,
    )
    checklist = LinesField(
        label=gettext_lazy("Checklist"),
        most=MOST_ITEMS,
        longest=LONGEST_ITEM,
        help_text=gettext_lazy("One item on a line. It helps to remember, and stops nobody."),
        required=False,
    )
    required = forms.MultipleChoiceField(
        label=gettext_lazy("Needed to go on"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("A deal goes to a later stage only when these are filled in."),
        required=False,
    )

    def __init__(self, *args: Any, asked: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["required"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = list(asked.items())

    def draft(self, stage: int | None) -> StageDraft:
        """The stage that was filled in, of a form that is valid."""
        filled = self.cleaned_data
        return StageDraft(
            name=filled["name"],
            category=Category(filled["category"]),
            exit_policy=filled["exit_policy"],
            wip_limit=filled["wip_limit"],
            checklist=tuple(filled["checklist"]),
            required=tuple(filled["required"]),
            stage=stage,
        )


class EmptyStage(forms.Form):
    """Where the open deals go of a stage that is archived."""

    deals_to = forms.ModelChoiceField(
        Stage.objects.none(),
        label=gettext_lazy("Its open deals go to"),
        empty_label=gettext_lazy("Choose a stage"),
    )

    def __init__(self, *args: Any, among: models.QuerySet[Stage], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["deals_to"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = among


class LeaveProcess(forms.Form):
    """Where the open deals go of a process that is archived; not asked where there are none."""

    deals_to = StageBeyondField(label=gettext_lazy("Its open deals go on in"))

    def __init__(self, *args: Any, pipeline: Pipeline, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"leave-{pipeline.pk}-%s", **kwargs})
        self.pipeline = pipeline
        field = self.fields["deals_to"]
        assert isinstance(field, StageBeyondField)
        field.offer_beyond(pipeline)
        field.required = pipeline.deals.open().exists()


class PlaceProcess(forms.Form):
    """The place among the team's processes, from 1."""

    position = forms.IntegerField(min_value=1, max_value=MOST_STAGES, widget=forms.HiddenInput)


@dataclass
class Row:
    """A stage of the process to be; `key` is that of the stage, or new1, new2 and so on."""

    key: str
    form: DescribeStage

    @property
    def stage(self) -> int | None:
        return int(self.key) if self.key.isdecimal() else None


@dataclass
class Resting:
    """A stage outside the process to be; `form` asks where its open deals go, if it has some."""

    stage: Stage
    open_count: int
    form: EmptyStage | None


class ProcessForm:
    """All stages of a process in one form, in the order in which they stand on the page.

    `meanwhile` tells what others changed since the page was opened.
    """

    def __init__(
        self, pipeline: Pipeline, data: QueryDict | None = None, *, is_sent: bool = True
    ) -> None:
        self.pipeline = pipeline
        self.data = _as_it_stands(pipeline) if data is None else data
        self.is_bound = data is not None and is_sent
        self.meanwhile: list[str] = []
        in_work = models.Q(deals__outcome="open", deals__gone_at=None)
        counted = models.Count("deals", filter=in_work)
        known = pipeline.stages.in_order().annotate(open_count=counted)
        self.stages = {str(stage.pk): stage for stage in known}
        self.keys = [key for key in self._asked() if key in self.stages or NEW.fullmatch(key)]
        self.head = self._form(ChangeProcess)
        self.asked = needs.askable(pipeline.team)
        self.rows = [self._row(key) for key in self.keys]
        self.resting = [
            self._resting(stage) for key, stage in self.stages.items() if key not in self.keys
        ]

    def _asked(self) -> list[str]:
        return list(dict.fromkeys(self.data.getlist("row")))[:MOST_STAGES]

    def _row(self, key: str) -> Row:
        return Row(key, self._form(DescribeStage, prefix=_prefix(key), asked=self.asked))

    def _form(self, kind: type[Any], **more: Any) -> Any:
        if self.is_bound:
            return kind(self.data, **more)
        # Nobody has sent this yet: what is written there is shown, and not judged.
        shown = kind(**more)
        for name, field in shown.fields.items():
            written = field.widget.value_from_datadict(self.data, {}, shown.add_prefix(name))
            shown.initial[name] = written
        return shown

    def _resting(self, stage: Any) -> Resting:
        is_leaving = stage.archived_at is None and stage.open_count
        kept = [key for key in self.keys if key in self.stages]
        among = self.pipeline.stages.open().filter(pk__in=kept).in_order()
        form = self._form(EmptyStage, prefix=_prefix(stage.pk), among=among) if is_leaving else None
        return Resting(stage, stage.open_count, form)

    def arranged(self, wish: str) -> "ProcessForm":
        """The form again with a stage up, down, archived, back, or one more: nothing is kept."""
        verb, _colon, key = wish.partition(":")
        keys = list(self.keys)
        match verb:
            case "add":
                taken = {int(each[3:]) for each in keys if NEW.fullmatch(each)}
                keys.append(f"new{max(taken, default=0) + 1}")
            case "back" if key in self.stages and key not in keys:
                keys.append(key)
            case "archive" if key in keys:
                keys.remove(key)
            case "up" | "down" if key in keys:
                place = keys.index(key)
                keys.insert(max(0, place + (1 if verb == "down" else -1)), keys.pop(place))
        data = self.data.copy()
        data.setlist("row", keys[:MOST_STAGES])
        if verb == "back" and key in self.stages and key not in self.keys:
            _write(data, key, StageDraft.of(self.stages[key]))
        return ProcessForm(self.pipeline, data, is_sent=False)

    def is_valid(self) -> bool:
        return all(form.is_valid() for form in self._forms())

    def _forms(self) -> Iterator[forms.Form]:
        yield self.head
        yield from (row.form for row in self.rows)
        yield from (each.form for each in self.resting if each.form)

    def drafts(self) -> list[StageDraft]:
        return [row.form.draft(row.stage) for row in self.rows]

    def save(self, *, by: Membership, at: datetime) -> PipelineRevision:
        """Keep it. Raises the refusals of Pipeline.change."""
        return self.pipeline.change(
            self.drafts(),
            **self.head.cleaned_data,
            deals_to={
                each.stage.pk: each.form.cleaned_data["deals_to"].pk
                for each in self.resting
                if each.form
            },
            by=by,
            at=at,
        )

    def beside(self, sentence: str) -> "ProcessForm":
        """What was filled in, put on top of what others kept meanwhile; sent again, it counts.

        What only one of both changed is as they wanted it; what both changed is as it was filled
        in, with theirs beside it.
        """
        was, now = self._pictures()
        theirs = {draft["stage"]: StageDraft.pictured(draft) for draft in _alive(now)}
        old = {draft["stage"]: StageDraft.pictured(draft) for draft in _alive(was)}
        data, disputes = self.data.copy(), []
        keys = [row.key for row in self.rows if row.stage is None or self._stays(row, old, theirs)]
        for row in self.rows:
            if row.stage in theirs and row.stage in old:
                mine = row.form.draft(row.stage)
                merged, both = _merged(mine, old[row.stage], theirs[row.stage])
                _write(data, row.key, self._asking(merged))
                disputes += [(row.key, name, theirs[row.stage]) for name in both]
        for stage, draft in theirs.items():
            if stage not in old and str(stage) not in keys:
                keys.append(str(stage))
                _write(data, str(stage), self._asking(draft))
        data.setlist("row", keys)
        data["seen"] = str(self.pipeline.current_revision().number)
        again = ProcessForm(self.pipeline, data)
        names = needs.known(self.pipeline.team)
        again.meanwhile = between(was, now, names)
        again.head.add_error(None, sentence)
        forms_by_key = {row.key: row.form for row in again.rows}
        for key, name, draft in disputes:
            stands = text_of(name, getattr(draft, name), names)
            forms_by_key[key].add_error(name, _("It now says: %(theirs)s") % {"theirs": stands})
        return again

    def _asking(self, draft: StageDraft) -> StageDraft:
        # What cannot be asked for now has no box that could be ticked.
        return replace(draft, required=tuple(key for key in draft.required if key in self.asked))

    def _stays(self, row: Row, old: Mapping[int, Any], theirs: Mapping[int, Any]) -> bool:
        return row.stage in theirs or row.stage not in old

    def _pictures(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        now = self.pipeline.current_revision().snapshot
        seen = self.pipeline.revisions.filter(number=self.head.cleaned_data["seen"]).first()
        return (seen.snapshot if seen else now), now


def _merged(mine: StageDraft, was: StageDraft, theirs: StageDraft) -> tuple[StageDraft, list[str]]:
    """Both changes together, and the names of the parts on which they differ."""
    merged, both = mine, []
    for name in PARTS:
        wanted, before, stands = (getattr(one, name) for one in (mine, was, theirs))
        if wanted == before:
            merged = replace(merged, **{name: stands})
        elif stands not in (before, wanted):
            both.append(name)
    return merged, both


def _alive(snapshot: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    return (picture for picture in snapshot if not picture.get("archived"))


def _as_it_stands(pipeline: Pipeline) -> QueryDict:
    data = QueryDict(mutable=True)
    stages = list(pipeline.stages.living().in_order())
    data["name"], data["seen"] = pipeline.name, str(pipeline.current_revision().number)
    data["asks_customer"] = pipeline.asks_customer
    data.setlist("row", [str(stage.pk) for stage in stages])
    for stage in stages:
        _write(data, str(stage.pk), StageDraft.of(stage))
    return data


def _prefix(key: Any) -> str:
    return f"stage-{key}"


def _write(data: QueryDict, key: str, draft: StageDraft) -> None:
    """Fill in a stage as a browser would send it."""
    for name in PARTS:
        value = getattr(draft, name)
        written = {
            "checklist": ["\n".join(draft.checklist)],
            "required": list(draft.required),
        }.get(name, ["" if value is None else str(value)])
        data.setlist(f"{_prefix(key)}-{name}", written)
