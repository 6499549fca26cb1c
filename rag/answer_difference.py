"""How an answer differs from a stored one to the same question: two answers as JSON in, what differs out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from rag.status_changes import means_a_change

_RECEIPT = (
    "build_id",
    "corpus_fingerprint",
    "embedding_fingerprint",
    "settings_hash",
    "reranker",
    "composer",
    "runs_on",
)
_NAMES = ("pmid", "pmcid", "doi")


@dataclass(frozen=True, slots=True)
class Change:
    """A value that is another one now."""

    name: str
    before: str | None
    now: str | None


@dataclass(frozen=True, slots=True)
class NamedReference:
    """A reference as it is told: its number in its own answer, its paper and the paper's title."""

    n: int
    document_id: str
    title: str | None


@dataclass(frozen=True, slots=True)
class AnswerDifference:
    """What is gone, what is new and what has changed, between an answer before and one now."""

    status: Change | None = None
    sentences_gone: tuple[str, ...] = ()
    sentences_new: tuple[str, ...] = ()
    notices_gone: tuple[str, ...] = ()
    notices_new: tuple[str, ...] = ()
    references_gone: tuple[NamedReference, ...] = ()
    references_new: tuple[NamedReference, ...] = ()
    standings: tuple[Change, ...] = ()
    """Of the papers that both cite, by document id."""
    receipt: tuple[Change, ...] = field(default=())
    """How both were made: build, embedding, settings, reranker, composer."""

    @property
    def is_same_answer(self) -> bool:
        """True where only the receipts differ, if anything does."""
        parts = (self.sentences_gone, self.sentences_new, self.notices_gone, self.notices_new)
        papers = (self.references_gone, self.references_new, self.standings)
        return self.status is None and not any(parts) and not any(papers)


def compare_answers(before: dict[str, Any], now: dict[str, Any]) -> AnswerDifference:
    """The differences; sentences and notices are told apart by their text, papers by any identifier."""
    old, new = before["references"], now["references"]
    pairs = [(one, other) for one in old for other in new if _is_same_paper(one, other)]
    return AnswerDifference(
        status=_change("status", before["status"], now["status"]),
        sentences_gone=_only_in(before["sentences"], now["sentences"]),
        sentences_new=_only_in(now["sentences"], before["sentences"]),
        notices_gone=_only_in(before["notices"], now["notices"]),
        notices_new=_only_in(now["notices"], before["notices"]),
        references_gone=tuple(_named(one) for one in old if one not in [pair[0] for pair in pairs]),
        references_new=tuple(_named(one) for one in new if one not in [pair[1] for pair in pairs]),
        standings=tuple(
            Change(other["document_id"], one["status"], other["status"])
            for one, other in pairs
            if means_a_change(one["status"], other["status"])
        ),
        receipt=tuple(
            change
            for name in _RECEIPT
            if (change := _change(name, before["receipt"].get(name), now["receipt"].get(name)))
        ),
    )


def _change(name: str, before: str | None, now: str | None) -> Change | None:
    return None if before == now else Change(name, before, now)


def _only_in(ones: Sequence[dict[str, Any]], others: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    """Texts of the first that the others do not have."""
    texts = {one["text"] for one in others}
    return tuple(one["text"] for one in ones if one["text"] not in texts)


def _is_same_paper(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """True by id, or by an identifier that both have: a document's id may be a better one by now."""
    return one["document_id"] == other["document_id"] or any(
        one[name] is not None and one[name] == other[name] for name in _NAMES
    )


def _named(reference: dict[str, Any]) -> NamedReference:
    return NamedReference(reference["n"], reference["document_id"], reference["title"])
