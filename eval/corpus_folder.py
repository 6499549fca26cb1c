"""Documents of public sets, `<set>/corpus.jsonl`, written as a folder of text files to ingest."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from index.errors import SettingsError

_LABELS = ("pmid", "pmcid", "doi")
_BLANK_LINE = re.compile(r"\n\s*\n")
_SHORT_OR_MARKED = re.compile(r"#{1,6}\s|(?:PMID|PMCID|DOI)\s*:|.{,100}$", re.IGNORECASE)
"""Paragraphs that a parser of plain text may take for a heading, an identifier or a signature."""


def write_corpus(
    folder: Path,
    bench_data: Path,
    sets: Sequence[str],
    *,
    limit: int | None = None,
    distinct: bool = False,
) -> int:
    """Write one file for each document that has a title or a text; how many there are.

    Args:
        folder: made where it does not exist.
        bench_data: holds a folder for each set.
        sets: their documents follow each other in this order.
        limit: the most files that are written.
        distinct: leave out documents that share an identifier with an earlier one; the library
            would make one document of both.

    Raises:
        SettingsError: a set is not there, or a line of it is no document.
    """
    records = corpus_lines(bench_data, sets)
    if distinct:
        records = _distinct(records)
    folder.mkdir(parents=True, exist_ok=True)
    files = 0
    for name, text in islice(_texts(records), limit):
        (folder / name).write_text(text, encoding="utf-8")
        files += 1
    return files


def plain_text(record: Mapping[str, Any]) -> str:
    """The document as a file that `index.parsers.plain_text` reads; "" where it says nothing."""
    title = " ".join((record.get("title") or "").split())
    blocks = [_unmarked(block) for block in _BLANK_LINE.split(record.get("text") or "")]
    body = [block for block in blocks if block]
    if not title and not body:
        return ""
    labels = [f"{name.upper()}: {record[name]}" for name in _LABELS if record.get(name)]
    head = [f"# {title}"] if title else []
    return "\n\n".join([*head, *(["\n".join(labels)] if labels else []), *body]) + "\n"


def _unmarked(paragraph: str) -> str:
    """The paragraph on one line; what could be taken for more than text begins with a dash."""
    line = " ".join(paragraph.split())
    return f"– {line}" if line and _SHORT_OR_MARKED.match(line) else line


def _texts(records: Iterator[tuple[str, dict[str, Any]]]) -> Iterator[tuple[str, str]]:
    return ((name, text) for name, record in records if (text := plain_text(record)))


def corpus_lines(bench_data: Path, sets: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The name of the file to be, `<set>-<line>.txt`, and the record, of each document.

    Raises:
        SettingsError: a set is not there, or a line of it is no JSON object.
    """
    for one in sets:
        for number, record in json_lines(bench_data / one / "corpus.jsonl"):
            yield f"{one}-{number:05}.txt", record


def json_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The number and the object of each line.

    Raises:
        SettingsError: the file cannot be read, or a line of it is no JSON object.
    """
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                yield number, _record(path, number, line)
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{path} cannot be read ({error}).",
            "Set ALSQA_BENCH_DATA to the folder that holds the sets.",
        ) from error


def _record(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except ValueError as error:
        raise SettingsError(f"{path}, line {number}: {error}.", "Fetch the set again.") from error
    if not isinstance(record, dict):
        raise SettingsError(f"{path}, line {number}: no JSON object.", "Fetch the set again.")
    return record


def _distinct(
    records: Iterator[tuple[str, dict[str, Any]]],
) -> Iterator[tuple[str, dict[str, Any]]]:
    seen: set[tuple[str, str]] = set()
    for name, record in records:
        own = {(label, str(record[label]).lower()) for label in _LABELS if record.get(label)}
        own = own or {("text", plain_text(record))}
        if seen.isdisjoint(own):
            yield name, record
        seen |= own
