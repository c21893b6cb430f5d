"""The question reaches the customer by mail, an hour later, if they may be written to."""

from datetime import timedelta

import pytest
from django.utils import timezone

from crm import asking
from crm.models import Contact, Question
from crm.models.voice import MAIL, WAITS
from teams.models import Job, OutgoingMail
from tests import builders


@pytest.fixture
def today():
    """The moment in which pages live."""
    return timezone.now()


@pytest.fixture
def jan(anna, today) -> Contact:
    contact = Contact.objects.create(name="Jan Bos", language="Nederlands")
    contact.add_point("email", "Jan@Plevier.example", "work", by=anna, at=today)
    return contact


@pytest.fixture
def question(pipeline, anna, jan, today) -> Question:
    return builders.question(pipeline, by=anna, at=today, title="Kluut", amount=4321, contact=jan)


def sent(question, at) -> list[OutgoingMail]:
    asking.mail(Question.objects.get(pk=question.pk), at=at)
    return list(OutgoingMail.objects.all())


def test_a_closing_arms_the_mail_for_an_hour_later(question, team, today):
    job = Job.objects.get(kind=MAIL)

    assert (job.run_at, job.payload["team_id"]) == (today + WAITS, team.pk)


def test_the_job_sends_it(question, today):
    Job.objects.filter(kind=MAIL).update(run_at=today - WAITS)
    pk = Job.objects.get(kind=MAIL).pk

    Job.objects.claim(pk).run(at=today)

    assert OutgoingMail.objects.get().recipient == "Jan@Plevier.example"


def test_it_is_in_the_customers_language_and_holds_nothing_of_the_team(question, today):
    (mail,) = sent(question, today)

    assert mail.subject == "Rijnmond stelt je één vraag"
    assert "Hoe goed hebben we je geholpen?" in mail.text
    assert f"/questions/{question.link}/?language=nl" in mail.text
    said = mail.subject + mail.text
    assert [mark for mark in ("Kluut", "4321", "4.321", "Anna") if mark in said] == []


@pytest.mark.parametrize(("written", "language"), [("nl-BE", "nl"), ("Dutch", "nl"), ("", "en")])
def test_a_language_is_known_as_people_write_it(written, language):
    assert asking.language_of(Contact(name="Jan", language=written)) == language


def test_who_wants_to_be_left_in_peace_is(question, jan, today):
    Contact.objects.filter(pk=jan.pk).update(do_not_contact=True)

    assert sent(question, today) == []


def test_without_an_address_there_is_only_the_link(question, jan, annas, today):
    page = f"/teams/rijnmond/deals/{question.deal.number}/"
    assert "It leaves by mail" in annas.get(page).content.decode()
    jan.points.update(removed_at=today, is_primary=False)

    assert sent(question, today) == []
    assert "send the link yourself" in annas.get(page).content.decode()


def test_nobody_is_asked_about_a_closing_that_was_undone(question, anna, today):
    deal = question.deal
    deal.reopen(seen_in=deal.stage, by=anna, at=today + timedelta(minutes=1))

    assert sent(question, today + WAITS) == []
