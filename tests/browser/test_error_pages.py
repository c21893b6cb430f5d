"""Pages that say what went wrong, what is safe, and what to do."""

import pytest
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from playwright.sync_api import expect

from config.urls import urlpatterns
from teams.web import public_page

pytestmark = pytest.mark.browser


@public_page
def not_understood(_request: HttpRequest) -> HttpResponse:
    raise BadRequest


@public_page
def not_allowed(_request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


@public_page
def broken(_request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


@public_page
def slower(request: HttpRequest) -> HttpResponse:
    return render(request, "409.html", status=409)


@public_page
def away(request: HttpRequest) -> HttpResponse:
    return render(request, "503.html", status=503)


class Seeded:
    """The addresses of the product, and some that go wrong."""

    urlpatterns = [
        *urlpatterns,
        path("seeded/400/", not_understood),
        path("seeded/403/", not_allowed),
        path("seeded/409/", slower),
        path("seeded/500/", broken),
        path("seeded/503/", away),
    ]


ERRORS = {
    400: "That could not be understood",
    403: "This is not yours to do",
    404: "This page does not exist",
    409: "Somebody was faster",
    500: "Something broke on our side",
    503: "Kring is resting for a moment",
}


@pytest.mark.parametrize("code", ERRORS)
def test_it_is_said_in_words_and_leads_home(browse, world, watch, settings, code):
    settings.ROOT_URLCONF = Seeded
    watch.foresee(f"{code} GET")
    page = browse(world.anna.user)
    page.goto(f"/seeded/{code}/")

    expect(page.get_by_role("heading", level=1)).to_have_text(ERRORS[code])
    expect(page.locator("main .code")).to_have_text(str(code))
    page.locator("main .btn").click()
    expect(page.get_by_role("heading", name="Today")).to_be_visible()


def test_a_form_that_lost_its_cookie_changes_nothing(browse, world, watch):
    watch.foresee("403 POST")
    page = browse(world.anna.user)
    page.goto(world.address_of("Kapsalon Lijn"))
    page.context.clear_cookies(name="csrf")

    page.get_by_role("button", name="Move to Proposal").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("The page was open too long")
    assert world.stage_of("Kapsalon Lijn") == "Needs clear"


def test_another_team_has_no_pages_here(browse, world, watch):
    watch.foresee("404 GET")
    page = browse(world.anna.user)
    page.goto("/teams/veluwe/board/")

    expect(page.get_by_role("heading", level=1)).to_have_text("This page does not exist")
