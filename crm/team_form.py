"""What somebody fills in who starts a team."""

from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.fields import AmountField
from crm.forms import longest_of
from crm.models import Category, Stage, StageDraft
from crm.starting import TeamDraft
from dashboards import kpis
from teams import countries
from teams.currencies import CURRENCIES
from teams.fields import DayField, LineField
from teams.models import Goal, Team

# What a first goal can be a number of: figures that add up to it, deal by deal.
GOALS = ("deals-won", "value-won")
REGIONS = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/",
           "Pacific/", "UTC")  # fmt: skip
# A process to begin with: what kind of stage, its name, and when a deal may leave it.
FIRST_STAGES = (
    (
        Category.INTAKE,
        gettext_lazy("First contact"),
        gettext_lazy("Answered within one working day"),
    ),
    (
        Category.OPEN,
        gettext_lazy("Needs clear"),
        gettext_lazy("The customer has confirmed our summary"),
    ),
    (Category.OPEN, gettext_lazy("Proposal"), gettext_lazy("Price and date on one page")),
    (
        Category.WON,
        gettext_lazy("Delivered"),
        gettext_lazy("Customer called two weeks after delivery"),
    ),
    (Category.LOST, gettext_lazy("Lost"), ""),
)
# A team may begin with one stage less between the first contact and the end.
MAY_STAY_EMPTY = 3


@cache
def zones() -> list[tuple[str, str]]:
    """The time zones by place, as a choice."""
    return [(name, name) for name in sorted(available_timezones()) if name.startswith(REGIONS)]


def _goals() -> list[tuple[str, Any]]:
    return [(slug, kpis.get(slug).name) for slug in GOALS]


def _parts(category: Category) -> list[str]:
    # A lost deal leaves the board, so nobody says there when it is done.
    return ["stage"] if category == Category.LOST else ["stage", "policy"]


class StartTeam(forms.Form):
    """A team with its goal and five stages, filled in as far as others began."""

    name = LineField(label=gettext_lazy("Name of the team"), max_length=longest_of(Team, "name"))
    goal = LineField(
        label=gettext_lazy("Our goal, in one sentence"),
        max_length=longest_of(Team, "goal"),
        help_text=gettext_lazy(
            "Which customers, which offer: “120 happy small-business customers by New Year”."
        ),
    )
    goal_kpi = forms.ChoiceField(label=gettext_lazy("Counted in"), choices=_goals, initial=GOALS[0])
    goal_target = AmountField(label=gettext_lazy("The number to reach"))
    goal_until_on = DayField(label=gettext_lazy("On which day"))
    timezone = forms.ChoiceField(
        label=gettext_lazy("Time zone"), choices=zones, initial="Europe/Amsterdam"
    )
    country = forms.ChoiceField(
        label=gettext_lazy("Country"),
        choices=countries.choices,
        initial="NL",
        help_text=gettext_lazy("Its public holidays are no working days of the team."),
    )
    currency = forms.ChoiceField(
        label=gettext_lazy("Currency"),
        choices=[(code, code) for code in CURRENCIES],
        initial=CURRENCIES[0],
    )

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at
        for number, (category, name, policy) in enumerate(FIRST_STAGES, start=1):
            self.fields[f"stage_{number}"] = LineField(
                label=_("Name"),
                max_length=longest_of(Stage, "name"),
                initial=name,
                required=number != MAY_STAY_EMPTY,
            )
            if "policy" in _parts(category):
                self.fields[f"policy_{number}"] = LineField(
                    label=_("Done when"),
                    max_length=longest_of(Stage, "exit_policy"),
                    initial=policy,
                    required=False,
                )

    def about_the_team(self) -> list[forms.BoundField]:
        return [self["name"], self["timezone"], self["country"], self["currency"]]

    def about_the_goal(self) -> list[forms.BoundField]:
        return [self[name] for name in ("goal", "goal_kpi", "goal_target", "goal_until_on")]

    def stages(self) -> list[tuple[str, list[forms.BoundField]]]:
        """What kind of stage it is, with its fields."""
        return [
            (str(category.label), [self[f"{part}_{n}"] for part in _parts(category)])
            for n, (category, _name, _policy) in enumerate(FIRST_STAGES, start=1)
        ]

    def clean(self) -> dict[str, Any]:
        self._check_the_goal()
        self._check_the_stages()
        return self.cleaned_data

    def _check_the_goal(self) -> None:
        until, zone = self.cleaned_data.get("goal_until_on"), self.cleaned_data.get("timezone")
        if until and zone and until <= self._today(zone):
            self.add_error("goal_until_on", _("The goal needs a day in the future."))
        if self.cleaned_data.get("goal_target") == 0:
            self.add_error("goal_target", _("Choose a number above nought."))

    def _check_the_stages(self) -> None:
        seen: set[str] = set()
        for number in range(1, len(FIRST_STAGES) + 1):
            name = self.cleaned_data.get(f"stage_{number}", "").casefold()
            if name and name in seen:
                self.add_error(
                    f"stage_{number}", _("Two stages of a process cannot have the same name.")
                )
            seen.add(name)

    def _today(self, zone: str) -> Any:
        return self.at.astimezone(ZoneInfo(zone)).date()

    def draft(self) -> TeamDraft:
        """The team that was filled in, of a form that is valid."""
        filled = self.cleaned_data
        return TeamDraft(
            name=filled["name"],
            goal=Goal(
                words=filled["goal"],
                kpi=filled["goal_kpi"],
                target=filled["goal_target"],
                from_on=self._today(filled["timezone"]),
                until_on=filled["goal_until_on"],
            ),
            timezone=filled["timezone"],
            country=filled["country"],
            currency=filled["currency"],
            stages=[
                StageDraft(filled[f"stage_{n}"], category, filled.get(f"policy_{n}", ""))
                for n, (category, _name, _policy) in enumerate(FIRST_STAGES, start=1)
                if filled[f"stage_{n}"]
            ],
        )
