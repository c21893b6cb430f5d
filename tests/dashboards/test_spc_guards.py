"""When a series may speak, and to whom."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.spc import (
    LEANS,
    MAY_LEAN,
    Assessment,
    Audience,
    Figures,
    Kind,
    Limits,
    LockedBaseline,
    Reason,
    Rule,
    Side,
    Status,
    assess,
    autocorrelation,
    baseline_of,
    leaning,
    natural_limits,
)
from dashboards.words import FINDINGS, REASONS, STATUSES, what, why
from tests.dashboards.properties import repeatable

# Bears limits from its sixth figure on, and shows no signal anywhere.
CALM = [7, 14, 6, 9, 6, 12, 12, 12, 15, 11, 8, 6, 12, 5, 11, 11, 14, 5, 12, 9, 8, 14, 6, 10]
SHIFTED = [*CALM[:20], *[13.0] * 8]


def locked(values: Figures) -> LockedBaseline:
    limits = baseline_of(values)
    assert isinstance(limits, Limits)
    return LockedBaseline(limits)


class TestTheLadder:
    @pytest.mark.parametrize(
        ("figures", "status", "reason"),
        [
            (0, Status.DOTS, Reason.TOO_FEW),
            (5, Status.DOTS, Reason.TOO_FEW),
            (6, Status.PROVISIONAL, Reason.PROVISIONAL),
            (11, Status.PROVISIONAL, Reason.PROVISIONAL),
            (12, Status.TEAM_ONLY, Reason.SHORT_BASELINE),
            (19, Status.TEAM_ONLY, Reason.SHORT_BASELINE),
            (20, Status.TEAM_ONLY, Reason.NO_LOCKED_BASELINE),
            (24, Status.TEAM_ONLY, Reason.NO_LOCKED_BASELINE),
        ],
    )
    @pytest.mark.parametrize("audience", ["manager", "team"])
    def test_each_step_takes_more_figures(
        self, figures: int, status: Status, reason: Reason, audience: Audience
    ) -> None:
        seen = assess(CALM[:figures], audience=audience)

        assert (seen.status, seen.reason) == (status, reason)
        assert (seen.limits is None) is (status is Status.DOTS)
        assert seen.judged is (status is Status.TEAM_ONLY and audience == "team")

    def test_missing_figures_do_not_count(self) -> None:
        assert assess([*CALM[:5], None, None]).reason is Reason.TOO_FEW

    def test_no_signals_while_provisional(self) -> None:
        seen = assess([*CALM[:9], 99.0], audience="team")

        assert seen.status is Status.PROVISIONAL
        assert (seen.judged, seen.findings) == (False, ())

    def test_from_twelve_on_the_team_sees_what_the_manager_does_not(self) -> None:
        values = [*CALM[:18], 40.0]

        assert assess(values, audience="manager").findings == ()
        assert [each.rule for each in assess(values, audience="team").findings] == [Rule.OUTSIDE]

    def test_unlocked_limits_rest_on_the_first_twenty_figures(self) -> None:
        seen = assess([*CALM[:9], None, *CALM[9:20], 40, 50], audience="team")

        assert seen.limits == natural_limits([*CALM[:9], None, *CALM[9:20]])
        assert [each.points for each in seen.findings] == [(21, 22)]


class TestALockedBaseline:
    def test_lets_everyone_see_signals(self) -> None:
        seen = assess(SHIFTED, baseline=locked(CALM[:20]))

        assert (seen.status, seen.reason, seen.judged) == (Status.FULL, None, True)
        assert seen.live is not None
        assert (seen.live.rule, seen.live.side) == (Rule.RUN, Side.UP)
        assert (seen.live.onset, seen.live.completed) == (20, 27)

    def test_a_run_of_seven_is_not_yet_a_signal(self) -> None:
        assert assess(SHIFTED[:-1], baseline=locked(CALM[:20])).findings == ()

    def test_of_nineteen_figures_is_for_the_team_only(self) -> None:
        baseline = locked(CALM[:19])

        seen = assess([*CALM[:19], 99.0], baseline=baseline)
        assert (seen.status, seen.reason) == (Status.TEAM_ONLY, Reason.SHORT_BASELINE)
        assert not seen.judged
        assert assess([*CALM[:19], 99.0], baseline=baseline, audience="team").findings

    def test_keeps_weak_hints_with_the_team(self) -> None:
        hints = [*CALM, 16, 16, 9, 16]
        baseline = locked(CALM[:20])

        assert assess(hints, baseline=baseline, audience="manager").findings == ()
        (hint,) = assess(hints, baseline=baseline, audience="team").findings
        assert (hint.rule, hint.onset, hint.end) == (Rule.NEAR, 24, 27)

    def test_holds_from_where_it_begins(self) -> None:
        before = [40.0] * 9
        baseline = LockedBaseline(locked(CALM[:20]).limits, start=9)

        seen = assess([*before, *CALM, 99.0], baseline=baseline)

        assert seen.start == 9
        assert [each.points for each in seen.findings] == [(33,)]

    def test_is_not_doubted_once_signed(self) -> None:
        seen = assess([5.0] * 30, baseline=locked(CALM[:20]))

        assert seen.status is Status.FULL

    def test_the_calm_series_is_judged_and_calm(self) -> None:
        seen = assess(CALM, baseline=locked(CALM[:20]))

        assert (seen.judged, seen.findings, seen.live) == (True, (), None)


class TestTheLatestPeriod:
    def test_a_signal_of_the_past_is_not_live(self) -> None:
        seen = assess([*CALM, 99, 10], baseline=locked(CALM[:20]))

        assert len(seen.findings) == 1
        assert seen.live is None

    def test_a_missing_figure_is_no_news(self) -> None:
        seen = assess([*CALM, 99, None], baseline=locked(CALM[:20]))

        assert (seen.latest, seen.live) == (25, None)

    def test_a_run_that_goes_on_keeps_its_onset(self) -> None:
        onsets = {
            assess([*SHIFTED, *[13.0] * more], baseline=locked(CALM[:20])).ongoing[0].onset
            for more in range(5)
        }

        assert onsets == {20}

    def test_the_clearest_of_two_live_signals_comes_first(self) -> None:
        seen = assess([*SHIFTED, 60], baseline=locked(CALM[:20]))

        assert [each.rule for each in seen.ongoing] == [Rule.OUTSIDE, Rule.RUN]
        assert seen.live == seen.ongoing[0]
        assert seen.ongoing[0].touches(seen.ongoing[1])


class TestLumps:
    def test_a_figure_that_never_moves(self) -> None:
        assert baseline_of([4.0] * 20) is Reason.CONSTANT

    def test_three_different_values_are_too_few(self) -> None:
        assert baseline_of([1, 2, 3, 1, 3, 2, 2, 1, 3, 1, 1, 3.0]) is Reason.FEW_VALUES

    def test_four_are_enough(self) -> None:
        assert isinstance(baseline_of([1, 2, 3, 1, 3, 2, 2, 1, 3, 1, 1, 4.0]), Limits)

    def test_half_of_the_ranges_zero_is_too_lumpy(self) -> None:
        assert baseline_of([1, 1, 5, 5, 2, 2, 4]) is Reason.CHUNKY

    def test_a_little_less_than_half_is_not(self) -> None:
        assert isinstance(baseline_of([1, 1, 5, 5, 2, 4, 3]), Limits)

    def test_more_gaps_than_neighbours(self) -> None:
        # Six figures and two ranges, then three.
        assert baseline_of([1, 5, None, 2, None, 4, 2, None, 3]) is Reason.GAPS
        assert isinstance(baseline_of([1, 5, None, 2, 4, None, 2, 3]), Limits)


class TestEntanglement:
    UNDER = [2, 7, 4, 4, 8, 3, 7, 8, 8, 8, 4, 9, 9, 9, 7, 1, 1, 2, 1, 2]
    OVER = [7, 5, 5, 7, 7, 9, 8, 9, 5, 4, 1, 3, 5, 7, 6, 3, 4, 9, 6, 6]
    SWINGING = [8, 5, 7, 1, 9, 5, 6, 7, 8, 5, 5, 6, 2, 7, 7, 5, 8, 1, 7, 8]
    BOUND = 2 / 20**0.5

    def test_the_bound_is_two_over_the_root_of_n(self) -> None:
        assert self.BOUND * 0.995 < autocorrelation(self.UNDER) < self.BOUND
        assert isinstance(baseline_of(self.UNDER), Limits)

    def test_just_beyond_it_the_limits_are_refused(self) -> None:
        assert self.BOUND < autocorrelation(self.OVER) < self.BOUND * 1.005
        assert baseline_of(self.OVER) is Reason.ENTANGLED

    def test_to_either_side(self) -> None:
        assert -self.BOUND * 1.005 < autocorrelation(self.SWINGING) < -self.BOUND
        assert baseline_of(self.SWINGING) is Reason.ENTANGLED

    def test_is_counted_over_neighbours_that_are_both_there(self) -> None:
        # Mean 2: products (-1)(0) and (0)(1) over the neighbours; squares 1 + 0 + 0 + 1.
        assert autocorrelation([1, 2, None, 2, 3]) == 0
        assert autocorrelation([1, 1, 3, 3]) == 0.25

    def test_says_nothing_to_anyone(self) -> None:
        seen = assess([*self.OVER, 99], audience="team")

        assert (seen.status, seen.reason, seen.judged) == (
            Status.DOTS,
            Reason.ENTANGLED,
            False,
        )


class TestLeaning:
    # It bears limits, just (see below the bound of entanglement).
    UNDER = [2, 7, 4, 4, 8, 3, 7, 8, 8, 8, 4, 9, 9, 9, 7, 1, 1, 2, 1, 2]

    def test_is_the_autocorrelation_put_right_for_a_short_series(self) -> None:
        r = autocorrelation(CALM[:20])

        assert leaning(CALM[:20]) == pytest.approx((20 * r + 1) / 16 * 20**0.5)

    def test_says_nothing_of_equal_or_few_figures(self) -> None:
        assert leaning([4.0] * 20) == 0
        assert leaning(CALM[:11]) == 0
        assert leaning(CALM[:12]) != 0

    def test_lets_only_the_team_see_signals(self) -> None:
        assert leaning(self.UNDER) > LEANS
        values = [*self.UNDER, 99.0]

        seen = assess(values, baseline=locked(self.UNDER))

        assert (seen.status, seen.reason) == (Status.TEAM_ONLY, Reason.LEANING)
        assert (seen.judged, seen.findings) == (False, ())
        assert assess(values, baseline=locked(self.UNDER), audience="team").live

    def test_is_looked_for_where_the_limits_rest_and_nowhere_else(self) -> None:
        seen = assess(
            [*self.UNDER, *CALM], baseline=LockedBaseline(locked(CALM[:20]).limits, start=20)
        )

        assert seen.status is Status.FULL


class TestALoneFigureFarOut:
    """A manager hears of it at once, or where few figures are far out by themselves."""

    FEW = [3, 1, 3, 3, 3, 4, 3, 2, 4, 4, 2, 1, 3, 1, 3, 4, 1, 5, 4, 3]
    A_LITTLE = [8, 3, 5, 1, 0, 3, 4, 9, 9, 3, 1, 5, 2, 4, 7, 0, 0, 5, 1, 4]

    def far_out(self, values: Figures, more: list[float], **how: Any) -> bool:
        return assess([*values, *more], baseline=locked(values), **how).live is not None

    @pytest.mark.parametrize(
        ("values", "how"),
        [
            (FEW, {}),
            (CALM[:20], {"kind": Kind.DURATION, "denominators": [20] * 21}),
            (
                [figure / 100 for figure in CALM[:20]],
                {"kind": Kind.RATIO, "denominators": [30] * 21},
            ),
        ],
        ids=["few of a count", "durations", "few of a share"],
    )
    def test_needs_a_neighbour_where_it_happens_by_itself(self, values: Figures, how: Any) -> None:
        assert not self.far_out(values, [99.0], **how)
        more = {**how, "denominators": [*how["denominators"], 30]} if how else {}
        assert self.far_out(values, [99.0, 99.0], **more)

    @pytest.mark.parametrize(
        ("values", "how"),
        [
            (CALM[:20], {}),
            ([figure + 0.5 for figure in FEW], {}),
            (
                [figure / 20 for figure in CALM[:20]],
                {"kind": Kind.RATIO, "denominators": [30] * 21},
            ),
        ],
        ids=["a count", "no count", "a share of many"],
    )
    def test_is_news_by_itself_elsewhere(self, values: Figures, how: Any) -> None:
        assert self.far_out(values, [99.0], **how)

    def test_needs_a_neighbour_where_figures_lean_a_little(self) -> None:
        figures = [float(figure + 10) for figure in self.A_LITTLE]
        assert MAY_LEAN < leaning(figures) < LEANS

        assert not self.far_out(figures, [99.0])
        assert self.far_out(figures, [99.0, 99.0])

    def test_is_news_for_the_team_at_once(self) -> None:
        assert self.far_out(self.FEW, [99.0], audience="team")


class TestFewCases:
    @pytest.mark.parametrize(
        ("kind", "enough", "reason"),
        [
            (Kind.RATIO, 10, Reason.SMALL_SHARES),
            (Kind.DURATION, 8, Reason.FEW_DURATIONS),
        ],
    )
    def test_periods_need_enough_of_them(self, kind: Kind, enough: int, reason: Reason) -> None:
        def of(cases: int) -> Limits | Reason:
            return baseline_of(CALM, denominators=[cases] * len(CALM), kind=kind)

        assert isinstance(of(enough), Limits)
        assert of(enough - 1) is reason

    @pytest.mark.parametrize("kind", [Kind.FLOW, Kind.STOCK, Kind.SURVIVAL])
    def test_other_kinds_need_none(self, kind: Kind) -> None:
        assert isinstance(baseline_of(CALM, denominators=[1] * 24, kind=kind), Limits)

    def test_without_denominators_there_is_nothing_to_hold_against_them(self) -> None:
        assert isinstance(baseline_of(CALM, kind=Kind.RATIO), Limits)

    def test_half_of_the_periods_small_is_too_many(self) -> None:
        half = [9, 10] * 12

        assert baseline_of(CALM, denominators=half, kind=Kind.RATIO) is Reason.SMALL_SHARES

    def test_fewer_are_left_out_of_the_limits_and_of_the_rules(self) -> None:
        shares = [figure / 20 for figure in CALM]
        values: list[float | None] = [*shares, 5.0]
        cases: list[int | None] = [*[10] * 24, 9]

        seen = assess(values, baseline=locked(shares[:20]), denominators=cases, kind=Kind.RATIO)

        assert (seen.left_out, seen.findings) == ((24,), ())
        cases[24] = 10
        assert assess(
            values, baseline=locked(shares[:20]), denominators=cases, kind=Kind.RATIO
        ).live

    def test_an_unknown_number_is_too_few(self) -> None:
        seen = assess(CALM, denominators=[None, *[10] * 23], kind=Kind.RATIO)

        assert seen.left_out == (0,)
        assert seen.limits == natural_limits([None, *CALM[1:21]])

    def test_a_missing_figure_is_missing_not_small(self) -> None:
        seen = assess([None, *CALM], denominators=[0, *[10] * 24], kind=Kind.RATIO)

        assert seen.left_out == ()

    def test_a_short_series_is_first_of_all_too_short(self) -> None:
        assert assess(CALM[:5], denominators=[1] * 5, kind=Kind.RATIO).reason is Reason.TOO_FEW
        assert assess(CALM[:6], denominators=[1] * 6, kind=Kind.RATIO).reason is Reason.SMALL_SHARES

    def test_what_is_left_may_be_too_short(self) -> None:
        seen = assess(CALM[:8], denominators=[1, 1, 1, *[10] * 5], kind=Kind.RATIO)

        assert seen.reason is Reason.TOO_FEW


class TestWords:
    def test_every_code_has_its_sentence(self) -> None:
        assert set(REASONS) == set(Reason)
        assert set(STATUSES) == set(Status)
        assert set(FINDINGS) == {(rule, side) for rule in Rule for side in Side}

    def test_the_sentence_belongs_to_the_code(self) -> None:
        seen = assess([*CALM, 99], baseline=locked(CALM[:20]))

        assert seen.live is not None
        assert what(seen.live) is FINDINGS[Rule.OUTSIDE, Side.UP]
        assert why(Reason.GAPS) is REASONS[Reason.GAPS]


@repeatable
@given(
    st.lists(st.one_of(st.none(), st.integers(0, 12).map(float)), max_size=40),
    st.sampled_from(list(Kind)),
    st.booleans(),
)
def test_whatever_the_series_the_answer_holds_together(
    values: list[float | None], kind: Kind, for_manager: bool
) -> None:
    seen: Assessment = assess(
        values,
        denominators=[index % 15 for index in range(len(values))],
        kind=kind,
        audience="manager" if for_manager else "team",
    )

    assert (seen.limits is None) is (seen.status is Status.DOTS)
    assert seen.reason is not None
    assert not (for_manager and seen.judged)
    assert seen.judged or not seen.findings
    for finding in seen.findings:
        assert not set(finding.points) & set(seen.left_out)
        assert finding.onset == finding.points[0] <= finding.completed
        assert finding.completed <= finding.end == finding.points[-1] <= seen.latest


@repeatable
@given(st.floats(-1e9, 1e9, allow_nan=False), st.integers(0, 60))
def test_a_constant_series_never_gives_signals(value: float, length: int) -> None:
    seen = assess([value] * length, audience="team")

    assert (seen.status, seen.findings) == (Status.DOTS, ())
