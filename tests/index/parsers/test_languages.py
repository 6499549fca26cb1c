import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.parsers.languages import language_code


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("eng", "eng"),
        ("en", "eng"),
        (" English ", "eng"),
        ("en-US", "eng"),
        ("en_gb", "eng"),
        ("pt-BR", "por"),
        ("zh-Hans-CN", "chi"),
        ("deu", "ger"),
        ("fra", "fre"),
        ("zho", "chi"),
        ("Français", "fre"),
        ("ngerman", "ger"),
        ("mul", "mul"),
    ],
)
def test_common_ways_to_write_a_language_give_the_code_that_pubmed_writes(
    written: str, code: str
) -> None:
    assert language_code(written) == code


@pytest.mark.parametrize("written", ["", " ", "und", "xx", "English, French", "en/fr", "e", "-en"])
def test_what_is_no_common_language_is_left_out(written: str) -> None:
    assert language_code(written) is None


@given(st.text())
def test_any_text_gives_three_letters_or_none(text: str) -> None:
    code = language_code(text)

    assert code is None or (len(code) == 3 and language_code(code) == code)
