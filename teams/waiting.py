"""What a person has to do about the team itself: answer what is proposed to all of it."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from teams import duties
from teams.models import Division, Nomination, Team, User


@duties.register
def charter_to_answer(user: User, team: Team, day: date) -> Iterator[duties.Duty]:
    """The proposed charter, until they have said something to it."""
    for charter in team.charter_versions.to_answer(user, day):
        yield duties.Duty(
            what=_("Answer a proposed charter"),
            about=charter.why,
            due_on=charter.answer_by,
            url=reverse("charter", args=[team.slug]),
        )


@duties.register
def divisions_to_answer(user: User, team: Team, day: date) -> Iterator[duties.Duty]:
    """The plan to divide the team, until they have said something to it."""
    for plan in Division.objects.to_answer(user, day).filter(team=team):
        yield duties.Duty(
            what=_("Answer the plan to divide our team"),
            about=plan.name,
            due_on=plan.answer_by,
            url=reverse("division", args=[team.slug]),
        )


@duties.register
def nominations_to_answer(user: User, team: Team, day: date) -> Iterator[duties.Duty]:
    """Who is proposed for a role, until they have said something to it."""
    asked = Nomination.objects.to_answer(user, day).filter(team=team).select_related("role")
    for nomination in asked:
        is_me = nomination.person_id == user.pk
        yield duties.Duty(
            what=_("Say whether you take a role") if is_me else _("Answer who is proposed"),
            about=nomination.role.name,
            due_on=nomination.answer_by,
            url=reverse("role", args=[team.slug, nomination.role_id]),
        )


@duties.register
def roles_that_end(user: User, team: Team, day: date) -> Iterator[duties.Duty]:
    """What they hold for not much longer, until somebody is proposed to follow."""
    held = Nomination.objects.holding(day).filter(team=team, person=user).select_related("role")
    following = Nomination.objects.proposed().values("role")
    for nomination in held.exclude(role__in=following).order_by("held_until", "pk"):
        if nomination.ends_soon(day):
            yield duties.Duty(
                what=_("Your role ends: propose who is next"),
                about=nomination.role.name,
                due_on=nomination.held_until,
                url=reverse("role", args=[team.slug, nomination.role_id]),
            )
