"""Exact answers as BioASQ scores them: short answers and gold answers in, scores out.

Task B phase B (Tsatsaronis et al. 2015, BMC Bioinformatics 16:138; `EvaluatorTask1b.java` of
BioASQ/Evaluation-Measures). A gold item is a string or a list of synonyms. The official program
compares strings as they are; here case, punctuation, articles and hyphens make no difference.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from eval.measures.score import NotScored, Score, ratio

YesNo: TypeAlias = Literal["yes", "no"]
Item: TypeAlias = str | Sequence[str]
"""One answer: a string, or its synonyms."""

FACTOID_CANDIDATES = 5
"""How many candidates BioASQ accepts for a factoid question (since BioASQ 3)."""

_NO_GOLD = "no gold answer is known"
_DASHES = re.compile(r"[\u2010-\u2015\u2212]")
_ARTICLE = re.compile(r"(?<![\w-])(?:[Tt]he|[Aa]n|a)(?=\s)|^A(?=\s)")  # "hepatitis A" keeps its A
_HYPHEN_AT_LETTER = re.compile(r"(?<=[^\W\d_])-(?=\w)|(?<=\w)-(?=[^\W\d_])")  # not that of "3-5"
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_NOT_WORD = re.compile(r"(?:[^\w.]|_|(?<!\d)\.|\.(?!\d))+")  # keeps the point of "0.5"


@dataclass(frozen=True, slots=True)
class YesNoScores:
    """Over a set of yes/no questions, 0 to 1."""

    accuracy: Score
    macro_f1: Score
    """Mean of the F1 of "yes" and of "no"; not scored unless both are gold somewhere."""


@dataclass(frozen=True, slots=True)
class FactoidScores:
    """Of one factoid question; the mean of `reciprocal_rank` over questions is BioASQ's MRR."""

    strict: Score
    """1 where the first candidate is right."""
    lenient: Score
    """1 where one of the first five is right."""
    reciprocal_rank: Score


@dataclass(frozen=True, slots=True)
class ListScores:
    """Of one list question, 0 to 1; BioASQ averages each over questions."""

    precision: Score
    recall: Score
    f1: Score


def score_yes_no(pairs: Sequence[tuple[YesNo | None, YesNo]]) -> YesNoScores:
    """Accuracy and macro F1 of (answer, gold) pairs.

    No answer (None) is a wrong one, as in the official program, which takes it for the other word.
    """
    right = [gold for answer, gold in pairs if answer == gold]
    wrong = len(pairs) - len(right)
    golds = {gold for _, gold in pairs}
    macro: Score = NotScored("not both words are gold")
    if len(golds) == 2:
        # A wrong answer misses one word and claims the other: it counts once in both.
        macro = sum(2 * right.count(one) / (2 * right.count(one) + wrong) for one in golds) / 2
    return YesNoScores(ratio(len(right), len(pairs), otherwise=_NO_GOLD), macro)


def score_factoid(candidates: Sequence[Item], gold: Sequence[Item]) -> FactoidScores:
    """Strict and lenient accuracy and reciprocal rank of the first five candidates.

    Args:
        candidates: best first; none is a wrong answer.
        gold: what is right; any of it will do.
    """
    if not gold:
        none = NotScored(_NO_GOLD)
        return FactoidScores(none, none, none)
    right = set().union(*(_forms(one) for one in gold))
    for place, one in enumerate(candidates[:FACTOID_CANDIDATES], start=1):
        if _forms(one) & right:
            return FactoidScores(float(place == 1), 1.0, 1 / place)
    return FactoidScores(0.0, 0.0, 0.0)


def score_list(answers: Sequence[Item], gold: Sequence[Item]) -> ListScores:
    """Precision, recall and F1; every gold item can be found once, so a repetition is wrong."""
    if not gold:
        none = NotScored(_NO_GOLD)
        return ListScores(none, none, none)
    left = [_forms(one) for one in gold]
    found = 0
    for one in answers:
        hit = next((forms for forms in left if forms & _forms(one)), None)
        if hit is not None:
            left.remove(hit)
            found += 1
    return ListScores(
        precision=found / len(answers) if answers else 0.0,
        recall=found / len(gold),
        f1=2 * found / (len(answers) + len(gold)),
    )


def exact_answer_recall(text: str, answers: Sequence[Item]) -> Score:
    """Share of the gold answers that occur in a text as whole words, by any of their synonyms.

    For answers in sentences, where nothing says which words are the exact answer. Not BioASQ's.
    """
    texts = [f" {form} " for form in _forms(text)]
    found = sum(
        any(f" {form} " in one for form in _forms(item) for one in texts) for item in answers
    )
    return ratio(found, len(answers), otherwise=_NO_GOLD)


def _forms(item: Item) -> frozenset[str]:
    """Its synonyms, plain: a hyphen once as a space ("T-cell"), once as nothing ("TDP-43")."""
    synonyms = [item] if isinstance(item, str) else item
    forms: set[str] = set()
    for one in synonyms:
        text = _DASHES.sub("-", unicodedata.normalize("NFKC", one))
        text = _THOUSANDS.sub("", _ARTICLE.sub(" ", text)).casefold()
        forms |= {_words(text), _words(_HYPHEN_AT_LETTER.sub("", text))}
    return frozenset(forms - {""})


def _words(text: str) -> str:
    return _NOT_WORD.sub(" ", text).strip()
