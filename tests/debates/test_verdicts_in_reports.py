"""What became of a decision, in the report in which the day of its review lies."""

import hashlib
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from dashboards import effects, paper, reading
from dashboards.drafts import Draft
from dashboards.jobs import publish_period
from dashboards.letter import letter_about
from dashboards.periods import Period
from dashboards.verifying import verify
from debates.models import Experiment, Verdict
from debates.reported import KIND
from tests import debating

# A week and its Sunday, the day of the review; the morning after it, and the day of the report.
WEEK = Period.parse("2027-W04")
REVIEWED, JUDGED = date(2027, 1, 31), datetime(2027, 2, 1, 6, tzinfo=UTC)
PUBLISHED = datetime(2027, 2, 3, 11, tzinfo=UTC)
SAID = (
    "The debate on “Win rate of closed deals” of 23 November: improved, from 31% (n = 12 weeks) to"
    " 38% (n = 6 weeks)."
)


@pytest.fixture
def decided(anna, bram, mia, now):
    return debating.agreed(by=anna, at=now, slug="win-rate")


@pytest.fixture
def judged(decided):
    """The figure has told on the day of the review."""
    return told_by(decided)


def told_by(debate, verdict=Verdict.IMPROVED, at=JUDGED, **more):
    facts = {"n": 12, "m": 6, "before": 0.31, "after": 0.38, **more}
    debate.experiments.update(review_on=REVIEWED, verdict=verdict, judged_at=at, **facts)
    return debate


def published(team, period=WEEK, at=PUBLISHED):
    return publish_period(team, period, at=at)


def said_in(report):
    return [told.says for told in reading.read(report).effects]


class TestWhatIsSealed:
    def test_the_report_of_the_week_of_the_review_says_it(self, judged, team):
        report = published(team)

        assert report.payload[effects.KEY] == [{
            "kind": KIND, "subject": judged.pk, "kpi": "win-rate", "unit": "share",
            "asked_on": "2026-11-23", "review_on": "2027-01-31", "verdict": "improved",
            "before": "0.31", "after": "0.38", "n": 12, "m": 6,
        }]  # fmt: skip
        assert hashlib.sha256(report.content.encode()).hexdigest() == report.sha256
        assert said_in(report) == [SAID]

    def test_and_the_month_of_it_and_no_other(self, judged, team):
        before = published(team, WEEK.previous, at=PUBLISHED - timedelta(weeks=1))
        published(team)
        month = published(team, Period.parse("2027-01"))
        after = published(team, WEEK.next, at=PUBLISHED + timedelta(weeks=1))
        later = published(team, Period.parse("2027-02"), at=PUBLISHED + timedelta(weeks=5))

        assert said_in(month) == [SAID]
        for report in (before, after, later):
            assert effects.KEY not in report.payload

    def test_a_verdict_that_comes_late_stands_in_the_next_one(self, decided, team):
        assert said_in(published(team)) == []
        told_by(decided, at=PUBLISHED + timedelta(hours=1))

        late = published(team, WEEK.next, at=PUBLISHED + timedelta(weeks=1))
        later = published(team, WEEK.next.next, at=PUBLISHED + timedelta(weeks=2))

        assert (said_in(late), said_in(later)) == ([SAID], [])

    def test_what_is_published_late_knows_what_was_known_by_then(self, judged, team):
        report = publish_period(
            team, WEEK, at=PUBLISHED + timedelta(days=9), as_of=JUDGED - timedelta(minutes=1)
        )

        assert said_in(report) == []

    def test_nothing_of_another_team_is_in_it(self, judged, other_team):
        assert said_in(published(other_team)) == []

    def test_it_is_still_what_was_published_when_more_is_known(self, judged, team):
        report = published(team)
        judged.experiments.update(after=0.9)

        assert said_in(report) == [SAID]
        assert verify(team, at=PUBLISHED) == []


class TestHowItReads:
    def test_in_dutch(self, judged, team):
        report = published(team)

        with translation.override("nl"):
            [told] = said_in(report)

        assert told == (
            "Het debat over “Deel gewonnen van de afgesloten deals” van 23 november: verbeterd,"
            " van 31% (n = 12 weken) naar 38% (n = 6 weken)."
        )

    @pytest.mark.parametrize(
        ("verdict", "end"),
        [
            (Verdict.INSUFFICIENT, "of 23 November: too few figures to tell."),
            (Verdict.CONFOUNDED, "not to be told apart from another decision."),
        ],
    )
    def test_without_means_where_there_are_none(self, decided, team, verdict, end):
        told_by(decided, verdict, before=None, after=None)

        assert said_in(published(team))[0].endswith(end)

    def test_what_never_came_into_force_says_so(self, judged, team):
        agreement = judged.experiments.get().agreement
        type(agreement).objects.filter(pk=agreement.pk).update(
            state="declined", in_force=None, on_table=None, answer_by=None
        )

        assert said_in(published(team)) == [
            "The debate on “Win rate of closed deals” of 23 November: what was decided never came"
            " into force."
        ]

    def test_two_decisions_of_one_debate_that_read_alike_are_told_once(self, judged, team):
        entry = {**published(team).payload[effects.KEY][0]}

        assert len(effects.told({effects.KEY: [entry, entry]})) == 1

    def test_what_nobody_tells_any_more_stays_unsaid(self):
        assert effects.told({effects.KEY: [{"kind": "of.before", "subject": 1}]}) == []


class TestWhereItIsRead:
    def test_by_both_sides_with_the_way_to_the_debate(self, judged, team, annas, mias):
        published(team)
        door = f'href="/teams/rijnmond/debates/{judged.pk}/"'

        for client in (annas, mias):
            page = client.get(f"/teams/rijnmond/reading/{WEEK}/").content.decode()
            assert SAID in page
            assert door in page

    def test_on_the_page_of_what_was_known(self, judged, team, annas):
        published(team)

        page = annas.get("/teams/rijnmond/reading/known/?on=2027-03-01").content.decode()

        assert SAID in page

    def test_on_paper_and_in_the_mail_without_a_word_of_the_team(self, judged, team):
        report = published(team)
        letter = letter_about(report)

        assert SAID in render_to_string("dashboards/paper.html", paper.told(report))
        assert SAID in letter.text
        assert SAID in letter.html
        assert "we call back" not in letter.text

    def test_in_the_draft_of_the_team(self, judged, team):
        draft = Draft(team, WEEK, JUDGED + timedelta(hours=1))

        assert [one.says for one in reading.read_payload(draft.payload).effects] == [SAID]

    def test_nothing_is_said_where_nothing_was_judged(self, decided, team, annas):
        report = published(team)
        letter = letter_about(report)

        page = annas.get(f"/teams/rijnmond/reading/{WEEK}/").content.decode()

        assert effects.KEY not in report.payload
        for text in (page, letter.html, letter.text):
            assert "became of our decisions" not in text


def test_many_verdicts_ask_no_more_than_one(judged, team, anna, bram, mia, now):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            effects.published(team, WEEK, None, at=PUBLISHED)
        return len(queries)

    few = asked()
    for slug in ("deals-won", "deals-lost"):
        told_by(debating.agreed(by=anna, at=now, slug=slug))

    assert Experiment.objects.judged().count() == 3
    assert asked() == few == 1
