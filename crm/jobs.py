"""What the customer process does by the clock."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from crm import asking, batches, bulk, exports, hooks, pace, recycling, rules, sweeping
from crm.models import (
    BulkEdit,
    BulkUndo,
    Export,
    Question,
    RetentionRule,
    Rule,
    RuleRun,
    StageVisit,
)
from crm.models.bulk_edit import CHANGE, UNDO
from crm.models.export import KEPT, WRITE
from crm.models.retention import ANONYMISE
from crm.models.rule import AGE, TELL, WATCH, WORK
from crm.models.voice import MAIL
from teams.jobs import handles, plans
from teams.models import Job, Team

USUAL_DAYS = "crm.usual_days"
FORGET_EXPORTS = "crm.exports.forget"
EMPTY_BINS = "crm.empty_bins"
SWEEP = "crm.sweep"
FORGET_WORDS = "crm.forget_words"


@plans
def every_night(at: datetime) -> None:
    """Once a day, at the first tick after midnight: what is usual, and what is to be emptied."""
    day = timezone.localdate(at)
    for kind in (USUAL_DAYS, EMPTY_BINS, FORGET_WORDS, SWEEP):
        Job.objects.arm(kind, day.isoformat(), run_at=at)


@handles(USUAL_DAYS)
def learn_usual_days(*, at: datetime, **_: Any) -> None:
    pace.learn_usual_days(at=at)


@plans
def forget_exports(at: datetime) -> None:
    """Once a day: the files that are over."""
    day = timezone.localdate(at)
    Job.objects.arm(FORGET_EXPORTS, day.isoformat(), run_at=at)


@handles(FORGET_EXPORTS)
def forget_old_exports(*, at: datetime, **_: Any) -> None:
    for export in Export.objects.filter(asked_at__lte=at - KEPT).exclude(file=""):
        export.file.delete()


@handles(WRITE)
def write_export(*, at: datetime, export_id: int, **_: Any) -> None:
    """Write the file that somebody asked for, if they are still of the team."""
    export = Export.objects.select_related("team", "person").get(pk=export_id)
    if export.team.memberships.current().filter(user=export.person).exists():
        exports.write(export, at=at)


@handles(CHANGE)
def change_some(*, edit_id: int, **_: Any) -> None:
    """Change the next of many deals; the job after this one goes on."""
    bulk.go_on(BulkEdit.objects.select_related("team", "person").get(pk=edit_id))


@handles(UNDO)
def take_some_back(*, undo_id: int, **_: Any) -> None:
    """Take a change of many deals back for the next of them; the job after this one goes on."""
    undos = BulkUndo.objects.select_related("team", "person", "edit__first_line")
    batches.go_on(undos.get(pk=undo_id))


@handles(ANONYMISE)
def anonymise_some(*, at: datetime, rule_id: int, asked_at: str, team_id: int, **how: Any) -> None:
    """Anonymise the next of those who were shown; the job after this one goes on."""
    rule = RetentionRule.objects.select_related("team").get(pk=rule_id)
    rule.go_on(asked_at=datetime.fromisoformat(asked_at), at=at, **how)


@handles(EMPTY_BINS)
def empty_the_bins(*, at: datetime, **_: Any) -> None:
    recycling.empty_bins(at=at)


@handles(MAIL)
def mail_question(*, at: datetime, question_id: int, **_: Any) -> None:
    """Ask the customer by mail, where the deal was not removed meanwhile."""
    wanted = Question.objects.select_related("team", "deal__contact").filter(pk=question_id)
    for question in wanted:
        asking.mail(question, at=at)


@handles(FORGET_WORDS)
def forget_words(*, at: datetime, **_: Any) -> None:
    Question.objects.forget_words(at)


@handles(SWEEP)
def sweep(*, at: datetime, **_: Any) -> None:
    sweeping.sweep(at=at)


@handles(WORK)
def let_rules_work(*, at: datetime, team_id: int, deal_id: int, visit_id: int | None) -> None:
    """Let the rules of the team answer to a new deal, or to one that has moved."""
    here = StageVisit.objects.filter(deal=deal_id)
    visits = here.filter(pk=visit_id) if visit_id else here.filter(number=1)
    rules.work(visits, Team.objects.get(pk=team_id), at=at)


@plans
def every_hour(at: datetime) -> None:
    """Once an hour: the deals that stand, or are late, long enough for a rule."""
    Job.objects.arm(WATCH, at.strftime("%Y-%m-%dT%H"), run_at=at)


@handles(WATCH)
def watch(*, at: datetime, **_: Any) -> None:
    rules.watch(at=at)


@handles(TELL)
def tell_a_program(*, run_id: int, told: dict[str, Any], **_: Any) -> None:
    """Tell another program that a rule worked, where the deal was not removed meanwhile."""
    for run in RuleRun.objects.select_related("rule").filter(pk=run_id):
        hooks.deliver(run, told)


@handles(AGE)
def let_a_rule_work(*, at: datetime, rule_id: int, **_: Any) -> None:
    """Let a rule work by the clock, unless it was switched off meanwhile."""
    for rule in Rule.objects.on().select_related("team", "tag", "source").filter(pk=rule_id):
        rules.work_by_the_clock(rule, at=at)
