"""The texts of Kring and their translations, without the gettext tools.

The texts are collected from the sources (`gettext` and its family in Python, `{% translate %}` and
`{% blocktranslate %}` in templates) and kept with their translations in one `django.po` per
language; what the program reads is the `django.mo` compiled from it.
"""

import ast
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

APPS = ("agreements", "config", "crm", "dashboards", "debates", "reviews", "teams")
TRANSLATION = "django.utils.translation"
# Which arguments are texts, and which is the context (written as Babel writes it).
FUNCTIONS: dict[str, tuple[int | tuple[int, str], ...]] = {
    "gettext": (1,),
    "gettext_lazy": (1,),
    "gettext_noop": (1,),
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
IN_TEMPLATES = dict.fromkeys(["_", "gettext", "ngettext", "pgettext", "npgettext"])
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]|\{(\w*)\}|%([sd%])")


class CatalogueError(Exception):
    """A text cannot be collected; the message names the place."""


@dataclass(frozen=True, order=True)
class Text:
    """One text of the sources; `plural` is empty for a text that counts nothing."""

    file: str
    context: str
    singular: str
    plural: str = ""

    @property
    def id(self) -> str | tuple[str, str]:
        return (self.singular, self.plural) if self.plural else self.singular


def collect(root: Path) -> list[Text]:
    """All texts of the sources under the root, by file. Raises CatalogueError."""
    texts: list[Text] = []
    for app in APPS:
        for path in sorted((root / app).rglob("*.py")):
            if "migrations" not in path.parts:
                texts += of_python(path.read_text(), path.relative_to(root).as_posix())
    for path in sorted((root / "templates").rglob("*")):
        if path.suffix in {".html", ".txt"}:
            texts += of_template(path.read_text(), path.relative_to(root).as_posix())
    return texts


def of_python(source: str, file: str) -> Iterator[Text]:
    """The texts of one Python module, under whatever name it imports the functions."""
    tree = ast.parse(source)
    names = {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == TRANSLATION
        for alias in node.names
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            function = names.get(node.func.id, "")
            if function in FUNCTIONS:
                yield _text(FUNCTIONS[function], [_literal(arg) for arg in node.args], file, node)


def _literal(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _text(
    spec: tuple[int | tuple[int, str], ...], values: list[str], file: str, node: ast.Call
) -> Text:
    context, found = "", []
    for place in spec:
        number = place if isinstance(place, int) else place[0]
        value = values[number - 1] if number <= len(values) else ""
        if not value:
            raise CatalogueError(f"{file}:{node.lineno}: only a literal text can be translated")
        if isinstance(place, int):
            found.append(value)
        else:
            context = value
    return Text(file, context, *found)


def of_template(source: str, file: str) -> Iterator[Text]:
    """The texts of one template."""
    # Django turns a template into something that looks enough like Python; within brackets its
    # indentation does not matter.
    code = BytesIO(f"(\n{templatize(source, origin=file)}\n)".encode())
    calls: Iterable[tuple[Any, ...]] = extract_python(code, IN_TEMPLATES, [], {})
    for _line, function, arguments, _comments in calls:
        values = [arguments] if isinstance(arguments, str) else list(arguments)
        context = values.pop(0) if "pgettext" in function else ""
        yield Text(file, context, *values[: 2 if "ngettext" in function else 1])


def load(path: Path, language: str) -> Catalog:
    """The translations so far; an empty catalogue when there are none."""
    if not path.exists():
        return Catalog(locale=language, domain="django", project="Kring", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language, domain="django")


def merge(texts: list[Text], old: Catalog) -> Catalog:
    """A catalogue of exactly these texts, with the translations that there were already."""
    fresh = Catalog(
        locale=old.locale,
        domain="django",
        project="Kring",
        version="1",
        msgid_bugs_address="",
        header_comment="# The texts of Kring.",
        creation_date=old.creation_date,
        revision_date=old.revision_date,
        last_translator="Kring",
        language_team="Kring",
        fuzzy=False,
    )
    for text in sorted(texts):
        context = text.context or None
        translation = _kept(old.get(text.id, context=context), text)
        fresh.add(text.id, translation, locations=[(text.file, 1)], context=context)
    return fresh


def _kept(known: Message | None, text: Text) -> Any:
    """The translation there was, unless it was a guess or the text has begun to count."""
    if known is None or known.fuzzy or isinstance(known.string, str) is bool(text.plural):
        return None
    return known.string


def save(catalogue: Catalog, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=99, include_lineno=False)


def compile_to(catalogue: Catalog, path: Path) -> None:
    """Write what the program reads, in one go: somebody may be reading the old one, or writing."""
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    with aside.open("wb") as file:
        write_mo(file, catalogue)
    aside.replace(path)


def faults(texts: list[Text], catalogue: Catalog) -> list[str]:
    """What is wrong with the translations: a sentence for each text, none when all is well."""
    wanted = {(text.context or None, text.singular): text for text in texts}
    found = [
        f"{text.file}: {fault}: {text.singular!r}"
        for (context, _), text in sorted(wanted.items(), key=lambda item: item[1])
        if (fault := _fault(catalogue.get(text.id, context=context)))
    ]
    left_over = [
        f"no longer used: {_singular(message)!r}"
        for message in catalogue
        if message.id and (message.context, _singular(message)) not in wanted
    ]
    return found + left_over


def _fault(message: Message | None) -> str:
    if message is None:
        return "missing"
    translations = _forms(message.string)
    if not all(translations) or len(translations) < len(_forms(message.id)):
        return "untranslated"
    if message.fuzzy:
        return "fuzzy"
    # A singular may leave the number out; every other form holds what its text holds.
    *others, last = [placeholders(translation) for translation in translations]
    most = placeholders(_forms(message.id)[-1])
    if last != most or any(not other <= most for other in others):
        return "placeholders differ"
    return ""


def placeholders(text: str) -> set[str]:
    """What is filled in at run time: %(name)s, {name}, %s; a doubled percent sign too."""
    return {match.group(0) for match in PLACEHOLDER.finditer(text)}


def _forms(string: str | Sequence[str] | None) -> list[str]:
    return [string or ""] if isinstance(string, str | None) else list(string)


def _singular(message: Message) -> str:
    return _forms(message.id)[0]
