"""How often a library is answered from, and abstained from, rightly: questions in, verdicts out.

An answerable question is right where a cited quote overlaps the labelled one; the others are right
where nothing is claimed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from index.errors import SettingsError
from rag.models import Answer
from rag.pipeline import Pipeline

DEVELOPMENT_FILE = Path(__file__).with_name("questions") / "development.yaml"
_KINDS = ("answerable", "unanswerable", "off_topic")


@dataclass(frozen=True, slots=True)
class Case:
    """One question; `quote` is the text that answers it, None where nothing does."""

    kind: str
    question: str
    quote: str | None


@dataclass(frozen=True, slots=True)
class CaseResult:
    """Whether the answer to a case was right, and what it was."""

    case: Case
    right: bool
    status: str


def load_cases(path: Path = DEVELOPMENT_FILE) -> list[Case]:
    """The cases in a file of the documented form.

    Raises:
        SettingsError: the file cannot be read, or an entry has another form; it is named.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsError(
            f"{path} cannot be read: {error}.", "Name a file of questions."
        ) from error
    if not isinstance(content, dict) or not set(content) <= set(_KINDS):
        raise SettingsError(f"{path} must map {', '.join(_KINDS)} to questions.", "Mend it.")
    return [_case(path, kind, entry) for kind, entries in content.items() for entry in entries]


def run_cases(
    pipeline: Pipeline,
    cases: list[Case],
    *,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Iterator[CaseResult]:
    """Ask every case, in order."""
    for number, case in enumerate(cases):
        answer = pipeline.answer(case.question)
        yield CaseResult(case, is_right(case, answer), answer.status)
        on_progress(number + 1, len(cases))


def is_right(case: Case, answer: Answer) -> bool:
    """See the module's words."""
    claims = [one for one in answer.sentences if one.kind == "claim"]
    if case.quote is None:
        return not claims and answer.status != "answered"
    quotes = [span.quote for span in answer.spans()]
    return any(case.quote in quote or quote in case.quote for quote in quotes)


def _case(path: Path, kind: str, entry: Any) -> Case:
    if kind != "answerable" and isinstance(entry, str):
        return Case(kind, entry, None)
    if kind == "answerable" and isinstance(entry, dict) and {"question", "quote"} <= set(entry):
        return Case(kind, str(entry["question"]), str(entry["quote"]))
    raise SettingsError(f"{path}, {kind}: {entry!r} is no case.", "Write it as the others are.")
