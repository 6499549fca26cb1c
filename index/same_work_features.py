"""A work's record made comparable: fields as sources write them in, the same form for all out."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from index.identifiers import Identifiers
from index.same_work_notices import Notice
from index.same_work_titles import ComparableTitle, comparable_title, fold
from index.work_records import WorkRecord

_WORD = re.compile(r"[^\W_]+")
_PAGE = re.compile(r"(?:pp?\.\s*)?[a-z]{0,6}[\s.-]*(\d+)")
_NO_PLACE = re.compile(r"\b\d+\s*(?:p|pp|pages?)\b\.?$|^n/?a$|in press|ahead of print|online")
_VOLUME = re.compile(r"\d+")
_INITIALS = re.compile(r"[A-ZÀ-Þ](?:[.\s-]*[A-ZÀ-Þ]){0,3}\.?")
_LONGEST_INITIALS = 4
_SUFFIX = re.compile(r"[,\s]+(?:jr|sr|ii|iii|iv|2nd|3rd|md|phd)\.?\s*$", re.IGNORECASE)
_UMLAUT = re.compile(r"(?<=[aou])e(?=[^aeiou])")
_PARTICLES = frozenset(
    "van von der den de del di da dos das du la le el al bin ibn ter ten te zu zur vom af av y e"  # noqa: SIM905 - plainer
    " della st".split()
)
_COLLECTIVE = re.compile(
    r"\b(?:group|consorti\w+|committee|collaborat\w+|network|society|association|investigators?"
    r"|team|foundation|council|universit\w+|institut\w*|organi[sz]ation|initiative|project"
    r"|program\w*|taskforce|task force|force|registry|federation|academy|college|cent(?:er|re)"
    r"|department|ministry|agency|trial|study|editors?|board|alliance|panel)\b",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"\W*(?:anon\w*|unknown|no authors? listed|none|n/?a|et al|others|not available)\W*",
    re.IGNORECASE,
)
_LABELS = re.compile(
    r"^(?:(?:structured |plain language |graphical )?(?:abstract|summary|background|objectives?|aims?"
    r"|purpose|introduction|importance|context|rationale|methods?|results?|conclusions?)\b"
    r"(?:\s+(?:and|/|of|the|study|goals?|aims?|purpose|objectives?|background|hypothesis))*"
    r"[\s:.–—-]*)+",
)
_NO_ABSTRACT = re.compile(r"(?:no abstract|copyright|©|this article has been|\[figure|n/a\b)")
_AUTHORS = 12
"""As many are looked through for the first author of another record."""
_ABSTRACT_LETTERS = 160
_LEAST_ABSTRACT = 80
_NOTICE_TYPES: dict[str, Notice] = {
    **dict.fromkeys(("published erratum", "erratum", "corrigendum", "correction"), "correction"),
    **dict.fromkeys(
        ("retraction of publication", "retraction notice", "retraction"),
        "retraction",
    ),
    "expression of concern": "concern",
    "comment": "comment",
}
_PREPRINT_PLACE = re.compile(
    r"\b(?:biorxiv|medrxiv|arxiv|chemrxiv|psyarxiv|research square|ssrn|preprints?"
    r"|authorea|techrxiv|osf)\b"
)
_PREPRINT_DOI = re.compile(
    r"10\.1101/(?:\d{6}\b|\d{4}\.\d\d\.\d\d\.\d+)|10\.64898/|10\.21203/rs\.|10\.2139/ssrn"
    r"|10\.20944/preprints|10\.48550/arxiv|10\.31219/|10\.31234/|10\.22541/au|10\.26434/chemrxiv"
)


@dataclass(frozen=True, slots=True)
class Person:
    """An author: the forms that the family name may have, and the first letter of given names."""

    names: frozenset[str]
    initial: str


@dataclass(frozen=True, slots=True)
class WorkFeatures:
    """What two works are compared by; a field that is not known is None or empty."""

    document_id: str
    identifiers: Identifiers
    title: ComparableTitle
    notice: Notice | None
    """As the title says, or else the publication types."""
    is_preprint: bool
    year: int | None
    people: tuple[Person, ...]
    """Persons alone, in order: a group has no family name."""
    container: tuple[str, ...]
    volume: str
    first_pages: tuple[str, ...]
    """Numbers of the pages on which it begins; more than one where it is printed in pieces."""
    abstract: str
    """The letters with which it begins."""


def features_of(record: WorkRecord) -> WorkFeatures:
    """The record's fields, each in the one form in which it is compared."""
    title = comparable_title(record.title)
    container = _container(record.container)
    authors = record.authors or ((record.first_author,) if record.first_author else ())
    return WorkFeatures(
        document_id=record.document_id,
        identifiers=record.identifiers,
        title=title,
        notice=title.notice or _notice_type(record.publication_types),
        is_preprint=_is_preprint(record, " ".join(container)),
        year=record.year,
        people=tuple(_people(authors)),
        container=container,
        volume=_volume(record.volume),
        first_pages=_first_pages(record.pages),
        abstract=_abstract(record.abstract_start),
    )


@lru_cache(maxsize=20_000)
def person(name: str) -> Person | None:
    """The author of that name, "Family, Given", "Family GM" or "Given Family"; None for a group.

    Where the order cannot be told, either end may be the family name.
    """
    if _NOBODY.fullmatch(name) or _COLLECTIVE.search(name):
        return None
    name = _SUFFIX.sub("", name.strip())
    family, comma, given = name.partition(",")
    if comma:
        return _person([family], given)
    *rest, last = name.split() or [""]
    front = " ".join(rest)
    is_plain = not (name.isupper() and max(len(front), len(last)) <= _LONGEST_INITIALS)
    if rest and is_plain and len(last) < len(front) and _INITIALS.fullmatch(last):
        return _person([front], last)
    if rest and is_plain and _INITIALS.fullmatch(front):
        return _person([last], front)
    return _person([rest[0], last, name] if rest else [last], "")


def _person(families: list[str], given: str) -> Person | None:
    forms = {form for family in families for form in _name_forms(family)}
    names = {form for form in forms if len(form) > 1} or forms
    return Person(frozenset(names), fold(given.strip())[:1]) if names else None


def _name_forms(family: str) -> Iterable[str]:
    """The name as one word, with particles and without, and both halves of a double name.

    One database has "van der Woerdt, A" and "Prieto Ramos, Jorge", another "VANDERWOERDT, A" and
    "Ramos, JP".
    """
    words = _WORD.findall(_UMLAUT.sub("", fold(family.replace("'", "").replace("’", ""))))
    if words:
        yield "".join(words)
    words = [word for word in words if word not in _PARTICLES] or words
    if words:
        yield "".join(words)
        yield from (word for word in (words[0], words[-1]) if len(word) > 2)


def _people(names: Iterable[str]) -> Iterable[Person]:
    return islice((one for one in map(person, names) if one is not None), _AUTHORS)


@lru_cache(maxsize=20_000)
def _container(name: str | None) -> tuple[str, ...]:
    return tuple(_WORD.findall(fold((name or "").replace("&", " and "))))


def _volume(text: str | None) -> str:
    found = _VOLUME.search(text or "")
    return found.group().lstrip("0") if found else ""


def _first_pages(text: str | None) -> tuple[str, ...]:
    """Their numbers alone: one source's `S12` or `e12` is another's 12."""
    folded = fold(text or "").strip()
    if _NO_PLACE.search(folded):
        return ()
    pages: list[str] = []
    for piece in re.split(r"[,;]", folded):
        found = _PAGE.match(piece.strip())
        if not found:
            break
        pages.append(found.group(1).lstrip("0"))
    return tuple(dict.fromkeys(page for page in pages if page))


def _abstract(text: str) -> str:
    folded = fold(" ".join(text.split()))
    folded = _LABELS.sub("", folded)
    letters = "".join(_WORD.findall(folded))[:_ABSTRACT_LETTERS]
    return letters if len(letters) >= _LEAST_ABSTRACT and not _NO_ABSTRACT.match(folded) else ""


def _notice_type(types: tuple[str, ...]) -> Notice | None:
    kinds = (_NOTICE_TYPES.get(one.casefold()) for one in types)
    return next((kind for kind in kinds if kind), None)


def _is_preprint(record: WorkRecord, container: str) -> bool:
    return (
        any(one.casefold() == "preprint" for one in record.publication_types)
        or bool(_PREPRINT_PLACE.search(container))
        or bool(record.identifiers.doi and _PREPRINT_DOI.match(record.identifiers.doi))
    )
