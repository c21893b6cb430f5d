"""Procedures: written down, tried to do without, buried with a kind word, woken with a reason."""

from datetime import timedelta
from decimal import Decimal
from importlib import import_module

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from agreements.jobs import look_at_a_trial
from agreements.models import Burial, Procedure, ProcedureError, Shield, StaleProcedure
from agreements.models.procedure import TRIAL, State
from dashboards import kpis
from teams import story
from teams.models import Job, LogEntry
from tests import racing


@pytest.fixture(autouse=True)
def monday(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def report(anna, now):
    """A weekly report that nobody reads."""
    return registered(anna, now)


def registered(by, at, name="Friday report", hours=Decimal("6.5")):
    return Procedure.objects.register(name, "The board asked once", hours, by=by, at=at)


def tried(procedure, by, at, *, days=30, why="Nobody reads it"):
    until = at.date() + timedelta(days=days)
    procedure.try_without(kpis.get("deals-won"), until, why, by=by, at=at)
    return procedure


def buried(procedure, by, at):
    tried(procedure, by, at)
    procedure.bury("It kept us writing", Decimal(6), by=by, at=at)
    return procedure


# --- the rule ------------------------------------------------------------------------------


def test_from_the_register_over_a_trial_into_the_grave(report, anna, bram, now):
    tried(report, bram, now)
    assert (report.state, report.guard) == (State.ON_TRIAL, "deals-won")

    report.bury("It kept us  writing on Fridays", Decimal(6), by=anna, at=now)

    report.refresh_from_db()
    assert (report.state, report.buried_on) == (State.BURIED, now.date())
    assert report.epitaph == "It kept us writing on Fridays"
    assert (report.guard, report.trial_until) == ("", None)


def test_a_grave_can_be_opened_with_a_reason(report, anna, bram, now):
    buried(report, anna, now)

    with pytest.raises(ProcedureError, match="Say why"):
        report.resurrect(" ", by=bram, at=now)
    report.resurrect("The board asks again", by=bram, at=now)

    report.refresh_from_db()
    assert (report.state, report.epitaph, report.why) == (State.ALIVE, "", "The board asks again")


def test_we_may_need_it_after_all(report, anna, now):
    tried(report, anna, now)

    report.take_up("Customers ask for it", by=anna, at=now)

    report.refresh_from_db()
    assert (report.state, report.why) == (State.ALIVE, "Customers ask for it")


def test_a_trial_ends_by_itself_and_once(report, anna, now):
    tried(report, anna, now, days=30)
    job = Job.objects.get(kind=TRIAL)
    about = {"procedure_id": report.pk, "team_id": report.team_id}
    last_day = now + timedelta(days=30)

    look_at_a_trial(at=last_day, **about)
    report.refresh_from_db()
    assert report.state == State.ON_TRIAL
    for _time in range(2):
        look_at_a_trial(at=job.run_at, **about)

    report.refresh_from_db()
    assert (report.state, report.trial_until) == (State.ALIVE, None)
    assert LogEntry.objects.filter(kind="agreements.procedure.trial_over").count() == 1


def test_a_clock_of_an_earlier_trial_ends_no_later_one(report, anna, now):
    tried(report, anna, now, days=10)
    report.take_up("We need it", by=anna, at=now)
    tried(report, anna, now, days=50)

    look_at_a_trial(at=now + timedelta(days=11), procedure_id=report.pk, team_id=report.team_id)

    report.refresh_from_db()
    assert report.state == State.ON_TRIAL


@pytest.mark.parametrize("days", [0, -1, 61])
def test_a_trial_has_an_end_within_sixty_days(report, anna, now, days):
    with pytest.raises(ProcedureError, match="sixty days"):
        tried(report, anna, now, days=days)
    tried(report, anna, now, days=60)


def test_a_guard_is_a_figure_that_stands_by_itself(report, anna, now):
    until = now.date() + timedelta(days=9)

    with pytest.raises(ProcedureError, match="read in its parts"):
        report.try_without(kpis.get("time-in-stage"), until, "Why not", by=anna, at=now)


@pytest.mark.parametrize("verb", ["take_up", "bury"])
def test_only_what_is_on_trial_is_taken_up_or_buried(report, anna, now, verb):
    more = [Decimal(1)] if verb == "bury" else []

    with pytest.raises(StaleProcedure, match="not as you saw it"):
        getattr(report, verb)("Because", *more, by=anna, at=now)


def test_only_what_lies_in_a_grave_is_woken_and_only_what_lives_is_tried(report, anna, now):
    with pytest.raises(StaleProcedure):
        report.resurrect("Because", by=anna, at=now)
    tried(report, anna, now)
    with pytest.raises(StaleProcedure):
        tried(report, anna, now)


@pytest.mark.parametrize(
    ("name", "purpose", "hours", "sentence"),
    [
        (" ", "The board", 1, "what it is called"),
        ("Report", "\n", 1, "why it was begun"),
        ("Report", "The board", -1, "how many hours"),
        ("Report", "The board", 10_000, "how many hours"),
        ("friday REPORT", "The board", 1, "stands in the register"),
    ],
)
def test_some_are_not_written_down(report, anna, now, name, purpose, hours, sentence):
    with pytest.raises(ProcedureError, match=sentence):
        Procedure.objects.register(name, purpose, Decimal(hours), by=anna, at=now)
    assert Procedure.objects.count() == 1


def test_words_at_the_grave_are_asked_for(report, anna, now):
    tried(report, anna, now)

    with pytest.raises(ProcedureError, match="Say a word"):
        report.bury("", Decimal(1), by=anna, at=now)
    with pytest.raises(ProcedureError, match="how many hours"):
        report.bury("Farewell", Decimal(-1), by=anna, at=now)


def test_what_law_or_safety_ask_for_is_buried_by_nobody(report, anna, mia, now):
    report.protect(Shield.SAFETY, by=mia, at=now)

    with pytest.raises(ProcedureError, match="answers for the frame"):
        tried(report, anna, now)
    report.protect(Shield.SAFETY, by=mia, at=now)
    report.protect(Shield.NONE, by=mia, at=now)
    tried(report, anna, now)

    with pytest.raises(StaleProcedure):
        report.protect(Shield.LAW, by=mia, at=now)
    kinds = LogEntry.objects.filter(kind__endswith="protected").values_list("kind", flat=True)
    assert sorted(kinds) == [
        "agreements.procedure.not_protected",
        "agreements.procedure.protected",
    ]


def test_a_member_protects_nothing(report, anna, now):
    with pytest.raises(ProcedureError, match="answers for the frame"):
        report.protect(Shield.LAW, by=anna, at=now)


def test_another_team_decides_nothing(report, carla, now):
    with pytest.raises(ProcedureError, match="Only the team"):
        tried(report, carla, now)


def test_the_database_keeps_a_grave_from_being_empty(report):
    with pytest.raises(IntegrityError, match="a_grave_has_its_words"), transaction.atomic():
        Procedure.objects.update(state=State.BURIED)


def test_two_at_one_grave(transactional_db, anna, bram, now):
    numbers = iter(range(100))

    def scene():
        procedure = tried(registered(anna, now, name=f"Report {next(numbers)}"), anna, now)
        other = Procedure.objects.get(pk=procedure.pk)
        return (
            lambda: procedure.bury("Farewell", Decimal(1), by=anna, at=now),
            lambda: other.take_up("Not yet", by=bram, at=now),
        )

    for told in racing.meetings(scene):
        assert sorted(type(one).__name__ for one in told) == ["NoneType", "StaleProcedure"]


def test_the_logbook_tells_its_life(report, anna, mia, now):
    report.protect(Shield.LAW, by=mia, at=now)
    report.protect(Shield.NONE, by=mia, at=now)
    buried(report, anna, now)
    report.resurrect("The board asks again", by=anna, at=now)
    tried(report, anna, now)
    report.take_up("We need it", by=anna, at=now)

    lines = LogEntry.objects.filter(kind__startswith="agreements.procedure").order_by("pk")

    assert [story.line(line) for line in lines] == [
        "“Friday report” stands in the register of procedures.",
        "“Friday report” is protected: it cannot be buried.",
        "“Friday report” is protected no longer.",
        "The team tries to do without “Friday report”.",
        "The team buried “Friday report”.",
        "“Friday report” was taken out of its grave.",
        "The team tries to do without “Friday report”.",
        "The team needs “Friday report” after all.",
    ]


# --- the pages -----------------------------------------------------------------------------


def page(team, name="procedures", *args):
    return reverse(f"agreements:{name}", args=[team.slug, *args])


def test_anna_writes_one_down_and_buries_it(annas, brams, team, now):
    assert "No procedures yet" in annas.get(page(team)).content.decode()
    annas.post(page(team), {"name": "Friday report", "purpose": "The board", "hours": "6.5"})
    report = Procedure.objects.get()
    assert "6.5 h a month" in annas.get(page(team)).content.decode()
    until = (now + timedelta(days=20)).date().isoformat()
    words = {"until": until, "guard": "deals-won", "why": "Nobody reads it"}

    assert annas.post(page(team, "procedure-deed", report.pk, "trial"), words).status_code == 302
    told = brams.get(page(team, "procedure", report.pk)).content.decode()
    assert "Deals won" in told
    assert 'value="6.50"' in told
    grave = {"epitaph": "It kept us writing", "hours": "6"}
    assert brams.post(page(team, "procedure-deed", report.pk, "burial"), grave).status_code == 302

    told = annas.get(page(team, "graveyard")).content.decode()
    assert "1 procedure lies here, and gives back 6 hours a month." in told
    assert "It kept us writing" in told
    assert "Friday report" not in annas.get(page(team)).content.decode()


def test_what_is_missing_is_said_and_what_was_typed_is_kept(annas, report, team):
    answer = annas.post(page(team), {"name": "Two", "purpose": "", "hours": "many"})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"purpose", "hours"}
    assert answer.context["form"]["name"].value() == "Two"

    answer = annas.post(page(team), {"name": "Friday report", "purpose": "So", "hours": "1"})
    assert answer.status_code == 422
    assert "stands in the register already" in answer.content.decode()

    answer = annas.post(page(team, "procedure-deed", report.pk, "trial"), {"why": "So"})
    assert answer.status_code == 422
    assert set(answer.context["deeds"]["trial"].errors) == {"until", "guard"}


def test_who_comes_second_is_told(annas, report, anna, team, now):
    tried(report, anna, now)

    answer = annas.post(page(team, "procedure-deed", report.pk, "resurrection"), {"why": "So"})

    assert answer.status_code == 409
    assert "not as you saw it" in answer.content.decode()
    assert annas.post(page(team, "procedure-deed", report.pk, "party")).status_code == 404


def test_mia_protects_and_does_no_deed(mias, annas, report, team):
    address = page(team, "procedure", report.pk)
    shield = page(team, "procedure-shield", report.pk)
    assert "Try to do without it" not in mias.get(address).content.decode()
    assert mias.post(page(team, "procedure-deed", report.pk, "trial"), {}).status_code == 404

    assert mias.post(shield, {"shield": "law"}).status_code == 302

    told = annas.get(address).content.decode()
    assert "the law asks for it" in told
    assert "Try to do without it" not in told
    assert annas.post(shield, {"shield": ""}).status_code == 422
    assert mias.post(shield, {"shield": "magic"}).status_code == 422


def test_mia_is_told_where_it_is_on_trial(mias, report, anna, team, now):
    tried(report, anna, now)
    address = page(team, "procedure-shield", report.pk)

    assert mias.post(address, {"shield": "law"}).status_code == 409
    assert mias.get(page(team, "procedure", report.pk)).context["protect"] is None


def test_strangers_find_nothing(carlas, report, team):
    for address in (page(team), page(team, "graveyard"), page(team, "procedure", report.pk)):
        assert carlas.get(address).status_code == 404


def test_an_empty_graveyard_says_who_will_lie_there(annas, team):
    assert "Nobody lies here yet" in annas.get(page(team, "graveyard")).content.decode()


@pytest.mark.parametrize("name", ["procedures", "graveyard"])
def test_the_pages_cost_the_same_for_one_and_for_many(
    annas, anna, team, now, name, django_assert_max_num_queries, django_assert_num_queries
):
    def another(number):
        registered(anna, now, name=f"Alive {number}")
        tried(registered(anna, now, name=f"Tried {number}"), anna, now)
        buried(registered(anna, now, name=f"Buried {number}"), anna, now)

    another(0)
    with django_assert_max_num_queries(10) as few:
        annas.get(page(team, name))
    for number in range(1, 5):
        another(number)
    with django_assert_num_queries(len(few)):
        annas.get(page(team, name))


# --- programs ------------------------------------------------------------------------------


def api(team, name="procedures", *args):
    return reverse(f"agreements-api:{name}", args=[team.slug, *args])


def sent(client, address, **words):
    return client.post(address, words, content_type="application/json")


def test_a_program_leads_one_from_the_register_to_the_grave_and_back(annas, brams, team, now):
    made = sent(annas, api(team), name="Friday report", purpose="The board", hours="6.5")
    assert (made.status_code, made.json()["state"]) == (201, "alive")
    pk, until = made.json()["id"], f"{now.date() + timedelta(days=20)}"

    tried = sent(
        brams, api(team, "trial", pk), until=until, guard="deals-won", why="Nobody reads it"
    )
    assert (tried.json()["state"], tried.json()["guard"]) == ("on_trial", "deals-won")
    again = sent(brams, api(team, "return", pk), why="The board asks")
    assert (again.json()["state"], again.json()["why"]) == ("alive", "The board asks")
    sent(brams, api(team, "trial", pk), until=until, guard="deals-won", why="Nobody reads it")
    grave = sent(annas, api(team, "burial", pk), epitaph="It kept us writing", hours="6")
    assert (grave.json()["state"], grave.json()["hours_saved"]) == ("buried", "6.00")
    woken = sent(annas, api(team, "resurrection", pk), why="The board asks again")

    assert woken.json()["state"] == "alive"
    assert annas.get(api(team, "procedure", pk)).json() == woken.json()
    assert annas.get(api(team)).json() == [woken.json()]


def test_a_program_that_comes_second_gets_both(annas, report, anna, team, now):
    tried(report, anna, now)

    answer = sent(annas, api(team, "resurrection", report.pk), why="So")

    assert answer.status_code == 409
    assert (answer.json()["yours"], answer.json()["theirs"]["state"]) == ({"why": "So"}, "on_trial")


def test_the_program_of_a_manager_protects_and_does_no_deed(mias, annas, report, team):
    answer = sent(mias, api(team, "shield", report.pk), shield="law")

    assert answer.json()["shield"] == "law"
    assert mias.get(api(team)).json() == [answer.json()]
    refused = sent(annas, api(team, "shield", report.pk), shield="")
    assert (refused.status_code, list(refused.json())) == (409, ["detail"])
    assert sent(mias, api(team, "burial", report.pk), epitaph="So", hours="1").status_code == 403


@pytest.mark.parametrize(
    ("words", "field"),
    [({"hours": "1e3"}, "hours"), ({"name": " "}, "name"), ({"hours": "10000"}, "hours")],
)
def test_a_program_is_told_what_it_got_wrong(annas, team, words, field):
    usual = {"name": "Report", "purpose": "The board", "hours": "1"}

    answer = sent(annas, api(team), **{**usual, **words})

    assert (answer.status_code, list(answer.json())) == (400, [field])


# --- how long it lay there -----------------------------------------------------------------


def stays(procedure):
    rows = Burial.objects.filter(procedure=procedure).order_by("pk")
    return list(rows.values_list("hours", "buried_at", "raised_at"))


def test_each_stay_in_a_grave_is_kept(report, anna, now):
    later = now + timedelta(days=9)
    buried(report, anna, now)
    report.resurrect("The board asks again", by=anna, at=later)
    buried(report, anna, later)

    assert stays(report) == [(Decimal(6), now, later), (Decimal(6), later, None)]


def test_nobody_lies_in_two_graves(report, anna, now):
    buried(report, anna, now)

    with pytest.raises(IntegrityError, match="a_procedure_lies_in_one_grave"), transaction.atomic():
        Burial.begin(report, Decimal(1), at=now)


def test_the_database_raises_nobody_before_the_burial(report, anna, now):
    buried(report, anna, now)

    with pytest.raises(IntegrityError, match="raised_after_its_burial"), transaction.atomic():
        Burial.objects.update(raised_at=now - timedelta(days=1))


def test_what_was_buried_before_is_told_by_the_logbook(report, anna, now):
    later = now + timedelta(days=9)
    buried(report, anna, now)
    report.resurrect("The board asks again", by=anna, at=later)
    buried(report, anna, later)
    buried(registered(anna, now, name="Fax copy"), anna, now)
    rows = Burial.objects.values_list("procedure", "hours", "buried_at", "raised_at")
    kept = sorted(rows, key=str)
    Burial.objects.all().delete()

    with connection.cursor() as cursor:
        cursor.execute(import_module("agreements.migrations.0005_burials").FROM_THE_LOGBOOK)

    assert sorted(rows.all(), key=str) == kept
