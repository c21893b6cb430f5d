"""The chain from what happened with customers to what a decision did, from any of its links.

Each link is a sentence and a door, as far as whoever reads may pass it. One that is missing is
said as well. Of a debate it tells no more than its question, where it stands and how it ended.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.guarding import watched
from agreements.models import Agreement, Place, Procedure
from agreements.sight import Sight
from crm.models import PipelineRevision
from dashboards import kpis, reach
from dashboards.models import Signal
from dashboards.periods import Period, PeriodKind
from debates.links import Link, Links, Start, decision_behind, learned
from debates.models import Changed, Debate, Experiment, Origin
from debates.room import ExperimentSeen, Room


@dataclass(frozen=True)
class Stretch:
    """A stretch of the chain under its heading."""

    name: str
    links: list[Link]


@dataclass(frozen=True)
class Chain:
    """All of it, from the customers on. `decision` is the one that stands behind where it began."""

    stretches: list[Stretch]
    decision: Experiment | None = None


@dataclass(frozen=True)
class Chains:
    """The chains of a team as `place` may read them at this moment."""

    place: Place
    at: datetime

    @property
    def links(self) -> Links:
        """How each of their links reads."""
        return Links(self.place, self.at)

    def of(self, start: Start) -> Chain:
        """The whole chain, from any of its links."""
        match start:
            case Signal():
                return Chain([self._from_customers_to(start), self._debates_about(start)])
            case Debate():
                return self._of_debate(start, start.experiments.all(), start)
            case Experiment():
                return self._of_decision(start, start)
            case Agreement():
                decision = Experiment.objects.filter(agreement=start).first()
                return self._of_decision(decision, start) if decision else self._alone(start)
            case _:
                decision = decision_behind(start)
                return self._of_decision(decision, start) if decision else self._alone(start)

    # -- with a debate ---------------------------------------------------------------------------

    def _of_decision(self, decision: Experiment, here: Start) -> Chain:
        chain = self._of_debate(
            Debate.objects.select_related("team").get(pk=decision.debate_id), [decision], here
        )
        return Chain(chain.stretches, decision)

    def _of_debate(self, debate: Debate, decisions: Iterable[Experiment], here: Start) -> Chain:
        wanted = {each.pk for each in decisions}
        seen = [
            one
            for one in Room(debate, self.place, self.links.today).experiments
            if one.experiment.pk in wanted
        ]
        sights = self._sights(one.experiment.agreement_id for one in seen)
        brought = self._brought(wanted)
        after = [
            Stretch(
                _("What we decided") if len(seen) == 1 else _("Decision %(nth)d") % {"nth": nth},
                list(self._since(one, sights, brought[one.experiment.pk], here)),
            )
            for nth, one in enumerate(seen, start=1)
        ]
        return Chain([self._behind(debate, here), *(after or [_nothing_decided(debate)])])

    def _sights(self, keys: Iterable[int]) -> dict[int, Sight]:
        """Those of these agreements that this person reads."""
        readable = Agreement.objects.visible_to(self.place).filter(pk__in=list(keys))
        found = readable.with_everything()
        return {one.pk: Sight(one, self.place, self.links.today) for one in found}

    def _brought(self, decisions: Iterable[int]) -> dict[int, list[Origin]]:
        told: dict[int, list[Origin]] = defaultdict(list)
        found = Origin.objects.filter(experiment__in=list(decisions))
        for one in found.select_related("revision__pipeline", "procedure").order_by("pk"):
            told[one.experiment_id].append(one)
        return told

    def _behind(self, debate: Debate, here: Start) -> Stretch:
        """From the customers to the question."""
        kpi, signal = debate.figure, self._signal_of(debate)
        links = [
            self.links.facts(kpi, _first_period(debate, signal)),
            self.links.figure(kpi, debate),
            self.links.signal_behind(debate, signal),
            self.links.debate(debate, is_here=here == debate),
        ]
        return Stretch(_("Where it comes from"), links)

    def _signal_of(self, debate: Debate) -> Signal | None:
        """The signal that it comes from, where this reader sees it."""
        if debate.onset_on is None:
            return None
        shown = reach.signals_shown(self.links.team, member=self.links.member, at=self.at)
        return shown.filter(kpi=debate.kpi, onset_on=debate.onset_on, side=debate.side).first()

    def _since(
        self, one: ExperimentSeen, sights: dict[int, Sight], brought: list[Origin], here: Start
    ) -> Iterator[Link]:
        """From the decision to what it did."""
        sight = sights.get(one.experiment.agreement_id)
        yield self.links.decision(one, sight, here)
        yield self.links.kept(sight)
        yield from [self.links.change(each, here) for each in brought] or [
            Link(_("Changed"), _("Nothing that we changed was said to come from it."))
        ]
        yield self.links.effect(one)
        yield learned(one.experiment)

    # -- without a debate ------------------------------------------------------------------------

    def _alone(self, start: Agreement | Changed) -> Chain:
        """What no debate stands behind, with what can be told of it all the same."""
        nothing = [Link(_("Debate"), _("No debate stands behind this."))]
        itself = Stretch(_("What it is"), list(self._itself(start)))
        return Chain([Stretch(_("Where it comes from"), nothing), itself])

    def _itself(self, start: Agreement | Changed) -> Iterator[Link]:
        match start:
            case Agreement():
                sight = self._sights([start.pk])[start.pk]
                url = self.links.url("agreements:agreement", start.pk)
                yield Link(_("Agreement"), f"“{sight.words.then}”", url, is_here=True)
                yield self.links.kept(sight)
            case Procedure():
                yield self.links.procedure(start, is_here=True)
            case PipelineRevision():
                yield self.links.version(start, is_here=True)
        guard = watched(start, self.links.today) if isinstance(start, Procedure) else None
        if guard:
            url = self.links.url("dashboards:figure", guard.kpi.slug)
            yield Link(_("Watched"), f"{guard.kpi.name}. {guard.told}", url)
        else:
            yield Link(_("Effect"), _("No effect is measured: no figure was named for it."))

    # -- from a signal ---------------------------------------------------------------------------

    def _from_customers_to(self, signal: Signal) -> Stretch:
        kpi = kpis.get(signal.kpi)
        period = Period(PeriodKind(signal.period_kind), signal.onset_on)
        links = [
            self.links.facts(kpi, period),
            self.links.figure(kpi),
            self.links.signal(signal, is_here=True),
        ]
        return Stretch(_("Where it comes from"), links)

    def _debates_about(self, signal: Signal) -> Stretch:
        """The debates on it, each with the way to its own chain."""
        same = {"kpi": signal.kpi, "onset_on": signal.onset_on, "side": signal.side}
        debates = Debate.objects.filter(team=self.links.team, **same).newest_first()
        links = [
            Link(told.name, told.says, self.links.url("debates:chain", "debate", debate.pk))
            for debate in debates
            for told in [self.links.debate(debate)]
        ]
        missing = Link(
            _("Debate"),
            _("Nobody has asked for a debate on it."),
            f"{self.links.url('debates:new')}?kpi={signal.kpi}",
        )
        return Stretch(_("What was debated"), links or [missing])


def _first_period(debate: Debate, signal: Signal | None) -> Period:
    """When what it is about was seen first; without a signal the last whole week before it."""
    if signal:
        return Period(PeriodKind(signal.period_kind), signal.onset_on)
    asked = timezone.localdate(debate.asked_at, debate.team.zone)
    return Period.containing(PeriodKind.WEEK, asked).previous


def _nothing_decided(debate: Debate) -> Stretch:
    says = (
        _("Nothing is decided yet.") if debate.is_open else _("Nothing was decided in this debate.")
    )
    return Stretch(_("What we decided"), [Link(_("Agreement"), says)])
