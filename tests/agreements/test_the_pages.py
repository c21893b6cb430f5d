"""The ledger, the quick form and the page of an agreement: who sees what, and what they can do."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from agreements.models import Agreement, Cadence, Fate, State, Verdict
from teams.models import LogEntry
from tests import builders
from tests.agreements.conftest import CALL_BACK

BOOK = "/teams/rijnmond/agreements/"


@pytest.fixture
def now():
    """The moment in which pages live."""
    return timezone.now()


@pytest.fixture
def terms(now):
    return replace(CALL_BACK, due_on=timezone.localdate(now) + timedelta(days=7))


@pytest.fixture
def proposal(anna, bram, terms, now):
    return builders.proposed(anna, bram, terms, at=now)


def page_of(agreement, act=""):
    return f"{BOOK}{agreement.pk}/{act and f'{act}/'}"


def read(client, agreement):
    return client.get(page_of(agreement)).content.decode()


def acts_in(page, agreement):
    """Which acts the page offers."""
    parts = page.split(f'action="{page_of(agreement)}')[1:]
    return [part.split("/")[0] for part in parts]


class TestTheQuickForm:
    words = {"when": "", "then": "I bring cake", "how_seen": "It is there"}

    def send(self, client, now, **words):
        due_on = timezone.localdate(now) + timedelta(days=5)
        return client.post(f"{BOOK}new/", {**self.words, "due_on": due_on, **words})

    def test_offers_the_team_and_who_follows_it(self, annas, bram, mia):
        shown = annas.get(f"{BOOK}new/").content.decode()

        assert shown.count('name="others"') == 2
        assert "Bram" in shown
        assert "Mia" in shown

    def test_i_promise_somebody(self, annas, anna, bram, now):
        answer = self.send(annas, now, who="mine", others=[bram.user_id])

        made = Agreement.objects.get()
        assert (answer.status_code, answer.url) == (302, page_of(made))
        sides = dict(made.parties.values_list("person", "side"))
        assert sides == {anna.user_id: "promisor", bram.user_id: "counterparty"}

    def test_i_ask_others_to_promise(self, annas, anna, bram, now):
        self.send(annas, now, who="theirs", others=[bram.user_id])

        sides = dict(Agreement.objects.get().parties.values_list("person", "side"))
        assert sides == {anna.user_id: "counterparty", bram.user_id: "promisor"}

    def test_all_promise_each_other(self, annas, bram, now):
        self.send(annas, now, who="ours")

        assert Agreement.objects.get().kind == "team"

    def test_a_manager_promises_nothing_in_the_name_of_the_team(self, mias, anna, bram, now):
        assert 'value="ours"' not in mias.get(f"{BOOK}new/").content.decode()

        assert self.send(mias, now, who="ours").status_code == 422

    def test_a_manager_proposes_as_a_party(self, mias, anna, now):
        answer = self.send(mias, now, who="mine", others=[anna.user_id])

        assert mias.get(answer.url).status_code == 200
        assert Agreement.objects.get().kind == "manager"

    @pytest.mark.parametrize(
        ("words", "says"),
        [
            ({"who": "mine"}, "Choose whom it is with"),
            ({"who": "ours", "then": ""}, "This field is required"),
            ({"who": "ours", "due_on": "2020-01-01"}, "This day is over already"),
        ],
    )
    def test_what_cannot_be_keeps_what_was_typed(self, annas, bram, now, words, says):
        answer = self.send(annas, now, **words)

        shown = answer.content.decode()
        assert answer.status_code == 422
        assert says in shown
        assert "It is there" in shown
        assert not Agreement.objects.exists()


class TestTheLedger:
    def test_says_what_will_be_here(self, annas):
        shown = annas.get(BOOK).content.decode()

        assert "Nothing agreed yet" in shown
        assert f"{BOOK}new/" in shown

    def test_has_a_book_for_each_way_it_stands(self, annas, anna, bram, terms, now):
        def agreed():
            one = builders.proposed(anna, bram, terms, at=now)
            one.accept(1, by=bram, at=now)
            return one

        builders.proposed(anna, bram, terms, at=now)
        agreed()
        for verdict in Verdict:
            one = agreed()
            one.promise().declare_done(by=anna, at=now)
            one.promise().judge(verdict, "So it was", by=bram, at=now)
        agreed().promise().release(by=bram, at=now)

        books = [book.key for book in annas.get(BOOK).context["sections"]]

        assert books == ["proposed", "open", "kept", "broken", "nothing"]

    def test_mine_is_what_concerns_me(self, annas, brams, proposal, dirk, client):
        assert len(annas.get(f"{BOOK}?whose=mine").context["sections"]) == 1
        assert builders.browser(dirk.user).get(f"{BOOK}?whose=mine").context["sections"] == []
        assert len(builders.browser(dirk.user).get(BOOK).context["sections"]) == 1

    def test_a_manager_reads_what_they_are_party_to(self, mias, mia, anna, proposal, terms, now):
        assert CALL_BACK.then not in mias.get(BOOK).content.decode()

        builders.proposed(anna, mia, replace(terms, then="I show the figures"), at=now)

        shown = mias.get(BOOK).content.decode()
        assert "I show the figures" in shown
        assert CALL_BACK.then not in shown

    def test_counts_the_team_as_a_whole(self, annas, anna, bram, terms, now):
        long_ago = now - timedelta(days=60)
        for number in range(12):
            day = timezone.localdate(long_ago) + timedelta(days=number % 3)
            one = builders.proposed(anna, bram, replace(terms, due_on=day), at=long_ago)
            one.accept(1, by=bram, at=long_ago)
            one.promise().declare_done(by=anna, at=long_ago)
            one.promise().judge("kept" if number else "broken", "So", by=bram, at=long_ago)
            if number == 2:
                assert "2 of 3 promises" in annas.get(BOOK).content.decode()

        shown = annas.get(BOOK).content.decode()

        assert "92% of 12 promises" in shown
        assert "65 to 99% by chance alone" in shown  # Wilson, 11 of 12

    def test_costs_the_same_for_one_and_for_many(
        self, annas, anna, bram, terms, now, django_assert_num_queries
    ):
        def begin():
            ends_on = terms.due_on + timedelta(days=30)
            weekly = replace(terms, every=Cadence.WEEK, ends_on=ends_on)
            for words in (terms, weekly):
                one = builders.proposed(anna, bram, words, at=now)
                one.accept(1, by=bram, at=now)
            one.promise().declare_done(by=anna, at=now)

        begin()
        annas.get(BOOK)
        with django_assert_num_queries(QUERIES):
            annas.get(BOOK)
        for _more in range(4):
            begin()
        with django_assert_num_queries(QUERIES):
            annas.get(BOOK)


QUERIES = 20


class TestThePage:
    def test_tells_who_promises_what(self, annas, proposal):
        shown = read(annas, proposal)

        assert "When a customer calls about a fault, then I call back" in shown
        assert "<dd>Anna</dd>" in shown
        assert "no answer yet" in shown

    def test_offers_each_what_they_can_do(self, annas, brams, proposal, dirk):
        assert acts_in(read(annas, proposal), proposal) == ["withdrawal"]
        assert acts_in(read(brams, proposal), proposal) == [
            "acceptance",
            "counter-proposal",
            "refusal",
        ]
        assert acts_in(read(builders.browser(dirk.user), proposal), proposal) == []

    def test_is_walked_from_the_proposal_to_the_verdict(self, annas, brams, proposal):
        brams.post(page_of(proposal, "acceptance"), {"number": 1})
        assert acts_in(read(annas, proposal), proposal) == ["completion", "renegotiation"]
        assert acts_in(read(brams, proposal), proposal) == ["renegotiation", "release"]

        annas.post(page_of(proposal, "completion"))
        assert acts_in(read(annas, proposal), proposal) == []
        brams.post(page_of(proposal, "judgement"), {"verdict": "kept"})

        proposal.refresh_from_db()
        assert (proposal.state, proposal.promise().state) == (State.RETIRED, Fate.KEPT)
        assert "Kept" in read(annas, proposal)

    def test_and_from_a_quarrel_to_the_word_of_a_witness(self, annas, brams, dirk, proposal):
        dirks = builders.browser(dirk.user)
        brams.post(page_of(proposal, "acceptance"), {"number": 1})
        annas.post(page_of(proposal, "completion"))
        brams.post(page_of(proposal, "judgement"), {"verdict": "broken", "words": "Too late"})
        assert acts_in(read(annas, proposal), proposal) == ["contest", "repair"]
        named = {"words": "It was done", "witness": dirk.user_id}
        annas.post(page_of(proposal, "contest"), named)
        assert acts_in(read(brams, proposal), proposal) == ["witness"]
        assert acts_in(read(dirks, proposal), proposal) == []
        brams.post(page_of(proposal, "witness"), {"witness": dirk.user_id})
        assert acts_in(read(dirks, proposal), proposal) == ["ruling"]

        dirks.post(page_of(proposal, "ruling"), {"verdict": "kept", "words": "I saw it"})

        shown = read(annas, proposal)
        assert proposal.promise().state == Fate.KEPT
        for words in ("Too late", "It was done", "I saw it"):
            assert words in shown

    def test_other_terms_stand_beside_those_that_hold(self, annas, brams, proposal, terms):
        brams.post(page_of(proposal, "acceptance"), {"number": 1})
        other = {"number": 1, "when": "", "then": "I call at once", "how_seen": "It is there"}
        other["due_on"] = terms.due_on
        annas.post(page_of(proposal, "renegotiation"), other)

        shown = read(brams, proposal)

        assert "Other terms lie on the table" in shown
        assert "I call at once" in shown
        brams.post(page_of(proposal, "refusal"), {"number": 2, "why": "As it was"})
        assert "As it was" in read(annas, proposal)

    def test_who_comes_second_is_told_and_sees_how_it_stands(self, annas, brams, proposal):
        annas.post(page_of(proposal, "withdrawal"), {"number": 1})

        answer = brams.post(page_of(proposal, "acceptance"), {"number": 1})

        assert answer.status_code == 409
        assert "Other words lie on the table by now" in answer.content.decode()

    def test_what_was_typed_is_kept_where_it_is_refused(self, annas, brams, proposal):
        sent = {"number": 1, "then": "", "how_seen": "With my own eyes", "due_on": "2020-01-01"}

        answer = brams.post(page_of(proposal, "counter-proposal"), sent)

        assert answer.status_code == 422
        assert "With my own eyes" in answer.content.decode()

    def test_a_colleague_who_is_no_party_is_told(self, dirk, proposal):
        answer = builders.browser(dirk.user).post(page_of(proposal, "acceptance"), {"number": 1})

        assert answer.status_code == 422
        assert "Only its parties decide" in answer.content.decode()

    def test_of_no_such_act_there_is_no_page(self, annas, proposal):
        assert annas.post(page_of(proposal, "revenge")).status_code == 404

    def test_is_not_there_for_others(self, mias, carlas, proposal):
        for client in (mias, carlas):
            assert client.get(page_of(proposal)).status_code == 404
            assert client.post(page_of(proposal, "acceptance"), {"number": 1}).status_code == 404

    def test_a_manager_accepts_what_was_promised_to_them(self, mias, mia, anna, terms, now):
        with_mia = builders.proposed(anna, mia, terms, at=now)

        assert mias.post(page_of(with_mia, "acceptance"), {"number": 1}).status_code == 302

        with_mia.refresh_from_db()
        assert with_mia.state == State.ACTIVE
        assert LogEntry.objects.about(with_mia).latest("pk").actor == mia.user


class TestToday:
    def test_asks_for_an_answer(self, brams, annas, proposal):
        assert "Answer a proposed agreement" in brams.get("/teams/rijnmond/").content.decode()
        assert "Answer a proposed" not in annas.get("/teams/rijnmond/").content.decode()

    def test_names_a_promise_the_day_before(self, annas, anna, bram, terms, now):
        for days in (1, 3):
            day = timezone.localdate(now) + timedelta(days=days)
            words = replace(terms, then=f"I call in {days}", due_on=day)
            builders.proposed(anna, bram, words, at=now).accept(1, by=bram, at=now)

        shown = annas.get("/teams/rijnmond/").content.decode()

        assert "I call in 1" in shown
        assert "I call in 3" not in shown

    def test_asks_who_it_was_promised_to_for_a_word(self, brams, anna, bram, proposal, now):
        proposal.accept(1, by=bram, at=now)
        proposal.promise().declare_done(by=anna, at=now)

        assert "Say whether a promise was kept" in brams.get("/teams/rijnmond/").content.decode()
