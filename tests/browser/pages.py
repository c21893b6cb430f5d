"""The pages that are looked at one by one: each with its address and whose browser it is in."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from playwright.sync_api import Page, expect

from dashboards.periods import Period, PeriodKind, last_closed
from teams.models import User
from tests.browser.worlds import SOMEBODY, World

KAPSALON, DRUKKERIJ = "Kapsalon Lijn", "Drukkerij Maas"


@dataclass(frozen=True)
class Place:
    address: Callable[[World], str]
    who: Callable[[World], User | None] = lambda world: world.anna.user

    def visit(self, browse: Callable[..., Page], world: World, **look: Any) -> Page:
        """Open the page in the browser of whoever it is for."""
        page = browse(self.who(world), **look)
        page.goto(self.address(world))
        expect(page.locator("main h1")).to_be_visible()
        return page


def _nobody(_world: World) -> None:
    return None


def _carla(world: World) -> User:
    return world.carla


def _mia(world: World) -> User:
    return world.mia


def _week(world: World) -> Period:
    """The last whole week, which was reported."""
    return last_closed(PeriodKind.WEEK, timezone.now(), world.team.zone)


def _month(world: World) -> Period:
    """The last whole month, which was reported."""
    return last_closed(PeriodKind.MONTH, timezone.now(), world.team.zone)


def _agreement(world: World) -> str:
    """The page of the only one there is."""
    return world.page(f"agreements/{world.team.agreements.get().pk}")


def _objective(world: World) -> str:
    return world.page(f"objectives/{world.team.objectives.get().pk}")


def _debate(slug: str) -> Callable[[World], str]:
    return lambda world: world.page(f"debates/{world.team.debates.get(kpi=slug).pk}")


def _chain(world: World) -> str:
    """From the version of the process that is in force, which comes of no debate."""
    version = world.team.pipelines.in_order()[0].current_revision()
    return world.page(f"chain/version/{version.pk}")


def _chain_of_a_debate(world: World) -> str:
    return world.page(f"chain/debate/{world.team.debates.get(kpi='cycle-time').pk}")


def _role(name: str) -> Callable[[World], str]:
    return lambda world: world.page(f"roles/{world.team.roles.get(name=name).pk}")


def _round(state: str, more: str = "") -> Callable[[World], str]:
    def address(world: World) -> str:
        made = world.team.review_rounds.get(state=state)
        return world.page(f"reviews/{made.pk}{more.format(world.bram.user_id)}")

    return address


def _feedback(world: World) -> str:
    return world.page(f"feedback/{world.team.feedback.get().pk}")


def _procedure(world: World) -> str:
    return world.page(f"procedures/{world.team.procedures.get(state='alive').pk}")


def _intervention(world: World) -> str:
    return world.page(f"interventions/{world.team.interventions.get().pk}")


PLACES = {
    "sign-in": Place(lambda _: "/accounts/login/", _nobody),
    "forgotten password": Place(lambda _: "/accounts/password/reset/", _nobody),
    "choose a team": Place(lambda _: "/", _carla),
    "today": Place(lambda world: world.page()),
    "today of a manager": Place(lambda world: world.page(), _mia),
    "board": Place(lambda world: world.board),
    "board of a manager": Place(lambda world: world.board, _mia),
    "board without a process": Place(lambda _: "/teams/veluwe/board/", _carla),
    "deals": Place(lambda world: world.deals),
    "deals on pages": Place(lambda world: f"{world.deals}?outcome=won&sort=-age&page=2"),
    "no deals": Place(lambda world: f"{world.deals}?q=nowhere"),
    "open deal": Place(lambda world: world.address_of(KAPSALON)),
    "open deal of a manager": Place(lambda world: world.address_of(KAPSALON), _mia),
    "won deal": Place(lambda world: world.address_of(DRUKKERIJ)),
    "customers": Place(lambda world: world.page("customers")),
    "which customers": Place(
        lambda world: f"{world.page('customers/filter')}?filter=name:contains:lijn|sector:empty"
    ),
    "no customers": Place(lambda _: "/teams/veluwe/customers/", _carla),
    "customer": Place(lambda world: world.customer(KAPSALON)),
    "customer of a manager": Place(lambda world: world.customer(KAPSALON), _mia),
    "contacts": Place(lambda world: world.page("contacts")),
    "contacts of a manager": Place(lambda world: world.page("contacts"), _mia),
    "no contacts": Place(lambda _: "/teams/veluwe/contacts/", _carla),
    "contact": Place(lambda world: world.contact(SOMEBODY)),
    "contact of a manager": Place(lambda world: world.contact(SOMEBODY), _mia),
    "weekly report": Place(lambda world: world.reading),
    "weekly report of a manager": Place(lambda world: world.reading, _mia),
    "range to sign": Place(
        lambda world: world.page("figures/deals-won/normal-range/signing"),
    ),
    "range of a manager": Place(lambda world: world.page("figures/deals-won/normal-range"), _mia),
    "monthly report": Place(lambda world: world.page("reading/months")),
    "what a figure is made of": Place(
        lambda world: world.page(f"figures/open-deals/{_week(world)}")
    ),
    "what a figure is made of, for a manager": Place(
        lambda world: world.page(f"figures/time-in-stage/{_week(world)}"), _mia
    ),
    "what was known": Place(lambda world: f"{world.page('figures/deals-won/known')}?on=2100-01-01"),
    "the room of a day": Place(lambda world: f"{world.page('reading/known')}?on=2100-01-01", _mia),
    "reports by mail": Place(lambda world: world.page("reading/by-mail"), _mia),
    "what is recorded": Place(lambda _: "/profile/recorded/"),
    "everything about oneself": Place(lambda _: "/profile/copy/", _mia),
    "all reading rooms": Place(lambda _: "/reading/", _mia),
    "teams beside each other": Place(lambda _: "/reading/compared/win-rate/", _mia),
    "how long each took": Place(lambda world: world.page("figures/cycle-time/each")),
    "how old each is": Place(lambda world: world.page("figures/time-in-stage/each")),
    "how far each month came": Place(lambda world: world.page("figures/stage-conversion/cohorts")),
    "what we steer by": Place(lambda world: world.page("steered-by")),
    "what the team steers by, for a manager": Place(lambda world: world.page("steered-by"), _mia),
    "objectives": Place(lambda world: world.page("objectives")),
    "no objectives": Place(lambda world: world.page("objectives"), _mia),
    "objective": Place(_objective),
    "new objective": Place(lambda world: world.page("figures/deals-won/objective")),
    "agreements": Place(lambda world: world.page("agreements")),
    "agreements of a manager": Place(lambda world: world.page("agreements"), _mia),
    "no agreements": Place(lambda _: "/teams/veluwe/agreements/", _carla),
    "new agreement": Place(lambda world: world.page("agreements/new")),
    "agreement": Place(_agreement),
    "debates": Place(lambda world: world.page("debates")),
    "no debates": Place(lambda _: "/teams/veluwe/debates/", _carla),
    "new debate": Place(lambda world: world.page("debates/new")),
    "a debate to ask for": Place(lambda world: world.page("debates/new"), _mia),
    "quick decision": Place(lambda world: world.page("debates/quick")),
    "debate where points are gathered": Place(_debate("win-rate")),
    "debate where consent is asked": Place(_debate("cycle-time"), _mia),
    "chain of a version": Place(_chain),
    "chain of a debate": Place(_chain_of_a_debate, _mia),
    "months to look back at": Place(lambda world: world.page("evaluations")),
    "no months to look back at": Place(lambda world: world.page("evaluations"), _mia),
    "month to look back at": Place(lambda world: world.page(f"evaluations/{_month(world)}")),
    "reviews": Place(lambda world: world.page("reviews")),
    "reviews of a manager": Place(lambda world: world.page("reviews"), _mia),
    "no reviews": Place(lambda _: "/teams/veluwe/reviews/", _carla),
    "new round of review": Place(lambda world: world.page("reviews/new")),
    "round in which all write": Place(_round("open")),
    "one colleague to write about": Place(_round("open", "/about/{}")),
    "what colleagues wrote": Place(_round("released", "/results")),
    "feedback": Place(lambda world: world.page("feedback")),
    "no feedback": Place(lambda _: "/teams/veluwe/feedback/", _carla),
    "one piece of feedback": Place(_feedback),
    "procedures": Place(lambda world: world.page("procedures")),
    "no procedures": Place(lambda _: "/teams/veluwe/procedures/", _carla),
    "procedure": Place(_procedure),
    "procedure of a manager": Place(_procedure, _mia),
    "graveyard": Place(lambda world: world.page("procedures/graveyard")),
    "contract": Place(lambda world: world.page("contract")),
    "contract of a manager": Place(lambda world: world.page("contract"), _mia),
    "contract of nobody": Place(lambda _: "/teams/veluwe/contract/", _carla),
    "interventions": Place(lambda world: world.page("interventions")),
    "interventions of a manager": Place(lambda world: world.page("interventions"), _mia),
    "no interventions": Place(lambda _: "/teams/veluwe/interventions/", _carla),
    "intervention": Place(_intervention),
    "charter": Place(lambda world: world.page("charter")),
    "charter of a manager": Place(lambda world: world.page("charter"), _mia),
    "no charter": Place(lambda _: "/teams/veluwe/charter/", _carla),
    "charter through time": Place(lambda world: world.page("charter/versions") + "?part=frame"),
    "division": Place(lambda world: world.page("division")),
    "reports from before": Place(lambda world: world.page("reading/before")),
    "leaving": Place(lambda world: world.page("leaving")),
    "roles": Place(lambda world: world.page("roles")),
    "no roles": Place(lambda _: "/teams/veluwe/roles/", _carla),
    "role": Place(_role("Answers the phone")),
    "role of a manager": Place(_role("Keeps the board"), _mia),
    "search": Place(lambda world: f"{world.page('search')}?q=lijn"),
    "nothing found": Place(lambda world: f"{world.page('search')}?q=nowhere"),
    "search of a manager": Place(lambda world: f"{world.page('search')}?q=lijn", _mia),
    "no report": Place(lambda _: "/teams/veluwe/reading/", _carla),
}
