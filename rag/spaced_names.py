"""Names that are typed with a blank: "tdp 43" in a question becomes "tdp-43", "in 43" stays.

A word and the number behind it are one name where the library or the synonyms have them as one,
and the word is no ordinary one: in the literature it often has a number joined to it (IL-6), or it
does not occur at all (LRRK). "Day 6" stays two words, though some text has "day-6".
"""

import re

from index.index_terms import STOP_WORDS, index_terms
from index.lexical import LexicalIndex
from index.term_rarity import TermRarity, load_term_rarity
from rag.search_query import FieldSynonyms

_COUNTED = r"days?|weeks?|months?|years?|hours?|times|mg|ml|kg|g"
_WORD_AND_NUMBER = re.compile(
    rf"(?<![\w-])([a-z]{{2,6}}) (\d{{1,3}}[a-z]?)(?![\w-]|%|[.,]\d| (?:%|{_COUNTED})\b)",
    re.IGNORECASE,
)
_READING_FRAME = re.compile(r"(?<![\w-])c ?(\d{1,2}|x) ?orf ?(\d{1,3})(?!\w)", re.IGNORECASE)
"""How genes are named of which only the place is known: C9orf72."""
_OFTEN_NUMBERED = 0.05
"""Of the texts that have the word; 0.01 for "type" and "factor", 0.1 to 1 for names."""


def join_names(
    question: str,
    lexical: LexicalIndex,
    synonyms: FieldSynonyms,
    *,
    rarity: TermRarity | None = None,
) -> str:
    """The question with such names joined; one that nothing has as a whole stays as it is."""
    literature = rarity or load_term_rarity()

    def is_known(name: str) -> bool:
        return lexical.knows(name) or synonyms.knows(name)

    def reading_frame(found: re.Match[str]) -> str:
        name = f"C{found[1].upper()}orf{found[2]}"
        return name if is_known(name.lower()) else found[0]

    def numbered(found: re.Match[str]) -> str:
        word, number = found[1].lower(), found[2].lower()
        if synonyms.lists(found[0]) or not is_known(word + number):
            return found[0]
        return f"{found[1]}-{found[2]}" if _is_name(word, number, literature) else found[0]

    return _WORD_AND_NUMBER.sub(numbered, _READING_FRAME.sub(reading_frame, question))


def _is_name(word: str, number: str, literature: TermRarity) -> bool:
    """Whether the number behind the word is likely a part of its name, as others are."""
    if word in STOP_WORDS:
        return False
    alone = literature.share(index_terms(word))
    names = {f"{word}{number}", *(f"{word}{other}" for other in range(1_000))}
    joined = sum(literature.shares.get(name, 0.0) for name in names)
    return joined >= _OFTEN_NUMBERED * alone
