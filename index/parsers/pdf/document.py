"""PDF: pages with a text layer in, one document with its printed pages out.

A scanned PDF, one that needs a password and one whose letters cannot be told are refused.
"""

import re
from collections.abc import Iterator
from typing import Any

from index.errors import DocumentError
from index.parsers.paper_draft import PaperDraft, iso_date
from index.parsers.pdf.columns import read_lines
from index.parsers.pdf.lines import Line
from index.parsers.pdf.metadata import (
    doi_of_properties,
    licence_of,
    printed_identifiers,
    title_of,
    year_of,
)
from index.parsers.pdf.paragraphs import body_size, paragraphs_of
from index.parsers.pdf.text import sections_of, without_furniture
from index.parsers.records import Format, Parsed, Record
from index.parsers.source_file import SourceFile

_LETTERS_A_PAGE = 40
_MOST_PAGES = 3_000
_STRANGE = re.compile(r"[\ue000-\uf8ff\ufffd\x00-\x08\x0e-\x1f]")
_MOST_STRANGE = 0.15


def _matches(source: SourceFile) -> bool:
    return b"%PDF-" in source.head[:1_024]


def _parse(source: SourceFile) -> Iterator[Record]:
    import pypdfium2

    data = source.read_bytes()
    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise _unreadable(error) from error
    try:
        pages = _read_pages(pdf)
        labels = [pdf.get_page_label(number) or str(number + 1) for number in range(len(pages))]
        properties = {name: value for name, value in pdf.get_metadata_dict().items() if value}
    except pypdfium2.PdfiumError as error:
        raise _unreadable(error) from error
    finally:
        pdf.close()
    draft = _draft(pages, labels, properties)
    yield Parsed(draft.to_document(source))


def _read_pages(pdf: Any) -> list[tuple[float, list[Line]]]:
    count = len(pdf)
    if count > _MOST_PAGES:
        raise DocumentError(f"it has {count:,} pages.", "Split it into single works.")
    pages: list[tuple[float, list[Line]]] = []
    for number in range(count):
        page = pdf[number]
        try:
            pages.append((page.get_height(), read_lines(page)))
        finally:
            page.close()
    letters = sum(len(line.text) for _, lines in pages for line in lines)
    if letters < _LETTERS_A_PAGE * max(1, count):
        raise DocumentError(
            f"it has no text layer: its {count} pages are pictures, or nearly empty.",
            "Have its text recognised, for example with ocrmypdf, and put that file here.",
        )
    strange = sum(len(_STRANGE.findall(line.text)) for _, lines in pages for line in lines)
    if strange > _MOST_STRANGE * letters:
        raise DocumentError(
            "its letters cannot be told: its fonts say not which they are.",
            "Have its text recognised, for example with ocrmypdf --force-ocr.",
        )
    return pages


def _draft(
    pages: list[tuple[float, list[Line]]], labels: list[str], properties: dict[str, str]
) -> PaperDraft:
    printed = ["\n".join(line.text for line in lines) for _, lines in pages]
    kept = without_furniture(pages)
    size = body_size(kept)
    paragraphs = paragraphs_of(kept)
    title = title_of(kept[0], paragraphs, properties, size)
    identifiers = printed_identifiers(printed[:2])
    known = dict(identifiers)
    given = doi_of_properties(properties)
    if given and "doi" not in known:
        identifiers.append(("doi", given))
    year = year_of(printed[0])
    sections = sections_of([one for one in paragraphs if one.text != title], labels, size)
    return PaperDraft(
        title=title,
        labelled=identifiers,
        date=iso_date(year) if year else None,
        keywords=[
            one.strip() for one in re.split(r"[;,]", properties.get("Keywords", "")) if one.strip()
        ],
        license=licence_of([*printed[:2], *printed[-1:]]),
        sections=sections,
    )


def _unreadable(error: Exception) -> DocumentError:
    text = str(error)
    if "assword" in text:
        return DocumentError("it needs a password.", "Save it without one.")
    return DocumentError(f"it is no PDF that can be read ({text}).", "Fetch or save it again.")


PDF = Format("PDF", _matches, _parse)
