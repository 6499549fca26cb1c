from dataclasses import replace

import numpy as np

from index.library_rows import StoredChunk
from index.models import Chunk, Document
from rag.overview import overview_drafts
from rag.pipeline import Pipeline
from tests.index.samples import parse_one

TEXT = "Aa. Bb. Cc."


def document() -> Document:
    return replace(parse_one(TEXT.encode(), path="a.txt"), document_id="d")


def chunk() -> StoredChunk:
    spans = ((0, 3), (4, 7), (8, 11))
    return StoredChunk(
        chunk=Chunk("d#0000", "d", "Text", 0, len(TEXT), TEXT, spans),
        embedded_hash="",
        sentence_hashes=("", "", ""),
    )


def test_most_central_sentences_come_in_reading_order() -> None:
    vectors = np.array([[1, 0], [0, 1], [0.8, 0.6]], dtype=np.float32)

    drafts = overview_drafts(document(), [(chunk(), vectors)], max_sentences=2)

    assert [draft.text for draft in drafts] == ["Aa.", "Cc."]
    assert [(draft.spans[0].start, draft.spans[0].end) for draft in drafts] == [(0, 3), (8, 11)]


def test_document_without_sentences_has_no_overview() -> None:
    assert overview_drafts(document(), [], max_sentences=3) == []


def test_what_a_document_says_is_told_in_its_own_words_alone(default_pipeline: Pipeline) -> None:
    answer = default_pipeline.answer(
        "What does “A perspective on therapies for amyotrophic lateral sclerosis” say?"
    )

    assert answer.status == "answered"
    assert [reference.identifiers.pmid for reference in answer.references] == ["34372914"]
    assert {sentence.kind for sentence in answer.sentences} == {"claim"}
