"""Who debates in the stories."""

import pytest

from debates.models import Debate
from teams.models import Membership
from tests import builders, debating


@pytest.fixture
def dirk(team, now) -> Membership:
    return builders.member("Dirk", team, at=now)


@pytest.fixture
def debate(anna, bram, mia, now) -> Debate:
    """Anna has opened a debate on the deals won; she, Bram and Mia are asked for their points."""
    return debating.opened(by=anna, at=now)
