"""A manager had to act: with it a debate is asked for, once, and beside the monthly one."""

from datetime import timedelta

import pytest

from agreements.models import Intervention
from agreements.models.intervention import Reason
from dashboards import kpis
from debates.models import Debate, DebateError, State
from tests import builders, debating


def test_a_debate_is_asked_for_on_how_often_that_happens(anna, mia, now):
    builders.intervened(mia, "The scaffold stood loose", at=now)

    debate = Debate.objects.get()
    assert (debate.kpi, debate.state, debate.asked_by) == (
        "interventions", State.REQUESTED, mia.user,
    )  # fmt: skip
    assert "scaffold" not in debate.question


def test_one_that_is_open_will_do(anna, bram, mia, now):
    debating.opened(by=anna, at=now, slug="interventions")

    builders.intervened(mia, "The scaffold stood loose", at=now)

    assert Debate.objects.count() == 1
    assert Intervention.objects.count() == 1


def test_it_is_about_the_figure_whose_signal_stood_behind_it(team, anna, mia, now):
    signal = builders.signal(team, at=now)

    Intervention.objects.record(Reason.LAW, "It had to stop", signal, by=mia, at=now)

    debate = Debate.objects.get()
    assert (debate.kpi, debate.onset_on) == ("deals-won", signal.onset_on)


def test_it_is_asked_for_whatever_was_asked_for_in_the_month(anna, mia, now):
    Debate.objects.request(kpis.get("win-rate"), "Why?", by=mia, at=now)

    builders.intervened(mia, "The scaffold stood loose", at=now + timedelta(days=1))

    assert Debate.objects.filter(kpi="interventions").exists()
    with pytest.raises(DebateError, match="one debate a month"):
        Debate.objects.request(kpis.get("deals-lost"), "Why?", by=mia, at=now + timedelta(days=2))
