"""Where every deal of the demo stands this very moment, and what its team means to do next."""

from collections.abc import Iterator, Sequence
from math import floor

from config.demo.lives import Doing, Life
from config.demo.rhythm import luck

# When the next steps of the open deals are due, in working days from today: a few are late, a few
# are for today, most lie ahead. One deal in so many has none, which is for somebody to mend. The
# first of the team, who is who a newcomer may be, gets the first of these, and what stands longest
# is late first.
STEPS_DUE = (-1, 0, 3, 0, 6, 1, 2, 5, -3, 4, 8, 2, 7, -2, 1, 4, 5, 3, 0, 9, -4, 1, 5)
WITHOUT_STEP = 16


def history(begun: Sequence[Life], now: float) -> Iterator[tuple[Doing, Life]]:
    """Everything that was done with these deals before now, and the next steps as of today."""
    done = {life.key: _done(life, now) for life in begun}
    for life in begun:
        yield from ((doing, life) for doing in done[life.key])
    waiting = [life for life in begun if life.stays[-1][1] >= now]
    # What nobody has taken yet has no next step either.
    waiting.sort(key=lambda life: (_has_somebody(life, now), luck(life.key, "today").random()))
    without = round(len(waiting) / WITHOUT_STEP)
    for life in waiting[:without]:
        if any(doing.verb == "step" for doing in done[life.key]):
            yield _next_step(life, done[life.key][-1], now, due=None), life
    with_step = sorted(waiting[without:], key=lambda life: (life.owner, done[life.key][-1].at))
    for place, life in enumerate(with_step):
        due = STEPS_DUE[place % len(STEPS_DUE)]
        yield _next_step(life, done[life.key][-1], now, due=due), life


def _done(life: Life, now: float) -> list[Doing]:
    done = [doing for doing in life.doings() if doing.at < now]
    return done[:-1] if done[-1].verb == "step" else done


def _has_somebody(life: Life, now: float) -> bool:
    return life.taken_at is None or life.taken_at < now


def _next_step(life: Life, last: Doing, now: float, *, due: int | None) -> Doing:
    """Said some time since the last thing that was done, for a day that was not over then."""
    said = last.at + (now - last.at) * luck(life.key, "said").uniform(0.2, 0.9)
    if due is None:
        return Doing(said, "step", life.owner, last.stage, None)
    day = floor(now) + due
    if last.at < day:
        said = min(said, (last.at + day) / 2 if due < 0 else said)
    return Doing(said, "step", life.owner, last.stage, max(floor(said), day) + 0.5)
