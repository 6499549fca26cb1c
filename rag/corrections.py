"""Slips of the keyboard in a question: its words and those of the library in, what is read out.

A word is only changed where neither the library nor the literature at large has it and one of the
library's words differs from it as a slip does. Names stay what they are: SOD2 is not SOD1.
"""

import re
from bisect import bisect_left

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from index.index_terms import index_words
from index.lexical import LexicalIndex
from index.term_rarity import TermRarity, load_term_rarity
from rag.models import Correction
from rag.search_query import FieldSynonyms
from rag.spelling import is_slip


def correct(
    question: str,
    lexical: LexicalIndex,
    synonyms: FieldSynonyms,
    *,
    rarity: TermRarity | None = None,
) -> tuple[str, tuple[Correction, ...]]:
    """The question with slips set right, and what was changed."""
    known = rarity or load_term_rarity()
    corrections: dict[str, str] = {}
    for written, terms in index_words(question):
        is_known = any(lexical.knows(term) or known.share((term,)) for term in terms)
        if is_known or synonyms.knows(terms[0]) or written in corrections:
            continue
        if meant := _meant(written, lexical):
            corrections[written] = meant
    for written, meant in corrections.items():
        question = re.sub(rf"\b{re.escape(written)}\b", meant, question, flags=re.IGNORECASE)
    return question, tuple(Correction(*one) for one in corrections.items())


def _meant(written: str, lexical: LexicalIndex) -> str | None:
    """The word of the library that `written` is a slip of; None where there is none, or several."""
    words = lexical.words()  # sorted, and no slip changes the first letter
    first = written[0]
    alike = words[bisect_left(words, first) : bisect_left(words, chr(ord(first) + 1))]
    near = process.extract(
        written,
        alike,
        scorer=DamerauLevenshtein.distance,
        score_cutoff=1,
        limit=None,
    )
    meant = {word for word, _, _ in near if is_slip(written, word, between_names=True)}
    return meant.pop() if len(meant) == 1 else None


def is_nowhere(written: str, lexical: LexicalIndex) -> bool:
    """True where some word of it stands nowhere in the library, in this or another inflection."""
    return any(not any(map(lexical.knows, terms)) for _, terms in index_words(written))
