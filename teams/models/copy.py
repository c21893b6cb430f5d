"""The copy of everything that is held about a person: asked for, made by a job, theirs alone."""

import uuid
from datetime import datetime, timedelta
from typing import Self

from django.db import models, transaction

from teams.files import remove_once_certain
from teams.models.job import Job, State
from teams.models.person import User

WRITE = "teams.copy"
KEPT = timedelta(days=7)
FOLDER = "copies"


class PersonalCopyQuerySet(models.QuerySet["PersonalCopy"]):
    def ask(self, person: User, *, language: str, at: datetime) -> "PersonalCopy":
        """Let a job make this person's copy, in this language.

        While one is being made it is that one; an older one is replaced.
        """
        with transaction.atomic():
            # Whoever asks twice waits here for their first asking.
            User.objects.select_for_update(no_key=True).get(pk=person.pk)
            copy = self.filter(person=person).first() or PersonalCopy(person=person)
            if copy.pk and copy.is_being_made:
                return copy
            copy.drop_file()
            copy.key, copy.language, copy.asked_at = uuid.uuid4(), language, at
            copy.save()
            payload = {"copy_id": copy.pk, "key": str(copy.key)}
            Job.objects.arm(WRITE, str(copy.key), run_at=at, payload=payload)
        return copy

    def fresh(self, at: datetime) -> Self:
        """Those that are not over yet."""
        return self.filter(asked_at__gt=at - KEPT)

    def over(self, at: datetime) -> Self:
        return self.filter(asked_at__lte=at - KEPT)


class PersonalCopy(models.Model):
    """What somebody asked for, and the file once it is there. It lasts for seven days.

    `rows` counts what it holds. `key` is another each time it is asked for.
    """

    key = models.UUIDField(unique=True, editable=False)
    person = models.OneToOneField(User, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=7)
    asked_at = models.DateTimeField()
    file = models.FileField(max_length=200, blank=True)
    rows = models.PositiveIntegerField(default=0)

    objects = PersonalCopyQuerySet.as_manager()

    def __str__(self) -> str:
        return f"copy {self.pk} of person {self.person_id}"

    @property
    def name(self) -> str:
        """How the file is called where it is saved."""
        return f"kring-{self.asked_at:%Y-%m-%d}.zip"

    @property
    def place(self) -> str:
        """Where the file is kept."""
        return f"{FOLDER}/{self.key}.zip"

    @property
    def has_failed(self) -> bool:
        """Whether its job was given up."""
        return not self.file and self._job().filter(state=State.FAILED).exists()

    @property
    def is_being_made(self) -> bool:
        unfinished = [State.DUE, State.RUNNING]
        return not self.file and self._job().filter(state__in=unfinished).exists()

    def drop_file(self) -> None:
        """Let go of the file."""
        remove_once_certain(self.file)
        self.file, self.rows = "", 0

    def _job(self) -> models.QuerySet[Job]:
        return Job.objects.filter(kind=WRITE, key=str(self.key))
