"""Between whom the agreements of the stories are."""

from datetime import date
from typing import Any

import pytest

from agreements.models import Agreement, Terms
from teams.models import Membership
from tests import builders

FRIDAY = date(2026, 11, 27)
CALL_BACK = Terms("a customer calls about a fault", "I call back", "It is on the deal", FRIDAY)


@pytest.fixture
def dirk(team, now) -> Membership:
    """A third one of the team, who is no party."""
    return builders.member("Dirk", team, at=now)


@pytest.fixture
def proposal(anna, bram, now) -> Agreement:
    """What Anna wants to promise Bram."""
    return builders.proposed(anna, bram, CALL_BACK, at=now)


@pytest.fixture
def agreed(proposal, bram, now) -> Agreement:
    """The same, accepted by Bram: it is due on Friday."""
    proposal.accept(1, by=bram, at=now)
    return proposal


@pytest.fixture
def done(agreed, anna, now) -> Agreement:
    """The same, and Anna says that it is done."""
    agreed.promise().declare_done(by=anna, at=now)
    return agreed


def logged(agreement: Agreement) -> list[str]:
    """What the logbook tells of it, oldest first, without the name of the app."""
    lines: Any = agreement.team.logbook.about(agreement).order_by("pk")
    return [kind.removeprefix("agreements.") for kind in lines.values_list("kind", flat=True)]
