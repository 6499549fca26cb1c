"""Where words stand in a document, whatever its white space: texts in, spans without blanks out.

Offsets count the characters of title and text that are no white space, so that a passage is found
however a system has laid it out. A passage that stands several times is taken where it stands first.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from eval.benchmarks.models import BenchDocument, Passage
from eval.measures.citations import SpanRange

_MARK = "–"
"""Set before paragraphs that a parser could take for a heading; see `eval.corpus_folder`."""
_MOSTLY = 0.5


class Places:
    """Finds stretches in the documents of a corpus."""

    def __init__(self, documents: Iterable[BenchDocument]) -> None:
        self._compact = {one.document_id: _without_blanks(one.whole) for one in documents}

    def find(self, document_id: str, text: str) -> SpanRange | None:
        """The span of the text in the document, None where it does not stand there."""
        whole, wanted = self._compact.get(document_id, ""), _without_blanks(text)
        for words in (wanted, wanted.lstrip(_MARK)):
            start = whole.find(words) if words else -1
            if start >= 0:
                return SpanRange(document_id, start, start + len(words))
        return None

    def spans(self, passages: Sequence[Passage]) -> list[SpanRange]:
        """Spans of the passages; one that stands nowhere keeps its length, and meets nothing."""
        return [
            self.find(one.document_id, one.text)
            or SpanRange(f"{one.document_id} elsewhere {n}", 0, len(_without_blanks(one.text)))
            for n, one in enumerate(passages)
        ]


def cut_spans(spans: Iterable[SpanRange], *, characters: int) -> list[SpanRange]:
    """The first spans, as many characters of them as are allowed; the last one is cut."""
    kept: list[SpanRange] = []
    for one in spans:
        end = min(one.end, one.start + characters)
        if end <= one.start:
            break
        kept.append(SpanRange(one.document_id, one.start, end))
        characters -= end - one.start
    return kept


def cut_passages(passages: Iterable[Passage], *, characters: int) -> list[Passage]:
    """The first passages, as many characters of them as are allowed; the last one is cut."""
    kept: list[Passage] = []
    for one in passages:
        if characters <= 0:
            break
        kept.append(Passage(one.document_id, one.text[:characters], one.score))
        characters -= len(one.text)
    return kept


def meets(one: SpanRange, other: SpanRange) -> bool:
    """True where the two have at least half of the shorter one in common."""
    if one.document_id != other.document_id:
        return False
    common = min(one.end, other.end) - max(one.start, other.start)
    return common >= _MOSTLY * min(one.end - one.start, other.end - other.start)


def contains(text: str, answers: Iterable[str]) -> bool:
    """True where one of the answers stands in the text as whole words; blanks count alike."""
    return any(_words(one).search(text) for one in answers)


@lru_cache(maxsize=4_096)
def _words(answer: str) -> re.Pattern[str]:
    words = r"\s+".join(re.escape(word) for word in answer.split())
    return re.compile(rf"(?<!\w){words}(?!\w)")


def _without_blanks(text: str) -> str:
    return "".join(text.split())
