"""Importing a company: what is unknown, doubtful or wrong is said, and nothing is dropped."""

from pathlib import Path

import pytest
from django.core.management import CommandError

from crm.imports.notes import MOST_LISTED, MOST_SUGGESTIONS, Notes
from crm.imports.profiles.sales_opportunities import MAPPABLE
from crm.models import Deal, Organization, Product
from teams.models import Team
from tests.crm.companies import CompanyFiles, figures, warnings

pytestmark = pytest.mark.django_db


@pytest.fixture
def files(tmp_path: Path) -> CompanyFiles:
    return CompanyFiles(tmp_path)


def refusal_of(files: CompanyFiles, says: str = "") -> list[str]:
    """What the refused import says, without its first line."""
    with pytest.raises(CommandError) as refusal:
        files.bring_in(says=says)
    assert not Team.objects.exists()
    first, *lines = str(refusal.value).splitlines()
    assert first == "Nothing was imported."
    return lines


class TestUnknownValues:
    def test_they_are_listed_with_what_comes_nearest_and_what_to_say(self, files):
        files.set(1, product="RadioPro")
        files.set(3, product="RadioPro", deal_stage="Engagin")
        files.set(2, sales_agent="Bram Baker")
        files.accounts[1][6] = "Habour"

        assert refusal_of(files) == [
            "“Habour” in subsidiary_of is unknown (rows: 1, the first is row 2)."
            " The nearest is “Harbour”.",
            "“RadioPro” in product is unknown (rows: 2, the first is row 2)."
            " The nearest is “Radio Pro”.",
            "“Bram Baker” in sales_agent is unknown (rows: 1, the first is row 3)."
            " The nearest is “Bram Bakker”.",
            "“Engagin” in deal_stage is unknown (rows: 1, the first is row 4)."
            " The nearest is “Engaging”.",
            "Say what is meant in the map file (--map FILE.toml):",
            "",
            "[subsidiary_of]",
            '"Habour" = "Harbour"',
            "",
            "[product]",
            '"RadioPro" = "Radio Pro"',
            "",
            "[sales_agent]",
            '"Bram Baker" = "Bram Bakker"',
            "",
            "[deal_stage]",
            '"Engagin" = "Engaging"',
        ]

    def test_what_the_refusal_says_is_what_the_map_file_takes(self, files):
        files.set(1, product="RadioPro", account='The "Harbor"')
        files.set(2, sales_agent="Bram Baker", deal_stage="engagin")
        files.set(2, close_date="", close_value="")

        lines = refusal_of(files)
        answers = "\n".join(lines[lines.index("") :])
        said = files.figures(says=answers)

        assert warnings(said, "mapped-value") == [
            ("product", 1, "RadioPro", "Radio Pro"),
            ("account", 1, 'The "Harbor"', "Harbour"),
            ("sales_agent", 1, "Bram Baker", "Bram Bakker"),
            ("deal_stage", 1, "engagin", "Engaging"),
        ]
        assert Deal.objects.filter(product__name="Radio Pro").count() == 3

    def test_without_anything_near_the_choices_are_given(self, files):
        files.set(1, product="Xylophone")

        assert refusal_of(files)[0].endswith("the first is row 2).")
        assert refusal_of(files)[-2:] == [
            "[product]",
            '"Xylophone" = ""  # "Radio Pro" | "Radio Plus"',
        ]

    def test_many_choices_are_not_listed(self, files):
        files.products += [[f"Lamp {number}", "", ""] for number in range(20)]
        files.set(1, product="Xylophone")

        assert refusal_of(files)[-1] == '"Xylophone" = ""'

    def test_a_map_file_that_leads_nowhere_is_told(self, files):
        files.set(1, product="RadioPro")

        assert refusal_of(files, says='[product]\n"RadioPro" = "Radio Por"')[0] == (
            "“RadioPro” in product is unknown (rows: 1, the first is row 2)."
            " So is “Radio Por”, which the map file says. The nearest is “Radio Pro”."
        )

    def test_a_value_may_stand_for_nothing_where_nothing_is_allowed(self, files):
        files.set(1, account="-")

        files.bring_in(says='[account]\n"-" = ""')

        assert Deal.objects.filter(organization=None).count() == 2

    def test_nothing_is_refused_where_something_is_needed(self, files):
        files.set(1, product="-")

        assert refusal_of(files, says='[product]\n"-" = ""') == [
            "deals.csv, row 2, product: This cannot be empty."
        ]

    def test_a_manager_is_no_agent(self, files):
        files.set(1, sales_agent="Mia Jansen")

        assert refusal_of(files)[0].startswith("“Mia Jansen” in sales_agent is unknown")

    def test_a_long_list_is_cut_short(self, files):
        for number in range(MOST_SUGGESTIONS + 5):
            files.add(like=1, opportunity_id=f"B{number}", account=f"Harbour {number}")

        lines = refusal_of(files)

        assert lines[MOST_LISTED - 1].endswith("The nearest is “Harbour”.")
        assert lines[MOST_LISTED] == f"… and {MOST_SUGGESTIONS + 5 - MOST_LISTED} more like these."
        assert lines[-6] == f'"Harbour {MOST_SUGGESTIONS - 1}" = "Harbour"'
        assert lines[-5].startswith(f'"Harbour {MOST_SUGGESTIONS}" = ""')


class TestRemarks:
    def test_odd_spellings_are_told_and_kept(self, files):
        files.accounts[1][1], files.accounts[1][5] = "technolgy", "Philipines"
        files.accounts[2][1] = "technolgy"
        files.accounts[3][5] = "Korea"
        files.teams.append(["Dirk Mol", "Mia Janssen", "West"])

        said = files.figures()

        assert warnings(said, "suspected-spelling") == [
            ("manager", 1, "Mia Janssen", "Mia Jansen"),
            ("sector", 2, "technolgy", "technology"),
            ("office_location", 1, "Philipines", "Philippines"),
        ]
        assert Organization.objects.get(name="Dune Works").location == "Philipines"
        assert Team.objects.count() == 3

    def test_a_spelling_is_put_right_when_the_map_file_says_so(self, files):
        files.accounts[1][1] = "technolgy"

        said = files.figures(says='[sector]\n"technolgy" = "technology"')

        assert warnings(said, "suspected-spelling") == []
        assert Organization.objects.get(name="Dune Works").sector == "technology"

    def test_columns_that_are_not_brought_in_are_told(self, files):
        for row in files.deals:
            row.extend(["", "Q1"] if row[0] == "A1" else ["", ""])
        files.deals[0][-2:] = ["empty", "Close Quarter"]

        said = files.figures()

        assert warnings(said, "column-not-read") == [("close_quarter", 1, "Q1", "")]
        files.deals[1][-1] = "Q2"
        assert "The column close_quarter is not brought in (1 row, as “Q2”)." in files.bring_in()

    def test_files_that_are_not_read_are_told(self, files):
        folder = files.write()
        (folder / "notes.txt").write_text("Call them.\n")
        (folder / "broken.csv").write_bytes(b"a,b\n1,\x81\n")
        (folder / "more.xlsx").write_bytes(b"")
        (folder / "READ.md").write_text("# About")
        (folder / ".hidden.csv").write_text("a,b")
        (folder / "older").mkdir()
        (folder / "dictionary.csv").write_text("Table,Field,Description\ndeals,account,name\n")

        assert warnings(figures(folder), "file-not-read") == [
            ("", 1, "more.xlsx", "Save it as CSV."),
            (
                "",
                1,
                "broken.csv",
                "broken.csv: The file is no text that can be read; save it as UTF-8.",
            ),
            ("", 1, "notes.txt", ""),
        ]

    def test_letters_read_as_windows_writes_them_are_told(self, files):
        files.accounts[3][0] = "Mühle"
        files.set(5, account="Mühle")
        folder = files.write()
        for name in ("accounts", "deals"):
            path = folder / f"{name}.csv"
            path.write_bytes(path.read_text().encode("cp1252"))

        said = figures(folder)

        assert warnings(said, "encoding") == [("", 1, "Mühle", "Windows-1252")] * 2
        assert Organization.objects.filter(name="Mühle").exists()

    def test_optional_columns_may_be_missing(self, files):
        files.teams = [row[:2] for row in files.teams]
        files.accounts = [row[:1] for row in files.accounts]
        files.accounts[0].append("sector")
        for row in files.accounts[1:]:
            row.append("")
        files.products = [row[:2] for row in files.products]

        said = files.figures()

        assert said["teams"][0]["name"] == "Team Mia Jansen"
        assert Product.objects.get(name="Radio Pro").list_price is None


class TestFaults:
    @pytest.mark.parametrize(
        ("deal", "cells", "sentence"),
        [
            (1, {"opportunity_id": ""}, "row 2, opportunity_id: This cannot be empty."),
            (1, {"product": " "}, "row 2, product: This cannot be empty."),
            (1, {"sales_agent": ""}, "row 2, sales_agent: This cannot be empty."),
            (1, {"deal_stage": ""}, "row 2, deal_stage: This cannot be empty."),
            (
                2,
                {"opportunity_id": "A1"},
                "row 3, opportunity_id: An earlier row has the same: “A1”.",
            ),
            (
                1,
                {"close_date": ""},
                "row 2, close_date: A deal that is won or lost has a day of closing.",
            ),
            (
                3,
                {"close_date": "2024-06-01"},
                "row 4, close_date: A deal that is open has no day of closing.",
            ),
            (
                1,
                {"close_date": "2024-01-09"},
                "row 2, close_date: The deal closes before it begins.",
            ),
            (
                1,
                {"opportunity_id": "x" * 201},
                "row 2, opportunity_id: More than 200 characters are too many.",
            ),
        ],
    )
    def test_a_deal_that_cannot_be_names_its_row(self, files, deal, cells, sentence):
        files.set(deal, **cells)

        assert refusal_of(files) == [f"deals.csv, {sentence}"]

    @pytest.mark.parametrize(
        ("row", "sentence"),
        [
            (["", "Mia Jansen", ""], "row 5, sales_agent: This cannot be empty."),
            (["Dirk Mol", "", ""], "row 5, manager: This cannot be empty."),
            (
                ["anna de vries", "Nora Post", ""],
                "row 5, sales_agent: An earlier row has the same: “anna de vries”.",
            ),
            (
                ["Mia Jansen", "Mia Jansen", ""],
                "row 5, manager: Nobody is both member and manager of a team.",
            ),
        ],
    )
    def test_a_member_who_cannot_be_names_its_row(self, files, row, sentence):
        files.teams.append(row)

        assert refusal_of(files) == [f"teams.csv, {sentence}"]

    def test_a_team_has_at_most_fifty_people(self, files):
        files.teams += [[f"Person {number}", "Nora Post", ""] for number in range(49)]
        assert files.figures("--dry-run")["teams"][1]["members"] == 50

        files.teams.append(["One More", "Nora Post", ""])
        assert refusal_of(files) == ["teams.csv, row 54, manager: A team has at most 50 people."]

    def test_two_accounts_of_one_name_are_told(self, files):
        files.accounts.append(["HARBOUR", "", "", "", "", "", ""])

        assert refusal_of(files) == [
            "accounts.csv, row 5, account: An earlier row has the same: “harbour”."
        ]

    def test_two_products_of_one_name_are_told(self, files):
        files.products.append(["radio  pro", "", ""])

        assert refusal_of(files) == [
            "products.csv, row 4, product: An earlier row has the same: “radio pro”."
        ]

    def test_a_name_must_fit_when_its_letters_grow(self, files):
        files.accounts.append(["ß" * 100, "", "", "", "", "", ""])

        assert refusal_of(files) == [
            "accounts.csv, row 5, account: More than 160 characters are too many."
        ]

    @pytest.mark.parametrize(
        ("parents", "rows"),
        [
            (["Dune Works", "", ""], [2]),
            (["Harbour", "Dune Works", ""], [2]),
            (["Harbour", "Mill & Sons", "Harbour"], [2]),
        ],
    )
    def test_no_account_belongs_to_itself(self, files, parents, rows):
        for account, parent in zip(files.accounts[1:], parents, strict=True):
            account[6] = parent

        assert refusal_of(files) == [
            f"accounts.csv, row {row}, subsidiary_of: An account cannot belong to itself."
            for row in rows
        ]

    def test_two_files_of_the_same_are_told(self, files):
        folder = files.write()
        (folder / "deals again.csv").write_bytes((folder / "deals.csv").read_bytes())

        assert refusal_of(files) == [
            "deals again.csv, deals.csv: These files all look like the opportunities."
            " Leave one of them in the folder."
        ]

    def test_a_missing_column_and_a_broken_row_are_told(self, files):
        files.deals = [row[:-1] for row in files.deals]
        files.accounts[2].pop()

        assert refusal_of(files) == [
            "deals.csv, close_value: There is no such column.",
            "accounts.csv, row 3, subsidiary_of: The row ends before this column: it has 6 cells"
            " of 7.",
        ]

    def test_a_long_list_of_faults_is_cut_short(self):
        notes = Notes()
        for row in range(MOST_LISTED + 2):
            notes.problem("a.csv", row, "", "It is wrong.")

        assert notes.refusal().splitlines()[-1] == "… and 2 more like these."


class TestTheMapFile:
    @pytest.mark.parametrize(
        ("says", "sentence"),
        [
            ("[product", "The map file map.toml is no TOML: "),
            ("\ufeff[prices]\n", "The map file speaks of [prices]. It may speak of: account, "),
            ("product = 1", "In the map file, [product] must be a table."),
            ('[product]\n"A" = 1', "[product] must say in quotes what “a” stands for."),
            ("dates = 1", "In the map file, [dates] must be a table."),
            (
                '[dates]\norder = "mdy"',
                "[dates] order must be one of: day-first, month-first, year-first.",
            ),
            ("[numbers]\ndecimal = 1", "[numbers] decimal must be one of: point, comma."),
            ("#" * 2**20 + "#", "The map file map.toml is too large."),
        ],
    )
    def test_what_has_no_meaning_is_refused(self, files, says, sentence):
        with pytest.raises(CommandError) as refusal:
            files.bring_in(says=says)

        assert sentence in str(refusal.value)

    def test_bytes_that_are_no_text_are_refused(self, files):
        path = files.folder / "map.toml"
        path.write_bytes(b"\xff\xfe\x00")

        with pytest.raises(CommandError, match="is no TOML"):
            files.bring_in("--map", str(path))

    def test_it_may_speak_of_every_column_with_names(self, files):
        says = "\n".join(f'[{column}]\n"nobody" = "somebody"' for column in MAPPABLE)

        assert files.figures(says=says)["created"] == 17
