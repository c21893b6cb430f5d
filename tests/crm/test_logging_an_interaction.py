"""Writing down what was said with a customer, correcting it, removing it and putting it back."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.messages import get_messages
from django.db import IntegrityError, transaction

from crm.models import Affiliation, Contact, Interaction, Organization, StaleWork, WorkError
from crm.models.interaction import contacts_of
from crm.work_forms import EditInteraction, LogInteraction
from teams.models import LogEntry
from tests import builders
from tests.builders import said

pytestmark = pytest.mark.usefixtures("stopped_clock")

URL = "/teams/rijnmond/deals/1/"
API = "/api/v1/teams/rijnmond/deals/1/interactions/"
HOUR = timedelta(hours=1)


def words(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


def offered(form):
    return [name for key, name in form.fields["contact"].choices if key]


@pytest.fixture
def call(deal, anna, now):
    """Jan called an hour ago."""
    return said(deal, by=anna, at=now, occurred_at=now - HOUR, text="Where is it?")


class TestTheRule:
    def test_what_was_said_is_kept_and_the_logbook_knows_no_word_of_it(self, deal, anna, now):
        one = said(
            deal, by=anna, at=now, subject=" A\nquestion ", text="Is it\r\n  there?\u202e \n"
        )

        assert (one.subject, one.text) == ("A question", "Is it\n  there?")
        assert (one.occurred_at, one.by, one.team) == (now, anna.user, anna.team)
        entry = LogEntry.objects.about(one).get()
        assert entry.kind == "crm.interaction.logged"
        assert entry.details == {
            "deal": "Wi-Fi in the yard",
            "number": 1,
            "channel": "phone",
            "direction": "in",
            "since": now.isoformat().replace("+00:00", "Z"),
        }

    def test_it_may_have_happened_long_ago_but_not_be_still_to_come(self, deal, anna, now):
        long_ago = datetime(1999, 12, 31, 23, 59, tzinfo=UTC)

        assert said(deal, by=anna, at=now, occurred_at=long_ago).occurred_at == long_ago
        with pytest.raises(WorkError, match="still to come"):
            said(deal, by=anna, at=now, occurred_at=now + timedelta(seconds=1))

    @pytest.mark.parametrize("nothing", ["", " \n\t\n", "\u200b\n\u200b"])
    def test_without_a_word_about_it_it_is_refused(self, deal, anna, now, nothing):
        with pytest.raises(WorkError, match="in a few words"):
            said(deal, by=anna, at=now, subject=nothing, text=nothing)

        assert not Interaction.objects.exists()

    def test_it_was_with_somebody_of_this_customer(self, pipeline, anna, now):
        deal = builders.deal(pipeline, by=anna, at=now, customer="Acme")
        acme = Organization.objects.get()
        jan, piet, eva = (Contact.objects.create(name=name) for name in ("Jan", "Piet", "Eva"))
        Affiliation.objects.create(contact=jan, organization=acme)
        Affiliation.objects.create(contact=piet, organization=acme, until_on="2026-01-01")

        assert said(deal, by=anna, at=now, contact=jan).contact == jan
        for other in (piet, eva):
            with pytest.raises(WorkError, match="another customer"):
                said(deal, by=anna, at=now, contact=other)

    def test_who_was_anonymised_is_not_offered(self, pipeline, anna, now):
        jan, eva = (Contact.objects.create(name=name) for name in ("Jan", "Eva"))
        builders.deal(pipeline, by=anna, at=now, contact=jan)
        deal = builders.deal(pipeline, by=anna, at=now, contact=eva)
        Contact.objects.filter(pk=jan.pk).update(anonymised_at=now)

        assert offered(LogInteraction(deal=deal, at=now)) == ["Eva"]
        deal.contact = jan
        assert offered(LogInteraction(deal=deal, at=now)) == []

    def test_who_is_of_no_organization_is_not_at_a_customer_of_no_name(self, deal, anna, now):
        Contact.objects.create(name="Eva")

        assert not contacts_of(deal).exists()

    def test_the_database_keeps_it_within_the_team(self, call, other_team):
        def take_it_over():
            with transaction.atomic():
                Interaction.objects.update(team=other_team)
                transaction.get_connection().check_constraints()

        with pytest.raises(IntegrityError, match="interaction_is_the_teams"):
            take_it_over()


class TestCorrecting:
    def test_what_changed_is_kept(self, call, bram, now):
        entry = call.edit({"direction": "out", "text": "It is there"}, version=1, by=bram, at=now)

        call.refresh_from_db()
        assert (call.direction, call.text, call.version) == ("out", "It is there", 2)
        assert entry.kind == "crm.interaction.edited"
        assert "It is there" not in str(entry.details)

    def test_nothing_new_writes_nothing(self, call, bram, now):
        assert call.edit({"text": " Where is it?\n"[1:]}, version=9, by=bram, at=now) is None

    def test_an_older_version_is_refused(self, call, anna, bram, now):
        call.edit({"text": "Annas"}, version=1, by=anna, at=now)

        with pytest.raises(StaleWork):
            call.edit({"text": "Brams"}, version=1, by=bram, at=now)

        assert Interaction.objects.get().text == "Annas"

    def test_whom_it_was_said_with_stays_whatever_became_of_them(self, deal, anna, now):
        jan = Contact.objects.create(name="Jan")
        deal.contact = jan
        call = said(deal, by=anna, at=now, contact=jan)
        Contact.objects.filter(pk=jan.pk).update(anonymised_at=now)

        assert offered(EditInteraction.about(call, at=now)) == ["Jan"]
        deal.contact = None
        assert offered(EditInteraction.about(call, at=now)) == ["Jan"]

    def test_what_was_removed_is_not_corrected(self, call, anna, bram, now):
        call.remove(version=1, by=anna, at=now)

        with pytest.raises(StaleWork):
            call.edit({"text": "Brams"}, version=2, by=bram, at=now)


class TestRemoving:
    def test_it_is_gone_and_can_be_put_back(self, call, deal, anna, now):
        call.remove(version=1, by=anna, at=now)
        assert not deal.interactions.there().exists()

        call.put_back(by=anna, at=now)

        assert deal.interactions.there().get() == call
        kinds = LogEntry.objects.about(call).newest_first().values_list("kind", flat=True)
        assert list(kinds[:2]) == ["crm.interaction.returned", "crm.interaction.removed"]

    def test_what_somebody_corrected_meanwhile_stays(self, call, anna, bram, now):
        call.edit({"text": "Brams"}, version=1, by=bram, at=now)

        with pytest.raises(StaleWork):
            call.remove(version=1, by=anna, at=now)

    def test_what_is_there_is_not_put_back(self, call, anna, now):
        with pytest.raises(StaleWork, match="already"):
            call.put_back(by=anna, at=now)


class TestThePage:
    def send(self, client, path="interactions/", **changes):
        sent = {"direction": "in", "channel": "email", "text": "Hello"}
        return client.post(URL + path, sent | changes)

    def test_what_was_said_stands_on_top_of_the_stream(self, annas, deal, anna, now):
        answer = self.send(annas, text="Wi-Fi <b>please</b>", occurred_at="2026-11-23T09:30")

        assert (answer.status_code, answer.url) == (302, URL)
        assert words(answer) == ["A mail came in."]
        assert (
            Interaction.objects.get().occurred_at == now - HOUR / 2
        )  # nine o'clock in UTC is ten in the team
        page = annas.get(URL)
        assert [told.line for told in page.context["stream"].lines] == [
            "Wi-Fi in the yard is new in Contact.",
            "A mail came in",
        ]
        assert "Wi-Fi &lt;b&gt;please&lt;/b&gt;" in page.content.decode()

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("direction", ""),
            ("channel", "pigeon"),
            ("contact", "1"),
            ("subject", "x" * 201),
            ("text", ""),
            ("text", "\u200b"),
            ("text", "x" * 10_001),
            ("text", "a\0b"),
            ("occurred_at", "2026-11-23T10:01"),
            ("occurred_at", "2026-03-29T02:30"),  # the clock jumps over it
            ("occurred_at", "2026-10-25T02:30"),  # the clock shows it twice
            ("occurred_at", "1989-12-31T12:00"),
            ("occurred_at", "12 o'clock"),
        ],
    )
    def test_nonsense_comes_back_with_the_word_beside_its_field(self, annas, deal, field, value):
        answer = self.send(annas, **{field: value})

        assert answer.status_code == 422
        assert set(answer.context["interaction_form"].errors) == {field}
        assert not Interaction.objects.exists()

    def test_a_correction_begins_with_what_stands_there(self, annas, call):
        page = annas.get(f"{URL}?interaction={call.pk}")

        html = page.content.decode()
        assert "Where is it?</textarea>" in html
        assert 'value="2026-11-23T09:00"' in html

    @pytest.mark.parametrize("key", ["0", "x", "9" * 30])
    def test_what_nobody_wrote_is_not_corrected(self, annas, deal, key):
        assert annas.get(f"{URL}?interaction={key}").status_code == 404

    def test_a_correction_keeps_the_second(self, annas, call, now):
        Interaction.objects.update(occurred_at=now - timedelta(seconds=30))
        sent = {"version": 1, "occurred_at": "2026-11-23T09:59", "text": "Where?"}

        answer = self.send(annas, f"interactions/{call.pk}/", **sent)

        call.refresh_from_db()
        assert (answer.status_code, call.text) == (302, "Where?")
        assert call.occurred_at == now - timedelta(seconds=30)

    def test_who_comes_second_sees_yours_and_theirs(self, annas, call, bram, now):
        theirs = {"text": "Brams", "direction": "out", "occurred_at": now - 2 * HOUR}
        call.edit(theirs, version=1, by=bram, at=now)

        sent = {"version": 1, "channel": "phone", "occurred_at": "2026-11-23T09:00"}
        answer = self.send(annas, f"interactions/{call.pk}/", **sent)

        assert answer.status_code == 409
        errors = answer.context["edited"].errors
        assert errors["text"] == ["It now says: Brams"]
        assert errors["direction"] == ["It now says: We, to the customer"]
        assert errors["occurred_at"] == ["It now says: Nov. 23, 2026, 8 a.m."]
        html = " ".join(answer.content.decode().split())
        assert 'name="version" value="2"' in html
        assert "Hello</textarea>" in html

    def test_a_removal_can_be_undone(self, annas, call):
        answer = annas.post(f"{URL}interactions/{call.pk}/removal/", {"version": 1})

        (message,) = get_messages(answer.wsgi_request)
        assert str(message) == "Removed: A call came in."
        back = annas.post(message.extra_tags.removeprefix("undo:"))

        told = ["Removed: A call came in.", "What was said with Wi-Fi in the yard is back."]
        assert words(back) == told
        assert Interaction.objects.there().get() == call

    @pytest.mark.parametrize(("version", "why"), [("9", "a moment ago"), ("x", "whole number")])
    def test_what_was_not_on_screen_is_not_removed(self, annas, call, version, why):
        answer = annas.post(f"{URL}interactions/{call.pk}/removal/", {"version": version})

        assert why in words(answer)[0]
        assert Interaction.objects.there().exists()

    def test_a_manager_sees_that_something_was_said_and_no_word_of_it(self, mias, call):
        page = mias.get(f"{URL}?interaction={call.pk}")

        html = page.content.decode()
        assert "A call came in" in html
        assert "Where is it?" not in html
        assert "Anna" not in html
        assert 'id="compose"' not in html

    def test_the_stream_has_pages(self, annas, deal, anna, now):
        for number in range(60):
            said(deal, by=anna, at=now, text=f"word {number}", occurred_at=now - number * HOUR)

        first = annas.get(URL).context["stream"]
        second = annas.get(f"{URL}{first.older_url}").context["stream"]

        assert (len(first.lines), first.newer_url, first.older_url) == (50, "", "?page=2")
        assert (len(second.lines), second.newer_url, second.older_url) == (11, "?page=1", "")
        assert not {told.at for told in first.lines} & {told.at for told in second.lines}

    @pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 30, "٣"])
    def test_a_page_that_is_none_is_the_first(self, annas, deal, page):
        assert len(annas.get(URL, {"page": page}).context["stream"].lines) in {0, 1}

    @pytest.mark.parametrize("many", [1, 5])
    def test_costs_the_same_however_much_was_said(
        self, annas, deal, anna, now, django_assert_num_queries, many
    ):
        for _ in range(many):
            said(deal, by=anna, at=now)

        # One for what was said beside what a page of a deal costs anyway.
        with django_assert_num_queries(24):
            annas.get(URL)


class TestTheApi:
    def send(self, client, method="post", path="", **body):
        call = getattr(client, method)
        return call(f"{API}{path}", body, content_type="application/json")

    def test_what_was_said(self, annas, deal, anna):
        answer = self.send(
            annas,
            channel="email",
            direction="out",
            subject="Received",
            is_automated=True,
            occurred_at="2026-11-23T09:59:59+01:00",
        )

        assert answer.status_code == 201
        (kept,) = annas.get(API).json()["results"]
        assert kept == answer.json()
        assert kept == {
            "id": Interaction.objects.get().pk,
            "channel": "email",
            "direction": "out",
            "occurred_at": "2026-11-23T09:59:59+01:00",
            "is_automated": True,
            "contact": None,
            "subject": "Received",
            "text": "",
            "by": {"id": anna.user.pk, "name": "Anna"},
            "version": 1,
        }

    def test_a_manager_reads_when_and_how_and_no_more(self, mias, call):
        (kept,) = mias.get(API).json()["results"]

        assert kept == {
            "id": call.pk,
            "channel": "phone",
            "direction": "in",
            "occurred_at": "2026-11-23T09:00:00+01:00",
            "is_automated": False,
            "version": 1,
        }

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("occurred_at", "2026-11-23T09:59:59"),
            ("occurred_at", "1989-11-23T09:59:59Z"),
            ("channel", "pigeon"),
            ("contact", 1),
            ("text", "x" * 10_001),
            ("is_automated", "perhaps"),
            ("mood", "good"),
        ],
    )
    def test_nonsense_is_named(self, annas, deal, field, value):
        body = {"channel": "email", "direction": "in", "text": "Hello"} | {field: value}

        answer = self.send(annas, **body)

        assert (answer.status_code, list(answer.json())) == (400, [field])

    def test_what_is_still_to_come_is_refused(self, annas, deal):
        answer = self.send(
            annas, channel="email", direction="in", text="x", occurred_at="2026-11-23T09:00:01Z"
        )

        assert answer.status_code == 409

    def test_who_comes_second_gets_both_back(self, annas, call, bram, now):
        call.edit({"text": "Brams"}, version=1, by=bram, at=now)

        answer = self.send(annas, "patch", f"{call.pk}/", text="Annas", version=1)

        assert answer.status_code == 409
        assert answer.json()["yours"]["text"] == "Annas"
        assert answer.json()["theirs"]["text"] == "Brams"

    def test_a_correction_a_removal_and_the_way_back(self, annas, call):
        assert self.send(annas, "patch", f"{call.pk}/", text="Hi", version=1).json()["version"] == 2
        assert self.send(annas, path=f"{call.pk}/removal/", version=2).status_code == 200
        assert annas.get(API).json()["results"] == []
        assert self.send(annas, path=f"{call.pk}/return/").status_code == 200
        assert annas.get(API).json()["results"][0]["text"] == "Hi"
