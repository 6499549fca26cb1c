"""What became of the sources of a stored answer: its quotes against the texts held now.

The quotes of an answer stay those of the day it was made; this says where a source has changed.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from index.build_reader import Build
from index.errors import UnknownDocumentError

State = Literal["moved", "changed", "gone"]
_TEXTS: dict[State, str] = {
    "moved": "The source has changed since; the quoted words stand elsewhere in it now.",
    "changed": "The source's text has changed since; the quoted words no longer stand in it.",
    "gone": "The source has been taken out of the library since; the quote is from then.",
}


@dataclass(frozen=True, slots=True)
class SourceChange:
    """A quote that does not stand any more where the answer says: in which reference, and how."""

    n: int
    document_id: str
    start: int
    end: int
    state: State
    text: str


def find_changes(answer: dict[str, Any], build: Build) -> list[SourceChange]:
    """Every quote of a stored answer that its source no longer has at those offsets."""
    changes = []
    for reference in answer["references"]:
        for span in reference["spans"]:
            state = _state(span, build)
            if state is not None:
                changes.append(
                    SourceChange(
                        n=reference["n"],
                        document_id=span["document_id"],
                        start=span["start"],
                        end=span["end"],
                        state=state,
                        text=_TEXTS[state],
                    )
                )
    return changes


def find_other_texts(texts: Mapping[str, str], build: Build) -> Iterator[str]:
    """Ids of documents whose text has not that sha256 now; not of those that were taken out."""
    for document_id, sha256 in texts.items():
        try:
            text = build.document(document_id).text
        except UnknownDocumentError:
            continue
        if hashlib.sha256(text.encode()).hexdigest() != sha256:
            yield document_id


def _state(span: dict[str, Any], build: Build) -> State | None:
    try:
        text = build.document(span["document_id"]).text
    except UnknownDocumentError:
        return "gone"
    if text[span["start"] : span["end"]] == span["quote"]:
        return None
    return "moved" if span["quote"] in text else "changed"
