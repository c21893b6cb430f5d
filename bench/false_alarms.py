"""How often the manager's profile cries wolf, and how soon it sees a wolf: many made-up KPIs.

Each KPI has twenty periods on which its normal range is locked, and twelve more that are read as
they come, the latest whole one each time. A new alert is a signal with another onset than the
alerts before it. Where the figures bear no normal range, the share of KPIs without one is counted,
with the reason that the page gives.

python -m bench.false_alarms --kpis 2000
"""

import argparse
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from dashboards.spc import Kind, Limits, LockedBaseline, Reason, assess, baseline_of

LOCKED, READ, SOON = 20, 12, 6
MOST_ALERTS = 0.2  # new alerts per KPI in twelve periods: the aim


Values = list[float | None]
Counts = list[int | None]


@dataclass(frozen=True)
class Process:
    """A stable process: its figures one after the other, each of so many cases.

    `cases` are those of every period, or between which numbers they vary. What `is_share` has a
    range by its cases, as the product's shares have; without it, one range for all of them.
    """

    name: str
    figures: Callable[[random.Random, Counts], Values]
    kind: Kind = Kind.FLOW
    cases: int | tuple[int, int] | None = None
    is_share: bool = False

    def lived(self, chance: random.Random, count: int) -> tuple[Values, Counts]:
        """So many periods of it: the figures, and the cases behind them."""
        if isinstance(self.cases, tuple):
            counts: Counts = [chance.randint(*self.cases) for _ in range(count)]
        else:
            counts = [self.cases] * count
        return self.figures(chance, counts), counts


@dataclass
class Found:
    """What came of the KPIs of one process."""

    process: str
    kpis: int
    alerts: int = 0
    silent: Counter[Reason] = field(default_factory=Counter)

    @property
    def judged(self) -> int:
        return self.kpis - self.silent.total()

    @property
    def per_kpi(self) -> float:
        """New alerts per KPI in twelve periods; of all KPIs, the silent ones too."""
        return self.alerts / self.kpis

    @property
    def per_judged(self) -> float:
        """The same per KPI that is judged; 0 where none is."""
        return self.alerts / self.judged if self.judged else 0.0

    @property
    def main_reason(self) -> str:
        return self.silent.most_common(1)[0][0].value if self.silent else ""


def _around(mean: float) -> Callable[[random.Random, Counts], Values]:
    return lambda chance, counts: [chance.gauss(mean, 4) for _ in counts]


def _poisson(mean: float) -> Callable[[random.Random, Counts], Values]:
    def one(chance: random.Random) -> int:
        # Arrivals at random within one period, counted.
        count, passed = 0, chance.expovariate(mean)
        while passed < 1:
            count, passed = count + 1, passed + chance.expovariate(mean)
        return count

    return lambda chance, counts: [float(one(chance)) for _ in counts]


def _share(common: float, drift: float = 0) -> Callable[[random.Random, Counts], Values]:
    """So many of so many; with a `drift`, what all cases of a period have in common varies too."""

    def figures(chance: random.Random, counts: Counts) -> Values:
        rates = [chance.gauss(common, drift) if drift else common for _ in counts]
        return [
            sum(chance.random() < rate for _ in range(of or 0)) / (of or 1)
            for of, rate in zip(counts, rates, strict=True)
        ]

    return figures


def _middle(chance: random.Random, counts: Counts) -> Values:
    """The middle of so many durations, most of them short and some very long."""
    return [median(chance.expovariate(1 / 10) for _ in range(of or 0)) for of in counts]


def _entangled(chance: random.Random, counts: Counts) -> Values:
    """Each figure is half the one before it; the first ones are warmed up and thrown away."""
    last, figures = 0.0, []
    for _ in range(50 + len(counts)):
        last = 0.5 * last + chance.gauss(0, 1)
        figures.append(20 + last)
    return list(figures[50:])


STABLE = (
    Process("normal", _around(20)),
    Process("Poisson, 20 a period", _poisson(20)),
    Process("Poisson, 4 a period", _poisson(4)),
    Process("Poisson, 1 a period", _poisson(1)),
    Process("Poisson, 3 in ten periods", _poisson(0.3)),
    Process("share of 5", _share(0.3), Kind.RATIO, 5),
    Process("share of 20", _share(0.3), Kind.RATIO, 20),
    Process("share of 20, 1 in 20", _share(0.05), Kind.RATIO, 20),
    Process("middle of 4 skewed durations", _middle, Kind.DURATION, 4),
    Process("middle of 8 skewed durations", _middle, Kind.DURATION, 8),
    Process("middle of 20 skewed durations", _middle, Kind.DURATION, 20),
    Process("autocorrelated 0.5", _entangled),
)
# Shares of a number of cases that differs: with one range for all, and each period with its own.
UNEVEN = tuple(
    replace(process, name=f"{process.name}, {by}", is_share=is_share)
    for process in (
        Process("share of 10 to 40", _share(0.3), Kind.RATIO, (10, 40)),
        Process("share of 12 to 120", _share(0.3), Kind.RATIO, (12, 120)),
        Process("share of 20 to 200, 1 in 20", _share(0.05), Kind.RATIO, (20, 200)),
        Process("share of 50 to 500 that drifts", _share(0.3, 0.05), Kind.RATIO, (50, 500)),
    )
    for by, is_share in (("one range", False), ("P′", True))
)
# What was before, what comes of it, within how many periods it is to be told, and the aim if any.
SEEN = (
    (STABLE[0], Process("normal, up 2 standard deviations", _around(28)), READ, 0.95),
    (STABLE[0], Process("normal, up 3 standard deviations", _around(32)), SOON, 0.9),
    *(
        (each, replace(each, name=f"{each.name}: 30% to 42%", figures=_share(0.42)), READ, 0.0)
        for each in UNEVEN[2:4]
    ),
)


def alerts(
    values: Sequence[float | None],
    cases: Sequence[int | None],
    limits: Limits,
    process: Process,
    periods: int = READ,
) -> list[int]:
    """In which of the periods after the locked ones, from 0, a new alert is raised."""
    seen, raised = set(), []
    for nth in range(periods):
        so_far = values[: LOCKED + nth + 1]
        live = assess(
            so_far,
            baseline=LockedBaseline(limits),
            denominators=cases[: len(so_far)],
            kind=process.kind,
            audience="manager",
        ).live
        if live and (live.onset, live.side) not in seen:
            seen.add((live.onset, live.side))
            raised.append(nth)
    return raised


def stable(process: Process, kpis: int, seed: int) -> Found:
    """So many KPIs of a process in which nothing changes."""
    chance, found = random.Random(f"{seed} {process.name}"), Found(process.name, kpis)
    for _ in range(kpis):
        values, cases = process.lived(chance, LOCKED + READ)
        limits = _locked(values, cases, process)
        if isinstance(limits, Reason):
            found.silent[limits] += 1
        else:
            found.alerts += len(alerts(values, cases, limits, process))
    return found


def detected(before: Process, after: Process, within: int, kpis: int, seed: int) -> float:
    """Of KPIs that go over from one process to another, the share that is told in time."""
    chance, told, judged = random.Random(f"{seed} {after.name}"), 0, 0
    while judged < kpis:
        values, cases = before.lived(chance, LOCKED)
        moved, more = after.lived(chance, within)
        limits = _locked(values, cases, before)
        if isinstance(limits, Reason):
            continue
        judged += 1
        told += bool(alerts([*values, *moved], [*cases, *more], limits, before, within))
    return told / kpis


def _locked(
    values: Sequence[float | None], cases: Sequence[int | None], process: Process
) -> Limits | Reason:
    """The normal range that is signed, or why the manager hears nothing."""
    locked, behind = values[:LOCKED], cases[:LOCKED]
    limits = baseline_of(locked, denominators=behind, kind=process.kind, is_share=process.is_share)
    if isinstance(limits, Reason):
        return limits
    seen = assess(locked, baseline=LockedBaseline(limits), denominators=behind, kind=process.kind)
    return seen.reason or limits


def report(kpis: int, seed: int) -> str:
    """The tables, in Markdown."""
    lines = [
        f"{kpis:,} KPIs of each kind, {LOCKED} periods locked, {READ} read; aim: at most"
        f" {MOST_ALERTS} new alerts per KPI, or none and the reason.",
        "",
        "| nothing changes | silent | most often because | new alerts per KPI | per speaking KPI |",
        "|---|---|---|---|---|",
    ]
    for process in (*STABLE, *UNEVEN):
        found = stable(process, kpis, seed)
        lines.append(
            f"| {process.name} | {found.silent.total() / kpis:.0%} | {found.main_reason}"
            f" | {found.per_kpi:.2f} | {found.per_judged:.2f} |"
        )
    lines += ["", "| what changes | within | told | aim |", "|---|---|---|---|"]
    for before, after, within, aim in SEEN:
        told = detected(before, after, within, kpis, seed)
        lines.append(f"| {after.name} | {within} periods | {told:.1%} | {aim:.0%} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.false_alarms", description=__doc__)
    parser.add_argument("--kpis", type=int, default=2000, help="how many KPIs of each kind")
    parser.add_argument("--seed", type=int, default=1, help="another number, other KPIs")
    options = parser.parse_args()
    print(report(options.kpis, options.seed))


if __name__ == "__main__":
    main()
