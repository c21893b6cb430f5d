"""The catalogue of bad input, read from tests/bad_input.toml."""

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

CATALOGUE = Path(__file__).parents[1] / "bad_input.toml"
KINDS = {
    "any",
    "text",
    "amount",
    "typed amount",
    "day",
    "clock",
    "moment",
    "paragraphs",
    "id",
    "number",
    "choice",
    "place",
    "json",
    "body",
}


class Input(NamedTuple):
    """One input: the text, or the bytes of a text that is none, and what is expected of it.

    `becomes` is what stands there once it is accepted, None where the catalogue does not say.
    """

    name: str
    text: str
    raw: bool
    kinds: frozenset[str]
    expect: str
    becomes: str | None
    language: str

    @property
    def wire(self) -> bytes:
        return self.text.encode("latin-1") if self.raw else self.text.encode(errors="surrogatepass")

    def is_for(self, kind: str) -> bool:
        """Whether the expectation holds for fields of this kind."""
        return bool(self.kinds & {kind, "any"})


def unescaped(written: str) -> str:
    r"""The text meant by a written one: \x00, \ud800, \U0001F600, \n."""
    plain = written.encode("ascii", "backslashreplace").decode("ascii")
    return plain.encode().decode("unicode_escape")


@cache
def catalogue() -> tuple[Input, ...]:
    groups = tomllib.loads(CATALOGUE.read_text(encoding="utf-8"))
    return tuple(each for name, group in groups.items() for each in _inputs(name, group))


def _inputs(name: str, group: dict) -> Iterator[Input]:
    texts: list[tuple[str, str | None]] = [
        (unescaped(text), None) for text in group.get("inputs", [])
    ]
    texts += [(unescaped(text), unescaped(after)) for text, after in group.get("pairs", [])]
    texts += [(unescaped(text) * times, None) for text, times in group.get("long", [])]
    for number, (text, becomes) in enumerate(texts, start=1):
        yield Input(
            name=f"{name} {number}: {text[:30]!a}",
            text=text,
            raw=group.get("raw", False),
            kinds=frozenset(group["kinds"]),
            expect=group["expect"],
            becomes=becomes,
            language=group.get("language", "en"),
        )


def texts() -> tuple[Input, ...]:
    """What can be typed or put into an address: everything but JSON."""
    return tuple(each for each in catalogue() if not each.kinds & {"json", "body"})


def meant_for(kind: str) -> tuple[Input, ...]:
    return tuple(each for each in texts() if each.is_for(kind))
