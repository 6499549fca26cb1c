"""Fields that PubMed writes alike in XML and as MEDLINE text: dates, titles, MeSH terms."""

import re
from collections.abc import Iterable

from index.parsers.languages import language_code
from index.parsers.paper_draft import iso_date

CONFLICTS = "Conflict of interest statement"
VERNACULAR_TITLE = "Vernacular title"
_DATE = re.compile(r"(\d{4})(?:[ /](\d{1,2}|[A-Za-z]+)\.?(?:[ /](\d{1,2})(-\d{1,2})?)?)?")
_COMPACT_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)")
_NO_TITLE = re.compile(r"\[?\s*(?:not available|no title available)\s*\.?\s*\]?\s*\.?", re.I)
_NO_ABSTRACT = re.compile(r"abstract available from the publisher\.?", re.I)
_ISBN = re.compile(r"[0-9]{9}[0-9X]|97[89][0-9]{10}")


def written_date(text: str) -> str | None:
    """ISO date of `2018 Apr 12` or `2000 Spring`; of a span (`1998 Dec-1999 Jan`), its first year.

    A span of days within a month gives the month.
    """
    match = _DATE.fullmatch(text.strip())
    if not match:
        return iso_date(text)
    year, month, day, last_day = match.groups()
    return iso_date(year, month, None if last_day else day)


def compact_date(text: str) -> str | None:
    """ISO date of `20180412`."""
    match = _COMPACT_DATE.fullmatch(text.strip())
    return iso_date(*match.groups()) if match else None


def title_of(text: str | None, vernacular: str | None) -> str | None:
    """The title; the one in the paper's own language where it has no English one."""
    return (vernacular or None) if not text or _NO_TITLE.fullmatch(text) else text


def mesh_pairs(descriptor: str, qualifiers: Iterable[str]) -> list[str]:
    """`Descriptor/Qualifier` for each qualifier, or the descriptor alone."""
    return [f"{descriptor}/{one}" for one in qualifiers] or [descriptor]


def other_abstract_name(kind: str, language: str) -> str | None:
    """The section for a further abstract: in another language or in plain words; None for others.

    Args:
        kind: who wrote it, in NLM's words, such as `Publisher` or `plain-language-summary`.
        language: a three-letter code; "" where it is not given.
    """
    code = language_code(language)
    if kind.lower() == "plain-language-summary":
        return "Plain language summary" + (f" ({code})" if code and code != "eng" else "")
    return f"Other abstract ({code})" if code and code != "eng" else None


def is_placeholder(abstract: str) -> bool:
    """True for the note that stands where an abstract is not given."""
    return _NO_ABSTRACT.fullmatch(abstract.strip()) is not None


def only_isbn(values: Iterable[str]) -> list[tuple[str, str]]:
    """The labelled ISBN of a book that has one alone; another binding's may be another number."""
    found = {re.sub(r"[\s-]", "", value).upper() for value in values}
    valid = [isbn for isbn in found if _ISBN.fullmatch(isbn)]
    return [("isbn", valid[0])] if len(found) == len(valid) == 1 else []
