from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.identifiers import Identifiers
from index.merging import merge_documents
from index.models import Author, Document, Mention, Related, Section
from tests.index.samples import make_document, parse_one, pubmed_page

BOTH = "- PMID: 11111111\n- DOI: 10.1000/page"
ABSTRACT = "Abstract\nAutophagy declines.\nKeywords: ALS; autophagy."
LONGER = ABSTRACT.replace("declines.", "declines with age.")
LISTED = "- Riluzole in ALS. J Neurol. 2020. PMID: 22222222"
FULL_TEXT = (
    "# Autophagy in full\n\nDOI: 10.1000/page\n\n## Results\n\n"
    + "Autophagy declines with age. " * 20
    + "\n\n## References\n\n1. An old paper."
)


def read(text: str, path: str = "paper.txt") -> Document:
    return parse_one(text.encode(), path=path)


def page(blocks: str = ABSTRACT, *, identifiers: str = BOTH, header: str = "") -> Document:
    return read(pubmed_page(blocks=blocks, identifiers=identifiers, header=header), "page.txt")


def slices(document: Document, name: str) -> list[str]:
    return [document.text[one.start : one.end] for one in document.sections if one.name == name]


def mentioned(document: Document, paper: Related) -> list[tuple[str, str]]:
    return [(one.relation, document.text[one.start : one.end]) for one in paper.mentions]


def test_a_single_document_comes_back_as_it_is() -> None:
    document = make_document("A body.")

    assert merge_documents([document]) is document


def test_the_full_text_stands_and_the_page_adds_what_it_alone_says() -> None:
    full, other = read(FULL_TEXT), page(f"{ABSTRACT}\nSimilar articles\n{LISTED}")

    merged = merge_documents([other, full])

    assert merged.text.startswith(full.text)
    assert (merged.document_id, merged.title) == ("pmid:11111111", "Autophagy in full")
    assert merged.identifiers == Identifiers(pmid="11111111", doi="10.1000/page")
    assert merged.keywords == ("ALS", "autophagy")
    assert (merged.source_path, merged.content_hash) == (full.source_path, full.content_hash)
    assert merged.text.removeprefix(full.text) == (
        "\n\nPMID: 11111111\nDOI: 10.1000/page"
        "\n\nKeywords: ALS; autophagy."
        f"\n\nSimilar articles\n{LISTED[2:]}"
    )
    (listed,) = merged.related
    assert mentioned(merged, listed) == [("similar", LISTED[2:])]


def test_copies_of_one_file_give_the_text_of_one() -> None:
    one = page(f"{ABSTRACT}\nSimilar articles\n{LISTED}")

    assert merge_documents([one, replace(one, source_path="copy.txt")]) == one


def test_of_equal_texts_the_first_stands() -> None:
    documents = [make_document("Same.", source_path=path) for path in ("a", "b")]

    assert merge_documents(documents).source_path == "a"


@pytest.mark.parametrize("heading", ["Retraction in", "Expression of concern in"])
def test_a_notice_that_one_source_gives_survives(heading: str) -> None:
    notices = [page(f"{ABSTRACT}\n{heading}\nJ Neurol. 2021."), read(f"# A\n\n## {heading}\n\nJ.")]

    for notice in notices:
        merged = merge_documents([read(FULL_TEXT), notice])
        assert slices(merged, heading) == slices(notice, heading) != []


def test_types_and_keywords_of_all_sources_are_kept_each_once() -> None:
    types = f"{ABSTRACT}\nPublication types\n- Review"
    retracted = f"{types}\n- Retracted Publication"
    first, second = page(types), page(retracted.replace("ALS;", "als; FUS;"))

    merged = merge_documents([first, second])

    assert merged.publication_types == ("Review", "Retracted Publication")
    assert merged.keywords == ("als", "FUS", "autophagy")


def test_where_sources_disagree_the_better_text_stands_and_gaps_are_filled() -> None:
    main = replace(make_document("A long body."), year=2020, license="CC BY 4.0")
    other = replace(
        make_document("Short."), year=2021, container="J Neurol", authors=(Author("A"),)
    )

    merged = merge_documents([other, main])

    assert (merged.year, merged.license, merged.container) == (2020, "CC BY 4.0", "J Neurol")
    assert merged.authors == other.authors
    assert merged.text == main.text


def test_lines_that_a_filled_field_is_quoted_from_come_with_it() -> None:
    main = page(LONGER, header="A note.")
    other = page(header="J Neurol. 2020 May;1(2):3.")

    merged = merge_documents([main, other])

    assert (merged.container, merged.year) == ("J Neurol", 2020)
    assert slices(merged, "Citation") == ["A note.", "J Neurol. 2020 May;1(2):3."]


def test_a_paper_that_two_sources_list_is_listed_once_with_both_mentions() -> None:
    more = "- Edaravone in ALS. J Neurol. 2021. PMID: 33333333"
    main = page(f"{LONGER}\nSimilar articles\n{LISTED}\nCited by\n{more}")
    other = page(f"{ABSTRACT}\nSimilar articles\n{LISTED}\nCited by\n{more}\n{LISTED}")

    merged = merge_documents([main, other])

    assert [mentioned(merged, paper) for paper in merged.related] == [
        [("similar", LISTED[2:]), ("cited_by", LISTED[2:])],
        [("cited_by", more[2:]), ("cited_by", more[2:])],
    ]
    assert len(slices(merged, "Similar articles")) == 1


@pytest.mark.parametrize(
    ("entry", "count"),
    [
        ("- Smith J. Riluzole in ALS. J Neurol. 2020;1:2.", 1),
        ("- Smith J. Riluzole in ALS. J Neurol. 2019;1:2.", 2),
        ("- Riluzole in ALS. J Neurol. 2020. PMID: 22222223", 2),
    ],
)
def test_an_entry_that_contradicts_the_listed_paper_is_another_paper(
    entry: str, count: int
) -> None:
    main = page(f"{LONGER}\nSimilar articles\n{LISTED}")

    merged = merge_documents([main, page(f"{ABSTRACT}\nReferences\n{entry}")])

    assert len(merged.related) == count


_VALUES = st.sampled_from([None, "1", "2", "3"])
_NAMES = st.builds(Identifiers, pmid=_VALUES, pmcid=_VALUES, doi=_VALUES, nbk=_VALUES)


@st.composite
def _documents(draw: st.DrawFn) -> Document:
    """A document with sections of any text, and listed papers with mentions anywhere in it."""
    text = draw(st.text(alphabet="aé \n1", max_size=40))
    names = st.sampled_from(["Title", "Identifiers", "a", "Retraction in", "References"])
    kinds = st.sampled_from(["body", "about", "listing"])
    cuts = st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).map(sorted)
    sections = st.builds(lambda n, k, c: Section(n, k, *c), names, kinds, cuts)
    relations = st.sampled_from(["similar", "cited_by", "reference"])
    mentions = st.lists(st.builds(lambda r, c: Mention(r, *c), relations, cuts), min_size=1)
    related = st.builds(
        lambda names, title, found: Related(names, title, (), None, None, None, (), tuple(found)),
        *(_NAMES, st.sampled_from(["", "a", "b"]), mentions),
    )
    return replace(
        make_document(identifiers=draw(_NAMES)),
        text=text,
        sections=tuple(draw(st.lists(sections, max_size=4))),
        related=tuple(draw(st.lists(related, max_size=3))),
    )


@given(st.lists(_documents(), min_size=1, max_size=4))
def test_every_section_and_mention_reads_as_in_its_source(documents: Sequence[Document]) -> None:
    merged = merge_documents(documents)

    sections = {(s.name, s.kind, d.text[s.start : s.end]) for d in documents for s in d.sections}
    places = {
        place for one in documents for paper in one.related for place in mentioned(one, paper)
    }
    for section in merged.sections:
        piece = merged.text[section.start : section.end]
        assert (section.name, section.kind, piece) in sections
    for paper in merged.related:
        assert paper.mentions
        assert places.issuperset(mentioned(merged, paper))
        assert all(0 <= one.start <= one.end <= len(merged.text) for one in paper.mentions)
