"""Attachments: files that the team keeps with a deal or a note."""

import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Self

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.file_kinds import FAMILIES, LONGEST_FILE_NAME, content_type, family_of, file_name
from crm.happenings import Happening
from crm.models.note import Note
from crm.models.undoing import of_one_among, undoes
from crm.refusals import StaleWork, WorkError
from teams.models import LogEntry, Membership, Team, User

if TYPE_CHECKING:
    from crm.models.deal import Deal

FOLDER = "attachments"
MEGABYTE = 1024 * 1024
LARGEST_FILE, MOST_OF_A_TEAM = 20 * MEGABYTE, 1024 * MEGABYTE
# How long a removed file can be put back.
STAYS_REMOVED = timedelta(days=30)


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def outside_the_bin(self) -> Self:
        """Those of a note that is there, or of a deal that is not in the recycle bin."""
        return self.filter(
            deal__deleted_at__isnull=True,
            note__removed_at__isnull=True,
            note__deal__deleted_at__isnull=True,
        )

    def there(self) -> Self:
        """Those that nobody removed, with their note or deal or alone."""
        return self.outside_the_bin().filter(removed_at__isnull=True)

    def size(self) -> int:
        """How many bytes they take."""
        found: int | None = self.aggregate(total=models.Sum("size"))["total"]
        return found or 0

    def attach(
        self,
        file: "File[Any]",
        name: str,
        *,
        by: Membership,
        at: datetime,
        deal: "Deal | None" = None,
        note: Note | None = None,
    ) -> "Attachment":
        """Keep a file with a deal or a note of the team.

        What it is told by its bytes alone, and its name is tidied. Raises WorkError when it is
        empty, too large, of a kind that is not kept, or more than the team has room for.
        """
        thing = deal or note
        assert thing is not None
        if file.size > LARGEST_FILE:
            raise WorkError(
                _("A file can be %(most)d MB at most.") % {"most": LARGEST_FILE // MEGABYTE}
            )
        family = family_of(file.chunks())
        about = {
            "deal": deal,
            "note": note,
            "name": file_name(name, family),
            "family": family,
            "size": file.size,
            "sha256": _hash(file.chunks()),
        }
        _has_room(thing.team, file.size)
        # The file first, then its row: a file without a row does no harm, and is swept away.
        key = default_storage.save(f"{FOLDER}/{secrets.token_hex(16)}", file)
        with transaction.atomic():
            # Of two who would fill the last room the second waits here, and is refused.
            team = Team.objects.select_for_update(no_key=True).get(pk=thing.team_id)
            _has_room(team, file.size)
            found = self.create(team=team, key=key, by=by.user, added_at=at, **about)
            if deal:
                deal.refuse_if_gone()
            found.tell(Happening.FILE_ADDED, by=by, at=at)
        return found


class Attachment(models.Model):
    """A file with a deal or a note, for the team alone.

    `family` is what its bytes say that it is (crm.file_kinds), `key` is where it lies, `size`
    counts bytes. A removed one is kept for a while.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="attachments")
    deal = models.ForeignKey(
        "crm.Deal", on_delete=models.CASCADE, null=True, related_name="attachments"
    )
    note = models.ForeignKey(Note, on_delete=models.CASCADE, null=True, related_name="attachments")
    name = models.CharField(max_length=LONGEST_FILE_NAME)
    family = models.CharField(max_length=10)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    key = models.CharField(max_length=100, unique=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("attachment")
        verbose_name_plural = gettext_lazy("attachments")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(deal__isnull=True, note__isnull=False)
                | models.Q(deal__isnull=False, note__isnull=True),
                name="attachment_is_of_one_thing",
            ),
            models.CheckConstraint(
                condition=models.Q(family__in=list(FAMILIES)), name="attachment_family_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(size__gt=0, size__lte=LARGEST_FILE),
                name="attachment_is_not_too_large",
            ),
        ]

    def __str__(self) -> str:
        return f"attachment {self.pk} of team {self.team_id}"

    @property
    def content_type(self) -> str:
        return content_type(self.name, self.family)

    @property
    def about(self) -> str:
        """The customer, or what the deal is called."""
        if self.note:
            return self.note.about
        assert self.deal is not None
        return self.deal.customer or self.deal.title

    def remove(self, *, by: Membership, at: datetime) -> LogEntry:
        """Put it in the bin. Raises StaleWork when somebody did already."""
        with transaction.atomic():
            if not self._seen(removed_at__isnull=True).update(removed_at=at):
                raise StaleWork(_("Someone removed this a moment ago."))
            return self.tell(Happening.FILE_REMOVED, by=by, at=at)

    def put_back(self, *, by: Membership, at: datetime) -> LogEntry:
        """Take it out of the bin. Raises StaleWork when somebody did already."""
        with transaction.atomic():
            if not self._seen(removed_at__isnull=False).update(removed_at=None):
                raise StaleWork(_("This stands there already."))
            return self.tell(Happening.FILE_RETURNED, by=by, at=at)

    def tell(self, happening: Happening, *, by: Membership, at: datetime) -> LogEntry:
        """Write a change of it in the logbook: what it is about, and neither name nor contents."""
        return LogEntry.record(happening, self, by=by, at=at, about=self.about)

    def _seen(self, **condition: Any) -> AttachmentQuerySet:
        return Attachment.objects.filter(pk=self.pk, **condition)


undoes(Happening.FILE_REMOVED)(
    of_one_among(Attachment.objects.outside_the_bin, Attachment.put_back)
)


def _has_room(team: Team, size: int) -> None:
    if team.attachments.size() + size > MOST_OF_A_TEAM:
        raise WorkError(
            _("The files of this team have no more room: it is %(most)d MB.")
            % {"most": MOST_OF_A_TEAM // MEGABYTE}
        )


def _hash(chunks: Iterator[bytes]) -> str:
    seal = sha256()
    for chunk in chunks:
        seal.update(chunk)
    return seal.hexdigest()
