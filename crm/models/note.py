"""Notes: what the team writes down for itself about a deal or a customer, and whom it mentions."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.happenings import Happening
from crm.markdown import mentioned_in
from crm.models.contact import Contact
from crm.models.customer import Organization
from crm.models.undoing import of_one_among, undoes
from crm.models.versions import Versioned
from crm.refusals import StaleWork, WorkError
from teams.models import Job, LogEntry, Membership, Team, User
from teams.text import paragraphs

if TYPE_CHECKING:
    from crm.models.deal import Deal

LONGEST_NOTE = 10_000
EDITABLE = ("text", "is_pinned")
TELL_MENTION = "crm.tell_mention"


def _about_one_thing() -> models.Q:
    things = ("deal", "organization", "contact")
    return models.Q(
        *(models.Q(**{f"{name}__isnull": name != thing for name in things}) for thing in things),
        _connector=models.Q.OR,
    )


class NoteQuerySet(models.QuerySet["Note"]):
    def there(self) -> Self:
        """Those that nobody removed, with their deal or alone."""
        return self.outside_the_bin().filter(removed_at__isnull=True)

    def outside_the_bin(self) -> Self:
        """Those that are about no deal in the recycle bin."""
        return self.filter(deal__deleted_at__isnull=True)

    def pinned_first(self) -> Self:
        return self.order_by("-is_pinned", "-written_at", "-pk")

    def with_mentions(self) -> Self:
        return self.select_related("by").prefetch_related("mentions__user")

    def write(
        self,
        team: Team,
        text: str,
        *,
        by: Membership,
        at: datetime,
        deal: "Deal | None" = None,
        organization: Organization | None = None,
        contact: Contact | None = None,
        is_pinned: bool = False,
    ) -> "Note":
        """Write a note about one thing, and tell whom it mentions.

        Raises WorkError without a word, and about nothing or several things.
        """
        tidy = _tidy(text)
        about = {"deal": deal, "organization": organization, "contact": contact}
        if sum(thing is not None for thing in about.values()) != 1:
            raise WorkError(_("Say which deal or customer it is about."))
        with transaction.atomic():
            if contact:
                contact.hold_for_more(StaleWork)
            found = self.create(
                team=team, text=tidy, is_pinned=is_pinned, by=by.user, written_at=at, **about
            )
            if deal:
                deal.refuse_if_gone()
            found.mention(by=by, at=at)
            found.tell(Happening.NOTE_WRITTEN, by=by, at=at)
        return found


class Note(Versioned):
    """A text in Markdown about a deal, an organization or a contact, for the team alone.

    A pinned one stays on top. A removed one is kept in the bin.
    """

    # Without an index of its own where one below begins with it.
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="notes", db_index=False)
    deal = models.ForeignKey(
        "crm.Deal", on_delete=models.CASCADE, null=True, blank=True, related_name="notes"
    )
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="notes"
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="notes"
    )
    text = models.TextField(max_length=LONGEST_NOTE)
    is_pinned = models.BooleanField(default=False)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    objects = NoteQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("note")
        verbose_name_plural = gettext_lazy("notes")
        constraints = [
            models.CheckConstraint(condition=~models.Q(text=""), name="note_says_something"),
            models.CheckConstraint(condition=_about_one_thing(), name="note_is_about_one_thing"),
        ]
        indexes = [
            models.Index(fields=["team", "-written_at"], name="notes_of_a_team"),
        ]

    def __str__(self) -> str:
        return f"note {self.pk} of team {self.team_id}"

    @property
    def about(self) -> str:
        """The customer, or what the deal is called."""
        if self.deal:
            return self.deal.customer or self.deal.title
        return str(self.organization or self.contact)

    # -- verbs ---------------------------------------------------------------------------------

    def edit(
        self, changes: Mapping[str, Any], *, version: int, by: Membership, at: datetime
    ) -> LogEntry | None:
        """Write it differently, as seen in this version, and tell whom it mentions anew.

        What stands there already is no change; without any, there is no line and None. Raises
        StaleWork when somebody was faster, WorkError as `write`.
        """
        as_it_is = {name: getattr(self, name) for name in EDITABLE}
        wanted = as_it_is | dict(changes)
        wanted["text"] = _tidy(wanted["text"])
        with transaction.atomic():
            new = {name: value for name, value in wanted.items() if value != as_it_is[name]}
            if not new:
                return None
            edited = {"edited_at": at} if "text" in new else {}
            self._write(new | edited, version=version)
            self.mention(by=by, at=at)
            return self.tell(Happening.NOTE_EDITED, by=by, at=at)

    def remove(self, *, version: int, by: Membership, at: datetime) -> LogEntry:
        """Put it in the bin, as seen in this version. Raises StaleWork when somebody was faster."""
        with transaction.atomic():
            self._write({"removed_at": at}, version=version)
            return self.tell(Happening.NOTE_REMOVED, by=by, at=at)

    def put_back(self, *, by: Membership, at: datetime) -> LogEntry:
        """Take it out of the bin. Raises StaleWork when somebody did already."""
        with transaction.atomic():
            if not self._change({"removed_at": None}, removed_at__isnull=False):
                raise StaleWork(_("This stands there already."))
            return self.tell(Happening.NOTE_RETURNED, by=by, at=at)

    def has_been_read(self, *, by: Membership, at: datetime) -> None:
        """Nothing is left to read for this person. Whoever was not asked says it in vain.

        Nobody else learns of it: there is no line in the logbook.
        """
        self.mentions.unread().filter(user=by.user).update(read_at=at)

    # -- whom it mentions ----------------------------------------------------------------------

    def mention(self, *, by: Membership, at: datetime) -> None:
        """Keep whom the text mentions now, and mail those who are new in it."""
        meant = mentioned_in(self.text, self.team.people())
        self.mentions.exclude(user__in=meant).delete()
        known = set(self.mentions.values_list("user_id", flat=True))
        for person in meant:
            if person.pk not in known:
                # Nobody needs to be told what they wrote themselves.
                read_at = at if person == by.user else None
                self.mentions.create(team_id=self.team_id, user=person, at=at, read_at=read_at)
        for mention in self.mentions.unread().exclude(user__in=known):
            mention.arm_mail(at=at)

    # -- writing -------------------------------------------------------------------------------

    def _write(self, changes: Mapping[str, Any], *, version: int) -> None:
        if not self._change(changes, version=version, removed_at=None):
            raise StaleWork(_("Someone changed this a moment ago. Look at it once more."))

    def tell(self, happening: Happening, *, by: Membership, at: datetime) -> LogEntry:
        """Write a change of it in the logbook: what it is about, and never a word of it."""
        about = self.deal.naming() if self.deal else {}
        return LogEntry.record(happening, self, by=by, at=at, about=self.about, **about)


undoes(Happening.NOTE_REMOVED)(of_one_among(Note.objects.outside_the_bin, Note.put_back))


class MentionQuerySet(models.QuerySet["Mention"]):
    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)

    def to_be_read(self) -> Self:
        """Unread, in notes that nobody removed, with their deal or alone."""
        return self.unread().filter(
            note__removed_at__isnull=True, note__deal__deleted_at__isnull=True
        )


class Mention(models.Model):
    """A member whom a note mentions, and when they said to have read it."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    note = models.ForeignKey(
        Note, on_delete=models.CASCADE, related_name="mentions", db_index=False
    )
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    objects = MentionQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("mention")
        verbose_name_plural = gettext_lazy("mentions")
        constraints = [
            models.UniqueConstraint(fields=["note", "user"], name="mentioned_once_per_note"),
        ]
        indexes = [
            models.Index(
                fields=["user", "team"],
                condition=models.Q(read_at__isnull=True),
                name="mentions_to_be_read",
            ),
        ]

    def __str__(self) -> str:
        return f"mention {self.pk} in note {self.note_id}"

    def arm_mail(self, *, at: datetime) -> None:
        """Put the mail in the book, once."""
        payload = {"mention_id": self.pk, "team_id": self.team_id}
        Job.objects.arm(TELL_MENTION, str(self.pk), run_at=at, payload=payload)


def _tidy(text: str) -> str:
    tidy = paragraphs(text)
    if not tidy:
        raise WorkError(_("Write down a few words."))
    return tidy
