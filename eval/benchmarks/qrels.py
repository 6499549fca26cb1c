"""Reads a `qrels.tsv`: query-id, corpus-id and grade a line, in; grades by question out."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from index.errors import SettingsError

_HEADER = "query-id"


@dataclass(frozen=True, slots=True)
class Qrels:
    """Judgements of a set."""

    grades: Mapping[str, Mapping[str, int]]
    """By question and corpus id, of documents that are in the corpus."""
    lost: Mapping[str, int]
    """How many relevant ids of a question have no document."""
    judged: frozenset[str]
    """Questions with any judgement."""


def read_qrels(path: Path, corpus_ids: Collection[str]) -> Qrels:
    """Read the file; a line that is said twice counts once, with its higher grade.

    Raises:
        SettingsError: the file is missing, or a line has another form; both are named.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{path} cannot be read ({error}).",
            "Name a set that has questions: corpus.jsonl, queries.jsonl and qrels.tsv.",
        ) from error
    grades: dict[str, dict[str, int]] = defaultdict(dict)
    lost: dict[str, set[str]] = defaultdict(set)
    judged: set[str] = set()
    for number, line in enumerate(lines, start=1):
        if not line.strip() or (number == 1 and line.startswith(_HEADER)):
            continue
        question_id, corpus_id, grade = _cells(path, number, line)
        judged.add(question_id)
        if corpus_id in corpus_ids:
            known = grades[question_id].get(corpus_id, grade)
            grades[question_id][corpus_id] = max(grade, known)
        elif grade > 0:
            lost[question_id].add(corpus_id)
    return Qrels(grades, {name: len(ids) for name, ids in lost.items()}, frozenset(judged))


def _cells(path: Path, number: int, line: str) -> tuple[str, str, int]:
    cells = [cell.strip() for cell in line.split("\t")]
    try:
        question_id, corpus_id, grade = cells
        return question_id, corpus_id, int(grade)
    except ValueError as error:
        raise SettingsError(
            f"{path}, line {number}: {line!r} is not a query-id, a corpus-id and a whole number,"
            " parted by tabs.",
            "Fetch the set again, or mend the line.",
        ) from error
