"""What the keeping of agreements is measured by: of a team as a whole, and of nobody alone."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import models
from django.db.models import QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agreements.happenings import SETTLING
from agreements.models import AgreementVersion, Occurrence
from dashboards.figures import Subject, Subjects
from dashboards.kpis import Kind, Kpi, Unit, register
from teams.models import Team
from teams.moments import EndOfDay


def _settled(teams: Iterable[Team]) -> QuerySet[Any, Any]:
    """Every promise that was kept or broken, at the end of the day that was agreed at first."""
    return (
        Occurrence.objects.filter(team__in=list(teams))
        .settled()
        .annotate(at=EndOfDay("first_due_on", "team__timezone"), denominator=Value(1))
    )


def kept(teams: Iterable[Team]) -> QuerySet[Any, Any]:
    """And whether it was kept by that day."""
    in_time = Occurrence.objects.kept_in_time().filter(pk=models.OuterRef("pk"))
    was_kept = models.When(models.Exists(in_time), then=1)
    return _settled(teams).annotate(numerator=models.Case(was_kept, default=0))


def renegotiated(teams: Iterable[Team]) -> QuerySet[Any, Any]:
    """And whether other terms were agreed for it before that day."""
    moved = models.When(renegotiations__gt=0, then=1)
    return _settled(teams).annotate(numerator=models.Case(moved, default=0))


def _named(team: Team, keys: Collection[int], *, sees_people: bool) -> Mapping[int, Subject]:
    """What was promised, for the team alone: a manager reads no agreement of others."""
    if not sees_people:
        return {}
    words = AgreementVersion.objects.filter(
        agreement=models.OuterRef("agreement"), number=models.OuterRef("agreement__in_force")
    )
    found = Occurrence.objects.filter(team=team, pk__in=keys).annotate(
        then=models.Subquery(words.values("then"))
    )
    return {
        one.pk: Subject(
            one.then, "", reverse("agreements:agreement", args=[team.slug, one.agreement_id])
        )
        for one in found
    }


PROMISES = Subjects(_("Promises"), "pk", _named)
SOURCE = _("What was promised for which day, and what became of it.")

register(
    Kpi(
        slug="agreements-kept",
        name=_("Agreements kept"),
        explanation=_(
            "Of the promises whose day was in the period, the share that was kept by the day that"
            " was agreed at first. Kept or not: there is no half. A promise that was moved in time"
            " is no broken one, but it was not kept by its first day, so it counts as not; what was"
            " let go does not count. A team that keeps everything promises too little: look at how"
            " many there were, and at how many were moved."
        ),
        kind=Kind.RATIO,
        unit=Unit.SHARE,
        direction=1,
        counter="agreements-moved",
        facts=kept,
        about=PROMISES,
        moved_by=SETTLING,
        source=SOURCE,
    )
)
register(
    Kpi(
        slug="agreements-moved",
        name=_("Agreements moved in time"),
        explanation=_(
            "Of the promises whose first day was in the period, the share for which all agreed on"
            " other terms before it. To say in time that it will not work is part of keeping"
            " promises; neither more nor less of it is better."
        ),
        kind=Kind.RATIO,
        unit=Unit.SHARE,
        direction=0,
        counter="agreements-kept",
        facts=renegotiated,
        about=PROMISES,
        moved_by=SETTLING,
        source=SOURCE,
    )
)
