import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from index.identifiers import Identifiers
from rag.answer_json import answer_to_dict
from rag.biogen import write_biogen
from rag.models import Answer
from rag.reference_records import ReferenceRecord
from rag.reference_sources import answer_records
from tests.rag.reference_samples import ARTICLE


def _run(
    sentences: list[dict[str, Any]],
    pmids: dict[int, str | None],
    records: Sequence[ReferenceRecord] = (),
) -> dict[str, Any]:
    answer = {
        "answer_id": "ans_1",
        "sentences": sentences,
        "references": [{"n": n, "pmid": pmid} for n, pmid in pmids.items()],
        "receipt": {"composer": "extractive"},
    }
    line = write_biogen(answer, records)
    assert line.count("\n") == 1
    run: dict[str, Any] = json.loads(line)
    return run


def _sentence(text: str, *numbers: int) -> dict[str, Any]:
    return {"text": text, "citations": [{"n": n} for n in numbers]}


def test_sentences_bear_their_first_three_pmids_each_once() -> None:
    run = _run(
        [_sentence("One.", 1, 2, 1, 3, 4), _sentence("Two.", 4)],
        {1: "11", 2: "12", 3: "13", 4: "14"},
    )

    assert run == {
        "metadata": {"team_id": "alsqa", "run_id": "alsqa-extractive", "topic_id": "ans_1"},
        "responses": [
            {"text": "One.", "citations": ["11", "12", "13"]},
            {"text": "Two.", "citations": ["14"]},
        ],
    }


def test_paper_without_a_pmid_is_not_cited() -> None:
    run = _run([_sentence("One.", 1, 2), _sentence("Two.", 2)], {1: "11", 2: None})

    assert [one["citations"] for one in run["responses"]] == [["11"], []]


def test_pmid_that_became_known_since_is_cited() -> None:
    known = replace(ARTICLE, n=2, identifiers=Identifiers(pmid="12"))

    run = _run([_sentence("One.", 1, 2)], {1: "11", 2: None}, [known])

    assert run["responses"][0]["citations"] == ["11", "12"]


def test_answer_ends_before_the_sentence_that_passes_250_words() -> None:
    hundred = " ".join(["word"] * 100)
    fifty = " ".join(["word"] * 50)

    run = _run([_sentence(one, 1) for one in (hundred, hundred, fifty, "more")], {1: "11"})

    assert [len(one["text"].split()) for one in run["responses"]] == [100, 100, 50]


def test_default_answer_has_the_words_that_were_shown(fda_answer: Answer) -> None:
    content = answer_to_dict(fda_answer)

    run = json.loads(write_biogen(content, answer_records(content, None)))

    assert [one["text"] for one in run["responses"]] == [one.text for one in fda_answer.sentences]
    assert run["responses"][0]["citations"] == ["34372914"]
