"""ROUGE-2 of an answer: its text and the reference answers in, recall and F1 of word pairs out.

Lin 2004, "ROUGE: a package for automatic evaluation of summaries", equation 1. BioASQ prints these
("R-2 (Rec)", "R-2 (F1)") for ideal answers, made with ROUGE-1.5.5 (BioASQ/Evaluation-Measures,
issue 3). Several references are pooled, as that program does by default (`-f A`): recall is all
matches over all pairs of all references, precision the same matches over the answer's pairs, once
for each reference; it is neither the mean nor the maximum of single scores. BioASQ does not say
which options it passes, and words are not stemmed here: compare runs of ours with each other, never
one of ours with a leaderboard.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from eval.measures.score import NotScored, Score

_WORD = re.compile(r"[a-z0-9]+")  # ROUGE-1.5.5 knows no other letters: "TNF-α" is "tnf"


@dataclass(frozen=True, slots=True)
class Rouge2:
    """Overlap in word pairs, 0 to 1; both are not scored where no reference has two words."""

    recall: Score
    f1: Score


def rouge_2(text: str, references: Sequence[str]) -> Rouge2:
    """ROUGE-2 against one or more references; a pair counts as often as both texts have it.

    Args:
        text: the answer, without its markers.
        references: answers that experts wrote, each whole.
    """
    answer = _word_pairs(text)
    golds = [_word_pairs(one) for one in references]
    gold_total = sum(gold.total() for gold in golds)
    if not gold_total:
        reason = NotScored("no reference has two words")
        return Rouge2(reason, reason)
    matches = sum((answer & gold).total() for gold in golds)
    # 2PR / (P + R), with P and R of the same numerator
    f1 = 2 * matches / (gold_total + len(golds) * answer.total())
    return Rouge2(recall=matches / gold_total, f1=f1)


def _word_pairs(text: str) -> Counter[tuple[str, str]]:
    return Counter(pairwise(_WORD.findall(text.lower())))
