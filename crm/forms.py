"""What people fill in about deals."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Self

from django import forms
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.alike import Likely, customers_but_for_a_letter, customers_like
from crm.columns import BETWEEN, Columns
from crm.custom import CustomForm
from crm.fields import AmountField, ChosenField, SoughtField, TagsField
from crm.filters import Condition, Fields, Filter, Vocabulary
from crm.filters.tree import ANY_OUTCOME, SHORT, USUAL_OUTCOME
from crm.filters.vocabulary import AGES, OUTCOMES, OWNERS, STEPS
from crm.listing import NEWEST, Wish
from crm.models import Deal, Export, FieldDefinition, Pipeline, Product, SavedView, Stage
from crm.models.customer import LONGEST_NAME, name_fits
from crm.models.deal import EDITABLE
from crm.models.stage import LONGEST_ITEM
from crm.models.tagging import tags_of
from crm.models.values import LONGEST_URL
from crm.models.view import LONGEST_VIEW_NAME
from crm.refusals import FilterError
from teams.fields import DayField, LineField
from teams.models import Team


def _any_or(words: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [("", gettext_lazy("All")), *words.items()]


STEP = ("next_step", "next_step_on")
# What a deal points at and a person writes by its name.
NAMED = ("organization", "contact", "source")


def longest(name: str) -> int | None:
    """How much text this field of a deal holds."""
    return longest_of(Deal, name)


def longest_of(model: type[models.Model], name: str) -> int | None:
    """How much text this field holds."""
    field = model._meta.get_field(name)
    assert isinstance(field, models.CharField)
    return field.max_length


def ask_while_typing(field: forms.Field, url: str, *, target: str, swap: str) -> None:
    """Let the field ask this address what it may mean, each time somebody pauses."""
    field.widget.attrs |= {
        "autocomplete": "off",
        "hx-get": url,
        "hx-trigger": "input changed delay:250ms",
        "hx-target": target,
        "hx-swap": swap,
    }


def suggest_customers(field: forms.Field, team: Team) -> None:
    """Let the field offer the customers that are known; without JavaScript it is typed in full."""
    field.help_text = _("A name that nobody knows yet is a new customer.")
    offer_customers(field, team)


def offer_customers(field: forms.Field, team: Team) -> None:
    """The same of customers that are known, and no other."""
    field.widget.attrs["list"] = "customer-names"
    url = reverse("crm:customer-names", args=[team.slug])
    ask_while_typing(field, url, target="#customer-names", swap="outerHTML")


class Newcomer(forms.Form):
    """Something new that may be there already under another spelling.

    The answer of the form warns, and so does the page while somebody types. Both send along in
    `anyway` what they warned about: sent with the same words, it is meant.
    """

    about: str
    asks = "crm:customers-alike"
    warned: Sequence[Likely] = ()
    anyway = LineField(max_length=LONGEST_URL, widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.team = team
        url = reverse(self.asks, args=[team.slug])
        ask_while_typing(self.fields[self.about], url, target="next .alike", swap="innerHTML")

    def is_new(self) -> bool:
        """Whether nothing that may be meant is there, or it was sent in spite of a warning."""
        typed = self.cleaned_data[self.about]
        if self.cleaned_data["anyway"] != typed:
            self.warned = self.alike(typed)
        return not self.warned

    def facts(self) -> dict[str, Any]:
        """What was filled in, but for the answer to the warning."""
        return {name: value for name, value in self.cleaned_data.items() if name != "anyway"}

    def alike(self, typed: str) -> list[Likely]:
        return customers_like(typed, self.team)


class AddDeal(Newcomer):
    """The first words of a deal, at the foot of a column."""

    about = "customer"
    asks = "crm:customer-names"
    stage = forms.ModelChoiceField(Stage.objects.none(), widget=forms.HiddenInput)
    customer = LineField(
        label=gettext_lazy("Customer"),
        max_length=LONGEST_NAME,
        validators=[name_fits],
        required=False,
    )
    title = LineField(label=gettext_lazy("What they ask for"), max_length=longest("title"))
    amount = AmountField(label=gettext_lazy("Amount"), required=False)

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, team=team, **kwargs)
        customer = self.fields["customer"]
        customer.help_text = _("A name that nobody knows yet is a new customer.")
        customer.widget.attrs["list"] = "customer-names"
        choose(
            self.fields["stage"],
            Stage.objects.of_team(team).living().open().select_related("pipeline__team"),
        )

    def alike(self, typed: str) -> list[Likely]:
        return customers_but_for_a_letter(typed, self.team) if typed else []


class MoveDeal(forms.Form):
    """Which stage to go to, above which card, and which stage the mover had on screen."""

    stage = forms.ModelChoiceField(
        Stage.objects.none(), label=gettext_lazy("Stage"), empty_label=None
    )
    seen_in = forms.ModelChoiceField(Stage.objects.none(), widget=forms.HiddenInput)
    before = forms.ModelChoiceField(Deal.objects.none(), widget=forms.HiddenInput, required=False)
    loss_reason = ChosenField("loss-reasons", label=gettext_lazy("Reason"), required=False)

    def __init__(self, *args: Any, deal: Deal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stages = Stage.objects.beside(deal).in_order()
        choose(self.fields["stage"], stages.living())
        choose(self.fields["seen_in"], stages)
        choose(self.fields["before"], Deal.objects.filter(pipeline=deal.pipeline_id))


class LoseDeal(forms.Form):
    """Why a deal was lost, and which stage the person had on screen."""

    loss_reason = ChosenField(
        "loss-reasons",
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Choose one of the team’s, or write a new one."),
    )
    seen_in = forms.ModelChoiceField(Stage.objects.none(), widget=forms.HiddenInput)

    def __init__(self, *args: Any, deal: Deal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self.fields["seen_in"], Stage.objects.beside(deal))


class ReopenDeal(forms.Form):
    """Which closed stage the person had on screen."""

    seen_in = forms.ModelChoiceField(Stage.objects.none(), widget=forms.HiddenInput)

    def __init__(self, *args: Any, deal: Deal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self.fields["seen_in"], Stage.objects.beside(deal))


class SeenInVersion(forms.Form):
    """The version that the person had on screen."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class Edit(forms.Form):
    """Changes to what others may change too, and the version that the person had on screen."""

    names: tuple[str, ...]
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    @staticmethod
    def stands(thing: Any, name: str) -> Any:
        """What is there now, as a field of this form holds it."""
        return getattr(thing, name)

    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.names}

    def beside(self, thing: Any, sentence: str) -> Self:
        """The same words again, each beside what stands there now; sent again, they count."""
        again = self.filled_with({**self.changes_as_typed(), "version": thing.version})
        again.add_error(None, sentence)
        again.say_beside(thing, self.changes())
        return again

    def say_beside(self, thing: Any, mine: Mapping[str, Any]) -> None:
        """Put beside each word what somebody else wrote there meanwhile."""
        for name, value in mine.items():
            theirs = self.stands(thing, name)
            if value != theirs:
                words = _in_words(theirs, self.fields[name])
                self.add_error(name, _("It now says: %(theirs)s") % {"theirs": words or "–"})

    def filled_with(self, data: Mapping[str, Any]) -> Self:
        return type(self)(data)

    def changes_as_typed(self) -> dict[str, Any]:
        return {name: self.data.get(name, "") for name in self.names}


class PlanStep(Edit):
    """What happens next, and on which day."""

    names: tuple[str, ...] = STEP
    next_step = LineField(
        label=gettext_lazy("Next step"), max_length=longest("next_step"), required=False
    )
    next_step_on = DayField(label=gettext_lazy("On"), required=False)

    @classmethod
    def about(cls, deal: Deal) -> "PlanStep":
        """The form with the step as it is planned now."""
        return cls(initial={name: getattr(deal, name) for name in (*STEP, "version")})

    def step(self) -> tuple[str, date | None]:
        return self.cleaned_data["next_step"], self.cleaned_data["next_step_on"]

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("next_step_on") and self.cleaned_data.get("next_step") == "":
            self.add_error("next_step", _("Say what happens on that day."))
        return self.cleaned_data


class StageBeyondField(forms.ModelChoiceField):
    """A stage of another process, named with it."""

    def __init__(self, **kwargs: Any) -> None:
        asks = gettext_lazy("Choose a stage")
        super().__init__(Stage.objects.none(), empty_label=asks, **kwargs)

    def offer_beyond(self, pipeline: Pipeline) -> None:
        among = Stage.objects.beyond(pipeline).in_process_order()
        self.queryset = among.select_related("pipeline")

    def label_from_instance(self, obj: Stage) -> str:
        return f"{obj.pipeline.name}: {obj.name}"


class TransferDeal(forms.Form):
    """Where a deal goes on in another process, and which stage the person had on screen."""

    stage = StageBeyondField(label=gettext_lazy("It goes on in"))
    seen_in = forms.ModelChoiceField(Stage.objects.none(), widget=forms.HiddenInput)

    def __init__(self, *args: Any, deal: Deal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stage = self.fields["stage"]
        assert isinstance(stage, StageBeyondField)
        stage.offer_beyond(deal.pipeline)
        choose(self.fields["seen_in"], Stage.objects.beside(deal))

    @property
    def has_a_choice(self) -> bool:
        """Whether there is another process to go to."""
        return len(self.fields["stage"].choices) > 1  # type: ignore[attr-defined]


class TickItem(forms.Form):
    """An item of the checklist, and whether it is done."""

    item = LineField(max_length=LONGEST_ITEM)
    state = forms.ChoiceField(choices=[("done", "done"), ("open", "open")])


class EditDeal(Edit, CustomForm):
    """The facts of a deal, those that the team asks for itself included."""

    names: tuple[str, ...] = (*EDITABLE, *NAMED, "tags", "product")
    title = LineField(label=gettext_lazy("What they ask for"), max_length=longest("title"))
    organization = LineField(
        label=gettext_lazy("Organization"),
        max_length=LONGEST_NAME,
        validators=[name_fits],
        required=False,
    )
    contact = LineField(label=gettext_lazy("Contact"), max_length=LONGEST_NAME, required=False)
    product = forms.ModelChoiceField(
        Product.objects.order_by("name"), label=gettext_lazy("Product"), required=False
    )
    amount = AmountField(label=gettext_lazy("Amount"), required=False)
    expected_close_on = DayField(label=gettext_lazy("Expected"), required=False)
    source = ChosenField("sources", label=gettext_lazy("Source"), required=False)
    tags = TagsField(label=gettext_lazy("Tags"), required=False)

    @classmethod
    def about(cls, deal: Deal, fields: Sequence[FieldDefinition]) -> "EditDeal":
        """The form as it stands on the page of this deal."""
        stands = {name: cls.stands(deal, name) for name in (*cls.names, "version")}
        return cls(initial=stands, fields_asked=fields, kept=deal.custom)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not Product.objects.exists():
            del self.fields["product"]
            self.names = tuple(name for name in self.names if name != "product")

    @staticmethod
    def stands(thing: Any, name: str) -> Any:
        if name == "tags":
            return [tag.name for tag in tags_of(thing)]
        found = getattr(thing, name)
        return str(found or "") if name in NAMED else found

    def offer_tags(self, names: Iterable[str], deal: Deal) -> None:
        """Let the form show the tags of the team, and those that the deal has beside them."""
        tags = self.fields["tags"]
        assert isinstance(tags, TagsField)
        tags.offer(dict.fromkeys((*names, *self.stands(deal, "tags"))))

    def changes(self) -> dict[str, Any]:
        return super().changes() | {"custom": self.custom()}

    def beside(self, thing: Any, sentence: str) -> Self:
        again = self.once_more(thing, sentence)
        again.say_beside(thing, super().changes())
        again.say_their_custom(self.custom(), thing.custom, currency=thing.pipeline.currency)
        return again


class FilterField(forms.Field):
    """The lines of a filter as they are written in an address."""

    widget = forms.MultipleHiddenInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.vocabulary: Fields | None = None

    def clean(self, value: Any) -> Filter:
        assert self.vocabulary is not None
        try:
            return Filter.read([text for text in value or [] if text], self.vocabulary)
        except FilterError as refusal:
            raise forms.ValidationError(str(refusal)) from None


class SortField(forms.CharField):
    """An order of the list as it is written in an address."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> str:
        assert self.known is not None
        sort = str(value or NEWEST)
        if self.known.order(sort) is None:
            raise forms.ValidationError(_("Nobody sorts by this."))
        return sort

    known: Columns | None = None


class ColumnsField(forms.CharField):
    """The columns of the list as they are written in an address; none for the usual ones."""

    widget = forms.HiddenInput
    known: Columns | None = None

    def clean(self, value: Any) -> tuple[str, ...]:
        assert self.known is not None
        keys = str(value or "").split(BETWEEN) if value else []
        if not all(map(self.known.get, keys)):
            raise forms.ValidationError(_("Nobody knows this column."))
        return self.known.as_kept(self.known.chosen(keys))


class FindDeals(forms.Form):
    """Which deals to list, in which order. A manager cannot ask for an owner's."""

    q = SoughtField(label=gettext_lazy("Find"), max_length=100, required=False)
    stage = forms.ChoiceField(label=gettext_lazy("Stage"), required=False)
    outcome = forms.ChoiceField(
        label=gettext_lazy("Outcome"),
        choices=[*OUTCOMES.items(), (ANY_OUTCOME, gettext_lazy("All"))],
        required=False,
    )
    step = forms.ChoiceField(
        label=gettext_lazy("Next step"), choices=_any_or(STEPS), required=False
    )
    age = forms.ChoiceField(
        label=gettext_lazy("Time in the stage"), choices=_any_or(AGES), required=False
    )
    owner = forms.ChoiceField(
        label=gettext_lazy("Looked after by"), choices=_any_or(OWNERS), required=False
    )
    filter = FilterField(required=False)
    sort = SortField(required=False)
    columns = ColumnsField(required=False)

    def __init__(self, *args: Any, vocabulary: Vocabulary, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.vocabulary = vocabulary
        _offer(self.fields["stage"], lambda: _any_or(vocabulary.stages))
        if "owner" not in vocabulary.usual:
            del self.fields["owner"]
        filter_ = self.fields["filter"]
        assert isinstance(filter_, FilterField)
        filter_.vocabulary = vocabulary
        sort, columns = self.fields["sort"], self.fields["columns"]
        assert isinstance(sort, SortField)
        assert isinstance(columns, ColumnsField)
        sort.known = columns.known = Columns(vocabulary.reader)

    def clean(self) -> dict[str, Any]:
        if "owner" not in self.fields and self.data.get("owner"):
            raise forms.ValidationError(_("Who looks after a deal is the team’s own."))
        return self.cleaned_data

    def wish(self) -> Wish:
        """The wish, of a form that is valid."""
        narrowed = self._short().and_also(self.cleaned_data["filter"])
        return Wish(narrowed, **self._shown())

    def without_filter(self) -> Wish:
        """The wish without what stands in no field that can be seen."""
        return Wish(self._short(), **self._shown())

    def _shown(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("sort", "columns")}

    def _short(self) -> Filter:
        asked = self.cleaned_data
        usual = ANY_OUTCOME if asked["filter"].asks_closed else USUAL_OUTCOME
        short = {name: asked.get(name) for name in SHORT}
        short["outcome"] = short["outcome"] or usual
        conditions = [
            Condition.read(name, SHORT[name], text, self.vocabulary)
            for name, text in short.items()
            if text and text != ANY_OUTCOME
        ]
        return Filter.of(*conditions)


class NameView(forms.Form):
    """The name of a saved view, whose it is, and the version that the person had on screen."""

    name = LineField(label=gettext_lazy("Name"), max_length=LONGEST_VIEW_NAME)
    whose = forms.ChoiceField(
        label=gettext_lazy("For"),
        choices=[("team", gettext_lazy("the team")), ("me", gettext_lazy("me alone"))],
        required=False,
    )
    layout = forms.ChoiceField(
        choices=SavedView.Layout.choices, widget=forms.HiddenInput, required=False
    )
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, view: SavedView | None = None, **kwargs: Any) -> None:
        super().__init__(data, auto_id="view-%s", **kwargs)
        if view:
            del self.fields["whose"]

    @classmethod
    def about(cls, view: SavedView | None, layout: str) -> "NameView":
        """The form as it stands above list, board or calendar, for this view or a new one."""
        known = {"name": view.name, "version": view.version} if view else {}
        return cls(initial={"layout": layout, **known}, view=view)


class ChooseExport(forms.Form):
    """What kind of file the deals become."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind of file"), choices=Export.Kind.choices)
    columns = forms.ChoiceField(
        label=gettext_lazy("Columns"),
        choices=[
            ("all", gettext_lazy("all there is")),
            ("shown", gettext_lazy("those of the list")),
        ],
        required=False,
    )


def first_error(form: forms.Form) -> str:
    """One sentence about what is wrong, with the name of the field."""
    name, errors = next(iter(form.errors.items()))
    label = form[name].label if name in form.fields else ""
    return f"{label}: {errors[0]}" if label else str(errors[0])


def _in_words(value: Any, field: forms.Field) -> str:
    if isinstance(field, forms.ModelChoiceField):
        return str(value or "")
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices)[value])  # type: ignore[arg-type]
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        value = timezone.localtime(value)
    return str(localize(value) or "")


def choose(field: forms.Field, among: Any) -> None:
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = among


def _offer(field: forms.Field, choices: Callable[[], Any]) -> None:
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices
