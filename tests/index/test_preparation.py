from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.embedding import Embedder
from index.embedding_models import load_embedder
from index.identifiers import Identifiers
from index.library_rows import DocumentVersion, PreparedDocument, string_hash
from index.models import Mention, Related
from index.preparation import prepare_document
from tests.fakes import HashingEmbedder
from tests.index.samples import make_document

_HASHING = HashingEmbedder()
_MINILM = load_embedder()
_TEXTS = st.one_of(
    st.text(max_size=400),
    st.text(alphabet=st.sampled_from("aAb1 .!?\n\t-,()é"), max_size=600),
    st.lists(st.sampled_from(["Word", "x" * 300, "a.b.c.d", ".....", "\n\n"])).map(" ".join),
)


def _related(title: str, **identifiers: str) -> Related:
    return Related(
        identifiers=Identifiers(**identifiers),
        title=title,
        authors=(),
        container=None,
        date=None,
        year=None,
        publication_types=(),
        mentions=(Mention("similar", 0, 1),),
    )


def _prepare(body: str, title: str | None, listed: str, embedder: Embedder) -> PreparedDocument:
    document = make_document(body, title=title)
    whole = replace(document, related=(_related(listed, pmid="7"),))
    return prepare_document(whole, embedder.tokens, version="v", paths=("a.txt",))


@settings(deadline=None)
@given(_TEXTS, st.one_of(st.none(), _TEXTS), _TEXTS)
def test_no_embedded_string_is_longer_than_the_model_reads(
    body: str, title: str | None, listed: str
) -> None:
    prepared = _prepare(body, title, listed, _HASHING)

    assert max(map(_HASHING.count_tokens, prepared.strings.values())) <= _HASHING.max_tokens


@pytest.mark.parametrize(
    "text", ["word " * 900, "z" * 9_000, "運動" * 700, "." * 2_000, "sod1-g93a-" * 300]
)
def test_no_string_is_longer_than_the_real_model_reads(text: str) -> None:
    for title in (text, None):
        prepared = _prepare(text, title, text, _MINILM)

        assert max(map(_MINILM.count_tokens, prepared.strings.values())) <= _MINILM.max_tokens


def test_every_hash_names_its_string() -> None:
    prepared = _prepare("One here. Two there.", "A title", "A listed paper", _HASHING)

    assert all(string_hash(text) == name for name, text in prepared.strings.items())
    (stored,) = prepared.chunks
    assert prepared.strings[stored.embedded_hash] == "A title – Section 0\nOne here. Two there."
    assert [prepared.strings[name] for name in stored.sentence_hashes] == [
        "One here.",
        "Two there.",
    ]
    assert prepared.strings[prepared.record_hash] == "A title"
    assert [prepared.strings[name] for name in prepared.listed_hashes] == ["A listed paper"]
    assert len(prepared.strings) == 5


def test_sentence_hashes_stand_beside_the_sentences() -> None:
    prepared = _prepare(" ".join(f"Sentence {n} is here." for n in range(40)), "T", "L", _HASHING)

    assert len(prepared.chunks) > 1
    for stored in prepared.chunks:
        assert len(stored.sentence_hashes) == len(stored.chunk.sentences)


def test_document_without_a_title_is_found_by_its_text() -> None:
    prepared = _prepare("Only text here.", None, "L", _HASHING)

    assert "Only text here." in prepared.strings[prepared.record_hash]


def test_listed_paper_without_a_title_is_found_by_its_identifier() -> None:
    prepared = _prepare("Text.", "T", "", _HASHING)

    assert prepared.strings[prepared.listed_hashes[0]] == "pmid:7"


def test_version_and_paths_are_those_that_are_given() -> None:
    prepared = _prepare("Some text.", "T", "L", _HASHING)

    assert (prepared.version, prepared.paths) == ("v", ("a.txt",))
    assert prepared.key == DocumentVersion("doi:10.1000/sample", "v")


@pytest.mark.parametrize("words", range(36, 44))
def test_record_is_shortened_only_where_the_model_would_not_read_it_whole(words: int) -> None:
    title = " ".join(f"w{number}" for number in range(words))

    prepared = _prepare("Text.", title, title, _HASHING)

    record = prepared.strings[prepared.record_hash]
    fits = _HASHING.count_tokens(title) <= _HASHING.max_tokens
    assert (record == title) is fits
    assert title.startswith(record)
    assert _HASHING.count_tokens(record) <= _HASHING.max_tokens
    assert prepared.listed_hashes == (prepared.record_hash,)
