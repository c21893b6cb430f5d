"""The pages for when something is wrong stand on their own."""

import pytest
from django.template.loader import get_template

BROKEN = ["500.html", "503.html"]
REFUSED = ["400.html", "403.html", "403_csrf.html", "404.html", "409.html"]


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_server_shows_a_whole_page_without_database_or_context(name: str) -> None:
    page = get_template(name).render()

    assert page.count("<h1>") == 1
    assert "css/plain" in page
    assert page.rstrip().endswith("</html>")


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_says_what_happened_and_where_to_go(name: str) -> None:
    page = get_template(name).render()

    assert page.count("<h1>") == 1
    assert 'href="/"' in page
