"""Working hours and the promise, for programs: read by all, changed by the team."""

import pytest

from crm.models import AnswerPromise
from teams.models import LogEntry
from tests.crm.test_the_api import API, send

pytestmark = pytest.mark.usefixtures("stopped_clock")

FOUR_HOURS = {"seconds": 4 * 3600, "reason": "Customers asked for it", "seen": 0}
OFFICE = ["9:00-17:00"] * 5 + ["", ""]
MORNINGS = ["9:00-12:30, 13:00-14:00", *["9:00-12:00"] * 4, "", ""]
HOURS = {"seen": 1, "week": MORNINGS, "closed_days": ["2026-12-24"], "country": "BE"}


class TestPromises:
    def test_one_is_made_and_read(self, annas, team):
        made = send(annas, "post", "/promises/", FOUR_HOURS)

        assert made.status_code == 201
        assert made.json() == {
            "number": 1,
            "since_at": "2026-11-23T10:00:00+01:00",
            "seconds": 14400,
            "reason": "Customers asked for it",
            "by": {"id": made.json()["by"]["id"], "name": "Anna"},
        }
        assert annas.get(f"{API}/promises/").json() == [made.json()]

    def test_another_stands_before_it(self, annas, team):
        send(annas, "post", "/promises/", FOUR_HOURS)
        send(annas, "post", "/promises/", FOUR_HOURS | {"seconds": 3600, "seen": 1})

        assert [each["number"] for each in annas.get(f"{API}/promises/").json()] == [2, 1]

    def test_the_same_is_no_change(self, annas, team):
        send(annas, "post", "/promises/", FOUR_HOURS)

        again = send(annas, "post", "/promises/", FOUR_HOURS | {"seen": 1})

        assert (again.status_code, again.json()["number"]) == (200, 1)
        assert AnswerPromise.objects.count() == 1

    def test_who_comes_second_gets_both(self, annas, team):
        send(annas, "post", "/promises/", FOUR_HOURS)

        late = send(annas, "post", "/promises/", FOUR_HOURS | {"seconds": 3600})

        assert late.status_code == 409
        told = late.json()
        assert (told["yours"]["seconds"], told["theirs"]["seconds"]) == (3600, 14400)

    def test_a_number_of_one_that_never_was_is_stale(self, annas, team):
        late = send(annas, "post", "/promises/", FOUR_HOURS | {"seen": 3})

        assert (late.status_code, late.json()["theirs"]) == (409, None)

    def test_a_manager_reads_it_without_whoever_made_it(self, annas, mias, team):
        send(annas, "post", "/promises/", FOUR_HOURS)

        [promise] = mias.get(f"{API}/promises/").json()

        assert promise["seconds"] == 14400
        assert "by" not in promise

    @pytest.mark.parametrize("sent", [{"seconds": 0}, {"seconds": 10**8}, {"reason": " "}], ids=str)
    def test_what_is_no_promise_is_named(self, annas, team, sent):
        answer = send(annas, "post", "/promises/", FOUR_HOURS | sent)

        assert (answer.status_code, list(answer.json())) == (400, list(sent))

    @pytest.mark.parametrize("many", [1, 5])
    def test_costs_the_same_however_many(
        self, annas, team, anna, now, django_assert_max_num_queries, many
    ):
        for number in range(many):
            AnswerPromise.objects.make(
                3600 * (number + 1), reason="Asked for", seen=number, by=anna, at=now
            )

        with django_assert_max_num_queries(8):
            annas.get(f"{API}/promises/")


class TestHours:
    def test_are_read_by_the_team_and_its_manager(self, annas, mias, team):
        for reader in (annas, mias):
            told = reader.get(f"{API}/hours/").json()
            assert (told["number"], told["country"]) == (1, "NL")
            assert (told["week"], told["closed_days"]) == (OFFICE, [])

    def test_hold_from_now_on(self, annas, team):
        told = send(annas, "put", "/hours/", HOURS).json()

        assert told == {
            "number": 2,
            "since_at": "2026-11-23T10:00:00+01:00",
            "week": MORNINGS,
            "closed_days": ["2026-12-24"],
            "country": "BE",
        }
        assert annas.get(f"{API}/hours/").json() == told
        assert LogEntry.objects.filter(kind="teams.hours.agreed").count() == 1

    def test_what_holds_already_is_no_change(self, annas, team):
        sent = {"seen": 1, "week": OFFICE, "closed_days": [], "country": "NL"}

        assert send(annas, "put", "/hours/", sent).json()["number"] == 1

    def test_who_comes_second_gets_both(self, annas, team):
        send(annas, "put", "/hours/", HOURS)

        late = send(annas, "put", "/hours/", HOURS | {"country": "DE"})

        assert late.status_code == 409
        told = late.json()
        assert (told["yours"]["country"], told["theirs"]["country"]) == ("DE", "BE")

    def test_a_team_works_at_some_time(self, annas, team):
        assert send(annas, "put", "/hours/", HOURS | {"week": [""] * 7}).status_code == 409

    @pytest.mark.parametrize(
        "sent",
        [
            {"week": OFFICE[:6]},
            {"week": ["9:00-8:00", *OFFICE[1:]]},
            {"week": [None, *OFFICE[1:]]},
            {"week": [9, *OFFICE[1:]]},
            {"week": ["9:00-9:01, " * 20, *OFFICE[1:]]},
            {"closed_days": ["1989-12-31"]},
            {"country": "XX"},
            {"seen": 0},
        ],
        ids=str,
    )
    def test_what_are_no_hours_is_named(self, annas, team, sent):
        answer = send(annas, "put", "/hours/", HOURS | sent)

        assert (answer.status_code, list(answer.json())) == (400, list(sent))
