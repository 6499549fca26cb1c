"""Slips of the keyboard: questions with one planted in, and names that look like slips but are none.

In each question the rarest word of six or more letters is misspelt by one letter (left out, doubled,
swapped, changed, added; drawn with a fixed seed). What is found is compared with what the clean
question finds. Names of drugs that the library does not have must stay what they are.
"""

import random
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from eval.benchmarks.asked import AskedQuestion, asked_questions, sampled
from eval.benchmarks.comparison import SEED
from eval.benchmarks.library import make_library
from eval.benchmarks.models import Progress, PublicSet
from eval.measures.ranking import recall_at
from eval.measures.score import scored
from eval.settings import EvalSettings
from index.embedding import Embedder
from index.errors import SettingsError
from index.index_terms import index_words
from index.term_rarity import TermRarity, load_term_rarity
from rag.models import Search
from rag.pipeline import Pipeline

_NAMES = Path(__file__).with_name("drug_names.txt")
_WORD = re.compile(r"\b[a-z]{6,}\b", re.IGNORECASE)
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_FIRST = 10
_QUESTION = "Is {} used?"


@dataclass(frozen=True, slots=True)
class ChangedName:
    """A name that the library does not have, and what it was read as."""

    name: str
    read_as: str


@dataclass(frozen=True, slots=True)
class TyposReport:
    """Counts, and recall@10 over documents."""

    set_name: str
    documents: int
    questions: int
    clean_recall: float
    misspelt_recall: float
    """Of the question as it was misspelt, corrected by the pipeline where it does so."""
    set_right: int
    """Questions in which the planted slip was read as the word that it was made of."""
    read_as_another: int
    """Those in which it was read as another word."""
    names_absent: int
    """Names of drugs that the library does not have."""
    names_changed: tuple[ChangedName, ...]

    @property
    def share_of_clean(self) -> float:
        """Recall@10 of the misspelt questions as a share of that of the clean ones."""
        return self.misspelt_recall / self.clean_recall if self.clean_recall else 0.0

    def to_dict(self) -> dict[str, Any]:
        """The figures, fit for JSON."""
        return asdict(self) | {"share_of_clean": self.share_of_clean}


@dataclass(frozen=True, slots=True)
class Misspelt:
    """A question, and the same with a slip in it."""

    clean: AskedQuestion
    text: str
    word: str
    slip: str


def measure_typos(
    data: PublicSet,
    settings: EvalSettings,
    embedder: Embedder,
    *,
    questions: int,
    names: Sequence[str] | None = None,
    on_progress: Progress = lambda _stage, _done, _total: None,
) -> TyposReport:
    """Ask clean and misspelt questions, then names.

    Args:
        data: the set.
        settings: say where libraries are kept.
        embedder: the model of the library.
        questions: how many are misspelt; fewer where the set has fewer with a long word.
        names: that no question of the set is on; None for the list of drugs.
        on_progress: told of each stage.

    Raises:
        SettingsError: no question has a long word and a gold document.
    """
    library = make_library(data.records, settings, embedder, on_progress=on_progress)
    asked = [one for one in asked_questions(data.questions, library.document_ids) if one.relevant]
    chance = random.Random(SEED)  # noqa: S311 - a sample
    misspelt = [slip for one in asked if (slip := misspell(one, chance))]
    drawn = sampled(misspelt, questions)
    if not drawn:
        raise SettingsError(f"{data.name} has no question to misspell.", "Choose another set.")
    with closing(Pipeline(library.settings, embedder)) as pipeline:
        clean, wrong = list[Search](), list[Search]()
        for done, one in enumerate(drawn, start=1):
            clean.append(pipeline.search(one.clean.text))
            wrong.append(pipeline.search(one.text))
            on_progress("asking", done, len(drawn))
        with pipeline.live.lease() as build:
            absent = [
                one for one in names or drug_names() if not _is_held(one, build.lexical.knows)
            ]
        changed = [
            ChangedName(name, correction.read_as)
            for name in absent
            for correction in pipeline.search(_QUESTION.format(name)).corrections
        ]
    read = [(_read_as(one, found), one.word) for one, found in zip(drawn, wrong, strict=True)]
    return TyposReport(
        set_name=data.name,
        documents=len(set(library.document_ids.values())),
        questions=len(drawn),
        clean_recall=_recall(drawn, clean),
        misspelt_recall=_recall(drawn, wrong),
        set_right=sum(one == word for one, word in read),
        read_as_another=sum(one is not None and one != word for one, word in read),
        names_absent=len(absent),
        names_changed=tuple(changed),
    )


def misspell(
    question: AskedQuestion, chance: random.Random, rarity: TermRarity | None = None
) -> Misspelt | None:
    """The question with a slip in its rarest long word; None where it has no such word."""
    words = _WORD.findall(question.text)
    if not words:
        return None
    known = rarity or load_term_rarity()
    word = min(words, key=lambda one: (known.share(index_words(one)[0][1][:1]), one.lower()))
    slip = _slip(word.lower(), chance)
    text = re.sub(rf"\b{word}\b", slip, question.text, count=1)
    return Misspelt(question, text, word.lower(), slip)


def drug_names() -> list[str]:
    """Nonproprietary names, in lower case."""
    lines = _NAMES.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def _slip(word: str, chance: random.Random) -> str:
    """The word with one slip in it, its first letter right; never the word itself."""
    while True:
        at, letter = chance.randrange(1, len(word) - 1), chance.choice(_LETTERS)
        slips = (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + letter + word[at + 1 :],
            word[:at] + letter + word[at:],
        )
        slip = chance.choice(slips)
        if slip != word:
            return slip


def _is_held(name: str, knows: Callable[[str], bool]) -> bool:
    return any(knows(term) for _, terms in index_words(name) for term in terms)


def _read_as(misspelt: Misspelt, found: Search) -> str | None:
    """What the slip was read as; None where it was left."""
    corrections = {one.written.lower(): one.read_as.lower() for one in found.corrections}
    return corrections.get(misspelt.slip)


def _recall(questions: Sequence[Misspelt], found: Iterable[Search]) -> float:
    scores = (
        recall_at(one.document_ids, question.clean.relevant, k=_FIRST)
        for question, one in zip(questions, found, strict=True)
    )
    return fmean(scored(scores))
