from pathlib import Path
from typing import Any

import pytest

from eval.benchmarks.chunk_sizes import Cut, measure_chunk_sizes
from eval.benchmarks.peer_vectors import PeerVectors
from eval.benchmarks.public_sets import load_set
from eval.measures.score import NotScored
from tests.eval.benchmarks.tiny import write_set
from tests.fakes import HashingEmbedder

DOSE = "The tablet of fifty milligrams is taken twice a day"
LONG = " ".join(
    [
        "Riluzole was the first drug for this disease and is sold in many countries of the world.",
        f"{DOSE}, an hour before a meal or two hours after it.",
        "Its price has fallen since the patent ran out, and several firms make it now.",
    ]
)
QUESTIONS: list[dict[str, Any]] = [
    {
        "id": "q1",
        "question": "How often is the tablet taken?",
        "type": "extractive",
        "exact_answer": [DOSE],
    },
    {"id": "q2", "question": "Is bread baked?", "type": "yesno", "exact_answer": "yes"},
]


@pytest.fixture
def sets(tmp_path: Path) -> Path:
    corpus = [
        {"id": "a", "title": "Riluzole", "text": LONG},
        {"id": "b", "title": "Bread", "text": "Bread is baked from flour and water."},
    ]
    write_set(tmp_path / "sets", "cut", corpus, QUESTIONS, [("q1", "a", 1), ("q2", "b", 1)])
    return tmp_path / "sets"


def _cuts(sets: Path, sizes: list[int], overlaps: list[int]) -> list[Cut]:
    embedder = HashingEmbedder()
    vectors = PeerVectors(sets / "v.db", embedder)
    data = load_set(sets, "cut")
    return measure_chunk_sizes(data, vectors, embedder.tokens, sizes=sizes, overlaps=overlaps)


def test_smaller_chunks_are_more_and_have_fewer_words(sets: Path) -> None:
    small, large = _cuts(sets, [32, 256], [0])

    assert (small.chunks, large.chunks) == (4, 2)
    assert small.mean_words < large.mean_words == len(LONG.split() + ["word"] * 7) / 2


def test_overlap_says_the_last_sentence_again(sets: Path) -> None:
    apart, overlapping = _cuts(sets, [32], [0, 1])

    assert overlapping.chunks == apart.chunks
    assert overlapping.mean_words > apart.mean_words


def test_span_is_found_where_most_of_it_stands_in_a_chunk_of_a_gold_document(sets: Path) -> None:
    (cut,) = _cuts(sets, [256], [0])

    spans = cut.figures["span recall@10"]
    assert (spans.value, spans.n) == (1.0, 1)
    assert cut.figures["nDCG@10"].n == 2


def test_answer_that_stands_nowhere_is_not_scored(tmp_path: Path) -> None:
    corpus = [{"id": "a", "title": "Riluzole", "text": LONG}]
    question = QUESTIONS[0] | {"exact_answer": ["three times a day"]}
    write_set(tmp_path / "sets", "cut", corpus, [question], [("q1", "a", 1)])

    (cut,) = _cuts(tmp_path / "sets", [256], [0])

    assert isinstance(cut.figures["span recall@10"].value, NotScored)


def test_first_way_of_cutting_is_what_the_others_are_tested_against(sets: Path) -> None:
    first, second = _cuts(sets, [32, 256], [0])

    assert first.figures["nDCG@10"].p_value is None
    assert second.figures["nDCG@10"].p_value is not None
    assert second.to_dict()["p"]["nDCG@10"] == second.figures["nDCG@10"].p_value
