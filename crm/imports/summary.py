"""What came of an import, for programs and for people at the command line."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from crm.imports.company import Company
from crm.imports.notes import Notes, Remark
from crm.imports.plan import Plan

SENTENCES = {
    "address-taken": "{example} gets the address {suggestion}; the plain one is somebody else's.",
    "blank-account": "No account in {rows}, as in {example}. {suggestion}",
    "column-not-read": "The column {column} is not brought in ({rows}, as “{example}”).",
    "date-order": "{column} is not written as 2017-12-31: “{example}” is read {suggestion}",
    "encoding": "A file is read as {suggestion}, as “{example}”. Look whether that is right.",
    "estimated-visits": "{rows}: {suggestion}",
    "file-not-read": "{example} was not read. {suggestion}",
    "mapped-value": "“{example}” in {column} stands for “{suggestion}” ({rows}).",
    "no-begin": "No first day in {rows}, as in {example}. {suggestion}",
    "no-date": "No date in {rows}, as in {example}. {suggestion}",
    "no-longer-in-file": "{rows} of an earlier import gone from the files, as {example}."
    " {suggestion}",
    "no-loss-reason": "Lost, in {rows}, as {example}. {suggestion}",
    "suspected-spelling": "“{example}” in {column} ({rows}) may mean “{suggestion}”;"
    " it is kept as it is.",
    "worked-on-since": "New values in {rows} for deals that were worked on here, as {example}."
    " {suggestion}",
}


def as_json(company: Company, notes: Notes, plan: Plan | None) -> dict[str, Any]:
    """The figures of an import; without a plan, of one that was refused.

    `people`, `organizations` and `deals` are how many the files hold, `won`, `lost` and `open`
    of the deals. `created`, `updated` and `unchanged` count people, teams, organizations,
    products and deals together.
    """
    outcomes = company.outcomes()
    return {
        "people": len(company.people),
        "organizations": len(company.organizations),
        "deals": len(company.deals),
        "won": outcomes["won"],
        "lost": outcomes["lost"],
        "open": outcomes["open"],
        "created": plan.created if plan else 0,
        "updated": plan.updated if plan else 0,
        "unchanged": plan.unchanged if plan else 0,
        "warnings": [asdict(remark) for remark in notes.remarks()],
        "teams": [
            {
                "slug": plan.slugs[key] if plan else team.slug,
                "name": team.name,
                "manager": company.people[team.manager].name,
                "members": len(team.members),
            }
            for key, team in company.teams.items()
        ],
    }


def in_words(company: Company, notes: Notes, plan: Plan, *, dry_run: bool) -> Iterator[str]:
    """The same in sentences, line by line."""
    outcomes = company.outcomes()
    yield (
        f"The files hold {len(company.deals):,} deals ({outcomes['won']:,} won,"
        f" {outcomes['lost']:,} lost, {outcomes['open']:,} open),"
        f" {len(company.organizations):,} organizations and {len(company.people):,} people"
        f" in {len(company.teams):,} teams."
    )
    for key, team in company.teams.items():
        manager = company.people[team.manager].name
        members = _counted(len(team.members), "member")
        yield f"  {team.name}, at {plan.slugs[key]}: {members}, {manager} reads."
    yield from (f"- {_sentence(remark)}" for remark in notes.remarks())
    yield _what_changed(plan, dry_run=dry_run)


def _sentence(remark: Remark) -> str:
    rows = _counted(remark.count, "row")
    return SENTENCES[remark.code].format(rows=rows, **asdict(remark)).strip()


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _what_changed(plan: Plan, *, dry_run: bool) -> str:
    if not plan.created and not plan.updated:
        return f"Nothing changed: all {plan.unchanged:,} records are here already."
    if dry_run:
        return (
            f"This was a dry run; nothing was written. The import would create {plan.created:,}"
            f" records, update {plan.updated:,} and leave {plan.unchanged:,} as they are."
        )
    return (
        f"Created {plan.created:,} records, updated {plan.updated:,} and left"
        f" {plan.unchanged:,} as they were. Amounts are in {plan.currency}."
    )
