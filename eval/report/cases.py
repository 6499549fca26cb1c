"""A case's record in; what the page shows of it, answer, evidence and gold side by side, out."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal
from urllib.parse import quote

from eval.labels import Place
from eval.measures.score import NotScored
from eval.records import CaseRecord
from index.errors import SettingsError

Change = Literal["fixed", "broken", "other", "same", "new"]
"""What became of a case since the baseline: wrong → right, right → wrong, or another flip."""

FLIPS: tuple[Change, ...] = ("broken", "fixed", "other", "new")
_TURNS: dict[tuple[str, str], Change] = {
    ("wrong", "right"): "fixed",
    ("right", "wrong"): "broken",
}
_SHOWN_RANKS, _SHOWN_UNLABELLED = 6, 3
"""First sentences of a ranking that are shown, with and without gold; below, gold and cited ones."""
_PASSAGE = re.compile(r"(?P<document_id>.+):(?P<start>\d+)-(?P<end>\d+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, and whether it lies in the words that answer."""

    text: str
    gold: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the answer with the numbers of its references."""

    kind: str
    pieces: list[Piece]
    markers: list[int]


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence that was ranked; `markers` are the references that quote it."""

    rank: int
    place: Place
    score: float
    pieces: list[Piece]
    gold: bool
    markers: list[int]


@dataclass(frozen=True, slots=True)
class GoldQuote:
    """Words that answer; `place` is None where they stand nowhere, or where nobody looked."""

    quote: str
    source: str
    place: Place | None
    markers: list[int]
    rank: int | None


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as the page shows it."""

    record: CaseRecord
    anchor: str
    change: Change | None
    before: str | None
    sentences: list[Sentence]
    passages: list[Passage]
    gold: list[GoldQuote]
    scored: dict[str, float]
    unscored: dict[str, list[str]]
    """Measures by the reason why they have no score."""


def view_case(record: CaseRecord, verdicts: Mapping[str, str] | None) -> CaseView:
    """The case as the page shows it; `verdicts` are the baseline's, None where there is none."""
    sentences = record.answer["sentences"] if record.answer else []
    gold = [Place(**place) for place in record.places if place]
    cited = [(one["n"], _cited(one)) for sentence in sentences for one in sentence["citations"]]
    passages = list(_passages(record, gold, cited))
    first = _SHOWN_RANKS if gold else _SHOWN_UNLABELLED
    before = verdicts.get(record.case_id) if verdicts else None
    return CaseView(
        record=record,
        anchor="case-" + quote(record.case_id, safe="").replace("%", "_"),
        change=None if verdicts is None else _change(before, record.verdict),
        before=before,
        sentences=[_sentence(one, gold) for one in sentences],
        passages=[one for one in passages if one.rank <= first or one.gold or one.markers],
        gold=list(_gold(record, cited, passages)),
        scored={
            name: score for name, score in record.scores.items() if not isinstance(score, NotScored)
        },
        unscored=_unscored(record),
    )


def _passages(
    record: CaseRecord, gold: Sequence[Place], cited: Sequence[tuple[int, Place]]
) -> Iterator[Passage]:
    for rank, hit in enumerate(record.ranking, start=1):
        place = _place(hit["passage"])
        yield Passage(
            rank=rank,
            place=place,
            score=hit["score"],
            pieces=_pieces(hit["text"], place, gold),
            gold=hit["passage"] in record.relevant,
            markers=_markers(place, cited),
        )


def _unscored(record: CaseRecord) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for name, score in record.scores.items():
        if isinstance(score, NotScored):
            names.setdefault(score.reason, []).append(name)
    return names


def _sentence(sentence: Mapping[str, Any], gold: Sequence[Place]) -> Sentence:
    """A claim is the words of its quote, so gold can be shown in it to the letter."""
    text, citations = sentence["text"], sentence["citations"]
    quoted = sentence["kind"] == "claim" and citations
    return Sentence(
        kind=sentence["kind"],
        pieces=_pieces(text, _cited(citations[0]), gold) if quoted else [Piece(text, gold=False)],
        markers=list(dict.fromkeys(one["n"] for one in citations)),
    )


def _gold(
    record: CaseRecord, cited: Sequence[tuple[int, Place]], passages: Sequence[Passage]
) -> Iterator[GoldQuote]:
    quotes = record.case["gold"]
    places = record.places or [None] * len(quotes)
    for one, where in zip(quotes, places, strict=True):
        place = Place(**where) if where else None
        met = [hit.rank for hit in passages if place and hit.place.meets(place)]
        yield GoldQuote(
            quote=one["quote"],
            source=one["source"],
            place=place,
            markers=_markers(place, cited) if place else [],
            rank=met[0] if met else None,
        )


def _cited(citation: Mapping[str, Any]) -> Place:
    return Place(citation["document_id"], citation["start"], citation["end"])


def _markers(place: Place, cited: Sequence[tuple[int, Place]]) -> list[int]:
    return sorted({n for n, one in cited if one.meets(place)})


def _place(passage: str) -> Place:
    found = _PASSAGE.fullmatch(passage)
    if found is None:
        raise SettingsError(f"{passage!r} names no passage.", "Make the run anew: alsqa eval run.")
    return Place(found["document_id"], int(found["start"]), int(found["end"]))


def _pieces(text: str, place: Place, gold: Sequence[Place]) -> list[Piece]:
    """The text cut where gold begins and ends; uncut where it is not as long as its place."""
    if len(text) != place.end - place.start:
        return [Piece(text, gold=False)]
    own = [one for one in gold if one.document_id == place.document_id]
    ends = {end - place.start for one in own for end in (one.start, one.end)}
    cuts = [0, *sorted(end for end in ends if 0 < end < len(text)), len(text)]
    return [
        Piece(text[start:end], any(one.start <= place.start + start < one.end for one in own))
        for start, end in pairwise(cuts)
    ]


def _change(before: str | None, now: str) -> Change:
    if before is None:
        return "new"
    return _TURNS.get((before, now), "same" if before == now else "other")
