"""Whatever people and time do in a debate: it ends in its box, and never by silence."""

from contextlib import suppress
from datetime import timedelta
from random import Random

import pytest
from django.utils import timezone

from debates.models import (
    Brought,
    Debate,
    DebateError,
    Fallback,
    Objection,
    Response,
    Seat,
    Speaks,
    State,
)
from debates.models.box import EXTENSION, is_quorate
from debates.models.proposal import ProposalVersion
from debates.models.states import OPEN
from tests import builders, debating
from tests.debating import offer

S = State
# From which state to which.
TABLE = {
    (S.GATHERING, S.CHALLENGING),
    (S.GATHERING, S.LAPSED),
    (S.CHALLENGING, S.PROPOSING),
    (S.PROPOSING, S.CONSENTING),
    (S.PROPOSING, S.NO_CHANGE),
    (S.CONSENTING, S.INTEGRATING),
    (S.INTEGRATING, S.CONSENTING),
    *((state, S.DECIDED) for state in (S.CONSENTING, S.INTEGRATING)),
    *((state, S.LAPSED) for state in (S.CONSENTING, S.INTEGRATING)),
    *((state, S.NO_CHANGE) for state in (S.CONSENTING, S.INTEGRATING)),
}
SEEDS, STEPS, DAYS = 6, 70, 10
HARM = Objection("Nobody answers the others", is_new=True, is_certain=False, remedy="By turns")


class Walk:
    """A team and its manager, who do what comes to their minds."""

    def __init__(self, people, now, seed):
        self.any = Random(seed)  # noqa: S311
        self.people, self.at, self.begun = people, now, now
        fallback = self.any.choice(list(Fallback))
        self.debate = debating.opened(by=people[0], at=now, days=DAYS, fallback=fallback)
        self.met = {S.GATHERING}

    def step(self):
        was = self.debate.state
        self.at += timedelta(hours=self.any.choice((0, 0, 0, 1, 3, 9, 30)))
        deed = self.any.choice(DEEDS[S(was)])
        with suppress(DebateError):
            getattr(self, deed)(self.any.choice(self.people))
        self.debate.refresh_from_db()
        self.met.add(S(self.debate.state))
        self.look(was)

    def look(self, was):
        debate = self.debate
        # One word may let several days pass at once, so a step may skip what time has done.
        assert was == debate.state or reaches(S(was), S(debate.state)), (was, debate.state)
        assert (debate.state in OPEN) == (debate.end == "")
        longest = timedelta(days=2 * (DAYS + EXTENSION))
        assert debate.over_at is None or debate.over_at - self.begun <= longest
        if debate.state == S.DECIDED:
            self.look_at_the_decision()
        elif debate.state not in OPEN:
            assert not debate.experiments.exists()

    def look_at_the_decision(self):
        assert self.debate.experiments.exists()
        asked = Seat.objects.filter(debate=self.debate).asked().count()
        for experiment in self.debate.experiments.all():
            said = Response.objects.filter(version=experiment.version).of_those_asked()
            assert is_quorate(said.count(), asked)
            objecting = said.open_objections().count()
            assert objecting == 0 or experiment.is_trial
            assert 3 * (said.count() - objecting) >= 2 * said.count()
            parties = experiment.agreement.parties.values_list("person", flat=True)
            silent = set(parties) - set(said.values_list("seat__person", flat=True))
            promising = set(experiment.version.doers.values_list("person", flat=True))
            assert silent <= promising or experiment.agreement.kind == "team"

    def words(self):
        found = ProposalVersion.objects.filter(debate=self.debate)
        return self.any.choice(list(self.any.choice((found, found.latest_words()))))

    def bring(self, by):
        self.debate.bring(Brought("So"), by=by, at=self.at)

    def nothing(self, by):
        self.debate.add_nothing(by=by, at=self.at)

    def excuse(self, by):
        seat = self.any.choice(list(self.debate.seats.all()))
        self.debate.excuse(seat, "Away", by=by, at=self.at)

    def argue(self, by):
        point = self.any.choice(list(self.debate.points.all()))
        self.debate.argue(point, Speaks.AGAINST, "Not so", by=by, at=self.at)

    def weigh(self, by):
        self.debate.weigh({one.pk: 2 for one in self.debate.points.all()}, by=by, at=self.at)

    def propose(self, by):
        doers = self.any.choice(([], [self.people[0].user], [each.user for each in self.people]))
        self.debate.propose(
            offer(*doers, by=self.debate.ends_on + timedelta(days=9)), by=by, at=self.at
        )

    def reword(self, by):
        if not self.debate.proposals.exists():
            return
        version = self.words()
        day = self.debate.ends_on + timedelta(days=9)
        self.debate.reword(
            version.proposal, version.number, offer(by.user, by=day), by=by, at=self.at
        )

    def consent(self, by):
        self.debate.consent(self.words(), by=by, at=self.at)

    def object(self, by):
        self.debate.object(self.words(), HARM, by=by, at=self.at)

    def withdraw(self, by):
        self.debate.withdraw(self.words(), by=by, at=self.at)

    def time(self, _by):
        self.debate.run_out(at=self.at)


ANSWERS = (*["consent"] * 6, "object", "withdraw", "withdraw", "reword", "excuse", "time")
DEEDS = {
    S.GATHERING: (*["bring"] * 4, "nothing", "excuse", "time", "weigh"),
    S.CHALLENGING: ("argue", "weigh", "time", "time", "bring"),
    S.PROPOSING: ("propose", "propose", "reword", "time", "time"),
    S.CONSENTING: ANSWERS,
    S.INTEGRATING: ANSWERS,
}


def reaches(one: State, other: State) -> bool:
    """Whether the table leads from the one to the other, in one step or in several."""
    known, more = {one}, {one}
    while more:
        more = {to for state in more for (since, to) in TABLE if since == state} - known
        known |= more
    return other in known


@pytest.mark.parametrize("seed", range(SEEDS))
def test_every_walk_stays_on_the_table_and_comes_to_an_end(team, anna, bram, mia, now, seed):
    people = [anna, bram, mia, *(builders.member(name, team, at=now) for name in ("Dirk", "Eva"))]
    walk = Walk(people, now, seed)
    for _step in range(STEPS):
        if walk.debate.is_open:
            walk.step()
    walk.at += timedelta(days=60)
    walk.time(anna)
    walk.debate.refresh_from_db()

    assert not walk.debate.is_open
    assert walk.debate.end
    assert timezone.is_aware(walk.debate.over_at)


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_the_answers_makes_no_difference(team, anna, bram, mia, now, seed):
    """The same answers in another order come to the same."""
    dirk = builders.member("Dirk", team, at=now)
    answers = [(anna, True), (bram, True), (dirk, seed % 2 == 0), (mia, True)]
    Random(seed).shuffle(answers)  # noqa: S311
    debate = debating.proposed(by=anna, at=now)
    version = ProposalVersion.objects.get()
    at = now + debating.PROPOSED
    for place, consents in answers:
        if consents:
            debate.consent(version, by=place, at=at)
        else:
            debate.object(version, HARM, by=place, at=at)
    debate.run_out(at=now + debating.OVER)

    assert debate.state == (State.DECIDED if seed % 2 == 0 else State.NO_CHANGE)
    assert Debate.objects.open().count() == 0
