"""Teams beside each other: a share, and how far chance alone sets them apart."""

from decimal import Decimal
from fractions import Fraction
from math import comb

import pytest
from django.urls import reverse

from dashboards import kpis
from dashboards.figures import Figure
from dashboards.funnel import TAILS, Place, funnel
from dashboards.jobs import publish_period
from dashboards.models import Measurement
from dashboards.periods import Period
from tests import builders

LAST = Period.parse("2026-10")


def limit_on_paper(common: Fraction, cases: int, tail: float) -> float:
    """Spiegelhalter's limit with whole fractions, one probability after the other."""
    below = Fraction(0)
    for successes in range(cases + 1):
        chance = comb(cases, successes) * common**successes * (1 - common) ** (cases - successes)
        if below + chance > Fraction(str(tail)):
            part = (below + chance - Fraction(str(tail))) / chance
            return min(1.0, max(0.0, float((successes - part) / cases)))
        below += chance
    raise AssertionError


class TestTheLimits:
    @pytest.mark.parametrize("cases", [1, 2, 7, 30, 150])
    @pytest.mark.parametrize("common", ["1/2", "3/10", "1/50", "97/100", "0", "1"])
    def test_are_those_of_the_binomial_distribution(self, common, cases):
        found = funnel(float(Fraction(common)), cases)

        expected = [limit_on_paper(Fraction(common), cases, tail) for tail in TAILS]
        assert [found.low_far, found.low, found.high, found.high_far] == pytest.approx(expected)

    def test_come_close_to_two_and_three_deviations_where_cases_are_many(self):
        found = funnel(0.5, 10_000)

        assert found.high - 0.5 == pytest.approx(1.96 * 0.005, rel=0.02)
        assert 0.5 - found.low_far == pytest.approx(3.09 * 0.005, rel=0.02)

    def test_tell_where_a_share_lies(self):
        found = funnel(0.5, 100)

        places = [found.place(share) for share in (0.5, 0.4, 0.39, 0.3, 0.61, 0.7)]
        assert places == [
            Place.WITHIN, Place.WITHIN, Place.EDGE, Place.BEYOND, Place.EDGE, Place.BEYOND,
        ]  # fmt: skip

    @pytest.mark.parametrize(("common", "cases"), [(0.5, 0), (1.1, 5), (-0.1, 5)])
    def test_are_none_without_cases_or_share(self, common, cases):
        with pytest.raises(ValueError, match="There is no funnel"):
            funnel(common, cases)


def a_team(name, mia, now, *, above, below, reported=LAST):
    """A team that Mia reads, which won so many of so many last month."""
    team = builders.team(name, at=now)
    team.link_manager(mia.user, by=None, at=now)
    builders.pipeline(team, at=now)
    publish_period(team, reported, at=now)
    share, won, closed = Decimal(above) / below, Decimal(above), Decimal(below)
    told = [Figure(team.pk, LAST, share, below, True, won, closed)]
    Measurement.objects.keep([(kpis.get("win-rate"), told)], at=now)
    return team


def compared(client, kpi="win-rate"):
    return client.get(reverse("compared", args=[kpi])).context["comparison"]


def test_all_lie_within_what_chance_gives(mias, mia, now):
    a_team("Zeeland", mia, now, above=12, below=40)
    a_team("Brabant", mia, now, above=30, below=80)

    found = compared(mias)

    assert [(dot.team, dot.value, dot.cases) for dot in found.dots] == [
        ("Brabant", "38%", 80),
        ("Zeeland", "30%", 40),
    ]
    assert {dot.says for dot in found.dots} == {"within what chance gives"}
    assert found.sentence.startswith("All teams lie within what chance alone gives.")
    assert (found.common, found.period) == ("35%", "November 2025 to October 2026")
    assert found.absent == ["Rijnmond"]


def test_a_team_that_differs_is_named_and_not_ranked(mias, mia, now):
    a_team("Zeeland", mia, now, above=80, below=100)
    for name in ("Brabant", "Drenthe", "Achterhoek"):
        a_team(name, mia, now, above=50, below=100)

    found = compared(mias)

    assert [dot.team for dot in found.dots] == ["Achterhoek", "Brabant", "Drenthe", "Zeeland"]
    assert found.sentence.startswith("More different than chance alone gives: Zeeland.")


def test_a_team_at_the_edge_is_no_finding(mias, mia, now):
    a_team("Zeeland", mia, now, above=65, below=100)
    for name in ("Brabant", "Drenthe", "Achterhoek"):
        a_team(name, mia, now, above=50, below=100)

    assert "where one in twenty lies without any reason: Zeeland." in compared(mias).sentence


def test_names_of_teams_that_lie_together_do_not_cover_each_other(mias, mia, now):
    for name in ("Zeeland", "Brabant", "Drenthe", "Achterhoek", "Betuwe"):
        a_team(name, mia, now, above=50, below=100)

    places = [float(dot.label_y) - float(dot.y) for dot in compared(mias).dots]

    assert sorted(places[:4]) == [-22, -8, 18, 32]
    assert places[4] == -8  # where no room is left, names lie over each other; the table has them


def test_only_equal_windows_stand_beside_each_other(mias, mia, now):
    a_team("Zeeland", mia, now, above=12, below=40)
    a_team("Brabant", mia, now, above=30, below=80)
    a_team("Drenthe", mia, now, above=30, below=80, reported=LAST.previous)

    assert compared(mias).absent == ["Drenthe", "Rijnmond"]


def test_one_team_is_compared_with_nobody(mias, annas, mia, now):
    a_team("Zeeland", mia, now, above=12, below=40)

    for client in (mias, annas):
        answer = client.get(reverse("compared", args=["win-rate"]))
        assert answer.context["comparison"].dots == []
        assert "There is nothing to lay beside each other yet." in answer.content.decode()


def test_teams_of_others_are_not_there(mias, carlas, mia, now, other_team, carla):
    a_team("Zeeland", mia, now, above=12, below=40)
    a_team("Brabant", mia, now, above=30, below=80)

    assert "Zeeland" not in carlas.get(reverse("compared", args=["win-rate"])).content.decode()


@pytest.mark.parametrize("kpi", ["deals-won", "win-rate-cohort", "smiles"])
def test_only_shares_are_compared(mias, kpi):
    assert mias.get(reverse("compared", args=[kpi])).status_code == 404


@pytest.mark.parametrize("more", [0, 3])
def test_the_page_costs_the_same_however_many_teams(
    mias, mia, now, more, django_assert_num_queries
):
    for nth in range(2 + more):
        a_team(f"Team {nth}", mia, now, above=12, below=40)

    with django_assert_num_queries(10):
        mias.get(reverse("compared", args=["win-rate"]))
