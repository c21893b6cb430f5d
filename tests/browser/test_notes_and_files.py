"""What the team writes down for itself about a deal: a note for a colleague, and its file."""

import pytest
from playwright.sync_api import expect

from tests.browser.pages import KAPSALON
from tests.browser.test_everybody_can_use_it import LOOKS, faults_of

pytestmark = pytest.mark.browser


def test_a_colleague_reads_the_note_and_takes_its_file(browse, world):
    page = browse(world.anna.user)
    page.goto(world.address_of(KAPSALON))
    page.locator("summary", has_text="Write a note").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Note", exact=True).fill("@Bram, they have **two** mirrors too few.")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    note = page.get_by_role("listitem").filter(has_text="mirrors too few")
    expect(note.locator(".pill")).to_have_text("on top")

    note.get_by_role("link", name="Edit").click()
    page.locator("summary", has_text="Attach a file").click()
    drawing = {"name": "mirrors.csv", "mimeType": "text/csv", "buffer": b"wall;mirrors\nleft;2\n"}
    page.locator("input[type=file]").set_input_files(drawing)
    page.get_by_role("button", name="Keep").last.click()
    expect(page.get_by_role("link", name="mirrors.csv")).to_be_visible()
    found = faults_of(page, LOOKS[1:3])

    brams = browse(world.bram.user)
    brams.goto(world.page())
    brams.get_by_role("link", name="Read a note that mentions you").click()
    with brams.expect_download() as taken:
        brams.get_by_role("link", name="mirrors.csv").click()
    brams.get_by_role("button", name="I have read this").click()
    brams.goto(world.page())

    expect(brams.get_by_role("link", name="Read a note that mentions you")).to_have_count(0)
    assert taken.value.path().read_bytes() == drawing["buffer"]
    assert found == []
