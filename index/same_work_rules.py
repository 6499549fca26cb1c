"""Whether two records are one work: two records' features in, points and their reasons out.

Each agreement adds points, each disagreement takes some; what two versions of one record cannot
differ in forbids the link outright.
"""

from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from index.same_work_containers import is_one_container
from index.same_work_features import Person, WorkFeatures

LEAST_POINTS = 12
"""Two records with as many are linked. A long title is worth 8, its first author 4."""

_ONE_PER_WORK = ("pmid", "pmcid", "nbk")
_TELLING_WORDS = 6
_FEW_WORDS = 3
_CUT_TITLE = 40
_NEAR = 93.0
_SIMILAR = 80.0
_ELSEWHERE = -3
"""Points of a journal, volume or page that differs; two of them are another place."""
_NEAR_ABSTRACT = 85.0
_OTHER_ABSTRACT = 60.0
_NEAR_NAME = 80.0
_LONG_DOI_SUFFIX = 8


@dataclass(frozen=True, slots=True)
class Verdict:
    """How much speaks for one work, and what: `reasons` in the order in which they were weighed."""

    points: int
    reasons: tuple[str, ...]

    @property
    def is_link(self) -> bool:
        return self.points >= LEAST_POINTS


_Finding = tuple[int, str]
_NOTHING: _Finding = (0, "")
_OTHER_TITLE: _Finding = (-8, "other title")


def contradiction(one: WorkFeatures, other: WorkFeatures) -> str | None:
    """Why the two cannot be one work, or None."""
    for kind in _ONE_PER_WORK:
        here, there = getattr(one.identifiers, kind), getattr(other.identifiers, kind)
        if here and there and here != there:
            return f"two {kind.upper()}s"
    if one.is_preprint != other.is_preprint:
        return "a preprint and a published paper"
    if one.notice != other.notice and not _is_one_comment(one, other):
        return "a paper and a notice of it"
    if (one.notice or other.notice) and not _is_one_notice(one, other):
        return "two notices of one paper"
    if one.year and other.year and abs(one.year - other.year) > 1 and not _is_one_place(one, other):
        return "years apart"
    if _people(one, other)[0] < 0:
        return "other authors"
    if sum(finding[0] <= _ELSEWHERE for finding in _places(one, other)) > 1:
        return "another place"
    return None


def compare(one: WorkFeatures, other: WorkFeatures) -> Verdict | None:
    """The points and reasons; None where the two contradict each other.

    Symmetric: `compare(a, b)` equals `compare(b, a)`.
    """
    if one.document_id > other.document_id:
        one, other = other, one
    if contradiction(one, other):
        return None
    places = _places(one, other)
    abstract = _abstract(one, other)
    findings = [
        _title(one, other, has_page=places[-1][0] > 0, has_abstract=abstract[0] > 0),
        _year(one, other),
        _people(one, other),
        *places,
        abstract,
        _doi(one, other),
    ]
    return Verdict(
        points=sum(points for points, _ in findings),
        reasons=tuple(reason for _, reason in findings if reason),
    )


def _is_one_comment(one: WorkFeatures, other: WorkFeatures) -> bool:
    """PubMed calls a letter or an editorial a comment, which its title need not say."""
    kinds = {one.notice, other.notice}
    said = {one.title.notice, other.title.notice}
    return kinds == {"comment", None} and said == {None}


def _is_one_notice(one: WorkFeatures, other: WorkFeatures) -> bool:
    """A paper may have two corrections, with one title: only one place tells they are the same."""
    if one.first_pages and other.first_pages:
        return bool(_shared_pages(one, other))
    return bool(one.volume) and one.volume == other.volume


def _is_one_place(one: WorkFeatures, other: WorkFeatures) -> bool:
    """True where both stand in one volume on one page: a year that differs is then a slip."""
    return bool(
        one.volume
        and one.volume == other.volume
        and _shared_pages(one, other)
        and one.title.letters == other.title.letters
    )


def _places(one: WorkFeatures, other: WorkFeatures) -> tuple[_Finding, _Finding, _Finding]:
    return _container(one, other), _volume(one, other), _page(one, other)


def _title(
    one: WorkFeatures, other: WorkFeatures, *, has_page: bool, has_abstract: bool
) -> _Finding:
    """A title that is not the same counts only with the same page or abstract beside it."""
    here, there = one.title, other.title
    if not here.letters or not there.letters:
        return -2, "no title"
    if here.letters == there.letters:
        if here.weight >= _TELLING_WORDS:
            return 8, "same title"
        return (6, "same title") if here.weight > _FEW_WORDS else (2, "same short title")
    if here.is_translated != there.is_translated:
        return 0, "translated title"
    if not (has_page or has_abstract):
        return _OTHER_TITLE
    if here.numbers == there.numbers:
        if Levenshtein.distance(here.letters, there.letters, score_cutoff=2) <= 2:
            return 6, "same title but for two letters"
        likeness = fuzz.ratio(here.letters, there.letters, score_cutoff=_SIMILAR)
        if likeness >= _NEAR:
            return 5, "nearly the same title"
        if likeness and has_page:
            return 2, "similar title"
    if _is_part(here.letters, here.main_letters, there.letters) or _is_part(
        there.letters, there.main_letters, here.letters
    ):
        return 4, "a part of the title"
    return _OTHER_TITLE


def _is_part(whole: str, main: str, part: str) -> bool:
    """True where `part` is the title without its subtitle, cut, or without a heading before it."""
    return (main == part and len(part) >= _CUT_TITLE // 2) or (
        len(part) >= _CUT_TITLE and (whole.startswith(part) or whole.endswith(part))
    )


def _year(one: WorkFeatures, other: WorkFeatures) -> _Finding:
    if not one.year or not other.year:
        return _NOTHING
    return {0: (2, "same year"), 1: (-1, "a year apart")}.get(
        abs(one.year - other.year), (-4, "years apart")
    )


def _people(one: WorkFeatures, other: WorkFeatures) -> _Finding:
    if not one.people or not other.people:
        return _NOTHING
    first, second = one.people[0], other.people[0]
    if first.names & second.names:
        if first.initial and second.initial and first.initial != second.initial:
            return 1, "same family name of the first author"
        return 4, "same first author"
    if any(fuzz.ratio(a, b) >= _NEAR_NAME for a in first.names for b in second.names):
        return 3, "nearly the same first author"
    if _is_among(first, other) or _is_among(second, one):
        return 2, "first author among the authors"
    return -12, "other authors"


def _is_among(person: Person, work: WorkFeatures) -> bool:
    return any(person.names & one.names for one in work.people)


def _container(one: WorkFeatures, other: WorkFeatures) -> _Finding:
    if not one.container or not other.container:
        return _NOTHING
    if is_one_container(one.container, other.container):
        return 1, "same journal"
    return -3, "other journal"


def _volume(one: WorkFeatures, other: WorkFeatures) -> _Finding:
    if not one.volume or not other.volume:
        return _NOTHING
    return (2, "same volume") if one.volume == other.volume else (-4, "other volume")


def _page(one: WorkFeatures, other: WorkFeatures) -> _Finding:
    if not one.first_pages or not other.first_pages:
        return _NOTHING
    shared = _shared_pages(one, other)
    if shared:
        return (1 if shared == {"1"} else 4), "same first page"
    if _is_misprint(one.first_pages[0], other.first_pages[0]):
        return -2, "other page by one digit"
    return -6, "other page"


def _shared_pages(one: WorkFeatures, other: WorkFeatures) -> set[str]:
    return set(one.first_pages) & set(other.first_pages)


def _is_misprint(one: str, other: str) -> bool:
    """True where one digit differs, the last left out: what follows on the next page is another."""
    differing = [at for at, pair in enumerate(zip(one, other, strict=False)) if len(set(pair)) > 1]
    return len(one) == len(other) > 2 and len(differing) == 1 and differing[0] < len(one) - 1


def _abstract(one: WorkFeatures, other: WorkFeatures) -> _Finding:
    if not one.abstract or not other.abstract:
        return _NOTHING
    length = min(len(one.abstract), len(other.abstract))
    likeness = fuzz.ratio(one.abstract[:length], other.abstract[:length])
    if likeness >= _NEAR_ABSTRACT:
        return 6, "same abstract"
    return (-2, "other abstract") if likeness < _OTHER_ABSTRACT else _NOTHING


def _doi(one: WorkFeatures, other: WorkFeatures) -> _Finding:
    here, there = one.identifiers.doi, other.identifiers.doi
    if not here or not there:
        return _NOTHING
    if here == there:
        return 6, "same DOI"
    if _is_start(here, there) or _is_start(there, here) or _suffix(here) == _suffix(there):
        return 2, "forms of one DOI"
    return -8, "other DOI"


def _is_start(doi: str, whole: str) -> bool:
    """True where something like `/abstract` or `.pdf` was added to the DOI."""
    return whole.startswith(doi) and not whole[len(doi)].isalnum()


def _suffix(doi: str) -> str:
    """What follows the registrant: a publisher that takes over a journal keeps it."""
    suffix = doi.partition("/")[2]
    return suffix if len(suffix) >= _LONG_DOI_SUFFIX else doi
