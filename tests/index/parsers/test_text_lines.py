import contextlib
import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import DocumentError
from index.parsers.text_lines import iter_lines, require_decoded
from tests.index.parsers.references.record_checks import source_of


@pytest.mark.parametrize("data", ["a\nü\n", "\ufeffa\r\nü", "a\rü\r"])
def test_lines_end_in_any_way(data: str) -> None:
    assert list(iter_lines(source_of(data))) == ["a", "ü"]
    assert list(iter_lines(source_of(gzip.compress(data.encode())))) == ["a", "ü"]


def test_utf16_with_its_mark_is_read_and_broken_utf16_refused() -> None:
    data = "ü\na".encode("utf-16")

    assert list(iter_lines(source_of(data))) == ["ü", "a"]
    with pytest.raises(DocumentError, match="UTF-16"):
        list(iter_lines(source_of(data[:-1])))


def test_bytes_that_are_no_utf8_are_found_in_the_line_that_holds_them() -> None:
    first, second = iter_lines(source_of(b"plain \xc3\xbc\nlatin \xfc"))

    require_decoded(first)
    with pytest.raises(DocumentError, match="no UTF-8"):
        require_decoded(second)


@settings(deadline=None, max_examples=50)
@given(st.binary(max_size=60))
def test_any_bytes_give_lines_or_an_error(data: bytes) -> None:
    with contextlib.suppress(DocumentError):
        assert all("\n" not in line for line in iter_lines(source_of(data)))
