"""The charter: what a team says of itself holds when all agree; the frame is told in time."""

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from teams import duties, story, telling
from teams.deciding import look_at_a_charter
from teams.models import (
    CharterError,
    CharterVersion,
    CharterVoice,
    Frame,
    Job,
    LogEntry,
    OutgoingMail,
    StaleCharter,
)
from teams.models.charter import SILENCE
from teams.models.frame import TELL
from tests import builders, racing


@pytest.fixture(autouse=True)
def monday(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def agreed(anna, bram, now):
    """What Anna and Bram have agreed on."""
    charter = builders.chartered(by=anna, at=now)
    charter.consent(by=bram, at=now)
    return charter


def look(charter, at):
    look_at_a_charter(at=at, charterversion_id=charter.pk, team_id=charter.team_id)
    charter.refresh_from_db()


class TestWhatWeSayOfOurselves:
    def test_it_holds_once_everybody_has_consented(self, anna, bram, now):
        charter = builders.chartered(by=anna, at=now)
        assert CharterVersion.objects.in_force(anna.team) is None

        charter.consent(by=bram, at=now)

        found = CharterVersion.objects.in_force(anna.team)
        assert (found, found.number, found.agreed_on) == (charter, 1, now.date())

    def test_in_a_team_of_one_it_holds_at_once(self, anna, now):
        assert builders.chartered(by=anna, at=now).number == 1

    def test_the_next_one_takes_its_place_and_both_stay(self, anna, bram, agreed, now):
        second = builders.chartered(by=bram, at=now, seen=1, offer="Lines alone")
        assert CharterVersion.objects.in_force(anna.team) == agreed

        second.consent(by=anna, at=now)

        numbers = [each.number for each in CharterVersion.objects.history(anna.team)]
        assert numbers == [2, 1]
        assert CharterVersion.objects.in_force(anna.team).offer == "Lines alone"

    def test_one_objection_takes_it_off_the_table(self, anna, bram, now):
        charter = builders.chartered(by=anna, at=now)

        charter.object("It leaves out the island", by=bram, at=now)

        charter.refresh_from_db()
        assert (charter.state, charter.number) == ("dropped", None)
        assert charter.ended_why == "It leaves out the island"
        assert builders.chartered(by=bram, at=now).is_proposed

    def test_whoever_proposed_it_can_take_it_off_the_table(self, anna, bram, now):
        charter = builders.chartered(by=anna, at=now)

        charter.drop("A slip of the pen", by=anna, at=now)

        with pytest.raises(StaleCharter, match="decided a moment ago"):
            charter.consent(by=bram, at=now)
        with pytest.raises(StaleCharter, match="is over already"):
            charter.drop("Again", by=anna, at=now)

    def test_what_holds_is_followed_and_never_dropped(self, anna, agreed, now):
        with pytest.raises(StaleCharter, match="is over already"):
            agreed.drop("No charter at all", by=anna, at=now)

    def test_silence_is_no_consent_and_half_of_the_team_is_enough(self, anna, bram, now):
        charter = builders.chartered(by=anna, at=now)
        # Monday and five working days.
        assert str(charter.answer_by) == "2026-11-30"
        assert Job.objects.filter(kind=SILENCE, key=str(charter.pk)).exists()

        look(charter, now + timedelta(days=7))
        assert charter.is_proposed
        look(charter, now + timedelta(days=8))

        assert charter.number == 1

    def test_fewer_than_half_of_us_are_not_enough(self, anna, bram, now):
        builders.member("Dora", anna.team, at=now)
        charter = builders.chartered(by=anna, at=now)

        look(charter, now + timedelta(days=8))

        assert (charter.state, charter.number) == ("lapsed", None)

    @pytest.mark.parametrize("part", ["purpose", "customers", "offer"])
    def test_it_bounds_the_work(self, anna, now, part):
        with pytest.raises(CharterError, match="which customers"):
            builders.chartered(by=anna, at=now, **{part: " \n "})

    def test_it_says_why(self, anna, now):
        with pytest.raises(CharterError, match="Say why"):
            CharterVersion.objects.propose(builders.CHARTER, " ", seen=0, by=anna, at=now)

    def test_it_says_something_new(self, anna, agreed, now):
        with pytest.raises(CharterError, match="says already"):
            builders.chartered(by=anna, at=now, seen=1)

    def test_whoever_saw_an_older_one_looks_once_more(self, anna, agreed, now):
        with pytest.raises(StaleCharter, match="changed a moment ago"):
            builders.chartered(by=anna, at=now, seen=0, offer="Lines alone")

    def test_one_at_a_time(self, anna, bram, now):
        builders.chartered(by=anna, at=now)

        with pytest.raises(StaleCharter, match="proposed already"):
            builders.chartered(by=bram, at=now, offer="Lines alone")

    def test_only_the_team_decides(self, anna, bram, carla, now):
        charter = builders.chartered(by=anna, at=now)

        for verb in (charter.consent, lambda **who: charter.object("No", **who)):
            with pytest.raises(CharterError, match="Only the team"):
                verb(by=carla, at=now)
        assert CharterVoice.objects.count() == 1

    def test_the_logbook_tells_it_without_its_words(self, anna, bram, agreed, now):
        builders.chartered(by=bram, at=now, seen=1, offer="Lines alone").object(
            "Too little", by=anna, at=now
        )

        lines = LogEntry.objects.filter(kind__startswith="teams.charter").order_by("pk")
        assert [line.kind.rsplit(".", 1)[1] for line in lines] == [
            "proposed",
            "agreed",
            "proposed",
            "objected",
        ]
        assert "harbour" not in str([line.details for line in lines])
        assert all(story.line(line) != "Something changed." for line in lines)


@pytest.mark.django_db(transaction=True)
class TestTwoAtOnce:
    def test_of_two_who_propose_one_does(self, anna, bram, now):
        def scene():
            CharterVersion.objects.filter(state="proposed").update(state="lapsed")
            return (
                lambda: builders.chartered(by=anna, at=now),
                lambda: builders.chartered(by=bram, at=now, offer="Lines alone"),
            )

        for number, told in enumerate(racing.meetings(scene), start=1):
            assert [isinstance(each, StaleCharter) for each in told].count(True) == 1, told
            assert CharterVersion.objects.proposed().count() == 1
            assert number < 20

    def test_whoever_consents_while_another_objects(self, anna, bram, now):
        charters = []

        def scene():
            for charter in charters[-1:]:
                CharterVersion.objects.filter(pk=charter.pk, state="proposed").update(
                    state="lapsed"
                )
            seen = CharterVersion.objects.filter(number__isnull=False).count()
            charter = builders.chartered(by=anna, at=now, seen=seen, offer=f"{len(charters)}")
            charters.append(charter)
            again = CharterVersion.objects.get(pk=charter.pk)
            return (
                lambda: charter.consent(by=bram, at=now),
                lambda: again.object("It hurts", by=bram, at=now),
            )

        for told in racing.meetings(scene):
            assert [isinstance(each, StaleCharter) for each in told].count(True) == 1, told
            assert charters[-1].voices.count() == 2

    def test_of_two_frames_one_is_announced(self, anna, mia, now):
        def scene():
            Frame.objects.filter(taken_back_at=None).update(taken_back_at=now)
            return (
                lambda: builders.framed(mia, at=now),
                lambda: builders.framed(mia, at=now, brand="Blue"),
            )

        for told in racing.meetings(scene):
            assert [isinstance(each, StaleCharter) for each in told].count(True) == 1, told
            assert Frame.objects.filter(taken_back_at=None).count() == 1


class TestTheFrame:
    def test_it_holds_ten_working_days_after_it_was_said(self, anna, mia, now):
        frame = builders.framed(mia, at=now)

        assert str(frame.holds_from) == "2026-12-07"
        before = frame.holds_from - timedelta(days=1)
        assert Frame.objects.in_force(anna.team, before) is None
        assert Frame.objects.announced(anna.team, before) == frame
        assert Frame.objects.in_force(anna.team, frame.holds_from) == frame
        assert Frame.objects.announced(anna.team, frame.holds_from) is None

    def test_the_days_are_those_on_which_the_team_works(self, anna, mia, now):
        frame = builders.framed(mia, at=now.replace(month=12, day=21))

        # Christmas on a Friday, and New Year's Day.
        assert str(frame.holds_from) == "2027-01-06"

    def test_the_one_before_holds_until_then(self, anna, mia, now):
        first = builders.framed(mia, at=now)
        later = now + timedelta(days=30)

        second = builders.framed(mia, at=later, seen=1, limit=Decimal(200))

        assert Frame.objects.in_force(anna.team, later.date()) == first
        assert Frame.objects.in_force(anna.team, second.holds_from) == second

    def test_what_is_announced_can_be_taken_back_once(self, anna, mia, now):
        frame = builders.framed(mia, at=now)

        frame.take_back(by=mia, at=now)

        assert Frame.objects.announced(anna.team, now.date()) is None
        assert Frame.objects.in_force(anna.team, frame.holds_from) is None
        with pytest.raises(StaleCharter, match="taken back a moment ago"):
            frame.take_back(by=mia, at=now)
        assert builders.framed(mia, at=now, seen=0).number == 2

    def test_what_holds_is_taken_back_no_longer(self, anna, mia, now):
        frame = builders.framed(mia, at=now)

        with pytest.raises(StaleCharter, match="holds already"):
            frame.take_back(by=mia, at=now + timedelta(days=14))

    def test_no_member_sets_it(self, anna, carla, mia, now):
        with pytest.raises(CharterError, match="as its manager"):
            builders.framed(anna, at=now)
        frame = builders.framed(mia, at=now)
        max_ = carla.team.link_manager(builders.person("Max"), by=None, at=now)
        for somebody in (anna, max_):
            with pytest.raises(CharterError, match="as its manager"):
                frame.take_back(by=somebody, at=now)

    def test_it_says_something_new_and_why(self, anna, mia, now):
        nothing = replace(builders.FRAME, law=" ", budget="", limit=None)
        with pytest.raises(CharterError, match="Say what the frame is"):
            Frame.objects.announce(nothing, "So", seen=0, by=mia, at=now)
        with pytest.raises(CharterError, match="Say why"):
            Frame.objects.announce(builders.FRAME, "", seen=0, by=mia, at=now)
        builders.framed(mia, at=now)
        with pytest.raises(CharterError, match="says already"):
            builders.framed(mia, at=now + timedelta(days=30), seen=1)

    def test_one_is_announced_at_a_time_and_nobody_overwrites_what_they_did_not_see(
        self, anna, mia, now
    ):
        builders.framed(mia, at=now)

        with pytest.raises(StaleCharter, match="announced already"):
            builders.framed(mia, at=now, seen=1, brand="Blue")
        with pytest.raises(StaleCharter, match="changed a moment ago"):
            builders.framed(mia, at=now, seen=0, brand="Blue")

    def test_the_whole_team_is_told_once_in_their_language(self, anna, bram, mia, now):
        bram.user.edit(name="Bram", language="nl", is_reminded=True, at=now)
        frame = builders.framed(mia, at=now)
        assert Job.objects.get(kind=TELL).payload["frame_id"] == frame.pk
        builders.member("Dora", anna.team, at=now + timedelta(hours=1))

        for _ in range(2):
            telling.tell_the_team(at=now + timedelta(hours=2), frame_id=frame.pk)

        mails = {mail.recipient: mail for mail in OutgoingMail.objects.all()}
        assert set(mails) == {anna.user.email, bram.user.email}
        assert "Mia announced another frame" in mails[anna.user.email].text
        assert "7 december 2026" in mails[bram.user.email].text
        assert builders.FRAME.law not in mails[anna.user.email].text

    def test_the_logbook_says_from_when(self, anna, mia, now):
        frame = builders.framed(mia, at=now)
        frame.take_back(by=mia, at=now)

        announced, back = LogEntry.objects.filter(kind__startswith="teams.frame").order_by("pk")
        assert "7 December 2026" in story.line(announced)
        assert "took the announced frame back" in story.line(back)


class TestWrittenForGood:
    @pytest.mark.parametrize(
        "change",
        [
            "UPDATE teams_charterversion SET offer = 'Other'",
            "UPDATE teams_charterversion SET state = 'dropped', number = NULL",
            "UPDATE teams_charterversion SET agreed_on = '2026-01-01'",
            "DELETE FROM teams_charterversion",
            "UPDATE teams_chartervoice SET says = 'objects'",
            "DELETE FROM teams_chartervoice",
            "UPDATE teams_frame SET budget = 'Nothing'",
            "UPDATE teams_frame SET holds_from = '2026-11-24'",
            "DELETE FROM teams_frame",
        ],
    )
    def test_no_statement_changes_it(self, agreed, mia, now, change):
        builders.framed(mia, at=now)

        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)

    def test_what_was_taken_back_stays_so(self, mia, anna, now):
        frame = builders.framed(mia, at=now)
        frame.take_back(by=mia, at=now)

        with pytest.raises(DatabaseError), transaction.atomic():
            Frame.objects.filter(pk=frame.pk).update(taken_back_at=None)


class TestThePage:
    @pytest.fixture
    def page(self, team):
        return reverse("charter", args=[team.slug])

    def form(self, **other):
        return {**vars(builders.CHARTER), "why": "We begin", "seen": "0", **other}

    def frame_form(self, **other):
        words = {"law": "Nobody climbs alone", "budget": "", "brand": "", "limit": "500"}
        return {**words, "currency": "EUR", "why": "The year begins", "seen": "0", **other}

    def test_a_team_without_a_charter_is_asked_for_one(self, annas, mias, page):
        assert "Propose a charter" in annas.get(page).content.decode()
        shown = mias.get(page).content.decode()
        assert "has not agreed on a charter yet" in shown
        assert "Propose" not in shown

    def test_from_a_proposal_to_what_holds(self, annas, brams, mias, page):
        assert annas.post(page, self.form()).status_code == 302
        charter = CharterVersion.objects.get()

        assert "harbour" in brams.get(page).content.decode()
        # What the team talks about is its own until it has agreed.
        assert "harbour" not in mias.get(page).content.decode()
        answer = brams.post(f"{page}{charter.pk}/consent/")

        assert answer.status_code == 302
        assert "harbour" in mias.get(page).content.decode()

    def test_what_is_missing_is_said_beside_it_and_the_rest_is_kept(self, annas, page):
        answer = annas.post(page, self.form(purpose="", ways="We ring back"))

        assert answer.status_code == 422
        shown = answer.content.decode()
        assert "This field is required." in shown
        assert "We ring back" in shown
        assert not CharterVersion.objects.exists()

    def test_who_was_slower_is_told_and_keeps_the_words(self, annas, brams, bram, page, now):
        builders.chartered(by=bram, at=now)

        answer = annas.post(page, self.form(ways="We ring back"))

        assert answer.status_code == 409
        shown = answer.content.decode()
        assert "proposed already" in shown
        assert "We ring back" in shown

    def test_a_change_shows_what_goes_and_what_comes(self, annas, anna, agreed, page, now):
        builders.chartered(by=anna, at=now, seen=1, offer="Lines and Wi-Fi, with somebody")

        shown = re.sub(r"\s+(?=>)", "", annas.get(page).content.decode())
        assert "<del>Lines, phones </del>" in shown
        assert "<ins>Lines </ins>and Wi-Fi, with somebody" in shown

    def test_an_answer_that_comes_too_late_is_told(self, brams, anna, page, agreed, now):
        answer = brams.post(f"{page}{agreed.pk}/objection/", {"why": "No"})

        assert answer.status_code == 409
        assert "decided a moment ago" in answer.content.decode()
        assert brams.post(f"{page}{agreed.pk}/whatever/").status_code == 404

    def test_an_objection_without_a_word_is_sent_back(self, brams, bram, anna, page, now):
        charter = builders.chartered(by=anna, at=now)

        answer = brams.post(f"{page}{charter.pk}/objection/", {"why": ""})

        assert answer.status_code == 422
        assert "This field is required." in answer.content.decode()

    def test_a_manager_announces_and_takes_back(self, mias, annas, anna, page):
        assert mias.post(f"{page}frame/", self.frame_form()).status_code == 302

        shown = annas.get(page).content.decode()
        assert "The frame from 7 December 2026 on" in " ".join(shown.split())
        assert "€500" in shown
        assert "Take it back" not in shown
        assert mias.post(f"{page}frame/withdrawal/").status_code == 302
        answer = mias.post(f"{page}frame/withdrawal/")
        assert answer.status_code == 409
        assert "No frame is announced." in answer.content.decode()

    def test_a_manager_writes_nothing_else(self, mias, mia, anna, bram, page, now):
        charter = builders.chartered(by=anna, at=now)

        for address in (page, f"{page}{charter.pk}/consent/", f"{page}{charter.pk}/end/"):
            assert mias.post(address, self.form()).status_code == 404
        assert charter.voices.count() == 1

    def test_a_member_is_told_whose_the_frame_is(self, annas, mia, anna, page, now):
        for sent in (self.frame_form(), self.frame_form(limit="much")):
            answer = annas.post(f"{page}frame/", sent)
            assert answer.status_code == 422
            assert "Announce it" not in answer.content.decode()
        frame = builders.framed(mia, at=now)
        answer = annas.post(f"{page}frame/withdrawal/")
        assert answer.status_code == 422
        assert "as its manager sets the frame" in answer.content.decode()
        frame.refresh_from_db()
        assert frame.taken_back_at is None

    def test_a_frame_that_cannot_be_is_sent_back_as_it_was_typed(self, mias, page):
        answer = mias.post(f"{page}frame/", self.frame_form(law="Always two", limit="-1"))

        assert answer.status_code == 422
        assert "Always two" in answer.content.decode()
        answer = mias.post(f"{page}frame/", self.frame_form(law="", limit=""))
        assert "Say what the frame is" in answer.content.decode()
        assert not Frame.objects.exists()

    def test_home_reminds_whoever_has_not_answered(self, anna, bram, page, now):
        builders.chartered(by=anna, at=now)

        day = now.date()
        assert duties.of(anna.user, anna.team, day=day) == []
        (duty,) = duties.of(bram.user, bram.team, day=day)
        assert (duty.what, duty.about, duty.url) == ("Answer a proposed charter", "We begin", page)
        assert duties.of(bram.user, bram.team, day=day + timedelta(days=8)) == []

    def test_every_page_asks_as_much_for_many_versions_as_for_one(
        self, annas, anna, mia, page, now, django_assert_max_num_queries
    ):
        def tell(number):
            at = now - timedelta(days=400 - 30 * number)
            builders.chartered(by=anna, at=at, seen=number, offer=f"Offer {number}")
            builders.framed(mia, at=at, seen=number, brand=f"Brand {number}")

        counts = []
        for number in range(4):
            tell(number)
            for address in (page, f"{page}versions/"):
                with django_assert_max_num_queries(25) as seen:
                    annas.get(address)
                counts.append(len(seen))
        assert counts[2:4] == counts[6:8]


class TestVersions:
    @pytest.fixture
    def page(self, team):
        return reverse("charter-versions", args=[team.slug])

    def test_where_nothing_was_agreed_it_says_so(self, annas, page):
        assert "None yet." in annas.get(page).content.decode()

    def test_two_of_them_stand_side_by_side(self, mias, anna, mia, page, now):
        for number, offer in enumerate(["Lines", "Lines and phones", "Lines and Wi-Fi"]):
            builders.chartered(by=anna, at=now, seen=number, offer=offer)
        past = now - timedelta(days=60)
        builders.framed(mia, at=past)
        builders.framed(mia, at=past + timedelta(days=30), seen=1, limit=Decimal(200))

        latest = mias.get(page).content.decode()
        assert "Version 2 and version" in latest
        assert "phones</del>" in latest
        assert "Wi-Fi</ins>" in latest
        chosen = mias.get(page, {"first": "1", "last": "2"}).content.decode()
        assert "phones</ins>" in chosen
        frames = mias.get(page, {"part": "frame"}).content.decode()
        assert "€500" in frames
        assert "€200" in frames
        assert mias.get(page, {"first": "whatever", "last": "99"}).status_code == 200

    def test_of_one_alone_its_words_stand_there(self, annas, anna, page, now):
        builders.chartered(by=anna, at=now)

        shown = annas.get(page).content.decode()
        assert "Shops in the harbour" in shown
        assert "<ins" not in shown
