import contextlib
import json
from itertools import islice
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import DocumentError
from index.parsers.json_reading import (
    ANY,
    ITEM,
    Path,
    head_value,
    iter_values,
    maps_at,
    text_at,
    texts_at,
)
from tests.index.parsers.references.record_checks import source_of


def _values(data: str | bytes, *path: str) -> list[Any]:
    return list(iter_values(source_of(data), path))


@pytest.mark.parametrize(
    ("data", "path", "values"),
    [
        ('{"a": 1}', (), [{"a": 1}]),
        ('{"a": 1}\n{"a": 2}\n', (), [{"a": 1}, {"a": 2}]),
        ('[{"a": 1}, 2, [3]]', (ITEM,), [{"a": 1}, 2, [3]]),
        ('{"m": {"items": [{"a": 1}]}, "items": [5]}', ("m", "items", ITEM), [{"a": 1}]),
        ('{"m": {"x": {"y": [1]}}, "n": {"x": 2}}', (ANY, "x"), [{"y": [1]}, 2]),
        ('{"m.n": [1]}', ("m.n", ITEM), [1]),
        ('{"a": 1}', ("b",), []),
        ("[]", (ITEM,), []),
        ('\ufeff{"a": 1}', (), [{"a": 1}]),
    ],
)
def test_values_at_a_path_are_given_in_order(data: str, path: Path, values: list[Any]) -> None:
    assert _values(data, *path) == values


def test_utf16_with_its_mark_is_read() -> None:
    assert _values('{"a": "ü"}'.encode("utf-16"), "a") == ["ü"]
    assert head_value(source_of('{"a": "ü"}'.encode("utf-16"))) == {"a": "ü"}


def test_values_before_the_break_are_given() -> None:
    values = iter_values(source_of('[{"a": 1}, {"a": 2}, {"a"'), (ITEM,))

    assert list(islice(values, 2)) == [{"a": 1}, {"a": 2}]
    with pytest.raises(DocumentError, match="its JSON is broken"):
        next(values)


@pytest.mark.parametrize("data", ["", "x", "{'a': 1}", '{"a": NaN}', '{"a": 1} x', b'["\xff"]'])
def test_what_is_no_json_is_refused(data: str | bytes) -> None:
    with pytest.raises(DocumentError, match="its JSON is broken"):
        _values(data, "a")


@pytest.mark.parametrize("data", ["[" * 100_000, '{"a":' * 100_000])
def test_deep_nesting_is_refused_at_once(data: str) -> None:
    with pytest.raises(DocumentError, match="nested too deeply"):
        _values(data)
    head_value(source_of(data))


def test_the_head_is_given_as_far_as_it_goes() -> None:
    long = json.dumps({"a": 1, "b": [{"c": "d"}], "e": "x" * 100_000})

    assert head_value(source_of(long)) == {"a": 1, "b": [{"c": "d"}]}
    assert head_value(source_of("no JSON")) is None
    assert head_value(source_of("")) is None
    assert head_value(source_of("{x")) == {}


def test_texts_are_found_through_lists_and_objects() -> None:
    record = {"a": [{"b": ["x", 1, None, " "]}, {"b": "y"}, 5], "c": {"d": 2.5}, "e": True}

    assert texts_at(record, "a", "b") == ["x", "1", "y"]
    assert texts_at(record, "c", "d") == ["2.5"]
    assert texts_at(record, "c") == texts_at(record, "e") == texts_at(record, "f", "g") == []
    assert text_at(record, "a", "b") == "x"
    assert text_at(record, "z") is None
    assert maps_at(record, "a") == [{"b": ["x", 1, None, " "]}, {"b": "y"}]
    assert maps_at("x") == []


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None, max_examples=100)
@given(_JSON)
def test_any_json_is_built_as_it_is(value: Any) -> None:
    assert _values(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")) == [
        json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    ]


@settings(deadline=None, max_examples=100)
@given(st.sampled_from([b" ", b"{", b"[", b"[{", b'{"a":[']), st.binary(max_size=60))
def test_any_bytes_give_values_or_an_error(start: bytes, data: bytes) -> None:
    source = source_of(start + data)

    head_value(source)
    with contextlib.suppress(DocumentError):
        for value in iter_values(source, (ITEM,)):
            texts_at(value, "a")
