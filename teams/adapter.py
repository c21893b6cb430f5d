"""How allauth behaves in this house."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class InvitedPeopleOnly(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody makes an account for themselves: a team or an administrator invites them."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
