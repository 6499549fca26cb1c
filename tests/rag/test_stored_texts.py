from hypothesis import given
from hypothesis import strategies as st

from rag.abbreviations import abbreviations_in, meaning_of, stretches_read
from rag.stored_texts import GAP, Excerpt, excerpts_of, laid_out
from tests.conftest import PROJECT

_TEXT = st.text(alphabet="abc (.)é", max_size=60)


def test_stretches_that_touch_become_one() -> None:
    assert excerpts_of("abcdefgh", [(4, 6), (0, 2), (2, 3)]) == (
        Excerpt(0, "abc"),
        Excerpt(4, "ef"),
    )


@given(text=_TEXT, places=st.lists(st.tuples(st.integers(0, 59), st.integers(1, 20))))
def test_what_was_kept_stands_where_it_stood(text: str, places: list[tuple[int, int]]) -> None:
    stretches = [(start, min(start + length, len(text))) for start, length in places]
    stretches = [(start, end) for start, end in stretches if start < end]

    laid = laid_out(excerpts_of(text, stretches))

    inside = {place for start, end in stretches for place in range(start, end)}
    assert all(laid[place] == text[place] for place in inside)
    assert all(one == GAP for place, one in enumerate(laid) if place not in inside)


def test_abbreviations_mean_the_same_where_only_what_is_read_was_kept() -> None:
    checked = 0
    for path in sorted((PROJECT / "documents").glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        for abbreviation in abbreviations_in(text):
            kept = laid_out(excerpts_of(text, stretches_read(abbreviation, text)))
            assert meaning_of(abbreviation, kept) == meaning_of(abbreviation, text), abbreviation
            checked += meaning_of(abbreviation, text) is not None
    assert checked >= 4


_PIECES = st.sampled_from(
    [
        "ALS",
        "(ALS)",
        "ALS (",
        "(ALS; ",
        ")",
        "amyotrophic lateral sclerosis ",
        "Amyotrophic ",
        ". ",
        "x" * 90,
    ]
)


@given(pieces=st.lists(_PIECES, max_size=30))
def test_an_abbreviation_means_the_same_in_what_was_kept(pieces: list[str]) -> None:
    text = "".join(pieces)

    kept = laid_out(excerpts_of(text, stretches_read("ALS", text)))

    assert meaning_of("ALS", kept) == meaning_of("ALS", text)
