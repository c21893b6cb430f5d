"""How often a verdict is wrong: decisions that change nothing, and decisions that do.

Each debate begins because one week was bad: the worst of a quarter, two sigma from the middle at
least. What was normal is frozen before that week, as in a debate; two weeks later something is
decided, and the weeks after it are held against those before.

    python -m bench.verdicts
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator

from dashboards.spc import Reason, baseline_of
from dashboards.verdict import Verdict, effect
from dashboards.xmr import Side

RUNS, BEFORE, AFTER, TALK = 4_000, 12, 6, 2
BAD = 2.0
SHIFTS = (0.0, 1.0, 2.0, 3.0)

Process = Callable[[random.Random], Iterator[float]]


def normal(chance: random.Random) -> Iterator[float]:
    """Weeks that have nothing to do with each other, of sigma one around a hundred."""
    while True:
        yield chance.gauss(100, 1)


def leaning(chance: random.Random) -> Iterator[float]:
    """Weeks of which each remembers three tenths of the one before."""
    level = 0.0
    while True:
        level = 0.3 * level + chance.gauss(0, (1 - 0.3**2) ** 0.5)
        yield 100 + level


def counts(chance: random.Random) -> Iterator[float]:
    """Nine cases a week by chance alone (Poisson), in units of their sigma."""
    while True:
        cases, left = 0, chance.expovariate(1)
        while left < 9:
            cases += 1
            left += chance.expovariate(1)
        yield 100 + cases / 3


PROCESSES: dict[str, Process] = {"normal": normal, "leaning by 0.3": leaning, "counts": counts}


def judged(process: Process, shift: float, seed: int) -> Verdict:
    """The verdict on one decision; a better week is a higher one."""
    chance = random.Random(seed)
    weeks = process(chance)
    past = [next(weeks) for _each in range(BEFORE)]
    middle = 103.0 if process is counts else 100.0
    while (week := next(weeks)) > middle - BAD:
        past = [*past[1:], week]
    for _each in range(TALK):
        next(weeks)
    borne = baseline_of(past)
    before = None if isinstance(borne, Reason) else borne
    return effect(before, [next(weeks) + shift for _each in range(AFTER)], Side.UP).verdict


def table() -> Iterator[str]:
    """For each process and shift the share of each verdict, in percent."""
    verdicts = [verdict for verdict in Verdict if verdict is not Verdict.CONFOUNDED]
    names = " | ".join(verdict.value for verdict in verdicts)
    yield f"| process | shift (sigma) | {names} |"
    yield f"|---|---|{'---|' * len(verdicts)}"
    for name, process in PROCESSES.items():
        for shift in SHIFTS:
            found = Counter(judged(process, shift, seed) for seed in range(RUNS))
            shares = " | ".join(f"{100 * found[verdict] / RUNS:.1f}" for verdict in verdicts)
            yield f"| {name} | {shift:g} | {shares} |"


if __name__ == "__main__":
    for line in table():
        print(line)
