"""The verdicts on what was decided, as reports tell them."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.models.states import CAME_TO_NOTHING
from dashboards import effects, kpis, writing
from dashboards.reports import text
from debates.models import Experiment, Verdict
from teams.models import Team

KIND = "debates.verdict"
# What never came into force changed nothing, whatever the figure did.
NOTHING_DONE = "nothing-done"
WORDS = {
    Verdict.IMPROVED: gettext_lazy("improved"),
    Verdict.WORSENED: gettext_lazy("worsened"),
    Verdict.NO_CHANGE: gettext_lazy("no change that can be told from chance"),
    Verdict.INSUFFICIENT: gettext_lazy("too few figures to tell"),
    Verdict.CONFOUNDED: gettext_lazy("not to be told apart from another decision"),
    NOTHING_DONE: gettext_lazy("what was decided never came into force"),
}


def judged(team: Team, due: effects.Due) -> Iterator[dict[str, Any]]:
    """Each verdict that belongs into a report, with what it rests on."""
    now = Q(review_on__range=(due.first, due.last))
    late = Q(review_on__lt=due.first, judged_at__gte=due.since) if due.since else Q(pk__in=[])
    found = Experiment.objects.judged().filter(now | late, team=team, judged_at__lt=due.until)
    for one in found.select_related("debate", "agreement").order_by("review_on", "pk"):
        is_void = one.agreement.state in CAME_TO_NOTHING
        kpi = kpis.get(one.debate.kpi)
        yield {
            "subject": one.debate_id,
            "kpi": kpi.slug,
            "unit": kpi.unit_for(team),
            "asked_on": timezone.localdate(one.debate.asked_at, team.zone).isoformat(),
            "review_on": one.review_on.isoformat(),
            "verdict": NOTHING_DONE if is_void else one.verdict,
            "before": None if is_void else text(one.before),
            "after": None if is_void else text(one.after),
            "n": one.n,
            "m": one.m,
        }


def sentence(entry: Mapping[str, Any]) -> str:
    """A verdict in one sentence, with what it rests on where it rests on anything."""
    kpi = kpis.get(entry["kpi"])
    told = {
        "figure": kpi.name,
        "day": date_format(date.fromisoformat(entry["asked_on"]), "j F"),
        "verdict": WORDS[entry["verdict"]],
    }
    if entry["before"] is None or entry["after"] is None:
        return _("The debate on “%(figure)s” of %(day)s: %(verdict)s.") % told
    means = {
        side: writing.with_unit(kpi, entry["unit"], Decimal(entry[side]))
        for side in ("before", "after")
    }
    return _(
        "The debate on “%(figure)s” of %(day)s: %(verdict)s, from %(before)s (n = %(n)d weeks) to"
        " %(after)s (n = %(m)d weeks)."
    ) % {**told, **means, "n": entry["n"], "m": entry["m"]}


effects.register(KIND, judged, says=sentence, page="debates:debate")
