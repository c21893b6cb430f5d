"""What the ground floor holds of a person: who they are, where they belong, what they did."""

from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry as DeskEntry
from django.contrib.sessions.models import Session
from django.db import models
from django.utils.translation import gettext_lazy as _

from teams import erasing
from teams.models import (
    CharterVoice,
    DivisionSeat,
    DivisionVoice,
    Frame,
    Invitation,
    Job,
    LogEntry,
    ManagerLink,
    Membership,
    Nomination,
    NominationVoice,
    OutgoingMail,
    PersonalCopy,
    SentOnce,
    User,
    WorkCalendar,
)
from teams.recorded import Entry, Fate, Sees, Topic, register

YOU = Topic(10, _("Who you are"))
PLACE = Topic(20, _("Your place in a team"))
DONE = Topic(30, _("What you did"))
UNTIL_ERASED = _("Until you are erased.")
WITH_THE_TEAM = _("As long as the team is there.")
NEVER_CHANGED = _("For good: what stands there is never changed.")


def _themselves(person: User) -> models.QuerySet[User]:
    rows: models.QuerySet[User] = User.objects.filter(pk=person.pk)
    return rows


def _invitations_of(person: User) -> models.QuerySet[Invitation]:
    about = models.Q(invited_by=person) | models.Q(email=person.email)
    return Invitation.objects.filter(about).order_by("pk")


def _seats_of(person: User) -> models.QuerySet[DivisionSeat]:
    return DivisionSeat.objects.filter(membership__user=person).order_by("pk")


def _forget_invitations_to(person: User) -> None:
    Invitation.objects.filter(email=person.email).delete()


def _lines_of(person: User) -> models.QuerySet[LogEntry]:
    about = models.Q(actor=person) | models.Q(
        subject_label=User._meta.label_lower, subject_id=person.pk
    )
    return LogEntry.objects.filter(about).order_by("pk")


def _done_at_the_desk(person: User) -> models.QuerySet[DeskEntry]:
    return (DeskEntry.objects.filter(user=person) | erasing.desk_entries_about(person)).order_by(
        "pk"
    )


def _forget_copy(person: User) -> None:
    for copy in PersonalCopy.objects.filter(person=person):
        copy.drop_file()
        copy.delete()


def _emptied_at_the_end(_person: User) -> None:
    """The person themselves is emptied at the end of an erasure."""


register(
    Entry(
        User,
        YOU,
        _("Your account"),
        _(
            "Your name, your e-mail address, the language that you chose, whether you are reminded"
            " by mail, your password as a fingerprint that cannot be turned back, whether you may"
            " sign in and are an administrator, when you joined and when you last signed in."
        ),
        [Sees.PERSON, Sees.TEAM, Sees.MANAGERS, Sees.ADMINISTRATORS],
        UNTIL_ERASED,
        [
            "email",
            "name",
            "language",
            "is_reminded",
            "is_active",
            "is_staff",
            "joined_at",
            "last_login",
        ],
        Fate.GOES,
        besides=_(
            "Your team and its managers see your name alone, and administrators your address too."
            " When you last signed in is shown to nobody."
        ),
        rows=_themselves,
        erase=_emptied_at_the_end,
    ),
    Entry(
        EmailAddress,
        YOU,
        _("The address that you sign in with"),
        _("Your e-mail address once more, for signing in and for a forgotten password."),
        [Sees.PERSON, Sees.ADMINISTRATORS],
        UNTIL_ERASED,
        ["email", "verified", "primary"],
        Fate.GOES,
    ),
    Entry(
        Session,
        YOU,
        _("Where you are signed in"),
        _("That a browser is signed in as you; not which one, and not from where."),
        [],
        _("Until you sign out, and two weeks at most."),
        ["expire_date"],
        Fate.GOES,
        rows=erasing.sessions_of,
    ),
    Entry(
        OutgoingMail,
        YOU,
        _("Mails to you"),
        _(
            "Your address, the subject and the moment of each mail to you. What it said is removed"
            " once it has left."
        ),
        [],
        UNTIL_ERASED,
        ["subject", "posted_at", "sent_at"],
        Fate.GOES,
        rows=erasing.mails_to,
        erase=erasing.forget_mails,
    ),
    Entry(
        PersonalCopy,
        YOU,
        _("The copy that you asked for"),
        _("When you asked for everything that Kring holds about you, and the file."),
        [Sees.PERSON],
        _("The file for seven days, the moment until you ask again."),
        ["asked_at", "language", "rows"],
        Fate.GOES,
        erase=_forget_copy,
    ),
    Entry(
        Membership,
        PLACE,
        _("The teams that you belong to"),
        _("To which team you belong, or belonged, since when and until when."),
        [Sees.PERSON, Sees.TEAM, Sees.MANAGERS, Sees.ADMINISTRATORS],
        WITH_THE_TEAM,
        ["team__name", "since_at", "until_at"],
    ),
    Entry(
        ManagerLink,
        PLACE,
        _("The teams that you follow as a manager"),
        _("With which team you read along, or did, since when and until when."),
        [Sees.PERSON, Sees.TEAM, Sees.MANAGERS, Sees.ADMINISTRATORS],
        WITH_THE_TEAM,
        ["team__name", "since_at", "until_at"],
    ),
    Entry(
        Invitation,
        PLACE,
        _("Invitations"),
        _(
            "Whom you invited to your team, and when; and an invitation to you, with the name and"
            " address that it was sent to."
        ),
        [Sees.TEAM],
        _("As long as the team is there; one to you until you are erased."),
        ["team__name", "invited_at", "accepted_at", "withdrawn_at"],
        besides=_("While nobody has answered it. After that it is shown to nobody."),
        rows=_invitations_of,
        erase=_forget_invitations_to,
    ),
    Entry(
        Nomination,
        PLACE,
        _("Roles that you were proposed for"),
        _(
            "For which role you were proposed, for how many months and why, and from when until"
            " when you held it."
        ),
        [Sees.PERSON, Sees.TEAM],
        NEVER_CHANGED,
        ["team__name", "role__name", "months", "why", "agreed_on", "held_until", "over_on"],
        besides=_("A manager reads until when a role is held, and not by whom."),
    ),
    Entry(
        DivisionSeat,
        PLACE,
        _("Where you went when the team divided"),
        _("That a plan to divide the team named you as one who goes along."),
        [Sees.PERSON, Sees.TEAM],
        NEVER_CHANGED,
        ["team__name", "division__name", "division__state", "division__divided_at"],
        besides=_("The people of the new team do not read the plan any more."),
        rows=_seats_of,
    ),
    Entry(
        LogEntry,
        DONE,
        _("The logbook"),
        _(
            "What you changed, in which team, and when. Kring notes down changes: not what you"
            " looked at, and not how long you were there."
        ),
        [Sees.PERSON, Sees.TEAM, Sees.MANAGERS],
        NEVER_CHANGED,
        ["team__name", "at", "kind", "subject_label", "subject_id"],
        besides=_(
            "A manager reads what the team did and not who, except in the debates and agreements"
            " in which they take part."
        ),
        rows=_lines_of,
    ),
    Entry(
        WorkCalendar,
        DONE,
        _("Working hours of the team"),
        _("That you changed the working hours of the team, and when."),
        [Sees.PERSON, Sees.TEAM],
        NEVER_CHANGED,
        ["team__name", "since_at", "number"],
    ),
    Entry(
        CharterVoice,
        DONE,
        _("What you said to a charter"),
        _("That you consented or objected to a charter that was proposed, why, and when."),
        [Sees.PERSON, Sees.TEAM],
        NEVER_CHANGED,
        ["team__name", "charter_id", "says", "why", "at"],
    ),
    Entry(
        NominationVoice,
        DONE,
        _("What you said to who was proposed for a role"),
        _("That you consented or objected to somebody for a role, why, and when."),
        [Sees.PERSON, Sees.TEAM],
        NEVER_CHANGED,
        ["team__name", "nomination_id", "says", "why", "at"],
    ),
    Entry(
        DivisionVoice,
        DONE,
        _("What you said to a division of the team"),
        _("That you consented or objected to how the team would divide, why, and when."),
        [Sees.PERSON, Sees.TEAM],
        NEVER_CHANGED,
        ["team__name", "division_id", "says", "why", "at"],
    ),
    Entry(
        Frame,
        DONE,
        _("The frame that you set as a manager"),
        _("What you asked of a team, in which words, why, and from when on."),
        [Sees.PERSON, Sees.TEAM, Sees.MANAGERS],
        NEVER_CHANGED,
        ["team__name", "number", "law", "budget", "brand", "limit", "why", "announced_at"],
    ),
    Entry(
        DeskEntry,
        DONE,
        _("At the desk of the administrators"),
        _("What an administrator changed about you, and, if you are one, what you changed."),
        [Sees.ADMINISTRATORS],
        _("As long as the company runs Kring."),
        ["action_time", "action_flag"],
        rows=_done_at_the_desk,
        erase=erasing.forget_desk_names,
    ),
    Entry(
        SentOnce,
        DONE,
        _("What you sent last"),
        _(
            "What you were answered when you sent a form, so that sending it twice does nothing"
            " twice. It lies under a fingerprint, without your name."
        ),
        [],
        _("One day."),
        [],
        Fate.FADES,
        rows=lambda _person: SentOnce.objects.none(),
        erase=erasing.forget_answers,
    ),
    Entry(
        Job,
        DONE,
        _("Work that waits for a computer"),
        _("That something is to be done for you, a mail for instance; by numbers, without words."),
        [],
        _("A week after it was done; what failed until somebody has looked after it."),
        [],
        Fate.FADES,
        rows=lambda _person: Job.objects.none(),
        erase=erasing.forget_errors,
    ),
)
