"""The mail of the morning: at most one a day, on working days, and no word of what was agreed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from teams.digest import LOOK, MAIL, every_morning
from teams.models import Job, OutgoingMail
from tests import builders
from tests.agreements.conftest import CALL_BACK
from tests.agreements.test_clocks import run


def morning(*day):
    """Half past eight in Rotterdam, in winter."""
    return datetime(*day, 7, 30, tzinfo=UTC)


def pass_morning(at):
    """What the clock and the workers do; the mails of that morning, by whom they are for."""
    before = set(OutgoingMail.objects.values_list("pk", flat=True))
    every_morning(at)
    for kind in (LOOK, MAIL):
        for job in Job.objects.filter(kind=kind, state="due"):
            run(job, at=at)
    mails = OutgoingMail.objects.exclude(pk__in=before).order_by("pk")
    return [mail.recipient.partition("@")[0] for mail in mails]


def week(first, days=14):
    return [first + timedelta(days=number) for number in range(days)]


def test_a_proposal_is_told_the_next_morning_and_once_more(proposal):
    told = {at.day: pass_morning(at) for at in week(morning(2026, 11, 24), 4)}

    assert told == {24: ["bram"], 25: [], 26: ["bram"], 27: []}


def test_who_promised_hears_five_and_one_working_days_before(anna, bram, now):
    friday = replace(CALL_BACK, due_on=date(2026, 12, 11))
    builders.proposed(anna, bram, friday, at=now).accept(1, by=bram, at=now)

    told = {at.day: pass_morning(at) for at in week(morning(2026, 12, 3), 12)}

    # The last one when the day is over, and nobody has said a word.
    assert {day for day, people in told.items() if people == ["anna"]} == {4, 10, 14}


def test_who_was_promised_is_asked_for_a_word(done):
    told = {at.day: pass_morning(at) for at in week(morning(2026, 11, 24), 6)}

    assert {day for day, people in told.items() if people == ["bram"]} == {24, 26}


def test_a_witness_is_asked_too(done, anna, bram, dirk, now):
    done.promise().judge("broken", "Too late", by=bram, at=now)
    done.promise().contest("It was done", dirk.user, by=anna, at=now)
    done.promise().name_witness(dirk.user, by=bram, at=now)

    assert pass_morning(morning(2026, 11, 24)) == ["dirk"]


def test_it_is_one_mail_for_all_teams_and_a_manager_gets_it_too(anna, carla, mia, other_team, now):
    other_team.link_manager(mia.user, by=None, at=now)
    link = other_team.manager_links.get(user=mia.user)
    builders.proposed(anna, mia, CALL_BACK, at=now)
    builders.proposed(carla, link, CALL_BACK, at=now)

    assert pass_morning(morning(2026, 11, 24)) == ["mia"]
    text = OutgoingMail.objects.latest("pk").text
    assert "In team Rijnmond 1 agreement waits for you" in text
    assert "In team Veluwe 1 agreement waits for you" in text
    assert CALL_BACK.then not in text


def test_it_comes_in_the_language_of_the_reader(proposal, bram):
    bram.user.language = "nl"
    bram.user.save(update_fields=["language"])

    pass_morning(morning(2026, 11, 24))

    assert "wacht 1 afspraak op je" in OutgoingMail.objects.latest("pk").text


def test_jobs_that_run_twice_send_one_mail(proposal):
    pass_morning(morning(2026, 11, 24))
    for kind in (LOOK, MAIL):
        run(Job.objects.get(kind=kind), at=morning(2026, 11, 24))

    assert OutgoingMail.objects.count() == 1


def test_what_was_answered_meanwhile_sends_none(proposal, bram, now):
    every_morning(morning(2026, 11, 24))
    run(Job.objects.get(kind=LOOK), at=morning(2026, 11, 24))
    proposal.decline(1, by=bram, at=now)

    run(Job.objects.get(kind=MAIL), at=morning(2026, 11, 24))

    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize(
    "at",
    [
        morning(2026, 11, 28),  # a Saturday
        datetime(2026, 11, 24, 6, 30, tzinfo=UTC),  # half past seven
    ],
)
def test_nobody_is_woken(proposal, at):
    assert pass_morning(at) == []
