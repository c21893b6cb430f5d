"""How each link of the chain reads, as far as somebody may pass its door."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.template.defaultfilters import floatformat
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.models import Agreement, Fate, Place, Procedure
from agreements.sight import Sight
from crm.models import PipelineRevision
from dashboards import kpis, reach, spc, words, writing
from dashboards.figures import Kpi
from dashboards.models import Measurement, Signal
from dashboards.periods import Period, PeriodKind
from dashboards.xmr import Rule, Side
from debates.models import Changed, Debate, Experiment, Origin
from debates.models.frozen import Frozen
from debates.room import ExperimentSeen
from teams.models import Membership, Team

Start = Debate | Experiment | Agreement | PipelineRevision | Procedure | Signal


@dataclass(frozen=True)
class Link:
    """One link: what it is, how it reads, and where more of it stands; no `url` where nowhere.

    `is_here` marks the one from which somebody came.
    """

    name: str
    says: str
    url: str = ""
    is_here: bool = False


@dataclass(frozen=True)
class Links:
    """The links of a team's chains as `place` may read them at this moment."""

    place: Place
    at: datetime

    @property
    def team(self) -> Team:
        """Of whom the chain tells."""
        return self.place.team

    @property
    def member(self) -> Membership | None:
        """Who reads, if they are of the team; None for a manager."""
        return self.place if isinstance(self.place, Membership) else None

    @cached_property
    def today(self) -> date:
        """The day of the team."""
        return timezone.localdate(self.at, self.team.zone)

    def url(self, name: str, *args: object) -> str:
        """The address of this name within the team."""
        return reverse(name, args=[self.team.slug, *args])

    def facts(self, kpi: Kpi, period: Period) -> Link:
        """What happened with customers in a period, once it may be read."""
        name, when = _("With customers"), writing.dated(period)
        if not reach.can_read(self.team, period, member=self.member, at=self.at):
            return Link(
                name, _("What happened in %(period)s is not published yet.") % {"period": when}
            )
        rows = Measurement.objects.current().whole().of(kpi, period.kind)
        row = rows.filter(team=self.team, start_on=period.first_day).first()
        n = row.n if row else 0
        unit = kpi.unit_for(self.team)
        told = {
            "period": when,
            "value": writing.value_text(kpi, unit, row.value if row else None, row),
            "n": number_format(n, 0),
        }
        says = ngettext(
            "What happened in %(period)s: %(value)s, made of %(n)s fact.",
            "What happened in %(period)s: %(value)s, made of %(n)s facts.",
            n,
        )
        return Link(name, says % told, self.url("dashboards:facts", kpi.slug, str(period)))

    def figure(self, kpi: Kpi, debate: Debate | None = None) -> Link:
        """The figure, and what was normal before a debate on it."""
        normal = debate.normal if debate and debate.frozen else None
        says = [f"{kpi.name}.", *([self._usual(kpi, normal)] if normal else [])]
        url = self.url("dashboards:figure", kpi.slug)
        return Link(_("Figure"), " ".join(filter(None, says)), url)

    def _usual(self, kpi: Kpi, normal: Frozen) -> str:
        """What was normal before, as far as it was published."""
        if not reach.can_read(self.team, normal.last, member=self.member, at=self.at):
            return ""
        if normal.limits is None:
            return str(words.REASONS[normal.reason]) if normal.reason else ""
        low, high = spc.expected_range(normal.limits, 0, kpi.ceiling)
        write = writing.show(kpi.unit_for(self.team))
        told = {"low": write(low), "high": write(high), "n": normal.limits.n}
        return _("Normal was %(low)s to %(high)s, by %(n)d weeks before.") % told

    def signal_behind(self, debate: Debate, signal: Signal | None) -> Link:
        """The signal that a debate comes from, or why none is told."""
        if signal:
            return self.signal(signal)
        if debate.onset_on is None:
            return Link(_("Signal"), _("No signal stands behind it; it was asked for without one."))
        if self.member is None:
            return Link(_("Signal"), _("The signal behind it is not published yet."))
        return Link(_("Signal"), _("The signal behind it is gone, since figures were corrected."))

    def signal(self, signal: Signal, *, is_here: bool = False) -> Link:
        """A signal."""
        url = f"{self.url('dashboards:figure', signal.kpi)}?by={signal.period_kind}"
        return Link(_("Signal"), unusual_since(signal), url, is_here)

    def debate(self, debate: Debate, *, is_here: bool = False) -> Link:
        """A debate: its question, and where it stands or how it ended."""
        told = {
            "question": debate.question,
            "day": _day(timezone.localdate(debate.asked_at, self.team.zone)),
            "stands": debate.get_end_display() or f"{debate.get_state_display()}.",
        }
        says = _("“%(question)s”, asked on %(day)s. %(stands)s") % told
        return Link(_("Debate"), says, self.url("debates:debate", debate.pk), is_here)

    def decision(self, one: ExperimentSeen, sight: Sight | None, here: Start) -> Link:
        """What was decided, with the way to the agreement for who reads that."""
        is_here = here == one.experiment or (isinstance(here, Agreement) and sight is not None)
        told = {"day": _day(one.experiment.decided_on), "what": one.words.then}
        says = _("Decided on %(day)s: “%(what)s”.") % told
        if one.experiment.is_trial:
            says = f"{says} {_('A trial of a month: objections were left.')}"
        # Whoever is no party reads it where it was decided.
        url = (
            self.url("agreements:agreement", sight.agreement.pk)
            if sight
            else f"{self.url('debates:debate', one.experiment.debate_id)}#outcome"
        )
        return Link(_("Agreement"), says, url, is_here)

    def kept(self, sight: Sight | None) -> Link:
        """How an agreement is kept, for who reads it."""
        if sight is None:
            return Link(_("Kept"), _("Whether it is kept is read by those who agreed on it."))
        url = self.url("agreements:agreement", sight.agreement.pk)
        return Link(_("Kept"), _days_of(sight), url)

    def effect(self, one: ExperimentSeen) -> Link:
        """What the figure said to a decision, or when it will."""
        day = {"day": _day(one.experiment.review_on)}
        says = one.told or _("The figure says what became of it after %(day)s.") % day
        url = (
            f"{self.url('debates:debate', one.experiment.debate_id)}#experiment-{one.experiment.pk}"
        )
        return Link(_("Effect"), says, url)

    def change(self, origin: Origin, here: Start) -> Link:
        """Something that the team changed because of a decision."""
        if origin.revision:
            return self.version(origin.revision, is_here=here == origin.revision)
        assert origin.procedure
        is_here = here == origin.procedure
        if origin.over_at is None:
            return self.procedure(origin.procedure, is_here=is_here)
        told = {"name": origin.procedure.name, "day": _day(timezone.localdate(origin.over_at))}
        says = _("We did without “%(name)s” until %(day)s.") % told
        url = self.url("agreements:procedure", origin.procedure_id)
        return Link(_("Procedure"), says, url)

    def version(self, version: PipelineRevision, *, is_here: bool = False) -> Link:
        """A version of a process."""
        told = {
            "process": version.name or version.pipeline.name,
            "number": version.number,
            "reason": version.reason,
        }
        url = f"{self.url('crm:process-history')}#version-{version.pk}"
        says = _("%(process)s, version %(number)d: “%(reason)s”") % told
        return Link(_("Process"), says, url, is_here)

    def procedure(self, procedure: Procedure, *, is_here: bool = False) -> Link:
        """A procedure as it is now."""
        told = {
            "name": procedure.name,
            "day": _day(procedure.buried_on or procedure.trial_until),
            "epitaph": procedure.epitaph,
            "hours": floatformat(procedure.hours_saved or 0),
        }
        if procedure.buried_on:
            says = _(
                "“%(name)s” was buried on %(day)s: “%(epitaph)s” It gives back %(hours)s hours a"
                " month."
            )
        elif procedure.trial_until:
            says = _("We try to do without “%(name)s” until %(day)s.")
        else:
            says = _("“%(name)s” is done as ever.")
        url = self.url("agreements:procedure", procedure.pk)
        return Link(_("Procedure"), says % told, url, is_here)


def decision_behind(changed: Changed) -> Experiment | None:
    """The decision from which it comes, as the team says; None where it said nothing."""
    origin = (
        Origin.objects.of(changed)
        .select_related("experiment__debate", "experiment__version")
        .first()
    )
    return origin.experiment if origin else None


def name_of(decision: Experiment) -> str:
    """A decision in a line: what was decided, about which figure, and when."""
    told = {
        "what": decision.version.then,
        "figure": kpis.get(decision.debate.kpi).name,
        "day": _day(decision.decided_on),
    }
    return _("“%(what)s” (%(figure)s, %(day)s)") % told


def unusual_since(signal: Signal) -> str:
    """Since when a figure is as it was not before, and how."""
    period = Period(PeriodKind(signal.period_kind), signal.onset_on)
    told = [
        _("Since %(period)s.") % {"period": writing.dated(period)},
        str(words.FINDINGS[Rule(signal.rule), Side(signal.side)]),
        *([_("It is over.")] if signal.is_over else []),
    ]
    return " ".join(told)


def learned(decision: Experiment) -> Link:
    """What the team does now that the figure has told."""
    if decision.answer:
        said = {"answer": decision.get_answer_display(), "why": decision.answer_why}
        return Link(_("Learned"), _("The team says: %(answer)s. “%(why)s”") % said)
    if decision.verdict:
        return Link(_("Learned"), _("The team has not said yet what it does now."))
    return Link(_("Learned"), _("What the team does then, it says once the figure has told."))


def _days_of(sight: Sight) -> str:
    """Of how many of its days it was kept; before that by when it is to be."""
    promise, tally = sight.promise, sight.tally
    told = []
    if tally.cases:
        counted = {"kept": tally.kept, "broken": tally.cases - tally.kept}
        told.append(_("Days kept: %(kept)d. Days broken: %(broken)d.") % counted)
    if promise and promise.state == Fate.UPCOMING:
        told.append(_("It is to be kept by %(day)s.") % {"day": _day(promise.due_on)})
    return " ".join(told) or f"{sight.standing.word}."


def _day(day: date | None) -> str:
    return date_format(day, "j F Y") if day else ""
