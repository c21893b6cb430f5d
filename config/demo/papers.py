"""Small files as a team keeps them with its deals: a page to print, and a list."""

from collections.abc import Sequence

HEAD = b"%PDF-1.4\n"
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
# A4 in points; the text begins under the upper margin.
SIZE, LEFT, TOP, LEADING = "595 842", 64, 760, 22


def page(title: str, lines: Sequence[str]) -> bytes:
    """A PDF of one page: a title, and lines of text below (ISO 32000-1, 7.5)."""
    written = [
        f"BT /F 18 Tf {LEFT} {TOP} Td ({_escaped(title)}) Tj",
        f"/F 11 Tf {LEADING} TL T*",
        *(f"T* ({_escaped(line)}) Tj" for line in lines),
        "ET",
    ]
    text = "\n".join(written).encode("cp1252")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {SIZE}] /Contents 4 0 R"
        " /Resources << /Font << /F 5 0 R >> >> >>".encode(),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        FONT,
    ]
    return _bound(objects)


def sheet(rows: Sequence[Sequence[str]]) -> bytes:
    """A list that a spreadsheet opens, its columns parted as they are in the Netherlands."""
    return "".join(f"{';'.join(row)}\r\n" for row in rows).encode()


def _escaped(text: str) -> str:
    for sign in "\\()":
        text = text.replace(sign, f"\\{sign}")
    return text


def _bound(objects: Sequence[bytes]) -> bytes:
    """The objects one after the other, and at the end where each of them begins."""
    body, begins = HEAD, []
    for number, one in enumerate(objects, start=1):
        begins.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % begin for begin in begins)
    count = len(objects) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n" % count + table + trailer
