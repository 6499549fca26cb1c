import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import DocumentError
from index.parsers import is_readable, parse_file
from tests.index.samples import DEFAULT_DOCUMENTS, FOREWORD, PUBMED_PAGE, RILUZOLE, pubmed_page

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
        document = parse_file(text.encode(), path="any.txt")
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
    document = parse_file(data, path=name)
    words = set(data.decode().replace("(", " ").replace("[", " ").split())

    for section in document.sections:
        stretch = document.text[section.start : section.end]
        assert stretch == stretch.strip() != ""
    prose = [section for section in document.sections if section.kind == "body"]
    for section in prose:
        for word in document.text[section.start : section.end].replace("(", " ").split():
            assert word in words


def test_kind_of_a_file_is_told_from_its_content() -> None:
    page = parse_file(pubmed_page().encode(), path="x.md")
    plain = parse_file(RILUZOLE.encode(), path="x.md")

    assert "Abstract" in {section.name for section in page.sections}
    assert "Survival" in {section.name for section in plain.sections}
    assert (page.source_path, plain.source_path) == ("x.md", "x.md")


@pytest.mark.parametrize("path", ["a.txt", "a.TXT", "b/c.md", "d.markdown", "e.text"])
def test_text_suffixes_are_readable(path: str) -> None:
    assert is_readable(path)


@pytest.mark.parametrize("path", ["a.pdf", "a", "a.txt.gz", "txt", "a.html"])
def test_other_suffixes_are_not_readable(path: str) -> None:
    assert not is_readable(path)
