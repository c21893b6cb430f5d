"""What the figures say, in words: why a chart shows no more than it does, and what a signal is.

The arithmetic (`dashboards.spc`) speaks in codes; every code has its sentence here, and nowhere
else. Sentences are lazy: they take the reader's language when shown.
"""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dashboards.facts import Counts
from dashboards.faults import FaultKind
from dashboards.figures import Unit
from dashboards.funnel import Place
from dashboards.spc import Finding, Kind, Reason, Rule, Side, Status

STATUSES: Final[dict[Status, Promise]] = {
    Status.DOTS: _("Figures only, without a normal range."),
    Status.PROVISIONAL: _("The normal range is provisional; it still moves with every figure."),
    Status.TEAM_ONLY: _("The team sees signals; whoever reads along does not yet."),
    Status.FULL: _("Everyone who reads this chart sees the same signals."),
}

REASONS: Final[dict[Reason, Promise]] = {
    Reason.TOO_FEW: _("Too early to say anything: a normal range takes at least 6 figures."),
    Reason.PROVISIONAL: _(
        "Fewer than 12 figures: the normal range is provisional and shows no signals."
    ),
    Reason.SHORT_BASELINE: _(
        "Fewer than 20 figures: the normal range is still young, so only the team sees signals."
    ),
    Reason.NO_LOCKED_BASELINE: _(
        "The team has not yet settled on its normal range, so only the team sees signals."
    ),
    Reason.SMALL_SHARES: _(
        "Half of the periods or more count fewer than 10 cases: too few for a share to mean"
        " something. A longer period helps."
    ),
    Reason.FEW_DURATIONS: _(
        "Half of the periods or more count fewer than 8 cases: the middle of so few durations"
        " jumps about by itself. A longer period helps."
    ),
    Reason.GAPS: _("Too many periods lack a figure for a normal range."),
    Reason.CONSTANT: _("The figure has not moved, so there is no normal variation to learn from."),
    Reason.FEW_VALUES: _(
        "The figure takes fewer than 4 different values: too coarse for a normal range. A longer"
        " period helps."
    ),
    Reason.CHUNKY: _(
        "Half of the time or more the figure stays the same from one period to the next: too"
        " coarse for a normal range. A longer period helps."
    ),
    Reason.LEANING: _(
        "Each figure leans on the one before it, so a lone signal would mean little: only the team"
        " sees signals."
    ),
    Reason.ENTANGLED: _(
        "Each figure hangs together with the one before it, so a normal range would be too narrow"
        " or too wide."
    ),
}

FINDINGS: Final[dict[tuple[Rule, Side], Promise]] = {
    (Rule.OUTSIDE, Side.UP): _("This lies above what the process normally gives."),
    (Rule.OUTSIDE, Side.DOWN): _("This lies below what the process normally gives."),
    (Rule.RUN, Side.UP): _("Eight or more figures in a row lie above the average."),
    (Rule.RUN, Side.DOWN): _("Eight or more figures in a row lie below the average."),
    (Rule.TREND, Side.UP): _("Seven or more figures in a row, each higher than the last."),
    (Rule.TREND, Side.DOWN): _("Seven or more figures in a row, each lower than the last."),
    (Rule.NEAR, Side.UP): _("Three of four figures lie close to the top of the normal range."),
    (Rule.NEAR, Side.DOWN): _("Three of four figures lie close to the bottom of the normal range."),
}

BETTER: Final = _("signal: better")
WORSE: Final = _("signal: worse")
CHANGED: Final = _("signal")
STILL_RUNNING: Final = _("still running")
NORMAL_HERE: Final = _("normal here: %(low)s to %(high)s")

# Why a share has another range in every period.
BY_CASES: Final = _(
    "The number of cases differs much from one period to the next. Few cases swing further by"
    " chance than many, so each period has its own normal range (a P′ chart)."
)


def why(reason: Reason) -> Promise:
    """The sentence behind a reason code."""
    return REASONS[reason]


def what(finding: Finding) -> Promise:
    """The sentence that says what is unusual about these figures."""
    return FINDINGS[finding.rule, finding.side]


FAULTS: Final[dict[FaultKind, Promise]] = {
    FaultKind.CHANGED: _(
        "The report of %(period)s is no longer what was published: its seal does not fit."
    ),
    FaultKind.REMOVED: _("The report of %(period)s was published and is gone."),
    FaultKind.UNCHAINED: _(
        "The report of %(period)s does not follow on the one before it: one is gone or was changed."
    ),
    FaultKind.DIFFERS: _(
        "%(name)s, %(period)s: published as %(was)s; what was measured then is %(now)s."
    ),
    FaultKind.MISSPACED: _(
        "%(name)s, %(period)s: the distances in the report do not fit the figure beside them."
    ),
    FaultKind.MISCOUNTED: _(
        "%(name)s, %(period)s: kept as %(was)s; counted anew from the facts it is %(now)s."
    ),
}

# How a fact counts in its figure, and how all of them together make it.
COUNTS: Final[dict[Counts, Promise]] = {
    Counts.WHOLE: _("counts in full"),
    Counts.ABOVE: _("in the share, and in the total"),
    Counts.BELOW: _("in the total only"),
    Counts.LATE: _("in the total only: it came after the %(days)d days"),
    Counts.LASTING: _("had not ended yet: counts for as long as it had lasted"),
    Counts.LEFT_OUT: _("left out: it has no date"),
}
NO_VALUE: Final = _("These are too few, or have not gone far enough, to make a figure.")
TOGETHER: Final = _("Together they make %(value)s.")
SUMS: Final[dict[Unit, Promise]] = {
    Unit.COUNT: _("Each counts once: %(value)s."),
    Unit.SHARE: _("%(above)s of %(below)s are in the share: %(share)s."),
    Unit.EACH: _("%(above)s of them, over %(below)s members: %(value)s."),
    Unit.SCORE: _("Together their scores are %(above)s, over %(below)s answers: %(value)s."),
}
MIDDLES: Final[dict[Kind, Promise]] = {
    Kind.DURATION: _("Half of them took at most %(value)s."),
    Kind.SURVIVAL: _(
        "Half are over after %(value)s, if what had not ended is counted for as long as it had"
        " lasted."
    ),
}
COMES_TO: Final = _(
    "By these, %(share)s come to it within %(days)d days, if what had not ended is counted for as"
    " long as it had lasted."
)
PUBLISHED_OTHERWISE: Final = _(
    "The report of %(period)s told %(was)s (%(n)s). Something was written down since then, and the"
    " list is as it is known now. The next report says what changed."
)

# How far a team lies from the others, and what all of them together say.
PLACES: Final[dict[Place, Promise]] = {
    Place.WITHIN: _("within what chance gives"),
    Place.EDGE: _("at the edge of what chance gives"),
    Place.BEYOND: _("more different than chance gives"),
}
APART: Final[dict[Place, Promise]] = {
    Place.WITHIN: _("All teams lie within what chance alone gives. There is nothing to explain."),
    Place.EDGE: _(
        "All teams lie within what chance can give; at its edge, where one in twenty lies without"
        " any reason: %(teams)s."
    ),
    Place.BEYOND: _(
        "More different than chance alone gives: %(teams)s. It is worth asking what is different"
        " there: the customers, the work, the way it is counted. It does not say who is better."
    ),
}
