"""How far a share of a few cases may be trusted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.proportions import wilson
from tests.dashboards import published
from tests.dashboards.properties import repeatable


def test_two_of_five_may_be_almost_anything() -> None:
    assert wilson(2, 5) == pytest.approx((0.117620774, 0.769275719))


def test_none_and_all_reach_the_edge_exactly() -> None:
    assert wilson(0, 5)[0] == 0
    assert wilson(5, 5)[1] == 1


@pytest.mark.parametrize(("successes", "cases"), [(0, 0), (-1, 5), (6, 5)])
def test_refuses_what_is_no_share(successes: int, cases: int) -> None:
    with pytest.raises(ValueError, match=f"{successes} of {cases} is not a share"):
        wilson(successes, cases)


@published.needed
def test_agrees_with_the_published_intervals() -> None:
    cases = published.document("wilson_intervals")["expected"]["cases"]
    assert cases
    for case in cases:
        assert wilson(case["x"], case["n"]) == pytest.approx(tuple(case["wilson95"]), abs=1e-9)


@repeatable
@given(st.integers(1, 500), st.data())
def test_holds_the_share_and_narrows_with_confidence(cases: int, data: st.DataObject) -> None:
    successes = data.draw(st.integers(0, cases))
    low, high = wilson(successes, cases)
    narrow_low, narrow_high = wilson(successes, cases, confidence=0.8)

    assert 0 <= low <= narrow_low <= successes / cases <= narrow_high <= high <= 1


@repeatable
@given(st.integers(1, 500), st.data())
def test_success_and_failure_mirror_each_other(cases: int, data: st.DataObject) -> None:
    successes = data.draw(st.integers(0, cases))
    low, high = wilson(successes, cases)

    assert wilson(cases - successes, cases) == pytest.approx((1 - high, 1 - low))
