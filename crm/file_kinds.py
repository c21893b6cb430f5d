"""What a file is by its own bytes, and what it may be called. Nothing is unpacked or drawn."""

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

import puremagic
from django.utils.translation import gettext as _

from crm.refusals import WorkError
from teams.text import one_line

LONGEST_FILE_NAME = 120
# How much of a file tells what it is.
HEAD = 4096

OFFICE = "application/vnd.openxmlformats-officedocument"
OPEN_DOCUMENT = "application/vnd.oasis.opendocument"
# What may be kept: the families of files, and which endings each may have. An ending chooses
# within the family that the bytes name, and can name no other. The first is for what has none.
FAMILIES: dict[str, dict[str, str]] = {
    "pdf": {".pdf": "application/pdf"},
    "png": {".png": "image/png"},
    "jpeg": {".jpg": "image/jpeg", ".jpeg": "image/jpeg"},
    "gif": {".gif": "image/gif"},
    "webp": {".webp": "image/webp"},
    "zip": {
        ".zip": "application/zip",
        ".docx": f"{OFFICE}.wordprocessingml.document",
        ".xlsx": f"{OFFICE}.spreadsheetml.sheet",
        ".pptx": f"{OFFICE}.presentationml.presentation",
        ".odt": f"{OPEN_DOCUMENT}.text",
        ".ods": f"{OPEN_DOCUMENT}.spreadsheet",
        ".odp": f"{OPEN_DOCUMENT}.presentation",
    },
    "ole": {
        ".doc": "application/msword",
        ".xls": "application/vnd.ms-excel",
        ".ppt": "application/vnd.ms-powerpoint",
        ".msg": "application/vnd.ms-outlook",
    },
    "text": {".txt": "text/plain", ".csv": "text/csv", ".md": "text/markdown"},
}
# How puremagic calls them.
FOUND_AS = {
    "pdf": "pdf",
    "png": "png",
    "jpg": "jpeg",
    "jpeg": "jpeg",
    "jfif": "jpeg",
    "gif": "gif",
    "webp": "webp",
    "zip": "zip",
    "docx": "zip",
    "xlsx": "zip",
    "doc": "ole",
}
# A text has no other control characters; and what begins like this is a page or a program.
OF_A_TEXT = bytes({*range(32, 256)} - {127} | {9, 10, 12, 13})
NO_TEXT = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<|#!)")


def family_of(chunks: Iterable[bytes]) -> str:
    """The family of a file, told by its bytes alone. Raises WorkError for what is not kept."""
    rest = iter(chunks)
    first = next(rest, b"")
    if not first:
        raise WorkError(_("This file is empty."))
    found = _by_its_signature(first[:HEAD])
    if found:
        return found
    if NO_TEXT.match(first[:HEAD]) or not all(map(_is_text, [first, *rest])):
        raise WorkError(
            _("Keep PDF, pictures, office documents, text, CSV or ZIP. This is none of them.")
        )
    return "text"


def file_name(name: str, family: str) -> str:
    """The name without folders and tricks, short, and with an ending of its family."""
    last = re.split(r"[\\/]", name)[-1][-4 * LONGEST_FILE_NAME :]
    plain = re.sub(r'[<>:"|?*%]', "_", one_line(last)).strip(". ")
    stem, ending = plain, PurePosixPath(plain).suffix
    if ending.lower() in FAMILIES[family]:
        stem = plain.removesuffix(ending)
    else:
        ending = next(iter(FAMILIES[family]))
    return (stem[: LONGEST_FILE_NAME - len(ending)].strip(". ") or "file") + ending


def content_type(name: str, family: str) -> str:
    """What a browser is told that the file is."""
    return FAMILIES[family][PurePosixPath(name).suffix.lower()]


def _by_its_signature(head: bytes) -> str:
    try:
        matches = puremagic.magic_string(head)
    except puremagic.PureError:
        return ""
    endings = (match.extension.removeprefix(".") for match in matches)
    return next((FOUND_AS[ending] for ending in endings if ending in FOUND_AS), "")


def _is_text(chunk: bytes) -> bool:
    return not chunk.translate(None, OF_A_TEXT)
