"""Whether a sentence denies what its source says, or leaves a denial out: two texts in, words out.

Rules over words, in the manner of NegEx (Chapman et al. 2001): a cue denies the words that follow
it, up to the end of the clause. What one text denies, the other must deny where it speaks of it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from index.text_analysis import stem

_CUE = re.compile(
    r"\b(?:(?<!or )not(?! only\b)|cannot|no(?! longer than\b)|never|none|neither|nor|without|unlikely|"
    r"unable|fail(?:s|ed|ing)?|failure(?= to\b| of (?:[\w-]+ ){1,4}to\b)|"
    r"lack(?:s|ed|ing)?|absen(?:t|ce)|unchanged|unaffected|ineffective|hardly|scarcely|rarely|"
    r"seldom|poorly|incurable|independent(?:ly)?(?= of\b)|\w+n['’]t)\b",
    re.IGNORECASE,
)
_DOUBLE = re.compile(
    r"\b(?:not|never) (?:without|un\w+|incurable|absent|fail\w*|lack\w*)\b|\bcannot fail\b|"
    r"\bno lack of\b",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"(?:(?<=^)|(?<=,)|(?<=\. ))\s*(?:however|therefore|thus|moreover|furthermore|in addition|by contrast|"
    r"in contrast|nevertheless|likewise)\s*,",
    re.IGNORECASE,
)
_FIRST_CLAUSE = re.compile(
    r"^((?:despite|although|though|even though|while|whereas)\b[^,]*),", re.IGNORECASE
)
_CLAUSE = re.compile(
    r"[;:.!?]\s|,\s*(?:but|whereas|while|although|though|however|yet|which|who|and)\b|"
    r"\b(?:but|whereas|although|though|even though)\b",
    re.IGNORECASE,
)
_SOFT = re.compile(
    r"\b(?:los[est]\w*|prevent\w*|avoid\w*|block\w*|inhibit\w*|suppress\w*|abolish\w*|abrogat\w*|"
    r"reduc\w*|decreas\w*|less|few|fewer|little|low|lower\w*|rare|poor|deficien\w*|deplet\w*|free|only|"
    r"except|exclu\w*|unlike|despite|differ\w*|distinct|impair\w*|disrupt\w*|silenc\w*|knock\w*|null|"
    r"negative\w*|refut\w*|den(?:y|ies|ied)|minimal\w*|limited|refractory|resistan\w*|intact|preserv\w*|"
    r"spar(?:ed|ing)|stop\w*|halt\w*|ceas\w*|failure|difficult\w*|question\w*|controvers\w*|"
    r"un(?!der|i[tqv]|til)\w{4,}|non\w{3,}|in(?:suffici|cap|activ|sensi|effec|abil)\w+)\b",
    re.IGNORECASE,
)
"""What may be said with a denial in other words."""
_LOSS = re.compile(
    r"\b(?:los[est]\w*|failure|avoid\w*|free of|exclu\w*|prevent\w*|abolish\w*)\b", re.I
)
"""What mostly is."""
_WORD = re.compile(r"[a-z][a-z'’-]+", re.IGNORECASE)
_PREFIXES = ("un", "in", "im", "ir", "il", "non", "non-", "dis")
_LEAST_ROOT = 4
_REACH = 4
"""Content words that a cue is taken to deny, after it, else before it."""
_LEAST_SHARED = 0.5
EMPTY_WORDS = frozenset(
    (
        "the",
        "and",
        "that",
        "this",
        "these",
        "those",
        "with",
        "from",
        "for",
        "was",
        "were",
        "are",
        "had",
        "has",
        "have",
        "been",
        "being",
        "its",
        "their",
        "there",
        "than",
        "then",
        "also",
        "any",
        "such",
        "very",
        "only",
        "may",
        "can",
        "could",
        "did",
        "does",
        "will",
        "would",
        "which",
        "who",
        "whom",
        "all",
        "both",
        "some",
        "into",
        "onto",
        "over",
        "under",
        "between",
        "among",
        "during",
        "able",
    )
)
"""They say nothing of what a clause is about."""


@dataclass(frozen=True, slots=True)
class _Clause:
    """A clause, what it says, and for each of its cues the words that the cue denies, by stem."""

    text: str
    stems: frozenset[str]
    denials: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def denied(self) -> frozenset[str]:
        """All that it denies."""
        return frozenset(one for _, words in self.denials for one in words)


def turned_negation(sentence: str, spans: Sequence[str]) -> tuple[str, ...]:
    """The words of a denial that the sentence adds to its spans, or leaves out; else empty."""
    own = list(_clauses(sentence))
    theirs = [clause for span in spans for clause in _clauses(span)]
    turned = [*_undenied(own, theirs), *_undenied(theirs, own), *_turned_by_prefix(own, theirs)]
    if not any(one.denials or _SOFT.search(one.text) for one in theirs):
        there = frozenset().union(*(one.stems for one in theirs))
        turned += [
            cue for one in own for cue, _ in one.denials if not _prefixed(one.denied) & there
        ]
    return tuple(dict.fromkeys(turned))


def _undenied(denying: Sequence[_Clause], other: Sequence[_Clause]) -> Iterator[str]:
    """Cues of the one text whose words the other has and denies nowhere, nor the one says elsewhere."""
    denied = frozenset().union(*(one.stems for one in other if one.denials))
    said = frozenset().union(*(one.stems for one in other))
    for clause in denying:
        for cue, words in clause.denials:
            shared = [one for one in words if one in said]
            elsewhere = any(
                set(shared) <= one.stems for one in denying if not one.denials and one is not clause
            )
            enough = (
                words
                and not _prefixed(words) & said
                and not elsewhere
                and len(shared) >= _LEAST_SHARED * len(words)
            )
            if enough and not denied & set(shared) and not _is_soft_on(shared, other):
                yield cue


def _prefixed(words: Iterable[str]) -> frozenset[str]:
    """What says "not" of them in one word ("unclear")."""
    return frozenset(f"{prefix}{one}" for one in words for prefix in _PREFIXES)


def _is_soft_on(words: Sequence[str], clauses: Sequence[_Clause]) -> bool:
    """Whether a clause that has most of the words may deny them in words that are no cues."""
    shared = [len(one.stems & set(words)) for one in clauses]
    return any(
        count == max(shared) and _LOSS.search(one.text)
        for one, count in zip(clauses, shared, strict=True)
    )


def _turned_by_prefix(own: Sequence[_Clause], theirs: Sequence[_Clause]) -> Iterator[str]:
    """Words that are "irreversible" in one text and "reversible" in the other."""
    for one, other in ((own, theirs), (theirs, own)):
        said, there = (frozenset().union(*(each.stems for each in text)) for text in (one, other))
        is_denied = any(each.denials for each in (*one, *other))
        for root in said - there:
            if len(root) >= _LEAST_ROOT and not is_denied:
                yield from (f"{p}{root}" for p in _PREFIXES if f"{p}{root}" in there - said)


def _clauses(text: str) -> Iterator[_Clause]:
    text = _FIRST_CLAUSE.sub(r"\1;", _ASIDE.sub(" ", text).strip())
    for part in _CLAUSE.split(text):
        if part and (stems := _stems(part)):
            yield _Clause(part, frozenset(stems), tuple(_denials(part)))


def _denials(clause: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    plain = _DOUBLE.sub(" ", clause)
    for cue in _CUE.finditer(plain):
        after = _content(plain[cue.end() :])[:_REACH]
        yield cue.group(), tuple(after or _content(plain[: cue.start()])[-_REACH:])


def _content(text: str) -> list[str]:
    """Stems of the words that say something, in order; cues are none of them."""
    words = _WORD.findall(_CUE.sub(" ", text))
    return [
        stem(word.lower()) for word in words if len(word) > 2 and word.lower() not in EMPTY_WORDS
    ]


def _stems(text: str) -> set[str]:
    return {stem(word.lower()) for word in _WORD.findall(text)}
