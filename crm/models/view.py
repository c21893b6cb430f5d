"""Saved views: a question about the deals that somebody, or the team, comes back to."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from django.db import IntegrityError, models, transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.happenings import Happening
from crm.refusals import StaleView, ViewError
from teams.models import LogEntry, Membership, Team, User
from teams.text import one_line

MOST_OF_A_KIND = 30
LONGEST_VIEW_NAME = 60
# The sign that turns an order around, and the name of a column.
LONGEST_SORT = 60
# What a change can make another, beside taking the view away.
CHANGES = ("name", "filter", "sort", "columns", "layout")


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def kept(self) -> Self:
        return self.filter(discarded_at=None)

    def shown_to(self, user: User | None) -> Self:
        """The team's and this person's own, those of the team first; None for a manager."""
        own = models.Q(person=user.pk) if user else models.Q()
        shown = models.Q(person=None) | own if user else models.Q(person=None)
        return (
            self.filter(shown)
            .select_related("team")
            .order_by(models.F("person").asc(nulls_first=True), Lower("name"), "pk")
        )

    def add(
        self, name: str, asked: Mapping[str, Any], *, own: bool, by: Membership, at: datetime
    ) -> "SavedView":
        """Keep a question under a name, for oneself or for the team.

        `asked` holds filter, sort, columns and layout. Raises ViewError for a name that is taken
        or empty, and where there are too many already.
        """
        person = by.user if own else None
        view = self.model(team=by.team, person=person, **asked)
        if self.kept().filter(team=by.team, person=person).count() >= MOST_OF_A_KIND:
            raise ViewError(_("There are many views already. Delete one that nobody uses."))
        view.call_it(name)
        view.tell(Happening.VIEW_SAVED, by=by, at=at)
        return view


class SavedView(models.Model):
    """A filter with its order, its columns and its way to look, under a name.

    It belongs to `person`, or to the team where that is None. `filter` holds lines of
    alternatives, each a field, an operator and a value as they are written in an address, and
    `columns` the keys of those that the list shows, none for the usual ones.

    `before` is what it was before its last change, or None. It stands here and not in the logbook:
    that is read by the whole team, and tells nothing of what one keeps for oneself.
    """

    class Layout(models.TextChoices):
        LIST = "list", gettext_lazy("List")
        BOARD = "board", gettext_lazy("Board")
        CALENDAR = "calendar", gettext_lazy("Calendar")

    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, related_name="saved_views", db_index=False
    )
    person = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = models.CharField(gettext_lazy("name"), max_length=LONGEST_VIEW_NAME)
    filter = models.JSONField(default=list)
    sort = models.CharField(max_length=LONGEST_SORT, blank=True)
    columns = models.JSONField(default=list)
    layout = models.CharField(max_length=10, choices=Layout, default=Layout.LIST)
    version = models.PositiveIntegerField(default=1)
    discarded_at = models.DateTimeField(null=True)
    before = models.JSONField(null=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("saved view")
        verbose_name_plural = gettext_lazy("saved views")
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="view_has_a_name"),
            models.CheckConstraint(
                condition=models.Q(layout__in=["list", "board", "calendar"]),
                name="view_layout_is_known",
            ),
            models.UniqueConstraint(
                "team",
                Lower("name"),
                condition=models.Q(person__isnull=True, discarded_at__isnull=True),
                name="views_of_a_team_have_names",
            ),
            models.UniqueConstraint(
                "team",
                "person",
                Lower("name"),
                condition=models.Q(person__isnull=False, discarded_at__isnull=True),
                name="views_of_a_person_have_names",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.pk})"

    @property
    def asked(self) -> set[str]:
        """The keys of the fields that its conditions are about."""
        return {condition[0] for line in self.filter for condition in line}

    @property
    def is_the_teams(self) -> bool:
        return self.person_id is None

    @property
    def is_kept(self) -> bool:
        return self.discarded_at is None

    def call_it(self, name: str) -> None:
        """Give it this name and store it. Raises ViewError for a name that is taken or empty."""
        self.name = one_line(name)
        if not self.name:
            raise ViewError(_("Give this view a name."))
        try:
            with transaction.atomic():
                self.save()
        except IntegrityError:
            text = _("There is a view “%(view)s” already.") % {"view": self.name}
            raise ViewError(text) from None

    def change(
        self, name: str, asked: Mapping[str, Any], *, version: int, by: Membership, at: datetime
    ) -> None:
        """Ask something else under this name, or the same under another, as seen in this version.

        Raises StaleView when somebody changed it since, ViewError as `call_it`.
        """
        with transaction.atomic():
            if not self._still(discarded_at=None, version=version):
                raise StaleView(_("Someone changed this view a moment ago. Look at it once more."))
            self._become({**asked, "name": name})
            self.tell(Happening.VIEW_CHANGED, by=by, at=at)

    def discard(self, *, by: Membership, at: datetime) -> None:
        """Take it away; `undo` brings it back. Raises StaleView where it is gone already."""
        with transaction.atomic():
            if not self._still(discarded_at=None):
                raise StaleView(_("This view was deleted already."))
            self._become({"discarded_at": at})
            self.tell(Happening.VIEW_DELETED, by=by, at=at)

    def undo(self, *, version: int, by: Membership, at: datetime) -> None:
        """Let it be as it was before the change that made this version; once more, as after it.

        Raises StaleView where it was changed since or never was, ViewError as `call_it`.
        """
        with transaction.atomic():
            if not self._still(before__isnull=False, version=version):
                raise StaleView(_("Someone changed this view since. Nothing was undone."))
            assert self.before
            was_kept, is_kept = self.is_kept, self.before["is_kept"]
            before = {name: self.before[name] for name in CHANGES}
            self._become({**before, "discarded_at": None if is_kept else at})
            again = Happening.VIEW_CHANGED if was_kept else Happening.VIEW_RESTORED
            self.tell(again if is_kept else Happening.VIEW_DELETED, by=by, at=at)

    def tell(self, happening: Happening, *, by: Membership, at: datetime) -> None:
        # What one keeps for oneself is nobody else's to read.
        if self.is_the_teams:
            LogEntry.record(happening, self, by=by, at=at, view=self.name)

    def _still(self, **condition: Any) -> bool:
        seen = SavedView.objects.filter(pk=self.pk, **condition)
        count = seen.update(version=models.F("version") + 1)
        self.refresh_from_db()
        return bool(count)

    def _become(self, changes: Mapping[str, Any]) -> None:
        before = {name: getattr(self, name) for name in CHANGES}
        self.before = {**before, "is_kept": self.is_kept}
        for field, value in changes.items():
            setattr(self, field, value)
        self.call_it(self.name)
