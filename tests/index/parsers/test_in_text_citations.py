import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.parsers.in_text_citations import (
    note_pointer,
    pointer,
    raised_pointer,
    without_pointers,
)


def written(*parts: str) -> str:
    """The line in which every second part is the text of a link to the reference list."""
    marked = [pointer(part) if number % 2 else part for number, part in enumerate(parts)]
    return without_pointers("".join(marked))


@pytest.mark.parametrize(
    ("parts", "line"),
    [
        (("known [", "1", ", ", "2", "–", "4", "]."), "known."),
        (("known (", "12", ") to be"), "known to be"),
        (("known ", "[12]", "."), "known."),
        (("known ", "[12]", ",", "[13]", ", and"), "known, and"),
        (("known ", "[12]", " and ", "[13]", " so"), "known so"),
        (("known, ", "[12]", "."), "known."),
        (("known", "^12", "and"), "known and"),
        (("TDP-43", "12", " is"), "TDP-43 is"),
        (("in ref. ", "12", " it"), "in ref. 12 it"),
        (("in ref.", "12", " it"), "in ref.12 it"),
        (("shown in ", "[12]", "."), "shown in [12]."),
        (("by Doe et al. ", "[12]", "."), "by Doe et al. [12]."),
        (("by Doe et al.", "^12", "."), "by Doe et al."),
        (("([", "8", "], p. 3)"), "([8], p. 3)"),
        (("So. ", "[12]", " reports it"), "So. [12] reports it"),
        (("So. ", "[12]", " It is"), "So. It is"),
        (("95% CI [", "5", ", ", "12", "]"), "95% CI [5, 12]"),
        (("[", "5", ", 120] days"), "[5, 120] days"),
        (("(see Eq. (", "3", "))"), "(see Eq. (3))"),
        (("the MDRD equation [", "9", "] is"), "the MDRD equation is"),
        (("agreed (", "Doe, 2010", "; ", "Roe", ")"), "agreed (Doe, 2010; Roe)"),
        (("Doe (", "2010", ") said"), "Doe (2010) said"),
        (("A (", "", ") B"), "A B"),
        (("no link [1] at all",), "no link [1] at all"),
    ],
)
def test_numbers_go_and_what_a_sentence_needs_stays(parts: tuple[str, ...], line: str) -> None:
    assert written(*parts) == line


def test_raised_text_is_a_pointer_only_where_it_is_nothing_else() -> None:
    assert raised_pointer(f"{pointer('1')},{pointer('2')}") is not None
    assert raised_pointer(f"a,{pointer('2')}") is None
    assert raised_pointer(f"2,{pointer('2')}") is None
    assert raised_pointer("2") is None


def test_mark_of_a_note_goes_where_it_would_be_read_as_a_power() -> None:
    assert without_pointers(f"10{note_pointer('^2')} mg") == "10 mg"
    assert note_pointer("a") == "a"


@settings(deadline=None, max_examples=100)
@given(st.lists(st.sampled_from([*"[]()^,;–. ", "a", "in", "12", "et al", "é"]), max_size=24))
def test_what_is_no_pointer_is_never_lost(parts: list[str]) -> None:
    text = "".join(parts)

    assert without_pointers(text) == text
    letters = [one for one in written(*parts) if one.isalpha()]
    assert letters == [one for one in text if one.isalpha()]
