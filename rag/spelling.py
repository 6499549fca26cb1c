"""Slips of the keyboard: two words in, whether one is the other misspelt out."""

from rapidfuzz.distance import DamerauLevenshtein

_MIN_LETTERS = 6
_SOUND_ALIKE = ({"s", "z"}, {"c", "k"})
_VOWELS = frozenset("aeiouy")


def is_slip(word: str, other: str, *, between_names: bool = False) -> bool:
    """True where two long words differ by one letter or one swap.

    Words with a digit, words under six letters and words with another first letter never do: SOD1
    is not SOD2, and a wrong correction is worse than none. Between names a letter may be missing,
    doubled or swapped, or one that sounds alike or another vowel may stand (rilusole), but no other:
    dysphasia is not dysphagia, nor infection injection.
    """
    if min(len(word), len(other)) < _MIN_LETTERS or word[0] != other[0]:
        return False
    if not (word.isalpha() and other.isalpha()):
        return False
    if DamerauLevenshtein.distance(word, other, score_cutoff=1) > 1:
        return False
    if not between_names or len(word) != len(other):
        return True
    changed = [{one, two} for one, two in zip(word, other, strict=True) if one != two]
    return len(changed) != 1 or changed[0] in _SOUND_ALIKE or changed[0] <= _VOWELS
