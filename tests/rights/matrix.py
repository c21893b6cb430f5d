"""Asks every address as everybody, in every way and every state, and compares with the table."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property, lru_cache
from http.cookies import SimpleCookie
from itertools import product
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import URLResolver, get_resolver, reverse
from django.utils import timezone

from crm.models import Pipeline, Stage
from crm.process_form import ProcessForm
from dashboards import rebasing
from reviews.models import Question
from teams.models import CharterVersion, OutgoingMail
from tests import builders, debating
from tests.builders import STAGES
from tests.evidence import everything, undone
from tests.rights.marks import found_in, hidden_from, text_of
from tests.rights.table import METHODS, Answer, NoRow, Rights
from tests.rights.world import SCENES, Scene, World

SIGN_IN = ("/accounts/login/", "/admin/login/")
READING = re.compile(
    r"\s*(SELECT|DECLARE|SAVEPOINT|RELEASE SAVEPOINT|ROLLBACK TO|SET CONSTRAINTS)\b"
)
# A way of asking that nobody may use is refused before anybody is looked at: these few will do.
A_FEW = ("anonymous", "member", "manager", "administrator")


def addresses(
    resolver: URLResolver | None = None, space: str = "", parts: frozenset[str] = frozenset()
) -> Iterator[tuple[str, frozenset[str]]]:
    """The full name of every address in the resolver, and what is to be filled in in it."""
    for pattern in (resolver or get_resolver()).url_patterns:
        here = parts | set(pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from addresses(pattern, inner, here)
        elif pattern.name:
            yield f"{space}{pattern.name}", here


@lru_cache(maxsize=1)
def _parts_of_all() -> dict[str, frozenset[str]]:
    return dict(addresses())


@dataclass
class Seen:
    """What came of one request; `text` is all that it says, with what waits in the outbox then."""

    response: HttpResponse
    changed: bool
    text: str


class Browser(Client):
    """Asks like any client; it just keeps no copies of what the templates were given."""

    def request(self, **request: Any) -> Any:
        return self.handler(self._base_environ(**request))


class Asker:
    """Everybody's browser in one; every request leaves the database as it was."""

    def __init__(self, world: World, *, enforce_csrf_checks: bool = False) -> None:
        self.world = world
        self.client = Browser(enforce_csrf_checks=enforce_csrf_checks)
        self.sessions = {person: _session(user) for person, user in world.people.items()}
        self.ground: Ground | None = None

    @contextmanager
    def standing(self) -> Iterator[None]:
        """Here nothing changes between the requests, so all share one way back."""
        with undone() as back:
            self.ground = Ground(back)
            try:
                yield
            finally:
                self.ground = None

    def ask(self, person: str, method: str, url: str, sent: Any = None, **more: Any) -> Seen:
        self.client.cookies = SimpleCookie()
        if key := self.sessions[person]:
            self.client.cookies[settings.SESSION_COOKIE_NAME] = key
        cache.clear()  # the limits on signing in count there
        kind = "application/json"
        if isinstance(sent, dict) and "file" in sent:
            sent["file"].seek(0)
            sent, kind = encode_multipart(BOUNDARY, sent), MULTIPART_CONTENT
        elif not url.startswith("/api/"):
            sent, kind = urlencode(sent or {}, doseq=True), "application/x-www-form-urlencoded"
        elif not isinstance(sent, str):
            sent = json.dumps(sent or {})
        if method in {"GET", "HEAD", "TRACE"}:
            sent = ""
        if self.ground is None:
            with self.standing():
                return self._send(method, url, sent, content_type=kind, **more)
        return self._send(method, url, sent, content_type=kind, **more)

    def _send(self, *words: Any, **more: Any) -> Seen:
        assert self.ground is not None
        with connection.execute_wrapper(writing := Writing()):
            response = self.client.generic(*words, **more)
        if not writing.seen:
            return Seen(response, changed=False, text=text_of(response))
        after, mails = everything(), str([*OutgoingMail.objects.values()])
        self.ground.back()
        return Seen(response, after != self.ground.as_it_was, text_of(response) + mails)


def _session(user: Any) -> str:
    if user is None:
        return ""
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


class Ground:
    """The way back to how it was, and how that is; it is looked at when somebody has written."""

    def __init__(self, back: Callable[[], None]) -> None:
        self.back = back

    @cached_property
    def as_it_was(self) -> dict[str, str]:
        return everything()


class Writing:
    """Whether any statement may have written something; only then we look at what it was."""

    def __init__(self) -> None:
        self.seen = False

    def __call__(self, execute: Callable[..., Any], sql: str, *how: Any) -> Any:
        self.seen |= not READING.match(sql)
        return execute(sql, *how)


@dataclass
class Outcome:
    """What a walk through the table found."""

    cells: int = 0
    failures: list[str] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)

    def compare(self, cell: str, wanted: Answer, seen: Seen) -> None:
        self.cells += 1
        status, place = seen.response.status_code, seen.response.headers.get("Location", "")
        is_there = (status, place.startswith(SIGN_IN)) == (
            wanted.status,
            bool(wanted.leads_to),
        )
        if not is_there or seen.changed != wanted.writes:
            found = f"{status} {place} {'and a change' if seen.changed else ''}".strip()
            self.failures.append(f"{cell}: expected “{wanted.name}”, got {found}")


def walk(
    asker: Asker,
    table: Rights,
    asked: Sequence[str],
    *,
    people: Sequence[str] = (),
    methods: Sequence[str] = METHODS,
) -> Outcome:
    """Every cell of these addresses. What has no row is a failure that names the row to add."""
    found = Outcome()
    for name in asked:
        try:
            _walk(found, asker, table, name, people or list(table.people), methods)
        except NoRow as missing:
            found.failures.append(str(missing))
    return found


def _walk(
    found: Outcome,
    asker: Asker,
    table: Rights,
    name: str,
    people: Sequence[str],
    methods: Sequence[str],
) -> None:
    thing = table.thing_of(name)
    for state in thing.states:
        if state not in SCENES.get(thing.name, {}):
            raise NoRow(f'build the state "{state}" of {thing.name} in tests/rights/world.py')
        with undone():
            scene = SCENES[thing.name][state](asker.world)
            url, sent = address(name, scene), BODIES.get(name, nothing)(asker.world, scene)
            with asker.standing():
                for person, method in _ways(table, name, people, methods, state):
                    wanted = table.answer(name, person, method, state)
                    seen = asker.ask(person, method, url, sent)
                    cell = f"{name} ({state}) {method} by {person}"
                    found.compare(cell, wanted, seen)
                    marks = found_in(seen.text, hidden_from(person, name))
                    found.leaks += [f"{cell}: {mark}" for mark in marks]


def _ways(
    table: Rights, name: str, people: Sequence[str], methods: Sequence[str], state: str
) -> Iterator[tuple[str, str]]:
    """Who asks how: in every state everybody in each way that gives something to somebody.

    The other ways never reach the thing; they are tried in the first state.
    """
    used = table.used(name, methods)
    yield from product(people, used)
    if state == table.thing_of(name).states[0]:
        others = [method for method in methods if method not in used]
        yield from product([person for person in people if person in A_FEW], others)


def address(name: str, scene: Scene) -> str:
    """Where this scene is found. Raises NoRow when the thing lacks a part of the address."""
    parts = _parts_of_all()[name]
    if missing := parts - set(scene.parts):
        raise NoRow(f"{name} needs a thing with {sorted(missing)}: give its row another `thing`")
    path = reverse(name, kwargs={part: scene.parts[part] for part in parts})
    return path + QUESTIONS.get(name, "")


# -- what is sent along, so that somebody who may do it does it ----------------------------------


def nothing(_world: World, _scene: Scene) -> dict[str, Any]:
    return {}


def _add(world: World, _scene: Scene) -> dict[str, Any]:
    return {"stage": world.ours.stages["intake"].pk, "title": "A new one"}


def _move(world: World, scene: Scene) -> dict[str, Any]:
    return {"stage": world.ours.stages["open"].pk, "seen_in": scene.deal.stage_id}


def _lose(_world: World, scene: Scene) -> dict[str, Any]:
    return {"loss_reason": "Too late", "seen_in": scene.deal.stage_id}


def _reopen(_world: World, scene: Scene) -> dict[str, Any]:
    return {"seen_in": scene.deal.stage_id}


def _plan(_world: World, scene: Scene) -> dict[str, Any]:
    return {"next_step": "Another step", "version": scene.deal.version}


def _say(_world: World, _scene: Scene) -> dict[str, Any]:
    return {"channel": "email", "direction": "in", "text": "Hello"}


def _correct(_world: World, _scene: Scene) -> dict[str, Any]:
    return {**_say(_world, _scene), "version": 1}


def _intend(_world: World, _scene: Scene) -> dict[str, Any]:
    return {"title": "Call", "kind": "call", "due_on": "2026-11-30"}


def _intend_for_a_deal(world: World, _scene: Scene) -> dict[str, Any]:
    return {**_intend(world, _scene), "deal": world.ours.deals["open"].pk}


def _change_many(world: World, _scene: Scene) -> dict[str, Any]:
    return {"deals": str(world.ours.deals["open"].number), "source": "Fair"}


def _change_many_by_program(world: World, _scene: Scene) -> dict[str, Any]:
    return {"deals": [world.ours.deals["open"].number], "source": "Fair"}


def _intend_otherwise(world: World, scene: Scene) -> dict[str, Any]:
    return {**_intend(world, scene), "version": scene.version}


def _file(_world: World, _scene: Scene) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("offer.pdf", b"%PDF-1.7")}


def _note(_world: World, _scene: Scene) -> dict[str, Any]:
    return {"text": "Ring twice"}


def _note_about_a_deal(world: World, _scene: Scene) -> dict[str, Any]:
    return {"text": "Ring twice", "deal": world.ours.deals["open"].pk}


def _note_otherwise(_world: World, scene: Scene) -> dict[str, Any]:
    return {"text": "Ring three times", "version": scene.version}


def _in_this_version(_world: World, scene: Scene) -> dict[str, Any]:
    return {"version": scene.version}


def _edit(_world: World, scene: Scene) -> dict[str, Any]:
    return {"title": "Another title", "version": scene.deal.version}


def _process(world: World, _scene: Scene) -> dict[str, Any]:
    sent = ProcessForm(world.ours.pipeline).data
    sent["name"], sent["reason"] = "Another name", "Because"
    return dict(sent.lists())


def _process_in_full(world: World, _scene: Scene) -> dict[str, Any]:
    pipeline = world.ours.pipeline
    stages = pipeline.stages.living().in_order().values("id", "name", "category")
    return {
        "seen": pipeline.current_revision().number,
        "reason": "Because",
        "name": "Another name",
        "stages": list(stages),
    }


def _elsewhere(world: World, _scene: Scene) -> dict[str, Any]:
    return {"deals_to": _second_process(world).first_stage().pk}


def _transfer(world: World, scene: Scene) -> dict[str, Any]:
    return {"stage": _second_process(world).first_stage().pk, "seen_in": scene.deal.stage_id}


def _second_process(world: World) -> Pipeline:
    team = world.ours.team
    known = team.pipelines.filter(name="Service").first()
    return known or Pipeline.start(team, "Service", STAGES, by=None, at=team.started_at)


def _tick_by_program(world: World, scene: Scene) -> dict[str, Any]:
    return {"item": _tick(world, scene)["item"], "done": True}


def _tick(_world: World, scene: Scene) -> dict[str, Any]:
    Stage.objects.filter(category__in=["intake", "open"]).update(checklist=["Called"])
    return {"item": "Called", "state": "done"}


def _somebody_somewhere(world: World, _scene: Scene) -> dict[str, Any]:
    return {"name": "Somebody new", "organization": world.ours.deals["open"].organization.name}


def _merge(_world: World, _scene: Scene) -> dict[str, Any]:
    return {"version": 1, "other_version": 1}


def _merge_by_program(world: World, scene: Scene) -> dict[str, Any]:
    kind = "contact" if "contact" in scene.parts else "organization"
    return {**_merge(world, scene), "other": world.ours.people[f"other_{kind}"]}


def _field(world: World, scene: Scene) -> dict[str, Any]:
    scene.field.refresh_from_db()
    return {"label": "Another label", "version": scene.field.version}


def _choice(world: World, scene: Scene) -> dict[str, Any]:
    scene.choice.refresh_from_db()
    return {"name": "Another name", "version": scene.choice.version}


def _rule(world: World, scene: Scene) -> dict[str, Any]:
    scene.rule.refresh_from_db()
    return {
        "name": "Another name",
        "trigger": "created",
        "activity_title": "Something else",
        "version": scene.rule.version,
    }


def _range(answer: object) -> Callable[[World, Scene], dict[str, Any]]:
    """The first range of a figure, or another one with the four answers that it takes."""

    def words(world: World, _scene: Scene) -> dict[str, Any]:
        holds = world.ours.team.baselines.current().first()
        stretch = {"first": "2025-W22", "last": "2025-W42", "seen": holds.pk if holds else 0}
        answers = (
            {**dict.fromkeys(rebasing.QUESTIONS, answer), "lasting": "It stays"} if holds else {}
        )
        return {**stretch, **answers, "reason": "Because"}

    return words


def _terms() -> dict[str, Any]:
    due_on = (timezone.now() + timedelta(days=5)).date().isoformat()
    return {"then": "I bring cake", "how_seen": "It is there", "due_on": due_on}


def _feedback(world: World, _scene: Scene) -> dict[str, Any]:
    return {"receiver": world.bram.user_id, "kind": "suggestion", "text": "Wait for me"}


def _trial(world: World, _scene: Scene) -> dict[str, Any]:
    until = (world.now + timedelta(days=9)).date().isoformat()
    return {"until": until, "guard": "deals-won", "why": "Because"}


WANTED = {
    "first": "2026-W48",
    "last": "2026-W52",
    "sense": "least",
    "reference": "own",
    "why": "Because",
}
FRAME = {"law": "So", "budget": "", "brand": "", "limit": "9", "currency": "EUR", "why": "So"}


def _charter(world: World, _scene: Scene) -> dict[str, Any]:
    now = CharterVersion.objects.in_force(world.ours.team)
    words = {**vars(builders.CHARTER), "offer": "Lines alone", "why": "Because"}
    return {**words, "seen": now.number if now else 0}


def _nomination(world: World, _scene: Scene) -> dict[str, Any]:
    return {"person": world.anna.user_id, "months": 6, "why": "Because"}


def _division(world: World, scene: Scene) -> dict[str, Any]:
    return {"seen": scene.version, "name": "Linge", "goal": "The ports", "why": "Because"}


def _who_goes(world: World, scene: Scene) -> dict[str, Any]:
    return {"seen": scene.version, "people": [world.bram.user_id]}


def _frame(world: World, _scene: Scene) -> dict[str, Any]:
    return {**FRAME, "seen": world.ours.team.frames.count()}


# What a page is asked that shows nothing unasked.
QUESTIONS = {
    "search": "?q=title",
    "search-api": "?q=said",
    "dashboards-api:known": "?on=2026-11-22",
    "dashboards-api:reports-known": "?on=2026-11-22",
}

BODIES: dict[str, Any] = {
    "set_language": lambda *_: {"language": "nl"},
    "theme": lambda *_: {"theme": "dark"},
    "demo-sign-in": lambda world, _: {"person": world.anna.user.pk},
    "profile": lambda *_: {"name": "Another name"},
    "hours": lambda *_: {"seen": 1, "country": "BE", "day_0": "9-17"},
    "people": lambda *_: {"name": "Eva", "email": "eva@example.com"},
    "invitation": lambda *_: {"name": "Dora", "password": "correct horse battery"},
    "question": lambda *_: {"score": "4", "words": "Quick"},
    "start-team": lambda *_: {},
    "crm:process": _process,
    "crm:promise": lambda *_: {"hours": "4", "reason": "Because", "seen": 0},
    "dashboards:range-signing": _range("yes"),
    "dashboards-api:ranges": _range(answer=True),
    "dashboards:choice": lambda *_: {"which": "deals-won", "reason": "Because", "seen": 0},
    "dashboards-api:choices": lambda *_: {"kpis": ["deals-won"], "reason": "Because", "seen": 0},
    "dashboards:objective-new": lambda *_: {**WANTED, "target": "4"},
    "dashboards-api:objectives": lambda *_: {**WANTED, "target": "4", "kpi": "deals-lost"},
    **dict.fromkeys(
        ("dashboards:objective-answer", "dashboards-api:objection", "dashboards-api:objective-end"),
        lambda *_: {"why": "Because"},
    ),
    **dict.fromkeys(("charter", "teams-api:charter"), _charter),
    **dict.fromkeys(("frame", "teams-api:frame"), _frame),
    "teams-api:leaving": lambda *_: {"dissolves": False},
    **dict.fromkeys(("division-deed", "teams-api:division-words"), _division),
    "teams-api:division-people": _who_goes,
    "crm-api:going": lambda *_: {"goes": []},
    "teams-api:division-proposal": lambda _world, scene: {"seen": scene.version},
    **dict.fromkeys(("role-deed", "teams-api:nomination"), _nomination),
    **dict.fromkeys(
        ("roles", "teams-api:roles"),
        lambda *_: {"name": "Answers", "purpose": "So", "accountabilities": "The phone"},
    ),
    **dict.fromkeys(
        (
            "charter-answer",
            "teams-api:charter-objection",
            "teams-api:charter-end",
            "nomination-answer",
            "teams-api:nomination-objection",
            "teams-api:nomination-end",
            "teams-api:role-closing",
            "teams-api:division-objection",
            "teams-api:division-end",
        ),
        lambda *_: {"why": "Because"},
    ),
    "crm:processes": lambda *_: {"name": "Service", "kind": "service", "currency": "EUR"},
    "crm:process-archiving": _elsewhere,
    "crm:process-place": lambda *_: {"position": 1},
    "crm:deal-process": _transfer,
    "crm:deal-checklist": _tick,
    "crm-api:process": _process_in_full,
    "crm-api:processes": lambda *_: {"name": "Service", "kind": "service"},
    "crm-api:process-archiving": _elsewhere,
    "crm-api:process-place": lambda *_: {"position": 1},
    "crm-api:deal-process": _transfer,
    "crm-api:deal-checklist": _tick_by_program,
    "crm:deals": _add,
    "crm:bulk": _change_many,
    "crm:exports": lambda *_: {"kind": "csv"},
    "crm:views": lambda *_: {"name": "Another view"},
    "crm:view": lambda *_: {"name": "Another name"},
    "crm:deal-stage": _move,
    "crm:deal-loss": _lose,
    "crm:deal-reopening": _reopen,
    "crm:deal-next-step": _plan,
    "crm:deal-row": _plan,
    "crm:deal-details": _edit,
    "crm:deal-interactions": _say,
    "crm:deal-interaction": _correct,
    "crm:deal-interaction-removal": _in_this_version,
    "crm:deal-files": _file,
    "crm:note-files": _file,
    "crm-api:deal-files": _file,
    "crm-api:note-files": _file,
    "crm:deal-notes": _note,
    "crm:note": _note_otherwise,
    "crm:note-removal": _in_this_version,
    "crm-api:notes": _note_about_a_deal,
    "crm-api:note": _note_otherwise,
    "crm-api:note-removal": _in_this_version,
    "crm:deal-activities": _intend,
    "crm:activity": _intend_otherwise,
    "crm:activity-completion": _in_this_version,
    "crm:activity-removal": _in_this_version,
    "crm-api:activities": _intend_for_a_deal,
    "crm-api:activity": _intend_otherwise,
    "crm-api:activity-completion": _in_this_version,
    "crm-api:activity-removal": _in_this_version,
    "crm-api:interactions": _say,
    "crm-api:interaction": _correct,
    "crm-api:interaction-removal": _in_this_version,
    "crm:customers": lambda *_: {"name": "A new customer"},
    "crm:contacts": _somebody_somewhere,
    "crm:customer-details": lambda *_: {"name": "Another name", "version": 1},
    "crm:customer-contacts": lambda *_: {"name": "Somebody new"},
    "crm:contact-details": lambda *_: {"name": "Another name", "version": 1},
    "crm:contact-points": lambda *_: {"kind": "phone", "value": "+31 20 555 0100", "label": "work"},
    "dashboards:by-mail": lambda *_: {"weekly_on": "4", "monthly": "on"},
    "dashboards-api:by-mail": lambda *_: {"weekly_on": 4, "monthly": True},
    "dashboards:draft": lambda *_: {"text": "What we say", "version": 0},
    "dashboards:words": lambda *_: {"text": "What we say", "version": 0},
    "dashboards-api:draft": lambda *_: {"kpi": "", "text": "What we say", "version": 0},
    "crm:customer-own-facts": lambda *_: {"custom-own": "Something else", "version": 1},
    "crm:contact-own-facts": lambda *_: {"custom-own": "Something else", "version": 1},
    "crm-api:customer-own-facts": lambda *_: {"custom": {"own": "Something else"}, "version": 1},
    "crm-api:contact-own-facts": lambda *_: {"custom": {"own": "Something else"}, "version": 1},
    "crm:customer-merging": _merge,
    "crm:contact-merging": _merge,
    "crm-api:customer-merger": _merge_by_program,
    "crm-api:contact-merger": _merge_by_program,
    "crm:fields": lambda *_: {"target": "deal", "label": "A new one", "type": "text"},
    "crm:field": _field,
    "crm:field-place": lambda *_: {"position": 1},
    "crm-api:customers": lambda *_: {"name": "A new customer"},
    "crm-api:customer": lambda *_: {"name": "Another name", "version": 1},
    "crm-api:customer-contacts": lambda *_: {"name": "Somebody new"},
    "crm-api:contact": lambda *_: {"name": "Another name", "version": 1},
    "crm-api:contact-points": lambda *_: {"kind": "phone", "value": "+31 20 555 0100"},
    "crm:choices": lambda *_: {"name": "A new one"},
    "crm:choice": _choice,
    "crm:choice-place": lambda *_: {"position": 1},
    "crm:rules": lambda *_: {"name": "A new one", "trigger": "created", "mails": True},
    "crm:rule": _rule,
    "crm-api:rules": lambda *_: {"name": "A new one", "trigger": "created", "mails": True},
    "crm-api:rule": _rule,
    "crm-api:choices": lambda *_: {"name": "A new one"},
    "crm-api:choice": _choice,
    "crm-api:choice-place": lambda *_: {"position": 1},
    "crm-api:fields": lambda *_: {"target": "deal", "label": "A new one", "type": "text"},
    "crm-api:field": _field,
    "crm-api:field-place": lambda *_: {"position": 1},
    "crm-api:deals": lambda *_: {"title": "A new one"},
    "crm:retention": lambda *_: {"months": 36, "seen": 1},
    "crm:anonymisation": lambda *_: {"count": 1, "sure": "on"},
    "crm-api:retention": lambda *_: {"months": 36, "seen": 1},
    "crm-api:anonymisation": lambda *_: {"count": 1},
    "crm-api:views": lambda *_: {"name": "Another view"},
    "crm-api:view": lambda *_: {"name": "Another name", "version": 1},
    "crm-api:bulk": _change_many_by_program,
    "crm-api:exports": lambda *_: {"kind": "csv"},
    "crm-api:promises": lambda *_: {"seconds": 14400, "reason": "Because", "seen": 0},
    "hours-api": lambda *_: {
        "seen": 1,
        "week": ["9-17", "", "", "", "", "", ""],
        "closed_days": [],
        "country": "BE",
    },
    "crm-api:deal": _edit,
    "crm-api:deal-stage": _move,
    "crm-api:deal-loss": _lose,
    "crm-api:deal-reopening": _reopen,
    "crm-api:deal-next-step": _plan,
    "agreements:new": lambda world, _: {
        **_terms(),
        "who": "mine",
        "others": [world.people["both"].pk],
    },
    "agreements:act": lambda *_: {"number": 1},
    "agreements-api:agreements": lambda world, _: {
        **_terms(),
        "who": "mine",
        "others": [world.people["both"].pk],
    },
    **dict.fromkeys(
        [f"agreements-api:{act}" for act in ("acceptance", "refusal", "withdrawal")],
        lambda *_: {"number": 1},
    ),
    **dict.fromkeys(
        [f"agreements-api:{act}" for act in ("counter-proposal", "renegotiation")],
        lambda *_: {**_terms(), "number": 1},
    ),
    "agreements-api:repair": lambda *_: {**_terms(), "day": 1},
    "agreements-api:renewal": lambda *_: {"due_on": _terms()["due_on"]},
    **dict.fromkeys(
        ["agreements-api:judgement", "agreements-api:ruling"], lambda *_: {"verdict": "kept"}
    ),
    "agreements-api:contest": lambda world, _: {"words": "It was", "witness": world.bram.user_id},
    "agreements-api:witness": lambda world, _: {"witness": world.bram.user_id},
    "agreements:interventions": lambda *_: {"reason": "law", "signal": "none", "words": "So"},
    "agreements-api:interventions": lambda *_: {"reason": "law", "signal": None, "words": "So"},
    **dict.fromkeys(["agreements:contract", "agreements-api:contract"], lambda *_: _terms()),
    "agreements-api:procedures": lambda *_: {"name": "Report", "purpose": "So", "hours": "2"},
    "agreements-api:trial": _trial,
    "agreements-api:burial": lambda *_: {"epitaph": "Farewell", "hours": "2"},
    **dict.fromkeys(
        ["agreements-api:return", "agreements-api:resurrection"], lambda *_: {"why": "Because"}
    ),
    "agreements-api:shield": lambda *_: {"shield": "law"},
    "reviews:evaluation-words": lambda *_: {
        word: value
        for question in Question
        for word, value in ((question, f"About {question}"), (f"{question}_version", 1))
    },
    "reviews:evaluation-agreement": lambda *_: _terms(),
    "reviews-api:evaluation-words": lambda *_: {
        "answers": [{"question": Question.WANTED, "text": "Ten deals", "version": 1}]
    },
    "reviews-api:evaluation-agreement": lambda *_: _terms(),
    "reviews-api:evaluation-end": lambda *_: {"published": [Question.WANTED]},
    "debates:new": lambda *_: {
        "kpi": "win-rate",
        "question": "Why?",
        "days": "10",
        "fallback": "split",
    },
    "debates-api:debates": lambda *_: {
        "kpi": "win-rate",
        "question": "Why?",
        "days": 10,
        "fallback": "split",
    },
    "debates-api:quick": lambda *_: debating.quick_draft(),
    "debates-api:beginning": lambda *_: {"days": 10, "fallback": "split"},
    "debates-api:dismissal": lambda *_: {"why": "In spring"},
    "debates-api:point": lambda *_: {"text": "We call back too late"},
    "debates-api:wording": lambda _, scene: {"text": "Late", "point": debating.point_in(scene)},
    "debates-api:removal": lambda _, scene: {"point": debating.point_in(scene)},
    "debates-api:argument": lambda _, scene: {
        "speaks": "for",
        "text": "Yes",
        "point": debating.point_in(scene),
    },
    "debates-api:reply": lambda *_: {"text": "They ask why"},
    "debates-api:weights": lambda *_: {"weights": []},
    "debates-api:excuse": lambda world, scene: {
        "why": "Ill",
        "seat": debating.seat_in(scene, world.bram),
    },
    "debates-api:proposal": lambda *_: debating.offer_draft(),
    "debates-api:other-words": lambda _, scene: {
        **debating.offer_draft(),
        **debating.words_in(scene),
        "number": 1,
    },
    "debates-api:consent": lambda _, scene: debating.version_in(scene),
    "debates-api:objection": lambda _, scene: {
        **debating.version_in(scene),
        "harm": "It waits",
        "is_new": True,
        "is_certain": True,
        "remedy": "By turns",
        "clause": "The budget",
    },
    "debates-api:withdrawal": lambda _, scene: debating.version_in(scene),
    "debates-api:answer": lambda *_: {"experiment": 1, "answer": "keep", "why": "It works"},
    **dict.fromkeys(["debates:origin", "debates-api:origin"], debating.decision_in),
    "debates:quick": lambda *_: debating.quick_form(),
    "debates:turn": lambda *_: {"text": "We call back too late"},
    "reviews:new": lambda *_: {"mode": "open", "days": "5"},
    "reviews:about": lambda *_: {"first": "You wait for me"},
    "reviews:feedback": _feedback,
    "reviews:deed": lambda *_: {"text": "You wait for me"},
    "reviews-api:reviews": lambda *_: {"mode": "open", "days": 5},
    "reviews-api:words": lambda *_: {"answers": ["You wait for me", "", ""]},
    **dict.fromkeys(
        ["reviews-api:objection", "reviews-api:end"], lambda *_: {"why": "We just had one"}
    ),
    "reviews-api:feedback": _feedback,
    "reviews-api:wording": lambda *_: {"text": "You wait for me"},
    "agreements:procedures": lambda *_: {"name": "Report", "purpose": "So", "hours": "2"},
    "agreements:procedure-shield": lambda *_: {"shield": "law"},
    "agreements:procedure-deed": _trial,
    "account_reset_password": lambda world, _: {"email": world.anna.user.email},
    "admin:teams_user_add": lambda *_: {
        "email": "eva@example.com",
        "name": "Eva",
        "usable_password": "false",
    },
    "admin:teams_user_change": lambda world, _: {
        "email": world.anna.user.email,
        "name": "Another name",
        "is_active": "on",
    },
    "admin:teams_team_add": lambda *_: {
        "name": "A third team",
        "slug": "third",
        "timezone": "Europe/Amsterdam",
        "country": "NL",
    },
    "admin:teams_team_change": lambda *_: {"name": "Another name", "country": "BE"},
    "admin:teams_membership_add": lambda world, _: {
        "team": world.theirs.team.pk,
        "user": world.anna.user.pk,
    },
    "admin:teams_managerlink_add": lambda world, _: {
        "team": world.theirs.team.pk,
        "user": world.anna.user.pk,
    },
}
