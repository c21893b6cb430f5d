"""A published report comes by mail to whoever asked for it: once, on their day, naming nobody."""

import re
import struct
import zlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import translation

from config.tokens import palette
from dashboards import kpis, letter, png, reading
from dashboards.charts import Chart, ChartPoint
from dashboards.jobs import publish_period, update_figures
from dashboards.letter import letter_about
from dashboards.mailing import mail_report
from dashboards.models import Baseline, Commentary, Report, Subscription
from dashboards.models.subscription import MAIL
from dashboards.periods import Period
from teams import tasks
from teams.models import Job, OutgoingMail
from tests import builders
from tests.racing import at_once

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
LAST, MONTH = Period.parse("2026-W47"), Period.parse("2026-10")
WEDNESDAY, FRIDAY, TUESDAY = 2, 4, 1
NOON = datetime(2026, 11, 25, 12, tzinfo=AMSTERDAM)
CALM = [3, 5, 4, 4, 6, 5, 2, 3, 4, 6, 3, 5, 5, 4, 2, 3, 5, 6, 4, 4, 3, 5, 3, 4, 6, 4]
LONG_AGO = datetime(2026, 11, 1, 12, tzinfo=UTC)


def chosen(place, *, weekly_on=WEDNESDAY, monthly=False, at=LONG_AGO):
    return Subscription.objects.choose(place, weekly_on=weekly_on, monthly=monthly, at=at)


def published(team, period=LAST, *, at=NOON):
    return publish_period(team, period, at=at)


def work_until(moment):
    """Let the workers do all mails that are due at this moment, as they would by then."""
    for job in Job.objects.filter(kind=MAIL, state="due", run_at__lte=moment).order_by("run_at"):
        Job.objects.filter(pk=job.pk).update(run_at=LONG_AGO)
        Job.objects.claim(job.pk).run(at=moment)
    return [one.recipient.partition("@")[0] for one in OutgoingMail.objects.order_by("pk")]


def moments():
    found = Job.objects.filter(kind=MAIL).values_list("run_at", flat=True)
    return [moment.astimezone(AMSTERDAM).strftime("%a %d %H:%M") for moment in found]


@pytest.fixture
def busy(team, pipeline, anna, now):
    """Half a year of ordinary weeks and one very busy one, with a normal range of before it."""
    weeks = list(Period.parse("2026-W21").through(LAST))
    builders.many_won(
        pipeline,
        [
            week.start(AMSTERDAM) + timedelta(days=1, hours=12)
            for week, count in zip(weeks, [*CALM, 14], strict=True)
            for _ in range(count)
        ],
    )
    pipeline.revise("Anna shortens the offers", by=None, at=weeks[20].start(AMSTERDAM))
    update_figures(team, since=weeks[0].start(AMSTERDAM), at=now)
    won = kpis.get("deals-won")
    Baseline.sign(won, weeks[0], weeks[25], by=anna, at=now, reason="A calm half year")
    words = "Anna did it all for Acme"
    Commentary.objects.write(LAST, words, kpi="deals-won", version=0, by=anna, at=now)
    return published(team)


class TestWhoGetsIt:
    def test_nobody_unasked(self, team, anna, mia):
        published(team)

        assert work_until(NOON) == []

    def test_whoever_asked_member_and_manager_alike(self, team, anna, bram, mia):
        chosen(anna)
        chosen(mia)

        published(team)

        assert sorted(work_until(NOON)) == ["anna", "mia"]

    def test_who_no_longer_wants_it_does_not(self, team, anna):
        chosen(anna)
        published(team)
        chosen(anna, weekly_on=None, at=NOON)

        assert work_until(NOON) == []
        assert moments() == []

    def test_nor_who_says_so_while_it_is_being_written(self, team, anna):
        report = published(team)
        chosen(anna, weekly_on=None, at=NOON)

        mail_report(at=NOON, team_id=team.pk, report_id=report.pk, user_id=anna.user_id)

        assert not OutgoingMail.objects.exists()

    def test_who_left_meanwhile_does_not(self, team, anna, mia):
        chosen(anna, weekly_on=FRIDAY)
        chosen(mia, weekly_on=FRIDAY)
        published(team)
        anna.leave(by=None, at=NOON)
        mia.leave(by=None, at=NOON)

        assert work_until(NOON + timedelta(days=2)) == []

    def test_who_may_not_sign_in_does_not(self, team, anna):
        chosen(anna)
        anna.user.is_active = False
        anna.user.save()
        published(team)

        assert work_until(NOON) == []

    def test_it_is_chosen_for_each_team(self, team, other_team, anna, mia):
        link = other_team.link_manager(mia.user, by=None, at=LONG_AGO)
        chosen(mia)
        published(team)
        published(other_team)

        assert len(work_until(NOON)) == 1
        assert Subscription.objects.of(link).weekly_on is None


class TestWhen:
    @pytest.mark.parametrize(
        ("day", "moment"),
        [(WEDNESDAY, "Wed 25 12:00"), (FRIDAY, "Fri 27 12:00"), (TUESDAY, "Tue 01 12:00")],
    )
    def test_on_the_chosen_day_and_never_before_it_is_published(self, team, anna, day, moment):
        chosen(anna, weekly_on=day)

        published(team)

        assert moments() == [moment]

    @pytest.mark.parametrize(
        ("week", "utc"), [("2026-W11", "11:00"), ("2026-W12", "10:00"), ("2026-W42", "11:00")]
    )
    def test_at_noon_also_when_the_clock_was_changed(self, team, anna, week, utc):
        """The clock goes forward on Sunday 29 March, and back on Sunday 25 October."""
        period = Period.parse(week)
        subscription = chosen(anna, weekly_on=TUESDAY)

        due = subscription.due_at(period)

        assert due.strftime("%a %H:%M") == "Tue 12:00"
        assert due.astimezone(UTC).strftime("%H:%M") == utc

    def test_by_the_clock_of_the_team(self, anna, mia, now):
        away = builders.team("Accra", at=now, timezone="Africa/Accra")
        link = away.link_manager(mia.user, by=None, at=now)

        due = chosen(link, weekly_on=FRIDAY).due_at(LAST)

        assert due.astimezone(UTC).strftime("%a %H:%M") == "Fri 12:00"

    def test_the_monthly_one_when_it_is_published(self, team, anna):
        chosen(anna, weekly_on=None, monthly=True)

        published(team, MONTH, at=datetime(2026, 11, 4, 12, tzinfo=AMSTERDAM))
        published(team)

        assert moments() == ["Wed 04 12:00"]

    def test_a_later_day_is_for_this_week_too(self, team, anna):
        chosen(anna)
        published(team)

        chosen(anna, weekly_on=FRIDAY, at=NOON)

        assert moments() == ["Fri 27 12:00"]

    def test_who_asks_after_the_publication_gets_it_on_a_day_to_come(self, team, anna, bram):
        published(team)

        chosen(anna, weekly_on=FRIDAY, at=NOON + timedelta(days=1))
        chosen(bram, weekly_on=WEDNESDAY, at=NOON + timedelta(days=1))

        assert moments() == ["Fri 27 12:00"]

    def test_a_day_that_has_passed_loses_nothing(self, team, anna):
        chosen(anna, weekly_on=FRIDAY)
        published(team)

        chosen(anna, weekly_on=WEDNESDAY, at=NOON + timedelta(days=1))

        assert moments() == ["Fri 27 12:00"]
        assert work_until(NOON + timedelta(days=2)) == ["anna"]

    def test_of_reports_that_come_late_only_the_last_is_mailed(self, team, anna):
        chosen(anna)

        for week in ("2026-W45", "2026-W46", "2026-W47"):
            published(team, Period.parse(week))

        assert work_until(NOON) == ["anna"]


class TestOnce:
    def test_a_report_that_is_published_again_is_mailed_once(self, team, anna):
        chosen(anna)
        published(team)
        work_until(NOON)
        published(team)

        assert work_until(NOON) == ["anna"]

    def test_a_job_that_is_done_again_posts_none(self, team, anna):
        report = published(team)
        chosen(anna)

        for _ in range(2):
            mail_report(at=NOON, team_id=team.pk, report_id=report.pk, user_id=anna.user_id)

        assert OutgoingMail.objects.count() == 1

    def test_a_mail_that_has_left_does_not_follow_another_day(self, team, anna):
        chosen(anna)
        published(team)
        work_until(NOON)

        chosen(anna, weekly_on=FRIDAY, at=NOON)

        assert work_until(NOON + timedelta(days=2)) == ["anna"]

    def test_a_worker_that_was_killed_loses_none_and_doubles_none(self, team, anna):
        chosen(anna)
        published(team)
        Job.objects.filter(kind=MAIL).update(run_at=LONG_AGO)
        Job.objects.claim(Job.objects.get(kind=MAIL).pk)  # and dies
        Job.objects.filter(kind=MAIL).update(lease_until=LONG_AGO)

        tasks.do_all()
        tasks.do_all()

        assert [one.to for one in mail.outbox] == [["anna@example.com"]]

    @pytest.mark.django_db(transaction=True)
    def test_two_workers_at_once_send_one(self, team, anna):
        chosen(anna)
        published(team)
        Job.objects.filter(kind=MAIL).update(run_at=LONG_AGO)
        pk = Job.objects.get(kind=MAIL).pk

        def work():
            job = Job.objects.claim(pk)
            if job:
                job.run(at=NOON)
            return job is not None

        assert sorted(at_once([work, work])) == [False, True]
        assert OutgoingMail.objects.count() == 1

    @pytest.mark.django_db(transaction=True)
    def test_two_choices_at_once_are_one(self, team, anna):
        outcomes = at_once([lambda: chosen(anna), lambda: chosen(anna, weekly_on=FRIDAY)])

        assert not [one for one in outcomes if isinstance(one, Exception)]
        assert Subscription.objects.get().weekly_on in {WEDNESDAY, FRIDAY}

    def test_a_day_that_is_none_is_refused_by_the_database(self, team, anna):
        with pytest.raises(DatabaseError, match="day_of_the_week"), transaction.atomic():
            Subscription.objects.create(team=team, user=anna.user, weekly_on=7)


class TestWhatItSays:
    def test_what_changed_with_its_picture_and_the_way_to_the_rest(self, busy, settings):
        settings.SITE_URL = "https://kring.example.com"
        told = letter_about(busy)

        assert told.subject == "Team Rijnmond: the report of week 47"
        (name,) = told.pictures
        assert f'<img src="cid:{name}" width="380" alt="Deals won: Improving.' in told.html
        for said in (told.text, told.html):
            assert "One thing changed. The rest is business as usual." in said
            assert "Normal was " in said
            assert "cannot be judged yet" in said
            assert "https://kring.example.com/teams/rijnmond/reading/2026-W47/" in said
            assert "https://kring.example.com/teams/rijnmond/reading/by-mail/" in said
            assert busy.sha256 in said
            assert f"begins with {busy.sha256[:12]}." in said
            assert "Win rate" not in said  # it is one of the calm or the unjudged

    def test_nothing_is_fetched_from_anywhere(self, busy):
        html = letter_about(busy).html

        assert re.findall(r'src="(\w+):', html) == ["cid"]
        assert not re.search(r"url\(|@import|<link|<script", html)

    def test_its_colours_are_those_of_the_pages(self):
        used = set(re.findall(r"#[0-9a-f]{6}", letter._style()))

        assert used <= set(palette("light").values())
        assert used

    def test_no_words_of_the_team_and_no_person(self, busy, mia):
        chosen(mia)
        Subscription.objects.of(mia).arm(busy)
        work_until(NOON)

        posted = OutgoingMail.objects.get()
        said = f"{posted.subject} {posted.text} {posted.html}"
        assert not re.search("Anna|Bram|Acme", said)

    def test_nor_in_its_picture(self, busy):
        (panel,) = reading.read(busy).changed
        assert [marker.label for marker in panel.chart.markers] == ["Anna shortens the offers"]

        (drawn,) = letter_about(busy).pictures.values()

        assert drawn == png.png_of(replace(panel.chart, markers=()), width=380)
        assert drawn != png.png_of(panel.chart, width=380)

    def test_what_a_team_is_called_is_only_a_name(self, team, busy):
        team.rename("<b>R&D</b>", by=None, at=NOON)
        told = letter_about(Report.objects.select_related("team").get())

        assert "<b>R&D" not in told.html
        assert "&lt;b&gt;R&amp;D" in told.html
        assert "<b>R&D</b> · week 47" in told.text

    def test_a_calm_week_is_three_sentences(self, team):
        told = letter_about(published(team))

        assert told.pictures == {}
        assert "Too early to tell." in told.text
        assert "<img" not in told.html

    def test_it_is_in_the_language_of_the_reader_and_by_the_clock_of_the_team(
        self, team, busy, mia
    ):
        mia.user.edit(name="Mia", language="nl", is_reminded=True, at=NOON)
        chosen(mia)
        Subscription.objects.of(mia).arm(busy)

        with translation.override("en"):
            work_until(NOON)

        posted = OutgoingMail.objects.get()
        assert posted.subject == "Team Rijnmond: het rapport van week 47"
        assert "Eén ding is veranderd." in posted.text
        assert "gepubliceerd woensdag 25 november 2026, 12:00" in posted.text
        assert '<html lang="nl">' in posted.html
        assert "Verander wat je krijgt" in posted.html

    def test_it_says_where_to_leave(self, team, anna, settings):
        settings.SITE_URL = "https://kring.example.com"
        chosen(anna)
        published(team)
        work_until(NOON)

        tasks.do_all()

        headers = mail.outbox[0].extra_headers
        page = "https://kring.example.com/teams/rijnmond/reading/by-mail/"
        assert headers["List-Unsubscribe"] == f"<{page}>"


class TestThePicture:
    CHART = {"uid": "x", "description": "", "title": "Won"}
    POINTS = [ChartPoint("wk 1", 3), ChartPoint("wk 2", 5)]

    def test_it_is_as_wide_as_asked_and_sharp(self):
        drawn = png.png_of(Chart(points=self.POINTS, **self.CHART), width=400)

        assert drawn.startswith(b"\x89PNG")
        assert struct.unpack(">2I", drawn[16:24]) == (800, 336)

    @pytest.mark.parametrize("letters", ["wk één", "Łódź"])
    def test_its_letters_are_there_without_any_font_of_the_machine(self, letters, monkeypatch):
        chart = Chart(points=[ChartPoint(letters, 3), ChartPoint("", 5)], **self.CHART)
        with_letters = png.png_of(chart, width=400)

        monkeypatch.setattr(png, "_fonts", list)

        assert ink(with_letters) > ink(png.png_of(chart, width=400))


def ink(drawn: bytes) -> int:
    """How many bytes of the picture are not white, after unpacking and not undoing its filters."""
    content, at = b"", 8
    while at < len(drawn):
        (length,) = struct.unpack(">I", drawn[at : at + 4])
        if drawn[at + 4 : at + 8] == b"IDAT":
            content += drawn[at + 8 : at + 8 + length]
        at += 12 + length
    return sum(byte not in {0, 255} for byte in zlib.decompress(content))


@pytest.fixture
def thursday():
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        yield


@pytest.mark.usefixtures("thursday")
class TestThePage:
    @pytest.fixture
    def page(self, team):
        return reverse("dashboards:by-mail", args=[team.slug])

    def test_everybody_chooses_for_themselves(self, annas, mias, page, anna, mia):
        response = mias.post(page, {"weekly_on": "4", "monthly": "on"})

        assert response.url == page
        kept = Subscription.objects.get()
        assert (kept.user, kept.weekly_on, kept.monthly) == (mia.user, FRIDAY, True)
        form = annas.get(page).context["form"]
        assert form.initial == {"weekly_on": None, "monthly": False}
        assert '<option value="4" selected>Friday</option>' in mias.get(page).content.decode()

    def test_it_is_taken_back_in_the_same_way(self, annas, page, anna):
        chosen(anna, monthly=True)

        annas.post(page, {"weekly_on": ""})

        kept = Subscription.objects.get()
        assert (kept.weekly_on, kept.monthly) == (None, False)

    @pytest.mark.parametrize("day", ["7", "-1", "Wednesday", "2.0"])
    def test_a_day_that_is_none_is_told_beside_the_field(self, annas, page, day):
        response = annas.post(page, {"weekly_on": day})

        assert response.status_code == 422
        assert response.context["form"].errors.keys() == {"weekly_on"}
        assert not Subscription.objects.exists()

    def test_strangers_find_nothing(self, carlas, page):
        assert carlas.get(page).status_code == 404
        assert carlas.post(page, {"weekly_on": "2"}).status_code == 404

    def test_the_way_there(self, annas, team, page):
        assert page in annas.get(reverse("dashboards:reading", args=[team.slug])).content.decode()
        published(team, at=NOON)
        assert page in annas.get(reverse("dashboards:reading", args=[team.slug])).content.decode()
        assert page in annas.get(reverse("profile")).content.decode()

    def test_who_is_in_no_team_is_offered_none(self, client, db):
        client.force_login(builders.person("Zoe"))

        assert "/reading/by-mail/" not in client.get(reverse("profile")).content.decode()


@pytest.mark.usefixtures("thursday")
class TestForPrograms:
    @pytest.fixture
    def address(self, team):
        return reverse("dashboards-api:by-mail", args=[team.slug])

    def test_it_is_the_same_choice(self, annas, mias, address, mia):
        wanted = {"weekly_on": FRIDAY, "monthly": True}

        response = mias.put(address, wanted, content_type="application/json")

        assert (response.status_code, response.json()) == (200, wanted)
        assert mias.get(address).json() == wanted
        assert annas.get(address).json() == {"weekly_on": None, "monthly": False}
        assert Subscription.objects.get().user == mia.user

    @pytest.mark.parametrize(
        "sent",
        [
            {"weekly_on": 7, "monthly": True},
            {"weekly_on": "Friday", "monthly": True},
            {"weekly_on": FRIDAY},
            {"monthly": True},
            {"weekly_on": FRIDAY, "monthly": None},
            {"weekly_on": FRIDAY, "monthly": True, "user": 1},
        ],
    )
    def test_half_a_choice_is_none(self, annas, address, sent):
        response = annas.put(address, sent, content_type="application/json")

        assert response.status_code == 400
        assert not Subscription.objects.exists()

    def test_strangers_find_nothing(self, carlas, address):
        assert carlas.get(address).status_code == 404
        response = carlas.put(address, {"weekly_on": 2}, content_type="application/json")
        assert response.status_code == 404


def test_str_names_the_team_and_the_person_by_number(anna):
    assert str(chosen(anna)) == f"reports of team {anna.team_id} for person {anna.user_id}"


def test_a_week_ends_before_its_mail(anna):
    assert chosen(anna).due_at(LAST).date() == date(2026, 11, 25)
