"""Answers to the parts of a question, joined: what each part got in, what the question gets out."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, zip_longest

from rag.composition import Outcome
from rag.evidence import EvidenceSentence
from rag.models import Notice, Span, Status
from rag.question_parts import QuestionPart
from rag.references import Draft
from rag.verification import without_links

_MOST_SENTENCES = 5


def join_parts(parts: Sequence[tuple[QuestionPart, Outcome]]) -> Outcome | None:
    """One outcome; partial where a part has no answer, which is named; None where no part has one.

    A sentence that answers two parts stands once, where it is first needed.
    """
    answered = [outcome for _, outcome in parts if outcome.drafts]
    if not answered:
        return None
    silent = [part for part, outcome in parts if not outcome.drafts]
    notices = [notice for outcome in answered for notice in outcome.notices]
    notices += [Notice("missing", f"Not answered: {without_links(part.text)}") for part in silent]
    likely = [one.answerability for one in answered if one.answerability is not None]
    return Outcome(
        status=_status(answered, is_whole=not silent),
        drafts=_distinct(_shortened([one.drafts for one in answered])),
        notices=tuple(dict.fromkeys(notices)),
        evidence=_in_turns([outcome.evidence for _, outcome in parts]),
        answerability=min(likely, default=None),
        looked_up=frozenset().union(*(outcome.looked_up for _, outcome in parts)),
    )


def may_be_joined(whole: Outcome) -> bool:
    """False for what papers' records answer: a list of papers is asked for as a whole."""
    return all(draft.kind == "claim" for draft in whole.drafts)


def better_of(whole: Outcome, joined: Outcome | None) -> Outcome:
    """What the parts got; the answer to the whole question where they got less."""
    if joined is None or (whole.drafts and joined.status == "partial"):
        return whole
    return joined


def _status(answered: Sequence[Outcome], *, is_whole: bool) -> Status:
    if any(one.status == "personal_medical" for one in answered):
        return "personal_medical"
    is_whole = is_whole and all(one.status == "answered" for one in answered)
    return "answered" if is_whole else "partial"


def _shortened(parts: Sequence[Sequence[Draft]]) -> Iterator[Draft]:
    """As many as may be; the last sentences of the longest parts are left out."""
    kept = [list(one) for one in parts]
    while sum(map(len, kept)) > _MOST_SENTENCES and max(map(len, kept)) > 1:
        max(kept, key=len).pop()
    return chain.from_iterable(kept)


def _distinct(drafts: Iterable[Draft]) -> list[Draft]:
    seen: set[tuple[Span, ...]] = set()
    kept: list[Draft] = []
    for draft in drafts:
        if draft.spans not in seen:
            seen.add(draft.spans)
            kept.append(draft)
    return kept


def _in_turns(found: Sequence[Sequence[EvidenceSentence]]) -> list[EvidenceSentence]:
    """The best of each part, then the second best of each, every sentence once."""
    turns = (one for turn in zip_longest(*found) for one in turn if one is not None)
    kept: dict[tuple[str, int, int], EvidenceSentence] = {}
    for one in turns:
        kept.setdefault((one.document_id, one.start, one.end), one)
    return list(kept.values())
