"""A report was read: each side sees it of the other, and nobody sees who."""

from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, connections, transaction
from django.urls import reverse

from dashboards.jobs import publish_period
from dashboards.models import Receipt, Side
from dashboards.periods import Period
from tests.racing import at_once

LAST = Period.parse("2026-W47")


@pytest.fixture(autouse=True)
def wednesday(now):
    with time_machine.travel(now + timedelta(days=2, hours=3), tick=False) as clock:
        yield clock


@pytest.fixture
def report(team, pipeline, now):
    return publish_period(team, LAST, at=now + timedelta(days=2, hours=2))


@pytest.fixture
def room(team):
    return reverse("dashboards:reading", args=[team.slug])


@pytest.fixture
def receipt(team):
    return reverse("dashboards:receipt", args=[team.slug, str(LAST)])


def text_of(response):
    return " ".join(response.content.decode().split())


def test_the_team_sees_that_management_has_read_it(annas, mias, report, room, receipt):
    assert "Management has not read it yet." in text_of(annas.get(room))

    response = mias.post(receipt)

    assert response.url == reverse("dashboards:report", args=["rijnmond", str(LAST)])
    assert "Read by management on 25 November." in text_of(annas.get(room))


def test_management_sees_that_the_team_has_read_it(annas, mias, report, room, receipt):
    assert "The team has not read it yet." in text_of(mias.get(room))

    annas.post(receipt)

    page = text_of(mias.get(room))
    assert "Read by the team on 25 November." in page
    assert "Anna" not in page


def test_looking_alone_writes_nothing(annas, mias, report, room):
    annas.get(room)
    mias.get(room)
    mias.head(room)

    assert not Receipt.objects.exists()


def test_only_the_first_of_a_side_counts(annas, brams, report, receipt, wednesday):
    annas.post(receipt)
    wednesday.shift(timedelta(days=1))
    brams.post(receipt)

    assert [(one.side, one.at.day) for one in Receipt.objects.all()] == [(Side.TEAM, 25)]


def test_no_person_is_kept():
    names = {field.name for field in Receipt._meta.get_fields()}

    assert names == {"id", "team", "report", "side", "at"}


def test_who_has_read_it_is_not_asked_again(annas, report, room, receipt):
    assert 'id="receipt"' in annas.get(room).content.decode()

    part = annas.post(receipt, headers={"HX-Request": "true"})

    assert part.status_code == 200
    assert 'id="receipts"' in part.content.decode()
    assert 'id="receipt"' not in part.content.decode()
    assert 'id="receipt"' not in annas.get(room).content.decode()


def test_strangers_read_nothing(carlas, report, receipt):
    assert carlas.post(receipt).status_code == 404
    assert not Receipt.objects.exists()


@pytest.mark.parametrize("period", ["2026-W46", "2026-10", "whenever"])
def test_what_was_not_published_cannot_be_read(annas, team, report, period):
    url = reverse("dashboards:receipt", args=[team.slug, period])

    assert annas.post(url).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_of_a_side_at_once_are_one(report, now):
    outcomes = at_once([lambda: Receipt.note(report, Side.TEAM, at=now) for _ in range(2)])

    assert outcomes == [None, None]
    assert Receipt.objects.count() == 1


@pytest.mark.parametrize(
    "sql", ["UPDATE dashboards_receipt SET at = now()", "DELETE FROM dashboards_receipt"]
)
@pytest.mark.django_db(databases=["default", "owner"], transaction=True)
def test_a_receipt_stays_as_it_was_written(sql, report, now):
    Receipt.note(report, Side.TEAM, at=now)

    with pytest.raises(DatabaseError), transaction.atomic(using="owner"):
        connections["owner"].cursor().execute(sql)
