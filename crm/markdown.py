"""Notes as they are shown: Markdown, with the people it mentions, and no HTML but our own."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import nh3
from django.utils.html import linebreaks
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token

from teams.models import User

TAGS = {
    "a", "blockquote", "br", "code", "em", "hr", "li", "ol", "p", "pre", "span", "strong", "ul",
}  # fmt: skip
SCHEMES = {"http", "https", "mailto", "tel"}
REL = "nofollow noopener noreferrer"
# Signs at which Markdown looks ahead: with so many of them it would look for seconds.
SIGNS = re.compile(r"[\[\]*_&<\\!`]")
MOST_SIGNS = 1_000

# A heading is a strong line: those of the page tell what the page is made of.
_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable("image")
_markdown.add_render_rule("heading_open", lambda *_: "<p><strong>")
_markdown.add_render_rule("heading_close", lambda *_: "</strong></p>\n")
_markdown.add_render_rule(
    "mention",
    lambda _self, tokens, at, *_: f'<span class="mention">{escapeHtml(tokens[at].content)}</span>',
)


class Names:
    """What people are called: by their whole name, or a first name that only one of them has."""

    def __init__(self, people: Iterable[User]) -> None:
        self._called: dict[str, list[User]] = {}
        people = list(people)
        for person in people:
            self._called.setdefault(person.name.casefold(), []).append(person)
        firsts = Counter(_first(person).casefold() for person in people)
        for person in people:
            if firsts[_first(person).casefold()] == 1:
                self._called.setdefault(_first(person).casefold(), [person])
        spoken = {name for person in people for name in (person.name, _first(person))}
        longest_first = sorted(spoken, key=len, reverse=True)
        # Not within a word: the name in an address of a mail is no mention.
        self._pattern = re.compile(
            rf"(?<![\w.])(@(?:{'|'.join(map(re.escape, longest_first))}))(?!\w)", re.IGNORECASE
        )

    def apart(self, text: str) -> list[str]:
        """The text in pieces: every second one is a name with its sign."""
        return self._pattern.split(text)

    def meant_by(self, piece: str) -> list[User]:
        """Whom this name means, nobody where two have it as their first."""
        return self._called.get(piece.removeprefix("@").casefold(), [])


def mentioned_in(text: str, people: Iterable[User]) -> list[User]:
    """Those of these people whom the text mentions as @Name, each once."""
    names = Names(people)
    pieces = [piece for part in _plain_parts(text) for piece in names.apart(part)[1::2]]
    return list(dict.fromkeys(person for piece in pieces for person in names.meant_by(piece)))


def shown(text: str, mentioned: Sequence[User] = ()) -> SafeString:
    """The text as HTML that is safe on a page, those who are mentioned in it marked."""
    if _is_too_much(text):
        return SafeString(linebreaks(text, autoescape=True))
    tokens = _markdown.parse(text)
    if mentioned:
        names = Names(mentioned)
        for token in tokens:
            token.children = [*_with_mentions(token.children or [], names)]
    html = _markdown.renderer.render(tokens, _markdown.options, {})
    cleaned = nh3.clean(
        html,
        tags=TAGS,
        attributes={"*": set(), "a": {"href"}, "ol": {"start"}},
        allowed_classes={"span": {"mention"}},
        url_schemes=SCHEMES,
        link_rel=REL,
    )
    return SafeString(cleaned)


def _first(person: User) -> str:
    return person.name.split()[0]


def _is_too_much(text: str) -> bool:
    return len(SIGNS.findall(text)) > MOST_SIGNS


def _plain_parts(text: str) -> Iterator[str]:
    """What a reader sees as text, and neither as code nor as an address."""
    if _is_too_much(text):
        yield text
        return
    for token in _markdown.parse(text):
        for child in token.children or []:
            if child.type == "text":
                yield child.content


def _with_mentions(tokens: Iterable[Token], names: Names) -> Iterator[Token]:
    for token in tokens:
        if token.type != "text":
            yield token
            continue
        for place, piece in enumerate(names.apart(token.content)):
            is_name = place % 2 and names.meant_by(piece)
            yield Token("mention" if is_name else "text", "", 0, content=piece)
