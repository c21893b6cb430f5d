"""The clock of the customer process, and the customer of whom many of its stories tell."""

from collections.abc import Iterator
from datetime import datetime

import pytest
import time_machine

from crm.models import Contact, Deal, Organization
from teams.models import Membership
from tests import builders


@pytest.fixture
def stopped_clock(now: datetime) -> Iterator[None]:
    """Let it be nine o'clock on the Monday of the stories, for whoever looks at the clock."""
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def acme(deal: Deal, anna: Membership, now: datetime) -> Organization:
    """Where Jan works, whom the deal is about."""
    builders.customer(deal, by=anna, at=now)
    deal.refresh_from_db()
    assert deal.organization
    return deal.organization


@pytest.fixture
def jan(acme: Organization) -> Contact:
    """The buyer there."""
    return Contact.objects.get(name="Jan Bos")
