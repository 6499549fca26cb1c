"""A made-up set of six documents and four questions, small enough to check by hand."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.benchmarks.models import GivenAnswer, GivenSentence, Passage

RILUZOLE = {
    "id": "101",
    "pmid": "101",
    "doi": "10.1000/one",
    "title": "Riluzole in ALS",
    "text": "Riluzole slows the decline of ALS. It is taken twice a day, with or without food. It has been"
    " sold for many years.",
}
EDARAVONE = {
    "id": "102",
    "pmid": "102",
    "doi": None,
    "title": "Edaravone in ALS",
    "text": "Edaravone is given by infusion. The agency approved edaravone in 2017 for people whose"
    " disease began less than two years before.",
}
TOFERSEN = {
    "id": "t",
    "pmid": None,
    "doi": None,
    "title": "Tofersen for SOD1",
    "text": "Tofersen lowers the SOD1 protein. It is given into the spine every month.",
}
SPEECH = {"id": "s", "pmid": None, "title": None, "text": "Speech therapy helps people to talk."}
SILENT = {"id": "silent", "pmid": "109", "title": None, "text": " "}
NOISE = {
    "id": "n1",
    "pmid": "101",
    "title": "Riluzole, again",
    "text": "A shorter record of the same paper.",
}
OTHER_NOISE = {"id": "n2", "pmid": "201", "title": "Bread", "text": "Bread is baked from flour."}

QUESTIONS: Sequence[dict[str, Any]] = (
    {
        "id": "q1",
        "question": "How often is riluzole taken?",
        "type": "factoid",
        "exact_answer": [["twice a day", "two times a day"]],
        "ideal_answer": ["Riluzole is taken twice a day."],
        "snippets": [{"pmid": "101", "text": "It is taken twice a day, with or without food."}],
    },
    {
        "id": "q2",
        "question": "How is edaravone given?",
        "type": "summary",
        "exact_answer": None,
        "ideal_answer": "By infusion.",
        "snippets": [{"pmid": "102", "text": "Edaravone is given by infusion."}],
    },
    {
        "id": "q3",
        "question": "Does tofersen lower the SOD1 protein?",
        "type": "yesno",
        "exact_answer": "yes",
        "ideal_answer": [],
        "snippets": [{"pmid": "gone", "text": "A paper that is not there."}],
    },
    {"id": "q4", "question": "Does speech therapy help?", "type": "yesno"},
)
QRELS = (("q1", "101", 2), ("q1", "gone", 1), ("q2", "102", 1), ("q3", "t", 1), ("q4", "s", 1))


def write_set(
    folder: Path,
    name: str,
    corpus: Sequence[Mapping[str, Any]],
    questions: Sequence[Mapping[str, Any]] = (),
    qrels: Sequence[tuple[str, str, int]] = (),
) -> Path:
    """Write the files of a set; without questions it has a corpus alone."""
    own = folder / name
    own.mkdir(parents=True, exist_ok=True)
    _write_lines(own / "corpus.jsonl", map(json.dumps, corpus))
    if questions:
        _write_lines(own / "queries.jsonl", map(json.dumps, questions))
        rows = ("\t".join(map(str, row)) for row in qrels)
        _write_lines(own / "qrels.tsv", ["query-id\tcorpus-id\tscore", *rows])
    return own


def write_tiny(folder: Path) -> Path:
    """The set `tiny`, and `noise` with another record of one of its papers."""
    write_set(folder, "tiny", [RILUZOLE, EDARAVONE, TOFERSEN, SPEECH, SILENT], QUESTIONS, QRELS)
    write_set(folder, "noise", [NOISE, OTHER_NOISE])
    return folder


class FixedSystem:
    """Returns the same passages for a question, whatever is indexed; answers with all of them."""

    def __init__(self, name: str, found: Mapping[str, Sequence[Passage]]) -> None:
        self.name = name
        self._found = found

    def rank(self, question: str, *, k: int) -> list[str]:
        return [one.document_id for one in self.passages(question, k=k)]

    def passages(self, question: str, *, k: int) -> list[Passage]:
        return list(self._found.get(question, ()))[:k]

    def answer(self, question: str) -> GivenAnswer:
        found = self.passages(question, k=10)
        return GivenAnswer(
            tuple(GivenSentence(one.text, (one,)) for one in found),
            found[0].score if found else 0.0,
            found[0].document_id if found else None,
        )


def _write_lines(path: Path, lines: Any) -> None:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
