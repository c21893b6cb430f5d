"""The checklist at work: ticked, shown, and never in the way."""

import pytest
from django.urls import reverse

from crm.models import DealError, Tick
from teams.models import LogEntry
from tests import builders


@pytest.fixture
def listed(stages):
    stages[0].checklist = ["Called back", "Address known"]
    stages[0].save()


@pytest.fixture
def work(deal, listed):
    deal.refresh_from_db()
    return deal


def test_an_item_is_done_and_not_done_again(work, anna, now):
    entry = work.tick("Called back", done=True, by=anna, at=now)

    assert entry.kind == "crm.deal.item-ticked"
    tick = Tick.objects.get()
    assert (tick.by, tick.at, tick.stage, str(tick)) == (
        anna.user,
        now,
        work.stage,
        f"Called back of deal {work.pk}",
    )

    entry = work.tick("Called back", done=False, by=anna, at=now)
    assert entry.kind == "crm.deal.item-unticked"
    assert not Tick.objects.exists()


@pytest.mark.parametrize("done", [True, False])
def test_what_was_said_already_is_no_news(work, anna, now, done):
    work.tick("Called back", done=True, by=anna, at=now)
    if not done:
        work.tick("Called back", done=False, by=anna, at=now)
    lines = LogEntry.objects.about(work).count()

    assert work.tick("Called back", done=done, by=anna, at=now) is None
    assert LogEntry.objects.about(work).count() == lines


def test_what_is_not_on_the_list_is_not_ticked(work, anna, now):
    with pytest.raises(DealError, match="not on the checklist"):
        work.tick("Something else", done=True, by=anna, at=now)


def test_it_stops_nobody_and_is_there_when_the_deal_comes_back(work, stages, anna, now):
    work.tick("Called back", done=True, by=anna, at=now)

    work.move_to(stages[1], seen_in=stages[0], by=anna, at=now)
    assert not work.ticks.here(work).exists()

    work.move_to(stages[0], seen_in=stages[1], by=anna, at=now)
    assert work.ticks.here(work).get().item == "Called back"


class TestOnThePageOfTheDeal:
    @pytest.fixture
    def page(self, team, work):
        return reverse("crm:deal", args=[team.slug, work.number])

    def tick(self, client, page, item="Called back", state="done"):
        return client.post(f"{page}checklist/", {"item": item, "state": state})

    def test_it_shows_how_far_the_deal_is(self, annas, page):
        assert "0 of 2" in annas.get(page).content.decode()

        answer = self.tick(annas, page)

        assert (answer.status_code, answer.url) == (302, page)
        shown = annas.get(page).content.decode()
        assert "1 of 2" in shown
        assert shown.count('aria-checked="true"') == 1

        self.tick(annas, page, state="open")
        assert "0 of 2" in annas.get(page).content.decode()

    @pytest.mark.parametrize("sent", [{"item": "Something else"}, {"state": "perhaps"}])
    def test_a_refusal_leads_back_with_a_sentence(self, annas, page, sent):
        answer = self.tick(annas, page, **sent)

        assert answer.status_code == 302
        assert 'class="toast bad"' in annas.get(page).content.decode()
        assert not Tick.objects.exists()

    def test_a_manager_sees_what_is_done_and_not_by_whom(self, annas, mias, page, work):
        self.tick(annas, page)

        shown = mias.get(page).content.decode()

        assert "1 of 2" in shown
        assert "Anna" not in shown
        assert self.tick(mias, page).status_code == 404

    def test_a_closed_deal_has_none(self, annas, page, work, anna, now):
        builders.lost(work, by=anna, at=now)

        assert "Checklist" not in annas.get(page).content.decode()
