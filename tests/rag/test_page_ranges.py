import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.page_ranges import first_and_last_page, short_range


@pytest.mark.parametrize(
    ("pages", "ends"),
    [
        ("335-339", ("335", "339")),
        ("335-9", ("335", "339")),
        ("1499\u2013501", ("1499", "1501")),
        ("S31-6", ("S31", "S36")),
        ("S31-S36", ("S31", "S36")),
        ("e23087", ("e23087", None)),
        ("12, 15", ("12, 15", None)),
        ("i-iv", ("i-iv", None)),
    ],
)
def test_range_has_two_whole_ends(pages: str, ends: tuple[str, str | None]) -> None:
    assert first_and_last_page(pages) == ends


@pytest.mark.parametrize(
    ("pages", "short"),
    [
        ("335-339", "335-9"),
        ("335-9", "335-9"),
        ("99-101", "99-101"),
        ("10-100", "10-100"),
        ("1-10", "1-10"),
        ("S31-S36", "S31-6"),
        ("5-5", "5"),
        ("e23087", "e23087"),
    ],
)
def test_short_form_leaves_out_what_the_last_page_repeats(pages: str, short: str) -> None:
    assert short_range(pages) == short


@given(st.integers(1, 99_999), st.integers(0, 999))
def test_short_form_names_the_same_pages(first: int, more: int) -> None:
    written = short_range(f"{first}-{first + more}")

    _, last = first_and_last_page(written)
    assert (last or written) == str(first + more)
