"""What somebody promised themselves: how they kept it, for nobody else, and what is to come."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from agreements.models import Verdict
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


def kept(by, other, terms, at, verdict=Verdict.KEPT):
    one = builders.proposed(by, other, terms, at=at)
    one.accept(1, by=other, at=at)
    one.promise().declare_done(by=by, at=at)
    one.promise().judge(verdict, "So", by=other, at=at)


def test_each_reads_their_own_record_and_nobody_elses(annas, anna, bram, terms, now):
    past = replace(terms, due_on=timezone.localdate(now) - timedelta(days=3))
    then = now - timedelta(days=10)
    kept(anna, bram, past, then)
    kept(bram, anna, past, then, Verdict.BROKEN)

    mine = annas.get(f"{BOOK}?whose=mine").content.decode()
    ours = annas.get(BOOK).content.decode()

    assert "1 of 1 promises of the last year" in mine
    assert "Only you read this of yourself." in mine
    assert "1 of 2 promises of the last year" in ours
    assert "Only you read this of yourself." not in ours


def test_a_manager_reads_what_they_promised_every_team(client, mia, anna, terms, now):
    other = builders.team("Zeeland", at=now)
    link = other.link_manager(mia.user, by=None, at=now)
    dora = builders.member("Dora", other, at=now)
    for by, to, then in ((mia, anna, "I show the figures"), (link, dora, "I bring cake")):
        one = builders.proposed(by, to, replace(terms, then=then), at=now)
        one.accept(1, by=to, at=now)
    builders.proposed(anna, mia, replace(terms, then="I ring you"), at=now).accept(
        1, by=mia, at=now
    )
    client.force_login(mia.user)

    shown = client.get(reverse("rooms")).content.decode()

    assert "I show the figures" in shown
    assert "I bring cake" in shown
    assert "I ring you" not in shown


def test_what_was_buried_stands_at_the_foot_of_the_ledger(annas, anna, now):
    procedure = builders.procedure(by=anna, at=now, is_on_trial=True)
    procedure.bury("It kept us busy", Decimal(3), by=anna, at=now)

    page = annas.get(BOOK).content.decode()

    assert "Buried procedures" in page
    assert "It kept us busy" in page
