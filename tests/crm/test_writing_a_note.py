"""Notes of the team: written, read by whom they mention, edited, removed and put back."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.db import IntegrityError, transaction

from crm.markdown import MOST_SIGNS, mentioned_in, shown
from crm.models import Contact, Mention, Note, Organization, StaleWork, WorkError
from teams import duties
from teams.models import Job, LogEntry, OutgoingMail, User
from tests import builders
from tests.builders import noted

pytestmark = pytest.mark.usefixtures("stopped_clock")

TEAM = "/teams/rijnmond/"
URL = f"{TEAM}deals/1/"
API = "/api/v1/teams/rijnmond/notes/"
HOUR = timedelta(hours=1)


def words(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


@pytest.fixture
def note(deal, anna, now):
    return noted(deal, "They *hate* paper", by=anna, at=now - HOUR)


@pytest.fixture
def asking(deal, anna, bram, now):
    """A note of Anna's that asks Bram to read it."""
    return noted(deal, "Ask @Bram about the yard", by=anna, at=now)


def mails(now):
    for job in Job.objects.filter(kind="crm.tell_mention", state="due"):
        Job.objects.claim(job.pk).run(at=now)
    return sorted(OutgoingMail.objects.values_list("recipient", flat=True))


class TestTheRule:
    def test_a_note_is_kept_and_the_logbook_knows_no_word_of_it(self, deal, anna, now):
        note = noted(deal, "\nThey hate\u202e paper \r\n", by=anna, at=now)

        assert (note.text, note.by, note.team, note.written_at) == (
            "They hate paper",
            anna.user,
            anna.team,
            now,
        )
        entry = LogEntry.objects.about(note).get()
        assert entry.kind == "crm.note.written"
        assert entry.details == {
            "about": "Wi-Fi in the yard",
            "deal": "Wi-Fi in the yard",
            "number": 1,
        }

    def test_it_is_about_a_deal_or_an_organization_or_a_contact(self, team, deal, anna, now):
        acme, jan = Organization.objects.named("Acme"), Contact.objects.create(name="Jan")

        for thing, name in ((acme, "organization"), (jan, "contact")):
            note = Note.objects.write(team, "x", by=anna, at=now, **{name: thing})
            assert note.about == str(thing)
        for things in ({}, {"deal": deal, "contact": jan}):
            with pytest.raises(WorkError, match="which deal"):
                Note.objects.write(team, "x", by=anna, at=now, **things)

    @pytest.mark.parametrize("nothing", ["", " \n\t\n", "\u200b"])
    def test_without_a_word_it_is_refused(self, deal, note, anna, now, nothing):
        with pytest.raises(WorkError, match="a few words"):
            noted(deal, nothing, by=anna, at=now)
        with pytest.raises(WorkError, match="a few words"):
            note.edit({"text": nothing}, version=1, by=anna, at=now)

    def test_the_database_keeps_it_within_the_team(self, note, other_team):
        with pytest.raises(IntegrityError, match="note_is_the_teams"), transaction.atomic():
            Note.objects.update(team=other_team)

    def test_the_database_keeps_a_mention_with_its_note(self, asking, other_team):
        with pytest.raises(IntegrityError, match="mention_is_the_teams"), transaction.atomic():
            Mention.objects.update(team=other_team)

    def test_what_changed_is_kept(self, note, bram, now):
        entry = note.edit({"text": "They love it", "is_pinned": True}, version=1, by=bram, at=now)

        assert (note.text, note.is_pinned, note.version) == ("They love it", True, 2)
        assert (note.edited_at, entry.kind) == (now, "crm.note.edited")
        assert "love" not in str(entry.details)

    def test_pinning_is_no_edit_of_the_text(self, note, bram, now):
        note.edit({"is_pinned": True}, version=1, by=bram, at=now)

        assert note.edited_at is None

    def test_nothing_new_writes_nothing(self, note, bram, now):
        assert note.edit({"text": "They *hate* paper\n"}, version=9, by=bram, at=now) is None

    def test_who_comes_second_is_refused(self, note, anna, bram, now):
        note.edit({"text": "Annas"}, version=1, by=anna, at=now)

        with pytest.raises(StaleWork):
            note.edit({"text": "Brams"}, version=1, by=bram, at=now)
        with pytest.raises(StaleWork):
            note.remove(version=1, by=bram, at=now)
        assert Note.objects.there().get().text == "Annas"

    def test_it_is_removed_and_put_back_once(self, note, anna, now):
        note.remove(version=1, by=anna, at=now)
        assert not Note.objects.there().exists()

        note.put_back(by=anna, at=now)

        assert Note.objects.there().get() == note
        with pytest.raises(StaleWork, match="already"):
            note.put_back(by=anna, at=now)


class TestMentions:
    @pytest.fixture
    def crew(self):
        names = ("Anna de Vries", "Bram", "Çelik O’Neill", "Kim Li", "Kim Bos")
        return [User(pk=number, name=name) for number, name in enumerate(names, 1)]

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("@Bram", ["Bram"]),
            ("(@bram), please", ["Bram"]),
            ("ask **@BRAM** and @Bram", ["Bram"]),
            ("@Anna de Vries", ["Anna de Vries"]),
            ("@Anna de Vriesje and you", ["Anna de Vries"]),  # her first name is hers alone
            ("@Anna", ["Anna de Vries"]),
            ("@Kim", []),  # two are called so
            ("@Kim Li", ["Kim Li"]),
            ("@Çelik O’Neill", ["Çelik O’Neill"]),
            ("@Bramley @Bram_", []),
            ("mail info@Bram or info.@Bram", []),
            ("`@Bram` is code", []),
            ("[x](http://example.com/@Bram)", []),
            ("@nobody @ @@", []),
            ("@Kim Li @Bram", ["Kim Li", "Bram"]),
        ],
    )
    def test_who_is_meant(self, crew, text, found):
        assert [person.name for person in mentioned_in(text, crew)] == found

    def test_the_longest_name_wins(self):
        short, long = (User(pk=pk, name=n) for pk, n in ((1, "Anna"), (2, "Anna de Vries")))

        assert mentioned_in("@Anna de Vries", [short, long]) == [long]
        assert mentioned_in("@Anna de", [short, long]) == [short]

    def test_whom_it_mentions_has_a_duty_until_it_was_read(self, asking, anna, bram, team, now):
        (duty,) = duties.of(bram.user, team, day=now.date())
        assert duty.what == "Read a note that mentions you"
        assert (duty.about, duty.due_on, duty.is_late) == ("Wi-Fi in the yard", now.date(), False)
        assert duty.url == f"{TEAM}notes/{asking.pk}/"
        assert duties.of(anna.user, team, day=now.date()) == []
        lines = LogEntry.objects.count()

        asking.has_been_read(by=anna, at=now)
        assert Mention.objects.get().read_at is None
        asking.has_been_read(by=bram, at=now)

        assert Mention.objects.get().read_at == now
        assert duties.of(bram.user, team, day=now.date()) == []
        assert LogEntry.objects.count() == lines

    def test_a_note_in_the_bin_asks_nobody(self, asking, bram, anna, team, now):
        asking.remove(version=1, by=anna, at=now)

        assert duties.of(bram.user, team, day=now.date()) == []
        assert mails(now) == []

    def test_a_note_about_a_deleted_deal_asks_nobody(self, asking, deal, bram, anna, team, now):
        deal.discard(by=anna, at=now)

        assert duties.of(bram.user, team, day=now.date()) == []
        assert not team.notes.there().exists()

    def test_one_mail_with_a_link_and_no_word_of_the_note(self, asking, now):
        assert mails(now) == ["bram@example.com"]

        mail = OutgoingMail.objects.get()
        assert f"{TEAM}notes/{asking.pk}/" in mail.text
        assert "yard" not in mail.text + mail.subject
        assert mail.subject == "A note mentions you"

    def test_the_mail_speaks_the_language_of_its_reader(self, asking, bram, now):
        bram.user.edit(name="Bram", language="nl", is_reminded=True, at=now)

        mails(now)

        assert OutgoingMail.objects.get().text.startswith("Hallo Bram,")

    def test_what_one_writes_to_oneself_is_no_duty_and_no_mail(self, deal, anna, team, now):
        noted(deal, "@Anna: remember", by=anna, at=now)

        assert duties.of(anna.user, team, day=now.date()) == []
        assert mails(now) == []

    def test_editing_tells_only_who_is_new_in_it(self, asking, anna, bram, team, now):
        builders.member("Dora", team, at=now)
        assert mails(now) == ["bram@example.com"]

        asking.edit({"text": "@Bram and @Dora"}, version=1, by=anna, at=now)

        assert mails(now) == ["bram@example.com", "dora@example.com"]

    def test_who_is_mentioned_no_more_is_asked_no_more(self, asking, anna, bram, team, now):
        asking.edit({"text": "Never mind"}, version=1, by=anna, at=now)

        assert not Mention.objects.exists()
        assert mails(now) == []

    def test_who_left_the_team_gets_no_mail(self, asking, bram, now):
        bram.leave(by=None, at=now)

        assert mails(now) == []

    def test_nobody_of_another_team_is_meant(self, deal, anna, carla, mia, now):
        noted(deal, "@Carla @Mia", by=anna, at=now)

        assert not Mention.objects.exists()


class TestMarkdown:
    @pytest.mark.parametrize(
        ("text", "html"),
        [
            ("**a** *b*", "<p><strong>a</strong> <em>b</em></p>\n"),
            ("a\nb", "<p>a<br>\nb</p>\n"),
            ("# a", "<p><strong>a</strong></p>\n"),
            ("<b>a</b>", "<p>&lt;b&gt;a&lt;/b&gt;</p>\n"),
            ("<script>a</script>", "<p>&lt;script&gt;a&lt;/script&gt;</p>\n"),
            ("![a](http://e.nl/a.png)", '<p>!<a href="http://e.nl/a.png" rel="nofollow noopener'
             ' noreferrer">a</a></p>\n'),
            ("[a](javascript:alert(1))", "<p>[a](javascript:alert(1))</p>\n"),
            ("[a](data:text/html,x)", "<p>[a](data:text/html,x)</p>\n"),
            ("[a](ftp://e.nl)", '<p><a rel="nofollow noopener noreferrer">a</a></p>\n'),
            ('[a](http://e.nl "onclick=x")', '<p><a href="http://e.nl" rel="nofollow noopener'
             ' noreferrer">a</a></p>\n'),
            ("- a", "<ul>\n<li>a</li>\n</ul>\n"),
            ("```html\n<i>\n```", "<pre><code>&lt;i&gt;\n</code></pre>\n"),
        ],
    )  # fmt: skip
    def test_what_is_shown(self, text, html):
        assert shown(text) == html

    def test_who_is_mentioned_is_marked_and_cannot_be_forged(self):
        nasty = User(pk=1, name="<b>Anna & Co")

        assert shown("@<b>Anna & Co, *hi*", [nasty]) == (
            '<p><span class="mention">@&lt;b&gt;Anna &amp; Co</span>, <em>hi</em></p>\n'
        )
        assert "mention" not in shown("`@Anna` @Bram", [User(pk=1, name="Anna")])

    @pytest.mark.parametrize("sign", ["[", "*a ", "<", "&"])
    def test_what_would_take_long_is_shown_as_it_was_typed(self, sign):
        text = sign * MOST_SIGNS + "[ <i> @Bram"

        assert "&lt;i&gt;" in shown(text)
        assert "<em>" not in shown(text)
        assert mentioned_in(text, [User(pk=1, name="Bram")])


class TestThePage:
    def test_a_note_stands_in_the_stream(self, annas, deal, bram):
        answer = annas.post(f"{URL}notes/", {"text": "*Ask* @Bram <b>"})

        assert (answer.status_code, answer.url) == (302, URL)
        assert words(answer) == ["The note is kept."]
        html = annas.get(URL).content.decode()
        assert '<em>Ask</em> <span class="mention">@Bram</span> &lt;b&gt;' in html

    def test_what_is_pinned_stands_on_top(self, annas, deal, anna, now):
        noted(deal, "old", by=anna, at=now - 2 * HOUR)
        first = noted(deal, "older", by=anna, at=now - 3 * HOUR)
        first.edit({"is_pinned": True}, version=1, by=anna, at=now)

        lines = annas.get(URL).context["stream"].lines

        assert [told.at for told in lines] == [now - 3 * HOUR, now, now - 2 * HOUR]

    @pytest.mark.parametrize("text", ["", "\u200b", "x" * 10_001, "a\0b"])
    def test_nonsense_comes_back_with_the_word_beside_its_field(self, annas, deal, note, text):
        answer = annas.post(f"{URL}notes/", {"text": text, "is_pinned": "on"})
        again = annas.post(f"{TEAM}notes/{note.pk}/", {"text": text, "version": 1})

        assert (answer.status_code, again.status_code) == (422, 422)
        assert set(answer.context["note_form"].errors) == {"text"}
        assert set(again.context["edit_form"].errors) == {"text"}
        assert Note.objects.get().version == 1

    def test_whom_it_mentions_reads_it_on_a_page_and_says_so(self, brams, annas, asking, now):
        page = f"{TEAM}notes/{asking.pk}/"
        assert "I have read this" not in annas.get(page).content.decode()
        assert "I have read this" in brams.get(page).content.decode()
        assert Mention.objects.get().read_at is None

        answer = brams.post(f"{page}reading/")

        assert (answer.status_code, answer.url) == (302, URL)
        assert Mention.objects.get().read_at == now
        assert "I have read this" not in brams.get(page).content.decode()

    def test_who_comes_second_sees_yours_and_theirs(self, annas, note, bram, now):
        note.edit({"text": "Brams", "is_pinned": True}, version=1, by=bram, at=now)

        answer = annas.post(f"{TEAM}notes/{note.pk}/", {"text": "Annas", "version": 1})

        assert answer.status_code == 409
        errors = answer.context["edit_form"].errors
        assert errors["text"] == ["It now says: Brams"]
        assert errors["is_pinned"] == ["It now says: yes"]
        html = " ".join(answer.content.decode().split())
        assert 'name="version" value="2"' in html
        assert "Annas</textarea>" in html

    def test_it_is_edited(self, annas, note):
        answer = annas.post(f"{TEAM}notes/{note.pk}/", {"text": "New", "version": 1})

        assert (answer.status_code, answer.url) == (302, URL)
        assert "edited" in annas.get(f"{TEAM}notes/{note.pk}/").content.decode()

    def test_a_removal_can_be_undone(self, annas, note):
        answer = annas.post(f"{TEAM}notes/{note.pk}/removal/", {"version": 1})

        (message,) = get_messages(answer.wsgi_request)
        assert str(message) == "The note is removed."
        undo = message.extra_tags.removeprefix("undo:")
        assert annas.get(f"{TEAM}notes/{note.pk}/").status_code == 404
        back, again = annas.post(undo), annas.post(undo)

        assert "A note about Wi-Fi in the yard is back." in words(back)
        assert "This was undone already. Nothing was undone now." in words(again)
        assert Note.objects.there().get() == note

    def test_a_removal_of_what_is_gone_is_not_undone(self, annas, note, deal, anna, now):
        line = note.remove(version=1, by=anna, at=now)
        deal.discard(by=anna, at=now)

        answer = annas.post(f"{TEAM}history/{line.pk}/undo/")

        assert words(answer) == ["This is not here any more. Nothing was undone."]
        assert Note.objects.get().removed_at == now

    @pytest.mark.parametrize(("version", "why"), [("9", "a moment ago"), ("x", "whole number")])
    def test_what_was_not_on_screen_is_not_removed(self, annas, note, version, why):
        answer = annas.post(f"{TEAM}notes/{note.pk}/removal/", {"version": version})

        assert why in words(answer)[0]
        assert Note.objects.there().exists()

    def test_one_about_a_customer_leads_back_to_them(self, annas, team, anna, now):
        acme, jan = Organization.objects.named("Acme"), Contact.objects.create(name="Jan")
        for about, page in (
            ({"organization": acme}, f"{TEAM}customers/{acme.pk}/"),
            ({"contact": jan}, f"{TEAM}contacts/{jan.pk}/"),
        ):
            note = Note.objects.write(team, "x", by=anna, at=now, **about)
            answer = annas.post(f"{TEAM}notes/{note.pk}/", {"text": "y", "version": 1})
            assert answer.url == page

    def test_a_manager_sees_that_it_is_there_and_no_word_of_it(self, mias, asking):
        for page in (URL, f"{TEAM}notes/{asking.pk}/"):
            html = mias.get(page).content.decode()
            assert "A note" in html
            assert "about the yard" not in html
            assert "Anna" not in html
            assert "Bram" not in html

    def test_another_team_with_the_same_customer_sees_nothing(self, carlas, note, other_team):
        assert carlas.get(f"{TEAM}notes/{note.pk}/").status_code == 404
        assert carlas.get(f"/teams/veluwe/notes/{note.pk}/").status_code == 404

    @pytest.mark.parametrize("many", [1, 5])
    def test_costs_the_same_however_many_there_are(
        self, annas, deal, anna, bram, now, django_assert_num_queries, many
    ):
        for _ in range(many):
            noted(deal, "@Bram @Anna", by=anna, at=now)

        # Notes, mentions and whom they mention, beside what a page of a deal costs anyway.
        with django_assert_num_queries(27):
            annas.get(URL)


class TestTheApi:
    def send(self, client, method="post", path="", **body):
        call = getattr(client, method)
        return call(f"{API}{path}", body, content_type="application/json")

    def test_a_note(self, annas, deal, anna, bram):
        answer = self.send(annas, text="@Bram", deal=deal.pk, is_pinned=True)

        assert answer.status_code == 201
        (kept,) = annas.get(API).json()["results"]
        assert kept == answer.json() == annas.get(f"{API}{kept['id']}/").json()
        assert kept == {
            "id": Note.objects.get().pk,
            "deal": {"id": deal.pk, "number": 1, "title": "Wi-Fi in the yard"},
            "organization": None,
            "contact": None,
            "text": "@Bram",
            "is_pinned": True,
            "by": {"id": anna.user.pk, "name": "Anna"},
            "written_at": "2026-11-23T10:00:00+01:00",
            "edited_at": None,
            "mentions": [bram.user.pk],
            "version": 1,
        }

    def test_a_manager_reads_that_it_is_there(self, mias, note, deal):
        (kept,) = mias.get(API).json()["results"]

        assert kept == {
            "id": note.pk,
            "deal": {"id": deal.pk, "number": 1, "title": "Wi-Fi in the yard"},
            "organization": None,
            "is_pinned": False,
            "written_at": "2026-11-23T09:00:00+01:00",
            "edited_at": None,
            "version": 1,
        }

    @pytest.mark.parametrize(
        ("field", "value"),
        [("text", ""), ("text", "x" * 10_001), ("deal", 99), ("is_pinned", "perhaps"), ("by", 1)],
    )
    def test_nonsense_is_named(self, annas, deal, field, value):
        answer = self.send(annas, **({"text": "x", "deal": deal.pk} | {field: value}))

        assert (answer.status_code, list(answer.json())) == (400, [field])

    def test_about_nothing_it_is_refused(self, annas, deal):
        assert self.send(annas, text="x").status_code == 409

    def test_who_comes_second_gets_both_back(self, annas, note, bram, now):
        note.edit({"text": "Brams"}, version=1, by=bram, at=now)

        answer = self.send(annas, "patch", f"{note.pk}/", text="Annas", version=1)

        assert answer.status_code == 409
        assert answer.json()["yours"]["text"] == "Annas"
        assert answer.json()["theirs"]["text"] == "Brams"

    def test_an_edit_a_reading_a_removal_and_the_way_back(self, annas, brams, asking, now):
        path = f"{asking.pk}/"
        assert self.send(annas, "patch", path, text="@Bram!", version=1).json()["version"] == 2
        assert self.send(brams, path=f"{path}reading/").status_code == 200
        assert Mention.objects.get().read_at == now
        assert self.send(annas, path=f"{path}removal/", version=2).status_code == 200
        assert annas.get(API).json()["results"] == []
        assert self.send(annas, path=f"{path}return/").status_code == 200
        assert annas.get(API).json()["results"][0]["text"] == "@Bram!"
