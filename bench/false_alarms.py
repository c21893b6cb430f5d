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
from dataclasses import dataclass, field
from statistics import median

from dashboards.spc import Kind, Limits, LockedBaseline, Reason, assess, baseline_of

LOCKED, READ, SOON = 20, 12, 6
MOST_ALERTS = 0.2  # new alerts per KPI in twelve periods: the aim
SEEN = {2: (READ, 0.95), 3: (SOON, 0.90)}  # shift in standard deviations: within, the aim


@dataclass(frozen=True)
class Process:
    """A stable process: so many figures one after the other, and how many cases each counts."""

    name: str
    figures: Callable[[random.Random, int], list[float | None]]
    kind: Kind = Kind.FLOW
    cases: int | None = None

    def denominators(self, count: int) -> list[int | None] | None:
        return None if self.cases is None else [self.cases] * count


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


def _normal(chance: random.Random, count: int) -> list[float | None]:
    return [chance.gauss(20, 4) for _ in range(count)]


def _poisson(mean: float) -> Callable[[random.Random, int], list[float | None]]:
    def one(chance: random.Random) -> int:
        # Arrivals at random within one period, counted.
        count, passed = 0, chance.expovariate(mean)
        while passed < 1:
            count, passed = count + 1, passed + chance.expovariate(mean)
        return count

    return lambda chance, count: [float(one(chance)) for _ in range(count)]


def _share(of: int, chance_of_each: float) -> Callable[[random.Random, int], list[float | None]]:
    def figures(chance: random.Random, count: int) -> list[float | None]:
        return [sum(chance.random() < chance_of_each for _ in range(of)) / of for _ in range(count)]

    return figures


def _middle_of(cases: int) -> Callable[[random.Random, int], list[float | None]]:
    """The middle of so many durations, most of them short and some very long."""
    return lambda chance, count: [
        median(chance.expovariate(1 / 10) for _ in range(cases)) for _ in range(count)
    ]


def _entangled(chance: random.Random, count: int) -> list[float | None]:
    """Each figure is half the one before it; the first ones are warmed up and thrown away."""
    last, figures = 0.0, []
    for _ in range(50 + count):
        last = 0.5 * last + chance.gauss(0, 1)
        figures.append(20 + last)
    return list(figures[50:])


STABLE = (
    Process("normal", _normal),
    Process("Poisson, 20 a period", _poisson(20)),
    Process("Poisson, 4 a period", _poisson(4)),
    Process("Poisson, 1 a period", _poisson(1)),
    Process("Poisson, 3 in ten periods", _poisson(0.3)),
    Process("share of 5", _share(5, 0.3), Kind.RATIO, 5),
    Process("share of 20", _share(20, 0.3), Kind.RATIO, 20),
    Process("share of 20, 1 in 20", _share(20, 0.05), Kind.RATIO, 20),
    Process("middle of 4 skewed durations", _middle_of(4), Kind.DURATION, 4),
    Process("middle of 8 skewed durations", _middle_of(8), Kind.DURATION, 8),
    Process("middle of 20 skewed durations", _middle_of(20), Kind.DURATION, 20),
    Process("autocorrelated 0.5", _entangled),
)


def alerts(
    values: Sequence[float | None], limits: Limits, process: Process, periods: int = READ
) -> list[int]:
    """In which of the periods after the locked ones, from 0, a new alert is raised."""
    seen, raised = set(), []
    for nth in range(periods):
        so_far = values[: LOCKED + nth + 1]
        live = assess(
            so_far,
            baseline=LockedBaseline(limits),
            denominators=process.denominators(len(so_far)),
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
        values = process.figures(chance, LOCKED + READ)
        limits = _locked(values, process)
        if isinstance(limits, Reason):
            found.silent[limits] += 1
        else:
            found.alerts += len(alerts(values, limits, process))
    return found


def detected(shift: float, within: int, kpis: int, seed: int) -> float:
    """Of KPIs that shift by so many standard deviations, the share that is told in time."""
    chance, told, judged = random.Random(f"{seed} {shift}"), 0, 0
    process = STABLE[0]
    while judged < kpis:
        before, after = _normal(chance, LOCKED), _normal(chance, within)
        limits = _locked(before, process)
        if isinstance(limits, Reason):
            continue
        judged += 1
        moved = [value + 4 * shift for value in after if value is not None]
        told += bool(alerts([*before, *moved], limits, process, within))
    return told / kpis


def _locked(values: Sequence[float | None], process: Process) -> Limits | Reason:
    """The normal range that is signed, or why the manager hears nothing."""
    locked, cases = values[:LOCKED], process.denominators(LOCKED)
    limits = baseline_of(locked, denominators=cases, kind=process.kind)
    if isinstance(limits, Reason):
        return limits
    seen = assess(locked, baseline=LockedBaseline(limits), denominators=cases, kind=process.kind)
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
    for process in STABLE:
        found = stable(process, kpis, seed)
        lines.append(
            f"| {process.name} | {found.silent.total() / kpis:.0%} | {found.main_reason}"
            f" | {found.per_kpi:.2f} | {found.per_judged:.2f} |"
        )
    lines += ["", "| shift, normal figures | within | told | aim |", "|---|---|---|---|"]
    for shift, (within, aim) in SEEN.items():
        told = detected(shift, within, kpis, seed)
        lines.append(f"| {shift} standard deviations | {within} periods | {told:.1%} | {aim:.0%} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.false_alarms", description=__doc__)
    parser.add_argument("--kpis", type=int, default=2000, help="how many KPIs of each kind")
    parser.add_argument("--seed", type=int, default=1, help="another number, other KPIs")
    options = parser.parse_args()
    print(report(options.kpis, options.seed))


if __name__ == "__main__":
    main()
