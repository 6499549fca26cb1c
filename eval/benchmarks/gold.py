"""What a line of a `queries.jsonl` says is right: answers of every form, quoted words, directions.

The sets write the same things in different ways; this is told by the form, never by a set's name.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from eval.measures.citations import Relation
from index.errors import SettingsError

_YES_NO = ("yes", "no", "maybe")
EFFECTS = ("significantly increased", "significantly decreased", "no significant difference")
"""The labels of Evidence Inference (Lehman et al. 2019, arXiv:1904.01606)."""
_RELATIONS: dict[str, Relation] = {"support": "supports", "refute": "contradicts"}
_REMEDY = "Fetch the set again, or mend the line."


@dataclass(frozen=True, slots=True)
class Quote:
    """Gold words; `paper` names their document, None where any gold document may hold them."""

    text: str
    paper: str | None
    relation: Relation | None


@dataclass(frozen=True, slots=True)
class Gold:
    """What is right, as far as the line says."""

    ideal_answers: tuple[str, ...]
    exact_answers: tuple[tuple[str, ...], ...]
    yes_no: str | None
    effect: str | None
    quotes: tuple[Quote, ...]


def read_gold(place: str, line: Mapping[str, Any]) -> Gold:
    """Read the fields `exact_answer`, `ideal_answer`, and `snippets` or `evidence`.

    Args:
        place: file and line, for messages.
        line: the question's object.

    Raises:
        SettingsError: a field has a form that no set has.
    """
    exact = line.get("exact_answer")
    is_word = isinstance(exact, str)
    is_label = is_word and exact in (*_YES_NO, *EFFECTS)
    return Gold(
        ideal_answers=tuple(_texts(place, "ideal_answer", line.get("ideal_answer"))),
        exact_answers=() if is_label else _items(place, line.get("type"), exact),
        yes_no=exact if is_word and exact in _YES_NO else None,
        effect=exact if is_word and exact in EFFECTS else None,
        quotes=tuple(_quotes(place, line)),
    )


def _items(place: str, kind: object, exact: object) -> tuple[tuple[str, ...], ...]:
    """Every item of a list with its synonyms; of all other kinds, one item that may be said so."""
    if kind == "list" and isinstance(exact, list):
        items = [tuple(_texts(place, "exact_answer", one)) for one in exact]
    else:
        items = [tuple(_texts(place, "exact_answer", exact))]
    return tuple(item for item in items if item)


def _texts(place: str, field: str, value: object) -> Iterator[str]:
    """The texts in a text, a list of texts, or a list of such lists."""
    if isinstance(value, str):
        if value.strip():
            yield value.strip()
    elif isinstance(value, list):
        for one in value:
            yield from _texts(place, field, one)
    elif value is not None:
        raise SettingsError(f"{place}: {field} has {value!r}, not a text.", _REMEDY)


def _quotes(place: str, line: Mapping[str, Any]) -> Iterator[Quote]:
    """Quoted words; those that the set itself doubts are left out."""
    given = line.get("snippets") or line.get("evidence") or []
    if not isinstance(given, list):
        raise SettingsError(f"{place}: snippets or evidence are no list.", _REMEDY)
    for one in given:
        if isinstance(one, str):
            yield Quote(one, None, None)
            continue
        text = (one.get("quote") or one.get("text")) if isinstance(one, dict) else None
        if not isinstance(text, str):
            raise SettingsError(f"{place}: {one!r} has no quoted text.", _REMEDY)
        paper = one.get("pmid")
        if not one.get("doubtful"):
            relation = _RELATIONS.get(str(one.get("relation")).lower())
            yield Quote(text, None if paper is None else str(paper), relation)
