import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.reply_sentences import SentenceReader, WrittenSentence

PIECES = [
    *(
        "Riluzole slows ALS",
        "e.g. ",
        "0.5 mg",
        "p < 0.05",
        "(2)",
        "[1]",
        "[1, 2]",
        "[1-3]",
        "【4】",
    ),
    *(". ", ".", "! ", "?", "\n", "\n\n", " ", "**bold** ", "- ", "1. ", "# Head\n", "”", "["),
    *("<think>", "</think>", "Edaravone", "10 %"),
]


def read(text: str, *, size: int = 3) -> list[tuple[str, tuple[int, ...]]]:
    """Text and markers of the sentences of a reply that comes in parts of that size."""
    reader = SentenceReader()
    found: list[WrittenSentence] = []
    for at in range(0, len(text), size):
        found += reader.feed(text[at : at + size])
    return [(one.text, one.markers) for one in [*found, *reader.end()]]


@pytest.mark.parametrize(
    ("written", "markers"),
    [
        ("Riluzole slows ALS [1].", (1,)),
        ("Riluzole slows ALS. [1]", (1,)),
        ("Riluzole slows ALS.[1][2]", (1, 2)),
        ("Riluzole slows ALS [1, 2].", (1, 2)),
        ("Riluzole slows ALS [1-3].", (1, 2, 3)),
        ("Riluzole slows ALS [2][2].", (2,)),
        ("Riluzole slows ALS 【1】.", (1,)),
        ("Riluzole slows ALS【3†source】.", (3,)),
        ("Riluzole slows ALS [^4].", (4,)),
        ("Riluzole slows ALS [Source 5].", (5,)),
        ("Riluzole slows ALS (2).", (2,)),
        ("Riluzole slows ALS [99].", (99,)),
        ("Riluzole slows ALS [1-999].", (1, 999)),
        ("Riluzole slows ALS.", ()),
        ("Riluzole [1] slows ALS.", (1,)),
        ("**Riluzole** slows `ALS` [1].", (1,)),
        ("- Riluzole slows ALS [1]", (1,)),
        ("1. Riluzole slows ALS [1]", (1,)),
        ("> Riluzole slows ALS [1].", (1,)),
        ("Answer: Riluzole slows ALS [1].", (1,)),
        ("<think>Is it [2]? I think so. </think>\n\nRiluzole slows ALS [1].", (1,)),
    ],
)
@pytest.mark.parametrize("size", [1, 4, 1_000])
def test_text_and_markers_are_told_apart(written: str, markers: tuple[int, ...], size: int) -> None:
    assert read(written, size=size) == [("Riluzole slows ALS.", markers)]


def test_a_number_in_brackets_that_is_part_of_a_name_stays() -> None:
    assert read("Cells with FGF(2), divide [1].", size=4) == [("Cells with FGF(2), divide.", (1,))]


def test_a_marker_after_the_full_stop_belongs_to_the_sentence_before() -> None:
    assert read("Riluzole slows ALS. [1] Edaravone is new. [2]") == [
        ("Riluzole slows ALS.", (1,)),
        ("Edaravone is new.", (2,)),
    ]


def test_abbreviations_and_decimals_end_no_sentence() -> None:
    assert read("It gave e.g. 0.5 mg vs. 1.5 mg [1]. Smith et al. agree [2].") == [
        ("It gave e.g. 0.5 mg vs. 1.5 mg.", (1,)),
        ("Smith et al. agree.", (2,)),
    ]


@pytest.mark.parametrize(
    "written",
    ["", " \n", "## Answer", "Here is the answer:", "| a | b |", "```", "[1]", "...", "<think>Hm."],
)
def test_what_is_no_sentence_is_left_out(written: str) -> None:
    assert read(written) == []


def test_a_sentence_that_breaks_off_is_left_out() -> None:
    assert read("Riluzole slows ALS [1]. It prolongs survival by three") == [
        ("Riluzole slows ALS.", (1,))
    ]


def test_what_never_ends_is_no_sentence_and_is_not_kept() -> None:
    reader = SentenceReader()

    found = [one for _ in range(10_000) for one in reader.feed("and so on ")]

    assert found == []
    assert len(reader._rest) < 2_000


@given(st.lists(st.sampled_from(PIECES), max_size=25), st.integers(1, 9))
def test_it_does_not_matter_in_which_parts_a_reply_comes(pieces: list[str], size: int) -> None:
    text = "".join(pieces)

    assert read(text, size=size) == read(text, size=1)


@given(st.lists(st.sampled_from(PIECES), max_size=25))
def test_no_marker_is_left_in_a_text(pieces: list[str]) -> None:
    assert not [text for text, _ in read("".join(pieces)) if "[1]" in text or "【4】" in text]
