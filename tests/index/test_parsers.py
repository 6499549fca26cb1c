from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import DocumentError
from index.parsers import is_readable, read_records
from index.parsers.plain_text import PLAIN_TEXT
from index.parsers.records import Format, Parsed, Record, Refused
from index.parsers.source_file import SourceFile
from tests.index.samples import (
    DEFAULT_DOCUMENTS,
    FOREWORD,
    PUBMED_PAGE,
    RILUZOLE,
    parse_one,
    pubmed_page,
)

_LINES = st.sampled_from(
    [
        *("# Heading", "## Sub", "", "", "Plain text here. And more.", "Short line"),
        *("PMID: 12", "- PMID: 12", "DOI: 10.1000/x", "Ada Miller, PhD", "Berlin, Germany."),
        *("Abstract", "Similar articles", "Cited by", "References", "Figures", "Keywords: A; B."),
        *("-", "- A B. Title. Brain. 2018;1:2. - PubMed", "© 2020 The Authors.", "  indented  "),
        "A title.Brain. 2020 May;1:2. doi: 10.1000/y. Brain. 2020. PMID: 55 Review.",
    ]
)


@settings(deadline=None, max_examples=300)
@given(st.one_of(st.lists(_LINES, max_size=30).map("\n".join), st.text()))
def test_every_offset_of_any_document_is_exact(text: str) -> None:
    try:
        document = parse_one(text.encode(), path="any.txt")
    except DocumentError:
        return
    last_end = 0
    for section in document.sections:
        stretch = document.text[section.start : section.end]
        assert stretch
        assert stretch == stretch.strip()
        assert last_end <= section.start
        last_end = section.end
    listings = [section for section in document.sections if section.kind == "listing"]
    for paper in document.related:
        for mention in paper.mentions:
            assert any(one.start <= mention.start < mention.end <= one.end for one in listings)


@pytest.mark.parametrize("name", [PUBMED_PAGE, FOREWORD])
def test_sections_of_default_documents_are_slices_of_what_the_file_says(name: str) -> None:
    data = (DEFAULT_DOCUMENTS / name).read_bytes()
    document = parse_one(data, path=name)
    words = set(data.decode().replace("(", " ").replace("[", " ").split())

    for section in document.sections:
        stretch = document.text[section.start : section.end]
        assert stretch == stretch.strip() != ""
    prose = [section for section in document.sections if section.kind == "body"]
    for section in prose:
        for word in document.text[section.start : section.end].replace("(", " ").split():
            assert word in words


def test_kind_of_a_file_is_told_from_its_content() -> None:
    page = parse_one(pubmed_page().encode(), path="x.md")
    plain = parse_one(RILUZOLE.encode(), path="x.md")

    assert "Abstract" in {section.name for section in page.sections}
    assert "Survival" in {section.name for section in plain.sections}
    assert (page.source_path, plain.source_path) == ("x.md", "x.md")


@pytest.mark.parametrize(
    "data", [b"\x93\x01\x00noise\xff" * 50, RILUZOLE.encode(), b"<html><p>Log in</p></html>"]
)
def test_file_that_is_no_pdf_behind_such_a_name_is_refused_as_none(data: bytes) -> None:
    with pytest.raises(DocumentError, match="it is no PDF, whatever its name says"):
        parse_one(data, path="noise.PDF")


@pytest.mark.parametrize("name", ["a.txt", "a.TXT", "c.md", "d.markdown", "e.text", "f.nbib"])
def test_file_with_the_suffix_of_a_format_is_readable_whatever_it_holds(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_bytes(b"\x00\x01")

    assert is_readable(tmp_path / name)


@pytest.mark.parametrize("name", ["a", "saved.page", "txt"])
def test_file_of_another_name_is_readable_by_its_content(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(pubmed_page(), encoding="utf-8")

    assert is_readable(tmp_path / name)


@pytest.mark.parametrize("text", ["", "name,value\n1,2\n", "print('a program')\n"])
def test_mere_text_of_another_name_is_not_readable(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.other").write_text(text, encoding="utf-8")

    assert not is_readable(tmp_path / "a.other")


def test_records_before_the_place_where_a_file_breaks_off_are_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def parse(source: SourceFile) -> Iterator[Record]:
        yield from PLAIN_TEXT.parse(source)
        yield Refused("record 2", "it has no title. Export it with one.")
        raise DocumentError("it ends in the middle.", "Fetch it again.")

    torn = Format("torn", lambda _source: True, parse)
    monkeypatch.setattr("index.parsers.FORMATS", (torn,))

    first, *others = read_records(SourceFile.of_bytes(RILUZOLE.encode(), path="a.md"))

    assert isinstance(first, Parsed)
    assert others == [
        Refused("record 2", "it has no title. Export it with one."),
        Refused("what follows record 1", "it ends in the middle. Fetch it again."),
    ]


@pytest.mark.parametrize("ending", [True, False])
def test_file_of_which_no_record_can_be_read_is_refused_as_a_whole(
    monkeypatch: pytest.MonkeyPatch, ending: bool
) -> None:
    def parse(_source: SourceFile) -> Iterator[Record]:
        yield Refused("record 1", "it has no title.")
        if ending:
            raise DocumentError("it ends in the middle.")

    monkeypatch.setattr("index.parsers.FORMATS", (Format("torn", lambda _source: True, parse),))

    with pytest.raises(DocumentError, match="ends in the middle" if ending else "record 1: it has"):
        list(read_records(SourceFile.of_bytes(b"text", path="a.md")))
