"""Taking a deal, planning its next step and changing its facts."""

from datetime import date
from decimal import Decimal

import pytest

from crm.models import Deal, DealError, StaleDeal
from teams.models import LogEntry
from tests import builders

MONDAY = date(2026, 11, 30)


class TestTaking:
    def test_who_takes_it_looks_after_it(self, deal, anna, now):
        entry = deal.take(by=anna, at=now)

        assert (deal.owner, entry.kind) == (anna.user, "crm.deal.taken")

    def test_the_second_is_told(self, deal, anna, bram, now):
        deal.take(by=anna, at=now)

        with pytest.raises(StaleDeal, match="Someone else took this deal"):
            deal.take(by=bram, at=now)

        assert deal.owner == anna.user


class TestPlanning:
    def test_a_step_and_its_day(self, deal, anna, now):
        entry = deal.plan_step(" Call\nJan ", MONDAY, by=anna, at=now)

        assert (deal.next_step, deal.next_step_on) == ("Call Jan", MONDAY)
        assert (entry.kind, entry.details["step"]) == ("crm.deal.step-planned", "Call Jan")

    def test_an_empty_text_clears_the_day_too(self, deal, anna, now):
        deal.plan_step("Call Jan", MONDAY, by=anna, at=now)

        deal.plan_step(" ", MONDAY, by=anna, at=now)

        assert (deal.next_step, deal.next_step_on) == ("", None)

    def test_a_closed_deal_has_no_next_step(self, deal, anna, now):
        builders.won(deal, by=anna, at=now)

        with pytest.raises(DealError, match="is closed"):
            deal.plan_step("Call Jan", MONDAY, by=anna, at=now)


class TestEditing:
    def test_what_changed_is_kept_old_and_new(self, deal, anna, now):
        changes = {"title": "Scanners", "amount": Decimal(900), "source": "", "owner": anna.user}

        entry = deal.edit(changes, version=1, by=anna, at=now)

        assert (deal.title, deal.amount, deal.owner, deal.version) == ("Scanners", 900, None, 2)
        assert entry.details["old"] == {"title": "Wi-Fi in the yard", "amount": None}
        assert entry.details["new"] == {"title": "Scanners", "amount": Decimal(900)}
        assert entry.details["since"] == now

    def test_the_facts_of_a_closed_deal_change_the_past(self, deal, anna, now):
        builders.won(deal, by=anna, at=now)

        entry = deal.edit({"amount": Decimal(900)}, version=2, by=anna, at=now.replace(year=2027))

        assert entry.details["since"] == now

    def test_nothing_new_writes_nothing(self, deal, anna, now):
        entry = deal.edit({"title": " Wi-Fi  in the yard"}, version=99, by=anna, at=now)

        assert (entry, Deal.objects.get().version) == (None, 1)
        assert LogEntry.objects.about(deal).count() == 1

    def test_an_older_version_is_refused(self, deal, anna, bram, now):
        deal.edit({"title": "Scanners"}, version=1, by=anna, at=now)

        with pytest.raises(StaleDeal, match="Look at it once more"):
            deal.edit({"title": "Printers"}, version=1, by=bram, at=now)

        assert deal.title == "Scanners"  # as it stands, for who must look once more

    def test_an_empty_title_is_refused(self, deal, anna, now):
        with pytest.raises(DealError, match="what the customer asks for"):
            deal.edit({"title": "\u200b"}, version=1, by=anna, at=now)
