"""Who can promise what to whom: what the quick form and the API ask alike."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy

from agreements.models import Agreement, Place, Terms
from teams.models import ManagerLink, Team, User


class Who(models.TextChoices):
    """Who promises, as whoever proposes says it."""

    MINE = "mine", gettext_lazy("I do")
    THEIRS = "theirs", gettext_lazy("they do")
    OURS = "ours", gettext_lazy("the whole team, to each other")


def open_to(place: Place) -> list[tuple[str, Any]]:
    """What somebody can say; who is not of the team promises nothing in its name."""
    is_manager = isinstance(place, ManagerLink)
    return [choice for choice in Who.choices if not (is_manager and choice[0] == Who.OURS)]


def people_besides(team: Team, but: User) -> models.QuerySet[User]:
    """Who can be a party beside this person: the team, and the managers who follow it."""
    members = team.memberships.current().values("user")
    managers = team.manager_links.current().values("user")
    here = User.objects.filter(models.Q(pk__in=members) | models.Q(pk__in=managers))
    besides: models.QuerySet[User] = here.exclude(pk=but.pk).order_by("name", "pk")
    return besides


def propose(
    who: Who, others: Collection[User], terms: Terms, *, by: Place, at: datetime
) -> Agreement:
    """Put it on the table; where all promise each other, nobody is named. Raises AgreementError."""
    if who == Who.OURS:
        return Agreement.objects.propose_to_all(terms, by=by, at=at)
    sides = [[by.user], list(others)]
    promisors, counterparties = sides if who == Who.MINE else reversed(sides)
    return Agreement.objects.propose(
        terms, promisors=promisors, counterparties=counterparties, by=by, at=at
    )
