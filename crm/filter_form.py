"""A filter as a person builds it: a row for each condition, in order."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from crm.custom import WhereItWentWrong
from crm.filters import Condition, Fields, Filter
from crm.filters.tree import MOST_ALTERNATIVES, MOST_LINES
from crm.filters.vocabulary import Field
from crm.refusals import FilterError

JOINS = {"and": gettext_lazy("and"), "or": gettext_lazy("or")}
MOST_ROWS = MOST_LINES * MOST_ALTERNATIVES


class ConditionForm(forms.Form):
    """One condition: beside the one above or instead of it, how it is compared, and with what."""

    bound_field_class = WhereItWentWrong

    join = forms.ChoiceField(
        label=gettext_lazy("And, or or"), choices=list(JOINS.items()), required=False
    )
    operator = forms.ChoiceField(label=gettext_lazy("How"))

    def __init__(self, *args: Any, asked: Field, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        operator = self.fields["operator"]
        assert isinstance(operator, forms.ChoiceField)
        operator.choices = [(key, each.name) for key, each in asked.operators.items()]
        chosen = asked.operators.get(self["operator"].value() or "")
        self.shape = (chosen or next(iter(asked.operators.values()))).shape
        self.fields |= self.shape.typed()

    def clean(self) -> dict[str, Any]:
        if not self.errors:
            try:
                self.cleaned_data["compared"] = self.shape.of_typed(self.cleaned_data)
            except FilterError as refusal:
                self.add_error("value", str(refusal))
        return self.cleaned_data

    def condition(self) -> Condition:
        """The condition, of a form that is valid."""
        return Condition(self.asked, self.cleaned_data["operator"], self.cleaned_data["compared"])


class FilterRows:
    """The rows of a filter on the page that builds it."""

    def __init__(self, rows: list[ConditionForm]) -> None:
        self.rows = rows

    def __iter__(self) -> Iterator[ConditionForm]:
        return iter(self.rows)

    @classmethod
    def about(cls, filter_: Filter) -> "FilterRows":
        """The rows of a filter that stands."""
        return cls(
            [
                ConditionForm(
                    asked=each.field, prefix=f"row{number}", initial=_as_typed(each, join)
                )
                for number, (each, join) in enumerate(_joined(filter_))
            ]
        )

    @classmethod
    def of(
        cls, data: Mapping[str, Any], vocabulary: Fields, *, checked: bool, without: str = ""
    ) -> "FilterRows":
        """The rows as they were filled in; those of an unknown field are left out."""
        rows: list[ConditionForm] = []
        for number in range(MOST_ROWS):
            asked = vocabulary.fields.get(data.get(f"row{number}-field", ""))
            if asked is None or str(number) == without:
                continue
            names = ("join", "operator", "value", "until")
            typed = {name: data.get(f"row{number}-{name}", "") for name in names}
            prefix = f"row{len(rows)}"
            bound = {f"{prefix}-{name}": text for name, text in typed.items()}
            filled: dict[str, Any] = {"data": bound} if checked else {"initial": typed}
            rows.append(ConditionForm(asked=asked, prefix=prefix, **filled))
        return cls(rows)

    def add(self, asked: Field) -> None:
        """An empty row for this field, below the others, where the page is taken up again."""
        if len(self.rows) < MOST_ROWS:
            row = ConditionForm(asked=asked, prefix=f"row{len(self.rows)}")
            row.fields["operator"].widget.attrs["autofocus"] = True
            self.rows.append(row)

    def is_valid(self) -> bool:
        return all(map(ConditionForm.is_valid, self.rows))

    def filter(self) -> Filter:
        """The filter, of rows that are valid."""
        lines: list[list[Condition]] = []
        for row in self.rows:
            if row.cleaned_data["join"] != "or" or not lines:
                lines.append([])
            lines[-1].append(row.condition())
        return Filter(tuple(map(tuple, lines)))


def _joined(filter_: Filter) -> Iterator[tuple[Condition, str]]:
    for line in filter_.lines:
        for number, each in enumerate(line):
            yield each, "or" if number else "and"


def _as_typed(condition: Condition, join: str) -> dict[str, Any]:
    shape = condition.field.operator(condition.operator).shape
    return {"join": join, "operator": condition.operator, **shape.as_typed(condition.value)}
