"""The pages: through gunicorn for their time and size, in this process for what they ask of SQL."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from statistics import median
from time import perf_counter, process_time
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test import Client
from django.urls import reverse

from bench.options import Options
from bench.results import Floor, Page, Times
from bench.server import FORM, Ask, Server
from crm.models import Deal, Stage
from debates.models import State
from teams.models import Team, User

TOKEN = "benchbenchbenchbenchbenchbenchbe"  # as long as Django's own
WARM_UPS = 12
LETTERS = str.maketrans("0123456789", "ghijklmnop")
LOOKS = 7  # requests in this process, for the queries


@dataclass(frozen=True)
class Desk:
    """A team, one of its members, and their signed-in browser."""

    team: Team
    user: User
    cookie: str

    @classmethod
    def of(cls, team: Team) -> "Desk":
        """Sign the first member in."""
        user = team.memberships.current().order_by("pk")[0].user
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        names = {
            settings.SESSION_COOKIE_NAME: session.session_key,
            settings.CSRF_COOKIE_NAME: TOKEN,
        }
        return cls(team, user, "; ".join(f"{name}={value}" for name, value in names.items()))

    def ask(
        self, name: str, *args: Any, query: str = "", data: dict[str, str] | None = None
    ) -> Ask:
        """A request to this page of the team."""
        path = reverse(name, args=[self.team.slug, *args])
        return Ask(path + query, self.cookie, TOKEN, data)


Asks = Iterator[Ask]


@dataclass(frozen=True)
class Kind:
    """A kind of page to measure: its aim in milliseconds, and requests for it without end."""

    name: str
    aim: float | None
    asks: Callable[[list[Desk]], Asks]


def measure_pages(
    desks: list[Desk], server: Server, options: Options, kinds: Iterable[Kind]
) -> tuple[Floor, list[Page]]:
    """The floor's page and these, one after the other."""
    bare = _measure(Kind("floor", None, _floor), desks, server, options, Floor("", 1, "", ""))
    what = f"a Django view of 50 rows, six cells each ({bare.kilobytes} KB, {bare.queries} queries)"
    floor = Floor("view", bare.p50_ms, "ms", what)
    return floor, [_measure(page, desks, server, options, floor) for page in kinds]


def _measure(page: Kind, desks: list[Desk], server: Server, options: Options, floor: Floor) -> Page:
    asks = page.asks(desks)
    for ask in islice(asks, min(WARM_UPS, options.requests)):
        server.ask(ask)
    answers = [server.ask(ask) for ask in islice(asks, options.requests)]
    client = Client()  # one for all: it gets its middleware ready when it is first asked
    looks = [_look(client, ask) for ask in islice(asks, min(LOOKS, options.requests))]
    times = Times([spent for spent, _size in answers])
    return Page(
        what=page.name,
        times=len(answers),
        p50_ms=round(times.p50, 1),
        p95_ms=round(times.p95, 1),
        times_the_floor=round(times.p50 / floor.value, 1),
        aim=page.aim,
        kilobytes=round(Times([size for _spent, size in answers]).p50 / 1000, 1),
        queries=max(look.queries for look in looks),
        sql_ms=round(median(look.sql_ms for look in looks), 1),
        python_ms=round(median(look.python_ms for look in looks), 1),
    )


@dataclass
class Look:
    """A request in this process: its queries, how long Django waited for them, its own work."""

    queries: int = 0
    sql_ms: float = 0.0
    python_ms: float = 0.0

    def __call__(
        self,
        execute: Callable[..., Any],
        sql: str,
        params: Any,
        many: bool,  # noqa: FBT001 -- as Django calls it
        context: Any,
    ) -> Any:
        start = perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.queries += 1
            self.sql_ms += 1000 * (perf_counter() - start)


def _look(client: Client, ask: Ask) -> Look:
    client.cookies.load(ask.cookie)
    look = Look()
    start = process_time()
    with connection.execute_wrapper(look):
        answer = client.generic(
            ask.method, ask.path, ask.body or "", FORM, headers={"host": "localhost", **ask.headers}
        )
    look.python_ms = 1000 * (process_time() - start)
    if answer.status_code != 200:
        raise RuntimeError(f"{ask.method} {ask.path} answered {answer.status_code}")
    return look


# --- the pages -------------------------------------------------------------------------------


def _round(desks: list[Desk]) -> Iterator[Desk]:
    while True:
        yield from desks


def _plain(name: str, query: str = "") -> Callable[[list[Desk]], Asks]:
    def asks(desks: list[Desk]) -> Asks:
        for desk in _round(desks):
            yield desk.ask(name, query=query)

    return asks


def _floor(desks: list[Desk]) -> Asks:
    for desk in _round(desks):
        yield Ask(reverse("floor", args=[desk.team.pk]), desk.cookie, TOKEN)


def _deal_pages(desks: list[Desk]) -> Asks:
    """Open deals that came a long way: those with the most visits."""
    numbers = {
        desk: list(
            desk.team.deals.open().order_by("-version", "pk").values_list("number", flat=True)[:20]
        )
        for desk in desks
    }
    while True:
        for nth in range(20):
            for desk, those in numbers.items():
                yield desk.ask("crm:deal", those[nth % len(those)])


def _rooms(state: State) -> Callable[[list[Desk]], Asks]:
    """The debate of each team that is at this point."""

    def asks(desks: list[Desk]) -> Asks:
        pks = {desk: desk.team.debates.get(state=state).pk for desk in desks}
        for desk in _round(desks):
            yield desk.ask("debates:debate", pks[desk])

    return asks


def _new_deals(desks: list[Desk]) -> Asks:
    """A new deal of a new customer in the first stage."""
    stages = {desk: Stage.objects.of_team(desk.team).open().in_order()[0].pk for desk in desks}
    for nth, desk in enumerate(_round(desks)):
        data = {
            "stage": str(stages[desk]),
            "customer": f"Newcomer {_unlike(nth)}",
            "title": "Wi-Fi in the yard",
            "amount": "1250",
        }
        yield desk.ask("crm:deals", data=data)


def _unlike(nth: int) -> str:
    """A word that is not taken for the one before: whoever may be there already is asked about."""
    return sha256(str(nth).encode()).hexdigest()[:12].translate(LETTERS)


def _moves(desks: list[Desk]) -> Asks:
    """A card of each team in turn, to the next open stage, above a card that stands there."""
    boards = {desk: _Board.of(desk.team) for desk in desks}
    for desk in _round(desks):
        number, data = boards[desk].move()
        yield desk.ask("crm:deal-stage", number, data=data)


@dataclass
class _Board:
    """Which card stands where, as far as our own moves go."""

    stages: list[int]
    cards: list[Deal]
    nth: int = 0

    @classmethod
    def of(cls, team: Team) -> "_Board":
        stages = Stage.objects.of_team(team).open().in_order().values_list("pk", flat=True)
        return cls(list(stages), list(team.deals.open().order_by("pk")))

    def move(self) -> tuple[int, dict[str, str]]:
        card = self.cards[self.nth % len(self.cards)]
        self.nth += 1
        here = card.stage_id
        there = self.stages[(self.stages.index(here) + 1) % len(self.stages)]
        below = next((str(each.pk) for each in self.cards if each.stage_id == there), "")
        card.stage_id = there
        return card.number, {"stage": str(there), "seen_in": str(here), "before": below}


def _search(words: Callable[[Deal], str]) -> Callable[[list[Desk]], Asks]:
    """What each team finds of one of its own deals."""

    def asks(desks: list[Desk]) -> Asks:
        of_team = {desk: words(desk.team.deals.order_by("-pk")[0]) for desk in desks}
        for desk in _round(desks):
            yield desk.ask("search", query=f"?{urlencode({'q': of_team[desk]})}")

    return asks


def _point(deal: Deal, kind: str) -> str:
    assert deal.contact
    return deal.contact.points.get(kind=kind).value_key


# What writes comes last.
PAGES = (
    Kind("board", 35, _plain("crm:board")),
    Kind("list of 50", 20, _plain("crm:deals")),
    Kind("list, closed deals too", None, _plain("crm:deals", "?outcome=all")),
    Kind("search: one word", 25, _plain("search", "?q=bakery")),
    Kind("search: two words", 25, _plain("search", "?q=bakery+wi")),
    Kind("search in the list", None, _plain("crm:deals", "?outcome=all&q=bakery")),
    Kind("deal", 20, _deal_pages),
    Kind("reading room", 25, _plain("dashboards:reading")),
    Kind("debate: 125 points", 50, _rooms(State.CHALLENGING)),
    Kind("debate: consent", 50, _rooms(State.CONSENTING)),
    Kind("today", None, _plain("home")),
    Kind("move (POST)", 9, _moves),
    Kind("create (POST)", 15, _new_deals),
)

# As bench.crowd names them.
SEARCHES = (
    Kind("search: a common word", 25, _plain("search", "?q=bakery")),
    Kind("search: two letters", 25, _plain("search", "?q=ba")),
    Kind("search: two words", 25, _plain("search", "?q=bakery+wi")),
    Kind("search: a Dutch stem", 25, _plain("search", "?q=levering")),
    Kind("search: an English stem", 25, _plain("search", "?q=delivery")),
    Kind("search: a rare word", 25, _search(lambda deal: deal.customer.split()[1])),
    Kind("search: somebody's name", 25, _search(lambda deal: str(deal.contact))),
    Kind("search: part of an address", 25, _search(lambda deal: _point(deal, "email")[5:-5])),
    Kind("search: part of a number", 25, _search(lambda deal: _point(deal, "phone")[3:-2])),
    Kind("search: nothing is found", 25, _plain("search", "?q=zzzzqq")),
)
