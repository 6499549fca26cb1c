from pathlib import Path

import pytest

from eval.question_run import DEVELOPMENT_FILE, Case, is_right, load_cases, run_cases
from index.errors import SettingsError
from index.parsers import parse_file
from rag.pipeline import Pipeline
from tests.conftest import PROJECT

APPROVED = Case(
    "answerable", "Which drugs has the FDA approved for ALS?", "riluzole and edaravone are the only"
)


def test_every_labelled_quote_stands_in_a_document_and_no_question_comes_twice() -> None:
    texts = [
        parse_file(path.read_bytes(), path=path.name).text
        for path in (PROJECT / "documents").glob("*.txt")
    ]
    cases = load_cases(DEVELOPMENT_FILE)

    stale = [one.quote for one in cases if one.quote and not any(one.quote in t for t in texts)]
    questions = [one.question.lower() for one in cases]
    assert stale == []
    assert len(questions) == len(set(questions)) >= 300


def test_a_case_is_right_where_its_quote_is_cited_or_nothing_is_claimed(
    default_pipeline: Pipeline,
) -> None:
    answered = default_pipeline.answer(APPROVED.question)
    abstained = default_pipeline.answer("What is the recommended dose of riluzole?")

    assert is_right(APPROVED, answered)
    assert not is_right(APPROVED, abstained)
    assert is_right(Case("unanswerable", "", None), abstained)
    assert not is_right(Case("unanswerable", "", None), answered)
    assert not is_right(Case("answerable", "", "words that stand nowhere"), answered)


def test_cases_are_asked_in_order_with_progress(default_pipeline: Pipeline) -> None:
    cases = [APPROVED, Case("off_topic", "What is the capital of France?", None)]
    seen: list[tuple[int, int]] = []

    results = list(
        run_cases(default_pipeline, cases, on_progress=lambda *count: seen.append(count))
    )

    assert [(one.case, one.right) for one in results] == [(case, True) for case in cases]
    assert seen == [(1, 2), (2, 2)]


@pytest.mark.parametrize(
    "text", ["[]", "surprise: [a]", "answerable: [no quote]", "off_topic: [{question: a}]", "a: ["]
)
def test_file_of_another_form_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "questions.yaml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(SettingsError, match=r"questions\.yaml"):
        load_cases(path)
