"""The files of the demo are what they seem to be."""

import re

from config.demo import papers
from crm.file_kinds import family_of


def test_a_page_is_a_pdf_whose_parts_stand_where_its_table_says():
    written = papers.page("One (1) page", ("What it costs: € 385", "Café, back \\ door"))

    assert family_of([written]) == "pdf"
    places = [int(place) for place in re.findall(rb"(\d{10}) 00000 n", written)]
    assert [written[place:].split()[:3] for place in places] == [
        [str(number).encode(), b"0", b"obj"] for number in range(1, 6)
    ]
    table = int(written.split(b"startxref\n")[1].split()[0])
    assert written[table:].startswith(b"xref\n0 6\n")
    length, text = re.search(
        rb"/Length (\d+) >>\nstream\n(.*)\nendstream", written, re.DOTALL
    ).groups()
    assert len(text) == int(length)
    assert rb"One \(1\) page" in text
    assert "€ 385".encode("cp1252") in text


def test_a_sheet_has_its_columns_apart():
    written = papers.sheet((("Place", "Floor"), ("Yard", "0")))

    assert written == b"Place;Floor\r\nYard;0\r\n"
    assert family_of([written]) == "text"
