"""What a question for papers asks: wording in, relation, field, existence or findings out."""

import re
from collections.abc import Collection, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from index.models import Relation
from index.text_analysis import stem
from rag.question import Question, QuestionTerm
from rag.record_matching import QUOTED

WORDS_FILE = Path(__file__).with_name("bibliographic_words.yaml")
IDENTIFIERS = ("pmcid", "pmid", "doi", "any")
FIELDS = (
    *("title", *IDENTIFIERS, "authors", "affiliation"),
    *("container", "year", "keywords", "rights"),
)
"""Fields of a record that can be asked for, in the order in which they are looked for."""

_RELATIONS: tuple[Relation, ...] = ("reference", "cited_by", "similar")
_SURE_FIELDS = ("pmcid", "pmid", "doi", "authors", "keywords")
_KINDS = ("review", "foreword", "study", "article", "paper")
_ASKS_CONTENT = re.compile(
    r"^(?:and |so |but )?(?:what|how|summari[sz]e|tell me what|explain|why|does|did)\b",
    re.IGNORECASE,
)


class BibliographicIntent:
    """Recognises how people ask for papers, by the patterns of the word list."""

    def __init__(self) -> None:
        words = _load_words()
        paper = words["paper"]
        self._idle = frozenset(stem(word) for word in words["idle"].split())
        self._paper = re.compile(rf"\b(?:{paper})\b", re.IGNORECASE)
        self._relations = {name: _any_of(words[name], paper) for name in _RELATIONS}
        self._existence = _any_of(words["existence"], paper)
        self._findings = re.compile(words["findings"], re.IGNORECASE)
        patterns = words["identifier"] | {
            name: words[name] for name in FIELDS if name not in IDENTIFIERS
        }
        self._fields = {name: re.compile(patterns[name], re.IGNORECASE) for name in FIELDS}

    def tells_papers_apart(self, term: QuestionTerm) -> bool:
        """False for words such as "article" or "published", which fit every paper."""
        return term.is_content and stem(term.unit.written.lower()) not in self._idle

    def names_a_paper(self, question: Question) -> bool:
        """True where it speaks of a paper, or has a title in quotation marks."""
        return bool(self._paper.search(question.text) or QUOTED.search(question.text))

    def kinds_named(self, question: Question) -> frozenset[str]:
        """Kinds of papers that it speaks of, such as "review"."""
        return frozenset(
            kind for kind in _KINDS if re.search(rf"\b{kind}\b", question.focus, re.IGNORECASE)
        )

    def relation(self, question: Question) -> Relation | None:
        """The heading of a page whose papers are asked for."""
        found = (name for name in _RELATIONS if self._relations[name].search(question.text))
        return next(found, None)

    def field(self, question: Question, *, given: Collection[str] = ()) -> str | None:
        """The field of a record that is asked for; `given` are those that it states itself."""
        found = (
            name
            for name in FIELDS
            if name not in given and self._fields[name].search(question.text)
        )
        return next(found, None)

    def asks(self, field: str, question: Question) -> bool:
        """True where that field is asked for, whatever else is."""
        return bool(self._fields[field].search(question.text))

    def surely_asks_a_field(self, question: Question) -> bool:
        """True where it asks for an identifier, authors or keywords."""
        return any(self.asks(name, question) for name in _SURE_FIELDS)

    def asks_existence(self, question: Question) -> bool:
        """True where it asks whether there is a paper on something."""
        return bool(self._existence.search(question.text))

    def asks_findings(self, question: Question) -> bool:
        """True where it asks what a paper says."""
        return bool(_ASKS_CONTENT.match(question.focus) and self._findings.search(question.text))


def _any_of(patterns: Iterable[str], paper: str) -> re.Pattern[str]:
    joined = "|".join(f"(?:{pattern.replace('{paper}', paper)})" for pattern in patterns)
    return re.compile(joined, re.IGNORECASE)


@cache
def _load_words() -> dict[str, Any]:
    words: dict[str, Any] = yaml.safe_load(WORDS_FILE.read_text(encoding="utf-8"))
    return words
