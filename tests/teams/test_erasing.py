"""Erasing somebody who has left: nothing says who they were, and nothing else moves."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import TextField
from django.db.models.functions import Cast
from django.test import Client
from django.urls import reverse

from crm import search
from crm.models import Deal, Export
from dashboards import kpis
from dashboards.engine import measure
from dashboards.models import Measurement
from dashboards.periods import Period
from debates.models import Point
from reviews.models import Answer, Feedback
from teams import recorded
from teams.erasing import ErasureError, erase
from teams.models import (
    Findable,
    Job,
    LogEntry,
    OutgoingMail,
    PersonalCopy,
    SentOnce,
    TeamError,
    User,
)
from tests import builders, held
from tests.held import ADDRESS, HERS, NAME, THEIRS
from tests.racing import meetings

GONE = "Somebody who left"
# What people wrote in their own words, and what they called things: it stays as it was written.
OWN_WORDS = {("crm_note", "text"), ("teams_findable", "words")}
WEEKS = [Period.parse(f"2026-W{week}") for week in range(44, 49)]
DESK = "admin:teams_user_changelist"


@pytest.fixture
def hers(team, now):
    member = held.zwaantje(team, at=now)
    held.has_worked(member, at=now)
    return member


@pytest.fixture
def gone(hers, now) -> User:
    """Zwaantje, who has left all teams."""
    hers.leave(by=None, at=now + timedelta(hours=1))
    return hers.user


@pytest.fixture
def adas(admin) -> Client:
    return builders.browser(admin)


def told_of(*words: str) -> dict[tuple[str, str], int]:
    """In which columns of all tables one of these words stands, and in how many rows.

    Of bytes too: they hold pages.
    """
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns"
            " WHERE table_schema = 'public' AND data_type IN"
            " ('text', 'character varying', 'json', 'jsonb', 'bytea', 'ARRAY', 'tsvector')"
        )
        for table, column, kind in cursor.fetchall():
            text = f"encode(\"{column}\", 'escape')" if kind == "bytea" else f'"{column}"::text'
            any_of = " OR ".join([f"{text} ILIKE %s"] * len(words))
            sought = [f"%{word}%" for word in words]
            cursor.execute(f'SELECT count(*) FROM "{table}" WHERE {any_of}', sought)  # noqa: S608
            if count := cursor.fetchone()[0]:
                found[table, column] = count
    return found


def figures(team) -> list[tuple]:
    """Every figure of the team, by what is known now."""
    until = WEEKS[-1].end(team.zone) + timedelta(days=1)
    return [
        (kpi.slug, one.period, one.dimension, one.value, one.n)
        for kpi in kpis.all_kpis()
        for one in measure(kpi, [team], WEEKS, until=until)
    ]


class TestNothingSaysWhoTheyWere:
    def test_in_any_column_of_any_table(self, gone, annas, brams_words, now):
        before = told_of("Zwaantje", "Kanarie", ADDRESS)
        assert len(before) > 8

        erase(gone, by=None, at=now)

        after = told_of("Zwaantje", "Kanarie", ADDRESS)
        assert set(after) == OWN_WORDS
        found = Findable.objects.annotate(told=Cast("words", TextField()))
        kinds = found.filter(told__contains="kanarie").values_list("kind", flat=True)
        assert set(kinds) == {search.NOTES.letter}

    @pytest.fixture
    def brams_words(self, hers, now):
        """What names her and does not point to her: mails, answers, why a job failed."""
        facts = {"sender": "kring@example.com", "at": now}
        bram = {**facts, "recipient": "bram@example.com", "text": "…"}
        left = OutgoingMail.post(subject=f"{NAME} invites you", **bram)
        left.has_left(at=now)
        OutgoingMail.post(subject="Another", **bram)
        OutgoingMail.post(subject="A note", **{**bram, "text": f"From {NAME}, to you"})
        told = {"status": 302, "headers": {}, "cookies": [], "messages": [[25, f"{NAME}!", ""]]}
        SentOnce.objects.create(key_hash="a", payload_hash="a", at=now, answer=told)
        page = f"<b>{NAME}</b>".encode()
        SentOnce.objects.create(key_hash="b", payload_hash="b", at=now, answer={}, body=page)
        SentOnce.objects.create(key_hash="c", payload_hash="c", at=now, answer={}, body=b"other")
        error = f"SMTPRecipientsRefused: {{'{ADDRESS}': (550, b'no')}}"
        Job.objects.filter(kind="teams.copy").update(error=error)

    def test_in_mails_and_answers_of_others_and_these_stay_otherwise(self, brams_words, gone, now):
        erase(gone, by=None, at=now)

        mails = OutgoingMail.objects.filter(recipient="bram@example.com").order_by("pk")
        assert [mail.subject for mail in mails] == ["", "Another"]
        assert Job.objects.filter(kind="teams.send_mail").count() == 4 - 2
        answers = dict(SentOnce.objects.values_list("key_hash", "body"))
        assert {key: bytes(body) for key, body in answers.items()} == {
            "a": b"", "b": b"", "c": b"other",
        }  # fmt: skip
        assert SentOnce.objects.get(pk="a").answer["headers"] == {"Location": "/"}

    def test_and_nobody_signs_in_as_them(self, gone, now):
        browser = builders.browser(gone)
        other = builders.browser(builders.person("Other"))

        erase(gone, by=None, at=now)

        assert browser.get("/profile/").status_code == 302
        assert other.get("/profile/").status_code == 200
        gone.refresh_from_db()
        assert (gone.is_active, gone.has_usable_password()) == (False, False)

    def test_their_row_is_emptied(self, gone, now):
        erase(gone, by=None, at=now)

        row = User.objects.filter(pk=gone.pk).values().get()
        assert row.pop("password").startswith("!")
        assert row.pop("joined_at")
        assert row == {
            "id": gone.pk, "email": f"{gone.pk}@erased.invalid", "name": GONE, "language": "",
            "last_login": None, "is_active": False, "is_staff": False, "is_superuser": False,
            "is_reminded": False, "erased_at": now,
        }  # fmt: skip

    def test_what_was_theirs_alone_is_gone(self, gone, now):
        erase(gone, by=None, at=now)

        for entry in recorded.all_entries():
            if entry.fate is recorded.Fate.GOES and entry.model is not User:
                assert not entry.of(gone).exists(), entry.label

    def test_files_go_once_it_is_certain(self, gone, now, django_capture_on_commit_callbacks):
        copy = PersonalCopy.objects.get(person=gone)
        Job.objects.claim(Job.objects.get(kind="teams.copy").pk).run(at=now)
        export = Export.objects.get(person=gone)
        export.file.save("exports/of-hers.csv", builders.ContentFile(b"x"))
        names = [copy.place, export.file.name]
        assert all(map(default_storage.exists, names))

        with django_capture_on_commit_callbacks(execute=True):
            erase(gone, by=None, at=now)

        assert not any(map(default_storage.exists, names))

    def test_the_database_keeps_no_name_of_whoever_was_erased(self, gone, now):
        erase(gone, by=None, at=now)

        for old in ({"name": NAME}, {"email": ADDRESS}, {"is_active": True}, {"language": "nl"}):
            with pytest.raises(IntegrityError), transaction.atomic():
                User.objects.filter(pk=gone.pk).update(**old)


class TestNothingElseMoves:
    def test_no_figure(self, gone, team, now):
        before, kept = figures(team), list(Measurement.objects.order_by("pk").values())
        assert any(value for *_which, value, _n in before)

        erase(gone, by=None, at=now)

        assert figures(team) == before
        assert list(Measurement.objects.order_by("pk").values()) == kept

    def test_no_row_that_others_rely_on(self, gone, now):
        stays = [each for each in recorded.all_entries() if each.fate is recorded.Fate.STAYS]
        before = {entry.label: entry.of(gone).count() for entry in stays}

        erase(gone, by=None, at=now)

        after = {entry.label: entry.of(gone).count() for entry in stays}
        # The invitation to her went, and each of her two teams has a line about it.
        before["teams.invitation"] -= 1
        before["teams.logentry"] += 2
        assert after == before

    def test_no_row_of_anybody_else(self, gone, now):
        def theirs():
            people = User.objects.exclude(pk=gone.pk).order_by("pk")
            return {
                entry.label: [entry.of(person).count() for person in people]
                for entry in recorded.all_entries()
                # What somebody wrote to her goes with her.
                if entry.fate is not recorded.Fate.GIVEN
            }

        before = theirs()

        erase(gone, by=None, at=now)

        # The invitation to her had been written by somebody.
        assert before["teams.invitation"].pop(0) == 1
        assert before | {"teams.invitation": [0, *before["teams.invitation"]]} == theirs()

    def test_but_what_was_written_to_them(self, gone, now):
        held.was_written_to(gone, at=now)
        given = Answer.objects.filter(author=gone).count()
        assert given

        erase(gone, by=None, at=now)

        assert not Answer.objects.filter(about=gone).exists()
        assert Answer.objects.filter(author=gone).count() == given
        assert {each.text for each in Feedback.objects.filter(receiver=gone)} == {
            f"Shown: {THEIRS}"
        }
        assert Feedback.objects.filter(giver=gone, text=HERS).exists()

    def test_each_of_their_teams_reads_that_somebody_was_erased(self, gone, admin, now):
        erase(gone, by=admin, at=now)

        lines = LogEntry.objects.filter(kind="teams.person.erased").order_by("team__name")
        assert [(line.team.name, line.actor, line.details) for line in lines] == [
            ("Follower", admin, {}),
            ("Rijnmond", admin, {}),
        ]


class TestWhatIsShown:
    def test_is_somebody_who_left_in_the_language_of_the_reader(self, gone, brams_browser, now):
        erase(gone, by=None, at=now)
        deal = Deal.objects.get(owner=gone)
        url = f"/teams/rijnmond/deals/{deal.number}/"

        english = brams_browser.get(url).content.decode()
        dutch = brams_browser.get(url, headers={"Accept-Language": "nl"}).content.decode()

        assert GONE in english
        assert "Iemand die is vertrokken" in dutch
        assert GONE not in dutch

    @pytest.fixture
    def brams_browser(self, hers):
        return builders.browser(User.objects.get(name="Bram"))

    def test_everywhere_the_team_reads_them(self, gone, brams_browser, now):
        erase(gone, by=None, at=now)

        for page in ("", "people/", "agreements/", "debates/", "deals/"):
            answer = brams_browser.get(f"/teams/rijnmond/{page}")
            assert answer.status_code == 200
            assert "Zwaantje" not in answer.content.decode().replace(f"{THEIRS} @{NAME}", "")

    def test_and_their_words_stay(self, gone, now):
        erase(gone, by=None, at=now)

        assert Point.objects.filter(seat__person=gone, text=f"Point with {HERS}").exists()

    def test_saving_them_writes_no_name(self, gone, now):
        erase(gone, by=None, at=now)
        found = User.objects.get(pk=gone.pk)
        assert found.name == str(found) == GONE

        found.save()

        assert User.objects.filter(pk=gone.pk, name="").exists()


class TestWhoIsNotErased:
    def test_is_who_has_a_place_and_it_is_said_where(self, hers, now):
        with pytest.raises(ErasureError, match=r"still have a place in team Rijnmond\."):
            erase(hers.user, by=None, at=now)

    def test_is_who_reads_along(self, mia, now):
        with pytest.raises(ErasureError, match=r"team Rijnmond\. End it first"):
            erase(mia.user, by=None, at=now)

    def test_is_who_has_several_places(self, anna, other_team, now):
        other_team.link_manager(anna.user, by=None, at=now)

        with pytest.raises(ErasureError, match="these teams: Rijnmond, Veluwe"):
            erase(anna.user, by=None, at=now)

    def test_is_an_administrator(self, admin, now):
        with pytest.raises(ErasureError, match="rights of an administrator"):
            erase(admin, by=admin, at=now)

    def test_is_who_was_erased(self, gone, now):
        erase(gone, by=None, at=now)

        with pytest.raises(ErasureError, match="erased already"):
            erase(gone, by=None, at=now)

    def test_comes_back_as_nobody(self, gone, team, now):
        erase(gone, by=None, at=now)

        for welcome in (team.welcome, team.link_manager):
            with pytest.raises(TeamError, match="comes back as somebody new"):
                welcome(gone, by=None, at=now)

    def test_is_erased_whole_or_not_at_all(self, gone, now, monkeypatch):
        monkeypatch.setattr(User, "lose_everything", lambda *_words, **_more: 1 / 0)
        before = told_of("Zwaantje", ADDRESS)

        with pytest.raises(ZeroDivisionError):
            erase(gone, by=None, at=now)

        assert told_of("Zwaantje", ADDRESS) == before


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first_erases", [True, False])
def test_whoever_gives_them_a_place_meanwhile_is_in_time_or_refused(now, first_erases):
    numbers = iter(range(100))

    def scene():
        number = next(numbers)
        old, new = (builders.team(f"Team {word} {number}", at=now) for word in ("old", "new"))
        place = builders.member(f"Person {number}", old, at=now)
        place.leave(by=None, at=now)
        calls = (
            lambda: erase(User.objects.get(pk=place.user_id), by=None, at=now),
            lambda: new.welcome(place.user, by=None, at=now).pk,
        )
        return calls if first_erases else calls[::-1]

    met = 0
    for pair in meetings(scene):
        erased, welcomed = pair if first_erases else pair[::-1]
        met += 1
        if erased is None:
            assert isinstance(welcomed, TeamError)
        else:
            assert isinstance(erased, ErasureError)
            assert isinstance(welcomed, int)
    assert met > 1


class TestAtTheDesk:
    def act(self, adas: Client, *people: User, **more: str):
        chosen = {"_selected_action": [person.pk for person in people]}
        return adas.post(reverse(DESK), {"action": "erase_for_good", **chosen, **more})

    def test_says_first_what_goes_and_what_stays(self, adas, gone):
        page = self.act(adas, gone).content.decode()

        assert f"erase {NAME} ({ADDRESS})" in page
        assert "What people wrote in their own words stays" in page
        assert "I know that this cannot be undone" in page
        assert not User.objects.get(pk=gone.pk).erased_at

    def test_does_it_for_whoever_is_sure(self, adas, gone, admin):
        answer = self.act(adas, gone, erased="yes", sure="on")

        assert answer.status_code == 302
        assert User.objects.get(pk=gone.pk).erased_at
        # The wall of a request is closed until somebody opens it, what is personal included.
        assert not Answer.objects.filter(about=gone).exists()
        assert {line.actor for line in LogEntry.objects.filter(kind="teams.person.erased")} == {
            admin
        }
        assert NAME not in adas.get(reverse(DESK)).content.decode()

    def test_asks_once_more_whoever_is_not_sure(self, adas, gone):
        answer = self.act(adas, gone, erased="yes")

        assert answer.status_code == 422
        assert "This field is required." in answer.content.decode()
        assert not User.objects.get(pk=gone.pk).erased_at

    def test_erases_one_at_a_time(self, adas, gone, anna):
        page = self.act(adas, gone, anna.user, erased="yes", sure="on")

        assert not User.objects.exclude(erased_at=None).exists()
        assert "Choose one person" in adas.get(page.url).content.decode()

    @pytest.mark.parametrize("more", [{}, {"erased": "yes", "sure": "on"}])
    def test_says_who_is_not_erased_and_why(self, adas, anna, more):
        page = self.act(adas, anna.user, **more)

        assert "still have a place in team Rijnmond" in adas.get(page.url).content.decode()
        assert not User.objects.get(pk=anna.user_id).erased_at

    def test_nothing_of_whoever_was_erased_can_be_changed(self, adas, gone, now):
        erase(gone, by=None, at=now)

        url = reverse("admin:teams_user_change", args=[gone.pk])
        assert adas.post(url, {"name": NAME, "email": ADDRESS}).status_code == 403
        assert GONE in adas.get(url).content.decode()
        choices = adas.get(reverse("admin:teams_membership_add")).content.decode()
        assert GONE not in choices

    def test_is_for_administrators(self, annas, gone):
        assert self.act(annas, gone, erased="yes", sure="on").status_code == 302
        assert not User.objects.get(pk=gone.pk).erased_at


class TestTheCommand:
    def test_erases_whoever_is_surely_meant(self, gone, capsys):
        with pytest.raises(CommandError, match="This cannot be undone"):
            call_command("erase_person", ADDRESS)
        assert not User.objects.get(pk=gone.pk).erased_at

        call_command("erase_person", ADDRESS, sure=True)

        assert User.objects.get(pk=gone.pk).erased_at
        assert f"Person {gone.pk} is somebody who left." in capsys.readouterr().out

    def test_says_why_not(self, anna):
        with pytest.raises(CommandError, match="still have a place"):
            call_command("erase_person", "anna@example.com", sure=True)


@pytest.mark.parametrize(
    ("name", "others", "subject"),
    [
        ("Jo", "Bram", "Join us"),
        ("Anna", "Anna", "Anna invites you"),
        ("Anna", "Anna van Dijk", "Anna van Dijk invites you"),
    ],
)
def test_what_tells_of_somebody_else_stays(team, now, name, others, subject):
    member = builders.member(name, team, at=now)
    User.objects.create_user("other@example.com", others)
    mail = {"sender": "kring@example.com", "recipient": "bram@example.com", "text": "…", "at": now}
    OutgoingMail.post(subject=subject, **mail)
    OutgoingMail.post(subject=f"To {member.user.email}!", **mail)
    member.leave(by=None, at=now)

    erase(member.user, by=None, at=now)

    assert OutgoingMail.objects.get().subject == subject
