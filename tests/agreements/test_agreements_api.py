"""Agreements for programs: proposing, each act of a party, and who reads what."""

from dataclasses import asdict, replace
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from agreements.forms import ACTS
from agreements.models import Agreement, Verdict
from tests import builders
from tests.agreements.conftest import CALL_BACK


@pytest.fixture
def now():
    """The moment in which programs live."""
    return timezone.now()


@pytest.fixture
def terms(now):
    return replace(CALL_BACK, due_on=timezone.localdate(now) + timedelta(days=7))


@pytest.fixture
def proposal(anna, bram, terms, now):
    return builders.proposed(anna, bram, terms, at=now)


@pytest.fixture
def broken(done, bram, now):
    """What Bram says Anna did not keep."""
    done.promise().judge(Verdict.BROKEN, "Call sooner", by=bram, at=now)
    return done


def url(name="agreements", agreement=None):
    return reverse(
        f"agreements-api:{name}",
        args=["rijnmond", *([agreement.pk] if agreement else [])],
    )


def book(client, **asked):
    return client.get(url(), asked).json()["results"]


def read(client, agreement):
    return client.get(url("agreement", agreement))


def send(client, where, words=None, **headers):
    return client.post(where, words or {}, content_type="application/json", headers=headers)


def act(client, name, agreement, **words):
    return send(client, url(name, agreement), words)


def in_words(terms, **other):
    return {**asdict(terms), "due_on": terms.due_on.isoformat(), **other}


def sides(agreement):
    return {party["person"]["name"]: party["side"] for party in agreement["parties"]}


class TestProposing:
    def test_i_promise_somebody(self, annas, anna, bram, terms):
        made = send(annas, url(), in_words(terms, who="mine", others=[bram.user_id]))

        told = made.json()
        assert made.status_code == 201
        assert sides(told) == {"Anna": "promisor", "Bram": "counterparty"}
        assert (told["state"], told["on_table"], told["in_force"]) == ("proposed", 1, None)
        [version] = told["versions"]
        assert version["then"] == "I call back"
        assert version["by"] == {"id": anna.user_id, "name": "Anna"}
        [answer] = told["answers"]
        assert (answer["by"]["name"], answer["says"]) == ("Anna", "accepts")
        assert read(annas, Agreement.objects.get()).json() == told

    def test_i_ask_others_to_promise(self, annas, bram, terms):
        made = send(annas, url(), in_words(terms, who="theirs", others=[bram.user_id]))

        assert sides(made.json()) == {"Anna": "counterparty", "Bram": "promisor"}

    def test_all_promise_each_other(self, annas, bram, terms):
        made = send(annas, url(), in_words(terms, who="ours"))

        assert made.json()["kind"] == "team"
        assert sides(made.json()) == {"Anna": "everybody", "Bram": "everybody"}

    def test_a_manager_proposes_as_a_party(self, mias, anna, terms):
        made = send(mias, url(), in_words(terms, who="mine", others=[anna.user_id]))

        assert made.status_code == 201
        assert made.json()["kind"] == "manager"

    def test_a_manager_promises_nothing_in_the_name_of_the_team(self, mias, anna, bram, terms):
        assert send(mias, url(), in_words(terms, who="ours")).status_code == 409
        assert not Agreement.objects.exists()

    def test_tells_with_whom_it_can_be(self, annas, bram, mia, carla):
        people = annas.get(url("people")).json()

        assert people == [
            {"id": bram.user_id, "name": "Bram"},
            {"id": mia.user_id, "name": "Mia"},
        ]

    def test_refuses_by_name_what_cannot_be_read(self, annas, carla, terms):
        words = in_words(terms, who="mine", others=[carla.user_id], then=" ", more=1)

        answer = send(annas, url(), words)
        assert answer.status_code == 400
        assert set(answer.json()) == {"more"}
        del words["more"]
        assert set(send(annas, url(), words).json()) == {"others", "then"}

    def test_refuses_in_a_sentence_what_cannot_be(self, annas, bram, terms):
        answer = send(annas, url(), in_words(terms, who="mine"))

        assert answer.status_code == 409
        assert answer.json() == {"detail": "Say who promises, and to whom."}

    def test_sent_twice_with_one_key_is_one_agreement(self, annas, bram, terms):
        words = in_words(terms, who="mine", others=[bram.user_id])

        first, again = (send(annas, url(), words, **{"Idempotency-Key": "k"}) for _ in range(2))

        assert (first.status_code, again.json()) == (201, first.json())
        assert Agreement.objects.count() == 1


class TestReading:
    def test_has_what_is_open_and_what_has_ended_the_newest_first(
        self, annas, anna, bram, proposal, terms, now
    ):
        later = builders.proposed(bram, anna, terms, at=now)
        later.decline(1, "No", by=anna, at=now)

        assert [(each["id"], each["state"]) for each in book(annas)] == [
            (later.pk, "declined"),
            (proposal.pk, "proposed"),
        ]

    def test_comes_in_pages(self, annas, anna, bram, terms, now):
        for _ in range(51):
            builders.proposed(anna, bram, terms, at=now)

        first = annas.get(url()).json()
        second = annas.get(first["next"]).json()

        assert (first["previous"], len(first["results"])) == (None, 50)
        assert (second["next"], len(second["results"])) == (None, 1)

    def test_asks_as_often_for_one_as_for_many(
        self, annas, anna, bram, terms, now, django_assert_num_queries
    ):
        def judged(how_many):
            for number in range(how_many):
                builders.contested(anna, f"keep {how_many} of {number}", at=now)

        judged(1)
        annas.get(url())  # what is looked up once for all
        with django_assert_num_queries(17):
            assert len(book(annas)) == 1
        judged(3)
        with django_assert_num_queries(17):
            assert len(book(annas)) == 4

    def test_mine_is_what_concerns_me(self, annas, dirk, proposal):
        dirks = builders.browser(dirk.user)

        assert len(book(annas, whose="mine")) == len(book(dirks)) == 1
        assert book(dirks, whose="mine") == []

    def test_a_manager_reads_what_they_are_party_to(self, mias, mia, anna, proposal, terms, now):
        theirs = builders.proposed(anna, mia, terms, at=now)

        assert [each["id"] for each in book(mias)] == [theirs.pk]
        assert sides(read(mias, theirs).json()) == {"Anna": "promisor", "Mia": "counterparty"}
        assert read(mias, proposal).status_code == 404
        assert act(mias, "acceptance", proposal, number=1).status_code == 404

    def test_another_team_reads_none(self, carlas, proposal):
        elsewhere = reverse("agreements-api:agreement", args=["other", proposal.pk])

        assert read(carlas, proposal).status_code == 404
        assert carlas.get(elsewhere).status_code == 404

    def test_says_what_can_be_done(self, annas, brams, dirk, proposal):
        assert read(annas, proposal).json()["acts"] == ["withdrawal"]
        assert read(brams, proposal).json()["acts"] == [
            "acceptance",
            "counter-proposal",
            "refusal",
        ]
        assert read(builders.browser(dirk.user), proposal).json()["acts"] == []


class TestTheTable:
    def test_what_is_accepted_holds(self, brams, proposal, terms):
        told = act(brams, "acceptance", proposal, number=1).json()

        assert (told["state"], told["in_force"], told["on_table"]) == ("active", 1, None)
        assert told["promise"]["due_on"] == terms.due_on.isoformat()

    def test_the_manager_accepts_too(self, mias, mia, anna, terms, now):
        told = act(mias, "acceptance", builders.proposed(anna, mia, terms, at=now), number=1)

        assert told.json()["state"] == "active"

    def test_other_words_take_the_place_of_these(self, brams, proposal, terms):
        words = in_words(terms, then="I write back", number=1)

        told = act(brams, "counter-proposal", proposal, **words).json()

        assert told["on_table"] == 2
        assert [version["then"] for version in told["versions"]] == ["I call back", "I write back"]
        assert told["versions"][1]["by"]["name"] == "Bram"

    def test_who_comes_second_gets_both_back(self, annas, brams, bram, proposal, terms, now):
        proposal.counter(1, replace(terms, then="I write back"), by=bram, at=now)

        answer = act(annas, "acceptance", proposal, number=1)

        assert answer.status_code == 409
        assert answer.json()["yours"] == {"number": 1}
        assert answer.json()["theirs"]["on_table"] == 2
        assert answer.json()["detail"] == "Other words lie on the table by now. Look once more."

    def test_a_refusal_says_why(self, brams, proposal):
        told = act(brams, "refusal", proposal, number=1, why="No time").json()

        assert told["state"] == "declined"
        assert told["answers"][-1]["why"] == "No time"

    def test_who_proposed_it_takes_it_back(self, annas, brams, proposal):
        assert act(brams, "withdrawal", proposal, number=1).status_code == 409

        assert act(annas, "withdrawal", proposal, number=1).json()["state"] == "withdrawn"

    def test_others_of_the_team_read_and_decide_nothing(self, dirk, proposal):
        answer = act(builders.browser(dirk.user), "acceptance", proposal, number=1)

        assert answer.status_code == 409
        assert answer.json() == {"detail": "Only its parties decide about an agreement."}

    def test_other_terms_are_asked_for(self, annas, agreed, terms):
        words = in_words(terms, then="I call twice", number=1)

        told = act(annas, "renegotiation", agreed, **words).json()

        assert (told["in_force"], told["on_table"]) == (1, 2)

    def test_what_ends_soon_is_renewed_once(self, annas, agreed, now):
        agreed.run_out(at=now)
        due_on = (timezone.localdate(now) + timedelta(days=30)).isoformat()

        made = act(annas, "renewal", agreed, due_on=due_on)

        assert made.status_code == 201
        assert made.json()["renews"] == agreed.pk
        again = act(annas, "renewal", agreed, due_on=due_on)
        assert again.status_code == 409
        assert again.json()["theirs"]["id"] == agreed.pk


class TestThePromise:
    def test_is_done_and_judged(self, annas, brams, anna, agreed):
        done = act(annas, "completion", agreed).json()
        assert done["promise"]["state"] == "declared"
        assert done["promise"]["done_by"] == {"id": anna.user_id, "name": "Anna"}

        told = act(brams, "judgement", agreed, verdict="kept", words="In an hour").json()

        [said] = told["promise"]["judgements"]
        assert (said["by"]["name"], said["verdict"], said["words"]) == (
            "Bram",
            "kept",
            "In an hour",
        )
        assert told["promise"]["state"] == "kept"

    def test_nobody_judges_their_own(self, annas, done):
        assert act(annas, "judgement", done, verdict="kept").status_code == 409

    def test_is_let_go_by_who_was_promised(self, annas, brams, agreed):
        assert act(annas, "release", agreed).status_code == 409

        assert act(brams, "release", agreed).json()["promise"]["state"] == "released"

    @pytest.mark.parametrize("name", ["completion", "release"])
    def test_before_it_is_agreed_there_is_none(self, annas, proposal, name):
        assert act(annas, name, proposal).json() == {"detail": "Nothing is agreed yet."}

    def test_is_contested_before_a_witness_of_both(self, annas, brams, dirk, broken):
        dirks, witness = builders.browser(dirk.user), dirk.user_id

        contested = act(annas, "contest", broken, words="I did", witness=witness).json()
        assert contested["promise"]["state"] == "contested"
        assert contested["contest"]["by"]["name"] == "Anna"
        assert contested["contest"]["named_by_other"] is None
        named = act(brams, "witness", broken, witness=witness).json()
        assert named["contest"]["named_by_other"]["name"] == "Dirk"
        assert read(dirks, broken).json()["acts"] == ["ruling"]
        ruled = act(dirks, "ruling", broken, verdict="kept", words="I saw it").json()

        assert ruled["promise"]["state"] == "kept"
        assert ruled["contest"]["verdict_words"] == "I saw it"

    def test_no_party_and_no_manager_is_the_witness(self, annas, bram, mia, broken):
        for witness, status in ((bram.user_id, 409), (mia.user_id, 400)):
            answer = act(annas, "contest", broken, words="I did", witness=witness)
            assert answer.status_code == status


def test_every_act_of_the_page_has_its_address():
    assert [reverse(f"agreements-api:{name}", args=["rijnmond", 1]) for name in ACTS] == [
        f"/api/v1/teams/rijnmond/agreements/1/{name}/" for name in ACTS
    ]
