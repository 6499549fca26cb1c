from dataclasses import replace

import pytest

from index.curated_sources import CuratedSources
from index.identifiers import Identifiers
from index.library_rows import DocumentVersion, SourceHead, SourceKey
from index.models import AddedField
from index.papers import Resolution, resolve_papers
from tests.fakes import HashingEmbedder

_FINGERPRINT = HashingEmbedder().fingerprint
_YEAR = AddedField("year", "1996", "me")


def _head(path: str, *, content: str = "", position: int = 0, **names: str) -> SourceHead:
    identifiers = Identifiers(**names)
    document_id = identifiers.document_id or f"sha256:{content or path}"
    return SourceHead(path, position, document_id, identifiers, content or f"record of {path}")


def _resolve(
    *heads: SourceHead, fingerprint: str = _FINGERPRINT, **fields: AddedField
) -> Resolution:
    curated = CuratedSources({name.replace("_", ":"): (one,) for name, one in fields.items()})
    return resolve_papers(list(heads), curated, fingerprint=fingerprint)


def _key(
    *heads: SourceHead, fingerprint: str = _FINGERPRINT, **fields: AddedField
) -> DocumentVersion:
    (paper,) = _resolve(*heads, fingerprint=fingerprint, **fields).papers
    return paper.key


def test_no_sources_are_no_papers() -> None:
    assert _resolve() == Resolution((), {})


def test_papers_are_sorted_by_id_and_name_their_files() -> None:
    resolution = _resolve(_head("b.txt", pmid="2"), _head("c.txt"), _head("a.txt", doi="10.1/x"))

    assert [(one.key.document_id, one.paths) for one in resolution.papers] == [
        ("doi:10.1/x", ("a.txt",)),
        ("pmid:2", ("b.txt",)),
        ("sha256:c.txt", ("c.txt",)),
    ]


def test_sources_of_one_paper_are_one_and_have_the_best_id() -> None:
    heads = [_head("a.txt", doi="10.1/x"), _head("b.txt", pmid="2", doi="10.1/x")]

    (paper,) = _resolve(*heads).papers

    assert paper.key.document_id == "pmid:2"
    assert paper.heads == tuple(heads)
    assert paper.paths == ("a.txt", "b.txt")


def test_identifiers_of_all_sources_together_decide_the_id() -> None:
    heads = [_head("a.txt", doi="10.1/x", nbk="NBK1"), _head("b.txt", pmcid="PMC1", nbk="NBK1")]

    assert _key(*heads).document_id == "pmcid:PMC1"


def test_two_records_of_one_file_name_it_once() -> None:
    heads = [_head("a.txt", pmid="1"), _head("a.txt", position=1, pmid="1")]

    assert _resolve(*heads).papers[0].paths == ("a.txt",)


def test_unchanged_paper_is_the_same_version_whatever_the_others_are() -> None:
    one = _head("b.txt", pmid="1")

    keys = {
        next(paper.key for paper in _resolve(*heads).papers if paper.key.document_id == "pmid:1")
        for heads in ([one], [one, _head("a.txt", pmid="2")], [_head("c.txt"), one])
    }

    assert len(keys) == 1


def test_order_of_the_sources_is_nothing() -> None:
    heads = [_head("a.txt", pmid="1"), _head("b.txt", pmid="1"), _head("c.txt", pmid="2")]

    assert _resolve(*heads) == _resolve(*heads[::-1])


def test_versions_of_different_papers_differ() -> None:
    heads = [_head(f"{number}.txt", pmid=str(number)) for number in range(1, 9)]

    assert len({one.key.version for one in _resolve(*heads).papers}) == 8


def test_changed_source_gives_another_version_under_the_same_id() -> None:
    head = _head("a.txt", pmid="1")

    before, after = _key(head), _key(replace(head, record_sha256="changed"))

    assert before.document_id == after.document_id == "pmid:1"
    assert before.version != after.version


def test_second_source_gives_another_version_and_without_it_the_first_is_back() -> None:
    one, two = _head("a.txt", pmid="1"), _head("b.txt", pmid="1")

    assert _key(one) != _key(one, two) != _key(two)
    assert _key(one) == _key(replace(one))


def test_another_embedding_gives_another_version() -> None:
    head = _head("a.txt", pmid="1")

    other = _key(head, fingerprint=HashingEmbedder("another-model").fingerprint)

    assert other.document_id == _key(head).document_id
    assert other.version != _key(head).version


@pytest.mark.parametrize("name", ["pmid:1", "doi:10.1/x"])
def test_field_of_a_curator_gives_another_version_under_any_id_of_the_paper(name: str) -> None:
    head = _head("a.txt", pmid="1", doi="10.1/x")
    curated = CuratedSources({name: (_YEAR,)})

    (paper,) = resolve_papers([head], curated, fingerprint=_FINGERPRINT).papers

    assert paper.added == (_YEAR,)
    assert paper.key.document_id == "pmid:1"
    assert paper.key.version != _key(head).version


@pytest.mark.parametrize(
    "changed",
    [
        replace(_YEAR, value="1997"),
        replace(_YEAR, source="somebody else"),
        replace(_YEAR, name="title"),
    ],
)
def test_other_field_of_a_curator_gives_another_version(changed: AddedField) -> None:
    head = _head("a.txt", pmid="1")

    assert _key(head, pmid_1=_YEAR) != _key(head, pmid_1=changed)


def test_field_for_another_paper_changes_nothing() -> None:
    head = _head("a.txt", pmid="1")

    assert _key(head, pmid_2=_YEAR) == _key(head)
    assert _resolve(head, pmid_2=_YEAR).papers[0].added == ()


def test_sources_that_contradict_each_other_are_told_by_file() -> None:
    heads = [
        _head("a.txt", pmid="1", doi="10.1/x"),
        _head("b.txt", pmid="2", doi="10.1/x"),
        _head("c.txt", pmid="3"),
    ]

    resolution = _resolve(*heads)

    assert [one.key.document_id for one in resolution.papers] == ["pmid:1", "pmid:3"]
    assert list(resolution.conflicts) == [SourceKey("b.txt", 0)]
    assert "a.txt" in resolution.conflicts[SourceKey("b.txt", 0)]


def test_copies_of_a_text_without_identifiers_are_one_paper_with_a_stable_id() -> None:
    one, two = (_head(path, content="same") for path in ("a.txt", "b.txt"))

    (paper,) = _resolve(one, two).papers

    assert paper.key.document_id == "sha256:same" == _key(two).document_id
    assert paper.paths == ("a.txt", "b.txt")
