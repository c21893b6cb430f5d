"""Rules at work: what sets one off, what it would have done lately, and what it does.

Everything is found in the stays of the deals in their stages, for the work and for the dry run
alike; a step that is late, in the stay that lasts. A rule acts as nobody, and only what a person
does, or leaves undone, sets one off: what a rule does sets off none. What an import brings is
history, and sets off none either.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any, Self

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm import hooks
from crm.cards import Reader
from crm.filters import Filter, Vocabulary
from crm.filters.vocabulary import Field
from crm.happenings import Happening
from crm.models import (
    Activity,
    Deal,
    DealError,
    FieldDefinition,
    Rule,
    RuleRun,
    StageVisit,
    Target,
)
from crm.models.deals import IS_OPEN
from crm.models.rule import AGE, TELL, Trigger
from crm.models.stage import OPEN_CATEGORIES
from crm.refusals import FieldError
from crm.rule_mail import mail_about
from teams.models import Job, LogEntry, Team, User
from teams.models.job import State

LATELY = timedelta(days=30)
A_FEW = 10
MOST_RUNS = 50
# So many at a time of what the clock finds; an hour later come the next.
MOST_AT_ONCE = 200
# What a rule knows by itself, and what passes by the time it is asked again.
PASSING = frozenset({"q", "stage", "outcome", "step", "due", "age", "closed", "loss"})


class LastingVocabulary(Vocabulary):
    """What a rule may ask of a deal: what does not pass by itself, and nothing about a person."""

    def __init__(self, team: Team, at: datetime) -> None:
        super().__init__(Reader(team, at, sees_people=False))

    @cached_property
    def usual(self) -> dict[str, Field]:
        known = super().usual
        return {key: each for key, each in known.items() if key not in PASSING}


def conditions_of(rule: Rule, vocabulary: LastingVocabulary) -> tuple[Filter, list[str]]:
    """What the rule asks of a deal, and a sentence for all that has lost its meaning since."""
    return Filter.kept(rule.conditions, vocabulary)


def values_of(rule: Rule, fields: Iterable[FieldDefinition]) -> tuple[dict[str, Any], list[str]]:
    """What the rule gives a deal in these fields, and a sentence for all that fits no more."""
    living = {field.key: field for field in fields}
    given: dict[str, Any] = {}
    unfit = []
    for key, value in rule.custom.items():
        if key not in living:
            unfit.append(_("A field that this rule fills in was archived."))
            continue
        try:
            given[key] = living[key].to_keep(value)
        except FieldError as refusal:
            unfit.append(str(refusal))
    return given, unfit


def occasions(rule: Rule, start: datetime, end: datetime) -> models.QuerySet[StageVisit]:
    """The stays that set off the rule between these moments, of deals that now meet its conditions.

    A rule of which a condition has lost its meaning is set off by nothing.
    """
    filter_, lost = conditions_of(rule, LastingVocabulary(rule.team, end))
    if lost:
        return StageVisit.objects.none()
    deals = Deal.objects.filter(filter_.q, team=rule.team_id)
    found = StageVisit.objects.filter(team=rule.team_id, deal__in=deals)
    if rule.stage_id:
        found = found.filter(stage=rule.stage_id)
    if rule.trigger == Trigger.OVERDUE:
        return _with_a_late_step(found, rule, start, end)
    return _begun(found, rule, start, end)


def _begun(
    visits: models.QuerySet[StageVisit], rule: Rule, start: datetime, end: datetime
) -> models.QuerySet[StageVisit]:
    """Those of these stays that were new, or long enough, between these moments."""
    stayed = timedelta(days=rule.days or 0)
    found = visits.filter(estimated=False, entered_at__range=(start - stayed, end - stayed))
    match rule.trigger:
        case Trigger.CREATED:
            return found.filter(number=1)
        case Trigger.MOVED:
            return found.filter(number__gt=1)
        case _:
            until = models.Q(left_at=None) | models.Q(left_at__gt=models.F("entered_at") + stayed)
            return found.filter(until, category__in=OPEN_CATEGORIES)


def _with_a_late_step(
    visits: models.QuerySet[StageVisit], rule: Rule, start: datetime, end: datetime
) -> models.QuerySet[StageVisit]:
    """Those that last, of deals whose step became so late on a day that began between these.

    Also what an import brought: no file holds a step, so somebody of the team has planned it.
    """
    late = timedelta(days=rule.days or 0)
    before, last = (timezone.localdate(at, rule.team.zone) - late for at in (start, end))
    late_ones = Deal.objects.filter(IS_OPEN, next_step_on__gt=before, next_step_on__lte=last)
    return visits.filter(left_at=None, deal__in=late_ones)


def _moment_of(rule: Rule, visit: StageVisit) -> datetime:
    """When this stay set off the rule, or would have."""
    stayed = timedelta(days=rule.days or 0)
    due_on = visit.deal.next_step_on
    if rule.trigger == Trigger.OVERDUE and due_on:
        return datetime.combine(due_on + stayed, time.min, rule.team.zone)
    return visit.entered_at + stayed


@dataclass(frozen=True)
class Rehearsal:
    """How often a rule would have worked in the last days, and for which deals last."""

    count: int
    days: int
    shown: list[tuple[Deal, datetime]]
    is_of_steps: bool

    @classmethod
    def of(cls, rule: Rule, at: datetime) -> Self:
        """Two queries, however often. The deals are asked as they are today."""
        found = occasions(rule, at - LATELY, at)
        names = ("deal__organization", "deal__contact")
        is_of_steps = rule.trigger == Trigger.OVERDUE
        began = "deal__next_step_on" if is_of_steps else "entered_at"
        newest = found.select_related(*names).order_by(f"-{began}", "-pk")[:A_FEW]
        shown = [(visit.deal, _moment_of(rule, visit)) for visit in newest]
        return cls(found.count(), LATELY.days, shown, is_of_steps)


def work(visits: models.QuerySet[StageVisit], team: Team, *, at: datetime) -> None:
    """Let the rules of the team that answer at once do what these stays ask for."""
    rules = team.rules.on().at_once().select_related("team", "tag", "source").order_by("pk")
    for visit in visits:
        for rule in rules:
            assert rule.on_since is not None
            # Two clocks may differ: who moves a deal may be ahead of who works for it.
            asked = occasions(rule, rule.on_since, max(at, visit.entered_at))
            if asked.filter(pk=visit.pk).exists():
                apply(rule, visit, at=at)


def watch(*, at: datetime) -> None:
    """Put a job in the book for each rule that answers to the clock."""
    hour = at.strftime("%Y-%m-%dT%H")
    for rule in Rule.objects.on().by_the_clock():
        payload = {"team_id": rule.team_id, "rule_id": rule.pk}
        Job.objects.arm(AGE, f"{rule.pk}:{hour}", run_at=at, payload=payload)


def work_by_the_clock(rule: Rule, *, at: datetime) -> None:
    """Do what the rule asks for the deals that stand, or are late, long enough since it is on."""
    assert rule.on_since is not None
    done = RuleRun.objects.filter(
        rule=rule, deal=models.OuterRef("deal"), visit=models.OuterRef("number")
    )
    if rule.trigger == Trigger.OVERDUE:
        done = done.filter(due_on=models.OuterRef("deal__next_step_on"))
    standing = occasions(rule, rule.on_since, at).filter(~models.Exists(done), left_at=None)
    for visit in standing.select_related("deal").order_by("deal")[:MOST_AT_ONCE]:
        apply(rule, visit, at=at)


def apply(rule: Rule, visit: StageVisit, *, at: datetime) -> bool:
    """Do what the rule asks for a deal, once for this stay. Says whether it was done now.

    Of two workers the second waits for the deal, and then finds the run of the first. A step that
    was done or put off while this waited is not late any more, and nothing is done.
    """
    with transaction.atomic():
        held = Deal.objects.select_for_update(no_key=True, of=("self",))
        names = ("team", "pipeline", "stage", "organization", "contact", "owner")
        deal = held.select_related(*names).filter(pk=visit.deal_id).first()
        due_on = visit.deal.next_step_on if rule.trigger == Trigger.OVERDUE else None
        if deal is None or (due_on and not _is_still_due(deal, due_on)):
            return False
        once = {"rule": rule, "deal": deal, "visit": visit.number, "due_on": due_on}
        run, is_new = RuleRun.objects.get_or_create(**once, defaults={"team": rule.team, "at": at})
        if is_new:
            _do(rule, deal, at=at)
            if rule.hook_url:
                hooks.arm(run, deal, at=at)
        return is_new


def _is_still_due(deal: Deal, day: date) -> bool:
    return deal.outcome == Deal.Outcome.OPEN and deal.next_step_on == day


def _do(rule: Rule, deal: Deal, *, at: datetime) -> None:
    LogEntry.record(
        Happening.RULE_WORKED, deal, by=None, at=at, team=rule.team, **deal.naming(), rule=rule.name
    )
    people = list(rule.team.people())
    owner = deal.owner if deal.owner in people else None
    if rule.source or rule.custom:
        given, _unfit = values_of(rule, rule.team.fields.about(Target.DEAL).living())
        deal.fill_in(rule.source, given, at=at)
    if rule.activity_title:
        _plan(rule, deal, owner, at=at)
    if rule.tag:
        _tag(rule, deal, at=at)
    if rule.mails:
        for person in [owner] if owner else people:
            mail_about(rule, deal, person, at=at)


def _plan(rule: Rule, deal: Deal, owner: User | None, *, at: datetime) -> None:
    today = timezone.localdate(at, rule.team.zone)
    Activity.objects.plan(
        rule.team,
        rule.activity_title,
        kind=rule.activity_kind,
        due_on=today + timedelta(days=rule.activity_in_days),
        deal=deal,
        assignee=owner,
        by=None,
        at=at,
    )


def _tag(rule: Rule, deal: Deal, *, at: datetime) -> None:
    assert rule.tag is not None
    try:
        deal.add_tag(rule.tag, by=None, at=at)
    except DealError:
        # A deal that has all the tags that it can have goes without this one.
        return


def runs_of(rule: Rule) -> list[RuleRun]:
    """What the rule did last, the newest first, with the deals also of the recycle bin.

    Each knows as `untold` the job by which another program is yet to be told, or was not.
    """
    names = ("deal__organization", "deal__contact")
    runs = list(rule.runs.select_related(*names).order_by("-at", "-pk")[:MOST_RUNS])
    jobs = Job.objects.filter(kind=TELL, key__in=[str(run.pk) for run in runs])
    untold = {job.key: job for job in jobs.exclude(state=State.DONE)}
    for run in runs:
        run.untold = untold.get(str(run.pk))
    return runs
