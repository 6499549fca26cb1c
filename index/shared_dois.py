"""A DOI that two different texts carry: sources in, those of the later text out without it.

Two chapters print the DOI of their book; an article and the reply to it stand in one PDF. As one
paper, the shorter of the two texts would be lost. Told apart are only texts whose titles, both of
one language, have hardly a word in common, and whose bodies have not either; in doubt the equal DOI
stands, so that a translated title or a source without a title joins its paper.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from index.document_json import document_from_json
from index.library_rows import SourceHead, SourceKey, string_hash
from index.models import Document
from index.same_work_titles import fold

_WORD = re.compile(r"[^\W_]+")
_LEAST_TITLE_WORDS = 4
_MOST_SHARED = 0.2
_RUN_WORDS = 4
"""Bodies are compared by runs of so many words: two texts on one subject share words, not runs."""
_BODY_WORDS = 2_000
_BEGINNING_CHARACTERS = 3_000
_SAME_PAPER = ("pmid", "pmcid", "nbk")
_FUNCTION_WORDS = {
    language: frozenset(words.split())
    for language, words in {
        "eng": "the of and in on for with from to by is are an a as after between during at",
        "ger": "der die das und bei von mit im zur zum eine einer den des ein fur auf in als nach",
        "fre": "le la les des du et dans chez une au aux sur pour par avec en l d un apres",
        "spa": "el la los las del y en con una para por de un al entre tras",
        "ita": "il la gli dei della delle del nella nei con una per di e un tra dopo in",
        "por": "o os as dos das do da e em com uma para por no na um apos de",
        "dut": "de het een van bij en met voor op in na naar door tussen",
    }.items()
}


class SourceTexts(Protocol):
    """What sources say, looked up only where it matters."""

    def titles(self, heads: Sequence[SourceHead]) -> tuple[str | None, ...]:
        """Their titles, in their order."""

    def records(self, heads: Sequence[SourceHead]) -> tuple[str, ...]:
        """Their documents as JSON text, in their order."""


@dataclass(frozen=True, slots=True)
class PartedSources:
    """The sources, some without their DOI; and why, by the source that lost it."""

    heads: tuple[SourceHead, ...]
    reasons: Mapping[SourceKey, str]


def part_shared_dois(heads: Iterable[SourceHead], texts: SourceTexts) -> PartedSources:
    """Take the DOI from sources whose text is clearly another than that of the first by key.

    Sources of one such text stay together, by a PMID or a name of their own.
    """
    ordered = sorted(heads, key=lambda head: head.key)
    by_doi: dict[str, list[SourceHead]] = {}
    for head in ordered:
        if head.identifiers.doi:
            by_doi.setdefault(head.identifiers.doi, []).append(head)
    changed: dict[SourceKey, SourceHead] = {}
    reasons: dict[SourceKey, str] = {}
    for doi, sources in by_doi.items():
        if len(sources) < 2:
            continue
        first, *others = _texts_of(sources, texts)
        for text in others:
            name = f"sha256:{string_hash(text[0].record_sha256 + doi)}"
            for head in text:
                rest = replace(head.identifiers, doi=None)
                changed[head.key] = replace(
                    head, identifiers=rest, document_id=rest.document_id or name
                )
                reasons[head.key] = (
                    f"it gives DOI {doi}, as {first[0].path} does, but its title and text are others."
                    " Both are kept, this one without the DOI."
                )
    return PartedSources(tuple(changed.get(head.key, head) for head in ordered), reasons)


def _texts_of(sources: Sequence[SourceHead], texts: SourceTexts) -> list[list[SourceHead]]:
    """The sources of one DOI by text, in order; nearly always there is one text."""
    titles = dict(zip((one.key for one in sources), texts.titles(sources), strict=True))
    found: list[list[SourceHead]] = []
    for head in sources:
        for text in found:
            titled = [one for one in text if _title_words(titles[one.key])]
            if (
                not titled
                or any(_shares_paper(one, head) for one in text)
                or not all(_are_two(one, head, titles, texts) for one in titled)
            ):
                text.append(head)
                break
        else:
            found.append([head])
    return found


def _shares_paper(one: SourceHead, other: SourceHead) -> bool:
    names = dict(other.identifiers.items())
    return any(kind in _SAME_PAPER and names.get(kind) == v for kind, v in one.identifiers.items())


def _are_two(
    one: SourceHead,
    other: SourceHead,
    titles: Mapping[SourceKey, str | None],
    texts: SourceTexts,
) -> bool:
    if not are_clearly_different_titles(titles[one.key], titles[other.key]):
        return False
    first, second = (document_from_json(text) for text in texts.records([one, other]))
    return not (_names(first, second) or _names(second, first) or _bodies_overlap(first, second))


def are_clearly_different_titles(one: str | None, other: str | None) -> bool:
    """True for two titles of four words or more, of one language, with hardly a word in common."""
    first, second = _title_words(one), _title_words(other)
    if min(len(first), len(second)) < _LEAST_TITLE_WORDS:
        return False
    language = _language(first)
    if language is None or language != _language(second):
        return False
    shared = set(first) & set(second)
    return len(shared) < _MOST_SHARED * len({*first, *second})


def _title_words(title: str | None) -> list[str]:
    return _WORD.findall(fold(title or ""))


def _language(words: Sequence[str]) -> str | None:
    """The language whose function words the title has most of; None where it cannot be told."""
    counts = sorted(
        ((sum(word in own for word in words), name) for name, own in _FUNCTION_WORDS.items()),
        reverse=True,
    )
    (most, name), (second, _) = counts[:2]
    return name if most > second else None


def _names(document: Document, other: Document) -> bool:
    """True where the text begins with the other's title, as a PDF whose title was misread does."""
    beginning = " ".join(_WORD.findall(fold(document.text[:_BEGINNING_CHARACTERS])))
    return " ".join(_title_words(other.title)) in beginning


def _bodies_overlap(one: Document, other: Document) -> bool:
    first, second = _runs(one), _runs(other)
    if not first or not second:
        return False
    return len(first & second) >= _MOST_SHARED * min(len(first), len(second))


def _runs(document: Document) -> set[tuple[str, ...]]:
    """Runs of words at the beginning of what the paper says."""
    body = " ".join(
        document.text[one.start : one.end] for one in document.sections if one.kind == "body"
    )
    words = _WORD.findall(fold(body[: _BODY_WORDS * 12]))[:_BODY_WORDS]
    return {tuple(words[at : at + _RUN_WORDS]) for at in range(len(words) - _RUN_WORDS + 1)}
