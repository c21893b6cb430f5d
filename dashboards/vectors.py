"""Answer one test vector: a document that names a chart, a profile and a series.

Published figures are the measure of our statistics. A vector is a JSON object with the
keys `chart`, `profile`, `params` and `input`; the answer holds what that chart in that
profile computes, under the names the vectors use. Whatever else the document holds (its
expected figures above all) is never looked at. Pure: no Django, no files.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal

from dashboards.by_the_book import BY_THE_BOOK
from dashboards.making_data_count import COMMON, Direction, assurance, icons, plot_the_dots
from dashboards.survival import cumulative_incidence, kaplan_meier, tally, tally_outcomes
from dashboards.vector import (
    SIGMA_DIVISOR,
    Answer,
    Vector,
    VectorError,
    check_lengths,
    with_constants,
)
from dashboards.xmr import (
    NHS,
    WHEELER,
    WHEELER_MEDIAN_RANGE,
    WHEELER_MEDIANS,
    Figures,
    Limits,
    Profile,
    Rule,
    judge,
    moving_ranges,
    natural_limits,
    present,
    trend_line,
)

TOO_LARGE = "The figures are too large to compute with."


def answer_text(text: str) -> str:
    """The answer to a document, both as JSON text. Raises VectorError."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise VectorError(f"This is not readable JSON: {error}") from error
    result = answer(document)
    try:
        return json.dumps(result, allow_nan=False)
    except ValueError as error:
        raise VectorError(TOO_LARGE) from error


def answer(document: object) -> Answer:
    """What the named chart computes from the document. Raises VectorError."""
    chart, profile, vector = _parts(document)
    compute = ANSWERS.get((profile, chart))
    if compute is None:
        known = ", ".join(f"{chart} ({profile})" for profile, chart in ANSWERS)
        raise VectorError(f"No chart “{chart}” in the profile “{profile}”; known are {known}.")
    try:
        return compute(vector)
    except ArithmeticError as error:
        raise VectorError(TOO_LARGE) from error


def _parts(document: object) -> tuple[str, str, Vector]:
    if not isinstance(document, dict):
        raise VectorError("The document should be a JSON object.")
    missing = [key for key in ("chart", "profile", "input") if key not in document]
    if missing:
        raise VectorError(f"The document lacks {', '.join(missing)}.")
    params, given = document.get("params") or {}, document["input"]
    if not isinstance(params, dict) or not isinstance(given, dict):
        raise VectorError("“params” and “input” should be JSON objects.")
    return str(document["chart"]), str(document["profile"]), Vector(params, given)


# --- nhs_making_data_count -----------------------------------------------------------


def _nhs_xmr(vector: Vector) -> Answer:
    values = vector.figures("values")
    direction = Direction(vector.choice("improvement_direction", [*Direction], Direction.INCREASE))
    dots = plot_the_dots(
        values,
        direction=direction,
        fix_after=vector.count("fix_after_n_points"),
        rebase=vector.indexes("rebase_indexes", len(values)),
        profile=with_constants(NHS, vector, screened=True),
    )
    verdict = assurance(dots[-1].limits, vector.number("target", None), direction)
    return {
        "cl": [dot.centre for dot in dots],
        "lpl": [dot.limits.lower if dot.limits else None for dot in dots],
        "upl": [dot.limits.upper if dot.limits else None for dot in dots],
        "outside_limits": [dot.outside for dot in dots],
        "relative_to_mean": [dot.relative for dot in dots],
        "close_to_limits": [dot.close for dot in dots],
        "special_cause_type": [dot.label for dot in dots],
        "point_type": [dot.kind for dot in dots],
        "rebase_group": [dot.group for dot in dots],
        "flagged_indexes": [
            index for index, dot in enumerate(dots) if dot.label not in {None, COMMON}
        ],
        "short_group_warning": [dot.short_group for dot in dots],
        "assurance": verdict,
        "icons": icons(dots[-1], verdict, direction),
    }


# --- wheeler -------------------------------------------------------------------------


def _wheeler_xmr(vector: Vector) -> Answer:
    values = vector.figures("values")
    profile = with_constants(_wheeler_profile(vector), vector, screened=False)
    limits = _printed(natural_limits(values, profile), profile)
    return {
        **_wheeler_lines(limits, profile),
        "rule1_x": _picked(values, limits, profile, Rule.OUTSIDE),
        "rule1_mr": _wide_ranges(values, limits, profile),
        "rule2_run8": _picked(values, limits, profile, Rule.RUN),
        "rule3_3of4": _picked(values, limits, profile, Rule.NEAR),
    }


def _printed(limits: Limits | None, profile: Profile) -> Limits | None:
    """The limits as statprocon 2.0 prints and judges them: every step to 3 decimals."""
    if limits is None:
        return None
    centre, mean_range = _to_thousandths(limits.centre), _to_thousandths(limits.mean_range)
    reach = Decimal(str(profile.limit_factor)) * mean_range
    return Limits(
        float(centre),
        float(_to_thousandths(centre - reach)),
        float(_to_thousandths(centre + reach)),
        float(mean_range),
        limits.n,
    )


def _wheeler_lines(limits: Limits | None, profile: Profile) -> Answer:
    if limits is None:
        names = ("amr", "cl", "lnpl", "unpl", "url", "upper_halfway", "lower_halfway")
        return dict.fromkeys(names)
    return {
        "amr": limits.mean_range,
        "cl": limits.centre,
        "lnpl": limits.lower,
        "unpl": limits.upper,
        "url": _upper_range(limits, profile),
        "upper_halfway": _halfway(limits.centre, limits.upper),
        "lower_halfway": _halfway(limits.centre, limits.lower),
    }


def _upper_range(limits: Limits, profile: Profile) -> float:
    mean_range = Decimal(str(limits.mean_range))
    return float(_to_thousandths(Decimal(str(profile.range_factor)) * mean_range))


def _halfway(here: float, there: float) -> float:
    return float(_to_thousandths((Decimal(str(here)) + Decimal(str(there))) / 2))


def _to_thousandths(value: float | Decimal) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.001"), ROUND_HALF_EVEN)


def _wheeler_profile(vector: Vector) -> Profile:
    averages = ("mean", "median")
    if vector.choice("x_central_line_uses", averages, "mean") == "median":
        return WHEELER_MEDIANS
    if vector.choice("moving_range_uses", averages, "mean") == "median":
        return WHEELER_MEDIAN_RANGE
    return WHEELER


def _picked(values: Figures, limits: Limits | None, profile: Profile, rule: Rule) -> list[int]:
    found = judge(values, baseline=limits, profile=profile)
    return sorted({index for each in found if each.rule is rule for index in each.points})


def _wide_ranges(values: Figures, limits: Limits | None, profile: Profile) -> list[int]:
    if limits is None:
        return []
    bound = _upper_range(limits, profile) + limits.slack
    sizes = enumerate(moving_ranges(values))
    return [index for index, size in sizes if size is not None and size > bound]


def _wheeler_trending(vector: Vector) -> Answer:
    values = vector.numbers("values")
    if len(values) == 1:
        raise VectorError("A line needs two values.")
    profile = with_constants(WHEELER, vector, screened=False)
    line, slope = trend_line(values)
    mean_range = profile.spread(present(moving_ranges(values)))
    reach = profile.limit_factor * mean_range
    around = Limits(0, -reach, reach, mean_range, len(values))
    return {
        "central_line": line,
        "half_width": reach,
        "slope": slope,
        "rule1_x": [
            index
            for index, (value, centre) in enumerate(zip(values, line, strict=True))
            if around.outside(value - centre)
        ],
    }


# --- 3sigma --------------------------------------------------------------------------


def _three_sigma_xmr(vector: Vector) -> Answer:
    values = vector.figures("values")
    limits = natural_limits(values, with_constants(WHEELER, vector, screened=False))
    return {
        **_three_lines(limits),
        "amr": limits.mean_range if limits else None,
        "moving_ranges": moving_ranges(values)[1:],
    }


def _three_sigma_individuals(vector: Vector) -> Answer:
    divisor = vector.factor("sigma_divisor", SIGMA_DIVISOR)
    profile = with_constants(WHEELER, vector, screened=False)
    limits = natural_limits(vector.figures("values"), replace(profile, limit_factor=3 / divisor))
    sigma = limits.mean_range / divisor if limits else None
    return {**_three_lines(limits), "sigma": sigma}


def _three_lines(limits: Limits | None) -> Answer:
    if limits is None:
        return dict.fromkeys(("cl", "lcl", "ucl"))
    return {"cl": limits.centre, "lcl": limits.lower, "ucl": limits.upper}


# --- survival ------------------------------------------------------------------------


def _kaplan_meier(vector: Vector) -> Answer:
    times = vector.numbers("time")
    finished = [status == 1 for status in vector.words("status", (0, 1))]
    _check_times(times, finished)
    curve = kaplan_meier(tally(times, finished), confidence=_confidence(vector))
    low, high = curve.median_interval
    return {
        "time": [step.time for step in curve.steps],
        "surv": [step.survival for step in curve.steps],
        "n_risk": [step.at_risk for step in curve.steps],
        "n_event": [step.events for step in curve.steps],
        "n_censor": [step.censored for step in curve.steps],
        "std_err_greenwood": [step.std_err for step in curve.steps],
        "lower95_loglog": [step.lower for step in curve.steps],
        "upper95_loglog": [step.upper for step in curve.steps],
        "median": curve.median,
        "median_lower95_loglog": low,
        "median_upper95_loglog": high,
        "quantile_25_50_75_85": [curve.quantile(share) for share in (0.25, 0.5, 0.75, 0.85)],
    }


def _incidence(vector: Vector) -> Answer:
    times = vector.numbers("time")
    outcomes = [
        None if event == "open" else str(event)
        for event in vector.words("event", ("won", "lost", "open"))
    ]
    _check_times(times, outcomes)
    steps = cumulative_incidence(tally_outcomes(times, outcomes)).steps
    return {
        "time": [step.time for step in steps],
        "n_risk": [step.at_risk for step in steps],
        "p_open": [step.open for step in steps],
        "cif_won": [step.incidence.get("won", 0.0) for step in steps],
        "cif_lost": [step.incidence.get("lost", 0.0) for step in steps],
    }


ANSWERS: dict[tuple[str, str], Callable[[Vector], Answer]] = {
    ("nhs_making_data_count", "xmr"): _nhs_xmr,
    ("wheeler", "xmr"): _wheeler_xmr,
    ("wheeler", "xmr_trending"): _wheeler_trending,
    ("3sigma", "xmr"): _three_sigma_xmr,
    ("3sigma", "i"): _three_sigma_individuals,
    **BY_THE_BOOK,
    ("survival", "kaplan_meier"): _kaplan_meier,
    ("survival", "cumulative_incidence"): _incidence,
}


def _confidence(vector: Vector) -> float:
    vector.choice("conf_type", ("log-log",), "log-log")
    level = vector.factor("conf", 0.95)
    if level >= 1:
        raise VectorError(f"“conf” should be below 1, not {level}.")
    return level


def _check_times(times: Sequence[float], beside: Sequence[object]) -> None:
    check_lengths(times, beside)
    if min(times) < 0:
        raise VectorError(f"A time is 0 or more, not {min(times)}.")
