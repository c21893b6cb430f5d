"""How allauth behaves in this house."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse

from teams.cookies import speak
from teams.models import User


class InvitedPeopleOnly(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody makes an account for themselves: a team or an administrator invites them."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def post_login(self, request: HttpRequest, user: User, **words: Any) -> HttpResponse:
        """Go on in the language that the person chose."""
        response: HttpResponse = super().post_login(request, user, **words)
        speak(response, user.language)
        return response
