"""What was written reaches nobody but whom it is for, and unsigned it hangs on no author."""

import re

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse

from crm import exports
from crm.models import Export
from reviews.models import Answer, Draft, Feedback, ReviewRound
from teams import wall
from teams.models import Findable, Job, LogEntry, OutgoingMail
from teams.tasks import look_around
from tests import builders, reviewing
from tests.evidence import undone
from tests.rights.matrix import addresses

MARK = "kwikstaart"
# Made anew for every answer, whoever asks.
CHANCE = re.compile(
    r'name="(?:csrfmiddlewaretoken|once)" value="[^"]+"|[0-9a-f]{8}(?:-[0-9a-f]+){4}'
)


@pytest.fixture(autouse=True)
def at_work(now):
    with time_machine.travel(now, tick=False) as clock:
        yield clock


@pytest.fixture
def six(team, anna, bram, mia, now):
    return reviewing.grown(team, 6, at=now)


def pages_of(team, **parts) -> list[str]:
    """Every address of the product that is about this team, this round or nobody."""
    known = {"team_slug": team.slug, **parts}
    return [
        reverse(name, kwargs={part: known[part] for part in needed})
        for name, needed in addresses()
        if needed <= set(known) and name != "admin:jsi18n" and "logout" not in name
    ]


def said_to(browser: Client, urls: list[str]) -> str:
    return "".join(
        CHANCE.sub("", answer.content.decode(errors="replace"))
        for url in urls
        if not (answer := browser.get(url)).streaming
    )


class TestTheSweep:
    @pytest.fixture
    def urls(self, six, anna, bram, team, now) -> list[str]:
        """A sealed round that was held, one that goes on, and feedback: all full of the mark."""
        made = reviewing.released(by=anna, at=now - reviewing.RELEASED, text=f"{MARK} {{by}}")
        answer = made.answers.filter(about=bram.user).first()
        running = reviewing.opened(by=anna, at=now)
        running.write(bram.user, reviewing.words(MARK), by=anna, at=now)
        given = reviewing.given(anna, bram, MARK, at=now)
        given.open(by=bram, at=now)
        parts = {"feedback": given.pk, "person": bram.user_id, "letter": answer.pk}
        return sorted(
            {
                url
                for review in (made, running)
                for url in pages_of(team, review=review.pk, turn="end", deed="opening", **parts)
            }
        )

    def test_shows_a_manager_no_word_of_it(self, mias, urls):
        assert len(urls) > 60
        assert MARK not in said_to(mias, urls)

    def test_shows_an_administrator_no_word_of_it(self, admin, urls):
        assert MARK not in said_to(builders.browser(admin), urls)

    def test_shows_it_to_whom_it_is_for(self, brams, urls):
        assert MARK in said_to(brams, urls)

    def test_shows_a_third_of_the_team_nothing_but_their_own(self, urls, six, team):
        third = builders.browser(six[4].user)

        page = said_to(third, urls)

        # Theirs of the round that is over stands on its page of results.
        assert page.count(MARK) > 0
        pieces = [url for url in urls if "/feedback/" in url and url[-2].isdigit()]
        assert {third.get(url).status_code for url in pieces} == {404}

    def test_finds_it_in_no_mail_job_logbook_search_or_export(self, urls, anna, now):
        look_around()
        export = Export.objects.ask("csv", {"filter": [], "sort": "number"}, by=anna, at=now)
        exports.write(export, at=now)

        for model in (OutgoingMail, Job, LogEntry, Findable):
            assert MARK not in str(list(model.objects.values())), model
        with export.file.open() as file:
            assert MARK.encode() not in file.read()


class TestTheSecondWall:
    @pytest.fixture(autouse=True)
    def full(self, six, anna, bram, now) -> None:
        reviewing.released(by=anna, at=now - reviewing.RELEASED)
        running = reviewing.opened(by=anna, at=now)
        running.write(bram.user, reviewing.words(MARK), by=anna, at=now)
        reviewing.given(anna, bram, MARK, at=now)

    def seen(self) -> tuple[int, int, int]:
        return Answer.objects.count(), Draft.objects.count(), Feedback.objects.count()

    def test_shows_a_manager_nothing_of_the_kind_whatever_is_asked(self, team):
        wall.open_for([team.pk])

        assert self.seen() == (0, 0, 0)
        assert ReviewRound.objects.count() == 2

    def test_shows_a_member_their_own(self, team, anna, bram, six):
        found = {}
        for member in (anna, bram, six[3]):
            with undone():
                wall.open_for([team.pk], person=member.user_id)
                found[member.user.name] = self.seen()

        assert found == {"Anna": (15, 1, 1), "Bram": (15, 0, 1), "Daan": (15, 0, 0)}

    def test_takes_no_answer_from_anybody_but_the_end_of_a_round(self, team, anna, bram):
        wall.open_for([team.pk], person=anna.user_id)

        assert Answer.objects.all().delete()[0] == 0
        assert Draft.objects.all().delete()[0] == 1
        with connection.cursor() as cursor:
            cursor.execute("UPDATE reviews_feedback SET text = 'x' WHERE giver_id <> %s", [anna.pk])
            assert cursor.rowcount <= 1

    def test_is_open_to_everybody_for_a_while(self, team):
        wall.open_for([team.pk])

        with wall.opened_to_everybody():
            assert self.seen() == (90, 1, 1)

        assert self.seen() == (0, 0, 0)


class TestWhoWroteWhat:
    def answers_of(self, six, mias, made, now, *, turned: int) -> dict[str, str]:
        """What everybody is answered when the round is over; who wrote which text goes round."""
        for member in six:
            for one in made.colleagues_of(member.user):
                others = [each.user for each in six if each.user != one]
                place = (others.index(member.user) + turned) % len(others)
                texts = [f"{question} {place}" for question in ("Helps", "Asks", "Agrees")]
                made.write(one, reviewing.words(*texts), by=member, at=now)
            made.hand_in(by=member, at=now)
        made.run_out(at=now + reviewing.RELEASED)
        browsers = {member.user.name: builders.browser(member.user) for member in six}
        return {
            f"{name} {url}": CHANCE.sub("", browser.get(url).content.decode())
            for name, browser in {**browsers, "Mia": mias}.items()
            for url in (
                f"/api/v1/teams/rijnmond/reviews/{made.pk}/",
                "/api/v1/teams/rijnmond/reviews/",
                f"/teams/rijnmond/reviews/{made.pk}/results/",
                f"/teams/rijnmond/reviews/{made.pk}/",
                "/teams/rijnmond/reviews/",
                "/teams/rijnmond/",
            )
        }

    def test_changes_no_byte_of_any_answer(self, six, anna, mias, now):
        made = reviewing.opened(by=anna, at=now)
        told = []
        for turned in (0, 1, 3):
            with undone():
                fresh = ReviewRound.objects.select_related("team").get(pk=made.pk)
                told.append(self.answers_of(six, mias, fresh, now, turned=turned))

        assert len(told[0]) == 7 * 6
        assert "Helps 4" in told[0][f"Anna /teams/rijnmond/reviews/{made.pk}/results/"]
        assert told[0] == told[1] == told[2]
