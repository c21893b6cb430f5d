"""A promise that was broken is made good by another agreement; it was broken all the same."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from agreements.models import Agreement, AgreementError, Cadence, Fate, StaleAgreement, Verdict
from tests import builders
from tests.agreements.conftest import CALL_BACK, FRIDAY, logged
from tests.agreements.test_agreements_api import act, in_words
from tests.agreements.test_the_pages import acts_in, page_of, read
from tests.racing import at_once

CAKE = replace(CALL_BACK, when="", then="I bring cake", due_on=FRIDAY + timedelta(days=3))


@pytest.fixture
def broken(done, bram, now):
    """What Bram says Anna did not keep."""
    done.promise().judge(Verdict.BROKEN, "Call sooner", by=bram, at=now)
    return done


class TestTheRule:
    @pytest.mark.parametrize("who", ["anna", "bram"])
    def test_either_side_proposes_how(self, broken, anna, bram, now, who):
        by = {"anna": anna, "bram": bram}[who]

        good = broken.repair(1, CAKE, by=by, at=now)

        assert good.repairs == broken.promise()
        assert dict(good.parties.values_list("person__name", "side")) == {
            "Anna": "promisor",
            "Bram": "counterparty",
        }
        assert broken.promise().state == Fate.BROKEN
        assert logged(broken)[-1] == "repair.proposed"

    def test_what_was_not_broken_is_not_made_good(self, done, anna, now):
        with pytest.raises(AgreementError, match="Only what was broken"):
            done.repair(1, CAKE, by=anna, at=now)

    def test_nobody_else_proposes_it(self, broken, dirk, now):
        with pytest.raises(AgreementError, match="Only its parties"):
            broken.repair(1, CAKE, by=dirk, at=now)

    def test_it_is_made_good_once(self, broken, anna, bram, now):
        first = broken.repair(1, CAKE, by=anna, at=now)
        with pytest.raises(StaleAgreement, match="make this good already"):
            broken.repair(1, CAKE, by=bram, at=now)

        first.decline(1, by=bram, at=now)

        assert broken.repair(1, CAKE, by=bram, at=now).on_table == 1

    def test_long_after_it_was_closed(self, broken, anna, now):
        late = now + timedelta(days=60)
        broken.promise().run_out(at=late)

        assert broken.repair(1, replace(CAKE, due_on=late.date()), by=anna, at=late)

    def test_of_a_whole_team_all_make_it_good(self, anna, bram, now):
        ours = Agreement.objects.propose_to_all(CALL_BACK, by=anna, at=now)
        ours.accept(1, by=bram, at=now)
        ours.promise().run_out(at=now + timedelta(days=9))

        good = ours.repair(1, CAKE, by=bram, at=now)

        assert good.kind == "team"

    def test_the_database_takes_one_and_none_of_another_team(self, broken, anna, carla, dirk, now):
        good = broken.repair(1, CAKE, by=anna, at=now)
        other = builders.proposed(anna, dirk, CAKE, at=now)
        with pytest.raises(IntegrityError, match="repaired_once"), transaction.atomic():
            Agreement.objects.filter(pk=other.pk).update(repairs=broken.promise())

        good.withdraw(1, by=anna, at=now)
        eva = builders.member("Eva", carla.team, at=now)
        theirs = builders.proposed(carla, eva, CAKE, at=now)
        with pytest.raises(IntegrityError, match="repairs_is_the_teams"), transaction.atomic():
            Agreement.objects.filter(pk=theirs.pk).update(repairs=broken.promise())


class TestThePage:
    @pytest.fixture
    def now(self):
        return timezone.now()

    @pytest.fixture
    def terms(self, now):
        return replace(CALL_BACK, due_on=timezone.localdate(now) + timedelta(days=7))

    @pytest.fixture
    def proposal(self, anna, bram, terms, now):
        return builders.proposed(anna, bram, terms, at=now)

    def test_leads_both_ways(self, annas, brams, broken, terms):
        assert acts_in(read(brams, broken), broken) == ["repair"]
        sent = {"number": 1, "when": "", "then": "I bring cake", "how_seen": "It is there"}

        annas.post(page_of(broken, "repair"), {**sent, "due_on": terms.due_on})

        good = Agreement.objects.get(repairs__agreement=broken)
        assert page_of(good) in read(annas, broken)
        assert acts_in(read(brams, broken), broken) == []
        assert "Makes good" in read(brams, good)
        assert page_of(broken) in read(brams, good)

    def test_offers_the_latest_of_what_comes_round(self, annas, anna, bram, terms, now):
        weekly = replace(terms, every=Cadence.WEEK, ends_on=terms.due_on + timedelta(days=30))
        one = builders.proposed(anna, bram, weekly, at=now)
        one.accept(1, by=bram, at=now)
        for number in (1, 2):
            at = now + timedelta(days=6 * number)
            one.promise().declare_done(by=anna, at=at + timedelta(days=number))
            one.promise(number).judge(
                Verdict.BROKEN, "Late", by=bram, at=at + timedelta(days=number)
            )

        form = annas.get(page_of(one)).context["acts"]["repair"]

        assert form.initial["number"] == 2
        assert form.initial["then"] == CALL_BACK.then

    def test_what_cannot_be_is_told_and_kept(self, annas, broken):
        answer = annas.post(page_of(broken, "repair"), {"number": 1, "then": "I bring cake"})

        assert answer.status_code == 422
        assert "I bring cake" in answer.content.decode()

    def test_programs_do_the_same(self, annas, brams, broken, terms):
        made = act(annas, "repair", broken, **in_words(terms))

        assert made.status_code == 201
        assert made.json()["repairs"]["agreement"] == broken.pk
        where = reverse("agreements-api:agreement", args=["rijnmond", broken.pk])
        [day] = annas.get(where).json()["days"]
        assert day["repairs"] == [made.json()["id"]]
        again = act(brams, "repair", broken, **in_words(terms))
        assert again.status_code == 409
        assert again.json()["theirs"]["id"] == broken.pk


@pytest.mark.django_db(transaction=True)
def test_both_propose_it_at_once(broken, anna, bram, now):
    results = at_once(
        [
            partial(Agreement.objects.get(pk=broken.pk).repair, 1, CAKE, by=who, at=now)
            for who in (anna, bram)
        ]
    )

    assert sorted(type(each).__name__ for each in results) == ["Agreement", "StaleAgreement"]
    assert Agreement.objects.filter(repairs__agreement=broken).count() == 1
