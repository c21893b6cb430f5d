"""Invitations by mail: a place in the team that waits for somebody."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Self

from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from teams.happenings import Happening
from teams.models.logbook import LogEntry
from teams.models.person import User
from teams.models.team import LARGEST_CELL, ManagerLink, Membership, Team, TeamError
from teams.text import one_line

LASTS = timedelta(days=14)
A_DAY = timedelta(days=1)
# As many mails as a cell has places: nobody can use a team to pour out mail.
MOST_A_DAY = LARGEST_CELL


class State(models.TextChoices):
    """How an invitation stands, and what is said to whoever opens its link."""

    OPEN = "open", gettext_lazy("This invitation waits for an answer.")
    ACCEPTED = "accepted", gettext_lazy("This invitation was used already.")
    WITHDRAWN = "withdrawn", gettext_lazy("This invitation was withdrawn.")
    EXPIRED = "expired", gettext_lazy("This invitation has expired.")


def hashed(token: str) -> str:
    """What is kept of the secret in a link: whoever reads the table cannot open it."""
    return hashlib.sha256(token.encode()).hexdigest()


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def unanswered(self) -> Self:
        return self.filter(accepted_at=None, withdrawn_at=None)

    def open(self, at: datetime) -> Self:
        return self.unanswered().filter(expires_at__gt=at)

    def of_link(self, token: str) -> Self:
        return self.filter(token_hash=hashed(token))

    def latest_first(self) -> Self:
        return self.order_by("-invited_at", "-pk")

    def invite(self, email: str, name: str, *, by: Membership, at: datetime) -> "Invitation":
        """Keep a place for this person; the secret of the link is in `token`, this once.

        Raises TeamError when the team is full, when the address is invited or here already, and
        when the team has sent too many invitations today.
        """
        email, team = email.strip().lower(), by.team
        with transaction.atomic():
            _wait_for_our_turn(team, at)
            _refuse_who_is_here(team, email)
            before = team.invitations.unanswered().filter(email=email).first()
            if before and before.state(at) == State.OPEN:
                raise TeamError(_("This address is invited already. Send the invitation again."))
            if before:
                before.withdraw(by=by, at=at)
            invitation = Invitation(team=team, email=email, name=one_line(name))
            invitation.keep_a_place(by=by, at=at)
            LogEntry.record(Happening.MEMBER_INVITED, invitation, by=by, at=at)
        return invitation


def _wait_for_our_turn(team: Team, at: datetime) -> None:
    team.hold_a_door()
    sent = team.logbook.filter(
        kind__in=[Happening.MEMBER_INVITED, Happening.MEMBER_INVITED_AGAIN], at__gt=at - A_DAY
    )
    if sent.count() >= MOST_A_DAY:
        raise TeamError(_("That was a lot of invitations for one day. Go on tomorrow."))


def _refuse_who_is_here(team: Team, email: str) -> None:
    for places in (Membership.objects, ManagerLink.objects):
        place = places.current().filter(team=team, user__email=email).select_related("user").first()
        if place:
            raise TeamError(_("%(name)s has a place here already.") % {"name": place.user})


class Invitation(models.Model):
    """A place in a team, kept for 14 days for whoever reads the mail to this address.

    Of the link only the hash of its secret is kept. Sending again makes a new secret, and the old
    link opens nothing any more.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=120)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()
    token = ""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "email"],
                condition=models.Q(accepted_at=None, withdrawn_at=None),
                name="one_invitation_per_address",
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_at=None) | models.Q(withdrawn_at=None),
                name="invitation_ends_once",
            ),
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="invited_in_small_letters"
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="invited_has_a_name"),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk} to team {self.team_id}"

    def state(self, at: datetime) -> State:
        """How it stands at this moment."""
        if self.accepted_at:
            return State.ACCEPTED
        if self.withdrawn_at:
            return State.WITHDRAWN
        return State.OPEN if self.expires_at > at else State.EXPIRED

    def send_again(self, *, by: Membership, at: datetime) -> None:
        """Renew the link, for another 14 days. Raises TeamError as inviting does."""
        with transaction.atomic():
            _wait_for_our_turn(self.team, at)
            self._refuse_the_answered(at)
            self.keep_a_place(by=by, at=at)
            LogEntry.record(Happening.MEMBER_INVITED_AGAIN, self, by=by, at=at)

    def withdraw(self, *, by: Membership, at: datetime) -> None:
        """Give the place free. Raises TeamError when the invitation was answered already."""
        with transaction.atomic():
            self._refuse_the_answered(at)
            Invitation.objects.filter(pk=self.pk).update(withdrawn_at=at)
            LogEntry.record(Happening.INVITATION_WITHDRAWN, self, by=by, at=at)
        self.withdrawn_at = at

    def accept(self, user: User, *, leaving: Team | None = None, at: datetime) -> Membership:
        """Make the person of this address a member, once; of another team they leave for it.

        Raises TeamError for somebody else's address, for a link that is over, and where the
        team refuses or they left the other one meanwhile; StalePlace as `step_over`.
        """
        if user.email != self.email:
            raise TeamError(_("This invitation is for another address."))
        with transaction.atomic():
            Team.objects.hold(self.team_id, *([leaving.pk] if leaving else []))
            mine = Invitation.objects.open(at).filter(pk=self.pk, token_hash=self.token_hash)
            if not mine.update(accepted_at=at):
                self.refresh_from_db()
                raise TeamError(self.state(at).label)
            if leaving is None:
                return self.team.welcome(user, by=user, at=at)
            place = Membership.objects.current().filter(team=leaving, user=user).first()
            if place is None:
                raise TeamError(_("%(name)s has already left this team.") % {"name": user})
            return place.step_over(self.team, at=at)

    def keep_a_place(self, *, by: Membership, at: datetime) -> None:
        """Keep a place with a fresh link for 14 days. Raises TeamError when there is none."""
        if self.team.places_taken(at, but=self) >= LARGEST_CELL:
            raise TeamError(
                _("This team is full: at most %(most)d people, with those who are invited.")
                % {"most": LARGEST_CELL}
            )
        self.token = secrets.token_urlsafe(32)
        self.token_hash = hashed(self.token)
        self.invited_by, self.invited_at, self.expires_at = by.user, at, at + LASTS
        self.save()

    def _refuse_the_answered(self, at: datetime) -> None:
        """Hold the row, so that nobody answers meanwhile."""
        held = Invitation.objects.select_for_update().get(pk=self.pk)
        if held.state(at) in {State.ACCEPTED, State.WITHDRAWN}:
            raise TeamError(held.state(at).label)
