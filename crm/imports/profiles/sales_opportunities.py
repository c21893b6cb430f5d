"""The sales-opportunities set: agents with their managers, accounts, products, opportunities.

A manager with their agents is a team: the manager reads along, the agents are the members. The
team is called after its manager and the office where its agents sit, for the files know no other
name; its address after the manager alone.

The files know no history of stages, no reason of a loss and no activities; nothing is invented.
`engage_date` is when the work began and `close_date` when the deal was won or lost. A lost row
carries a value of 0: that is what the source says, so it is the amount; an open row carries none.
"""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from itertools import islice

from babel import Locale
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.imports.company import (
    Company,
    DealDraft,
    OrganizationDraft,
    PersonDraft,
    ProductDraft,
    TeamDraft,
)
from crm.imports.dating import settle_dates
from crm.imports.mapping import Said
from crm.imports.notes import Notes, nearest
from crm.imports.read import Row, Table
from crm.imports.recognise import FileKind
from crm.imports.sheet import Sheet
from crm.models.drafting import StageDraft
from crm.models.naming import name_key
from crm.models.stage import Category
from teams.models.team import LARGEST_CELL

SYSTEM = "sales-opportunities"
DEALS, TEAMS, ACCOUNTS, PRODUCTS, DICTIONARY = (
    "deals",
    "teams",
    "accounts",
    "products",
    "dictionary",
)
KINDS = (
    FileKind(
        DEALS,
        gettext_lazy("the opportunities"),
        marks=frozenset({"opportunity_id"}),
        hints=frozenset({"deal_stage", "sales_agent"}),
        columns=(
            "opportunity_id",
            "sales_agent",
            "product",
            "account",
            "deal_stage",
            "engage_date",
            "close_date",
            "close_value",
        ),
    ),
    FileKind(
        TEAMS,
        gettext_lazy("the agents and their managers"),
        marks=frozenset({"sales_agent"}),
        hints=frozenset({"manager", "regional_office"}),
        columns=("sales_agent", "manager"),
    ),
    FileKind(
        ACCOUNTS,
        gettext_lazy("the accounts"),
        marks=frozenset({"account"}),
        hints=frozenset({"sector", "office_location", "subsidiary_of", "year_established"}),
        columns=("account",),
    ),
    FileKind(
        PRODUCTS,
        gettext_lazy("the products"),
        marks=frozenset({"product"}),
        hints=frozenset({"series", "sales_price"}),
        columns=("product",),
    ),
    FileKind(
        DICTIONARY,
        gettext_lazy("the meaning of the columns"),
        marks=frozenset({"table", "field"}),
        hints=frozenset({"description"}),
        columns=(),
        optional=True,
    ),
)
MAPPABLE = frozenset(
    {
        "sales_agent",
        "manager",
        "regional_office",
        "account",
        "sector",
        "office_location",
        "subsidiary_of",
        "product",
        "series",
        "deal_stage",
    }
)
WORKED_IN = "engaging"
STAGES = {
    "prospecting": StageDraft("Prospecting", Category.INTAKE),
    WORKED_IN: StageDraft("Engaging", Category.OPEN),
    "won": StageDraft("Won", Category.WON),
    "lost": StageDraft("Lost", Category.LOST),
}
_SECTORS = """
    agriculture automotive aviation banking biotechnology chemicals construction consulting
    consumer education electronics employment energy engineering entertainment fashion finance
    food government healthcare hospitality insurance legal logistics manufacturing marketing media
    medical mining pharmaceuticals property publishing retail security services software technology
    telecommunications tourism transportation travel utilities wholesale
"""
SECTORS = frozenset(_SECTORS.split())
LAST_YEAR_FOUNDED = 2100
# How like two words must be for one to be a slip of the pen for the other.
ALIKE = 0.85
MOST_COMPARED = 200


def read(files: Mapping[str, Table], notes: Notes, said: Said) -> Company:
    """Read the recognised files into a company; everything doubtful goes to the notes.

    Files that are missing or broken leave nothing to read: the company is empty then.
    """
    company = Company(system=SYSTEM, stages=STAGES, worked_in=WORKED_IN)
    if notes.problems:
        return company
    sheets = {role: Sheet(table, notes, said) for role, table in files.items()}
    _read_teams(sheets[TEAMS], company)
    _read_accounts(sheets[ACCOUNTS], company)
    _read_products(sheets[PRODUCTS], company)
    _read_deals(sheets[DEALS], company)
    for role, sheet in sheets.items():
        sheet.remark_on_the_encoding()
        if role != DICTIONARY:
            sheet.remark_on_the_rest()
    return company


# -- people and teams ------------------------------------------------------------------------------


def _read_teams(sheet: Sheet, company: Company) -> None:
    managers: dict[str, str] = {}
    members: dict[str, list[str]] = {}
    offices: dict[str, set[str]] = {}
    for row in sheet.rows:
        agent = sheet.text(row, "sales_agent", longest=120, required=True)
        manager = sheet.text(row, "manager", longest=60, required=True)
        office = sheet.text(row, "regional_office", longest=40)
        key, team = name_key(agent), name_key(manager)
        if not (sheet.is_first(row, "sales_agent", key, company.people) and team):
            continue
        if key == team:
            sheet.problem(row, "manager", _("Nobody is both member and manager of a team."))
        if len(members.setdefault(team, [])) == LARGEST_CELL:
            sheet.problem(
                row, "manager", _("A team has at most %(most)d people.") % {"most": LARGEST_CELL}
            )
        managers.setdefault(team, manager)
        members[team].append(key)
        offices.setdefault(team, set()).add(office)
        company.people[key] = PersonDraft(key, agent, team)
    for team, manager in managers.items():
        earlier = (company.people[each.manager].name for each in company.teams.values())
        known = frozenset(islice(earlier, MOST_COMPARED))
        _suspect(sheet, "manager", manager, known, count=len(members[team]))
        company.people.setdefault(team, PersonDraft(team, manager, None))
        company.teams[team] = _team(team, manager, offices[team], members[team])


def _team(key: str, manager: str, offices: set[str], members: list[str]) -> TeamDraft:
    where = ", ".join(sorted(offices - {""}))
    name = f"Team {manager} ({where})" if where else f"Team {manager}"
    return TeamDraft(key, name[:80], slugify(f"Team {manager}")[:50], key, tuple(members))


# -- accounts and products -------------------------------------------------------------------------


def _read_accounts(sheet: Sheet, company: Company) -> None:
    numbers = {
        column: sheet.numbers(column) for column in ("year_established", "revenue", "employees")
    }
    names: dict[str, str] = {}
    rows: dict[str, Row] = {}
    fields = {}
    for row in sheet.rows:
        name = sheet.text(row, "account", longest=160, required=True)
        key = name_key(name)
        if not sheet.is_first(row, "account", key, names):
            continue
        names[key], rows[key] = name, row
        sector = sheet.text(row, "sector", longest=80)
        location = sheet.text(row, "office_location", longest=120)
        _suspect(sheet, "sector", sector, SECTORS)
        _suspect(sheet, "office_location", location, _countries())
        fields[key] = {
            "name": name,
            "sector": sector,
            "location": location,
            "founded_year": sheet.whole(
                row, "year_established", numbers["year_established"], most=LAST_YEAR_FOUNDED
            ),
            "employees": sheet.whole(row, "employees", numbers["employees"]),
            "revenue": sheet.money(row, "revenue", numbers["revenue"]),
        }
    # The second pass: a parent may stand further down in the file than its subsidiaries.
    for key, row in rows.items():
        parent = sheet.key(row, "subsidiary_of", names)
        company.organizations[key] = OrganizationDraft(key, fields[key], parent)
    _check_parents(sheet, rows, company.organizations)


def _check_parents(
    sheet: Sheet, rows: Mapping[str, Row], organizations: Mapping[str, OrganizationDraft]
) -> None:
    """No organization is its own parent, however many stand between."""
    cleared: set[str] = set()
    for key in organizations:
        path: list[str] = []
        above: str | None = key
        while above and above not in cleared and above not in path:
            path.append(above)
            above = organizations[above].parent
        if above in path:
            sheet.problem(rows[key], "subsidiary_of", _("An account cannot belong to itself."))
        cleared.update(path)


def _read_products(sheet: Sheet, company: Company) -> None:
    prices = sheet.numbers("sales_price")
    for row in sheet.rows:
        name = sheet.text(row, "product", longest=120, required=True)
        key = name_key(name)
        if sheet.is_first(row, "product", key, company.products):
            company.products[key] = ProductDraft(
                key,
                {
                    "name": name,
                    "series": sheet.text(row, "series", longest=80),
                    "list_price": sheet.money(row, "sales_price", prices),
                },
            )


@cache
def _countries() -> frozenset[str]:
    """The names of the countries in English."""
    names = Locale("en").territories
    return frozenset(name for code, name in names.items() if re.fullmatch("[A-Z]{2}", code))


def _suspect(
    sheet: Sheet, column: str, word: str, known: frozenset[str], *, count: int = 1
) -> None:
    """Remark that the word may be misspelt; it is brought in as it is."""
    meant = _meant(word, known)
    if meant:
        about = name_key(word)
        sheet.notes.remark("suspected-spelling", column, word, meant, about=about, count=count)


@lru_cache(maxsize=10_000)
def _meant(word: str, known: frozenset[str]) -> str:
    """The known word for which this one is a slip of the pen; empty for most words."""
    if not word or name_key(word) in map(name_key, known):
        return ""
    return nearest(word, known, cutoff=ALIKE)


# -- deals -----------------------------------------------------------------------------------------


def _read_deals(sheet: Sheet, company: Company) -> None:
    agents = {key: person.name for key, person in company.people.items() if person.team}
    products = {key: product.fields["name"] for key, product in company.products.items()}
    accounts = {key: account.fields["name"] for key, account in company.organizations.items()}
    stages = {key: stage.name for key, stage in STAGES.items()}
    amounts = sheet.numbers("close_value")
    began, closed = settle_dates(sheet, "engage_date", "close_date")
    for row in sheet.rows:
        key = sheet.text(row, "opportunity_id", longest=200, required=True)
        owner = sheet.key(row, "sales_agent", agents, required=True) or ""
        product = sheet.key(row, "product", products, required=True) or ""
        account = sheet.key(row, "account", accounts)
        stage = sheet.key(row, "deal_stage", stages, required=True)
        if not (sheet.is_first(row, "opportunity_id", key, company.deals) and stage):
            continue
        deal = DealDraft(
            key=key,
            team=(owner and company.people[owner].team) or "",
            owner=owner,
            product=product,
            organization=account,
            stage=stage,
            title=products.get(product, ""),
            amount=sheet.money(row, "close_value", amounts),
            began_on=sheet.day(row, "engage_date", began),
            closed_on=sheet.day(row, "close_date", closed),
        )
        _check_dates(sheet, row, deal)
        _remark(sheet.notes, row, deal)
        company.deals[key] = deal


def _check_dates(sheet: Sheet, row: Row, deal: DealDraft) -> None:
    is_closed = STAGES[deal.stage].category.outcome != Category.OPEN
    if is_closed and not row.cells["close_date"].strip():
        sheet.problem(row, "close_date", _("A deal that is won or lost has a day of closing."))
    if deal.closed_on and not is_closed:
        sheet.problem(row, "close_date", _("A deal that is open has no day of closing."))
    if deal.began_on and deal.closed_on and deal.closed_on < deal.began_on:
        sheet.problem(row, "close_date", _("The deal closes before it begins."))


def _remark(notes: Notes, row: Row, deal: DealDraft) -> None:
    """Say what the row does not hold."""
    if not row.cells["account"].strip():
        notes.remark("blank-account", "account", deal.key, _("The deal has no organization."))
    if deal.began_on is None and deal.closed_on is None:
        notes.remark(
            "no-date",
            "engage_date",
            deal.key,
            _("The deal enters its stage on the as-of day and is marked as undated."),
        )
    elif deal.began_on is None:
        notes.remark("no-begin", "engage_date", deal.key, _("How long the deal took is not known."))
    if STAGES[deal.stage].category is Category.LOST:
        notes.remark("no-loss-reason", "deal_stage", deal.key, _("The files give no reason."))
    notes.remark(
        "estimated-visits",
        "deal_stage",
        deal.key,
        _("The files hold no history of stages; what the dates tell is marked as estimated."),
    )
