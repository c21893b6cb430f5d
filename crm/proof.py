"""Do deals, their visits and the logbook tell the same story?

The three are written together and by the verbs of a deal only; this proves that they were.
"""

from collections.abc import Iterator

from django.db import models
from django.db.models.functions import Coalesce

from crm.happenings import Happening
from crm.models import Deal, OpenSpell, ResponseClock, StageVisit, TermsOverTime
from crm.models.stage import OPEN_CATEGORIES
from teams.models import LogEntry, Team

BEGAN_A_VISIT = (
    Happening.DEAL_ADDED,
    Happening.DEAL_MOVED,
    Happening.DEAL_TRANSFERRED,
    Happening.DEAL_WON,
    Happening.DEAL_LOST,
    Happening.DEAL_REOPENED,
)
OF_THE_DEAL = models.OuterRef("pk")


def disagreements() -> Iterator[str]:
    """One sentence for every deal that contradicts itself; none when all is well."""
    for deals, what in (
        (_elsewhere(), "does not stand where its open visit is"),
        (_with_another_outcome(), "has another outcome than the stage it stands in"),
        (_closed_at_another_moment(), "was closed at another moment than it entered its stage"),
        (_gone_elsewhere(), "went on in another team when its last visit did not end"),
        (_with_a_gap(), "has visits that do not follow on each other"),
        (_told_otherwise(), "has another number of visits than the logbook tells of"),
        (_with_visits_told_otherwise(), "has visits of which another is told than follows"),
        (_with_other_spells(), "has another history of its amount and its next step than is told"),
    ):
        for deal in deals.select_related("team").order_by("team__slug", "number"):
            yield f"Deal {deal.number} of {deal.team} {what}."


def clocks_that_disagree() -> Iterator[Deal]:
    """Every deal of which the clocks are not what was said about it tells."""
    for team in Team.objects.by_name():
        terms = TermsOverTime.of(team)
        spoken = models.Q(interactions__isnull=False) | models.Q(response_clocks__isnull=False)
        # What was said of a deal that went on is not with this team any more.
        here = Deal.everything.filter(spoken, team=team, gone_at=None)
        for deal in here.distinct().order_by("number"):
            clocks = ResponseClock.objects.living().filter(deal=deal)
            told = ResponseClock.objects.told(deal, terms)
            if {clock.opened_by_id: clock.facts for clock in clocks} != told:
                yield deal


def _visits() -> models.QuerySet[StageVisit]:
    return StageVisit.objects.filter(deal=OF_THE_DEAL)


def _elsewhere() -> models.QuerySet[Deal]:
    # What came from another team still stands there since it entered the stage.
    since = models.Q(entered_at=models.OuterRef("entered_stage_at"))
    since |= models.Q(number=1, entered_at=models.OuterRef("arrival__at"))
    here = StageVisit.objects.running().filter(
        since, deal=OF_THE_DEAL, stage=models.OuterRef("stage")
    )
    return Deal.objects.exclude(models.Exists(here))


def _with_another_outcome() -> models.QuerySet[Deal]:
    running = StageVisit.objects.running().filter(deal=OF_THE_DEAL)
    in_work = models.Exists(running.filter(category__in=OPEN_CATEGORIES))
    come_to = models.Exists(running.filter(category=models.OuterRef("outcome")))
    is_open = models.Q(outcome=Deal.Outcome.OPEN)
    return Deal.objects.filter((is_open & ~models.Q(in_work)) | (~is_open & ~models.Q(come_to)))


def _closed_at_another_moment() -> models.QuerySet[Deal]:
    return Deal.objects.closed().exclude(closed_at=models.F("entered_stage_at"))


def _gone_elsewhere() -> models.QuerySet[Deal]:
    gone = StageVisit.objects.filter(deal=OF_THE_DEAL, gone_at=models.OuterRef("gone_at"))
    crossed = models.Q(departure__at=models.F("gone_at")) & models.Exists(gone)
    return Deal.everything.filter(gone_at__isnull=False).exclude(crossed)


def _with_a_gap() -> models.QuerySet[Deal]:
    same_deal = StageVisit.objects.filter(deal=models.OuterRef("deal"))
    before = same_deal.filter(
        number=models.OuterRef("number") - 1, left_at=models.OuterRef("entered_at")
    )
    after = same_deal.filter(number=models.OuterRef("number") + 1)
    loose = StageVisit.objects.filter(
        (~models.Q(number=1) & ~models.Exists(before))
        | (models.Q(left_at__isnull=False, gone_at=None) & ~models.Exists(after))
    )
    return Deal.everything.counted().filter(pk__in=loose.values("deal"))


def _told_otherwise() -> models.QuerySet[Deal]:
    lines = LogEntry.objects.filter(subject_label=Deal._meta.label_lower, subject_id=OF_THE_DEAL)
    begun = lines.filter(kind__in=BEGAN_A_VISIT)
    undone = lines.filter(kind=Happening.DEAL_MOVE_UNDONE)
    # What an import reconstructed happened before the logbook was begun.
    seen = _visits().filter(estimated=False)
    # Of many that came at once, one line tells.
    came = models.Case(models.When(arrival=None, then=0), default=1)
    told = _number_of(begun) - _number_of(undone) + came
    deals = Deal.everything.counted().annotate(seen=_number_of(seen), told=told)
    return deals.exclude(seen=models.F("told"))


def _with_visits_told_otherwise() -> models.QuerySet[Deal]:
    deals = Deal.everything.counted()
    return deals.filter(pk__in=StageVisit.objects.mistold(deals.values_list("pk", flat=True)))


def _with_other_spells() -> models.QuerySet[Deal]:
    deals = Deal.everything.counted()
    return deals.filter(pk__in=OpenSpell.objects.mistold(deals.values_list("pk", flat=True)))


def _number_of(rows: models.QuerySet) -> Coalesce:
    counted = rows.order_by().annotate(one=models.Value(1)).values("one")
    return Coalesce(models.Subquery(counted.annotate(n=models.Count("pk")).values("n")), 0)
