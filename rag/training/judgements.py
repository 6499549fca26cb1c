"""What the relevance model learns from: questions with judged passages, and their file form."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from index.errors import SettingsError
from index.sentences import sentence_spans
from rag.relevance_input import Passage

_FORM = 'A line is {"question": "…", "passages": [{"text": "…", "relevant": true}, …]}; see docs/relevance.md.'


class Fold(StrEnum):
    """What a question is used for."""

    TRAINING = "training"
    VALIDATION = "validation"
    """To fit the formulas that use the model."""
    HELD_BACK = "held-back"
    """To measure, and for nothing else."""


@dataclass(frozen=True, slots=True)
class JudgedPassage:
    """A passage with what is known of it for one question."""

    passage: Passage
    relevant: bool
    answers: bool | None
    """Whether it answers the question; None where nobody said."""
    sentences: tuple[bool | None, ...]
    """For each sentence whether it is what answers; None where nobody said."""
    similarity: float | None = None
    """What the dense leg gave it, where retrieval found it."""
    lexical: float | None = None
    """What the lexical leg gave it, where retrieval found it."""


@dataclass(frozen=True, slots=True)
class JudgedQuestion:
    """A question, or a statement to be borne out, with its passages; those found come best first."""

    question_id: str
    text: str
    source: str
    """The set or the file that it is from."""
    group: str
    """Questions that share documents are of one group, so that no fold knows those of another."""
    passages: tuple[JudgedPassage, ...]
    fold: Fold = Fold.TRAINING
    """Judgements of a file are all for training: the public sets fit and measure."""

    @property
    def relevant(self) -> tuple[JudgedPassage, ...]:
        return tuple(one for one in self.passages if one.relevant)


def digest_of(questions: Sequence[JudgedQuestion]) -> str:
    """Changes with anything that could be learned from them."""
    digest = hashlib.sha256()
    for question in questions:
        digest.update(repr((question.text, question.group)).encode())
        for one in question.passages:
            digest.update(repr((one.passage, one.relevant, one.answers, one.sentences)).encode())
    return digest.hexdigest()[:12]


def fold_of(group: str) -> Fold:
    """The same on every machine: a tenth is for validation, a fifth is held back."""
    tenth = int(hashlib.sha256(group.encode()).hexdigest(), 16) % 10
    return Fold.HELD_BACK if tenth < 2 else Fold.VALIDATION if tenth == 2 else Fold.TRAINING


def read_judgements(path: Path) -> list[JudgedQuestion]:
    """Read a file of judgements, a question a line as JSON.

    Raises:
        SettingsError: the file cannot be read, or a line has another form; both are named.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read ({error}).", _FORM) from error
    questions = [
        _question(_Line(path, number), line)
        for number, line in enumerate(lines, start=1)
        if line.strip()
    ]
    if not any(one.relevant for one in questions):
        raise SettingsError(f"{path} has no question with a relevant passage.", _FORM)
    return questions


@dataclass(frozen=True, slots=True)
class _Line:
    path: Path
    number: int

    def fault(self, what: str) -> SettingsError:
        return SettingsError(f"{self.path}, line {self.number}: {what}.", _FORM)

    def field(self, data: Mapping[str, Any], name: str, kind: type) -> Any:
        value = data.get(name)
        if not isinstance(value, kind) or value in ("", []):
            said = "is missing" if value is None else f"is {value!r}"
            raise self.fault(f"{name} {said}")
        return value


def _question(line: _Line, text: str) -> JudgedQuestion:
    try:
        data = json.loads(text)
    except ValueError as error:
        raise line.fault(f"this is no JSON ({error})") from error
    if not isinstance(data, dict):
        raise line.fault("this is no JSON object")
    question = line.field(data, "question", str)
    passages = line.field(data, "passages", list)
    name = f"{line.path.name}:{line.number}"
    return JudgedQuestion(
        question_id=name,
        text=question,
        source=line.path.name,
        group=str(data.get("group", name)),
        passages=tuple(_passage(line, one) for one in passages),
    )


def _passage(line: _Line, data: object) -> JudgedPassage:
    if not isinstance(data, dict):
        raise line.fault(f"{data!r} is no passage")
    text = line.field(data, "text", str)
    relevant = line.field(data, "relevant", bool)
    answers = line.field(data, "answers", bool) if "answers" in data else relevant
    title = line.field(data, "title", str) if data.get("title") else ""
    spans = tuple(sentence_spans(text))
    quotes = line.field(data, "evidence", list) if data.get("evidence") else []
    return JudgedPassage(
        Passage(text, title, spans),
        relevant=relevant,
        answers=answers,
        sentences=tuple(_sentences(line, text, spans, quotes, relevant=relevant)),
    )


def _sentences(
    line: _Line,
    text: str,
    spans: Sequence[tuple[int, int]],
    quotes: Sequence[object],
    *,
    relevant: bool,
) -> Iterator[bool | None]:
    """Those that a quote overlaps are what answers; without quotes nobody said, if it is relevant."""
    places: list[tuple[int, int]] = []
    for quote in quotes:
        start = text.find(quote) if isinstance(quote, str) and quote else -1
        if start < 0:
            raise line.fault(f"the evidence {quote!r} does not stand in the text")
        places.append((start, start + len(str(quote))))
    for start, end in spans:
        if places:
            yield any(start < stop and begin < end for begin, stop in places)
        else:
            yield None if relevant else False
