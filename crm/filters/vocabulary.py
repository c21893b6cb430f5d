"""What a reader may ask about deals, or about customers: the fields, and how each is compared."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.cards import Reader
from crm.comparing import ABOUT_A_PERSON, called, customers_with, deals_with, key_of
from crm.filters import operators
from crm.filters.operators import Operator, Operators
from crm.filters.own import operators_of
from crm.models import FieldDefinition, LossReason, Source, Stage, Tag, Target
from crm.models.choices import Choice
from crm.models.deals import HAS_NO_STEP, IS_OPEN, is_overdue, tells_of, waits_long
from crm.models.tagging import tagged
from crm.refusals import FilterError
from teams.models import User

OUTCOMES = {
    "open": gettext_lazy("Open"),
    "won": gettext_lazy("Won"),
    "lost": gettext_lazy("Lost"),
}
STEPS = {
    "none": gettext_lazy("Not planned"),
    "planned": gettext_lazy("Planned"),
    "overdue": gettext_lazy("Overdue"),
}
AGES = {"long": gettext_lazy("Longer than usual")}
OWNER = "owner"
OWNERS = {"me": gettext_lazy("Me"), "none": gettext_lazy("Nobody yet")}


@dataclass(frozen=True)
class Field:
    """Something that can be asked; two of one key are the same.

    `is_personal`: the answer says what one person looks after, so no figure may stand beside it.
    `asks_closed`: only a deal that is closed has it.
    """

    key: str
    name: Any = field(compare=False)
    operators: Operators = field(compare=False)
    is_personal: bool = False
    asks_closed: bool = False

    def operator(self, key: str) -> Operator:
        """Raises FilterError for an operator that the field does not have."""
        try:
            return self.operators[key]
        except KeyError:
            text = _("%(field)s cannot be asked in this way.") % {"field": self.name}
            raise FilterError(text) from None


class Fields:
    """The fields by their keys, for this reader; a manager has none that is about a person.

    What a field offers to choose from is read when it is needed, and once.
    """

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    @cached_property
    def usual(self) -> dict[str, Field]:
        """What can be asked in every team."""
        raise NotImplementedError

    @cached_property
    def own(self) -> dict[str, Field]:
        """The team's own fields."""
        raise NotImplementedError

    def __getitem__(self, key: str) -> Field:
        """Raises FilterError for a field that nobody knows."""
        found = self.usual.get(key) or self.own.get(key)
        if found is None:
            raise FilterError(_("Nobody knows this field."))
        return found

    @property
    def fields(self) -> dict[str, Field]:
        return self.usual | self.own

    def offered(self) -> list[Field]:
        """The fields to choose from, by their names."""
        return sorted(self.fields.values(), key=lambda each: str(each.name))

    def _own_field(
        self, field: FieldDefinition, listed_with: Callable[[FieldDefinition, Q], Q]
    ) -> Field:
        compared = operators_of(field, self.reader.today, listed_with)
        return Field(key_of(field), called(field), compared)


class Vocabulary(Fields):
    """What can be asked about the deals of a team."""

    def __init__(self, reader: Reader, user: User | None = None) -> None:
        super().__init__(reader)
        self.user = user

    @cached_property
    def usual(self) -> dict[str, Field]:
        """What can be asked in every team."""
        found = [*self._about_what(), *self._about_when()]
        if self.reader.sees_people:
            found.append(self._owner())
        return {each.key: each for each in found}

    @cached_property
    def own(self) -> dict[str, Field]:
        """The team's own fields, of deals and of their customers."""
        return {key_of(each): self._own_field(each, deals_with) for each in self.reader.fields}

    def offered(self) -> list[Field]:
        """The same; one process is no choice."""
        several = len(self.pipelines) > 1
        return [each for each in super().offered() if each.key != "pipeline" or several]

    @cached_property
    def stages(self) -> Mapping[str, str]:
        """The names of the team's stages by their keys, with the process where there are more."""
        found = Stage.objects.of_team(self.reader.team).in_process_order()
        named = [*found.values_list("pk", "name", "pipeline__name")]
        several = len({pipeline for _pk, _name, pipeline in named}) > 1
        return {str(pk): f"{pipeline}: {name}" if several else name for pk, name, pipeline in named}

    @cached_property
    def pipelines(self) -> Mapping[str, str]:
        found = self.reader.team.pipelines.in_order()
        return {str(pk): name for pk, name in found.values_list("pk", "name")}

    @cached_property
    def owners(self) -> Mapping[str, Any]:
        """Me, nobody, and the people of the team."""
        members = self.reader.team.memberships.current().order_by("user__name", "pk")
        return OWNERS | {str(pk): name for pk, name in members.values_list("user", "user__name")}

    def list_of(self, among: type[Choice]) -> Mapping[str, str]:
        """The names of all that the team chooses from here, also of what is offered no more."""
        found = among.objects.filter(team=self.reader.team).in_order()
        return {str(pk): name for pk, name in found.values_list("pk", "name")}

    def _about_what(self) -> list[Field]:
        texts, choices = operators.of_text, operators.of_choice
        return [
            Field("q", gettext_lazy("Words"), _only(texts("title"), "contains", tells_of)),
            Field("title", gettext_lazy("What"), texts("title")),
            Field(
                "customer", gettext_lazy("Customer"), texts("organization__name", "contact__name")
            ),
            Field(
                "stage",
                gettext_lazy("Stage"),
                choices(lambda: self.stages, lambda pk: Q(stage=int(pk))),
            ),
            Field(
                "pipeline",
                gettext_lazy("Process"),
                choices(lambda: self.pipelines, lambda pk: Q(pipeline=int(pk))),
            ),
            Field(
                "outcome",
                gettext_lazy("Outcome"),
                choices(lambda: OUTCOMES, lambda outcome: Q(outcome=outcome)),
                asks_closed=True,
            ),
            Field("amount", gettext_lazy("Amount"), operators.of_amount("amount")),
            Field("product", gettext_lazy("Product"), texts("product__name")),
            Field(
                "tag",
                gettext_lazy("Tag"),
                choices(lambda: self.list_of(Tag), lambda pk: tagged(int(pk))),
            ),
            Field(
                "source",
                gettext_lazy("Source"),
                operators.of_row("source", lambda: self.list_of(Source)),
            ),
            Field(
                "loss",
                gettext_lazy("Loss reason"),
                operators.of_row("loss_reason", lambda: self.list_of(LossReason)),
                asks_closed=True,
            ),
        ]

    def _about_when(self) -> list[Field]:
        today, zone = self.reader.today, self.reader.team.zone
        days, moments = operators.of_day, operators.of_moment
        return [
            Field(
                "step",
                gettext_lazy("Next step"),
                operators.of_choice(lambda: STEPS, self._steps.__getitem__),
            ),
            Field("due", gettext_lazy("Day of the next step"), days("next_step_on", today)),
            Field("expected", gettext_lazy("Expected"), days("expected_close_on", today)),
            Field("opened", gettext_lazy("Asked on"), moments("opened_at", today, zone)),
            Field(
                "closed",
                gettext_lazy("Closed on"),
                moments("closed_at", today, zone),
                asks_closed=True,
            ),
            Field(
                "age",
                gettext_lazy("Time in the stage"),
                {
                    **operators.of_choice(lambda: AGES, lambda _long: waits_long(self.reader.at)),
                    **operators.of_number_of_days(self._aged),
                },
            ),
        ]

    def _owner(self) -> Field:
        whose = {"me": Q(owner=self.user), "none": Q(owner=None)}
        return Field(
            OWNER,
            gettext_lazy("Looked after by"),
            operators.of_choice(
                lambda: self.owners, lambda who: whose.get(who) or Q(owner=int(who))
            ),
            is_personal=True,
        )

    @cached_property
    def _steps(self) -> dict[str, Q]:
        return {
            "none": HAS_NO_STEP,
            "planned": IS_OPEN & ~Q(next_step=""),
            "overdue": is_overdue(self.reader.today),
        }

    def _aged(self, least: int | None, most: int | None) -> Q:
        found = IS_OPEN
        if least is not None:
            found &= Q(entered_stage_at__lte=self.reader.at - timedelta(days=least))
        if most is not None:
            found &= Q(entered_stage_at__gt=self.reader.at - timedelta(days=most + 1))
        return found


class CustomerVocabulary(Fields):
    """What can be asked about the organizations of the company.

    What the team wrote down about a person is asked of those who work there.
    """

    @cached_property
    def usual(self) -> dict[str, Field]:
        found = [
            Field("name", gettext_lazy("Name"), operators.of_text("name")),
            Field("place", gettext_lazy("Place"), operators.of_text("location")),
            Field("sector", gettext_lazy("Sector"), operators.of_text("sector")),
        ]
        return {each.key: each for each in found}

    @cached_property
    def own(self) -> dict[str, Field]:
        """The team's own fields about organizations and, for members, about people."""
        return {
            key_of(each): self._own_field(each, customers_with)
            for each in self.reader.fields
            if each.target != Target.DEAL
        }


def is_about_a_person(key: str) -> bool:
    """Whether a manager cannot ask this, by the key of a field that may have gone since."""
    return key == OWNER or key.startswith(ABOUT_A_PERSON)


def _only(of: Operators, key: str, q: Any) -> Operators:
    return {key: of[key]._replace(q=q)}
