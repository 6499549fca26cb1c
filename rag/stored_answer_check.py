"""Does a stored answer hold against what was kept with it? An answer and its record in, faults out.

It is composed again and compared, then the checks that every answer passes run against the texts as
they were kept, whatever the library holds by now.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from types import UnionType
from typing import Any

from index.errors import AlsqaError
from rag.answer_json import answer_to_dict
from rag.history import StoredReplay
from rag.models import Answer
from rag.recomposition import StoredTexts, recompose
from rag.replay_json import record_from_json
from rag.replay_record import ReplayRecord, compose_anew, composing_rules
from rag.verification import check_answer

_COMPARED = ("status", "text", "sentences", "notices", "references", "evidence")
_SINGULAR = {
    "sentences": "sentence",
    "notices": "notice",
    "references": "reference",
    "spans": "span",
    "citations": "citation",
    "status_notes": "status note",
    "links": "link",
    "authors": "author",
}
_SPAN = {"document_id": str, "start": int, "end": int, "quote": str}
_SHAPE = {
    "answer_id": str,
    "conversation_id": str | None,
    "question": str,
    "status": str,
    "text": str,
    "sentences": [{"text": str}],
    "notices": [{"text": str}],
    "references": [
        {
            "n": int,
            "document_id": str,
            "title": str | None,
            "status": str,
            "pmid": str | None,
            "pmcid": str | None,
            "doi": str | None,
            "spans": [_SPAN],
        }
    ],
    "evidence": list,
    "receipt": {
        "build_id": str,
        "corpus_fingerprint": str,
        "embedding_fingerprint": str,
        "composer": str,
        "settings_hash": str,
        "as_of": str,
        "timings_ms": dict,
        "runs_on": str,
    },
}
"""What a replay needs of a stored answer."""
_SHOWN = 160
_OTHER_ANSWER = "The stored answer is not, character for character, what was stored."
_REST_CHANGED = (
    "Its status, sentences, notices, references and evidence are what composing again gives; what"
    " differs is its question, its filters, its receipt or its ids."
)
_OTHER_RECORD = "What was kept with the answer is not, character for character, what was stored."
_OTHER_RULES = (
    "This alsqa composes by other rules than the one that gave the answer; the differences may come"
    " of that."
)


@dataclass(frozen=True, slots=True)
class StoredCheck:
    """What came of composing a stored answer again; it holds where nothing is wrong."""

    answer: Answer | None
    """As it was composed again; None where what was kept cannot be read."""
    texts: dict[str, str]
    """sha256 of the whole text of each cited document, by id, when the answer was given."""
    faults: tuple[str, ...]
    remarks: tuple[str, ...]
    """What is no fault and may explain one."""


def shape_fault(stored: Any) -> str | None:
    """What is missing of the shape of an answer, as far as a replay needs it."""
    return next(_shape_faults(stored, _SHAPE, "the stored answer"), None)


def check_stored(kept: StoredReplay) -> StoredCheck:
    """Compose the answer again, compare, and check it against the texts that were kept.

    The stored answer has the shape of one, see `shape_fault`.
    """
    faults = [] if kept.answer_is_intact else [_OTHER_ANSWER]
    faults += [] if kept.record_is_intact else [_OTHER_RECORD]
    try:
        record = record_from_json(kept.record or "")
        answer = recompose(record, kept.answer)
    except AlsqaError as error:
        return StoredCheck(None, {}, (*faults, str(error)), ())
    made = answer_to_dict(answer)
    for name in _COMPARED:
        faults += _differences(kept.answer[name], made[name], _SINGULAR.get(name, name))
    if faults == [_OTHER_ANSWER]:
        faults.append(_REST_CHANGED)
    texts = StoredTexts(record)
    faults += check_answer(
        answer, document=texts.document, retrieved=record.retrieved, standing=texts.standing
    )
    chosen = _choice_faults(record, kept.answer["question"])
    remarks: tuple[str, ...] = ()
    if record.rules == composing_rules():
        faults += chosen
    elif faults or chosen:
        remarks = (_OTHER_RULES,)
    hashes = {
        one.document.document_id: one.text_sha256 for one in record.documents if one.text_sha256
    }
    return StoredCheck(answer, hashes, tuple(faults), remarks)


def _shape_faults(value: Any, shape: Any, place: str) -> Iterator[str]:
    """`shape` is a type, types by name, or a list of one shape."""
    if isinstance(shape, type | UnionType):
        if not isinstance(value, shape):
            yield f"{place} is not what it is in an answer"
    elif isinstance(shape, list):
        if not isinstance(value, list):
            yield f"{place} is no list"
            return
        for number, one in enumerate(value, start=1):
            yield from _shape_faults(one, shape[0], f"{place}, number {number},")
    else:
        if not isinstance(value, dict):
            yield f"{place} is not what it is in an answer"
            return
        for name, inner in shape.items():
            if name not in value:
                yield f"{place} has no {_name(name)}"
            else:
                yield from _shape_faults(value[name], inner, f"{place}: {name}")


def _choice_faults(record: ReplayRecord, question: str) -> list[str]:
    """Where the evidence that was kept gives other sentences than those that were composed of it."""
    if not record.from_evidence:
        return []
    anew = compose_anew(
        record.evidence, record.documents, question=question, most=record.max_sentences
    )
    if anew == record.drafts:
        return []
    said = " ".join(draft.text for draft in anew)
    return [f"the evidence that was kept gives other sentences: {_shown(said)}"]


def _differences(stored: Any, made: Any, place: str) -> Iterator[str]:
    """Each value of the stored answer that is not what composing again gives, and where it stands.

    What later versions show besides is no difference.
    """
    if isinstance(stored, dict) and isinstance(made, dict):
        for name in stored.keys() & made.keys():
            yield from _differences(stored[name], made[name], f"{place}, {_name(name)}")
    elif isinstance(stored, list) and isinstance(made, list) and len(stored) == len(made):
        for number, (one, other) in enumerate(zip(stored, made, strict=True), start=1):
            yield from _differences(one, other, f"{place} {number}")
    elif isinstance(stored, list) and isinstance(made, list):
        yield f"{place}: {len(stored)} are stored, composed again there are {len(made)}"
    elif stored != made:
        first = _first_difference(stored, made)
        yield f"{place}: stored is {_shown(stored, first)}, composed again it is {_shown(made, first)}"


def _name(name: str) -> str:
    return _SINGULAR.get(name, name.replace("_", " "))


def _first_difference(one: Any, other: Any) -> int:
    """Where two texts begin to differ; 0 for other values."""
    if not isinstance(one, str) or not isinstance(other, str):
        return 0
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


def _shown(value: Any, first: int = 0) -> str:
    """A value, of a long text what stands around that place."""
    if not isinstance(value, str):
        return str(value)
    start = max(0, first - _SHOWN // 2)
    cut = value[start : start + _SHOWN]
    return f"“{'…' if start else ''}{cut}{'…' if start + _SHOWN < len(value) else ''}”"
