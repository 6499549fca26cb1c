"""Slips of the keyboard: two words in, whether one is the other misspelt out."""

from rapidfuzz.distance import DamerauLevenshtein

_MIN_LETTERS = 6


def is_slip(word: str, other: str) -> bool:
    """True where two long words differ by one letter or one swap.

    Words with a digit, words under six letters and words with another first letter never do: SOD1
    is not SOD2, and a wrong correction is worse than none.
    """
    if min(len(word), len(other)) < _MIN_LETTERS or word[0] != other[0]:
        return False
    if not (word.isalpha() and other.isalpha()):
        return False
    return bool(DamerauLevenshtein.distance(word, other, score_cutoff=1) <= 1)
