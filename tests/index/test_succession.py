from dataclasses import replace

import pytest

from index.identifiers import Identifiers
from index.library import Library
from index.library_rows import DocumentVersion
from index.models import Document, Mention, Related
from index.succession import find_successors
from tests.fakes import HashingEmbedder
from tests.index.samples import make_document, store

_BODY = "Riluzole helps. Edaravone may help. Tofersen is new. Others failed."


def _paper(body: str = _BODY, path: str = "paper.txt", **names: str) -> Document:
    return make_document(body, identifiers=Identifiers(**names), source_path=path)


def _nameless(name: str, body: str = _BODY, path: str = "paper.txt") -> Document:
    """A text without identifiers; its id says what it holds."""
    return replace(_paper(body, path), document_id=f"sha256:{name}")


def _successors(library: Library, before: list[Document], after: list[Document]) -> dict[str, str]:
    def stored(documents: list[Document]) -> list[DocumentVersion]:
        return store(library, HashingEmbedder(), documents) if documents else []

    return find_successors(library, stored(before), stored(after))


def test_where_nothing_has_gone_there_are_no_successors(library: Library) -> None:
    papers = [_paper(pmid="1"), _nameless("a")]

    assert _successors(library, papers, papers) == {}
    assert _successors(library, [], papers) == {}
    assert _successors(library, papers, [_paper("Other text.", pmid="1"), papers[1]]) == {}


def test_paper_that_was_taken_out_has_no_successor(library: Library) -> None:
    gone = [_paper(pmid="1"), _nameless("a", path="notes.txt")]

    assert _successors(library, gone, [_paper("Another text.", pmid="2")]) == {}
    assert _successors(library, gone, []) == {}


@pytest.mark.parametrize(
    "shared", [{"pmid": "1"}, {"pmcid": "PMC1"}, {"doi": "10.1000/x"}, {"nbk": "NBK1"}]
)
def test_paper_that_has_an_identifier_of_the_old_one_takes_its_place(
    library: Library, shared: dict[str, str]
) -> None:
    old = replace(_paper(**shared), document_id="sha256:old")
    new = replace(_paper("Quite another text.", "other.txt", **shared), document_id="sha256:new")

    assert _successors(library, [old], [new, _paper(pmid="99")]) == {"sha256:old": "sha256:new"}


def test_better_identifier_takes_the_place_and_gives_it_back(library: Library) -> None:
    old, new = _paper(doi="10.1000/x"), _paper(pmid="1", doi="10.1000/x")

    assert _successors(library, [old], [new]) == {"doi:10.1000/x": "pmid:1"}
    assert _successors(library, [new], [old]) == {"pmid:1": "doi:10.1000/x"}


def test_book_that_two_chapters_share_makes_none_of_them_the_other(library: Library) -> None:
    old = _paper("One chapter.", "one.txt", nbk="NBK1", isbn="9781000000000")
    new = _paper("Another chapter.", "two.txt", nbk="NBK2", isbn="9781000000000")
    old, new = (replace(one, document_id=f"sha256:{one.source_path}") for one in (old, new))

    assert _successors(library, [old], [new]) == {}


def test_identifier_of_a_paper_that_is_only_listed_takes_no_place(library: Library) -> None:
    listed = Related(
        identifiers=Identifiers(pmid="1"),
        title="A listed paper",
        authors=(),
        container=None,
        date=None,
        year=None,
        publication_types=(),
        mentions=(Mention("similar", 0, 5),),
    )
    page = replace(_paper("A page.", "page.txt", pmid="2"), related=(listed,))

    assert _successors(library, [_paper(pmid="1")], [page]) == {}


@pytest.mark.parametrize(
    ("body", "is_same"),
    [
        (_BODY.replace("failed", "fail"), True),
        ("Riluzole helps. Edaravone may help. But this is new. And this.", True),
        ("Riluzole helps. What is this? This is new. And this.", False),
        ("Stir the soup. Add salt.", False),
        (f"{_BODY} More was added. And more. And still more. And more yet.", True),
    ],
    ids=["three of four", "half", "one of four", "none", "all, and others"],
)
def test_text_of_the_same_file_takes_the_place_with_half_of_the_sentences(
    library: Library, body: str, is_same: bool
) -> None:
    successors = _successors(library, [_nameless("old")], [_nameless("new", body)])

    assert successors == ({"sha256:old": "sha256:new"} if is_same else {})


def test_same_text_in_another_file_takes_no_place(library: Library) -> None:
    new = _nameless("new", f"{_BODY} More.", "other.txt")

    assert _successors(library, [_nameless("old")], [new]) == {}


def test_text_that_gets_an_identifier_keeps_its_old_id(library: Library) -> None:
    assert _successors(library, [_nameless("old")], [_paper(pmid="1")]) == {"sha256:old": "pmid:1"}


def test_paper_with_identifiers_is_not_found_by_its_sentences(library: Library) -> None:
    assert _successors(library, [_paper(pmid="1")], [_paper(pmid="2")]) == {}


def test_two_texts_that_became_one_have_the_same_successor(library: Library) -> None:
    old = [_paper(pmid="1"), _paper("Another text.", "b.txt", doi="10.1000/x")]
    new = _paper(pmid="3", doi="10.1000/x", pmcid="PMC1")
    united = _paper(pmid="1", doi="10.1000/x")

    assert _successors(library, old, [united]) == {"doi:10.1000/x": "pmid:1"}
    assert _successors(library, old, [new]) == {"doi:10.1000/x": "pmid:3"}


def test_text_without_sentences_has_no_successor(library: Library) -> None:
    assert _successors(library, [_nameless("old", "")], [_nameless("new", "")]) == {}
