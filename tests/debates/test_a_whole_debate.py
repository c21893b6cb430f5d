"""A debate from its question to what the figure said in the end."""

from datetime import date, timedelta

from agreements.models import State as Agreed
from debates.models import Brought, State, Verdict, Weight
from debates.models.point import Point, Speaks
from debates.models.proposal import ProposalVersion
from tests.debating import PROPOSED, WEIGHED, offer


def test_it_ends_in_an_agreement_that_all_who_consented_are_party_to(debate, anna, bram, mia, now):
    debate.bring(Brought("We call back too late"), by=anna, at=now)
    debate.bring(Brought("Our price is too high", words="Much too dear"), by=bram, at=now)
    debate.bring(Brought("The campaign ended"), by=mia, at=now)

    assert debate.state == State.CHALLENGING  # all are in, so nobody waits for the last day
    assert sorted(Point.objects.values_list("place", flat=True)) == [1, 2, 3]

    point = debate.points.get(place=1)
    debate.argue(point, Speaks.AGAINST, "It was always so", by=bram, at=now)
    debate.reply("They would ask why nobody called", by=anna, at=now)
    debate.weigh({one.pk: 3 for one in debate.points.all()}, by=mia, at=now)
    assert Weight.objects.count() == 3

    debate.run_out(at=now + WEIGHED)
    assert debate.state == State.PROPOSING
    debate.propose(offer(anna.user), by=bram, at=now + WEIGHED)
    debate.run_out(at=now + PROPOSED)
    assert debate.state == State.CONSENTING

    version = ProposalVersion.objects.get()
    for place in (anna, bram, mia):
        debate.consent(version, by=place, at=now + PROPOSED)

    assert (debate.state, debate.end) == (State.DECIDED, "decided")
    experiment = debate.experiments.get()
    assert experiment.agreement.state == Agreed.ACTIVE
    sides = dict(experiment.agreement.parties.values_list("person", "side"))
    assert sides == {
        anna.user_id: "promisor", bram.user_id: "counterparty", mia.user_id: "counterparty",
    }  # fmt: skip
    assert experiment.review_on == date(2027, 1, 29)

    debate.evaluate(at=now + timedelta(days=80))
    assert debate.state == State.EVALUATED
    assert debate.experiments.get().verdict == Verdict.INSUFFICIENT
