from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.yaml_lines import parse_yaml, read_yaml
from index.errors import SettingsError

FILE = Path("questions.yaml")
TEXT = """# a comment
kind: attack

cases:
- id: one
  papers: [pmid:1,
    pmid:2]
- id: two
"""


@pytest.mark.parametrize("scalar", ["1995", "1.5", "yes", "~", "null", "2001-99-99", "0o8"])
def test_every_scalar_is_text(scalar: str) -> None:
    assert parse_yaml(f"question: {scalar}\n", FILE).content == {"question": scalar}


def test_lists_and_maps_are_lists_and_dicts() -> None:
    assert parse_yaml(TEXT, FILE).content == {
        "kind": "attack",
        "cases": [{"id": "one", "papers": ["pmid:1", "pmid:2"]}, {"id": "two"}],
    }


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n", "---\n# nothing\n"])
def test_a_file_without_content_holds_none(text: str) -> None:
    assert not parse_yaml(text, FILE).content


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ((), 2),
        (("kind",), 2),
        (("cases", 0), 5),
        (("cases", 0, "papers", 1), 7),
        (("cases", 1, "id"), 8),
        (("cases", 1, "gold", 0, "quote"), 8),
        (("cases", 7), 5),
        (("cases", "id"), 5),
        (("nothing",), 2),
    ],
)
def test_a_place_is_named_by_its_line_or_that_of_what_holds_it(
    place: tuple[int | str, ...], line: int
) -> None:
    assert parse_yaml(TEXT, FILE).where(place) == f"questions.yaml:{line}"


def test_a_place_in_an_empty_file_is_its_first_line() -> None:
    assert parse_yaml("", FILE).where(("cases", 0)) == "questions.yaml:1"


@given(st.lists(st.integers(min_value=0, max_value=3), min_size=1, max_size=8))
def test_lines_count_comments_and_blanks(comments: list[int]) -> None:
    text, lines = "", []
    for number, before in enumerate(comments):
        text += "\n# why\n" * before + f"- item {number}\n"
        lines.append(text.count("\n"))

    file = parse_yaml(text, FILE)

    assert [file.where((number,)) for number in range(len(comments))] == [
        f"questions.yaml:{line}" for line in lines
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: b\na: c\n", "questions.yaml:2: 'a' is given twice"),
        ("x:\n- a: b\n  c: d\n  a: e\n", "questions.yaml:4: 'a' is given twice"),
        ('a: b\nc: "\\ud800"\n', "questions.yaml:2: half of a surrogate pair"),
        ("a:\n  b: [c\n", "questions.yaml:3: no YAML: expected ',' or ']'"),
        ("a: b\n? [c]\n: d\n", "questions.yaml:2: no YAML: found unhashable key"),
        ("a: b\nc: d\x00\n", "questions.yaml:2: no YAML: the character '\\x00' is not allowed"),
        ("a: b\n---\nc: d\n", "questions.yaml:2: no YAML: but found another document"),
        ("a: &x\n- *x\n", "questions.yaml:1: no YAML: found unconstructable recursive node"),
        ("a: *x\n", "questions.yaml:1: no YAML: found undefined alias 'x'"),
    ],
)
def test_a_fault_is_told_with_its_line(text: str, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_yaml(text, FILE)

    assert caught.value.problem.startswith(said)
    assert caught.value.remedy


def test_the_same_name_in_two_maps_is_no_fault() -> None:
    assert parse_yaml("- {a: b}\n- {a: b}\n", FILE).content == [{"a": "b"}, {"a": "b"}]


def test_an_alias_stands_for_what_it_names() -> None:
    assert parse_yaml("a: &x [b]\nc: *x\n", FILE).content == {"a": ["b"], "c": ["b"]}


def test_a_file_is_read_as_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "questions.yaml"
    path.write_text("question: ¿Qué es la ELA? 目\n", encoding="utf-8")

    assert read_yaml(path).content == {"question": "¿Qué es la ELA? 目"}


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"no\.yaml cannot be read: .*No such file"):
        read_yaml(tmp_path / "no.yaml")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        read_yaml(tmp_path)


def test_a_file_in_another_encoding_is_told(tmp_path: Path) -> None:
    path = tmp_path / "questions.yaml"
    path.write_bytes("question: Qué\n".encode("latin-1"))

    with pytest.raises(SettingsError, match=r"questions\.yaml cannot be read: 'utf-8'"):
        read_yaml(path)
