"""Which terms of a question a text speaks of: in the same words, synonyms, inflections or slips."""

from collections.abc import Collection, Iterable, Sequence

from rag.question import QuestionTerm
from rag.spelling import is_slip
from rag.synonyms import Synonyms, Unit

_ENDINGS = frozenset(
    ("i", "e", "y", "ic", "al", "or", "er", "ion", "ation", "ing", "ed", "ment", "ity")
)
_MIN_STEM = 5


def spoken_of(
    terms: Iterable[QuestionTerm],
    units: Sequence[Unit],
    synonyms: Synonyms,
    *,
    alternatives: Iterable[frozenset[str]] = (),
    given: Collection[str] = (),
) -> frozenset[str]:
    """Keys of the terms that the units speak of.

    Args:
        terms: what is asked for.
        units: the text, cut by the same synonyms.
        synonyms: which words mean the same, and which are members of a kind.
        alternatives: keys of which one is as good as all.
        given: keys that the text need not repeat, for its document is about them.
    """
    keys = {unit.key for unit in units}
    keys |= {kind for key in keys if (kind := synonyms.kind(key))}
    words = {unit.written.lower() for unit in units}
    words |= {form for key in keys for form in synonyms.forms(key)}
    spoken = {
        term.unit.key
        for term in terms
        if term.unit.key in keys
        or term.unit.key in given
        or any(_is_inflection(term.unit.key, key) for key in keys)
        or any(is_slip(term.unit.written.lower(), word, between_names=True) for word in words)
    }
    for group in alternatives:
        if group & spoken:
            spoken |= group
    return frozenset(spoken)


def _is_inflection(one: str, other: str) -> bool:
    """True where two stems are of one family ("autophagi" and "autophag", "inhibit" and "inhibitor").

    Only endings of a short list count: creatine is not creatinine, interferon not interference.
    """
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) < _MIN_STEM or not (one.isalpha() and other.isalpha()):
        return False
    return longer.startswith(shorter) and longer[len(shorter) :] in _ENDINGS
