"""What is recorded of people: in words, who sees it, and how long it is kept.

Every model that points to a person has an entry here, also one that points to what stands for a
person (their seat in a debate). Each app registers its own from its `held.py`; without an entry
`manage.py check` fails and says where to write it. The page about what is recorded, the copy that
somebody asks for of everything about them, and the erasure of a person all read these entries.
See docs/adr/0026.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import checks
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Rows = models.QuerySet[Any]


class Sees(models.TextChoices):
    """Who may see something of a person."""

    PERSON = "person", _("You")
    TEAM = "team", _("The people of the team")
    MANAGERS = "managers", _("The managers who read along")
    ADMINISTRATORS = "administrators", _("Administrators")


class Fate(models.TextChoices):
    """What becomes of it when the person is erased."""

    STAYS = "stays", _("It stays, with “Somebody who left” in the place of your name.")
    GOES = "goes", _("It is removed.")
    GIVEN = "given", _("What you got is removed; what you gave stays, from “Somebody who left”.")
    FADES = "fades", _("What names you is removed; the rest goes by itself.")


@dataclass(frozen=True)
class Topic:
    """A heading of the page; the lowest number stands first."""

    order: int
    name: Promise


@dataclass(frozen=True)
class Entry:
    """What one model holds of a person.

    `what`, `kept` and `besides` are sentences to the person; `besides` says what bounds who sees
    it. `told` names what their copy holds of each row: fields of the model, or of what it points
    to. It leaves out other people, and their words. `own` names words that are told to those only
    to whom the row points by that field. What no key points to is found by `rows`, and what
    cannot simply be deleted is removed by `erase`. Where `is_stand_in`, what points to this model
    points to its person.
    """

    model: type[models.Model]
    topic: Topic
    name: Promise
    what: Promise
    seen_by: Sequence[Sees]
    kept: Promise
    told: Sequence[str]
    fate: Fate = Fate.STAYS
    besides: Promise | str = ""
    own: Mapping[str, Sequence[str]] = field(default_factory=dict)
    rows: Callable[[Any], Rows] | None = None
    erase: Callable[[Any], None] | None = None
    is_stand_in: bool = False

    @property
    def label(self) -> str:
        return self.model._meta.label_lower

    def of(self, person: models.Model) -> Rows:
        """The rows that are about this person."""
        if self.rows:
            return self.rows(person)
        ways = ((way, person.pk) for way in ways_to_a_person(self.model))
        paths = models.Q(*ways, _connector=models.Q.OR)
        return models.QuerySet(self.model).filter(paths).order_by("pk")

    def forget(self, person: models.Model) -> None:
        """Remove what is not to stay of this person."""
        if self.erase:
            self.erase(person)
        elif self.fate is Fate.GOES:
            self.of(person).delete()


_entries: dict[type[models.Model], Entry] = {}


def register(*entries: Entry) -> None:
    """Let these entries tell what their models hold of a person."""
    _entries.update((entry.model, entry) for entry in entries)


def all_entries() -> list[Entry]:
    """Every entry, by the order of the topics."""
    return sorted(_entries.values(), key=lambda entry: entry.topic.order)


def ways_to_a_person(model: type[models.Model]) -> list[str]:
    """The fields by which a model points to a person, itself or by what stands for one."""
    return [
        f"{each.name}{way}"
        for each in model._meta.concrete_fields
        for way in _ways_on(each.related_model)
    ]


def _ways_on(model: Any) -> list[str]:
    if model is get_user_model():
        return [""]
    entry = _entries.get(model)
    if entry is None or not entry.is_stand_in:
        return []
    return [f"__{way}" for way in ways_to_a_person(model)]


def untold() -> list[type[models.Model]]:
    """The models that point to a person, and about which nothing is said."""
    person = get_user_model()
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model not in _entries
        # What Django makes for a list that a person holds is part of the person.
        and cast("Any", model._meta).auto_created is not person
        and ways_to_a_person(model)
    ]


def every_record_is_told(app_configs: Any, **_words: Any) -> list[checks.CheckMessage]:
    """The system check: no model may hold something of a person in silence."""
    return [checks.Error(_missing(model), obj=model, id="teams.E001") for model in untold()]


def _missing(model: type[models.Model]) -> str:
    app = apps.get_app_config(model._meta.app_label)
    own = Path(app.path).parent == Path(settings.BASE_DIR)
    ways = ", ".join(ways_to_a_person(model))
    place = app.label if own else "teams"
    return (
        f"{model.__name__} points to a person by {ways}, and nothing says what it records of them."
        f" Add an Entry({model.__name__}, …) to the register(…) in {place}/held.py; what an Entry"
        " holds stands in teams/recorded.py. The apps.py beside it imports `held` in ready()."
    )
