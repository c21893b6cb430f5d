"""Builders: the shortest way to a team, a person, a process or a deal, with real verbs."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.test import Client

from crm.models import Category, Deal, Organization, Pipeline
from crm.models.pipeline import StageDraft
from teams.models import Membership, Team, User

STAGES = [
    StageDraft("Contact", Category.INTAKE, "Answered within one working day"),
    StageDraft("Proposal", Category.OPEN, "Price and date on one page"),
    StageDraft("Delivered", Category.WON),
    StageDraft("Lost", Category.LOST),
]


def person(name: str) -> User:
    return User.objects.create_user(f"{name.lower().replace(' ', '.')}@example.com", name)


def team(name: str, *, at: datetime, timezone: str = "Europe/Amsterdam") -> Team:
    return Team.start(name, by=None, at=at, timezone=timezone)


def member(name: str, team: Team, *, at: datetime) -> Membership:
    return team.welcome(person(name), by=None, at=at)


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def pipeline(team: Team, *, at: datetime, currency: str = "EUR") -> Pipeline:
    return Pipeline.start(team, "Sales", STAGES, by=None, at=at, currency=currency)


def deal(
    pipeline: Pipeline,
    *,
    by: Membership,
    at: datetime,
    title: str = "Wi-Fi in the yard",
    customer: str = "",
    amount: Decimal | None = None,
    **extra: Any,
) -> Deal:
    organization = Organization.objects.named(customer) if customer else None
    return Deal.objects.add(
        pipeline, title, by=by, at=at, organization=organization, amount=amount, **extra
    )


def won(deal: Deal, *, by: Membership, at: datetime) -> Deal:
    """The deal, moved to the stage where it is won."""
    stage = deal.pipeline.stages.get(category=Category.WON)
    deal.move_to(stage, seen_in=deal.stage, by=by, at=at)
    return deal


def lost(deal: Deal, *, by: Membership, at: datetime, reason: str = "Too expensive") -> Deal:
    deal.lose(reason, seen_in=deal.stage, by=by, at=at)
    return deal
