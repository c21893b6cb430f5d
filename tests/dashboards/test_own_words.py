"""The team's own words about its figures: written to the draft, published with the report."""

import json
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse

from dashboards import kpis
from dashboards.jobs import publish_period, update_figures
from dashboards.models import Baseline, Commentary, CommentaryError, StaleCommentary
from dashboards.periods import Period
from dashboards.verifying import verify
from teams.models import LogEntry
from tests import builders
from tests.racing import at_once

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
LAST = Period.parse("2026-W47")
WINS = [3, 5, 4, 4, 6, 5, 2, 3, 4, 6, 3, 5, 5, 4, 2, 3, 5, 6, 4, 4, 3, 5, 3, 4, 6, 4]


@pytest.fixture(autouse=True)
def monday(now):
    """The draft of last week has been there since six o'clock."""
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def busy_week(team, pipeline, anna, now):
    """Half a year of ordinary weeks with a signed normal range, and one very busy week."""
    weeks = list(Period.parse("2026-W21").through(LAST))
    builders.many_won(
        pipeline,
        [
            week.start(AMSTERDAM) + timedelta(days=1, hours=12)
            for week, count in zip(weeks, [*WINS, 14], strict=True)
            for _ in range(count)
        ],
    )
    team.started_at = weeks[0].start(AMSTERDAM)
    team.save()
    update_figures(team, since=weeks[0].start(AMSTERDAM), at=now)
    won = kpis.get("deals-won")
    Baseline.sign(won, weeks[0], weeks[25], by=anna, at=now, reason="A calm half year")


@pytest.fixture
def draft(team):
    return reverse("dashboards:draft", args=[team.slug, str(LAST)])


@pytest.fixture
def about_wins(team):
    return reverse("dashboards:words", args=[team.slug, str(LAST), "deals-won"])


@pytest.fixture
def api(team):
    return reverse("dashboards-api:draft", args=[team.slug, str(LAST)])


def write(text, *, by, at, kpi="deals-won", version=0):
    return Commentary.objects.write(LAST, text, kpi=kpi, version=version, by=by, at=at)


def test_the_team_reads_the_draft_before_anybody_else(annas, mias, carlas, busy_week, draft):
    context = annas.get(draft).context

    assert context["headline"] == "One thing changed. The rest is business as usual."
    assert [panel.slug for panel in context["changed"]] == ["deals-won"]
    assert mias.get(draft).status_code == 404
    assert carlas.get(draft).status_code == 404


def test_only_what_changed_asks_for_words(annas, busy_week, draft):
    context = annas.get(draft).context

    assert [panel.words_form is not None for panel in context["changed"]] == [True]
    assert [panel.slug for panel in context["calm"] if panel.words_form] == []


def test_the_reading_room_leads_the_team_to_the_draft(annas, mias, team, busy_week, draft):
    room = reverse("dashboards:reading", args=[team.slug])

    assert draft in annas.get(room).content.decode()
    assert draft not in mias.get(room).content.decode()


def test_words_are_published_with_the_report(annas, mias, team, busy_week, draft, about_wins, now):
    annas.post(draft, {"version": 0, "text": "A week to remember."})
    response = annas.post(about_wins, {"version": 0, "text": "The fair.\n\nIt was full."})
    assert response.url == draft

    report = publish_period(team, LAST, at=now + timedelta(days=2, hours=3))

    assert report.payload["commentary"] == [
        {"kpi": "", "text": "A week to remember."},
        {"kpi": "deals-won", "text": "The fair.\n\nIt was full."},
    ]
    page = mias.get(reverse("dashboards:reading", args=[team.slug])).content.decode()
    figures = page.index('id="kpi-deals-won"')
    assert page.index("<p>A week to remember.</p>") < figures
    assert page.index("<p>The fair.</p>\n\n<p>It was full.</p>") > figures
    assert verify(team, at=now + timedelta(days=3)) == []


def test_a_report_without_words_does_not_mention_them(team, busy_week, anna, now):
    write("Never mind", by=anna, at=now)
    write("", version=1, by=anna, at=now)

    assert "commentary" not in publish_period(team, LAST, at=now).payload


def test_nobody_learns_who_wrote(annas, anna, busy_week, draft, now):
    write("The fair", by=anna, at=now)

    line = LogEntry.objects.get(kind="dashboards.commentary.written")
    assert (line.actor, line.details) == (None, {"period": "2026-W47"})
    assert "The fair" in annas.get(draft).content.decode()


def test_who_comes_second_sees_both(annas, bram, busy_week, about_wins, now):
    write("Bram says so", by=bram, at=now)

    response = annas.post(about_wins, {"version": 0, "text": "Anna says otherwise"})

    page = response.content.decode()
    assert response.status_code == 409
    assert "Bram says so" in page
    assert "Anna says otherwise" in page
    assert [one.text for one in Commentary.objects.all()] == ["Bram says so"]
    annas.post(about_wins, {"version": 1, "text": "Anna says otherwise"})
    assert [one.text for one in Commentary.objects.all()] == ["Anna says otherwise"]


def test_the_same_words_again_are_no_change(anna, busy_week, now):
    first = write("The fair", by=anna, at=now)

    assert write("The fair ", by=anna, at=now) is None
    assert first.version == 1


def test_after_publication_nothing_is_added(annas, anna, team, busy_week, about_wins, draft, now):
    publish_period(team, LAST, at=now)

    with pytest.raises(CommentaryError, match="published"):
        write("Too late", by=anna, at=now)
    response = annas.post(about_wins, {"version": 0, "text": "Too late"})

    assert response.status_code == 409
    assert "Your words were not kept." in " ".join(response.content.decode().split())
    assert "Too late" in response.content.decode()
    assert not Commentary.objects.exists()
    assert annas.get(draft).url == reverse("dashboards:report", args=[team.slug, str(LAST)])


def test_before_the_draft_nothing_is_said(anna, team, now):
    early = LAST.drafted_at(AMSTERDAM) - timedelta(seconds=1)

    with pytest.raises(CommentaryError, match="not there"):
        write("Too early", by=anna, at=early)


@pytest.mark.parametrize("period", ["2026-W48", "2026-W46", "2026-W54", "2026-10"])
def test_a_period_without_a_draft_is_not_found(annas, team, period, now):
    # The team started this month: nothing is told of the months before it.
    team.started_at = now - timedelta(days=20)
    team.save()

    assert annas.get(reverse("dashboards:draft", args=[team.slug, period])).status_code == 404


def test_a_month_has_a_draft_of_its_own(annas, team, busy_week, now):
    with time_machine.travel(now + timedelta(days=8), tick=False):
        url = reverse("dashboards:draft", args=[team.slug, "2026-11"])
        response = annas.get(url)

    assert response.context["draft"].published_at.isoformat() == "2026-12-03T12:00:00+01:00"


@pytest.mark.parametrize("kpi", ["time-in-stage", "whatever"])
def test_words_are_about_a_figure_of_the_report(annas, team, busy_week, kpi):
    url = reverse("dashboards:words", args=[team.slug, str(LAST), kpi])

    assert annas.post(url, {"version": 0, "text": "Hm"}).status_code == 404


@pytest.mark.parametrize(
    "sent", [{"version": 0, "text": "x" * 1001}, {"text": "No version"}, {"version": "x"}]
)
def test_words_that_cannot_be_kept_are_sent_back(annas, busy_week, about_wins, sent):
    response = annas.post(about_wins, sent)

    assert response.status_code == 422
    assert sent.get("text", "") in response.content.decode()
    assert not Commentary.objects.exists()


class TestForPrograms:
    def patch(self, client, url, **sent):
        return client.patch(url, json.dumps(sent), content_type="application/json")

    def test_a_program_reads_the_draft_and_writes(self, annas, busy_week, api):
        sent = {"kpi": "deals-won", "text": "The fair", "version": 0}

        response = self.patch(annas, api, **sent)

        assert (response.status_code, response.json()) == (200, sent | {"version": 1})
        draft = annas.get(api).json()
        assert draft["published_at"] == "2026-11-25T12:00:00+01:00"
        assert draft["commentary"] == [response.json()]
        assert draft["report"]["period"] == "2026-W47"

    def test_who_comes_second_gets_both_back(self, annas, bram, busy_week, api, now):
        write("Bram says so", by=bram, at=now)

        response = self.patch(annas, api, kpi="deals-won", text="Not so", version=0)

        assert response.status_code == 409
        assert response.json()["yours"]["text"] == "Not so"
        assert response.json()["theirs"]["text"] == "Bram says so"

    def test_after_publication_it_is_refused(self, annas, team, busy_week, api, now):
        publish_period(team, LAST, at=now)

        response = self.patch(annas, api, kpi="", text="Too late", version=0)

        assert response.status_code == 409
        assert "published" in response.json()["detail"]
        assert annas.get(api).status_code == 404

    def test_an_unknown_figure_is_refused(self, annas, busy_week, api):
        response = self.patch(annas, api, kpi="whatever", text="Hm", version=0)

        assert (response.status_code, list(response.json())) == (400, ["kpi"])

    def test_whoever_reads_along_is_told_nothing(self, mias, busy_week, api):
        assert mias.get(api).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_of_two_who_write_at_once_one_is_told(busy_week, anna, bram, now):
    outcomes = at_once(
        [
            lambda: write("Anna says so", by=anna, at=now),
            lambda: write("Bram too", by=bram, at=now),
        ]
    )

    assert [type(one) for one in outcomes].count(StaleCommentary) == 1
    assert Commentary.objects.get().version == 1


@pytest.mark.parametrize("words", [0, 3])
def test_the_draft_costs_the_same_however_much_is_said(
    words, annas, anna, busy_week, draft, now, django_assert_num_queries
):
    for kpi in ["", "deals-won", "cycle-time"][:words]:
        write("Said", kpi=kpi, by=anna, at=now)

    # Twenty, one for each of the two shares of few cases, and the two that begin and end the
    # transaction within the test's own.
    with django_assert_num_queries(20 + 2 + 2):
        annas.get(draft)
