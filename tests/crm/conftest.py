"""The clock of the customer process."""

from collections.abc import Iterator
from datetime import datetime

import pytest
import time_machine


@pytest.fixture
def stopped_clock(now: datetime) -> Iterator[None]:
    """Let it be nine o'clock on the Monday of the stories, for whoever looks at the clock."""
    with time_machine.travel(now, tick=False):
        yield
