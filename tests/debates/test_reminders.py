"""The mail to who owes a word to a debate: once, the working day before its days end."""

from datetime import timedelta

import pytest

from agreements.models import Terms
from dashboards import kpis
from debates.models import Brought, Debate
from debates.models.proposal import ProposalVersion
from teams.digest import LOOK, MAIL, every_morning
from teams.models import Job, OutgoingMail
from tests import builders, debating
from tests.agreements.test_clocks import run
from tests.agreements.test_the_mail import morning, pass_morning, week

# Of a debate that begins on Monday 23 November: the working day before each of its days.
BEFORE_GATHERED, BEFORE_CHALLENGED = morning(2026, 11, 25), morning(2026, 11, 27)
BEFORE_THE_END = morning(2026, 12, 4)


def told():
    """What the latest mail says."""
    return OutgoingMail.objects.latest("pk")


class TestWhoIsReminded:
    def test_everybody_who_owes_a_point_once(self, debate):
        mails = {at.day: pass_morning(at) for at in week(morning(2026, 11, 24), 4)}

        assert mails == {24: [], 25: ["anna", "bram", "mia"], 26: [], 27: []}

    def test_nobody_who_has_said_their_word_or_is_excused(self, debate, anna, bram, mia, now):
        debate.bring(Brought("We call late"), by=anna, at=now)
        debate.add_nothing(by=bram, at=now)
        debate.excuse(debate.seat_of(mia), "On holiday", by=mia, at=now)

        assert pass_morning(BEFORE_GATHERED) == []

    def test_who_has_not_weighed_yet(self, anna, bram, mia, now):
        debate = debating.revealed(by=anna, at=now)
        debate.weigh({debate.points.all()[0].pk: 3}, by=bram, at=now)

        # The days for it end on a Monday.
        assert pass_morning(BEFORE_CHALLENGED) == ["anna", "mia"]

    def test_who_has_not_answered_yet(self, anna, bram, mia, now):
        debate = debating.proposed(by=anna, at=now)
        debate.consent(ProposalVersion.objects.get(), by=anna, at=now + debating.PROPOSED)

        assert pass_morning(BEFORE_THE_END) == ["bram", "mia"]

    def test_the_team_where_nobody_dates_what_was_asked_for(self, anna, bram, mia, now):
        Debate.objects.request(kpis.get("win-rate"), "Why?", by=mia, at=now)

        assert pass_morning(BEFORE_CHALLENGED) == ["anna", "bram"]

    def test_nobody_while_anybody_may_propose(self, anna, bram, mia, now):
        debate = debating.revealed(by=anna, at=now)
        debate.run_out(at=now + debating.WEIGHED)

        assert pass_morning(morning(2026, 12, 1)) == []

    def test_nobody_on_a_day_on_which_nobody_works(self, anna, bram, mia, now):
        debating.revealed(by=anna, at=now)

        assert pass_morning(morning(2026, 11, 28)) == []

    def test_nobody_who_wants_no_mail(self, debate, bram):
        bram.user.is_reminded = False
        bram.user.save(update_fields=["is_reminded"])

        assert pass_morning(BEFORE_GATHERED) == ["anna", "mia"]

    def test_nobody_who_says_meanwhile_that_they_want_none(self, debate, bram):
        every_morning(BEFORE_GATHERED)
        run(Job.objects.get(kind=LOOK), at=BEFORE_GATHERED)
        bram.user.is_reminded = False
        bram.user.save(update_fields=["is_reminded"])

        for job in Job.objects.filter(kind=MAIL, state="due"):
            run(job, at=BEFORE_GATHERED)

        assert bram.user.email not in OutgoingMail.objects.values_list("recipient", flat=True)


class TestWhatItSays:
    def test_where_and_until_when_and_nobodys_name(self, debate, anna, bram, mia, now):
        debate.bring(Brought("The ptarmigan is late"), by=anna, at=now)

        pass_morning(BEFORE_GATHERED)

        mail = OutgoingMail.objects.get(recipient=bram.user.email)
        assert "In team Rijnmond a debate waits for a word of yours" in mail.text
        assert "until the end of Thursday 26 November" in mail.text
        assert f"/teams/rijnmond/debates/{debate.pk}/" in mail.text
        for hidden in ("Anna", "Mia", "ptarmigan", debate.question, "Deals won"):
            assert hidden not in mail.text + mail.subject

    def test_in_the_language_of_the_reader(self, debate, bram):
        bram.user.language = "nl"
        bram.user.save(update_fields=["language"])

        pass_morning(BEFORE_GATHERED)

        mail = OutgoingMail.objects.get(recipient=bram.user.email)
        assert "tot en met donderdag 26 november" in mail.text

    def test_how_one_gets_it_no_more(self, debate):
        pass_morning(BEFORE_GATHERED)

        assert told().settings_url.endswith("/profile/")
        assert told().settings_url in told().text

    def test_it_is_one_mail_with_what_is_agreed_and_of_all_teams(
        self, debate, anna, bram, mia, carla, other_team, now
    ):
        link = other_team.link_manager(mia.user, by=None, at=now)
        builders.member("Dora", other_team, at=now)
        debating.opened(by=carla, at=now)
        terms = Terms("", "I call back", "It is on the deal", now.date() + timedelta(days=3))
        builders.proposed(anna, mia, terms, at=now)
        assert link.user == mia.user

        assert pass_morning(BEFORE_GATHERED).count("mia") == 1

        text = OutgoingMail.objects.get(recipient=mia.user.email).text
        assert "In team Rijnmond 1 agreement waits for you" in text
        assert "In team Rijnmond a debate waits" in text
        assert "In team Veluwe a debate waits" in text


class TestWhatGoesWrong:
    def test_jobs_that_run_twice_send_one_mail_each(self, debate):
        pass_morning(BEFORE_GATHERED)
        for job in Job.objects.filter(kind__in=[LOOK, MAIL]):
            run(job, at=BEFORE_GATHERED)

        assert OutgoingMail.objects.count() == 3

    def test_a_worker_killed_before_the_end_sends_none_twice(self, debate, bram, monkeypatch):
        every_morning(BEFORE_GATHERED)
        run(Job.objects.get(kind=LOOK), at=BEFORE_GATHERED)
        job = Job.objects.get(kind=MAIL, key__startswith=f"{bram.user_id}:")
        run(job, at=BEFORE_GATHERED)
        # As if the mark that it is done had never been written.
        Job.objects.filter(pk=job.pk).update(state="due")

        run(Job.objects.get(pk=job.pk), at=BEFORE_GATHERED + timedelta(hours=1))

        assert OutgoingMail.objects.filter(recipient=bram.user.email).count() == 1

    def test_a_morning_that_comes_a_day_late_still_says_it(self, debate, bram):
        every_morning(BEFORE_GATHERED)
        late = BEFORE_GATHERED + timedelta(days=1)
        run(Job.objects.get(kind=LOOK), at=late)
        for job in Job.objects.filter(kind=MAIL):
            run(job, at=late)

        assert OutgoingMail.objects.count() == 3

    @pytest.mark.parametrize("days", [2, 9])
    def test_and_one_that_comes_too_late_says_nothing(self, debate, days):
        every_morning(BEFORE_GATHERED)
        late = BEFORE_GATHERED + timedelta(days=days)
        run(Job.objects.get(kind=LOOK), at=late)
        for job in Job.objects.filter(kind=MAIL):
            run(job, at=late)

        assert not OutgoingMail.objects.exists()
