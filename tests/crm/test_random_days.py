"""Whatever people do to a deal: it, its visits and the logbook agree, and undo is undo."""

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from crm.proof import disagreements
from tests.crm.days import Day, deeds
from tests.crm.days import delivery as delivery  # noqa: PLC0414 -- the fixtures
from tests.crm.days import other as other  # noqa: PLC0414


@settings(
    max_examples=12,
    deadline=None,
    # A day that fails is short enough to read as it is; to make it shorter takes minutes.
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(day=st.lists(deeds, min_size=4, max_size=14))
def test_whatever_is_done_is_undone_and_done_once_more(pipeline, other, anna, bram, now, day):
    live = Day(pipeline, other, anna, bram, now)

    for deed, choice, seconds, stays in day:
        live.do(deed, choice, seconds, stays)
        assert list(disagreements()) == [], deed
