import pytest
import typer

from index.filters import Filters
from rag.filter_options import make_filters


def test_values_of_the_command_line_become_filters() -> None:
    filters = make_filters(
        2020,
        None,
        ["Meta-Analysis", "in vitro"],
        ["Brain"],
        ["expression of concern"],
        ["English", "fr"],
        ["Methods"],
    )

    assert filters == Filters(
        year_from=2020,
        study_types=("meta_analysis", "in_vitro"),
        journals=("Brain",),
        statuses=("expression_of_concern",),
        languages=("eng", "fre"),
        sections=("Methods",),
    )
    assert not make_filters(None, None, None, None, None, None, None)


def test_last_year_before_the_first_is_refused() -> None:
    def years(since: int | None, until: int | None) -> Filters:
        return make_filters(since, until, None, None, None, None, None)

    assert years(2000, 2000) == Filters(year_from=2000, year_to=2000)
    with pytest.raises(typer.BadParameter, match="since is after until: 2025, 2000"):
        years(2025, 2000)


@pytest.mark.parametrize(
    ("study", "status", "language", "told"),
    [
        (["trail"], None, None, "trial"),
        (None, ["withdrawn"], None, "retracted"),
        (None, None, ["Klingon"], "no language"),
    ],
)
def test_value_that_is_none_is_told_with_those_that_are(
    study: list[str] | None, status: list[str] | None, language: list[str] | None, told: str
) -> None:
    with pytest.raises(typer.BadParameter, match=told):
        make_filters(None, None, study, None, status, language, None)
