"""Importing a company again: nothing new changes nothing, and work done here is kept."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError

from crm.models import CompanyImport, Deal, ExternalId, Organization, Product, Stage
from crm.proof import disagreements
from teams.models import LogEntry, Membership, Team, User
from tests.crm.companies import CompanyFiles, deal_of, warnings

pytestmark = pytest.mark.django_db


@pytest.fixture
def files(tmp_path: Path) -> CompanyFiles:
    """The files after a first import."""
    files = CompanyFiles(tmp_path)
    files.bring_in()
    return files


def member_of(deal: Deal) -> Membership:
    return Membership.objects.filter(team=deal.team).order_by("pk")[0]


def counts(said: dict[str, object]) -> tuple[object, ...]:
    return (said["created"], said["updated"], said["unchanged"])


class TestNothingNew:
    def test_a_second_run_changes_nothing_and_says_so(self, files):
        lines = LogEntry.objects.count()
        before = list(Deal.objects.order_by("pk").values())

        assert counts(files.figures(as_of="2024-08-31")) == (0, 0, 17)
        assert "Nothing changed: all 17 records are here already." in files.bring_in()

        assert list(Deal.objects.order_by("pk").values()) == before
        assert LogEntry.objects.count() == lines
        assert CompanyImport.objects.count() == 1

    def test_another_case_or_another_spacing_is_nothing_new(self, files):
        files.set(1, sales_agent="ANNA  de vries", product="radio  pro", account=" harbour")
        files.set(5, close_value="12.50")

        assert counts(files.figures()) == (0, 0, 17)

    def test_what_was_done_here_is_no_news_in_the_files(self, files):
        deal = deal_of("A3")
        deal.plan_step("Call", None, by=member_of(deal), at=datetime.now(UTC))

        said = files.figures()

        assert counts(said) == (0, 0, 17)
        assert warnings(said, "worked-on-since") == []

    def test_the_teams_keep_the_name_that_they_chose(self, files):
        team = Team.objects.get(slug="team-nora-post")
        team.rename("Veluwe", by=None, at=datetime.now(UTC))
        files.teams[3][2] = "North"

        assert counts(files.figures()) == (0, 0, 17)
        team.refresh_from_db()
        assert team.name == "Veluwe"


class TestNewRecords:
    def test_only_what_is_new_is_made(self, files):
        files.accounts.append(["Quay", "retail", "", "", "", "", "Mill & Sons"])
        files.add(like=3, opportunity_id="A6", account="Quay", engage_date="2024-06-05")
        lines = LogEntry.objects.count()

        assert counts(files.figures()) == (2, 0, 17)

        deal = deal_of("A6")
        assert deal.number == 3
        assert Organization.objects.get(name="Quay").parent == Organization.objects.get(
            name="Mill & Sons"
        )
        assert str(deal.organization) == "Quay"
        assert LogEntry.objects.count() == lines + 1

    def test_a_new_deal_lies_on_top_of_those_that_are_there(self, files):
        files.add(like=3, opportunity_id="A6", engage_date="2023-01-01")

        files.bring_in()

        assert deal_of("A6").board_rank < deal_of("A3").board_rank

    def test_a_new_agent_joins_the_team_of_their_manager(self, files):
        files.teams.append(["Dirk Mol", "Nora Post", "East"])

        assert counts(files.figures()) == (1, 0, 17)
        assert User.objects.get(name="Dirk Mol").memberships.get().team.slug == "team-nora-post"

    def test_deals_that_the_files_no_longer_hold_stay(self, files):
        del files.deals[3]

        said = files.figures()

        assert counts(said) == (0, 0, 16)
        assert warnings(said, "no-longer-in-file") == [("", 1, "A3", "It stays as it is.")]
        assert deal_of("A3").outcome == "open"

    def test_what_was_removed_here_comes_back(self, files):
        Product.objects.create(name="Something else")
        files.products.append(["Radio Mini", "Radio", "9"])
        files.bring_in()
        Product.objects.get(name="Radio Mini").delete()

        assert counts(files.figures()) == (1, 0, 17)
        assert Product.objects.filter(name="Radio Mini").exists()


class TestNewFacts:
    def test_an_open_deal_that_was_won_since_is_won(self, files):
        files.set(3, deal_stage="Won", close_date="2024-06-20", close_value="600")

        assert counts(files.figures()) == (0, 1, 16)

        deal = deal_of("A3")
        assert (deal.outcome, deal.amount, deal.version) == ("won", Decimal(600), 2)
        assert [(v.number, v.stage.name) for v in deal.visits.in_order()] == [
            (1, "Engaging"),
            (2, "Won"),
        ]
        assert list(disagreements()) == []

    def test_the_line_tells_since_when_figures_may_differ(self, files):
        files.set(1, engage_date="2024-02-01")
        files.bring_in()

        line = LogEntry.objects.filter(kind="crm.company.imported").newest_first()[0]
        assert str(line.team) == "Team Mia Jansen (West)"
        assert line.details["updated"] == 1
        # The first day was 10 January before, and those figures change too.
        assert datetime.fromisoformat(line.details["since"]) == datetime(
            2024, 1, 10, 11, tzinfo=UTC
        )

    def test_a_deal_keeps_its_place_number_and_next_facts(self, files):
        before = deal_of("A1")
        files.set(1, close_value="531")

        files.bring_in()

        after = deal_of("A1")
        assert (after.amount, after.number) == (Decimal(531), before.number)
        assert after.board_rank == before.board_rank

    def test_a_deal_that_is_still_undated_keeps_the_day_it_entered(self, files):
        entered = deal_of("A4").opened_at
        files.set(4, product="Radio Pro")

        files.bring_in(as_of="2024-08-31")

        assert (deal_of("A4").opened_at, deal_of("A4").title) == (entered, "Radio Pro")

    def test_an_undated_deal_that_moved_on_enters_anew(self, files):
        files.set(4, deal_stage="Engaging")

        files.bring_in(as_of="2024-08-31")

        assert deal_of("A4").opened_at == datetime(2024, 8, 31, 10, tzinfo=UTC)

    def test_a_deal_that_was_worked_on_here_is_kept(self, files):
        deal = deal_of("A3")
        deal.plan_step("Call on Monday", None, by=member_of(deal), at=datetime.now(UTC))
        files.set(3, close_value="700")
        files.set(4, close_value="800")

        said = files.figures()

        assert counts(said) == (0, 1, 16)
        assert warnings(said, "worked-on-since") == [
            ("", 1, "A3", "The deal is kept as it is here.")
        ]
        assert (deal_of("A3").amount, deal_of("A4").amount) == (None, Decimal(800))
        assert warnings(files.figures(), "worked-on-since") != []

    def test_a_deal_that_the_logbook_speaks_of_is_kept(self, files):
        deal = deal_of("A3")
        LogEntry.record("crm.note.written", deal, by=member_of(deal), at=datetime.now(UTC))
        files.set(3, close_value="700")

        assert len(warnings(files.figures(), "worked-on-since")) == 1
        assert deal_of("A3").amount is None

    def test_customers_and_products_follow_the_files(self, files):
        files.accounts[2][1:3] = ["shipping", "1988"]
        files.accounts[1][6] = ""
        files.products[1][2] = "575"

        assert counts(files.figures()) == (0, 3, 14)

        harbour = Organization.objects.get(name="Harbour")
        assert (harbour.sector, harbour.founded_year) == ("shipping", 1988)
        assert not harbour.subsidiaries.exists()
        assert Product.objects.get(name="Radio Pro").list_price == 575

    def test_an_agent_who_changed_teams_moves_and_the_deals_stay(self, files):
        files.teams[2][1] = "Nora Post"

        assert counts(files.figures()) == (0, 1, 16)

        bram = User.objects.get(name="Bram Bakker")
        assert Membership.objects.current().get(user=bram).team.slug == "team-nora-post"
        assert bram.memberships.count() == 2
        assert deal_of("A2").team.slug == "team-mia-jansen"

    def test_an_agent_who_was_moved_here_already_stays_there(self, files):
        bram = User.objects.get(name="Bram Bakker")
        now = datetime.now(UTC)
        bram.memberships.get().leave(by=None, at=now)
        Team.objects.get(slug="team-nora-post").welcome(bram, by=None, at=now)
        files.teams[2][1] = "Nora Post"

        files.bring_in()

        assert bram.memberships.count() == 2

    def test_an_agent_who_only_manages_now_leaves_the_team(self, files):
        files.teams[2] = ["Dirk Mol", "Bram Bakker", "West"]
        files.set(2, sales_agent="Dirk Mol")

        files.bring_in()

        bram = User.objects.get(name="Bram Bakker")
        assert not Membership.objects.current().filter(user=bram).exists()
        assert bram.manager_links.get().team.slug == "team-bram-bakker"


class TestRefusals:
    def test_amounts_cannot_be_of_another_currency(self, files):
        with pytest.raises(CommandError, match="count in EUR, not in USD"):
            files.bring_in("--currency", "USD")

        assert counts(files.figures("--currency", "EUR")) == (0, 0, 17)

    def test_new_teams_count_as_the_others_do(self, tmp_path):
        files = CompanyFiles(tmp_path)
        files.bring_in("--currency", "SEK")
        files.teams.append(["Dirk Mol", "Olga Bos", "North"])

        files.bring_in()

        assert Team.objects.get(slug="team-olga-bos").pipelines.get().currency == "SEK"

    @pytest.mark.parametrize("change", ["gone", "of another kind"])
    def test_a_stage_that_is_gone_refuses_everything(self, files, change):
        engaging = Stage.objects.filter(name="Engaging", pipeline__team__slug="team-nora-post")
        if change == "gone":
            ExternalId.objects.get(label="crm.stage", object_id=engaging.get().pk).delete()
        else:
            engaging.update(category="won")
        files.teams.append(["Dirk Mol", "Nora Post", "East"])
        files.add(like=3, opportunity_id="A6")

        with pytest.raises(CommandError, match="no longer has the stage “Engaging”"):
            files.bring_in()

        assert not User.objects.filter(name="Dirk Mol").exists()

    def test_a_stage_may_be_called_otherwise(self, files):
        Stage.objects.filter(name="Engaging").update(name="In talks")
        files.add(like=3, opportunity_id="A6")

        files.bring_in()

        assert deal_of("A6").stage.name == "In talks"

    def test_a_rule_of_the_team_refuses_everything(self, files):
        """Nobody is both member and manager of a team, whoever made them so."""
        nora = Team.objects.get(slug="team-nora-post")
        nora.link_manager(User.objects.get(name="Bram Bakker"), by=None, at=datetime.now(UTC))
        files.teams[2][1] = "Nora Post"
        files.add(like=1, opportunity_id="A6")

        with pytest.raises(CommandError, match="reads along"):
            files.bring_in()

        assert Deal.objects.count() == 5
