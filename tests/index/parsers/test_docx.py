import io
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import DocumentError
from index.models import Author, Document
from index.parsers.docx import DOCX
from index.parsers.records import Parsed
from index.parsers.source_file import SourceFile

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_CORE = (
    'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"'
)
_STYLES = (
    f'<w:styles {_W}><w:style w:styleId="T"><w:name w:val="Title"/></w:style>'
    '<w:style w:styleId="H1"><w:name w:val="heading 1"/></w:style></w:styles>'
)


def _run(text: str, place: str = "") -> str:
    raised = f'<w:rPr><w:vertAlign w:val="{place}"/></w:rPr>' if place else ""
    return f'<w:r>{raised}<w:t xml:space="preserve">{text}</w:t></w:r>'


def _paragraph(*runs: str, style: str = "", item: bool = False) -> str:
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    numbered = '<w:numPr><w:numId w:val="1"/></w:numPr>' if item else ""
    return f"<w:p><w:pPr>{named}{numbered}</w:pPr>{''.join(runs)}</w:p>"


def _file(*blocks: str, others: dict[str, str | bytes] | None = None) -> bytes:
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "word/document.xml": f"<w:document {_W}><w:body>{''.join(blocks)}</w:body></w:document>",
        "word/styles.xml": _STYLES,
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (parts | (others or {})).items():
            archive.writestr(name, content)
    return packed.getvalue()


def _read(data: bytes) -> Document:
    source = SourceFile.of_bytes(data, path="paper.docx")
    assert DOCX.matches(source)
    (record,) = DOCX.parse(source)
    assert isinstance(record, Parsed)
    return record.document


def _body(document: Document) -> str:
    return "\n".join(
        document.text[one.start : one.end] for one in document.sections if one.kind == "body"
    )


def test_headings_make_sections_and_references_are_a_list() -> None:
    document = _read(
        _file(
            _paragraph(_run("Riluzole in trials"), style="T"),
            _paragraph(_run("DOI: 10.1000/Riluzole")),
            _paragraph(_run("Survival"), style="H1"),
            _paragraph(_run("It prolongs "), _run("survival.")),
            _paragraph(_run("References"), style="H1"),
            _paragraph(_run("Another paper. doi:10.1000/other")),
        )
    )

    assert document.title == "Riluzole in trials"
    assert document.document_id == "doi:10.1000/riluzole"
    kinds = {one.name: (one.kind, document.text[one.start : one.end]) for one in document.sections}
    assert kinds["Survival"] == ("body", "It prolongs survival.")
    assert kinds["References"][0] == "listing"


def test_raised_and_lowered_characters_keep_their_meaning() -> None:
    document = _read(
        _file(
            _paragraph(
                _run("10"),
                _run("6", "superscript"),
                _run(" of H"),
                _run("2", "subscript"),
                _run("O"),
            )
        )
    )

    assert _body(document) == "10^6 of H2O"


def test_tracked_changes_are_read_as_accepted() -> None:
    deleted = "<w:del><w:r><w:delText>not </w:delText></w:r></w:del>"
    inserted = f"<w:ins>{_run('very ')}</w:ins>"
    moved = f"<w:moveFrom>{_run('moved away ')}</w:moveFrom>"

    document = _read(_file(_paragraph(_run("It is "), deleted, inserted, moved, _run("safe."))))

    assert _body(document) == "It is very safe."


def test_lists_and_tables_stand_in_their_place() -> None:
    def row(*cells: str) -> str:
        return f"<w:tr>{''.join(f'<w:tc>{_paragraph(_run(one))}</w:tc>' for one in cells)}</w:tr>"

    document = _read(
        _file(
            _paragraph(_run("Before.")),
            _paragraph(_run("an item"), item=True),
            f"<w:tbl>{row('drug', 'dose')}{row('riluzole', '50 mg')}</w:tbl>",
            _paragraph(_run("After.")),
            others={"word/numbering.xml": f"<w:numbering {_W}/>"},
        )
    )

    assert _body(document) == "Before.\n- an item\ndrug | dose\nriluzole | 50 mg\nAfter."


def test_footnotes_are_kept_apart_and_headers_left_out() -> None:
    document = _read(
        _file(
            _paragraph(_run("The text.")),
            others={
                "word/footnotes.xml": f"<w:footnotes {_W}>{_paragraph(_run('A note.'))}</w:footnotes>",
                "word/header1.xml": f"<w:hdr {_W}>{_paragraph(_run('Running head'))}</w:hdr>",
            },
        )
    )

    (notes,) = [one for one in document.sections if one.name == "Footnotes"]
    assert (notes.kind, document.text[notes.start : notes.end]) == ("about", "A note.")
    assert "Running head" not in document.text


@pytest.mark.parametrize(
    ("creator", "authors"),
    [
        ("Ada Miller; John Smith", (Author("Ada Miller"), Author("John Smith"))),
        ("Microsoft Office User", ()),
        ("amiller2", ()),
        ("jsmith", ()),
        ("Dell Inc", ()),
        ("Miller A, Smith J", ()),
        ("", ()),
    ],
)
def test_author_is_taken_from_the_properties_where_it_is_a_person(
    creator: str, authors: tuple[Author, ...]
) -> None:
    core = (
        f"<cp:coreProperties {_CORE}><dc:title>A title of ours</dc:title>"
        f"<dc:creator>{creator}</dc:creator></cp:coreProperties>"
    )

    document = _read(_file(_paragraph(_run("Text.")), others={"docProps/core.xml": core}))

    assert (document.title, document.authors) == ("A title of ours", authors)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "an old Word file"),
        (_file(others={"xl/workbook.xml": "<x/>"}), "a spreadsheet"),
        (_file(others={"ppt/presentation.xml": "<x/>"}), "a presentation"),
        (_file(others={"word/media/a.bin": b"0" * 30_000_000}), "unpacks to far more"),
        (_file(_paragraph(_run("x")))[:-60], "archive is damaged"),
        (_file("<w:p>"), "is broken"),
        (
            _file(others={"word/document.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
            "declares entities",
        ),
        (_file(), "neither a title nor a text"),
    ],
)
def test_file_that_is_no_text_is_refused_with_its_reason(data: bytes, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason) as caught:
        _read(data)

    assert caught.value.remedy


def test_other_archive_is_not_taken() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.txt", "text")

    assert not DOCX.matches(SourceFile.of_bytes(packed.getvalue(), path="a.zip"))


@settings(deadline=None, max_examples=100)
@given(st.integers(0, 1_200), st.binary(max_size=30))
def test_damaged_file_is_read_or_refused(place: int, damage: bytes) -> None:
    data = bytearray(_file(_paragraph(_run("A text of words."), style="H1"), _paragraph(_run("x"))))
    data[place : place + len(damage)] = damage
    source = SourceFile.of_bytes(bytes(data), path="paper.docx")
    if DOCX.matches(source):
        with suppress(DocumentError):
            assert len(list(DOCX.parse(source))) == 1


def test_what_stands_below_references_is_never_the_papers_own() -> None:
    document = _read(
        _file(
            _paragraph(_run("A text.")),
            _paragraph(_run("References")),
            _paragraph(_run("PMID: 123456")),
            _paragraph(_run("Another paper.")),
        )
    )

    assert document.identifiers.pmid is None
    assert _body(document) == "A text."


@pytest.mark.parametrize(
    ("runs", "text"),
    [
        (("TNF-", '<w:r><w:sym w:font="Symbol" w:char="F061"/></w:r>', " 5"), "TNF-α 5"),
        (("p ", '<w:r><w:sym w:font="Symbol" w:char="F0B3"/></w:r>', " 0.05"), "p ≥ 0.05"),
        (("10", _run("-", "superscript"), _run("3", "superscript"), " mol"), "10^-3 mol"),
        (("CD4", _run("+ ", "superscript"), "cells"), "CD4^+ cells"),
        (("seen ", "<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>"), "seen"),
    ],
)
def test_signs_of_a_run_are_kept(runs: tuple[str, ...], text: str) -> None:
    written = [one if one.startswith("<") else _run(one) for one in runs]

    assert _body(_read(_file(_paragraph(*written)))) == text


@pytest.mark.parametrize(
    ("equation", "text"),
    [
        ("<m:sSup><m:e><m:t>10</m:t></m:e><m:sup><m:t>-3</m:t></m:sup></m:sSup>", "10^-3"),
        ("<m:sSub><m:e><m:t>x</m:t></m:e><m:sub><m:t>2</m:t></m:sub></m:sSub>", "x2"),
        ("<m:f><m:num><m:t>1</m:t></m:num><m:den><m:t>2</m:t></m:den></m:f>", "1/2"),
    ],
)
def test_equation_keeps_its_meaning_on_one_line(equation: str, text: str) -> None:
    math = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'

    assert _body(_read(_file(_paragraph(f"<m:oMath {math}>{equation}</m:oMath>")))) == text
