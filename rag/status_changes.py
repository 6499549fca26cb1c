"""Past answers that cite a paper whose standing is another one now."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from index.identifiers import Identifiers
from index.publication_status import Standing

_MEAN_NOTHING = frozenset({"not_checked", "no_notice"})


@dataclass(frozen=True, slots=True)
class StatusChange:
    """A cited paper of a stored answer: its standing as it was shown, and as it is now."""

    answer_id: str
    asked_at: str
    question: str
    n: int
    document_id: str
    title: str | None
    before: str
    now: str
    sources: tuple[str, ...]


def means_a_change(before: str, now: str) -> bool:
    """False where both are the same, or neither says anything of the paper."""
    return now != before and not {now, before} <= _MEAN_NOTHING


def find_status_changes(
    answers: Iterable[tuple[str, dict[str, Any]]],
    standing: Callable[[str, Identifiers], Standing],
) -> Iterator[StatusChange]:
    """The changes in stored answers, each given with when it was stored.

    That a paper was not checked and now has no notice, or the other way round, is no change.
    """
    standing = cache(standing)
    for asked_at, answer in answers:
        for reference in answer["references"]:
            names = {name: reference[name] for name in ("pmid", "pmcid", "doi")}
            now = standing(reference["document_id"], Identifiers(**names))
            before = reference["status"]
            if means_a_change(before, now.status):
                yield StatusChange(
                    answer_id=answer["answer_id"],
                    asked_at=asked_at,
                    question=answer["question"],
                    n=reference["n"],
                    document_id=reference["document_id"],
                    title=reference["title"],
                    before=before,
                    now=now.status,
                    sources=tuple(dict.fromkeys(one.source for one in now.notes)),
                )
