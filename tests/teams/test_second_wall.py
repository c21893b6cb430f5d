"""The second wall: a fault is slipped into a page, and still nothing is written."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from django.views.decorators.http import require_POST

from config.urls import urlpatterns
from teams.models import Team
from teams.web import TeamRequest, member_page, own_page, public_page, reader_page
from tests.evidence import everything

WAYS_BACK = ["SET TRANSACTION READ WRITE", "SET transaction_read_only = off"]


def write(team: Team) -> HttpResponse:
    Team.objects.filter(pk=team.pk).update(name="Slipped in")
    return HttpResponse("written")


@reader_page
def writes_while_reading(request: TeamRequest) -> HttpResponse:
    return write(request.team)


@reader_page
def looks_for_a_way_back(request: TeamRequest) -> HttpResponse:
    for way in WAYS_BACK:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(way)
        except DatabaseError:
            continue
        return HttpResponse(f"{way} works")
    return write(request.team)


@reader_page
def locks_while_reading(request: TeamRequest) -> HttpResponse:
    return HttpResponse(str(len(Team.objects.select_for_update())))


@member_page
def writes_in_a_get(request: TeamRequest) -> HttpResponse:
    return write(request.team)


@own_page
def writes_in_a_get_of_ones_own(request: HttpRequest) -> HttpResponse:
    return write(Team.objects.get())


@own_page
def reads_what_is_ones_own(request: HttpRequest) -> HttpResponse:
    return HttpResponse("read")


@require_POST
@member_page
def writes_and_answers(request: TeamRequest) -> HttpResponse:
    write(request.team)
    return HttpResponse(status=int(request.POST["status"]))


@require_POST
@public_page
def writes_and_breaks(request: HttpRequest) -> HttpResponse:
    write(Team.objects.get())
    raise ZeroDivisionError


class Seeded:
    """The addresses of the product, and some with a fault in them."""

    urlpatterns = [
        *urlpatterns,
        path("seeded/<slug:team_slug>/reading/", writes_while_reading),
        path("seeded/<slug:team_slug>/way-back/", looks_for_a_way_back),
        path("seeded/<slug:team_slug>/lock/", locks_while_reading),
        path("seeded/<slug:team_slug>/get/", writes_in_a_get),
        path("seeded/own/", writes_in_a_get_of_ones_own),
        path("seeded/own/read/", reads_what_is_ones_own),
        path("seeded/<slug:team_slug>/answer/", writes_and_answers),
        path("seeded/breaks/", writes_and_breaks),
    ]


class Wall:
    @pytest.fixture
    def browser(self, settings, annas) -> Client:
        """Anna's browser, on a site with faults; what breaks is answered, as in production."""
        settings.ROOT_URLCONF = Seeded
        annas.raise_request_exception = False
        return annas

    @pytest.mark.parametrize(
        ("address", "reason"),
        [
            ("rijnmond/reading", "cannot execute UPDATE in a read-only transaction"),
            ("rijnmond/way-back", "cannot execute UPDATE in a read-only transaction"),
            ("rijnmond/lock", "cannot execute SELECT FOR UPDATE in a read-only transaction"),
            ("rijnmond/get", "cannot execute UPDATE in a read-only transaction"),
            ("own", "cannot execute UPDATE in a read-only transaction"),
        ],
    )
    @pytest.mark.parametrize("method", ["get", "head"])
    def test_postgresql_refuses_to_write_where_one_only_reads(
        self, browser, caplog, method, address, reason
    ):
        before = everything()

        answer = getattr(browser, method)(f"/seeded/{address}/")

        assert answer.status_code == 500
        assert reason in str(answer.exc_info[1])
        assert everything() == before

    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
    def test_a_page_for_readers_knows_no_other_method(self, browser, method):
        before = everything()

        answer = getattr(browser, method)("/seeded/rijnmond/reading/")

        assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
        assert everything() == before

    def test_whoever_acts_on_what_is_their_own_may_write(self, browser, team):
        assert browser.post("/seeded/own/").status_code == 200

        team.refresh_from_db()
        assert team.name == "Slipped in"
        assert browser.get("/seeded/own/read/").content == b"read"

    def test_the_next_request_may_write_again(self, browser, team):
        browser.get("/seeded/rijnmond/reading/")

        assert browser.post("/seeded/rijnmond/answer/", {"status": "200"}).status_code == 200

        team.refresh_from_db()
        assert team.name == "Slipped in"

    @pytest.mark.parametrize("status", [200, 204, 302, 399])
    def test_an_answer_that_says_yes_keeps_what_was_written(self, browser, team, status):
        assert browser.post("/seeded/rijnmond/answer/", {"status": status}).status_code == status

        team.refresh_from_db()
        assert team.name == "Slipped in"

    @pytest.mark.parametrize("status", [400, 403, 404, 409, 422, 500, 503])
    def test_an_answer_that_says_no_keeps_nothing(self, browser, status):
        before = everything()

        assert browser.post("/seeded/rijnmond/answer/", {"status": status}).status_code == status

        assert everything() == before

    def test_a_page_that_breaks_keeps_nothing(self, browser):
        before = everything()

        assert browser.post("/seeded/breaks/").status_code == 500

        assert everything() == before


class TestInsideATestTransaction(Wall):
    pytestmark = pytest.mark.django_db


class TestForReal(Wall):
    """The request's own transaction begins and ends."""

    pytestmark = pytest.mark.django_db(transaction=True)
