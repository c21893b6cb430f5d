"""Whatever people and time do to an agreement: no state is reached outside the table."""

from datetime import timedelta
from itertools import pairwise
from random import Random

from agreements.happenings import Happening
from agreements.models import (
    Agreement,
    Cadence,
    Contest,
    Fate,
    Occurrence,
    Side,
    State,
    Terms,
    Verdict,
)
from teams.models import LogEntry
from teams.refusals import Refusal

S, F = State, Fate
# From which state to which, and by what.
OF_AGREEMENTS = {
    (S.PROPOSED, S.ACTIVE): {"accept"},
    (S.PROPOSED, S.DECLINED): {"decline"},
    (S.PROPOSED, S.WITHDRAWN): {"withdraw"},
    (S.PROPOSED, S.LAPSED): {"time"},
    (S.ACTIVE, S.EXPIRING): {"time", "accept"},  # other terms, for an earlier day
    (S.EXPIRING, S.ACTIVE): {"accept"},  # other terms, for a later day
    (S.EXPIRING, S.RENEWED): {"accept"},  # of its successor
    (S.ACTIVE, S.RETIRED): {"judge", "release", "rule", "time"},
    (S.EXPIRING, S.RETIRED): {"judge", "release", "rule", "time"},
}
OF_PROMISES = {
    (None, F.UPCOMING): {"accept", "declare_done", "release", "time"},  # or the next time
    (F.UPCOMING, F.DECLARED): {"declare_done"},
    (F.UPCOMING, F.RELEASED): {"release"},
    (F.UPCOMING, F.BROKEN): {"time"},
    (F.DECLARED, F.KEPT): {"judge", "time"},
    (F.DECLARED, F.BROKEN): {"judge", "time"},
    (F.BROKEN, F.CONTESTED): {"contest"},
    (F.CONTESTED, F.KEPT): {"rule"},
    (F.CONTESTED, F.BROKEN): {"rule", "time"},
}
ENDS = [Happening.KEPT, Happening.BROKEN, Happening.RELEASED]
SEEDS, STEPS = 4, 100
DEEDS = (
    *("propose", "accept", "decline", "withdraw", "counter", "renegotiate", "renew"),
    *("declare_done", "judge", "release", "contest", "name_witness", "rule", "repair", "time"),
)
# What people mostly do as it stands; now and then they try something else.
MOSTLY = {
    (S.PROPOSED, None): "accept accept accept decline withdraw counter time",
    F.UPCOMING: "declare_done release renegotiate renegotiate accept accept renew renew time time",
    F.DECLARED: "judge judge time",
    F.BROKEN: "contest contest contest repair time",
    F.CONTESTED: "name_witness name_witness name_witness rule rule",
}
# And by whom, where they stay true to one agreement: the first promises it to the second.
WHOSE = {"declare_done": 0, "contest": 0, "judge": 1, "release": 1}
DONE_MOSTLY = "declare_done declare_done declare_done declare_done release renegotiate accept time"


class Walk:
    """Some people, some days, and the agreements that they make."""

    def __init__(self, people, now, seed):
        self.people, self.at, self.any = people, now, Random(seed + 7)  # noqa: S311
        self.by, self.it, self.number = people[0], None, 1
        self.pace, self.true_to, self.met = (0, 0, 1, 1, 20, 60, 200), None, set()

    def propose_first(self, terms=None):
        return Agreement.objects.propose(
            terms or self.terms(),
            promisors=[self.people[0].user],
            counterparties=[self.people[1].user],
            by=self.people[0],
            at=self.at,
        )

    def stay_true(self, other):
        """Be about one that comes round every week, and about another once that is over."""
        if self.true_to and Agreement.objects.get(pk=self.true_to).is_in_force:
            return
        due_on = self.at.date() + timedelta(days=3)
        weekly = Terms("", "call", "so", due_on, Cadence.WEEK, due_on + timedelta(days=80))
        one = self.propose_first(weekly)
        one.accept(1, by=other, at=self.at)
        self.true_to = one.pk

    def step(self):
        self.at += timedelta(hours=self.any.choice(self.pace))
        self.by = self.any.choice(self.people)
        latest = Agreement.objects.select_related("team").order_by("-pk")
        self.it = self.any.choice(latest.filter(pk=self.true_to) if self.true_to else latest[:2])
        self.number = self.some_day()
        deed = self.any.choice(self.choices())
        if self.true_to and deed in WHOSE and self.any.random() < 0.8:
            self.by = self.people[WHOSE[deed]]
        was, lines = self.states(), LogEntry.objects.count()
        try:
            getattr(self, deed)()
        except Refusal:
            assert self.states() == was, deed
            assert LogEntry.objects.count() == lines, deed
            return
        self.compare(was, self.states(), deed)

    def some_day(self):
        """One of the days about which something can be said, or none."""
        open_days = self.it.occurrences.filter(clock_on__isnull=False).order_by("number")
        return self.any.choice([*open_days.values_list("number", flat=True)] or [1])

    def compare(self, was, now, deed):
        for key, state in now[0].items():
            if state != (old := was[0].get(key, state)):
                assert deed in OF_AGREEMENTS[old, state], (deed, old, state)
            self.met.add((old, state))
        for key, fate in now[1].items():
            if fate != (old := was[1].get(key)):
                assert deed in OF_PROMISES[old, fate], (deed, old, fate)
                self.met.add((old, fate))

    def states(self):
        """How all agreements stand, and all their days."""
        days = Occurrence.objects.values_list("agreement", "number", "state")
        fates = {(agreement, number): state for agreement, number, state in days}
        return dict(Agreement.objects.values_list("pk", "state")), fates

    def choices(self):
        """What may be done: with one of the latest two, so that stories go on to the end."""
        states, fates = self.states()
        state, fate = states[self.it.pk], fates.get((self.it.pk, self.number))
        if self.true_to and fate == F.UPCOMING:
            return DONE_MOSTLY.split()
        mostly = MOSTLY.get(fate) or MOSTLY.get((state, fate)) or "propose"
        return DEEDS if self.any.random() < 0.2 else mostly.split()

    def promise(self):
        return self.it.promise(self.number)

    def terms(self):
        due_on = self.at.date() + timedelta(days=self.any.choice((1, 20, 20, 60)))
        every = self.any.choice([*Cadence, Cadence.WEEK, Cadence.WEEK])
        ends_on = due_on + timedelta(days=self.any.choice((0, 15, 40))) if every else None
        return Terms("", "we call back", "on the deal", due_on, every, ends_on)

    def verdict(self):
        return self.any.choice(list(Verdict))

    # -- deeds ---------------------------------------------------------------------------------

    def propose(self):
        if self.any.random() < 0.2:
            Agreement.objects.propose_to_all(self.terms(), by=self.by, at=self.at)
            return
        promisor, other = self.any.sample([each.user for each in self.people], 2)
        Agreement.objects.propose(
            self.terms(), promisors=[promisor], counterparties=[other], by=self.by, at=self.at
        )

    def accept(self):
        one = self.it
        one.accept(one.on_table or 1, by=self.by, at=self.at)

    def decline(self):
        one = self.it
        one.decline(one.on_table or 1, by=self.by, at=self.at)

    def withdraw(self):
        one = self.it
        one.withdraw(one.on_table or 1, by=self.by, at=self.at)

    def counter(self):
        one = self.it
        one.counter(one.on_table or 1, self.terms(), by=self.by, at=self.at)

    def renegotiate(self):
        one = self.it
        one.renegotiate(one.in_force or 1, self.terms(), by=self.by, at=self.at)

    def renew(self):
        self.it.renew(self.terms().last_on, by=self.by, at=self.at)

    def repair(self):
        self.it.repair(self.number, self.terms(), by=self.by, at=self.at)

    def declare_done(self):
        self.promise().declare_done(by=self.by, at=self.at)

    def judge(self):
        self.promise().judge(self.verdict(), "So it was", by=self.by, at=self.at)

    def release(self):
        for_good = self.any.random() < 0.1
        self.promise().release(by=self.by, at=self.at, for_good=for_good)

    def contest(self):
        witness = self.any.choice(self.people).user
        self.promise().contest("It was done", witness, by=self.by, at=self.at)

    def name_witness(self):
        self.promise().name_witness(self.any.choice(self.people).user, by=self.by, at=self.at)

    def rule(self):
        self.promise().rule(self.verdict(), by=self.by, at=self.at)

    def time(self):
        """As a job does, for the agreement or for its promise; and the same job once more."""
        one = self.it
        clock = one if self.any.random() < 0.5 else one.promise()
        clock.run_out(at=self.at)
        was = self.states()
        clock.run_out(at=self.at)
        assert self.states() == was


def proofs():
    """What holds of all agreements at every moment, asked straight from the tables."""
    for one in Agreement.objects.all():
        days = list(one.occurrences.order_by("number"))
        if one.in_force:
            accepted = one.answers.filter(number=one.in_force, says="accepts")
            assert accepted.count() == one.parties.count()
        assert bool(days) == bool(one.in_force)
        assert [day.number for day in days] == [*range(1, len(days) + 1)]
        assert all(early.due_on < late.due_on for early, late in pairwise(days))
        assert all(day.state != F.UPCOMING for day in days[:-1])
        is_over = all(day.is_final for day in days)
        assert is_over or one.state in {S.ACTIVE, S.EXPIRING, S.RENEWED}
        assert not is_over or one.state not in {S.ACTIVE, S.EXPIRING}
        assert not is_over or one.on_table is None or one.state == S.PROPOSED
        for promise in days:
            proofs_of(promise)


def proofs_of(promise):
    sides = set(promise.judgements.values_list("party__side", flat=True))
    assert Side.PROMISOR not in sides
    assert (promise.state in {F.KEPT, F.RELEASED}) <= promise.is_final
    # It ends once; what was contested once more, and no more than that.
    was_contested = Contest.objects.filter(occurrence=promise).exists()
    is_settled = promise.state not in {F.UPCOMING, F.DECLARED}
    times = is_settled + (was_contested and promise.is_final)
    lines = promise.team.logbook.about(promise.agreement).filter(kind__in=ENDS)
    assert lines.filter(details__day=promise.number).count() == times


def test_no_state_is_reached_outside_the_table(anna, bram, dirk, now):
    met = set()
    for seed in range(SEEDS):
        walk = Walk([anna, bram, dirk], now, seed)
        walk.propose_first()
        for _step in range(STEPS):
            walk.step()
        proofs()
        met |= walk.met

    # So that the walk proves something: it goes most of the ways, the stories of the others all.
    assert len(met & {*OF_AGREEMENTS, *OF_PROMISES}) >= 10


def test_nor_by_what_comes_round(anna, bram, dirk, now):
    met = set()
    for seed in range(SEEDS):
        walk = Walk([anna, bram, dirk], now, seed)
        walk.pace = (0, 1, 5, 30, 60)
        for _step in range(STEPS):
            walk.stay_true(bram)
            walk.step()
        proofs()
        met |= walk.met

    assert len(met & {*OF_PROMISES}) >= 5
    assert Occurrence.objects.filter(number__gte=3).count() >= 8
