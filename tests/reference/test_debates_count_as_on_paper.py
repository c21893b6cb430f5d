"""The figures of debates, counted by the engine and once more on paper."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from dashboards import kpis
from dashboards.engine import measure
from dashboards.figures import WHOLE
from dashboards.periods import Period
from debates.models import Brought, Debate, Experiment, Next, State
from tests import builders, debating
from tests.reference.test_facts_add_up_to_their_figure import assert_they_add_up

pytestmark = pytest.mark.django_db

# Mondays.
BEGUN = datetime(2026, 9, 7, 9, 0, tzinfo=UTC)
UNTIL = datetime(2027, 3, 1, 12, tzinfo=UTC)
WEEKS = list(Period.parse("2026-W37").through(Period.parse("2027-W08")))
FIGURES = ("deals-won", "deals-lost", "win-rate", "cycle-time", "value-won", "open-deals")
SLUGS = {"debate-participation", "decision-latency", "debate-yield", "decisions-evaluated"}


def lead(nth: int, chance: Random, anna, mia) -> Debate:
    """One debate, to one of its ends."""
    at = BEGUN + timedelta(weeks=nth)
    slug = FIGURES[nth % len(FIGURES)]
    match chance.choice(("decided", "silent", "nothing", "dismissed", "asked")):
        case "decided":
            debate = debating.decided(by=anna, at=at, slug=slug)
            debate.evaluate(at=UNTIL)
            experiment = debate.experiments.get()
            if experiment.verdict and chance.random() < 0.5:
                experiment.answer_with(Next.KEEP, "So", by=anna, at=UNTIL)
            return debate
        case "silent":
            debate = debating.opened(by=anna, at=at, slug=slug)
            debate.bring(Brought("So"), by=mia, at=at)
        case "nothing":
            debate = debating.revealed(by=anna, at=at, slug=slug)
        case "dismissed":
            debate = Debate.objects.request(kpis.get(slug), "Why?", by=anna, at=at)
            debate.dismiss("Not now", by=anna, at=at + timedelta(days=1))
        case _:
            debate = Debate.objects.request(kpis.get(slug), "Why?", by=anna, at=UNTIL)
    debate.run_out(at=at + timedelta(days=40))
    return debate


def on_paper(slug: str, week: Period, zone) -> float | None:
    """The same, from what stands in the debates, one by one."""
    start, cut = week.start(zone), min(week.next.start(zone), UNTIL)
    debates = [one for one in Debate.objects.all() if one.state != State.DISMISSED]
    if slug == "debate-participation":
        counted = [
            seat.took_part
            for one in debates
            if one.gathered_at and start <= one.gathered_at < cut
            for seat in one.seats.all()
            if seat.took_part is not None
        ]
    elif slug == "debate-yield":
        counted = [
            one.end == "decided" for one in debates if one.over_at and start <= one.over_at < cut
        ]
    else:
        reviewed = [
            (datetime.combine(one.review_on, datetime.max.time(), zone), one.answer)
            for one in Experiment.objects.all()
        ]
        counted = [bool(answer) for at, answer in reviewed if start <= at < cut]
    return sum(counted) / len(counted) if counted else None


@pytest.mark.parametrize("seed", range(3))
def test_in_any_world(anna, bram, mia, seed):
    chance = Random(seed)  # noqa: S311
    for nth in range(6):
        lead(nth, chance, anna, mia)

    for slug in SLUGS - {"decision-latency"}:
        for figure in measure(kpis.get(slug), [anna.team], WEEKS, until=UNTIL):
            if figure.dimension == WHOLE:
                expected = on_paper(slug, figure.period, anna.team.zone)
                value = None if figure.value is None else float(figure.value)
                assert value == pytest.approx(expected), (slug, figure.period)
    assert_they_add_up(anna.team, WEEKS, UNTIL, SLUGS)


def test_the_latency_counts_what_was_never_decided(anna, bram, mia):
    """Of four questions two were decided after ten days; the others never: half, in ten days."""
    for nth, slug in enumerate(FIGURES[:4]):
        if nth % 2:
            debating.decided(by=anna, at=BEGUN, slug=slug)
        else:
            debating.opened(by=anna, at=BEGUN, slug=slug).run_out(at=BEGUN + timedelta(days=30))

    (figure,) = measure(
        kpis.get("decision-latency"), [anna.team], [Period.parse("2026-W45")], until=UNTIL
    )

    assert figure.n == 4
    assert float(figure.value) == pytest.approx(debating.PROPOSED.days, abs=0.1)


def test_participation_is_told_for_each_side(anna, bram, mia):
    debate = debating.opened(by=anna, at=BEGUN)
    for place in (anna, bram):
        debate.bring(Brought("So"), by=place, at=BEGUN)
    debate.run_out(at=BEGUN + timedelta(days=30))

    found = measure(
        kpis.get("debate-participation"), [anna.team], [Period.parse("2026-W37")], until=UNTIL
    )
    told = {figure.dimension: figure.value for figure in found}

    later = Period.parse(f"{debate.gathered_at:%G-W%V}")
    found = measure(kpis.get("debate-participation"), [anna.team], [later], until=UNTIL)
    told |= {figure.dimension: float(figure.value) for figure in found if figure.value is not None}
    assert told == {WHOLE: pytest.approx(2 / 3), "team": 1.0, "management": 0.0}


@pytest.mark.parametrize("sees_people", [True, False])
def test_both_sides_are_told_of_which_debates(anna, bram, sees_people):
    debate = debating.opened(by=anna, at=BEGUN)

    named = kpis.get("debate-yield").about.named(anna.team, [debate.pk], sees_people=sees_people)

    assert named[debate.pk].label == "Why do we win less?"
    assert builders.browser(anna.user).get(named[debate.pk].url).status_code == 200
