"""What the browser remembers for somebody, so that the server paints the first page right."""

from django.conf import settings
from django.http import HttpResponse

A_YEAR = 31_536_000  # seconds


def remember(response: HttpResponse, name: str, value: str) -> None:
    """Keep a small choice in a cookie that no script can read."""
    response.set_cookie(
        name, value, max_age=A_YEAR, secure=settings.HTTPS, httponly=True, samesite="Lax"
    )


def speak(response: HttpResponse, language: str) -> None:
    """Let the next pages be in this language, where one was chosen."""
    if language:
        remember(response, settings.LANGUAGE_COOKIE_NAME, language)
