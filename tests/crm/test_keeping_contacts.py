"""How long we keep who a contact is: the rule, whom it is about, and anonymising them for good."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial

import pytest

from crm.models import (
    Activity,
    Contact,
    ContactPoint,
    CustomerError,
    Deal,
    ExternalId,
    Interaction,
    MergeRecord,
    Note,
    RetentionRule,
    StaleCustomer,
    StaleDeal,
    take_back,
)
from crm.models.retention import OF_A_JOB, months_before
from crm.refusals import RetentionError, StaleRetention, StaleWork
from teams import story
from teams.models import Job, LogEntry
from tests import builders
from tests.crm.test_the_api import API, send
from tests.racing import at_once

pytestmark = pytest.mark.usefixtures("stopped_clock")

PAGE = "/teams/rijnmond/retention/"
ANONYMISATION = PAGE + "anonymisation/"
YEARS = timedelta(days=900)


@pytest.fixture
def long_ago(now):
    return now - YEARS


@pytest.fixture
def jan(pipeline, anna, long_ago):
    """Somebody of whom nothing was heard for years: his deal was won then."""
    jan = Contact.objects.create(name="Jan de Wit", language="Dutch")
    deal = builders.deal(pipeline, by=anna, at=long_ago, customer="Acme", contact=jan)
    jan.add_point("email", "jan@acme.example", "work", by=anna, at=long_ago)
    builders.said(deal, by=anna, at=long_ago, contact=jan, text="Jan likes tea")
    Note.objects.write(anna.team, "Jan has a dog", contact=jan, by=anna, at=long_ago)
    builders.won(deal, by=anna, at=long_ago + timedelta(days=1))
    return jan


@pytest.fixture
def rule(anna, now):
    return RetentionRule.objects.agree(24, seen=0, by=anna, at=now)


def due(rule, now):
    return [contact.name for contact in rule.due(now)]


def work(now):
    """Let the jobs that anonymise be done, one after the other."""
    while job := Job.objects.filter(kind="crm.anonymise", state="due").first():
        Job.objects.claim(job.pk).run(at=now)


class TestTheRule:
    def test_is_kept_and_told(self, rule, anna, now):
        RetentionRule.objects.agree(36, seen=1, by=anna, at=now)

        rule.refresh_from_db()
        assert (rule.months, rule.version) == (36, 2)
        assert str(rule) == f"36 months for team {rule.team_id}"
        [line, *_] = LogEntry.objects.about(rule).newest_first()
        assert story.line(line) == "We keep contacts for 36 months after the last contact."

    def test_the_same_is_no_change(self, rule, anna, now):
        assert RetentionRule.objects.agree(24, seen=1, by=anna, at=now).version == 1
        assert LogEntry.objects.about(rule).count() == 1

    @pytest.mark.parametrize("months", [0, 5, 121])
    def test_is_no_rule_out_of_bounds(self, anna, now, months):
        with pytest.raises(RetentionError, match="between"):
            RetentionRule.objects.agree(months, seen=0, by=anna, at=now)

    def test_who_comes_second_changes_nothing(self, rule, bram, now):
        with pytest.raises(StaleRetention):
            RetentionRule.objects.agree(36, seen=0, by=bram, at=now)

    @pytest.mark.parametrize(
        ("at", "months", "before"),
        [
            ((2026, 11, 23), 24, (2024, 11, 23)),
            ((2026, 3, 31), 1, (2026, 2, 28)),
            ((2026, 1, 1), 1, (2025, 12, 1)),
            ((2024, 2, 29), 12, (2023, 2, 28)),
        ],
    )
    def test_months_are_those_of_the_calendar(self, at, months, before):
        assert months_before(datetime(*at, tzinfo=UTC), months) == datetime(*before, tzinfo=UTC)


class TestWhomItIsAbout:
    def test_who_was_silent_for_so_long(self, rule, jan, now):
        [contact] = rule.due(now)

        assert contact == jan
        assert contact.last_contact_at == now - YEARS + timedelta(days=1)

    def test_nobody_of_whom_something_was_heard_since(self, rule, jan, anna, now):
        deal = Deal.objects.get()
        builders.said(deal, by=anna, at=now, contact=None)

        assert due(rule, now) == []

    def test_nobody_with_an_open_deal(self, rule, jan, pipeline, anna, long_ago, now):
        builders.deal(pipeline, by=anna, at=long_ago, contact=jan)

        assert due(rule, now) == []

    def test_nobody_with_an_open_deal_in_the_bin(self, rule, jan, pipeline, anna, long_ago, now):
        builders.deal(pipeline, by=anna, at=long_ago, contact=jan).discard(by=anna, at=long_ago)

        assert due(rule, now) == []

    def test_nobody_at_an_organization_with_an_open_deal(
        self, rule, jan, pipeline, anna, long_ago, now
    ):
        jan.begin(Deal.objects.get().organization, "Buyer", by=anna, at=long_ago)
        assert due(rule, now) == ["Jan de Wit"]

        builders.deal(pipeline, by=anna, at=long_ago, customer="Acme")

        assert due(rule, now) == []

    def test_nobody_for_whom_something_is_planned(self, rule, jan, anna, long_ago, now):
        team, how = anna.team, {"title": "Call", "kind": "call", "due_on": now.date()}
        Activity.objects.plan(team, contact=jan, by=anna, at=long_ago, **how)

        assert due(rule, now) == []

    def test_nobody_whom_another_team_serves_too(self, rule, jan, carla, long_ago, now):
        theirs = builders.pipeline(carla.team, at=long_ago)
        deal = builders.deal(theirs, by=carla, at=long_ago, contact=jan)
        builders.won(deal, by=carla, at=long_ago)

        assert due(rule, now) == []

    def test_nobody_of_whom_we_know_no_moment(self, rule, jan, now):
        organization = Deal.objects.get().organization
        organization.affiliations.create(contact=Contact.objects.create(name="Piet"))

        assert due(rule, now) == ["Jan de Wit"]


class TestAnonymising:
    def test_takes_away_who_they_are_and_what_was_said(self, rule, jan, anna, now):
        ExternalId.objects.create(
            system="old", label="crm.contact", external_id="7", object_id=jan.pk, digest=""
        )
        RetentionRule.objects.ask(1, by=anna, at=now)
        work(now)

        jan.refresh_from_db()
        assert (jan.name, jan.language, jan.anonymised_at) == (f"Anon. {jan.pk}", "", now)
        assert not ContactPoint.objects.exists()
        assert not Note.objects.exists()
        assert not ExternalId.objects.exists()
        said = Interaction.objects.get()
        assert (said.subject, said.text, said.contact) == ("–", "", jan)
        assert Deal.objects.get().contact == jan
        assert due(rule, now) == []

    def test_the_logbook_says_how_many_and_nothing_of_whom(self, rule, jan, anna, now):
        RetentionRule.objects.ask(1, by=anna, at=now)
        work(now)

        [line, *_] = LogEntry.objects.about(rule).newest_first()
        assert story.line(line) == "1 contact was anonymised: silent for 24 months."
        assert line.details == {"count": 1, "months": 24}
        assert line.actor == anna.user

    def test_whoever_was_merged_into_them_goes_along(self, rule, jan, anna, long_ago, now):
        other = Contact.objects.create(name="J. de Wit", language="English")
        Deal.objects.update(contact=other)
        jan.begin(Deal.objects.get().organization, "Buyer", by=anna, at=long_ago)
        jan.absorb(other, version=1, other_version=1, by=anna, at=long_ago)

        RetentionRule.objects.ask(1, by=anna, at=now)
        work(now)

        names = {contact.name for contact in Contact.everything.all()}
        assert names == {f"Anon. {jan.pk}", f"Anon. {other.pk}"}
        record = MergeRecord.objects.get()
        assert (record.old, record.new) == ({}, {})

    def test_nothing_is_written_of_them_any_more(self, rule, jan, anna, now):
        RetentionRule.objects.ask(1, by=anna, at=now)
        work(now)
        jan.refresh_from_db()

        with pytest.raises(CustomerError):
            jan.edit({"name": "Jan"}, version=jan.version, by=anna, at=now)
        with pytest.raises(CustomerError):
            jan.add_point("email", "jan@acme.example", "work", by=anna, at=now)
        other = Contact.objects.create(name="Piet")
        with pytest.raises(CustomerError):
            other.absorb(jan, version=1, other_version=jan.version, by=anna, at=now)

    def test_very_many_are_done_by_several_jobs(self, rule, pipeline, anna, long_ago, now):
        for number in range(OF_A_JOB + 1):
            contact = Contact.objects.create(name=str(number))
            builders.deal(pipeline, by=anna, at=long_ago, contact=contact)
        stage = pipeline.stages.get(category="won")
        Deal.objects.update(stage=stage, outcome="won", closed_at=long_ago)

        RetentionRule.objects.ask(OF_A_JOB + 1, by=anna, at=now)
        work(now)

        assert Contact.objects.filter(anonymised_at=None).count() == 0
        [line, *_] = LogEntry.objects.about(rule).newest_first()
        assert line.details["count"] == OF_A_JOB + 1

    def test_who_comes_into_contact_meanwhile_stays(self, rule, jan, pipeline, anna, now):
        RetentionRule.objects.ask(1, by=anna, at=now)
        builders.deal(pipeline, by=anna, at=now, contact=jan)
        work(now)

        jan.refresh_from_db()
        assert jan.name == "Jan de Wit"
        assert not LogEntry.objects.filter(kind="crm.retention.contacts-anonymised").exists()

    def test_stops_where_the_rule_was_changed_or_whoever_asked_left(
        self, rule, jan, anna, bram, now
    ):
        RetentionRule.objects.ask(1, by=anna, at=now)
        anna.leave(by=None, at=now)
        work(now)
        RetentionRule.objects.ask(1, by=bram, at=now + timedelta(minutes=1))
        RetentionRule.objects.agree(12, seen=1, by=bram, at=now)
        work(now)

        jan.refresh_from_db()
        assert jan.anonymised_at is None

    def test_is_asked_once(self, rule, jan, anna, now):
        RetentionRule.objects.ask(1, by=anna, at=now)

        with pytest.raises(RetentionError, match="already"):
            RetentionRule.objects.ask(1, by=anna, at=now)

    def test_of_another_list_than_was_shown_nobody_is_anonymised(self, rule, jan, anna, now):
        with pytest.raises(StaleRetention):
            RetentionRule.objects.ask(2, by=anna, at=now)

    def test_of_nobody_it_is_not_asked(self, rule, anna, now):
        with pytest.raises(RetentionError, match="nobody"):
            RetentionRule.objects.ask(0, by=anna, at=now)

    def test_without_a_rule_it_is_not_asked(self, jan, anna, now):
        with pytest.raises(RetentionError, match="how long"):
            RetentionRule.objects.ask(1, by=anna, at=now)


class TestWhoWasAnonymised:
    """Nothing new is linked to them, through whichever door."""

    @pytest.fixture
    def gone(self, rule, jan, anna, now):
        RetentionRule.objects.ask(1, by=anna, at=now)
        work(now)
        jan.refresh_from_db()
        return jan

    @pytest.fixture
    def deal(self, gone):
        return Deal.objects.get(contact=gone)

    NOBODY = "Nobody knows any more who this was."

    def test_has_no_new_deal(self, gone, pipeline, anna, now):
        with pytest.raises(StaleDeal, match=self.NOBODY):
            builders.deal(pipeline, by=anna, at=now, contact=gone)
        assert Deal.objects.count() == 1

    def test_is_not_met_by_the_name_that_they_have_now(self, gone, deal, pipeline, anna, now):
        other = builders.deal(pipeline, by=anna, at=now, customer="Acme")
        gone.affiliations.create(organization=other.organization)

        other.edit({"contact": gone.name}, version=1, by=anna, at=now)

        assert other.contact not in {None, gone}

    def test_does_not_come_back_by_an_undo(self, pipeline, rule, jan, anna, now, long_ago):
        deal = Deal.objects.get(contact=jan)
        line = deal.edit({"contact": ""}, version=deal.version, by=anna, at=long_ago)
        jan.affiliations.create(organization=deal.organization)
        RetentionRule.objects.ask(1, by=anna, at=now)
        work(now)

        with pytest.raises(StaleDeal, match=self.NOBODY):
            take_back(line, by=anna, at=now)
        deal.refresh_from_db()
        assert deal.contact is None

    def test_said_and_is_asked_nothing_more(self, gone, deal, annas, anna, now):
        words = {"channel": "phone", "direction": "in", "text": "Hello", "contact": gone.pk}
        page = annas.post(f"/teams/rijnmond/deals/{deal.number}/interactions/", words)
        answer = send(annas, "post", f"/deals/{deal.number}/interactions/", words)

        assert (page.status_code, answer.status_code) == (409, 409)
        assert self.NOBODY in page.content.decode()
        assert answer.json()["detail"] == self.NOBODY
        said = builders.said(deal, by=anna, at=now)
        with pytest.raises(StaleWork, match=self.NOBODY):
            said.edit({"contact": gone}, version=1, by=anna, at=now)
        assert Interaction.objects.filter(contact=gone).count() == 1

    def test_has_no_new_activity_and_no_note(self, gone, annas):
        plan = {"kind": "call", "title": "Call", "due_on": "2026-12-01", "contact": gone.pk}
        told = send(annas, "post", "/activities/", plan)
        noted = send(annas, "post", "/notes/", {"text": "Tea", "contact": gone.pk})

        assert [(one.status_code, one.json()["detail"]) for one in (told, noted)] == [
            (409, self.NOBODY)
        ] * 2
        assert not Activity.objects.exists()
        assert not Note.objects.exists()

    def test_works_nowhere_new(self, gone, pipeline, anna, now):
        there = builders.deal(pipeline, by=anna, at=now, customer="Zinc").organization

        with pytest.raises(StaleCustomer, match=self.NOBODY):
            gone.begin(there, "Buyer", by=anna, at=now)
        assert not there.affiliations.exists()

    def test_is_not_reached_and_not_renamed(self, gone, annas, anna, now):
        with pytest.raises(StaleCustomer):
            gone.add_point("email", "jan@acme.example", "work", by=anna, at=now)
        with pytest.raises(StaleCustomer):
            gone.edit({"name": "Jan"}, version=gone.version, by=anna, at=now)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_say_it_at_once_one_is_told(anna, bram, now):
    agree = RetentionRule.objects.agree
    said = at_once(
        [partial(agree, months, seen=0, by=by, at=now) for months, by in ((24, anna), (36, bram))]
    )

    assert {type(each) for each in said} == {RetentionRule, StaleRetention}
    assert RetentionRule.objects.count() == 1


class TestThePage:
    def test_keeps_a_rule_shows_whom_it_is_about_and_anonymises_them(self, annas, jan, now):
        page = annas.post(PAGE, {"months": 24, "seen": 0}, follow=True).content.decode()
        assert "Jan de Wit" in page
        assert "1 contact" in page

        page = annas.post(ANONYMISATION, {"count": 1, "sure": "on"}, follow=True).content.decode()
        assert "being anonymised" in page
        work(now)

        assert "Nobody." in annas.get(PAGE).content.decode()
        page = annas.get(f"/teams/rijnmond/contacts/{jan.pk}/").content.decode()
        assert "was anonymised" in page
        assert "Jan" not in page
        assert "de Wit" not in annas.get("/teams/rijnmond/search/?q=Jan").content.decode()

    def test_asks_whether_somebody_is_sure(self, annas, rule, jan):
        answer = annas.post(ANONYMISATION, {"count": 1})

        assert answer.status_code == 422
        assert not Job.objects.filter(kind="crm.anonymise").exists()

    def test_another_list_is_shown_once_more(self, annas, rule, jan):
        answer = annas.post(ANONYMISATION, {"count": 2, "sure": "on"})

        assert answer.status_code == 409
        assert "The list has changed" in answer.content.decode()

    def test_who_comes_second_keeps_what_they_typed(self, annas, rule):
        answer = annas.post(PAGE, {"months": 36, "seen": 0})

        assert answer.status_code == 409
        page = answer.content.decode()
        assert "a moment ago" in page
        assert 'value="36"' in page

    def test_a_number_that_is_none_is_sent_back(self, annas):
        assert annas.post(PAGE, {"months": 3, "seen": 0}).status_code == 422

    @pytest.mark.parametrize("many", [1, 4])
    def test_costs_the_same_however_many(
        self, annas, rule, pipeline, anna, long_ago, django_assert_max_num_queries, many
    ):
        for number in range(many):
            contact = Contact.objects.create(name=str(number))
            deal = builders.deal(
                pipeline, by=anna, at=long_ago, contact=contact, amount=Decimal(number)
            )
            builders.won(deal, by=anna, at=long_ago)

        with django_assert_max_num_queries(25):
            annas.get(PAGE)


class TestTheApi:
    def test_reads_keeps_and_anonymises(self, annas, jan, now):
        empty = annas.get(f"{API}/retention/").json()
        assert (empty["months"], empty["version"], empty["count"]) == (None, 0, 0)

        told = send(annas, "put", "/retention/", {"months": 24, "seen": 0}).json()
        assert (told["months"], told["version"], told["count"]) == (24, 1, 1)
        assert [each["name"] for each in told["results"]] == ["Jan de Wit"]

        asked = send(annas, "post", "/retention/anonymisation/", {"count": 1})
        assert (asked.status_code, asked.json()["is_at_work"]) == (202, True)
        work(now)
        after = annas.get(f"{API}/retention/").json()
        assert (after["count"], after["is_at_work"]) == (0, False)

    def test_who_comes_second_gets_both(self, annas, rule):
        late = send(annas, "put", "/retention/", {"months": 36, "seen": 0})

        assert late.status_code == 409
        assert (late.json()["yours"]["months"], late.json()["theirs"]["months"]) == (36, 24)

    def test_a_manager_reads_nothing_of_it(self, mias, rule, jan):
        assert mias.get(f"{API}/retention/").status_code == 404
