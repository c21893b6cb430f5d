"""Tests that ask the same of every address: they run without being measured for coverage.

What they reach the stories reach as well, and being measured takes them half as long again.
"""

from collections.abc import Iterator

import pytest
from coverage import Coverage


@pytest.fixture(scope="module", autouse=True)
def unmeasured() -> Iterator[None]:
    """Stop measuring for the tests of a module."""
    coverage = Coverage.current()
    if coverage is None:
        yield
        return
    coverage.stop()
    yield
    coverage.start()
