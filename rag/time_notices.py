"""What an answer says aloud of the age of what it cites: sentences and references in, notices out.

A claim that is bound to its time and rests on an old source, or on one without a year, is said to be
as of then; two claims of which the newer contradicts the older are said to disagree.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import combinations

from rag.disagreement import contradict
from rag.models import AnswerSentence, Notice, Reference
from rag.time_bound import time_bound_words

_OLD_YEARS = 3
_MAY_HAVE_CHANGED = "what it says of what is new, approved, available, unknown or the only one may have changed since."


def time_notices(
    sentences: Sequence[AnswerSentence], references: Sequence[Reference], as_of: datetime
) -> tuple[Notice, ...]:
    """Notices of kind "as_of", one a year, oldest first, then of kind "sources_disagree"."""
    by_number = {one.n: one for one in references}
    return (
        *_as_of(old_sources(sentences, references, as_of)),
        *(
            Notice(
                "sources_disagree",
                f"The sources disagree: {_named(newer)} says otherwise than {_named(older)}.",
            )
            for newer, older in _disagreeing(sentences, by_number)
        ),
    )


def disagree(one: str, year: int | None, other: str, other_year: int | None) -> bool:
    """True where sources of different years contradict each other on how things stand."""
    if year is None or other_year is None or year == other_year:
        return False
    older, newer = (one, other) if year < other_year else (other, one)
    return bool(time_bound_words(older)) and contradict(older, newer)


def old_sources(
    sentences: Sequence[AnswerSentence], references: Sequence[Reference], as_of: datetime
) -> dict[int | None, set[int]]:
    """Numbers of references that a claim which is bound to its time rests on, by their year.

    Only of those that are old by that time, or whose year is not given.
    """
    years = {one.n: one.year for one in references}
    numbers: dict[int | None, set[int]] = {}
    for sentence in sentences:
        if sentence.kind == "claim" and time_bound_words(sentence.text):
            for n in {citation.n for citation in sentence.citations} & years.keys():
                year = years[n]
                if year is None or as_of.year - year > _OLD_YEARS:
                    numbers.setdefault(year, set()).add(n)
    return numbers


def _as_of(numbers: dict[int | None, set[int]]) -> Iterator[Notice]:
    for year in sorted(numbers, key=lambda one: (one is None, one)):
        cited = _listed(sorted(numbers[year]))
        if year is None:
            text = f"Of a source whose year is not given ({cited}): {_MAY_HAVE_CHANGED}"
        else:
            text = f"As of {year} (the year of {cited}): {_MAY_HAVE_CHANGED}"
        yield Notice("as_of", text)


def _disagreeing(
    sentences: Sequence[AnswerSentence], references: dict[int, Reference]
) -> list[tuple[Reference, Reference]]:
    """Pairs of references, the newer first, whose sentences contradict each other; each pair once."""
    cited = [
        (sentence.text, references[citation.n])
        for sentence in sentences
        for citation in sentence.citations[:1]
        if sentence.kind == "claim" and citation.n in references
    ]
    pairs = [
        (one, other) if (one.year or 0) > (other.year or 0) else (other, one)
        for (text, one), (against, other) in combinations(cited, 2)
        if disagree(text, one.year, against, other.year)
    ]
    return list(dict.fromkeys(pairs))


def _named(reference: Reference) -> str:
    return f"[{reference.n}] of {reference.year}"


def _listed(numbers: Sequence[int]) -> str:
    """`[1]`, `[1] and [3]`, `[1], [2] and [3]`."""
    markers = [f"[{n}]" for n in numbers]
    return " and ".join(filter(None, (", ".join(markers[:-1]), markers[-1])))
