"""Going on in a new team: a divided team's process is copied, and the deals that go move to it.

Each deal that goes is a deal of the new team from then on, under a number of its own, with all that
was written about it. The row that it was stays with the team that it left, as it stood: its visits,
spells and clocks end there, so no figure of the past moves, and the next ones begin in the new team
(docs/adr/0029-deals-that-go-on.md). All of it is done in a few statements, however many deals go.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, models
from django.utils.translation import gettext as _

from crm.happenings import Happening
from crm.models import (
    Activity,
    AnswerPromise,
    BulkEdit,
    BulkUndo,
    Contact,
    Deal,
    DealNumbering,
    FieldDefinition,
    GoingCustomer,
    LossReason,
    OpenSpell,
    Organization,
    OwnFacts,
    Pipeline,
    RetentionRule,
    Source,
    Stage,
    Tag,
)
from crm.models.deals import DealQuerySet
from crm.models.in_parts import InParts
from crm.refusals import CrossingError
from teams.models import Division, LogEntry, Membership, Team

# What a team chooses from and agreed on; the new one begins with the same, and changes its own.
COPIED = (FieldDefinition, Source, LossReason, Tag, AnswerPromise, RetentionRule)

COPY = """
INSERT INTO {table} (team_id, {columns})
SELECT %(new)s, {columns} FROM {table} WHERE team_id = %(old)s ORDER BY id
"""
# Under which number each deal goes on; the order of the old numbers is that of the new ones.
DEPART = """
INSERT INTO crm_departure (team_id, deal_id, division_id, to_id, number, at)
SELECT %(old)s, id, %(division)s, %(new)s,
    %(first)s - 1 + row_number() OVER (ORDER BY number), %(at)s
FROM crm_deal WHERE id = ANY (%(deals)s)
"""
GO_ON = """
INSERT INTO crm_deal ({columns})
SELECT {values}
FROM crm_departure went
JOIN crm_deal deal ON deal.id = went.deal_id
JOIN unnest(%(stages)s::bigint[], %(new_stages)s::bigint[]) AS same (stage_id, new_id)
    ON same.stage_id = deal.stage_id
JOIN crm_stage stage ON stage.id = same.new_id
LEFT JOIN crm_source source ON source.id = deal.source_id
LEFT JOIN crm_source chosen ON chosen.team_id = %(new)s AND chosen.name_key = source.name_key
WHERE went.division_id = %(division)s
"""
# Stands for "(moved)" in the others: both rows of each deal.
MOVED = """
(
    SELECT went.deal_id AS old_id, fresh.id AS new_id
    FROM crm_departure went
    JOIN crm_deal fresh ON fresh.team_id = %(new)s AND fresh.number = went.number
    WHERE went.division_id = %(division)s
) moved
"""
ARRIVE = """
INSERT INTO crm_arrival
    (team_id, deal_id, division_id, origin_id, number, at, was_done, was_closed, was_answered)
SELECT %(new)s, moved.new_id, %(division)s, %(old)s, deal.number, %(at)s,
    coalesce(before.was_done, false) OR EXISTS (
        SELECT FROM crm_stagevisit visit WHERE visit.deal_id = deal.id AND visit.category = 'won'
    ),
    coalesce(before.was_closed, false) OR EXISTS (
        SELECT FROM crm_stagevisit visit
        WHERE visit.deal_id = deal.id AND visit.category IN ('won', 'lost')
    ),
    coalesce(before.was_answered, false) OR EXISTS (
        SELECT FROM crm_question asked
        WHERE asked.deal_id = deal.id AND asked.answered_at IS NOT NULL
    )
FROM (moved)
JOIN crm_deal deal ON deal.id = moved.old_id
LEFT JOIN crm_arrival before ON before.deal_id = deal.id
"""
END_THE_VISITS = """
UPDATE crm_stagevisit SET left_at = %(at)s, gone_at = %(at)s
WHERE deal_id = ANY (%(deals)s) AND left_at IS NULL
"""
BEGIN_VISITS = """
INSERT INTO crm_stagevisit (deal_id, team_id, number, stage_id, category, revision_id, entered_at,
    precision, estimated, is_first, left_precision)
SELECT deal.id, deal.team_id, 1, deal.stage_id, stage.category, revision.id, %(at)s,
    'moment', false, true, ''
FROM (moved)
JOIN crm_deal deal ON deal.id = moved.new_id
JOIN crm_stage stage ON stage.id = deal.stage_id
JOIN crm_pipelinerevision revision
    ON revision.pipeline_id = deal.pipeline_id AND revision.number = 1
"""
STAY_AS_IT_WAS = """
UPDATE crm_deal SET gone_at = %(at)s, version = version + 1 WHERE id = ANY (%(deals)s)
"""
TAG = """
INSERT INTO crm_dealtag (team_id, deal_id, tag_id)
SELECT %(new)s, moved.new_id, chosen.id
FROM (moved)
JOIN crm_dealtag has ON has.deal_id = moved.old_id
JOIN crm_tag tag ON tag.id = has.tag_id
JOIN crm_tag chosen ON chosen.team_id = %(new)s AND chosen.name_key = tag.name_key
"""
TICK = """
INSERT INTO crm_tick (team_id, deal_id, stage_id, item, by_id, at)
SELECT %(new)s, moved.new_id, same.new_id, tick.item, tick.by_id, tick.at
FROM (moved)
JOIN crm_tick tick ON tick.deal_id = moved.old_id
JOIN unnest(%(stages)s::bigint[], %(new_stages)s::bigint[]) AS same (stage_id, new_id)
    ON same.stage_id = tick.stage_id
"""
# The words are set to themselves, so that what is found by them is written for the new team.
TAKE_ALONG = """
UPDATE {table} thing SET team_id = %(new)s, deal_id = moved.new_id{more}
FROM (moved) WHERE thing.deal_id = moved.old_id
"""
ABOUT_CUSTOMERS = """
UPDATE {table} thing SET team_id = %(new)s{more}
WHERE thing.team_id = %(old)s AND thing.deal_id IS NULL AND (
    thing.organization_id = ANY (%(organizations)s) OR thing.contact_id = ANY (%(contacts)s)
)
"""
WITH_ITS_NOTE = """
UPDATE {table} thing SET team_id = %(new)s
FROM crm_note note WHERE note.id = thing.note_id AND note.team_id = %(new)s
    AND thing.team_id = %(old)s
"""
WAIT_ON = """
UPDATE crm_responseclock clock SET team_id = %(new)s, deal_id = moved.new_id
FROM (moved)
WHERE clock.deal_id = moved.old_id AND clock.answered_at IS NULL AND NOT clock.is_void
"""
# What was said is with the new team, so nothing of it is known by these any more.
LET_CLOCKS_GO = """
UPDATE crm_responseclock SET gone_at = %(at)s, opened_by_id = NULL, answered_by_id = NULL
WHERE deal_id = ANY (%(deals)s)
"""
WAITED = """
INSERT INTO crm_responseclock
    (deal_id, team_id, opened_at, promise_seconds, due_at, is_void, gone_at)
SELECT moved.old_id, %(old)s, clock.opened_at, clock.promise_seconds, clock.due_at, false, %(at)s
FROM (moved) JOIN crm_responseclock clock ON clock.deal_id = moved.new_id
"""
CALLED_ELSEWHERE = """
UPDATE crm_externalid known SET object_id = moved.new_id
FROM (moved) WHERE known.label = 'crm.deal' AND known.object_id = moved.old_id
"""
NEW_KEYS = "SELECT new_id FROM (moved)"
OWN_FACTS = """
INSERT INTO crm_ownfacts (team_id, {columns})
SELECT %(new)s, {columns} FROM crm_ownfacts
WHERE team_id = %(old)s AND (
    organization_id = ANY (%(organizations)s) OR contact_id = ANY (%(contacts)s)
    OR contact_id IN (SELECT contact_id FROM crm_deal WHERE id = ANY (%(deals)s))
)
"""
# What was found by the words of what went along is found in the new team alone.
FORGET_WORDS = """
DELETE FROM teams_findable known USING {table} thing
WHERE known.kind = %(kind)s AND known.team_id = %(old)s AND known.subject_id = thing.id
    AND thing.team_id = %(new)s
"""
SAME_WORDS = ", {0} = thing.{0}, version = thing.version + 1"
WITH_WORDS = {
    "crm_interaction": ("i", SAME_WORDS.format("text")),
    "crm_note": ("n", SAME_WORDS.format("text")),
    "crm_activity": (
        "a",
        SAME_WORDS.format("title") + ", assignee_id = CASE"
        " WHEN thing.assignee_id = ANY (%(people)s) THEN thing.assignee_id END",
    ),
}
# A note, whom it mentions and its files change teams in one transaction, and not in one statement.
TOGETHER = "SET CONSTRAINTS mention_is_the_teams, attachment_note_is_the_teams {}"


@dataclass(frozen=True)
class Going:
    """What goes with a division: whom the team chose, and their open deals."""

    team: Team
    organizations: list[int]
    contacts: list[int]

    @classmethod
    def with_division(cls, division: Division) -> Going:
        chosen = GoingCustomer.objects.of(division)
        pairs = list(chosen.order_by("pk").values_list("organization", "contact"))
        return cls(
            division.team,
            [organization for organization, _contact in pairs if organization],
            [contact for _organization, contact in pairs if contact],
        )

    def hold_the_customers(self) -> None:
        """Let nobody merge them, or those of their deals, to the end of the transaction."""
        for kind, name, chosen in (
            (Organization, "organization", self.organizations),
            (Contact, "contact", self.contacts),
        ):
            met = models.Q(pk__in=chosen) | models.Q(pk__in=self.deals().values(name))
            rows: models.QuerySet[Any] = models.QuerySet(kind).filter(met).order_by("pk")
            list(rows.select_for_update(no_key=True).values_list("pk"))

    def deals(self) -> DealQuerySet:
        """The open deals of these customers, and no others."""
        of_theirs = models.Q(organization__in=self.organizations)
        of_them = models.Q(organization=None, contact__in=self.contacts)
        found: DealQuerySet = self.team.deals.open().filter(of_theirs | of_them)
        return found


def hindered(team: Team) -> str:
    """What has to end before the team can be divided, in a sentence; blank for nothing."""
    edits, undos = BulkEdit.objects.filter(team=team), BulkUndo.objects.filter(team=team)
    at_work: list[InParts] = [
        *edits.filter(so_far__lt=models.F("deals__len")),
        *undos.filter(so_far__lt=models.F("edit__deals__len")).select_related("edit"),
    ]
    if any(one.is_at_work for one in at_work):
        return _("Many deals are being changed at the moment. Wait until that is done.")
    return ""


def cross(division: Division, old: Team, new: Team, *, by: Membership, at: datetime) -> int:
    """Let the customers that go go on in the new team. Returns how many deals went along.

    Runs in the transaction of the division, with the wall open for both teams. Raises
    CrossingError while many deals are being changed.
    """
    if hinders := hindered(old):
        raise CrossingError(hinders)
    going = Going.with_division(division)
    # In the order in which everybody holds them: customers, processes, stages, deals.
    going.hold_the_customers()
    list(old.pipelines.order_by("pk").select_for_update(no_key=True).values_list("pk"))
    stages = Stage.objects.of_team(old).order_by("pk")
    list(stages.select_for_update(no_key=True, of=("self",)).values_list("pk"))
    # So that nothing is written about them meanwhile, either.
    held = going.deals().order_by("pk").select_for_update(of=("self",))
    deals = list(held.values_list("pk", "entered_stage_at"))
    # Two clocks may differ; no visit ends before it begins.
    at = max([at, *(entered for _deal, entered in deals)])
    same = _copy_the_process(old, new, {deal for deal, _entered in deals}, by=by, at=at)
    keys = [deal for deal, _entered in deals]
    values = {
        "old": old.pk,
        "new": new.pk,
        "division": division.pk,
        "at": at,
        "deals": keys,
        "first": DealNumbering.next_for(new, count=len(keys)),
        "stages": list(same),
        "new_stages": list(same.values()),
        "people": list(new.memberships.current().values_list("user", flat=True)),
        "organizations": going.organizations,
        "contacts": going.contacts,
    }
    _go_on(values)
    _take_along(values)
    OpenSpell.objects.tell_of([*keys, *_new_keys(values)])
    for planned in Activity.objects.open().filter(team=new).exclude(reminder=""):
        planned.arm_reminder(at=at)
    told: dict[str, Any] = {"by": by, "at": at, "count": len(keys)}
    LogEntry.record(Happening.DEALS_WENT_ON, division, team=old, other=new.name, **told)
    LogEntry.record(Happening.DEALS_CAME, division, team=new, other=old.name, **told)
    return len(keys)


def _copy_the_process(
    old: Team, new: Team, deals: set[int], *, by: Membership, at: datetime
) -> dict[int, int]:
    """Give the new team what it needs to work. Returns its stage for each that it has the like of.

    The oldest process comes first whether the team still works with it or not: the currency of
    the figures is that of the oldest.
    """
    for kind in COPIED:
        _run(COPY.format(table=kind._meta.db_table, columns=_columns(kind)), old=old.pk, new=new.pk)
    same: dict[int, int] = {}
    used = set(Deal.objects.filter(pk__in=deals).values_list("stage", flat=True))
    for place, pipeline in enumerate(old.pipelines.order_by("pk")):
        stages = list(pipeline.stages.in_order())
        if place and pipeline.archived_at and used.isdisjoint(stage.pk for stage in stages):
            continue
        fresh = Pipeline.objects.create(
            team=new,
            name=pipeline.name,
            kind=pipeline.kind,
            currency=pipeline.currency,
            position=pipeline.position,
            asks_customer=pipeline.asks_customer,
            archived_at=pipeline.archived_at,
        )
        kept = [stage for stage in stages if not stage.archived_at or stage.pk in used]
        made = Stage.objects.bulk_create(_like(stage, fresh) for stage in kept)
        same |= {stage.pk: one.pk for stage, one in zip(kept, made, strict=True)}
        fresh.revise(_("Divided from %(team)s.") % {"team": old.name}, by=by.user, at=at)
    return same


def _like(stage: Stage, pipeline: Pipeline) -> Stage:
    facts = {
        field.attname: getattr(stage, field.attname)
        for field in Stage._meta.concrete_fields
        if field.name not in {"id", "pipeline"}
    }
    return Stage(pipeline=pipeline, **facts)


def _go_on(values: Mapping[str, Any]) -> None:
    """The deals themselves: from one row to the other, and what is counted of them."""
    differing = {
        "team_id": "%(new)s",
        "number": "went.number",
        "pipeline_id": "stage.pipeline_id",
        "stage_id": "stage.id",
        "source_id": "chosen.id",
        "owner_id": "CASE WHEN deal.owner_id = ANY (%(people)s) THEN deal.owner_id END",
    }
    names = [field.attname for field in Deal._meta.concrete_fields if not field.primary_key]
    columns = ", ".join(names)
    selected = ", ".join(differing.get(name, f"deal.{name}") for name in names)
    _run(DEPART, **values)
    _run(GO_ON.format(columns=columns, values=selected), **values)
    for statement in (ARRIVE, END_THE_VISITS, BEGIN_VISITS, STAY_AS_IT_WAS, TAG, TICK):
        _run(statement, **values)


def _take_along(values: Mapping[str, Any]) -> None:
    """What was written about the deals and the customers, and what other systems call them."""
    for statement in (WAIT_ON, LET_CLOCKS_GO, WAITED):
        _run(statement, **values)
    _run(TOGETHER.format("DEFERRED"))
    for table, (kind, more) in WITH_WORDS.items():
        _run(TAKE_ALONG.format(table=table, more=more), **values)
        if table != "crm_interaction":
            _run(ABOUT_CUSTOMERS.format(table=table, more=more), **values)
        _run(FORGET_WORDS.format(table=table), kind=kind, **values)
    _run(TAKE_ALONG.format(table="crm_attachment", more=""), **values)
    for table in ("crm_mention", "crm_attachment"):
        _run(WITH_ITS_NOTE.format(table=table), **values)
    _run(TOGETHER.format("IMMEDIATE"))
    _run(OWN_FACTS.format(columns=_columns(OwnFacts)), **values)
    _run(CALLED_ELSEWHERE, **values)


def _new_keys(values: Mapping[str, Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(NEW_KEYS.replace("(moved)", MOVED), values)
        return [key for (key,) in cursor.fetchall()]


def _columns(kind: type[models.Model]) -> str:
    """All columns but the key and the team."""
    fields = kind._meta.concrete_fields
    return ", ".join(f.attname for f in fields if not f.primary_key and f.name != "team")


def _run(statement: str, **values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement.replace("(moved)", MOVED), values)
