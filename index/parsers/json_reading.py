"""JSON read as a stream: what its head holds, to tell the kind of file, then its records one by one."""

import codecs
import io
from collections.abc import Iterator
from contextlib import closing
from typing import Any, BinaryIO

import ijson

from index.errors import DocumentError
from index.parsers.source_file import SourceFile

Json = dict[str, Any]
Path = tuple[str, ...]

ITEM, ANY = "item", "*"
"""In a path: the entries of a list, whatever stands in an object."""

_DEEPEST = 60
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def head_value(source: SourceFile) -> Any:
    """What the head of the file holds of its first JSON value, as far as it goes; None for no JSON."""
    head = source.head
    if not head.startswith(_UTF16) and head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"{", b"["):
        return None
    builder = _Builder(())
    try:
        for event, value in _events(io.BytesIO(head), head):
            if builder.take(event, value):
                break
    except DocumentError:
        pass  # the head may end in the middle of the file
    return builder.value


def iter_values(source: SourceFile, path: Path) -> Iterator[Any]:
    """Each value at `path`: `("message", "items", ITEM)`; () for each that stands at the top.

    Raises:
        DocumentError: the JSON is broken or nested too deeply; the values before that were given.
    """
    builder = _Builder(path)
    with closing(source.open()) as file:
        for event, value in _events(file, source.head):
            if builder.take(event, value):
                yield builder.value


def texts_at(value: Any, *keys: str) -> list[str]:
    """All texts and numbers under the keys, in order; lists on the way are gone through.

    `texts_at(record, "pubTypeList", "pubType")` reads `{"pubTypeList": {"pubType": ["a", "b"]}}`.
    """
    found = (one for one in values_at(value, *keys) if not isinstance(one, dict | bool))
    return [text for one in found if (text := str(one)).strip()]


def text_at(value: Any, *keys: str) -> str | None:
    """The first of `texts_at`, None where there is none."""
    return next(iter(texts_at(value, *keys)), None)


def maps_at(value: Any, *keys: str) -> list[Json]:
    """All objects under the keys, in order; lists on the way are gone through."""
    return [one for one in values_at(value, *keys) if isinstance(one, dict)]


def values_at(value: Any, *keys: str) -> list[Any]:
    """All that stands under the keys, in order; lists on the way are gone through, None left out."""
    found = [value]
    for key in (*keys, None):
        flat = list[Any]()
        for one in found:
            flat += _flat(one)
        if key is None:
            return flat
        found = [one[key] for one in flat if isinstance(one, dict) and key in one]
    return found


def _flat(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        for one in value:
            yield from _flat(one)
    elif value is not None:
        yield value


class _Builder:
    """Puts together the values at a path from what the parser reports piece by piece."""

    def __init__(self, path: Path) -> None:
        self.value: Any = None
        self._path = list(path)
        self._at: list[str] = []
        self._open: list[Any] = []

    def take(self, event: str, value: Any) -> bool:
        """Take the next piece; True where `value` is now whole."""
        if event == "map_key":
            self._at[-1] = value
            return False
        if event in ("end_map", "end_array"):
            self._at.pop()
            if self._open:
                self._open.pop()
                return not self._open
            return False
        is_container = event in ("start_map", "start_array")
        if is_container:
            value = {} if event == "start_map" else []
        is_wanted = not self._open and self._is_at_path()
        if self._open:
            container = self._open[-1]
            if isinstance(container, dict):
                container[self._at[-1]] = value
            else:
                container.append(value)
        elif is_wanted:
            self.value = value
        if is_container:
            if self._open or is_wanted:
                self._open.append(value)
            self._at.append(ITEM if event == "start_array" else "")
            if len(self._at) > _DEEPEST:
                raise DocumentError("its JSON is nested too deeply.", "Export it again.")
        return is_wanted and not is_container

    def _is_at_path(self) -> bool:
        return len(self._at) == len(self._path) and all(
            wanted in (ANY, name) for wanted, name in zip(self._path, self._at, strict=True)
        )


def _events(file: BinaryIO, head: bytes) -> Iterator[tuple[str, Any]]:
    """What ijson reports of the file; values that stand one after another are all read."""
    if head.startswith(codecs.BOM_UTF8):
        file.read(len(codecs.BOM_UTF8))
    try:
        if head.startswith(_UTF16):
            file = io.BytesIO(file.read().decode("utf-16").encode())
        yield from ijson.basic_parse(file, multiple_values=True)
    except (ijson.JSONError, UnicodeError) as error:
        raise DocumentError("its JSON is broken.", "Fetch or export it again.") from error
