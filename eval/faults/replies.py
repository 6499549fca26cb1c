"""Sentences that people wrote after a quote: `replies.jsonl` and the public sets in, replies out.

The file names each quote by its place and holds no text of the sets.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from eval.corpus_folder import json_lines
from index.errors import SettingsError

REPLIES_FILE = Path(__file__).with_name("replies.jsonl")
_DIGEST_CHARS = 12
_TAG = re.compile(r"</?(?:sup|sub|i|b)>")


class Fold(StrEnum):
    """What a reply is for."""

    TUNING = "tuning"
    HELD_OUT = "held out"


@dataclass(frozen=True, slots=True)
class Swap:
    """A name of a sentence, and another that makes the sentence false."""

    name: str
    other: str


@dataclass(frozen=True, slots=True)
class WrittenReply:
    """A quote, a sentence that it bears, and sentences that it does not; all written by hand."""

    number: int
    fold: Fold
    document_id: str
    quote: str
    paraphrase: str
    swap: Swap | None
    opposite: str
    opposite_kind: str
    """What was done to the paraphrase: "negation dropped", "negation added" or "direction"."""
    outside: str
    """A sentence on the same topic of which the quote says nothing."""

    @classmethod
    def from_dict(cls, line: Mapping[str, Any], quote: str) -> Self:
        """Of a line of the file."""
        swap = line["swap"]
        return cls(
            number=line["n"],
            fold=Fold(line["fold"]),
            document_id=f"{line['set']}:{line['document']}",
            quote=quote,
            paraphrase=line["paraphrase"],
            swap=Swap(swap["name"], swap["other"]) if swap else None,
            opposite=line["opposite"],
            opposite_kind=line["opposite_kind"],
            outside=line["outside"],
        )


def load_replies(bench_data: Path, file: Path | None = None) -> list[WrittenReply]:
    """All of them, with their quotes from the sets' corpora.

    Raises:
        SettingsError: a set is missing, or a quote is no longer what it was.
    """
    lines = [
        json.loads(line) for line in (file or REPLIES_FILE).read_text(encoding="utf-8").splitlines()
    ]
    texts = {name: _texts(bench_data, name) for name in sorted({line["set"] for line in lines})}
    return [
        WrittenReply.from_dict(line, _quote(line, texts[line["set"]].get(line["document"], "")))
        for line in lines
    ]


def digest_of(quote: str) -> str:
    """By which a quote is known again."""
    return hashlib.sha256(quote.encode()).hexdigest()[:_DIGEST_CHARS]


def _texts(bench_data: Path, name: str) -> dict[str, str]:
    path = bench_data / name / "corpus.jsonl"
    if not path.is_file():
        raise SettingsError(
            f"{path} is not there.", "Fetch the public sets and name their folder with --data."
        )
    return {line["id"]: line["text"] for _, line in json_lines(path)}


def _quote(line: Mapping[str, Any], text: str) -> str:
    quote = text[line["start"] : line["end"]]
    if digest_of(quote) != line["quote_sha256"]:
        raise SettingsError(
            f"Document {line['document']} of {line['set']} is not the one that reply "
            f"{line['n']} was written after.",
            "Fetch the set again.",
        )
    return _TAG.sub("", quote)
