"""A manager who has to act writes it down; the whole team is told, and it stands there for ever."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from agreements.intervening import name_of
from agreements.models import Intervention, InterventionError, Reason
from agreements.models.intervention import TELL
from dashboards.jobs import publish_period
from dashboards.models import Signal
from dashboards.periods import Period
from dashboards.reach import signals_to_name
from teams import story
from teams.models import Job, LogEntry, OutgoingMail
from tests import builders
from tests.agreements.test_clocks import run

WORDS = "The scaffold stood loose.\nI had the site closed."


@pytest.fixture(autouse=True)
def monday(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def signal(team, now):
    """More deals won than usual, since week 45; both sides have read the report of it."""
    publish_period(team, Period.parse("2026-W47"), at=now)
    return builders.signal(team, at=now)


@pytest.fixture
def closed(mia, now):
    """What Mia did."""
    return builders.intervened(mia, WORDS, at=now)


def mails():
    return list(OutgoingMail.objects.order_by("pk").values_list("recipient", flat=True))


# --- the rule ------------------------------------------------------------------------------


def test_it_is_kept_as_it_was_written(mia, signal, now):
    made = Intervention.objects.record(Reason.SAFETY, f"  {WORDS}\u200b ", signal, by=mia, at=now)

    made.refresh_from_db()
    assert (made.reason, made.words.strip(), made.by) == ("safety", WORDS, mia.user)
    assert (made.signal, made.at, made.team) == (signal, now, mia.team)


def test_the_logbook_tells_that_and_why_and_not_what(mia, signal, closed, now):
    builders.intervened(mia, WORDS, at=now, signal=signal, reason=Reason.MONEY)

    first, second = LogEntry.objects.filter(kind="agreements.intervention.recorded").order_by("pk")

    assert first.details == {"intervention": closed.pk, "reason": "safety", "signal": ""}
    assert second.details["signal"] == "deals-won"
    assert (first.actor, first.team) == (mia.user, mia.team)
    assert [story.line(line) for line in (first, second)] == [
        "A manager had to act. The reason: somebody’s safety. No signal stood behind it.",
        "A manager had to act. The reason: money above the frame. A signal stood behind it.",
    ]


def test_a_member_writes_none(anna, now):
    with pytest.raises(InterventionError, match="as its manager"):
        Intervention.objects.record(Reason.LAW, WORDS, None, by=anna, at=now)


@pytest.mark.parametrize("words", ["", " \n ", "\u200b"])
def test_it_says_what_was_done(mia, now, words):
    with pytest.raises(InterventionError, match="what you did"):
        Intervention.objects.record(Reason.LAW, words, None, by=mia, at=now)


def test_a_signal_is_one_of_the_team_and_lasts(mia, signal, other_team, now):
    theirs = builders.signal(other_team, at=now)
    with pytest.raises(InterventionError, match="no signal of the team"):
        Intervention.objects.record(Reason.LAW, WORDS, theirs, by=mia, at=now)

    signal.is_over = True
    with pytest.raises(InterventionError, match="no signal of the team"):
        Intervention.objects.record(Reason.LAW, WORDS, signal, by=mia, at=now)


def test_it_opens_nothing(mias, closed, deal, team):
    address = reverse("crm:deal-owner", args=[team.slug, deal.number])

    assert mias.post(address, {"version": deal.version}).status_code == 404


@pytest.mark.parametrize("change", ["update", "delete"])
def test_nobody_changes_it_or_takes_it_out(closed, change):
    mine = Intervention.objects.filter(pk=closed.pk)

    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        mine.update(words="Nothing") if change == "update" else mine.delete()


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        ({"reason": "whim"}, "reason_of_an_intervention_is_known"),
        ({"words": ""}, "an_intervention_says_what_was_done"),
    ],
)
def test_the_database_takes_no_half_one(mia, now, fault, rule):
    whole = {"team": mia.team, "by": mia.user, "reason": "law", "words": "So", "at": now}

    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        Intervention.objects.create(**{**whole, **fault})


def test_the_database_takes_no_signal_of_another_team(mia, other_team, now):
    theirs = builders.signal(other_team, at=now)

    with pytest.raises(IntegrityError, match="signal_behind_it_is_the_teams"), transaction.atomic():
        Intervention.objects.create(
            team=mia.team, by=mia.user, reason="law", words="So", signal=theirs, at=now
        )


# --- which signals -------------------------------------------------------------------------


def test_only_what_lasts_and_was_published_is_named(team, anna, mia, signal, now):
    baseline = signal.baseline
    usual = {"team": team, "kpi": "deals-won", "period_kind": "week", "baseline": baseline}
    Signal.objects.create(
        **usual, rule="run", side="down", onset_on=date(2026, 11, 23), latest_on=date(2026, 11, 23)
    )
    Signal.objects.create(
        **usual, rule="run", side="down", onset_on=date(2026, 3, 2), latest_on=date(2026, 4, 6),
        is_over=True,
    )  # fmt: skip

    assert list(signals_to_name(team, at=now)) == [signal]
    assert name_of(signal) == "Deals won, since week 45 of 2026"


def test_nothing_is_named_before_a_first_report(other_team, now):
    builders.signal(other_team, at=now)

    assert list(signals_to_name(other_team, at=now)) == []


def test_a_figure_that_is_measured_no_longer_keeps_its_name(mia, mias, team, signal, now):
    Signal.objects.filter(pk=signal.pk).update(kpi="old-figure")
    signal.refresh_from_db()
    made = builders.intervened(mia, WORDS, at=now, signal=signal)

    told = mias.get(reverse("agreements:intervention", args=[team.slug, made.pk]))

    assert "old-figure, since week 45 of 2026" in told.content.decode()
    assert "figures/old-figure" not in told.content.decode()


# --- the mail ------------------------------------------------------------------------------


def test_everybody_of_the_team_is_told_at_once_and_once(anna, bram, carla, mia, closed, now):
    job = Job.objects.get(kind=TELL)
    assert job.run_at == now

    for _time in range(2):
        run(job, at=now + timedelta(seconds=3))

    assert mails() == ["anna@example.com", "bram@example.com"]
    mail = OutgoingMail.objects.first()
    assert mail.subject == "A manager intervened in team Rijnmond"
    assert "Mia had to act in team Rijnmond. The reason: somebody’s safety." in mail.text
    assert "No signal stood behind it." in mail.text
    assert f"/teams/rijnmond/interventions/{closed.pk}/" in mail.text
    assert "scaffold" not in mail.text


def test_who_was_there_then_is_told_whoever_comes_or_goes(anna, bram, team, mia, closed, now):
    later = now + timedelta(seconds=2)
    bram.leave(by=None, at=later)
    builders.member("Dirk", team, at=later)
    anna.user.is_active = False
    anna.user.save()

    run(Job.objects.get(kind=TELL), at=later)

    assert mails() == ["bram@example.com"]


def test_each_is_told_in_their_language(anna, mia, signal, now):
    anna.user.language = "nl"
    anna.user.save()
    builders.intervened(mia, WORDS, at=now, signal=signal)

    run(Job.objects.get(kind=TELL), at=now)

    mail = OutgoingMail.objects.get()
    assert mail.subject == "Een manager greep in bij team Rijnmond"
    assert "Er zat een signaal achter: Gewonnen deals, sinds week 45 van 2026." in mail.text


# --- the pages -----------------------------------------------------------------------------


def log(team, *args):
    return reverse("agreements:intervention" + ("" if args else "s"), args=[team.slug, *args])


def test_mia_writes_it_down_and_anna_reads_it(mias, annas, team, signal):
    page = mias.get(log(team)).content.decode()
    assert "Nobody intervened" in page
    assert "everybody of the team gets a mail at once" in page
    words = {"reason": "safety", "signal": f"{signal.pk}", "words": WORDS}

    answer = mias.post(log(team), words)

    made = Intervention.objects.get()
    assert (answer.status_code, answer.url) == (302, log(team, made.pk))
    for address in (log(team), log(team, made.pk)):
        told = annas.get(address).content.decode()
        assert "I had the site closed." in told
        assert "Deals won, since week 45 of 2026" in told
        assert "somebody’s safety" in told
        assert "Write it down and tell the team" not in told


def test_what_is_missing_is_said_and_what_was_typed_is_kept(mias, team, signal):
    answer = mias.post(log(team), {"reason": "whim", "signal": "7", "words": WORDS})

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"reason", "signal"}
    assert answer.context["form"]["words"].value() == WORDS
    assert mias.post(log(team), {"reason": "law", "signal": "none"}).status_code == 422
    assert not Intervention.objects.exists()


def test_whether_a_signal_stood_behind_it_is_asked_and_never_guessed(mias, team):
    answer = mias.post(log(team), {"reason": "law", "words": WORDS})

    assert set(answer.context["form"].errors) == {"signal"}


def test_anna_is_told_that_it_is_not_hers(annas, team):
    answer = annas.post(log(team), {"reason": "law", "signal": "none", "words": WORDS})

    assert answer.status_code == 422
    assert "as its manager" in answer.content.decode()
    assert not Intervention.objects.exists()


def test_strangers_find_nothing(carlas, other_team, team, closed, now):
    max_ = other_team.link_manager(builders.person("Max"), by=None, at=now)
    for browser in (carlas, builders.browser(max_.user)):
        assert browser.get(log(team)).status_code == 404
        assert browser.get(log(team, closed.pk)).status_code == 404
        assert browser.get(log(other_team, closed.pk)).status_code == 404
        assert browser.post(log(team), {"reason": "law"}).status_code == 404


def test_the_log_goes_back_page_by_page(annas, mia, team, now):
    for minute in range(51):
        builders.intervened(mia, f"Number {minute}.", at=now + timedelta(minutes=minute))

    newest = annas.get(log(team)).content.decode()

    assert "Number 50." in newest
    assert "Number 0." not in newest
    assert "Number 0." in annas.get(f"{log(team)}?page=2").content.decode()


def test_the_log_costs_the_same_for_one_and_for_many(
    annas, mia, team, signal, now, django_assert_max_num_queries, django_assert_num_queries
):
    builders.intervened(mia, WORDS, at=now, signal=signal)
    with django_assert_max_num_queries(10) as few:
        annas.get(log(team))
    for _each in range(4):
        builders.intervened(mia, WORDS, at=now, signal=signal)
    with django_assert_num_queries(len(few)):
        annas.get(log(team))


# --- the manager's own page ----------------------------------------------------------------


def test_a_manager_reads_how_often_in_each_team(mias, mia, other_team, closed, now):
    link = other_team.link_manager(mia.user, by=None, at=now)
    max_ = mia.team.link_manager(builders.person("Max"), by=None, at=now)
    builders.intervened(link, WORDS, at=now)
    builders.intervened(link, "Long ago", at=now - timedelta(days=400))
    builders.intervened(max_, "Not hers", at=now)

    told = mias.get(reverse("rooms")).content.decode()

    assert "2 times in the last twelve months" in told
    assert f'href="{log(other_team)}"' in told
    own = builders.browser(max_.user).get(reverse("rooms")).content.decode()
    assert "Once in the last twelve months" in own


def test_who_manages_nobody_is_told_nothing_of_it(annas, brams, closed, mias, team):
    assert "How often I intervened" not in annas.get(reverse("rooms")).content.decode()


def test_never_is_said_too(mias, team):
    assert "Never in the last twelve months" in mias.get(reverse("rooms")).content.decode()


# --- programs ------------------------------------------------------------------------------


def api(team, *args):
    return reverse("agreements-api:intervention" + ("" if args else "s"), args=[team.slug, *args])


def sent(client, address, **words):
    return client.post(address, words, content_type="application/json")


def test_a_program_of_mias_writes_it_down(mias, annas, team, signal):
    made = sent(mias, api(team), reason="law", words="The court asked", signal=signal.pk)

    assert made.status_code == 201
    told = made.json()
    assert (told["reason"], told["signal"], told["kpi"]) == ("law", signal.pk, "deals-won")
    assert annas.get(api(team, told["id"])).json() == told
    assert annas.get(api(team)).json()["results"] == [told]
    assert sent(mias, api(team), reason="law", words="So", signal=None).json()["kpi"] is None


def test_a_program_of_annas_hears_that_it_is_not_hers(annas, team):
    answer = sent(annas, api(team), reason="law", words="So", signal=None)

    assert (answer.status_code, list(answer.json())) == (409, ["detail"])


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"reason": "whim"}, "reason"),
        ({"words": " "}, "words"),
        ({"words": "a" * 1001}, "words"),
        ({"signal": 999_999}, "signal"),
        ({"by": 3}, "by"),
    ],
)
def test_a_program_is_told_what_it_got_wrong(mias, team, words, field):
    usual = {"reason": "law", "words": "So", "signal": None}

    answer = sent(mias, api(team), **{**usual, **words})

    assert (answer.status_code, list(answer.json())) == (400, [field])
    assert not Intervention.objects.exists()


def test_whether_a_signal_stood_behind_it_a_program_has_to_say_too(mias, team):
    answer = sent(mias, api(team), reason="law", words="So")

    assert list(answer.json()) == ["signal"]
