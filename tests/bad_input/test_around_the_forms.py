"""Bad input where no form stands: addresses, their questions, headers, cookies, bodies, commands.

The places are found by walking the addresses, the sources and the commands; a new one that is not
known here fails. A body or a header is as a server hands it over: bytes in the clothes of a text.
"""

import ast
import io
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Any

import pytest
from django.core.management import CommandError, call_command, get_commands, load_command_class
from django.db import transaction
from django.urls import reverse

from tests.bad_input.catalogue import Input, texts
from tests.bad_input.places import APPS, PAGES, QUERY
from tests.bad_input.test_bad_input import FORM, LISTS
from tests.evidence import everything
from tests.test_architecture import modules, tree
from tests.test_doors import Address, addresses, url_of
from tests.test_doors import parts as parts  # noqa: PLC0414 -- the fixture

COUNTS: Counter[tuple[str, str]] = Counter()
# What the sources read of a request beside its forms, and what Django and the server read.
READ = {
    "GET": set(QUERY),
    "query_params": set(QUERY),
    "COOKIES": {"theme", "strip"},
    "headers": {"HX-Request", "HX-Current-URL", "Referer", "Idempotency-Key", "Content-Type"},
    "META": {"QUERY_STRING", "CSRF_COOKIE"},
}
HEADERS = (
    "Accept", "Accept-Language", "Content-Type", "HX-Current-URL", "HX-Request", "Idempotency-Key",
    "If-Modified-Since", "If-None-Match", "Origin", "Referer", "X-CSRFToken", "X-Forwarded-For",
)  # fmt: skip
COOKIES = ("theme", "strip", "django_language", "csrf", "messages", "unknown")
BODIES: dict[str, tuple[bytes, str]] = {
    "cut off": (b"--x\r\nContent-Disposition: form-data; name=", "multipart/form-data; boundary=x"),
    "no boundary": (b"--x--", "multipart/form-data"),
    "odd boundary": (b"--x--", "multipart/form-data; boundary=\xff"),
    "a file nobody asked for": (
        b'--x\r\nContent-Disposition: form-data; name="title"; filename="a.exe"\r\n\r\nMZ\r\n--x--',
        "multipart/form-data; boundary=x",
    ),
    "a file with a way out": (
        b'--x\r\nContent-Disposition: form-data; name="f"; filename="../../x"\r\n\r\n1\r\n--x--',
        "multipart/form-data; boundary=x",
    ),
    "bytes": (bytes(range(256)), FORM),
    "too many fields": (b"&".join(b"f%d=1" % n for n in range(1500)), FORM),
    "too much": (b"title=" + b"x" * 3_000_000, FORM),
    "another alphabet": (b"title=x", f"{FORM}; charset=utf-7"),
    "packed": (b"\x1f\x8b\x08\x00", FORM),
    "an archive": (b"PK\x03\x04" * 20, "application/zip"),
    "XML": (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "text/xml"),
    "nothing": (b"", FORM),
}  # fmt: skip


WAYS = ("GET", "POST")
# Nothing can be sent to this address, by nobody.
NOBODY_ASKS = 405


@pytest.fixture(autouse=True)
def quiet(caplog):
    """Refusals by the hundred are no news."""
    caplog.set_level("CRITICAL", "django.request")
    caplog.set_level("CRITICAL", "django.security")


def some(most: int = 2) -> list[Input]:
    """A few inputs of every group of the catalogue."""
    taken: Counter[str] = Counter()
    found = []
    for each in texts():
        group = each.name.split()[0]
        taken[group] += 1
        if taken[group] <= most:
            found.append(each)
    return found


def as_server_says(each: Input, most: int = 4000) -> str:
    return each.wire.decode("latin-1")[:most]


@pytest.fixture
def ask(annas, parts):
    """Ask for something and count the answer; tells what goes wrong, and leaves nothing behind."""
    annas.raise_request_exception = False
    faults: list[str] = []

    def ask(place: str, what: str, method: str, address: str, *words: Any, **more: Any) -> int:
        before = transaction.savepoint()
        status = annas.generic(method, address, *words, **more).status_code
        transaction.savepoint_rollback(before)
        COUNTS[place, str(status)] += 1
        if status >= 500:
            faults.append(f"{place} {what}: {method} {address[:60]!a} gives {status}")
        return status

    began = everything()
    yield ask
    assert faults == []
    assert everything() == began
    for page in LISTS:
        assert annas.get(PAGES + page).status_code == 200, page


def own(kind: Callable[[Address], bool]) -> list[Address]:
    return [each for each in addresses() if kind(each)]


class TestTheList:
    def test_everything_that_is_read_of_a_request_is_tried(self):
        for path in modules():
            for source, name in read_of_requests(tree(path)):
                known = READ[source] | {each for each in HEADERS if source == "headers"}
                assert name in known, f"{path}: try {name} of request.{source} in this file"

    def test_every_command_of_ours_is_tried(self):
        ours = {name for name, app in get_commands().items() if app.split(".")[0] in APPS}

        assert ours == set(COMMANDS) | NOTHING_TO_SAY


def read_of_requests(module: ast.Module) -> Iterator[tuple[str, str]]:
    """What is read by name of request.GET, .headers and the like: by get, by [] and by in."""
    for node in ast.walk(module):
        holder: Any = None
        name: Any = None
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            holder, name = node.func.value, node.args[0] if node.args else None
        elif isinstance(node, ast.Subscript):
            holder, name = node.value, node.slice
        elif isinstance(node, ast.Compare):
            holder, name = node.comparators[0], node.left
        if (
            isinstance(holder, ast.Attribute)
            and holder.attr in READ
            and ast.unparse(holder.value).endswith("request")
            and isinstance(name, ast.Constant)
        ):
            yield holder.attr, str(name.value)


def test_a_part_of_an_address(ask, parts):
    """Every part of every address takes its turn; what is no such thing is not there."""
    for part in sorted({name for each in addresses() for name in each.parts}):
        among = cycle(own(lambda each, part=part: part in each.parts))
        for each, method in zip(some(), cycle(WAYS), strict=False):
            address = next(among)
            odd = reverse(address.name, kwargs={name: parts[name] for name in address.parts})
            sent = odd.replace(f"/{parts[part]}/", f"/{quoted(each)}/", 1)
            ask(f"part {part}", each.name, method, sent, b"", FORM)


def test_a_question_in_an_address(ask, parts):
    """Every question gets some of everything; the pages take their turn."""
    among = cycle(own(lambda each: each.reads))
    for name in QUERY:
        for each in some(1):
            address = url_of(next(among), parts)
            ask(
                f"question {name}", each.name, "GET", address, QUERY_STRING=f"{name}={quoted(each)}"
            )


def test_a_header(ask, parts):
    """Every header gets some of everything; pages and ways of asking take their turn."""
    among = cycle(own(lambda each: each.reads))
    for turn, name in enumerate(HEADERS):
        for each, method in zip(some(1), cycle(WAYS[turn % 2 :] + WAYS[: turn % 2]), strict=False):
            address = url_of(next(among), parts)
            said = {name: as_server_says(each)}
            kind = {} if name == "Content-Type" else {"content_type": FORM}
            ask(f"header {name}", each.name, method, address, b"a=b", headers=said, **kind)


def test_a_cookie(ask, parts, annas):
    kept = annas.cookies.output(header="", sep=";")
    among = cycle(own(lambda each: each.reads and not each.is_api))
    for name in COOKIES:
        for each in some(1):
            cookie = f"{name}={as_server_says(each)}; {kept}"
            ask(f"cookie {name}", each.name, "GET", url_of(next(among), parts), HTTP_COOKIE=cookie)


def test_a_body(ask, parts):
    """Every address that takes something gets one of them, by turns; each goes to both kinds."""
    empty, kind = BODIES["nothing"]
    taking = [
        each
        for each in own(lambda each: each.name != "deal")
        if ask("body: nothing", each.name, "POST", url_of(each, parts), empty, kind) != NOBODY_ASKS
    ]
    for is_api in (False, True):
        alike = [each for each in taking if each.is_api == is_api]
        assert len(alike) > len(BODIES)
        for each, (name, (body, kind)) in zip(alike, cycle(BODIES.items()), strict=False):
            ask(f"body: {name}", each.name, "POST", url_of(each, parts), body, kind)


def quoted(each: Input) -> str:
    return "".join(f"%{byte:02x}" for byte in each.wire[:2000])


# -- commands ---------------------------------------------------------------------------------

# Days and months at the ends of time, beside what the catalogue says.
FAR = ("9999-12-31", "0001-01-01", "9999-12", "0001-01", "9999-W52", "2101-01")
# A command with words that are good; each of them is exchanged in turn.
COMMANDS: dict[str, list[str]] = {
    "analyse_series": ["nowhere.json"],
    "erase_person": ["ada@example.com", "--sure"],
    "export_person": ["ada@example.com", "--to=nowhere.zip"],
    "import_company": ["nowhere", "--as-of=2017-12-31", "--currency=USD", "--map=nowhere.toml"],
    "report": ["rijnmond", "--period=2026-09", "--as-of=2026-11-01"],
    "restore": ["nowhere.dump", "--yes"],
    "series": ["rijnmond", "deals-won", "--from=2026-08", "--to=2026-09", "--as-of=2026-10-01"],
    "start_company": ["--email=ada@example.com", "--name=Ada", "--password-stdin"],
    "try_mail": ["ada@example.com"],
    "verify_reports": ["rijnmond"],
}
# They take no words, or a place to write to that the operating system judges.
NOTHING_TO_SAY = {
    "backup", "check_clocks", "check_visits", "demo", "leave_demo", "messages", "migrate", "serve",
    "tick", "try_storage",
}  # fmt: skip
SECRET = "wind over het water\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command(team, pipeline, monkeypatch, tmp_path, name):
    """It says in a sentence what is wrong, with another code than 0, or it does its work."""
    monkeypatch.chdir(tmp_path)
    faults = []
    before = everything()
    for position, word in enumerate(COMMANDS[name]):
        option, _, value = word.rpartition("=")
        if not value or word in {"--sure", "--yes", "--password-stdin"}:
            continue
        for each in (*some(), *map(typed, FAR)):
            # The system hands over no NUL; bytes that are no text come as half a surrogate pair.
            said = each.wire.replace(b"\0", b"")[:3000].decode(errors="surrogateescape")
            words = list(COMMANDS[name])
            words[position] = f"{option}={said}" if option else said
            monkeypatch.setattr("sys.stdin", io.StringIO(SECRET))
            faults += [f"{word} {each.name}: {fault}" for fault in told(name, words)]
    assert faults == []
    assert everything() == before


def typed(text: str) -> Input:
    return Input(text, text, False, frozenset({"day"}), "either", None, "en")


def told(name: str, words: list[str]) -> Iterator[str]:
    """What is wrong about what this command answers."""
    before = transaction.savepoint()
    outcome = "done"
    try:
        call_command(load_command_class(get_commands()[name], name), *words, stdout=io.StringIO())
    except CommandError as refusal:
        outcome = "refused"
        if refusal.returncode == 0 or not str(refusal).strip() or "\n  File" in str(refusal):
            yield "refused without a sentence"
    except Exception as fault:  # noqa: BLE001 -- every fault is told, not the first alone
        outcome = "broken"
        yield f"{type(fault).__name__} {fault}"[:200]
    finally:
        transaction.savepoint_rollback(before)
    COUNTS[f"command {name}", outcome] += 1


@pytest.mark.parametrize("stdin", ["", "\n", "short\n", "a\0b long enough\n", "\udcff" * 20])
def test_a_secret_that_is_none_is_refused_in_a_sentence(db, monkeypatch, stdin):
    monkeypatch.setattr("sys.stdin", io.StringIO(stdin))

    with pytest.raises(CommandError):
        call_command("start_company", "--email=ada@example.com", "--name=Ada", "--password-stdin")


def test_zz_the_table(capsys):
    """Says what was asked and what came of it, last of this file when the order is kept."""
    places = sorted({place for place, _ in COUNTS})
    answers = sorted({answer for _, answer in COUNTS})
    meaning = (
        "200, 302 shown or done · 400, 413, 415 cannot be read · 403 not yours · 404 not there\n"
        "405 nobody asks like that · 409 somebody was faster · 410 over · 422 say it otherwise"
    )
    rows = [
        f"{place:<34}" + "".join(f"{COUNTS[place, answer] or '':>9}" for answer in answers)
        for place in places
    ]
    head = f"{'how often answered with':<34}" + "".join(f"{answer:>9}" for answer in answers)
    with capsys.disabled():
        print("\n".join(["", head, *rows, meaning]))  # noqa: T201
    assert {answer for answer in answers if answer.startswith("5") or answer == "broken"} == set()
