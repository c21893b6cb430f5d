"""Two records of one customer become one, and two again when that was wrong.

What was merged stays in its table and points at the one that lives on. Whatever pointed at it is
moved along, in every team: the keys on the model say what that is, so what is built later takes
part by itself. The record remembers each row that was moved.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from crm.happenings import Happening
from crm.models.imports import ExternalId
from crm.models.naming import name_key
from crm.models.own_facts import OwnFacts
from crm.models.undoing import undoes
from crm.refusals import CustomerError, StaleCustomer
from teams import wall
from teams.models import LogEntry, Membership

if TYPE_CHECKING:
    from crm.models.customer import Shared

# What the systems of imports call them: keys without a promise of the database.
NAMED_ELSEWHERE = "crm.externalid.object_id"
SIDES = (("organization", "absorbed_organization"), ("contact", "absorbed_contact"))


class MergeRecord(models.Model):
    """That two organizations, or two contacts, became one, and all that is needed to undo it.

    `old` and `new` are the facts of the one that lives on, where the merge changed them. `moved`
    are the keys of the rows that were moved, by "label.field"; `demoted` those of the ways to
    reach somebody that were the first to use until then; `filled` the fields of teams that say of
    the one what they said of the other, by row.
    """

    organization = models.ForeignKey(
        "crm.Organization", on_delete=models.PROTECT, null=True, related_name="+"
    )
    absorbed_organization = models.ForeignKey(
        "crm.Organization", on_delete=models.PROTECT, null=True, related_name="+"
    )
    contact = models.ForeignKey(
        "crm.Contact", on_delete=models.PROTECT, null=True, related_name="+"
    )
    absorbed_contact = models.ForeignKey(
        "crm.Contact", on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    old = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    new = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    moved = models.JSONField(default=dict)
    demoted = models.JSONField(default=list)
    filled = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    organization__isnull=False,
                    absorbed_organization__isnull=False,
                    contact=None,
                    absorbed_contact=None,
                )
                | models.Q(
                    organization=None,
                    absorbed_organization=None,
                    contact__isnull=False,
                    absorbed_contact__isnull=False,
                ),
                name="merge_is_of_two_of_a_kind",
            ),
            *(
                models.UniqueConstraint(
                    fields=[absorbed],
                    condition=models.Q(undone_at=None),
                    name=f"{absorbed}_is_merged_once",
                )
                for _survivor, absorbed in SIDES
            ),
        ]

    def __str__(self) -> str:
        return f"merge {self.pk}"

    @property
    def survivor(self) -> "Shared":
        """The one that lives on."""
        found = self.organization or self.contact
        assert found
        return found

    @property
    def absorbed(self) -> "Shared":
        """The one that was merged into it."""
        found = self.absorbed_organization or self.absorbed_contact
        assert found
        return found


class Link(NamedTuple):
    """A key of another table that points at a customer."""

    model: type[models.Model]
    name: str

    @property
    def label(self) -> str:
        return f"{self.model._meta.label_lower}.{self.name}"

    def rows(self) -> models.QuerySet[Any]:
        """All of them, also what lies in a bin."""
        return models.QuerySet(self.model).order_by("pk")

    def movable(self, absorbed: "Shared", survivor: "Shared") -> models.QuerySet[Any]:
        """Those of the one that the other has not in the same form already."""
        rows = self.rows().filter(**{self.name: absorbed.pk})
        for constraint in self.model._meta.constraints:
            if isinstance(constraint, models.UniqueConstraint) and self.name in constraint.fields:
                condition = constraint.condition or models.Q()
                same = {
                    name: models.OuterRef(name) for name in constraint.fields if name != self.name
                }
                twins = self.rows().filter(condition, **same, **{self.name: survivor.pk})
                # A row that the promise does not speak of has no twin.
                inside = self.rows().filter(condition, pk=models.OuterRef("pk"))
                rows = rows.exclude(models.Exists(twins) & models.Exists(inside))
        return rows


def links_to(kind: "type[Shared]") -> Iterator[Link]:
    """Every key that points at records of this kind, but for the records of merges."""
    for relation in kind._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ForeignObjectRel) and not relation.many_to_many:
            model = relation.related_model
            if model is not MergeRecord and isinstance(relation.field, models.ForeignKey):
                yield Link(model, relation.field.name)


# -- merging ---------------------------------------------------------------------------------------


def merge(
    survivor: "Shared",
    other: "Shared",
    taken: Collection[str],
    versions: tuple[int, int],
    *,
    by: Membership,
    at: datetime,
) -> LogEntry:
    """Let the survivor take over what the other has, as both were seen in these versions.

    Its gaps are filled; where both say something, its own stays unless the fact is in `taken`.
    What belongs to other teams moves along, and none of it is shown. Raises StaleCustomer when
    somebody changed or merged one of them since, CustomerError for two that are not one.
    """
    if survivor.pk == other.pk:
        raise CustomerError(_("These are one already."))
    with transaction.atomic():
        survivor, other = _held(survivor, other)
        if (survivor.version, other.version) != versions or survivor.is_merged:
            raise StaleCustomer(_("Someone changed one of them a moment ago. Look once more."))
        if other.is_merged:
            raise StaleCustomer(_("Someone merged %(name)s a moment ago.") % {"name": other})
        survivor.refuse_merging(other, by=by)
        naming: dict[str, Any] = {"survivor": str(survivor), "absorbed": str(other)}
        record = MergeRecord(at=at, **_sides(survivor, other))
        new = _gained(survivor, other, taken)
        record.new, record.old = new, {name: getattr(survivor, name) for name in new}
        _write(other, merged_into=survivor)
        _write(
            survivor,
            **new,
            # Whoever had one of the two on screen has seen an earlier version.
            version=max(versions) + 1,
        )
        with wall.opened():
            record.demoted = _demote(survivor, other)
            record.filled = OwnFacts.objects.fill(survivor, other)
            record.moved = _move(survivor, other)
        record.save()
        return LogEntry.record(
            _kinds(survivor)[0],
            survivor,
            by=by,
            at=at,
            **survivor.naming(),
            **naming,
            merge=record.pk,
        )


def _held(*two: "Shared") -> list[Any]:
    # In one order for everybody, so that two who do this do not wait for each other for ever.
    rows: models.QuerySet[Any] = models.QuerySet(type(two[0])).order_by("pk")
    held = {one.pk: one for one in rows.select_for_update().filter(pk__in=_keys(*two))}
    if len(held) < len(two):
        raise StaleCustomer(_("One of them is not here any more."))
    return [held[one.pk] for one in two]


def _keys(*things: "Shared") -> list[int]:
    return [thing.pk for thing in things]


def _sides(survivor: "Shared", other: "Shared") -> dict[str, Any]:
    return {survivor._meta.model_name or "": survivor, f"absorbed_{other._meta.model_name}": other}


def _kinds(thing: "Shared") -> tuple[Happening, Happening]:
    if thing._meta.model_name == "organization":
        return Happening.ORGANIZATION_MERGED, Happening.ORGANIZATION_UNMERGED
    return Happening.CONTACT_MERGED, Happening.CONTACT_UNMERGED


def differing(survivor: "Shared", other: "Shared") -> list[str]:
    """The facts of which both say something, and not the same."""
    return [
        name
        for name in survivor.FACTS
        if _says(survivor, name)
        and _says(other, name)
        and getattr(survivor, name) != getattr(other, name)
    ]


def _says(thing: "Shared", name: str) -> bool:
    return getattr(thing, name) not in (None, "", False)


def _gained(survivor: "Shared", other: "Shared", taken: Collection[str]) -> dict[str, Any]:
    """What the survivor's facts become, where they change: {attname: value}."""
    chosen = set(taken).intersection(differing(survivor, other))
    gaps = {name for name in survivor.FACTS if _says(other, name) and not _says(survivor, name)}
    names = [_attname(survivor, name) for name in survivor.FACTS if name in chosen | gaps]
    gained = {name: getattr(other, name) for name in names}
    if "name" in gained and hasattr(survivor, "name_key"):
        gained["name_key"] = name_key(gained["name"])
    return gained


def _attname(thing: "Shared", name: str) -> str:
    field = thing._meta.get_field(name)
    assert isinstance(field, models.Field)
    return field.attname


def _write(thing: "Shared", **facts: Any) -> None:
    models.QuerySet(type(thing)).filter(pk=thing.pk).update(**facts)
    thing.refresh_from_db()


def _demote(survivor: "Shared", other: "Shared") -> list[int]:
    """Of each kind one way to reach somebody is the first: that of the survivor stays it."""
    points: models.QuerySet[Any] | None = getattr(other, "points", None)
    if points is None:
        return []
    firsts = survivor.points.filter(is_primary=True, kind=models.OuterRef("kind"))  # type: ignore[attr-defined]
    seconds = points.filter(models.Exists(firsts), is_primary=True)
    keys = list(seconds.values_list("pk", flat=True))
    points.filter(pk__in=keys).update(is_primary=False)
    return keys


def _move(survivor: "Shared", other: "Shared") -> dict[str, list[int]]:
    moved = {}
    for link in links_to(type(survivor)):
        if keys := list(link.movable(other, survivor).values_list("pk", flat=True)):
            link.rows().filter(pk__in=keys).update(**{link.name: survivor})
            moved[link.label] = keys
    named = ExternalId.objects.filter(label=survivor._meta.label_lower, object_id=other.pk)
    if keys := list(named.order_by("pk").values_list("pk", flat=True)):
        named.update(object_id=survivor.pk)
        moved[NAMED_ELSEWHERE] = keys
    return moved


# -- taking it back --------------------------------------------------------------------------------


@undoes(Happening.ORGANIZATION_MERGED, Happening.CONTACT_MERGED)
def unmerge(entry: LogEntry, *, by: Membership, at: datetime) -> LogEntry:
    """Make two of them again, each with what it had; what came since stays with the one.

    What was moved and has gone elsewhere meanwhile stays there. Raises StaleCustomer when facts
    that the merge changed were changed again, or what was added since does not fit beside the
    other, and CustomerError when the one was merged into yet another.
    """
    records = MergeRecord.objects.select_for_update().filter(undone_at=None)
    record = records.filter(pk=entry.details.get("merge")).first()
    if record is None:
        raise StaleCustomer(_("This was undone already. Nothing was undone now."))
    survivor, other = _held(record.survivor, record.absorbed)
    naming: dict[str, Any] = {"survivor": str(survivor), "absorbed": str(other)}
    if survivor.is_merged:
        raise CustomerError(
            _("%(survivor)s was merged with another one since. Undo that first.") % naming
        )
    if not all(getattr(survivor, name) == value for name, value in _typed(survivor, record.new)):
        raise StaleCustomer(_("Someone changed %(survivor)s since. Nothing was undone.") % naming)
    try:
        with transaction.atomic(), wall.opened():
            _write(survivor, **dict(_typed(survivor, record.old)), version=survivor.version + 1)
            _write(other, merged_into=None)
            _move_back(record, survivor, other)
            OwnFacts.objects.give_back(survivor, other, record.filled)
    except IntegrityError:
        raise StaleCustomer(
            _("Something that was added since would stand there twice. Nothing was undone.")
        ) from None
    MergeRecord.objects.filter(pk=record.pk).update(undone_at=at)
    naming["survivor"] = str(survivor)
    return LogEntry.record(
        _kinds(survivor)[1], survivor, by=by, at=at, **survivor.naming(), **naming, merge=record.pk
    )


def _move_back(record: MergeRecord, survivor: "Shared", other: "Shared") -> None:
    for link in links_to(type(survivor)):
        moved = link.rows().filter(pk__in=record.moved.get(link.label, []))
        moved.filter(**{link.name: survivor}).update(**{link.name: other})
    named = ExternalId.objects.filter(pk__in=record.moved.get(NAMED_ELSEWHERE, []))
    named.filter(object_id=survivor.pk).update(object_id=other.pk)
    if record.demoted:
        back = other.points.filter(pk__in=record.demoted, removed_at=None)  # type: ignore[attr-defined]
        back.update(is_primary=True)


def _typed(thing: "Shared", facts: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The facts as the record has them; they are kept as text."""
    for name, value in facts.items():
        field = thing._meta.get_field(name)
        assert isinstance(field, models.Field)
        yield name, field.to_python(value)
