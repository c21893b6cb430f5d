"""Whatever people and time do to an agreement: no state is reached outside the table."""

from datetime import timedelta
from random import Random

from agreements.models import Agreement, Fate, Occurrence, Side, State, Terms, Verdict
from teams.models import LogEntry
from teams.refusals import Refusal

S, F = State, Fate
# From which state to which, and by what.
OF_AGREEMENTS = {
    (S.PROPOSED, S.ACTIVE): {"accept"},
    (S.PROPOSED, S.DECLINED): {"decline"},
    (S.PROPOSED, S.WITHDRAWN): {"withdraw"},
    (S.PROPOSED, S.LAPSED): {"time"},
    (S.ACTIVE, S.EXPIRING): {"time"},
    (S.EXPIRING, S.ACTIVE): {"accept"},  # other terms, for a later day
    (S.EXPIRING, S.RENEWED): {"accept"},  # of its successor
    (S.ACTIVE, S.RETIRED): {"judge", "release", "rule", "time"},
    (S.EXPIRING, S.RETIRED): {"judge", "release", "rule", "time"},
}
OF_PROMISES = {
    (None, F.UPCOMING): {"accept"},
    (F.UPCOMING, F.DECLARED): {"declare_done"},
    (F.UPCOMING, F.RELEASED): {"release"},
    (F.UPCOMING, F.BROKEN): {"time"},
    (F.DECLARED, F.KEPT): {"judge", "time"},
    (F.DECLARED, F.BROKEN): {"judge", "time"},
    (F.BROKEN, F.CONTESTED): {"contest"},
    (F.CONTESTED, F.KEPT): {"rule"},
    (F.CONTESTED, F.BROKEN): {"rule", "time"},
}
SEEDS, STEPS = 4, 90
DEEDS = (
    *("propose", "accept", "decline", "withdraw", "counter", "renegotiate", "renew"),
    *("declare_done", "judge", "release", "contest", "name_witness", "rule", "time"),
)
# What people mostly do as it stands; now and then they try something else.
MOSTLY = {
    (S.PROPOSED, None): "accept accept accept decline withdraw counter time",
    F.UPCOMING: "declare_done release renegotiate renegotiate accept accept renew renew time time",
    F.DECLARED: "judge judge time",
    F.BROKEN: "contest contest contest time",
    F.CONTESTED: "name_witness name_witness name_witness rule rule",
}


class Walk:
    """Some people, some days, and the agreements that they make."""

    def __init__(self, people, now, seed):
        self.people, self.at, self.any = people, now, Random(seed)  # noqa: S311
        self.by, self.it = people[0], None
        self.met = set()

    def propose_first(self):
        Agreement.objects.propose(
            self.terms(),
            promisors=[self.people[0].user],
            counterparties=[self.people[1].user],
            by=self.by,
            at=self.at,
        )

    def step(self):
        self.at += timedelta(hours=self.any.choice((0, 0, 1, 1, 20, 60, 200)))
        self.by = self.any.choice(self.people)
        self.it = self.any.choice(Agreement.objects.select_related("team").order_by("-pk")[:2])
        deed = self.any.choice(self.choices())
        was, lines = self.states(), LogEntry.objects.count()
        try:
            getattr(self, deed)()
        except Refusal:
            assert self.states() == was, deed
            assert LogEntry.objects.count() == lines, deed
            return
        self.compare(was, self.states(), deed)

    def compare(self, was, now, deed):
        for key, (state, fate) in now.items():
            old_state, old_fate = was.get(key, (state, None))
            if state != old_state:
                assert deed in OF_AGREEMENTS[old_state, state], (deed, old_state, state)
            if fate != old_fate:
                assert deed in OF_PROMISES[old_fate, fate], (deed, old_fate, fate)
                self.met.add((old_fate, fate))
            self.met.add((old_state, state))

    def states(self):
        fates = dict(Occurrence.objects.values_list("agreement", "state"))
        states = Agreement.objects.values_list("pk", "state")
        return {key: (state, fates.get(key)) for key, state in states}

    def choices(self):
        """What may be done: with one of the latest two, so that stories go on to the end."""
        state, fate = self.states()[self.it.pk]
        mostly = MOSTLY.get(fate) or MOSTLY.get((state, fate)) or "propose"
        return DEEDS if self.any.random() < 0.2 else mostly.split()

    def promise(self):
        return self.it.promise()

    def terms(self):
        due_on = self.at.date() + timedelta(days=self.any.choice((1, 20, 20, 60)))
        return Terms("", "we call back", "on the deal", due_on)

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
        self.it.renew(self.terms().due_on, by=self.by, at=self.at)

    def declare_done(self):
        self.promise().declare_done(by=self.by, at=self.at)

    def judge(self):
        self.promise().judge(self.verdict(), "So it was", by=self.by, at=self.at)

    def release(self):
        self.promise().release(by=self.by, at=self.at)

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
        if one.in_force:
            accepted = one.answers.filter(number=one.in_force, says="accepts")
            assert accepted.count() == one.parties.count()
            assert one.occurrences.count() == 1
        for promise in one.occurrences.all():
            sides = set(promise.judgements.values_list("party__side", flat=True))
            assert Side.PROMISOR not in sides
            assert (promise.state in {F.KEPT, F.RELEASED}) <= promise.is_final
            if promise.is_final:
                assert one.state in {S.RETIRED, S.RENEWED}
                assert one.on_table is None


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
