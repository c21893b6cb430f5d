"""What the manager keeps off: signed by Mia, agreed by everybody of the team, judged by most."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from agreements.clauses import CLAUSES
from agreements.models import Agreement, AgreementError, Fate, Kind, StaleAgreement, State, Terms
from teams import story
from tests import builders, racing
from tests.agreements.conftest import logged


@pytest.fixture(autouse=True)
def monday(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def signed(mia, anna, bram, dirk, now):
    """Mia's signature, before anybody of the team has answered."""
    return builders.signed(mia, at=now)


@pytest.fixture
def agreed(signed, anna, bram, dirk, now):
    """The same, in force."""
    for member in (anna, bram, dirk):
        signed.accept(1, by=member, at=now)
    return signed


@pytest.fixture
def done(agreed, mia):
    """The same at its end: Mia says that she kept off."""
    agreed.promise().declare_done(by=mia, at=end_of(agreed))
    return agreed


def end_of(agreement):
    return agreement.promise().since


# --- the rule ------------------------------------------------------------------------------


def test_the_manager_promises_the_whole_team(signed, mia):
    sides = {party.person.name: party.side for party in signed.parties.all()}

    assert (signed.kind, signed.state) == (Kind.CONTRACT, State.PROPOSED)
    assert sides == {"Mia": "promisor", "Anna": "counterparty", "Bram": "counterparty",
                     "Dirk": "counterparty"}  # fmt: skip


def test_it_holds_once_everybody_has_agreed(signed, anna, bram, dirk, now):
    for member in (anna, bram):
        signed.accept(1, by=member, at=now)
    assert signed.state == State.PROPOSED

    signed.accept(1, by=dirk, at=now)

    assert signed.state == State.ACTIVE
    assert logged(signed)[-1] == "agreement.agreed"


def test_who_left_keeps_nobody_waiting(signed, anna, bram, dirk, now):
    bram.leave(by=None, at=now)
    for member in (anna, dirk):
        signed.accept(1, by=member, at=now)

    assert signed.state == State.ACTIVE


def test_one_who_does_not_agree_is_enough(signed, bram, now):
    signed.decline(1, "We want the budget in it", by=bram, at=now)

    assert signed.state == State.DECLINED


def test_only_a_manager_signs(anna, bram, now):
    terms = Terms("", "I keep off", "It is seen", now.date())

    with pytest.raises(AgreementError, match="as its manager"):
        Agreement.objects.sign_contract(terms, by=anna, at=now)


def test_a_team_of_nobody_is_promised_nothing(mia, now):
    with pytest.raises(AgreementError, match="two people"):
        builders.signed(mia, at=now)


def test_it_is_for_twelve_months_at_most(mia, anna, now):
    with pytest.raises(AgreementError, match="twelve months"):
        builders.signed(mia, at=now, days=367)
    builders.signed(mia, at=now, days=365)


@pytest.mark.parametrize("state", ["signed", "agreed"])
def test_a_second_one_is_refused_while_one_runs(request, mia, now, state):
    request.getfixturevalue(state)

    with pytest.raises(StaleAgreement, match="already"):
        builders.signed(mia, at=now)


def test_another_manager_has_one_of_their_own(agreed, team, now):
    max_ = team.link_manager(builders.person("Max"), by=None, at=now)

    assert builders.signed(max_, at=now).state == State.PROPOSED


def test_after_a_refusal_the_manager_signs_anew(signed, bram, mia, now):
    signed.decline(1, by=bram, at=now)

    assert builders.signed(mia, at=now).pk != signed.pk


def test_most_of_those_who_judge_decide(done, anna, bram, dirk):
    promise, at = done.promise(), end_of(done)
    promise.judge("broken", "A call to a customer", by=anna, at=at)
    assert promise.state == Fate.DECLARED
    promise.judge("kept", by=bram, at=at)
    promise.judge("kept", by=dirk, at=at)

    done.refresh_from_db()
    assert promise.state == Fate.KEPT
    assert done.state == State.RETIRED


def test_more_than_a_third_against_it_break_it(done, anna, bram, dirk):
    promise, at = done.promise(), end_of(done)
    promise.judge("kept", by=anna, at=at)
    promise.judge("broken", "A call to a customer", by=bram, at=at)
    promise.judge("broken", "And another", by=dirk, at=at)

    assert promise.state == Fate.BROKEN


def test_the_manager_does_not_judge_it(done, mia):
    with pytest.raises(AgreementError, match="own promise"):
        done.promise().judge("kept", by=mia, at=end_of(done))


def test_it_is_not_done_before_its_last_day(agreed, mia, now):
    with pytest.raises(AgreementError, match="when its last day has come"):
        agreed.promise().declare_done(by=mia, at=now)


def test_a_manager_who_reads_along_no_longer_neither_keeps_nor_breaks_it(agreed, mia, now):
    mia.leave(by=None, at=now)

    agreed.promise().run_out(at=end_of(agreed) + timedelta(days=30))

    agreed.refresh_from_db()
    assert (agreed.promise().state, agreed.state) == (Fate.RELEASED, State.RETIRED)


def test_nobody_alone_lets_it_go(agreed, anna, now):
    with pytest.raises(AgreementError, match="whole team"):
        agreed.promise().release(by=anna, at=now)


@pytest.mark.parametrize("who", ["mia", "anna"])
def test_it_is_renewed_with_whoever_is_there_then(request, agreed, team, who, now):
    place, near = request.getfixturevalue(who), end_of(agreed) - timedelta(days=20)
    agreed.run_out(at=near)
    new = builders.member("Els", team, at=near)

    again = agreed.renew(near.date() + timedelta(days=365), by=place, at=near)

    names = {party.person.name for party in again.parties.all()}
    assert (again.kind, names) == (Kind.CONTRACT, {"Mia", "Anna", "Bram", "Dirk", "Els"})
    for party in again.parties.exclude(person=place.user).select_related("person"):
        links = team.manager_links if party.person.name == "Mia" else team.memberships
        again.accept(1, by=links.get(user=party.person), at=near)
    agreed.refresh_from_db()
    assert (again.state, agreed.state) == (State.ACTIVE, State.RENEWED)
    assert again.party_of(new)


def test_signed_twice_at_once_it_is_one(transactional_db, team, anna, now):
    numbers = iter(range(100))

    def scene():
        link = team.link_manager(builders.person(f"Boss {next(numbers)}"), by=None, at=now)
        return (lambda: builders.signed(link, at=now), lambda: builders.signed(link, at=now))

    for told in racing.meetings(scene):
        assert sorted(type(one).__name__ for one in told) == ["Agreement", "StaleAgreement"]


def test_the_logbook_tells_it_in_its_own_words(done, anna):
    done.promise().judge("kept", by=anna, at=end_of(done))

    lines = [story.line(line) for line in done.team.logbook.about(done).order_by("pk")]

    assert lines[0] == "What a manager keeps off was put on the table."
    assert lines[4] == "The whole team agreed to what its manager keeps off."
    assert lines[-1] == "Somebody said whether the manager kept off."


# --- the pages -----------------------------------------------------------------------------


def page(team):
    return reverse("agreements:contract", args=[team.slug])


def words(now, **other):
    due_on = f"{now.date() + timedelta(days=100)}"
    return {"then": "I keep off", "how_seen": "It stands in the log", "due_on": due_on, **other}


def test_both_read_every_clause_and_how_it_is_kept(annas, mias, team):
    for browser in (annas, mias):
        told = browser.get(page(team)).content.decode()
        for clause in CLAUSES:
            assert str(clause.promise) in told
            assert str(clause.kept_by) in told
        assert "Mia has not signed yet" in told


def test_mia_signs_and_anna_agrees(mias, annas, mia, team, now):
    form = mias.get(page(team)).context["form"]
    assert form["then"].value() == "I keep off what is the team’s, as it stands in the clauses"

    answer = mias.post(page(team), words(now))

    made = Agreement.objects.get()
    assert answer.url == reverse("agreements:agreement", args=[team.slug, made.pk])
    assert "What the manager keeps off" in annas.get(answer.url).content.decode()
    act = reverse("agreements:act", args=[team.slug, made.pk, "acceptance"])
    assert annas.post(act, {"number": 1}).status_code == 302
    told = annas.get(page(team)).content.decode()
    assert "Agreed" in told
    assert "has not signed" not in told
    assert mias.get(page(team)).context["form"] is None


def test_what_is_missing_is_said_and_what_was_typed_is_kept(mias, anna, team, now):
    answer = mias.post(page(team), words(now, how_seen="", due_on="soon"))
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"how_seen", "due_on"}
    assert answer.context["form"]["then"].value() == "I keep off"

    answer = mias.post(page(team), words(now, due_on=f"{now.date() - timedelta(days=1)}"))
    assert answer.status_code == 422
    assert "over already" in answer.content.decode()


def test_who_signs_once_more_is_told(mias, signed, team, now):
    answer = mias.post(page(team), words(now))

    assert answer.status_code == 409
    assert "signed a contract with this team already" in answer.content.decode()


def test_anna_cannot_sign_for_her(annas, mia, team, now):
    answer = annas.post(page(team), words(now))

    assert answer.status_code == 422
    assert "as its manager" in answer.content.decode()
    assert not Agreement.objects.exists()


def test_what_is_over_is_still_read(annas, signed, bram, team, now):
    signed.decline(1, by=bram, at=now)

    told = annas.get(page(team))

    assert [sight.agreement for sight in told.context["contracts"].earlier] == [signed]
    assert "Mia has not signed yet" in told.content.decode()


def test_a_manager_reads_no_contract_of_another(agreed, team, now):
    max_ = team.link_manager(builders.person("Max"), by=None, at=now)

    told = builders.browser(max_.user).get(page(team))

    assert told.context["contracts"].open == []
    assert [person.name for person in told.context["contracts"].without] == ["Max"]


def test_a_team_without_a_manager_is_told_so(annas, team):
    assert "Nobody manages this team" in annas.get(page(team)).content.decode()


def test_strangers_find_nothing(carlas, team, now):
    assert carlas.get(page(team)).status_code == 404
    assert carlas.post(page(team), words(now)).status_code == 404


def test_nobody_lets_it_go_on_its_page(annas, agreed, team):
    told = annas.get(reverse("agreements:agreement", args=[team.slug, agreed.pk]))

    assert "release" not in told.context["acts"]


def test_the_book_says_that_it_is_with_all(annas, agreed, team):
    assert (
        "the whole team"
        in annas.get(reverse("agreements:ledger", args=[team.slug])).content.decode()
    )


def test_the_page_costs_the_same_for_one_and_for_many(
    annas, agreed, team, now, django_assert_max_num_queries, django_assert_num_queries
):
    with django_assert_max_num_queries(18) as few:
        annas.get(page(team))
    for name in ("Max", "Eva", "Tom"):
        builders.signed(team.link_manager(builders.person(name), by=None, at=now), at=now)
    with django_assert_num_queries(len(few)):
        annas.get(page(team))


# --- programs ------------------------------------------------------------------------------


def api(team):
    return reverse("agreements-api:contract", args=[team.slug])


def sent(client, address, **words):
    return client.post(address, words, content_type="application/json")


def test_a_program_of_mias_signs(mias, annas, anna, mia, team, now):
    assert [one["name"] for one in annas.get(api(team)).json()["without"]] == ["Mia"]

    made = sent(mias, api(team), **words(now))

    assert (made.status_code, made.json()["kind"]) == (201, "non-intervention")
    told = annas.get(api(team)).json()
    assert [one["id"] for one in told["open"]] == [made.json()["id"]]
    assert (told["without"], told["earlier"]) == ([], [])
    assert [one["key"] for one in told["clauses"]] == [clause.key for clause in CLAUSES]


def test_a_program_of_annas_cannot(annas, mia, team, now):
    answer = sent(annas, api(team), **words(now))

    assert (answer.status_code, list(answer.json())) == (409, ["detail"])


@pytest.mark.parametrize("field", ["then", "how_seen", "due_on"])
def test_a_program_is_told_what_is_missing(mias, team, now, field):
    answer = sent(mias, api(team), **words(now, **{field: " "}))

    assert (answer.status_code, list(answer.json())) == (400, [field])
