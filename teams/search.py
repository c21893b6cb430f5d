"""Find or do: one question to every app, asked by one person in the teams that they read.

An app registers what it can find, by kind; what of it somebody may see is decided where it is
found. Each source is called with the person and the query.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from typing import Any, Self

from django.db import connection, models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from teams import wall
from teams.models import Membership, Team, User
from teams.text import is_readable, one_line, words_of

LONGEST = 100
FEW, PAGE, MOST = 5, 50, 500
# Asked as the person: which keys there are to look among is behind the wall.
FOUND = """
    SELECT letter, kring_find(
        letter, CASE WHEN letter = ANY (%s) THEN %s ELSE %s END::bigint[], %s::bigint[], %s, %s,
        {among}
    ) FROM unnest(%s::text[]) AS letter
"""


@dataclass(frozen=True)
class Kind:
    """What is found under one heading; `key` stands in the address.

    A kind with the `letter` of its words in the database is looked up there, together with all
    others, before its source is asked. `of_members` says that who only follows a team finds none.
    """

    key: str
    name: str | Promise
    order: int
    few: int = FEW
    letter: str = ""
    of_members: bool = False


DO = Kind("do", gettext_lazy("Go to, or do"), 10, few=12)


@dataclass(frozen=True)
class Hit:
    """Something that was found: a page to open, or a button of the frame to press.

    `press` is the button's form, name and value.
    """

    title: str
    about: str
    icon: str
    url: str = ""
    press: tuple[str, str, str] | None = None


class Among(models.Func):
    """Whether the key of a thing is one of these.

    They are one value to the database: of some hundred values each by itself Django makes a
    statement that takes longer than the search.
    """

    template = "%(expressions)s)"
    arg_joiner = " = ANY ("
    output_field = models.BooleanField()

    def __init__(self, keys: Iterable[int]) -> None:
        super().__init__("pk", models.Value(list(keys)))


@dataclass(frozen=True)
class Query:
    """What somebody looks for, and where.

    `teams` are all that they read, the one whose page this is first; `inside` has the keys of
    those in which they work. A source tells no more than the first `most` hits. `found` has the
    keys of what was looked up, by its letter.
    """

    text: str
    team: Team
    teams: tuple[Team, ...]
    inside: frozenset[int]
    most: int
    found: Mapping[str, list[int]] = field(default_factory=dict)

    @classmethod
    def by(cls, user: User, team: Team, text: str, *, most: int = DO.few + 1) -> Self:
        """What this person asks on a page of this team."""
        mine = Membership.objects.current().filter(user=user, team=models.OuterRef("pk"))
        read = Team.objects.read_by(user).annotate(is_mine=models.Exists(mine)).by_name()
        others = (each for each in read if each.pk != team.pk)
        inside = frozenset(each.pk for each in read if each.is_mine)
        tidy = one_line(text)[:LONGEST] if is_readable(text) else ""
        return cls(tidy, team, (team, *others), inside, most)

    @property
    def works_here(self) -> bool:
        return self.team.pk in self.inside

    @property
    def teams_inside(self) -> list[Team]:
        return [team for team in self.teams if team.pk in self.inside]

    @cached_property
    def words(self) -> list[str]:
        return words_of(self.text)

    def fits(self, name: str) -> bool:
        """Whether every word that was asked for begins a word of this name."""
        if self.text and not self.words:
            return False
        there = words_of(name)
        return all(any(word.startswith(asked) for word in there) for asked in self.words)

    def team_of(self, thing: Any) -> Team:
        """Whose a thing is that was found."""
        return next(team for team in self.teams if team.pk == thing.team_id)

    def looked_up(self, kinds: Iterable[Kind]) -> Self:
        """The same, knowing which things of these kinds have the words."""
        letters = {kind.letter: kind.of_members for kind in kinds if kind.letter}
        return replace(self, found=self._look_up(letters)) if self.words and letters else self

    def is_found(self, kind: Kind) -> Among:
        """Whether a thing of this kind has the words, of the newest few hundred that do."""
        return Among(self.found[kind.letter])

    def look_for(self, letter: str, among: models.QuerySet[Any, int] | None = None) -> list[int]:
        """The same of one kind alone, in a question of its own.

        Among: of things with these keys, of which none is missed for the many others.
        """
        return self._look_up({letter: False}, among)[letter]

    def _look_up(
        self, letters: Mapping[str, bool], among: models.QuerySet[Any, int] | None = None
    ) -> dict[str, list[int]]:
        teams, inside = ([team.pk for team in some] for some in (self.teams, self.teams_inside))
        of_members = [letter for letter, is_of_members in letters.items() if is_of_members]
        sql, named = among.query.sql_with_params() if among is not None else ("", ())
        asked = [of_members, inside, teams, inside, self.text, MOST, *named, list(letters)]
        found: dict[str, list[int]] = {letter: [] for letter in letters}
        with connection.cursor() as cursor:
            cursor.execute(FOUND.format(among=f"ARRAY({sql})" if sql else "NULL"), asked)
            for letter, key in cursor.fetchall():
                found[letter].append(key)
        return found


Source = Callable[[User, Query], Iterable[Hit]]

_sources: list[tuple[Kind, Source]] = []


def register(kind: Kind) -> Callable[[Source], Source]:
    """Ask the decorated function too; what it finds stands under the heading of its kind."""

    def keep(source: Source) -> Source:
        if (kind, source) not in _sources:
            _sources.append((kind, source))
        return source

    return keep


@dataclass(frozen=True)
class Group:
    """The hits of one kind, from one place in their order on, and whether more follow."""

    kind: Kind
    hits: list[Hit]
    has_more: bool


def kinds() -> list[Kind]:
    """All that can be found, in the order of the page."""
    return sorted({kind for kind, _source in _sources}, key=lambda kind: kind.order)


def few_of_each(user: User, query: Query) -> list[Group]:
    """The first hits of every kind that has any."""
    with _reading(query):
        query = query.looked_up(kinds())
        groups = [_group(kind, user, query, 0, kind.few) for kind in kinds()]
    return [group for group in groups if group.hits]


def page_of(kind: Kind, user: User, query: Query, *, page: int) -> Group:
    """A page of the hits of one kind; the query asks for as many as there may be."""
    with _reading(query):
        query = query.looked_up([kind])
        return _group(kind, user, query, (page - 1) * PAGE, PAGE)


def _reading(query: Query) -> AbstractContextManager[None]:
    # The door of the page has opened its team; who reads others finds there too.
    if len(query.teams) == 1:
        return nullcontext()
    return wall.opened_to_read(team.pk for team in query.teams)


def _group(kind: Kind, user: User, query: Query, start: int, length: int) -> Group:
    hits = list(islice(_hits(kind, user, query), start, start + length + 1))
    return Group(kind, hits[:length], has_more=len(hits) > length)


def _hits(kind: Kind, user: User, query: Query) -> Iterator[Hit]:
    # What can be done is offered unasked; of things there are too many.
    is_asked = kind == DO or bool(query.found.get(kind.letter, query.words))
    for each, source in _sources:
        if each == kind and is_asked:
            yield from source(user, query)
