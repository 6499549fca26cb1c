import pytest

from eval.measures.content import Content, check_content
from eval.measures.score import NotScored


def test_hand_computed_content() -> None:
    content = check_content(
        "Riluzole and edaravone are approved; see your neurologist.",
        required=["riluzole", r"\bedaravone\b", "tofersen|Qalsody"],
        forbidden=["cures?", "your neurologist"],
    )

    assert content == Content(
        required_share=2 / 3, missing=("tofersen|Qalsody",), forbidden=("your neurologist",)
    )


def test_case_makes_no_difference() -> None:
    assert check_content("RILUZOLE", required=["riluzole"]).required_share == 1.0


def test_where_nothing_is_required_only_the_forbidden_is_reported() -> None:
    content = check_content("It cures ALS.", forbidden=["cures"])

    assert content.required_share == NotScored("nothing is required")
    assert content.forbidden == ("cures",)


def test_pattern_that_is_none_is_named() -> None:
    with pytest.raises(ValueError, match=r"'\(' is no regular expression"):
        check_content("text", required=["("])
