from dataclasses import replace
from typing import Any

from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import SeparateCoAuthors, SplitNameParts
from hypothesis import given
from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db

from index.identifiers import Identifiers
from index.models import Author, Document
from index.parsers.references.bibtex import BIBTEX
from index.parsers.references.text import tidy
from rag.author_parts import person_name
from rag.reference_bibtex import citation_key, write_bibtex
from rag.reference_records import ReferenceRecord
from tests.index.parsers.references.record_checks import papers
from tests.rag.reference_samples import (
    ARTICLE,
    CHAPTER,
    LISTED,
    RECORDS,
    RETRACTED_ARTICLE,
    hostile_documents,
    record,
)


def _entries(*records: ReferenceRecord) -> list[Any]:
    library = parse_string(write_bibtex(records))
    assert library.failed_blocks == []
    return library.entries


def _reader() -> LatexNodes2Text:
    """A reader that is not ours, told the commands of LaTeX for characters that it lacks."""
    known = get_default_latex_context_db()
    macros = {"braceleft": "{", "braceright": "}", "less": "<", "greater": ">", "bar": "|"}
    macros |= {"asciicircum": "^"}
    specs = [MacroTextSpec(f"text{name}", text) for name, text in macros.items()]
    known.add_context_category("characters", prepend=True, macros=specs)
    return LatexNodes2Text(latex_context=known, math_mode="verbatim")


_READER = _reader()


def _text(latex: str) -> str:
    """As LaTeX prints it."""
    text: str = _READER.latex_to_text(latex)
    return " ".join(text.split())


def _fields(entry: Any) -> dict[str, str]:
    return {field.key: field.value for field in entry.fields}


def test_bibtexparser_reads_every_field_of_an_article() -> None:
    (entry,) = _entries(ARTICLE)

    fields = _fields(entry)
    assert (entry.entry_type, entry.key) == ("article", "vanderberg2020pmid101")
    assert _text(fields.pop("title")) == ARTICLE.title
    assert _text(fields.pop("journal")) == ARTICLE.container
    assert fields == {
        "author": "van der Berg, Jr, John A and Xu, Xiaojiao and "
        "{Ministry of Health, Labour and Welfare}",
        "year": "2020",
        "month": "5",
        "day": "3",
        "volume": "12",
        "number": "3",
        "pages": "335--339",
        "doi": "10.1000/a_b(1)",
        "pmid": "101",
        "pmcid": "PMC77",
        "keywords": "home ventilation; riluzole",
        "language": "eng",
    }


def test_chapter_stands_in_its_book_and_a_retracted_paper_is_marked() -> None:
    chapter, retracted = _entries(CHAPTER, RETRACTED_ARTICLE)

    assert (chapter.entry_type, _fields(chapter)["booktitle"]) == ("incollection", "StatPearls")
    assert _fields(chapter)["publisher"] == "StatPearls Publishing"
    assert _fields(chapter)["url"].endswith("/NBK556151/")
    assert _fields(retracted)["note"].startswith("Retracted (notice of 2023-07-12")


def test_keys_differ_and_do_not_depend_on_the_other_papers() -> None:
    keys = [citation_key(one) for one in RECORDS]

    assert len(set(keys)) == len(RECORDS)
    assert [one.key for one in _entries(*RECORDS)] == keys
    assert [one.key for one in _entries(LISTED, ARTICLE)] == [keys[3], keys[0]]
    dois = (Identifiers(doi="10.1000/a_b"), Identifiers(doi="10.1000/a-b"))
    two = [replace(LISTED, document_id=str(one.document_id), identifiers=one) for one in dois]
    assert citation_key(two[0]) != citation_key(two[1])
    assert write_bibtex(()) == ""


def test_our_own_reader_gets_back_what_was_written() -> None:
    article, chapter, *_ = papers(BIBTEX, write_bibtex(RECORDS))

    assert article.identifiers == ARTICLE.identifiers
    assert article.authors == (
        Author("van der Berg John A Jr", family="van der Berg"),
        Author("Xu Xiaojiao", family="Xu"),
        Author("Ministry of Health, Labour and Welfare"),
    )
    assert (article.title, article.container) == (ARTICLE.title, ARTICLE.container)
    assert (article.date, article.pages) == ("2020-05-03", "335-339")
    assert (chapter.container, chapter.publication_types) == ("StatPearls", ("Book Chapter",))


@given(paper=hostile_documents())
def test_hostile_text_comes_back(paper: Document) -> None:
    (entry,) = _entries(record(paper))

    fields = _fields(entry)
    for name, text in (
        ("title", paper.title),
        ("journal", paper.container),
        ("volume", paper.volume),
    ):
        assert _text(fields.get(name, "")) == tidy(text or "")


@given(paper=hostile_documents())
def test_braces_are_balanced_in_every_value(paper: Document) -> None:
    depth = 0
    for mark in write_bibtex([record(paper)]):
        depth += {"{": 1, "}": -1}.get(mark, 0)
        assert depth >= 0

    assert depth == 0


@given(paper=hostile_documents())
def test_hostile_names_are_parted_as_they_were(paper: Document) -> None:
    library = parse_string(
        write_bibtex([record(paper)]), append_middleware=[SeparateCoAuthors(), SplitNameParts()]
    )

    assert library.failed_blocks == []
    names: Any = _fields(library.entries[0]).get("author", [])
    kept = [one for one in paper.authors if tidy(one.name)]
    assert len(names) == len(kept)
    for author, name in zip(kept, names, strict=True):
        person = person_name(author)
        family: Any = name
        if person is None or not person.given:
            assert _text(" ".join(family.von + family.last)) == tidy(author.name)
        else:
            assert _text(" ".join(family.von + family.last)) == person.family
            assert _text(" ".join(family.first)) == person.given


def test_address_with_braces_does_not_break_the_entry() -> None:
    odd = replace(ARTICLE, url="https://example.org/a{b}%20c")

    (entry,) = _entries(odd)

    assert _fields(entry)["url"] == "https://example.org/a%7Bb%7D%20c"
