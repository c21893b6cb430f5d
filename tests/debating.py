"""Debates with real verbs: the shortest way to each of their states."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from agreements.models import Place, Terms
from dashboards import kpis
from debates.models import Brought, Debate, Direction, Experiment, Fallback, Offer, Speaks
from debates.models.point import Point
from debates.models.proposal import Proposal, ProposalVersion
from debates.models.seat import Seat
from teams.models import ManagerLink, Membership, User

# Of a debate that begins on a Monday and takes ten working days: when the points are revealed,
# when they are weighed, when everybody is asked for consent, and when it is over.
REVEALED, WEIGHED, PROPOSED, OVER = (timedelta(days=days) for days in (4, 8, 10, 15))


def offer(
    *doers: User,
    by: date = date(2026, 12, 18),
    words: str = "we call back within an hour",
    **other: Any,
) -> Offer:
    """Something to do, promised by these people or by the whole team."""
    facts = {
        "terms": Terms("a customer asks", words, "It is on the deal", by),
        "doers": doers,
        "direction": Direction.UP,
        "smallest": Decimal(1),
        "review_on": by + timedelta(days=42),
        **other,
    }
    return Offer(**facts)


def quick_form() -> dict[str, Any]:
    """What somebody fills in for a quick decision that is taken today."""
    day = timezone.localdate()
    return {
        "kpi": "win-rate",
        "then": "we call back within an hour",
        "how_seen": "It is on the deal",
        "due_on": f"{day + timedelta(days=20)}",
        "direction": "up",
        "smallest": "5",
        "review_on": f"{day + timedelta(days=60)}",
        "is_reversible": "on",
    }


def offer_draft() -> dict[str, Any]:
    """The same as a program sends it."""
    form = {name: value for name, value in quick_form().items() if name not in _OF_THE_FORM}
    return {**form, "smallest": "0.05"}


_OF_THE_FORM = {"kpi", "is_reversible"}


def quick_draft() -> dict[str, Any]:
    """And what it is about."""
    return {**offer_draft(), "kpi": "win-rate", "is_reversible": True}


def point_in(scene: Any) -> int:
    """A point of the debate of this scene, or one that is nowhere."""
    found = Point.objects.filter(debate=scene.parts["debate"]).first()
    return found.pk if found else 999_999


def seat_in(scene: Any, place: Place) -> int:
    """The seat of somebody in it."""
    found = Seat.objects.filter(debate=scene.parts["debate"], person=place.user_id).first()
    return found.pk if found else 999_999


def version_in(scene: Any) -> dict[str, int]:
    """The words that are answered in it."""
    found = ProposalVersion.objects.filter(debate=scene.parts["debate"]).first()
    return {"version": found.pk if found else 999_999}


def words_in(scene: Any) -> dict[str, int]:
    """The proposal that is answered in it."""
    found = Proposal.objects.filter(debate=scene.parts["debate"]).first()
    return {"proposal": found.pk if found else 999_999}


def decision_in(world: Any, _scene: Any) -> dict[str, int]:
    """What the team of this world has decided."""
    found = Experiment.objects.filter(team=world.ours.team).first()
    return {"decision": found.pk if found else 999_999}


def quick(*, by: Place, at: datetime, slug: str = "deals-won", **other: Any) -> Debate:
    """Something that everybody is asked to consent to within two working days."""
    offered = offer(by.user, by=at.date() + timedelta(days=20), **other)
    return Debate.objects.decide_quickly(kpis.get(slug), offered, is_reversible=True, by=by, at=at)


def agreed(*, by: Membership, at: datetime, slug: str = "deals-won") -> Debate:
    """The same, and everybody has consented at once: on whatever day, it is decided."""
    debate = quick(by=by, at=at, slug=slug)
    version = ProposalVersion.objects.get(debate=debate)
    for place in everybody(debate):
        if place.user_id != by.user_id:
            debate.consent(version, by=place, at=at)
    return debate


def opened(*, by: Place, at: datetime, **other: Any) -> Debate:
    """Everybody is asked for their points."""
    facts = {"days": 10, "fallback": Fallback.SPLIT, **other}
    question = facts.pop("question", "Why do we win less?")
    kpi = kpis.get(facts.pop("slug", "deals-won"))
    return Debate.objects.begin(kpi, question, by=by, at=at, **facts)


def everybody(debate: Debate) -> list[Place]:
    """Who sits in it and is here, by name."""
    here: list[Place] = []
    for places in (Membership.objects, ManagerLink.objects):
        found = places.current().filter(team=debate.team).select_related("user", "team")
        here += found.order_by("user__name", "pk")
    return here


def revealed(*, by: Membership, at: datetime, words: str = "We call back", **other: Any) -> Debate:
    """Each has brought a point, so all are revealed."""
    debate = opened(by=by, at=at, **other)
    for place in everybody(debate):
        debate.bring(Brought(f"{words} too late", words=words), by=place, at=at)
    return debate


def proposed(
    *,
    by: Place,
    at: datetime,
    offered: Offer | None = None,
    opener: Membership | None = None,
    **other: Any,
) -> Debate:
    """Somebody has proposed something, and everybody is asked for consent."""
    debate = revealed(by=opener or by, at=at, **other)
    debate.run_out(at=at + WEIGHED)
    assert debate.ends_on
    usual = offer(by.user, by=debate.ends_on + timedelta(days=11))
    debate.propose(offered or usual, by=by, at=at + WEIGHED)
    debate.run_out(at=at + PROPOSED)
    return debate


def decided(*, by: Membership, at: datetime, **other: Any) -> Debate:
    """All have consented."""
    debate = proposed(by=by, at=at, **other)
    version = ProposalVersion.objects.get(debate=debate)
    for place in everybody(debate):
        debate.consent(version, by=place, at=at + PROPOSED)
    return debate


def debated(words: str, *, by: Membership, at: datetime, **other: Any) -> Debate:
    """A debate that was led to its end: a row in each table."""
    debate = revealed(by=by, at=at, words=words, **other)
    point = debate.points.earliest("pk")
    debate.argue(point, Speaks.AGAINST, f"Not {words}", by=by, at=at)
    debate.reply(f"They say {words}", by=by, at=at)
    debate.weigh({point.pk: 3}, by=by, at=at)
    debate.run_out(at=at + WEIGHED)
    assert debate.ends_on
    due_on = debate.ends_on + timedelta(days=11)
    version = debate.propose(offer(by.user, by=due_on, words=words), by=by, at=at + WEIGHED)
    debate.run_out(at=at + PROPOSED)
    for place in everybody(debate):
        debate.consent(version, by=place, at=at + PROPOSED)
    return debate
