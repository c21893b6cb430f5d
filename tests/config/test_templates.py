"""The templates keep the rules that make a strict page possible."""

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
PAGES = sorted(TEMPLATES.rglob("*.html"))
HTMX = {"hx-get", "hx-post", "hx-target", "hx-swap", "hx-trigger"}
SWAPS = {"outerMorph", "outerHTML", "beforeend"}
# Forms without a key of their own: sent twice, they do the same as once (docs/adr/0009).
ONCE_ANYWAY = {
    "account/_demo_people.html",  # signs in
    "account/login.html",
    "admin/erase.html",  # who was erased is not erased again
    "components/_account.html",  # signs out
    "components/_languages.html",  # keeps a choice in a cookie
    "components/_plain_foot.html",
    "components/_theme.html",
    "crm/_strip.html",
    "reviews/_hand_in.html",  # nothing is kept of it by which somebody could be found
    "reviews/about.html",
    "teams/_sign_out_first.html",
}

each_template = pytest.mark.parametrize(
    "page", PAGES, ids=lambda page: str(page.relative_to(TEMPLATES))
)


@each_template
def test_no_code_and_no_style_stands_inside_a_page(page: Path) -> None:
    source = page.read_text()

    assert not re.search(r"\sstyle=", source)
    assert not re.search(r"<style", source)
    assert not re.search(r"\son[a-z]+=", source)
    assert not re.search(r"<script(?![^>]*\ssrc=)", source)
    assert "javascript:" not in source


@each_template
def test_only_the_agreed_words_of_htmx_are_used(page: Path) -> None:
    source = page.read_text()

    assert set(re.findall(r"\s(hx-[\w:-]+)=", source)) <= HTMX
    assert set(re.findall(r'hx-swap="([^"]+)"', source)) <= SWAPS
    assert set(re.findall(r"<(hx-[\w-]+)", source)) <= {"hx-partial"}


@each_template
def test_a_key_is_written_without_a_thousands_separator(page: Path) -> None:
    """An id of 12,345 would be another id, and no selector at all."""
    assert not re.findall(r"\{\{ (?:[\w.]*\.)?(?:pk|number) \}\}(?! )", page.read_text())


@each_template
def test_every_form_that_posts_is_protected(page: Path) -> None:
    forms = re.findall(r"<form\b.*?</form>", page.read_text(), re.DOTALL)
    posting = [form for form in forms if 'method="post"' in form]

    protected = ("{% csrf_token %}", "{{ holes.0 }}")
    assert all(any(word in form for word in protected) for form in posting)


@each_template
def test_every_form_that_posts_has_a_key_of_its_own(page: Path) -> None:
    """Write {% once %} below {% csrf_token %}, so that a double click has one effect."""
    forms = re.findall(r"<form\b.*?</form>", page.read_text(), re.DOTALL)
    # Where a card came from is sent with its move, so a second one finds it gone.
    keyed = ("{% once %}", "{{ holes.0 }}")
    bare = [
        form
        for form in forms
        if 'method="post"' in form and not any(word in form for word in keyed)
    ]

    assert bool(bare) == (str(page.relative_to(TEMPLATES)) in ONCE_ANYWAY)
