import pytest

from index.errors import DocumentError
from index.models import AddedField, Author, Document
from index.parsers.plain_text import PLAIN_TEXT
from index.parsers.records import Parsed
from index.parsers.source_file import SourceFile
from tests.index.samples import DEFAULT_DOCUMENTS, FOREWORD, FOREWORD_ID


def _parse(text: str) -> Document:
    return _read(text.encode(), "paper.txt")


def _read(data: bytes, path: str) -> Document:
    (record,) = PLAIN_TEXT.parse(SourceFile.of_bytes(data, path=path))
    assert isinstance(record, Parsed)
    return record.document


def _sections(document: Document) -> list[tuple[str, str, str]]:
    return [(s.name, s.kind, document.text[s.start : s.end]) for s in document.sections]


@pytest.fixture(scope="module")
def foreword() -> Document:
    return _read((DEFAULT_DOCUMENTS / FOREWORD).read_bytes(), FOREWORD)


def test_foreword_is_known_by_its_doi_though_a_line_break_parts_it(foreword: Document) -> None:
    assert foreword.document_id == FOREWORD_ID
    assert foreword.identifiers.items() == [("doi", FOREWORD_ID.removeprefix("doi:"))]


def test_foreword_has_its_signature_as_author_with_affiliation(foreword: Document) -> None:
    (author,) = foreword.authors

    assert author.name == "Takeshi Iwatsubo"
    assert author.affiliation is not None
    for part in ("National Center of Neurology and Psychiatry", "The University of Tokyo"):
        assert part in author.affiliation


def test_foreword_gives_no_fields_that_it_does_not_state(foreword: Document) -> None:
    nothing: tuple[AddedField, ...] = ()

    assert foreword.title == "FOREWORD"
    assert (foreword.container, foreword.year, foreword.url, foreword.license) == (None,) * 4
    assert (foreword.keywords, foreword.related, foreword.added) == ((), (), nothing)


def test_only_the_prose_of_the_foreword_is_body(foreword: Document) -> None:
    bodies = [text for _, kind, text in _sections(foreword) if kind == "body"]

    assert len(bodies) == 1
    assert bodies[0].startswith("Amyotrophic lateral sclerosis (ALS) is")
    assert bodies[0].endswith("suffering from this intractable condition.")
    assert "Iwatsubo" not in bodies[0]
    assert "doi.org" not in bodies[0]


def test_headings_part_sections_and_the_first_is_the_title() -> None:
    document = _parse(
        "# Riluzole #\n\nIntro here.\n\n## Methods\n\nWe did.\n\n## Results\nIt rose."
    )

    assert _sections(document) == [
        ("Title", "about", "Riluzole"),
        ("Riluzole", "body", "Intro here."),
        ("Methods", "body", "We did."),
        ("Results", "body", "It rose."),
    ]
    assert document.text == ("Riluzole\n\nIntro here.\n\nMethods\nWe did.\n\nResults\nIt rose.")


def test_lines_of_a_paragraph_are_joined_and_paragraphs_are_not() -> None:
    document = _parse("# T\n\nOne line\ngoes on.\n\nAnother\nparagraph.")

    assert _sections(document)[1] == ("T", "body", "One line goes on.\nAnother paragraph.")


def test_short_first_line_without_a_full_stop_is_the_title() -> None:
    document = _parse("Edaravone in ALS\n\nIt slows decline.")

    assert document.title == "Edaravone in ALS"
    assert document.text.count("Edaravone in ALS") == 1


@pytest.mark.parametrize(
    "text",
    ["It slows decline.\n\nMore text.", "Only one line", "x" * 251 + "\n\nMore.", "A\nB\n\nC."],
)
def test_text_that_begins_otherwise_has_no_title(text: str) -> None:
    document = _parse(text)

    assert document.title is None
    assert {section.kind for section in document.sections} == {"body"}


def test_labelled_lines_give_the_own_identifiers_and_are_no_body() -> None:
    document = _parse("# T\n\nPMID: 12345\nPMCID: pmc77\nDOI: https://doi.org/10.1000/ABC\n\nText.")

    assert document.document_id == "pmid:12345"
    assert (document.identifiers.pmcid, document.identifiers.doi) == ("PMC77", "10.1000/abc")
    assert [text for _, kind, text in _sections(document) if kind == "body"] == ["Text."]


def test_identifier_in_running_text_is_not_the_documents_own() -> None:
    document = _parse("# T\n\nAs shown before (PMID: 12345, doi:10.1000/abc).")

    assert document.identifiers.items() == []
    assert document.document_id == f"sha256:{document.content_hash}"


def test_labelled_line_at_the_top_gives_the_identifier_not_the_title() -> None:
    document = _parse("DOI: 10.1000/abc\n\nText is here. And more.")

    assert document.document_id == "doi:10.1000/abc"
    assert document.title is None


@pytest.mark.parametrize(
    "text", ["# T\n\nIntro.\n## Methods\nWe did.", "# T\n\n# Intro\n## Methods\nWe did."]
)
def test_heading_counts_without_a_blank_line_before_it(text: str) -> None:
    document = _parse(text)

    assert ("Methods", "body", "We did.") in _sections(document)
    assert "#" not in document.text


def test_two_own_identifiers_of_one_kind_are_refused() -> None:
    with pytest.raises(DocumentError, match="two values of its own PMID, 1 and 2"):
        _parse("# T\n\nPMID: 1\n\nText.\n\nPMID: 2")


def test_each_signature_is_an_author() -> None:
    document = _parse(
        "# T\n\nText.\n\nAda Müller, MD, PhD\nInstitute A,\nBerlin.\n\nBo O'Neil, PhD\n\nMore text."
    )

    assert document.authors == (
        Author("Ada Müller", "Institute A, Berlin"),
        Author("Bo O'Neil", None),
    )
    assert [text for _, kind, text in _sections(document) if kind == "body"] == [
        "Text.",
        "More text.",
    ]


def test_marks_of_links_and_emphasis_go_and_their_words_stay() -> None:
    document = _parse("# T\n\nThe **TDP-43** [protein](https://x.org/y) is __bad__. 2 ** 3 [4].")

    assert "The TDP-43 protein is bad. 2 ** 3 [4]." in document.text


def test_file_of_marks_alone_is_refused_as_a_document() -> None:
    with pytest.raises(DocumentError):
        _parse("[](https://x.org/y)")
