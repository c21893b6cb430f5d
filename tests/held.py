"""Zwaantje, of whom Kring holds something in every table that can hold something of a person."""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.contrib.admin.models import CHANGE
from django.contrib.admin.models import LogEntry as DeskEntry
from django.contrib.contenttypes.models import ContentType

from agreements.models import Side, Terms, Verdict
from crm.models import Deal, Pipeline, SavedView
from crm.models.imports import ExternalId
from debates.models import Debate
from debates.models.point import Brought
from reviews.models import Feedback
from teams.models import Invitation, Membership, OutgoingMail, PersonalCopy, Team, User
from tests import builders, debating
from tests.test_wall_between_teams import fill

NAME, ADDRESS = "Zwaantje Kanarie", "zwaantje@kanarie.example"
# What she wrote in her own words, and what the others did.
HERS, THEIRS = "words of hers", "words of theirs"


def zwaantje(team: Team, *, at: datetime) -> Membership:
    """A member of the team who was invited to it."""
    bram = builders.member("Bram", team, at=at)
    Invitation.objects.invite(ADDRESS, NAME, by=bram, at=at)
    person = User.objects.create_user(ADDRESS, NAME, language="nl")
    return team.welcome(person, by=person, at=at)


def has_worked(member: Membership, *, at: datetime) -> Debate:
    """Let her leave a row in every table, and her team mate beside her.

    Returns a debate in which the points of both are hidden still.
    """
    team, person = member.team, member.user
    bram = team.memberships.current().get(user__name="Bram")
    process = Pipeline.start(team, "Sales", builders.STAGES, by=member.user, at=at, currency="EUR")
    fill(process, member, HERS, at=at)
    _at_work(process.deals.first(), member, bram, at=at)
    _promised(member, bram, at=at)
    _at_the_desk(member, at=at)
    _beside_the_team(person, at=at)
    hidden = debating.opened(by=member, at=at, slug="deals-lost", question=f"Why {HERS}?")
    hidden.bring(Brought(f"Point with {HERS}", words=HERS), by=member, at=at)
    hidden.bring(Brought(f"Point with {THEIRS}", words=THEIRS), by=bram, at=at)
    return hidden


def _at_work(deal: Deal, member: Membership, bram: Membership, *, at: datetime) -> None:
    deal.refresh_from_db()
    deal.take(by=member, at=at)
    builders.noted(deal, f"{THEIRS} @{member.user.name}", by=bram, at=at)
    builders.said(deal, channel="email", text=THEIRS, by=bram, at=at)
    theirs = builders.planned(deal, title=THEIRS, assignee=member.user, by=bram, at=at)
    theirs.do(THEIRS, version=theirs.version, by=bram, at=at)
    asked = {"filter": [], "sort": "number"}
    SavedView.objects.add(f"View of {HERS}", asked, own=True, by=member, at=at)
    SavedView.objects.add(f"View of {THEIRS}", asked, own=True, by=bram, at=at)
    Invitation.objects.invite("dora@example.com", "Dora", by=member, at=at)
    member.team.keep_holidays_of("BE", by=member.user, at=at)
    builders.won(deal, by=member, at=at)


def _promised(member: Membership, bram: Membership, *, at: datetime) -> None:
    """A promise to her that was contested: she judged, and somebody is named as witness."""
    due = at.date() + timedelta(days=7)
    agreement = builders.proposed(
        bram, member, Terms("", f"I keep {THEIRS}", f"seen {THEIRS}", due), at=at
    )
    agreement.accept(1, by=member, at=at)
    agreement.promise().declare_done(by=bram, at=at)
    agreement.promise().judge(Verdict.BROKEN, f"learn {HERS}", by=member, at=at)
    # A team mate says that it was kept, and would have her decide about somebody else's promise.
    other = builders.contested(bram, THEIRS, at=at)
    other.promise().contest_of.name(member.user, Side.COUNTERPARTY)
    follows = builders.team("Follower", at=at).link_manager(member.user, by=None, at=at)
    builders.intervened(follows, f"I acted: {HERS}", at=at)
    builders.framed(follows, at=at, law=HERS)
    follows.leave(by=None, at=at + timedelta(minutes=1))


def was_written_to(person: User, *, at: datetime) -> None:
    """What Bram wrote to her at any time: unread, and shown to the team."""
    bram = User.objects.get(name="Bram").memberships.get()
    facts = {"team": bram.team, "giver": bram.user, "receiver": person, "kind": "appreciation"}
    days = {"given_at": at, "purge_on": at.date() + timedelta(days=365)}
    Feedback.objects.create(**facts, **days, text=THEIRS, may_be_published=False)
    shown = {"may_be_published": True, "is_read": True, "published_at": at}
    Feedback.objects.create(**facts, **days, text=f"Shown: {THEIRS}", **shown)


def _at_the_desk(member: Membership, *, at: datetime) -> None:
    for thing in (member.user, member):
        DeskEntry.objects.create(
            user=member.user,
            content_type=ContentType.objects.get_for_model(thing),
            object_id=str(thing.pk),
            object_repr=str(thing),
            action_flag=CHANGE,
            action_time=at,
        )


def _beside_the_team(person: User, *, at: datetime) -> None:
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    ExternalId.objects.create(
        system="old", label="teams.user", external_id=person.name, object_id=person.pk, digest="x"
    )
    OutgoingMail.post(
        sender="kring@example.com", recipient=person.email, subject=f"For {person.name}",
        text="Hello", at=at,
    )  # fmt: skip
    builders.browser(person)
    PersonalCopy.objects.ask(person, language="nl", at=at)
