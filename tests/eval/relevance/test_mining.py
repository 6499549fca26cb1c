"""Judged passages of a public set."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from eval.benchmarks.library import BenchLibrary, make_library
from eval.benchmarks.models import PublicSet
from eval.benchmarks.public_sets import load_set
from eval.relevance.asks import Ask, questions, statements, titles
from eval.relevance.mining import mine
from eval.settings import EvalSettings
from index.settings import read_settings
from rag.training.judgements import JudgedQuestion
from tests.eval.benchmarks.tiny import write_set
from tests.fakes import HashingEmbedder


def _mined(asks: Sequence[Ask], library: BenchLibrary) -> list[JudgedQuestion]:
    return list(mine(asks, library, HashingEmbedder(), source="made"))


def _made(
    folder: Path, corpus: Sequence[Any], asked: Any, *qrels: Any
) -> tuple[PublicSet, BenchLibrary]:
    write_set(folder / "sets", "made", corpus, [asked], qrels)
    settings = read_settings(EvalSettings, data_dir=folder / "data", bench_data=folder / "sets")
    data = load_set(settings.bench_data, "made")
    return data, make_library(data.records, settings, HashingEmbedder())


def test_quoted_sentences_are_right_and_other_documents_are_not_relevant(
    tiny: PublicSet, library: BenchLibrary
) -> None:
    first, *_ = _mined(list(questions(tiny)), library)
    (relevant,) = first.relevant
    assert relevant.passage.title == "Riluzole in ALS"
    said = dict(
        zip(
            (relevant.passage.text[a:b] for a, b in relevant.passage.sentences),
            relevant.sentences,
            strict=True,
        )
    )
    assert said["It is taken twice a day, with or without food."] is True
    assert said["Riluzole slows the decline of ALS."] is False
    others = [one for one in first.passages if not one.relevant]
    assert others
    assert all(one.answers is False and not any(one.sentences) for one in others)
    assert relevant.similarity is not None
    assert first.source == "made"


def test_where_no_quote_stands_in_the_text_nobody_said_which_sentence_it_is(
    tiny: PublicSet, library: BenchLibrary
) -> None:
    found = {one.question_id: one for one in _mined(list(questions(tiny)), library)}
    (relevant,) = found["tiny:q3"].relevant
    assert set(relevant.sentences) == {None}
    assert relevant.answers is True


def test_a_statement_is_borne_out_by_a_passage_that_shares_its_words(
    tiny: PublicSet, library: BenchLibrary
) -> None:
    (found,) = _mined(list(statements(tiny)), library)
    (relevant,) = found.relevant
    assert "twice a day" in relevant.passage.text


def test_an_answer_is_right_in_the_sentence_nearest_to_the_question(tmp_path: Path) -> None:
    text = "In 1995 it rained. Riluzole was approved in 1995. It is taken twice a day."
    corpus = [{"id": "1", "title": "", "text": text}]
    asked = {
        "id": "q",
        "question": "When was riluzole approved?",
        "type": "extractive",
        "exact_answer": ["1995"],
    }
    data, library = _made(tmp_path, corpus, asked, ("q", "1", 1))
    (found,) = _mined(list(questions(data)), library)
    (relevant,) = found.relevant
    assert relevant.sentences == (None, True, False)


@pytest.mark.parametrize("kind", ["unanswerable", "extractive"])
def test_the_paragraph_asked_about_is_read_even_if_it_does_not_answer(
    tmp_path: Path, kind: str
) -> None:
    corpus = [{"id": "1", "title": "", "text": "Riluzole was approved in 1995."}]
    asked = {"id": "q", "question": "Who?", "type": kind, "exact_answer": ["Nobody that is named"]}
    data, library = _made(tmp_path, corpus, asked, ("q", "1", int(kind == "extractive")))
    (found,) = _mined(list(questions(data)), library)
    assert [(one.relevant, one.answers) for one in found.passages] == [(False, False)]


def test_no_title_is_read_where_a_title_is_asked(tmp_path: Path) -> None:
    title = "Riluzole slows the decline of people with ALS"
    corpus = [
        {"id": "1", "title": title, "text": "The decline of people with riluzole was slower."},
        {"id": "2", "title": "Another paper", "text": "Edaravone was given."},
    ]
    asked = {"id": "q", "question": "Who?", "type": "factoid"}
    data, library = _made(tmp_path, corpus, asked, ("q", "2", 1))
    (found,) = _mined(list(titles(data)), library)
    (relevant,) = found.relevant
    assert "The decline of people" in relevant.passage.text
    assert len(found.passages) > 1
    assert all(one.passage.title == "" for one in found.passages)
