import itertools

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.chunking import chunk_document, embedding_prefix
from index.embedding_models import load_embedder
from index.models import Chunk, Document
from tests.fakes import HashingEmbedder
from tests.index.samples import DEFAULT_DOCUMENTS, FOREWORD, PUBMED_PAGE, make_document, parse_one

_HASHING = HashingEmbedder()
_MINILM = load_embedder()
_TEXTS = st.one_of(
    st.text(max_size=400),
    st.text(alphabet=st.sampled_from("aAb1 .!?\n\t-,()é"), max_size=600),
    st.lists(st.sampled_from(["Word", "x" * 300, "One. ", "a.b.c.d", ".....", "\n\n", " "])).map(
        " ".join
    ),
)


def _chunks(document: Document) -> list[Chunk]:
    return chunk_document(
        document, count_tokens=_HASHING.count_tokens, max_tokens=_HASHING.max_tokens
    )


@settings(deadline=None)
@given(st.lists(_TEXTS, min_size=1, max_size=3), st.one_of(st.none(), _TEXTS))
def test_each_chunk_is_the_exact_slice_of_its_section(bodies: list[str], title: str | None) -> None:
    document = make_document(*bodies, title=title)

    for chunk in _chunks(document):
        section = document.section_at(chunk.start)
        assert chunk.text == document.text[chunk.start : chunk.end]
        assert section is not None
        assert section.name == chunk.section
        assert chunk.end <= section.end


@settings(deadline=None)
@given(st.lists(_TEXTS, min_size=1, max_size=3))
def test_sentences_of_all_chunks_cover_the_sections_once_and_in_order(bodies: list[str]) -> None:
    document = make_document(*bodies)
    sentences = [span for chunk in _chunks(document) for span in chunk.sentences]

    covered = [at for start, end in sentences for at in range(start, end)]
    wanted = [
        at
        for section in document.sections
        if section.kind == "body"
        for at in range(section.start, section.end)
        if not document.text[at].isspace()
    ]
    assert covered == sorted(set(covered))
    assert [at for at in covered if not document.text[at].isspace()] == wanted


@settings(deadline=None)
@given(st.lists(_TEXTS, min_size=1, max_size=3), st.one_of(st.none(), _TEXTS))
def test_string_embedded_for_a_chunk_is_never_longer_than_the_model_reads(
    bodies: list[str], title: str | None
) -> None:
    document = make_document(*bodies, title=title)

    for chunk in _chunks(document):
        prefix = embedding_prefix(
            document, chunk.section, _HASHING.count_tokens, _HASHING.max_tokens
        )
        assert _HASHING.count_tokens(prefix + chunk.text) <= _HASHING.max_tokens


@pytest.mark.parametrize(
    "body",
    [
        "a" * 5_000,
        "pneumonoultramicroscopicsilicovolcanoconiosis" * 60,
        "antisense-oligonucleotide-" * 300,
        "1234567890 " * 400,
        "." * 3_000,
        "運動ニューロン疾患" * 200,
        "é" * 2_000,
        "🧠" * 2_000,
        "One short. " * 400,
    ],
)
@pytest.mark.parametrize("title", [None, "Word " * 500, "x" * 5_000, "ALS"])
def test_real_tokenizer_never_counts_more_than_the_model_reads(
    body: str, title: str | None
) -> None:
    document = make_document(body, title=title)

    chunks = chunk_document(
        document, count_tokens=_MINILM.count_tokens, max_tokens=_MINILM.max_tokens
    )

    assert chunks
    for chunk in chunks:
        prefix = embedding_prefix(document, chunk.section, _MINILM.count_tokens, _MINILM.max_tokens)
        assert _MINILM.count_tokens(prefix + chunk.text) <= _MINILM.max_tokens


@settings(deadline=None)
@given(_TEXTS)
@example("." * 30 + " " * 200 + "." * 30)
@example(("." * 7 + " " * 9) * 40 + "x")
def test_sentences_of_chunks_are_never_blank_nor_padded(body: str) -> None:
    document = make_document(body)

    for chunk in _chunks(document):
        for start, end in chunk.sentences:
            sentence = document.text[start:end]
            assert sentence
            assert sentence == sentence.strip()


def test_whole_sentences_are_gathered_up_to_the_limit() -> None:
    sentences = [f"Sentence number {number} has seven words." for number in range(12)]
    document = make_document(" ".join(sentences))

    chunks = _chunks(document)

    texts = [document.text[start:end] for chunk in chunks for start, end in chunk.sentences]
    assert texts == sentences
    assert 1 < len(chunks) < len(sentences)
    limit = _HASHING.max_tokens
    prefix = embedding_prefix(document, "Section 0", _HASHING.count_tokens, limit)
    for chunk, following in itertools.pairwise(chunks):
        longer = document.text[chunk.start : following.sentences[0][1]]
        assert _HASHING.count_tokens(prefix + longer) > limit


def test_chunks_never_cross_sections_and_are_numbered_through_the_document() -> None:
    document = make_document("First here.", "Second here.", "Third here.")

    chunks = _chunks(document)

    assert [chunk.text for chunk in chunks] == ["First here.", "Second here.", "Third here."]
    assert [chunk.chunk_id for chunk in chunks] == [
        f"doi:10.1000/sample#{number:04d}" for number in range(3)
    ]
    assert {chunk.document_id for chunk in chunks} == {"doi:10.1000/sample"}


def test_sentence_too_long_for_one_chunk_is_cut_at_white_space() -> None:
    words = [f"word{number}" for number in range(150)]
    document = make_document(" ".join(words))

    chunks = _chunks(document)

    assert len(chunks) > 1
    assert [word for chunk in chunks for word in chunk.text.split()] == words


def test_document_without_body_has_no_chunks() -> None:
    assert _chunks(make_document()) == []


def test_prefix_is_title_and_section_on_a_line_of_their_own() -> None:
    document = make_document("Text.", title="Therapies  of\nALS")

    prefix = embedding_prefix(document, "Results", _HASHING.count_tokens, _HASHING.max_tokens)

    assert prefix == "Therapies of ALS – Results\n"


def test_prefix_of_a_long_title_takes_at_most_a_third_and_begins_like_the_title() -> None:
    document = make_document("Text.", title=" ".join(f"w{number}" for number in range(90)))

    prefix = embedding_prefix(document, "Results", _HASHING.count_tokens, _HASHING.max_tokens)

    assert prefix.startswith("w0 w1 w2 ")
    assert _HASHING.count_tokens(prefix) <= _HASHING.max_tokens // 3


def test_there_is_no_prefix_without_title_and_section() -> None:
    document = make_document("Text.", title=None)

    assert embedding_prefix(document, "", _HASHING.count_tokens, _HASHING.max_tokens) == ""


@pytest.mark.parametrize("name", [PUBMED_PAGE, FOREWORD])
def test_default_documents_are_cut_within_what_the_model_reads(name: str) -> None:
    document = parse_one((DEFAULT_DOCUMENTS / name).read_bytes(), path=name)

    chunks = chunk_document(
        document, count_tokens=_MINILM.count_tokens, max_tokens=_MINILM.max_tokens
    )

    assert len(chunks) >= 2
    for chunk in chunks:
        prefix = embedding_prefix(document, chunk.section, _MINILM.count_tokens, _MINILM.max_tokens)
        assert _MINILM.count_tokens(prefix + chunk.text) <= _MINILM.max_tokens


def test_listings_and_what_a_page_says_of_itself_are_in_no_chunk() -> None:
    data = (DEFAULT_DOCUMENTS / PUBMED_PAGE).read_bytes()
    document = parse_one(data, path=PUBMED_PAGE)

    chunks = _chunks(document)

    assert {chunk.section for chunk in chunks} == {"Abstract", "Conflict of interest statement"}
    for text in ("32062193", "Oskarsson", "Med Res Rev", "Keywords:", "The Author(s)"):
        assert text in document.text
        assert not any(text in chunk.text for chunk in chunks)
