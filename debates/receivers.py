"""What others do and debates hear of: who leaves, intervenes or sets the frame, what revives."""

from typing import Any

from django.dispatch import receiver

from agreements.happenings import Happening as Agreed
from dashboards import kpis
from debates.beside import figure_of_the_goal
from debates.models import Debate, Origin
from teams import wall
from teams.happenings import Happening
from teams.models import LogEntry, ManagerLink, Membership
from teams.signals import recording

PLACES: dict[str, type[Membership | ManagerLink]] = {
    Happening.MEMBER_LEFT: Membership,
    Happening.MANAGER_UNLINKED: ManagerLink,
}
DONE_AGAIN = {
    Agreed.PROCEDURE_TAKEN_UP,
    Agreed.PROCEDURE_TRIAL_OVER,
    Agreed.PROCEDURE_RESURRECTED,
}


@receiver(recording, dispatch_uid="debates.excuse_who_leaves")
def excuse_who_leaves(*, entry: LogEntry, **_: Any) -> None:
    places = PLACES.get(entry.kind)
    if places is None or entry.team is None:
        return
    person = places.objects.select_related("user").get(pk=entry.subject_id).user
    with wall.opened_besides(entry.team.pk):
        debates = Debate.objects.open().filter(team=entry.team, seats__person=person)
        for debate in debates.select_related("team").order_by("pk"):
            debate.let_go(person, at=entry.at)


@receiver(recording, dispatch_uid="debates.end_the_origin_of_what_is_done_again")
def end_the_origin_of_what_is_done_again(*, entry: LogEntry, **_: Any) -> None:
    if entry.kind in DONE_AGAIN:
        Origin.objects.end_of(entry.subject_id, at=entry.at)


@receiver(recording, dispatch_uid="debates.ask_for_a_debate_after_an_intervention")
def ask_for_a_debate_after_an_intervention(*, entry: LogEntry, **_: Any) -> None:
    """On the figure whose signal stood behind it, or on how often that happens."""
    if entry.kind != Agreed.INTERVENED or entry.team is None:
        return
    if by := _manager_of(entry):
        slug = entry.details["signal"]
        alone = {kpi.slug: kpi for kpi in kpis.standing_alone()}
        # A signal may outlive its figure.
        kpi = alone.get(slug, kpis.get("interventions"))
        Debate.objects.request_after_intervening(kpi, by=by, at=entry.at)


@receiver(recording, dispatch_uid="debates.ask_for_a_debate_about_a_frame")
def ask_for_a_debate_about_a_frame(*, entry: LogEntry, **_: Any) -> None:
    """On the figure of the team's goal; where it has none, the page of the frame says so."""
    if entry.kind != Happening.FRAME_ANNOUNCED or entry.team is None:
        return
    kpi, by = figure_of_the_goal(entry.team), _manager_of(entry)
    if kpi and by:
        Debate.objects.request_about_the_frame(kpi, by=by, at=entry.at)


def _manager_of(entry: LogEntry) -> ManagerLink | None:
    links = ManagerLink.objects.current().select_related("team", "user")
    return links.filter(team=entry.team, user=entry.actor).first()
