"""Ranges of pages as they are printed: `335-9` in; its first and last page, or the short form, out."""

import re

_PAGES = re.compile(r"([A-Za-z]*)(\d+)[-\u2010-\u2015]([A-Za-z]*)(\d+)")


def first_and_last_page(pages: str) -> tuple[str, str | None]:
    """`335` and `339` of `335-9`; what is no range of pages stays whole."""
    match = _PAGES.fullmatch(pages)
    if match is None:
        return pages, None
    letters, first, last_letters, last = match.groups()
    missing = len(first) - len(last) if last_letters in ("", letters) else 0
    return letters + first, (last_letters or letters) + first[: max(0, missing)] + last


def short_range(pages: str) -> str:
    """`335-9` of `335-339`, as ICMJE's samples have it: what the last page repeats is left out."""
    first, last = first_and_last_page(pages)
    if last is None or last == first:
        return first
    pairs = enumerate(zip(first, last, strict=False))
    differs = next((place for place, (one, other) in pairs if one != other), 0)
    return f"{first}-{last[differs:] if len(first) == len(last) else last}"
