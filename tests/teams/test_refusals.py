"""A rule says no: because it cannot be, or because somebody was faster."""

from collections.abc import Iterator

import pytest

from teams.refusals import Refusal, Stale
from teams.web import status_of


def refusals(kind: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    for each in kind.__subclasses__():
        yield each
        yield from refusals(each)


@pytest.mark.parametrize("kind", sorted(set(refusals()), key=str), ids=lambda kind: kind.__name__)
def test_a_page_answers_by_what_was_refused(kind):
    is_stale = kind.__name__.startswith("Stale")

    assert issubclass(kind, Stale) == is_stale
    assert status_of(kind("So")) == (409 if is_stale else 422)
