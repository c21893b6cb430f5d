"""The fields that a team adds itself: what it wants to know of deals and customers besides."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Self

from django.db import models, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.happenings import Happening
from crm.models.naming import name_key
from crm.models.values import OF_A_LIST, FieldType, to_keep
from crm.refusals import FieldError, StaleField
from teams.models import LogEntry, Membership, Team
from teams.text import one_line

MOST_FIELDS = 40
MOST_OPTIONS = 50
LONGEST_KEY = 40
LONGEST_LABEL = 60


class Target(models.TextChoices):
    """What a field says something about."""

    DEAL = "deal", gettext_lazy("Deals")
    ORGANIZATION = "organization", gettext_lazy("Organizations")
    CONTACT = "contact", gettext_lazy("Contacts")


class FieldQuerySet(models.QuerySet["FieldDefinition"]):
    def about(self, target: str) -> Self:
        return self.filter(target=target)

    def living(self) -> Self:
        return self.filter(archived_at=None)

    def in_order(self) -> Self:
        return self.order_by("target", "position", "pk")

    def add(
        self,
        target: str,
        label: str,
        kind: str,
        *,
        by: Membership,
        at: datetime,
        options: Iterable[str] = (),
    ) -> "FieldDefinition":
        """Let the team know one thing more about its deals or customers, as the last in the list.

        Raises FieldError for an empty or known label, a list without choices, and a field more
        than a form can bear.
        """
        label = _tidy_label(label)
        with transaction.atomic():
            _wait_for_our_turn(by.team)
            fields = self.filter(team=by.team, target=target)
            living = list(fields.living())
            _refuse_one_too_many(living)
            _refuse_the_same(label, living)
            field = self.create(
                team=by.team,
                target=target,
                key=_new_key(label, fields),
                label=label,
                label_key=name_key(label),
                type=kind,
                options=_tidy_options(kind, options),
                position=_after(living),
            )
            LogEntry.record(Happening.FIELD_ADDED, field, by=by, at=at, **field.naming())
        return field

    def checked(self, values: Mapping[str, Any], *, kept: Mapping[str, Any]) -> dict[str, Any]:
        """These values by key as they are kept, each None that is to be emptied.

        What stands there already may stay, also a choice that the list no longer has. Raises
        FieldError for a value that its field cannot hold, and for a key that no living field has.
        """
        if not values:
            return {}
        fields = {field.key: field for field in self.living()}
        if unknown := sorted(set(values) - set(fields)):
            raise FieldError(_("There is no field “%(key)s”.") % {"key": unknown[0]})
        return {key: fields[key].to_keep(value, kept.get(key)) for key, value in values.items()}


class FieldDefinition(models.Model):
    """One thing that a team wants to know of each deal, organization or contact.

    `key` stays whatever the label becomes: values are kept by it. A field is archived, never
    deleted: its values stay where they are and are shown again when it comes back.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="fields")
    target = models.CharField(max_length=12, choices=Target)
    key = models.SlugField(max_length=LONGEST_KEY, db_index=False)
    label = models.CharField(gettext_lazy("name"), max_length=LONGEST_LABEL)
    label_key = models.CharField(max_length=3 * LONGEST_LABEL, editable=False)
    type = models.CharField(max_length=10, choices=FieldType)
    options = models.JSONField(default=list)
    position = models.PositiveSmallIntegerField()
    archived_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = FieldQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("field")
        verbose_name_plural = gettext_lazy("fields")
        constraints = [
            models.UniqueConstraint(fields=["team", "target", "key"], name="one_field_per_key"),
            models.UniqueConstraint(
                fields=["team", "target", "label_key"],
                condition=models.Q(archived_at=None),
                name="one_living_field_per_label",
            ),
            models.CheckConstraint(condition=~models.Q(label=""), name="field_has_a_label"),
            models.CheckConstraint(
                condition=models.Q(target__in=Target.values), name="field_target_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(type__in=FieldType.values), name="field_type_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(type__in=OF_A_LIST) & ~models.Q(options=[])
                | ~models.Q(type__in=OF_A_LIST) & models.Q(options=[]),
                name="lists_alone_have_options",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.pk})"

    def naming(self) -> dict[str, Any]:
        """What a logbook line says of this field, so that the line can be read without it."""
        return {"field": self.label, "target": self.target}

    @property
    def is_a_list(self) -> bool:
        return self.type in OF_A_LIST

    def offered(self, kept: Any = None) -> list[str]:
        """The options, and behind them what a record holds that the list no longer has."""
        held = kept if isinstance(kept, list) else [kept] if kept else []
        return [*self.options, *(one for one in held if one not in self.options)]

    def to_keep(self, value: Any, kept: Any = None) -> Any:
        """The value as it is kept, beside or instead of what stands there. Raises FieldError."""
        try:
            return to_keep(self.type, value, self.offered(kept) if self.is_a_list else ())
        except FieldError as refusal:
            raise FieldError(f"{self.label}: {refusal}") from refusal

    # -- verbs ---------------------------------------------------------------------------------

    def edit(
        self,
        label: str,
        options: Iterable[str] | None = None,
        *,
        version: int,
        by: Membership,
        at: datetime,
    ) -> LogEntry | None:
        """Call the field something else, or offer other choices, as seen in this version.

        What a record holds stays. What stands there already is no change: None. Raises
        StaleField when somebody changed it since, and FieldError as `add`.
        """
        wanted: dict[str, Any] = {"label": _tidy_label(label)}
        if options is not None:
            wanted["options"] = _tidy_options(self.type, options)
        with transaction.atomic():
            _wait_for_our_turn(self.team)
            old = FieldDefinition.objects.get(pk=self.pk)
            new = {name: value for name, value in wanted.items() if value != getattr(old, name)}
            if not new:
                return None
            if old.version != version:
                self.refresh_from_db()
                raise StaleField(_("Someone changed this field a moment ago. Look at it again."))
            _refuse_the_same(wanted["label"], self._beside().exclude(pk=self.pk))
            self._write(**new, label_key=name_key(wanted["label"]))
            before = {name: getattr(old, name) for name in new}
            return self._record(Happening.FIELD_EDITED, by=by, at=at, old=before, new=new)

    def place(self, position: int, *, by: Membership, at: datetime) -> LogEntry:
        """Let the field stand at this place of the list, counted from 1."""
        with transaction.atomic():
            _wait_for_our_turn(self.team)
            others = list(self._beside().exclude(pk=self.pk))
            others.insert(max(position, 1) - 1, self)
            for place, field in enumerate(others, start=1):
                field.position = place
            FieldDefinition.objects.bulk_update(others, ["position"])
            return self._record(Happening.FIELD_PLACED, by=by, at=at)

    def archive(self, *, by: Membership, at: datetime) -> LogEntry:
        """Ask for it no more; what was filled in stays. Raises StaleField when it is away."""
        return self._live_or_rest(Happening.FIELD_ARCHIVED, at, by=by, at=at)

    def restore(self, *, by: Membership, at: datetime) -> LogEntry:
        """Ask for it again, at the end of the list. Raises FieldError as `add`."""
        return self._live_or_rest(Happening.FIELD_RESTORED, None, by=by, at=at)

    def _live_or_rest(
        self, happening: Happening, archived_at: datetime | None, *, by: Membership, at: datetime
    ) -> LogEntry:
        with transaction.atomic():
            _wait_for_our_turn(self.team)
            self.refresh_from_db()
            if (self.archived_at is None) == (archived_at is None):
                raise StaleField(_("Someone changed this field a moment ago. Look at it again."))
            living = list(self._beside())
            if archived_at is None:
                _refuse_one_too_many(living)
                _refuse_the_same(self.label, living)
            self._write(archived_at=archived_at, position=_after(living))
            return self._record(happening, by=by, at=at)

    def _beside(self) -> FieldQuerySet:
        """The living fields of the list in which this one stands."""
        return (
            FieldDefinition.objects.living()
            .filter(team=self.team_id, target=self.target)
            .in_order()
        )

    def _write(self, **changes: Any) -> None:
        FieldDefinition.objects.filter(pk=self.pk).update(
            version=models.F("version") + 1, **changes
        )
        self.refresh_from_db()

    def _record(self, kind: Happening, *, by: Membership, at: datetime, **details: Any) -> LogEntry:
        return LogEntry.record(kind, self, by=by, at=at, **self.naming(), **details)


def _wait_for_our_turn(team: Team) -> None:
    # Of two who change the list at once the second waits here and then counts anew.
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)


def _refuse_one_too_many(living: Sequence[FieldDefinition]) -> None:
    if len(living) >= MOST_FIELDS:
        raise FieldError(
            _("There are %(most)s fields here already. Archive one first.") % {"most": MOST_FIELDS}
        )


def _refuse_the_same(label: str, living: Iterable[FieldDefinition]) -> None:
    if any(field.label_key == name_key(label) for field in living):
        raise FieldError(_("There is a field “%(label)s” already.") % {"label": label})


def _after(living: Sequence[FieldDefinition]) -> int:
    return max((field.position for field in living), default=0) + 1


def _new_key(label: str, fields: FieldQuerySet) -> str:
    # It begins with a letter, so that PostgreSQL never takes it for a place in a list.
    stem = slugify(label.replace("_", " "))[: LONGEST_KEY - 4]
    stem = stem if stem[:1].isalpha() else f"f{stem}"
    taken, number, key = set(fields.values_list("key", flat=True)), 1, stem
    while key in taken:
        number += 1
        key = f"{stem}-{number}"
    return key


def _tidy_label(label: str) -> str:
    tidy = one_line(label)
    if not tidy:
        raise FieldError(_("Give the field a name."))
    return tidy


def _tidy_options(kind: str, options: Iterable[str]) -> list[str]:
    if kind not in OF_A_LIST:
        return []
    tidy = list({name_key(one): one for one in map(one_line, options) if one}.values())
    if not tidy:
        raise FieldError(_("Say what there is to choose from, one on each line."))
    if len(tidy) > MOST_OPTIONS or any(len(one) > LONGEST_LABEL for one in tidy):
        raise FieldError(
            _("A list has at most %(most)s choices of %(longest)s characters.")
            % {"most": MOST_OPTIONS, "longest": LONGEST_LABEL}
        )
    return tidy
