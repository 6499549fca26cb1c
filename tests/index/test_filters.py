import pytest

from index.filters import NO_FILTERS, Filters


def test_filters_that_ask_for_nothing_are_false() -> None:
    assert not NO_FILTERS
    assert not Filters(journals=())
    assert Filters(year_to=0)
    assert Filters(sections=("Methods",))


def test_only_what_is_asked_for_is_told() -> None:
    filters = Filters(year_from=2020, study_types=("trial", "in_vitro"), journals=("Brain",))

    assert filters.to_dict() == {
        "year_from": 2020,
        "study_types": ["trial", "in_vitro"],
        "journals": ["Brain"],
    }
    assert filters.describe() == "from 2020; trial or in vitro; journal Brain"
    assert NO_FILTERS.to_dict() == {}


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        (Filters(year_to=1999), "until 1999"),
        (Filters(year_from=1999, year_to=2001), "1999 to 2001"),
        (Filters(statuses=("no_notice",), languages=("eng",)), "status no notice; language eng"),
        (Filters(sections=("Methods", "Results")), "section Methods or Results"),
    ],
)
def test_filters_are_said_in_words(filters: Filters, words: str) -> None:
    assert filters.describe() == words


@pytest.mark.parametrize(
    ("name", "taken"),
    [
        ("Methods", True),
        ("METHODS", True),
        ("Abstract: Methods", True),
        ("Methods – Participants", True),
        ("Statistical methods", False),
        ("Results", False),
    ],
)
def test_section_is_taken_by_its_name_or_a_part_of_it(name: str, taken: bool) -> None:
    assert Filters(sections=("methods",)).takes_section(name) is taken
    assert NO_FILTERS.takes_section(name)
