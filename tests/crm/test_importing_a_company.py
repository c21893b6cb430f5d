"""Importing a company: what comes of its people, teams, customers and deals."""

import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connections

from crm.imports.apply import ONE_AT_A_TIME
from crm.imports.plan import local_part
from crm.models import (
    CompanyImport,
    Deal,
    ExternalId,
    Organization,
    Pipeline,
    Product,
)
from crm.proof import disagreements
from teams.models import LogEntry, ManagerLink, Membership, Team, User
from tests import builders
from tests.crm.companies import AS_OF, CompanyFiles, bring_in, deal_of, figures, warnings

pytestmark = pytest.mark.django_db


@pytest.fixture
def files(tmp_path: Path) -> CompanyFiles:
    return CompanyFiles(tmp_path)


def noon(year: int, month: int, day: int) -> datetime:
    """Twelve o'clock in Amsterdam."""
    summer = date(2024, 3, 31) <= date(year, month, day) < date(2024, 10, 27)
    return datetime(year, month, day, 10 if summer else 11, tzinfo=UTC)


def stays_of(key: str) -> list[tuple[object, ...]]:
    return [
        (v.number, v.stage.name, v.entered_at, v.left_at, v.precision, v.estimated, v.by)
        for v in deal_of(key).visits.in_order().select_related("stage")
    ]


class TestTheCompany:
    def test_the_figures_are_those_of_the_files(self, files):
        assert figures(files.write()) == {
            "people": 5,
            "organizations": 3,
            "deals": 5,
            "won": 2,
            "lost": 1,
            "open": 2,
            "created": 17,
            "updated": 0,
            "unchanged": 0,
            "warnings": [
                {
                    "code": "estimated-visits",
                    "column": "deal_stage",
                    "count": 5,
                    "example": "A1",
                    "suggestion": "The files hold no history of stages; what the dates tell is"
                    " marked as estimated.",
                },
                {
                    "code": "no-loss-reason",
                    "column": "deal_stage",
                    "count": 1,
                    "example": "A2",
                    "suggestion": "The files give no reason.",
                },
                {
                    "code": "blank-account",
                    "column": "account",
                    "count": 1,
                    "example": "A4",
                    "suggestion": "The deal has no organization.",
                },
                {
                    "code": "no-date",
                    "column": "engage_date",
                    "count": 1,
                    "example": "A4",
                    "suggestion": "The deal enters its stage on the as-of day and is marked as"
                    " undated.",
                },
            ],
            "teams": [
                {
                    "slug": "team-mia-jansen",
                    "name": "Team Mia Jansen (West)",
                    "manager": "Mia Jansen",
                    "members": 2,
                },
                {
                    "slug": "team-nora-post",
                    "name": "Team Nora Post (East)",
                    "manager": "Nora Post",
                    "members": 1,
                },
            ],
        }

    def test_a_manager_reads_along_with_the_team_of_their_agents(self, files):
        files.bring_in()

        team = Team.objects.get(slug="team-mia-jansen")
        assert [m.user.name for m in Membership.objects.current().filter(team=team)] == [
            "Anna de Vries",
            "Bram Bakker",
        ]
        assert ManagerLink.objects.current().get(team=team).user.name == "Mia Jansen"
        assert Team.objects.read_by(User.objects.get(name="Mia Jansen")).get() == team

    def test_people_get_an_address_of_their_name_and_no_password(self, files):
        files.bring_in()

        anna = User.objects.get(email="anna.de.vries@example.com")
        assert anna.name == "Anna de Vries"
        assert not anna.has_usable_password()

    def test_every_team_works_by_the_stages_of_the_files(self, files):
        files.bring_in("--currency", "usd")

        for pipeline in Pipeline.objects.all():
            assert pipeline.currency == "USD"
            assert [(s.name, s.category) for s in pipeline.stages.in_order()] == [
                ("Prospecting", "intake"),
                ("Engaging", "open"),
                ("Won", "won"),
                ("Lost", "lost"),
            ]

    def test_amounts_are_in_euros_unless_said(self, files):
        assert "Amounts are in EUR." in files.bring_in()
        assert set(Pipeline.objects.values_list("currency", flat=True)) == {"EUR"}

    def test_a_subsidiary_may_name_a_parent_that_comes_later(self, files):
        files.bring_in()

        dune, mill = (Organization.objects.get(name=n) for n in ("Dune Works", "Mill & Sons"))
        assert (str(dune.parent), dune.sector, dune.location) == ("Harbour", "technology", "Kenya")
        assert (dune.founded_year, dune.employees, dune.revenue) == (1996, 2822, Decimal("1100.04"))
        assert (mill.parent, mill.sector, mill.revenue, mill.employees) == (None, "", None, None)

    def test_products_keep_their_list_price(self, files):
        files.bring_in()

        radio = Product.objects.get(name="Radio Pro")
        assert (radio.series, radio.list_price) == ("Radio", Decimal(550))

    def test_one_line_per_team_tells_since_when_figures_may_differ(self, files):
        files.bring_in()

        run = CompanyImport.objects.get()
        assert str(run) == f"import {run.pk} from sales-opportunities"
        lines = LogEntry.objects.about(run).order_by("team__slug")
        assert [(e.kind, str(e.team), e.at, e.actor) for e in lines] == [
            ("crm.company.imported", "Team Mia Jansen (West)", run.at, None),
            ("crm.company.imported", "Team Nora Post (East)", run.at, None),
        ]
        assert [e.details["created"] for e in lines] == [3, 2]
        assert [datetime.fromisoformat(e.details["since"]) for e in lines] == [
            noon(2024, 1, 10),
            noon(2024, 5, 2),
        ]
        assert not LogEntry.objects.filter(subject_label="crm.deal").exists()
        assert (run.as_of, run.created, run.updated, run.unchanged) == (date(2024, 6, 30), 17, 0, 0)

    def test_a_team_without_deals_has_its_members_and_its_line(self, files):
        files.teams.append(["Dirk Mol", "Olga Bos", ""])
        files.bring_in()

        team = Team.objects.get(slug="team-olga-bos")
        assert (team.name, team.memberships.get().user.name) == ("Team Olga Bos", "Dirk Mol")
        line = LogEntry.objects.get(team=team, kind="crm.company.imported")
        assert line.details == {"created": 0, "updated": 0}

    def test_who_manages_one_team_may_work_in_another(self, files):
        files.teams.append(["Mia Jansen", "Nora Post", "East"])
        assert files.figures()["people"] == 5

        mia = User.objects.get(name="Mia Jansen")
        assert mia.memberships.get().team.slug == "team-nora-post"
        assert mia.manager_links.get().team.slug == "team-mia-jansen"


class TestTheDeals:
    def test_a_won_deal_was_worked_on_until_its_closing(self, files):
        files.bring_in()

        deal = deal_of("A1")
        assert (deal.title, str(deal.product), str(deal.organization), str(deal.owner)) == (
            "Radio Pro",
            "Radio Pro",
            "Harbour",
            "Anna de Vries",
        )
        assert (deal.outcome, deal.stage.name, deal.amount) == ("won", "Won", Decimal(530))
        assert (deal.opened_at, deal.opened_precision) == (noon(2024, 1, 10), "day")
        assert (deal.closed_at, deal.closed_precision) == (noon(2024, 2, 20), "day")
        assert (deal.entered_stage_at, deal.version) == (noon(2024, 2, 20), 1)
        assert stays_of("A1") == [
            (1, "Engaging", noon(2024, 1, 10), noon(2024, 2, 20), "day", True, None),
            (2, "Won", noon(2024, 2, 20), None, "day", True, None),
        ]

    def test_a_lost_deal_keeps_its_value_of_nought_and_has_no_reason(self, files):
        files.bring_in()

        deal = deal_of("A2")
        assert (deal.outcome, deal.amount, deal.loss_reason) == ("lost", Decimal(0), None)
        assert deal.is_imported

    def test_an_engaged_deal_stands_there_since_its_first_day(self, files):
        files.bring_in()

        deal = deal_of("A3")
        assert (deal.outcome, deal.amount, deal.closed_at) == ("open", None, None)
        assert (deal.opened_precision, deal.closed_precision) == ("day", "moment")
        assert stays_of("A3") == [(1, "Engaging", noon(2024, 5, 2), None, "day", True, None)]

    def test_a_deal_without_a_date_enters_on_the_as_of_day(self, files):
        files.bring_in()

        deal = deal_of("A4")
        assert (deal.organization, deal.opened_at) == (None, noon(2024, 6, 30))
        assert deal.opened_precision == "none"
        assert stays_of("A4") == [(1, "Prospecting", noon(2024, 6, 30), None, "none", True, None)]

    def test_a_deal_may_be_won_on_its_first_day(self, files):
        files.bring_in()

        assert [stay[2:4] for stay in stays_of("A5")] == [
            (noon(2024, 6, 1), noon(2024, 6, 1)),
            (noon(2024, 6, 1), None),
        ]

    def test_a_closed_deal_without_a_first_day_has_an_unknown_length(self, files):
        files.set(1, engage_date="")

        said = files.figures()

        deal = deal_of("A1")
        assert (deal.opened_at, deal.opened_precision) == (noon(2024, 2, 20), "none")
        assert stays_of("A1") == [(1, "Won", noon(2024, 2, 20), None, "day", True, None)]
        assert warnings(said, "no-begin") == [
            ("engage_date", 1, "A1", "How long the deal took is not known.")
        ]

    def test_deals_are_numbered_by_team_in_the_order_of_the_file(self, files):
        files.bring_in()

        assert str(ExternalId.objects.get(external_id="A1")) == (
            "crm.deal A1 of sales-opportunities"
        )
        assert [(k, deal_of(k).team.slug, deal_of(k).number) for k in ("A1", "A2", "A5", "A4")] == [
            ("A1", "team-mia-jansen", 1),
            ("A2", "team-mia-jansen", 2),
            ("A5", "team-mia-jansen", 3),
            ("A4", "team-nora-post", 2),
        ]

    def test_the_newest_lies_on_top_of_its_column(self, files):
        files.bring_in()

        won = Deal.objects.filter(team__slug="team-mia-jansen", outcome="won")
        assert [d.closed_at for d in won.order_by("board_rank")] == [
            noon(2024, 6, 1),
            noon(2024, 2, 20),
        ]

    def test_deals_that_are_alike_but_for_their_id_are_all_kept(self, files):
        files.add(like=1, opportunity_id="A6")
        files.add(like=1, opportunity_id="A7")

        assert files.figures()["deals"] == 7
        assert Deal.objects.filter(amount=530).count() == 3

    def test_deals_visits_and_logbook_agree(self, files):
        files.set(1, engage_date="")
        files.bring_in()

        assert list(disagreements()) == []
        assert {v.category for v in deal_of("A2").visits.all()} == {"open", "lost"}


class TestAddresses:
    @pytest.mark.parametrize(
        ("name", "local"),
        [
            ("Anna de Vries", "anna.de.vries"),
            ("Mei-Mei Johns", "mei-mei.johns"),
            ("José Núñez", "jose.nunez"),
            ("Søren Straße-Łódź", "soren.strasse-lodz"),
            ("Conor O'Neill Jr.", "conor.oneill.jr"),
            ("张伟", "person"),
            ("Wolfeschlegelsteinhausenbergerdorff " * 3, "wolfeschlegelsteinhausenbergerdorff.wo"),
        ],
    )
    def test_an_address_is_made_of_plain_letters(self, name, local):
        assert local_part(name).startswith(local)
        assert len(local_part(name)) <= 50

    def test_two_names_with_one_address_are_numbered(self, files):
        files.teams += [["José Núñez", "Nora Post", "East"], ["Jose Nunez", "Nora Post", "East"]]

        said = files.figures()

        assert User.objects.get(name="José Núñez").email == "jose.nunez@example.com"
        assert User.objects.get(name="Jose Nunez").email == "jose.nunez2@example.com"
        assert warnings(said, "address-taken") == [("", 1, "Jose Nunez", "jose.nunez2@example.com")]

    def test_an_address_that_somebody_else_has_is_numbered(self, files):
        User.objects.create_user("carla.smit@example.com", "Another Carla")

        said = files.figures()

        assert User.objects.get(name="Carla Smit").email == "carla.smit2@example.com"
        assert [each[3] for each in warnings(said, "address-taken")] == ["carla.smit2@example.com"]

    def test_who_is_here_already_stays_the_same_person(self, files):
        carla = builders.person("Carla Smit")

        said = files.figures()

        assert (said["created"], said["updated"]) == (16, 1)
        assert carla.memberships.get().team.slug == "team-nora-post"
        assert deal_of("A3").owner == carla

    def test_a_team_gets_another_address_when_its_own_is_taken(self, files):
        builders.team("Team Nora Post", at=datetime(2020, 1, 1, tzinfo=UTC))

        said = files.figures()

        assert said["teams"][1]["slug"] == "team-nora-post-2"
        assert Team.objects.filter(slug="team-nora-post-2").exists()

    def test_a_manager_without_a_plain_letter_leads_to_a_plain_address(self, files):
        files.teams.append(["Dirk Mol", "张伟", "East"])

        assert files.figures()["teams"][2]["slug"] == "team"


class TestWhatIsHereAlready:
    def test_an_organization_of_the_same_name_only_learns_what_it_lacks(self, files):
        harbour = Organization.objects.create(name="HARBOUR", name_key="harbour", sector="shipping")

        said = files.figures()

        harbour.refresh_from_db()
        assert (harbour.name, harbour.sector, harbour.location) == (
            "HARBOUR",
            "shipping",
            "Belgium",
        )
        assert harbour.subsidiaries.get().name == "Dune Works"
        assert said["updated"] == 1

    def test_a_product_of_the_same_name_only_learns_what_it_lacks(self, files):
        radio = Product.objects.create(name="Radio pro", list_price=600)

        files.bring_in()

        radio.refresh_from_db()
        assert (radio.name, radio.series, radio.list_price) == ("Radio pro", "Radio", 600)
        assert deal_of("A1").product == radio
        assert Product.objects.count() == 2


class TestTheCommand:
    def test_a_summary_is_given_in_sentences(self, files):
        assert files.bring_in().splitlines() == [
            "The files hold 5 deals (2 won, 1 lost, 2 open), 3 organizations and 5 people"
            " in 2 teams.",
            "  Team Mia Jansen (West), at team-mia-jansen: 2 members, Mia Jansen reads.",
            "  Team Nora Post (East), at team-nora-post: 1 member, Nora Post reads.",
            "- 5 rows: The files hold no history of stages; what the dates tell is marked as"
            " estimated.",
            "- Lost, in 1 row, as A2. The files give no reason.",
            "- No account in 1 row, as in A4. The deal has no organization.",
            "- No date in 1 row, as in A4. The deal enters its stage on the as-of day and is"
            " marked as undated.",
            "Created 17 records, updated 0 and left 0 as they were. Amounts are in EUR.",
        ]

    def test_a_dry_run_says_the_same_and_writes_nothing(self, files):
        planned = files.figures("--dry-run")

        assert not Team.objects.exists()
        assert not ExternalId.objects.exists()
        assert "nothing was written" in files.bring_in("--dry-run")
        assert files.figures() == planned

    def test_the_as_of_day_is_today_unless_said(self, files):
        files.write()
        with time_machine.travel(datetime(2024, 8, 1, 12, tzinfo=UTC), tick=False):
            call_command("import_company", str(files.folder), stdout=io.StringIO())

        assert deal_of("A4").opened_at == noon(2024, 8, 1)

    @pytest.mark.parametrize(
        ("options", "sentence"),
        [
            (["--profile", "elsewhere"], "There is no profile elsewhere. Known are: sales-opp"),
            (["--as-of", "30-06-2024"], "--as-of 30-06-2024 is no day; write it as 2017-12-31."),
            (["--as-of", "2024-06-31"], "--as-of 2024-06-31 is no day"),
            (["--as-of", "1989-12-31"], "--as-of 1989-12-31 is before 1990"),
            (["--as-of", "2024-05-31"], "go up to 2024-06-01; the as-of day 2024-05-31 is before"),
            (["--as-of", "2100-01-01"], "The as-of day 2100-01-01 lies in the future."),
            (["--currency", "dollars"], "--currency dollars is no currency"),
            (["--map", "nowhere.toml"], "The map file nowhere.toml cannot be read."),
        ],
    )
    def test_nonsense_is_refused_in_words(self, files, options, sentence):
        with pytest.raises(CommandError) as refusal:
            call_command("import_company", str(files.write()), "--as-of", AS_OF, *options)

        assert sentence in str(refusal.value)
        assert not Team.objects.exists()

    def test_a_folder_that_is_not_there_is_refused(self, tmp_path):
        with pytest.raises(CommandError, match="There is no folder"):
            bring_in(tmp_path / "nowhere")

    def test_an_empty_folder_says_what_it_misses(self, tmp_path):
        with pytest.raises(CommandError) as refusal:
            bring_in(tmp_path)

        assert str(refusal.value).splitlines() == [
            "Nothing was imported.",
            "No file holds the opportunities; it would have the columns opportunity_id,"
            " sales_agent, product, account, deal_stage, engage_date, close_date, close_value.",
            "No file holds the agents and their managers; it would have the columns sales_agent,"
            " manager.",
            "No file holds the accounts; it would have the columns account.",
            "No file holds the products; it would have the columns product.",
        ]

    def test_a_refused_import_still_tells_its_figures(self, files):
        files.set(1, product="RadioPro")
        printed = io.StringIO()

        with pytest.raises(CommandError, match="Nothing was imported"):
            call_command(
                "import_company", str(files.write()), "--as-of", AS_OF, "--json", stdout=printed
            )

        said = json.loads(printed.getvalue())
        assert (said["deals"], said["won"], said["created"], said["updated"]) == (5, 2, 0, 0)
        assert warnings(said, "unknown-value") == [("product", 1, "RadioPro", "Radio Pro")]
        assert said["teams"][0]["slug"] == "team-mia-jansen"
        assert not Team.objects.exists()

    @pytest.mark.django_db(databases=["default", "owner"])
    def test_two_imports_do_not_run_at_the_same_time(self, files):
        with connections["owner"].cursor() as other:
            other.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
            with pytest.raises(CommandError, match="Another import is running"):
                files.bring_in()
            other.execute("SELECT pg_advisory_unlock(%s)", [ONE_AT_A_TIME])

        assert files.figures()["created"] == 17
