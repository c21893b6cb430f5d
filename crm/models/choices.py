"""What a team chooses from: where its deals come from, why they are lost, and its tags."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Self, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.happenings import Happening
from crm.models.naming import name_key
from crm.models.versions import Versioned
from crm.refusals import ChoiceError, StaleChoice
from teams.models import LogEntry, Membership, Team
from teams.text import one_line

LONGEST_CHOICE = 160
LONGEST_KEY = 200
# How a figure names the deals without a reason.
NO_REASON = "-"

Chosen = TypeVar("Chosen", bound="Choice")


class ChoiceQuerySet(models.QuerySet[Chosen]):
    def living(self) -> Self:
        """Those that are offered."""
        return self.filter(archived_at=None)

    def in_order(self) -> Self:
        return self.order_by("position", "pk")

    def names(self) -> list[str]:
        """What is offered, in the team's order."""
        return list(self.living().in_order().values_list("name", flat=True))

    def named(self, name: str, *, by: Membership, at: datetime) -> Chosen | None:
        """The choice of this name, new where the team has none yet; None without a name.

        One that the team has archived is found too: whoever writes its name means it.
        """
        tidy = one_line(name)
        if not tidy:
            return None
        with transaction.atomic():
            found, is_new = self.get_or_create(
                team=by.team, name_key=name_key(tidy), defaults=self._begun(by.team, tidy)
            )
            if is_new:
                found.tell(Happening.CHOICE_ADDED, by=by, at=at)
        return found

    def add(self, name: str, *, by: Membership, at: datetime) -> Chosen:
        """Offer one thing more, as the last in the list. Raises ChoiceError for a known name."""
        tidy = _tidy(name)
        with transaction.atomic():
            _wait_for_our_turn(by.team)
            _refuse_the_same(tidy, self.filter(team=by.team))
            found = self.named(tidy, by=by, at=at)
        assert found is not None
        return found

    def begin(self, team: Team, names: Iterable[str]) -> list[Chosen]:
        """What a team that starts has to choose from, before anybody has decided anything."""
        return [
            self.create(team=team, name_key=name_key(name), **self._begun(team, name))
            for name in names
        ]

    def place_behind(self, team: Team) -> int:
        """The place behind all that the team offers."""
        found = self.filter(team=team).living().aggregate(last=models.Max("position", default=0))
        return int(found["last"]) + 1

    def _begun(self, team: Team, name: str) -> dict[str, Any]:
        return {"name": name, "position": self.place_behind(team)}


class Choice(Versioned):
    """Something that a team chooses from, in the team's own order.

    It is archived, never deleted: what was chosen stays chosen, and is offered no more.
    """

    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, related_name="%(class)ss", db_index=False
    )
    name = models.CharField(gettext_lazy("name"), max_length=LONGEST_CHOICE)
    name_key = models.CharField(max_length=3 * LONGEST_CHOICE, editable=False)
    position = models.PositiveIntegerField()
    archived_at = models.DateTimeField(null=True)

    objects = ChoiceQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["team", "name_key"], name="one_%(class)s_of_a_name_in_a_team"
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="%(class)s_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def naming(self) -> dict[str, Any]:
        """What a logbook line says of this choice, so that the line can be read without it."""
        return {"choice": self.name, "list": self._meta.model_name}

    def tell(self, kind: Happening, *, by: Membership, at: datetime, **details: Any) -> LogEntry:
        return LogEntry.record(kind, self, by=by, at=at, **self.naming(), **details)

    # -- verbs ---------------------------------------------------------------------------------

    def rename(self, name: str, *, version: int, by: Membership, at: datetime) -> LogEntry | None:
        """Call it something else, as seen in this version; all that was chosen follows.

        Its name already is no change: None. Raises StaleChoice when somebody changed it since,
        ChoiceError as `add`.
        """
        tidy = _tidy(name)
        with transaction.atomic():
            _wait_for_our_turn(self.team)
            self.refresh_from_db()
            if tidy == self.name:
                return None
            _refuse_the_same(tidy, self._list().exclude(pk=self.pk))
            was = self.name
            if not self._change({"name": tidy, "name_key": name_key(tidy)}, version=version):
                raise _stale()
            return self.tell(Happening.CHOICE_RENAMED, by=by, at=at, was=was)

    def place(self, position: int, *, by: Membership, at: datetime) -> LogEntry:
        """Let it stand at this place of the list, counted from 1."""
        with transaction.atomic():
            _wait_for_our_turn(self.team)
            others: list[Choice] = list(self._list().living().in_order().exclude(pk=self.pk))
            others.insert(max(position, 1) - 1, self)
            for place, choice in enumerate(others, start=1):
                choice.position = place
            self._list().bulk_update(others, ["position"])
            return self.tell(Happening.CHOICE_PLACED, by=by, at=at)

    def archive(self, *, by: Membership, at: datetime) -> LogEntry:
        """Offer it no more; what was chosen stays. Raises StaleChoice when it is away."""
        with transaction.atomic():
            if not self._change({"archived_at": at}, archived_at=None):
                raise _stale()
            return self.tell(Happening.CHOICE_ARCHIVED, by=by, at=at)

    def restore(self, *, by: Membership, at: datetime) -> LogEntry:
        """Offer it again, as the last in the list. Raises StaleChoice when it is there."""
        with transaction.atomic():
            back = {"archived_at": None, "position": self._list().place_behind(self.team)}
            if not self._change(back, archived_at__isnull=False):
                raise _stale()
            return self.tell(Happening.CHOICE_RESTORED, by=by, at=at)

    def _list(self) -> "ChoiceQuerySet[Any]":
        """All choices of the list in which this one stands."""
        return type(self).objects.filter(team=self.team_id)


class Source(Choice):
    """Where a deal comes from."""

    class Meta(Choice.Meta):
        verbose_name = gettext_lazy("source")
        verbose_name_plural = gettext_lazy("sources")


class LossReason(Choice):
    """Why a deal was lost. Figures are kept by `key`, which stays whatever the name becomes."""

    key = models.CharField(max_length=LONGEST_KEY, editable=False)

    class Meta(Choice.Meta):
        verbose_name = gettext_lazy("loss reason")
        verbose_name_plural = gettext_lazy("loss reasons")
        constraints = [
            *Choice.Meta.constraints,
            models.UniqueConstraint(fields=["team", "key"], name="one_lossreason_per_key"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.key = self.key or self._free_key()
        super().save(*args, **kwargs)

    def _free_key(self) -> str:
        stem = self.name.lower()[: LONGEST_KEY - 5]
        taken = {NO_REASON, *self._list().values_list("key", flat=True)}
        key, number = stem, 1
        while key in taken:
            number += 1
            key = f"{stem}-{number}"
        return key


class Tag(Choice):
    """What a team calls some of its deals by, to find them together."""

    class Meta(Choice.Meta):
        verbose_name = gettext_lazy("tag")
        verbose_name_plural = gettext_lazy("tags")


# By the word that stands for them in an address.
LISTS: Mapping[str, type[Choice]] = {"sources": Source, "loss-reasons": LossReason, "tags": Tag}


def begin_lists(team: Team) -> None:
    """What a new team can choose from at first, in the language of whoever starts it."""
    Source.objects.begin(
        team,
        [_("Recommended"), _("Website"), _("Telephone"), _("Existing customer"), _("Trade fair")],
    )
    LossReason.objects.begin(
        team,
        [
            _("Too expensive"),
            _("Chose another supplier"),
            _("Postponed"),
            _("No answer any more"),
            _("Not what we do"),
        ],
    )


def _wait_for_our_turn(team: Team) -> None:
    # Of two who change a list at once the second waits here; who only writes of the team does not.
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)


def _tidy(name: str) -> str:
    tidy = one_line(name)
    if not tidy:
        raise ChoiceError(_("Say what it is called."))
    return tidy


def _refuse_the_same(name: str, others: ChoiceQuerySet[Any]) -> None:
    known = others.filter(name_key=name_key(name)).first()
    if known and known.archived_at:
        raise ChoiceError(
            _("“%(name)s” is among what is no longer offered. Offer it again there.")
            % {"name": known.name}
        )
    if known:
        raise ChoiceError(_("“%(name)s” is in this list already.") % {"name": known.name})


def _stale() -> StaleChoice:
    return StaleChoice(_("Someone changed this a moment ago. Look at it once more."))
