import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.grouping import Grouping, group_sources
from index.identifiers import Identifiers
from index.library_rows import SourceHead
from tests.index.samples import DEFAULT_DOCUMENTS, FOREWORD, PUBMED_PAGE, parse_one


def summary(path: str, *, position: int = 0, **identifiers: str) -> SourceHead:
    names = Identifiers(**identifiers)
    return SourceHead(path, position, names.document_id or f"sha256:{path}", names, "")


def reasons(*sources: SourceHead) -> list[tuple[str, str]]:
    return [(one.key.path, one.reason) for one in group_sources(sources).conflicts]


def paths(grouping: Grouping) -> list[str]:
    return ["+".join(source.key.path for source in group) for group in grouping.groups]


@pytest.mark.parametrize(
    "identifiers",
    [Identifiers(pmid="1"), Identifiers(pmcid="PMC1"), Identifiers(doi="d"), Identifiers(nbk="N")],
)
def test_sources_with_one_equal_identifier_are_one_paper(identifiers: Identifiers) -> None:
    sources = [SourceHead(path, 0, "id", identifiers, "") for path in ("b", "a")]

    assert paths(group_sources(sources)) == ["a+b"]


def test_a_source_with_two_identifiers_joins_the_papers_that_have_one_each() -> None:
    sources = [
        summary("a", pmid="1"),
        summary("b", doi="10.1000/x"),
        summary("c", nbk="NBK1"),
        summary("d", pmid="1", doi="10.1000/x"),
        summary("e", doi="10.1000/x"),
    ]

    assert paths(group_sources(sources)) == ["a+b+d+e", "c"]


def test_chapters_of_one_book_stay_apart() -> None:
    sources = [summary(nbk, nbk=nbk, isbn="9781000000000") for nbk in ("NBK1", "NBK2")]
    sources += [summary(path, isbn="9781000000000") for path in ("x", "y")]

    assert paths(group_sources(sources)) == ["NBK1", "NBK2", "x", "y"]


def test_two_bindings_of_one_chapter_do_not_contradict_each_other() -> None:
    sources = [summary("a", nbk="NBK1", isbn="1"), summary("b", nbk="NBK1", isbn="2")]

    assert paths(group_sources(sources)) == ["a+b"]


def test_copies_without_identifiers_are_one_paper_and_other_content_is_not() -> None:
    copies = [SourceHead(path, 0, "sha256:0", Identifiers(), "") for path in ("b", "a")]
    other = SourceHead("c", 0, "sha256:1", Identifiers(), "")

    assert paths(group_sources([other, *copies])) == ["a+b", "c"]


def test_the_default_documents_are_two_papers() -> None:
    documents = [
        parse_one((DEFAULT_DOCUMENTS / name).read_bytes(), path=name)
        for name in (FOREWORD, PUBMED_PAGE)
    ]
    sources = [
        SourceHead(one.source_path, 0, one.document_id, one.identifiers, "") for one in documents
    ]

    assert paths(group_sources(sources)) == [FOREWORD, PUBMED_PAGE]


def test_the_later_of_two_files_that_contradict_each_other_is_left_out() -> None:
    later = summary("b.txt", doi="10.1/x", pmid="2")

    assert reasons(later, summary("a.txt", doi="10.1/x", pmid="1")) == [
        (
            "b.txt",
            "it gives DOI 10.1/x the PMID 2, which a.txt gives the PMID 1."
            " Correct one of the two files.",
        )
    ]


def test_a_contradiction_within_one_file_says_so() -> None:
    sources = [summary("a", position=n, doi="10.1/x", pmid=str(n + 1)) for n in range(2)]

    assert "which another record of this file gives" in reasons(*sources)[0][1]


def test_a_bridge_between_papers_that_contradict_each_other_is_left_out() -> None:
    sources = [
        summary("a", pmid="1", pmcid="PMC1"),
        summary("b", doi="10.1/x", pmcid="PMC2"),
        summary("c", pmid="1", doi="10.1/x"),
    ]

    assert paths(group_sources(sources)) == ["a", "b"]
    assert reasons(*sources) == [
        (
            "c",
            "with it, the paper with PMID 1 and DOI 10.1/x would have the PMCID PMC1 (a)"
            " and the PMCID PMC2 (b). Correct one of these files.",
        )
    ]


def test_a_contradiction_by_way_of_another_file_names_the_file_that_gives_the_value() -> None:
    sources = [
        summary("a", doi="10.1/x", pmcid="PMC1"),
        summary("b", pmcid="PMC1", pmid="1"),
        summary("c", doi="10.1/x", pmid="2"),
    ]

    assert reasons(*sources)[0][1].startswith(
        "with it, the paper with DOI 10.1/x would have the PMID 2 (this file) and the PMID 1 (b)."
    )


def test_a_source_that_is_left_out_joins_nothing() -> None:
    sources = [
        summary("a", doi="10.1/x", pmid="1"),
        summary("b", doi="10.1/x", pmid="2", pmcid="PMC1"),
        summary("c", pmcid="PMC1"),
        summary("d", pmid="2"),
    ]

    assert paths(group_sources(sources)) == ["a", "c", "d"]


_VALUES = st.sampled_from([None, "1", "2", "3"])
_NAMES = st.builds(Identifiers, pmid=_VALUES, pmcid=_VALUES, doi=_VALUES, nbk=_VALUES)


@given(st.lists(_NAMES, max_size=12).flatmap(lambda names: st.permutations([*enumerate(names)])))
def test_grouping_is_the_same_in_any_order_and_gives_no_paper_two_values(
    names: list[tuple[int, Identifiers]],
) -> None:
    shuffled = [
        SourceHead(f"{n:02}", 0, one.document_id or "sha256:0", one, "") for n, one in names
    ]
    sources = sorted(shuffled, key=lambda source: source.key)

    grouping = group_sources(sources)

    assert group_sources(shuffled) == grouping
    kept = [source.key for group in grouping.groups for source in group]
    assert sorted(kept + [one.key for one in grouping.conflicts]) == [one.key for one in sources]
    seen: set[tuple[str, str]] = set()
    for group in grouping.groups:
        values = {pair for source in group for pair in source.identifiers.items()}
        assert len({kind for kind, _ in values}) == len(values)
        assert not seen & values
        seen |= values


def test_twenty_thousand_sources_are_grouped_at_once() -> None:
    alike = [summary(f"{n:05}", doi="10.1/x", pmid=str(n // 10_000 + 1)) for n in range(20_000)]

    grouping = group_sources(alike)

    assert (len(grouping.groups), len(grouping.conflicts)) == (1, 10_000)
