"""Reads a public set, `FOLDER/NAME/{corpus,queries}.jsonl` and `qrels.tsv`: files in, a set out."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.benchmarks.gold import Gold, read_gold
from eval.benchmarks.models import BenchQuestion, CorpusRecord, GoldSnippet, PublicSet
from eval.benchmarks.qrels import Qrels, read_qrels
from eval.corpus_folder import corpus_lines, json_lines, plain_text
from index.errors import SettingsError
from index.settings import PROJECT_ROOT

_SHARED = PROJECT_ROOT.parent / "shared" / "data"
"""Its README says that it holds the development part of every set."""
_NAME = re.compile(r"\w[\w.-]*")
_REMEDY = "Fetch the set again, or name another folder with --data."


def load_set(folder: Path, name: str, *, distractors: str | None = None) -> PublicSet:
    """Read a set whole.

    Args:
        folder: holds a folder for each set.
        name: of the set.
        distractors: another set whose documents are searched too; it needs no questions.

    Raises:
        SettingsError: a file is missing or a line of it has another form; both are named.
    """
    for one in (name, distractors):
        if one is not None:
            _require_set(folder, one)
    if distractors == name:
        raise SettingsError(f"{name} cannot be its own distractors.", "Name another set.")
    records = _Records(_read_records(folder, name))
    qrels = read_qrels(folder / name / "qrels.tsv", records.ids)
    path = folder / name / "queries.jsonl"
    lines = list(json_lines(path))
    questions = [
        _question(f"{path}, line {number}", line, qrels, records) for number, line in lines
    ]
    _refuse_repeated(path, questions)
    others = _read_records(folder, distractors) if distractors else ()
    return PublicSet(
        name=name,
        distractors=distractors,
        split=_split(folder, [line for _, line in lines]),
        records=(*records.every, *others),
        questions=tuple(questions),
        notes=tuple(_notes(records, questions, qrels)),
    )


def _require_set(folder: Path, name: str) -> None:
    if _NAME.fullmatch(name) and (folder / name / "corpus.jsonl").is_file():
        return
    there = sorted(path.parent.name for path in folder.glob("*/corpus.jsonl"))
    holds = f"It holds: {', '.join(there)}." if there else "It holds no set."
    raise SettingsError(
        f"There is no set {name!r} in {folder}.",
        f"{holds} Name another folder with --data or ALSQA_BENCH_DATA.",
    )


class _Records:
    """A set's own records, by id and by PMID; some sets give several documents one id."""

    def __init__(self, records: Iterator[CorpusRecord]) -> None:
        self.every = tuple(records)
        self._by_id: dict[str, list[CorpusRecord]] = defaultdict(list)
        self._by_pmid: dict[str, list[CorpusRecord]] = defaultdict(list)
        for one in self.every:
            self._by_id[one.corpus_id].append(one)
            if one.pmid:
                self._by_pmid[one.pmid].append(one)

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(self._by_id)

    def meant(self, name: str, answers: Sequence[str] = ()) -> list[CorpusRecord]:
        """The records with that id or PMID; of several, those whose text is one of the answers."""
        found = self._by_id.get(name) or self._by_pmid.get(name) or []
        return [one for one in found if one.text in answers] or found


def _read_records(folder: Path, name: str) -> Iterator[CorpusRecord]:
    """The documents that say anything; a qrels line for another one finds no document."""
    for file_name, line in corpus_lines(folder, [name]):
        number = int(file_name.removesuffix(".txt").rpartition("-")[2])
        place = f"{folder / name / 'corpus.jsonl'}, line {number}"
        fields = {
            field: _text(place, line, field)
            for field in ("id", "title", "text", "pmid", "pmcid", "doi")
        }
        if not fields["id"]:
            raise SettingsError(f"{place}: the document has no id.", _REMEDY)
        if content := plain_text(line):
            yield CorpusRecord(
                name=file_name,
                corpus_id=fields["id"],
                pmid=fields["pmid"] or None,
                title=" ".join(fields["title"].split()),
                text=fields["text"].strip(),
                plain_text=content,
            )


def _text(place: str, line: Mapping[str, Any], field: str) -> str:
    value = line.get(field)
    if value is not None and not isinstance(value, str):
        raise SettingsError(f"{place}: {field} is {value!r}, not a text.", _REMEDY)
    return value or ""


def _question(
    place: str, line: Mapping[str, Any], qrels: Qrels, records: _Records
) -> BenchQuestion:
    question_id, text = _text(place, line, "id"), _text(place, line, "question")
    if not question_id or not text.strip():
        raise SettingsError(f"{place}: a question needs an id and its text.", _REMEDY)
    kind = _text(place, line, "type")
    gold = read_gold(place, line)
    grades = {
        record.name: grade
        for corpus_id, grade in qrels.grades.get(question_id, {}).items()
        for record in records.meant(corpus_id, gold.ideal_answers)
    }
    relevant = {name: grade for name, grade in grades.items() if grade > 0}
    return BenchQuestion(
        question_id=question_id,
        text=text.strip(),
        kind=kind,
        relevant=relevant,
        lost=qrels.lost.get(question_id, 0),
        snippets=tuple(_snippets(gold, relevant, records)),
        ideal_answers=gold.ideal_answers,
        exact_answers=gold.exact_answers,
        yes_no=gold.yes_no,
        effect=gold.effect,
        outcome=_text(place, line, "outcome") or None,
        intervention=_text(place, line, "intervention") or None,
        comparator=_text(place, line, "comparator") or None,
        answerable=kind != "unanswerable",
        judged=frozenset(grades),
    )


def _snippets(gold: Gold, relevant: Mapping[str, int], records: _Records) -> Iterator[GoldSnippet]:
    for quote in gold.quotes:
        holders = (
            tuple(relevant)
            if quote.paper is None
            else tuple(one.name for one in records.meant(quote.paper, gold.ideal_answers))
        )
        yield GoldSnippet(holders, quote.text, quote.relation)


def _refuse_repeated(path: Path, questions: Sequence[BenchQuestion]) -> None:
    seen: set[str] = set()
    for one in questions:
        if one.question_id in seen:
            raise SettingsError(f"{path}: two questions have the id {one.question_id}.", _REMEDY)
        seen.add(one.question_id)


def _split(folder: Path, lines: Sequence[Mapping[str, Any]]) -> str:
    """What the questions say of themselves, else what the folder is known to hold."""
    named = sorted({str(line["split"]) for line in lines if line.get("split")})
    if named:
        return ", ".join(named)
    return "development" if folder.resolve() == _SHARED.resolve() else "not stated"


def _notes(records: _Records, questions: Sequence[BenchQuestion], qrels: Qrels) -> Iterator[str]:
    lost = sum(one.lost for one in questions)
    if lost:
        yield f"{lost:,} gold ids have no document in the corpus; no recall counts them."
    unjudged = sum(one.question_id not in qrels.judged for one in questions)
    if unjudged:
        yield f"{unjudged:,} questions without a judgement are not asked."
    repeated = len(records.every) - len(records.ids)
    if repeated:
        yield (
            f"{repeated:,} documents share an id with another; gold is the one whose text is the"
            " ideal answer, else all of that id."
        )
