from pathlib import Path

import pytest

from eval.case_form import read_case_file
from index.errors import SettingsError
from tests.eval.samples import SLOWS, entry, write_cases

GOLD = f"[{{source: 'pmid:11111111', quote: {SLOWS!r}}}]"


def refused(path: Path) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        read_case_file(path)
    return caught.value


def one_entry(folder: Path, **fields: str) -> Path:
    return write_cases(folder / "q.yaml", "answerable", entry(form="why", gold=GOLD, **fields))


def test_entries_are_read_with_their_lines(tmp_path: Path) -> None:
    path = write_cases(tmp_path / "q.yaml", "off_topic", entry("a"), entry("b"))

    content, file = read_case_file(path)

    assert content.kind == "off_topic"
    assert [one.id for one in content.cases] == ["a", "b"]
    assert [file.where(("cases", n)) for n in (0, 1)] == [f"{path}:3", f"{path}:6"]


def test_what_is_left_out_has_a_usual_value(tmp_path: Path) -> None:
    (case,) = read_case_file(write_cases(tmp_path / "q.yaml", "off_topic", entry()))[0].cases

    assert (case.form, case.gold, case.needs, case.papers) == (None, (), "all", None)
    assert (case.status, case.required, case.forbidden, case.note) == (None, (), (), None)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"needed": "any"}, "q.yaml:8: case 'a', needed: there is no such field, found 'any'."),
        ({"question": ""}, "q.yaml:3: case 'a', question: it is missing."),
        ({"intent": ""}, "q.yaml:3: case 'a', intent: it is missing."),
        ({"intent": "'  x '"}, "q.yaml:5: case 'a', intent: String should have at least 3"),
        (
            {"intent": "'TODO: what'"},
            "q.yaml:5: case 'a', intent: say what is asked, in a few words, found 'TODO: what'.",
        ),
        ({"needs": "some"}, "q.yaml:8: case 'a', needs: Input should be 'all' or 'any', found"),
        ({"status": "answered"}, "q.yaml:8: case 'a', status: it must be a list, found 'answered'"),
        ({"status": "[]"}, "q.yaml:8: case 'a', status: it is empty."),
        (
            {"status": "[answered, done]"},
            "q.yaml:8: case 'a', status.1: Input should be 'answered'",
        ),
        ({"required": "['a', '(']"}, "q.yaml:8: case 'a', required.1: no regular expression: miss"),
        ({"forbidden": "['a{9999999999}']"}, "q.yaml:8: case 'a', forbidden.0: no regular expre"),
        ({"forbidden": "['']"}, "q.yaml:8: case 'a', forbidden.0: String should have at least 1"),
        ({"papers": "[pmid:x1]"}, "q.yaml:8: case 'a', papers.0: 'x1' is not a PMID, found 'pmid"),
        ({"papers": "['11111111']"}, "q.yaml:8: case 'a', papers.0: write a paper as pmid:1234"),
        ({"papers": "['doi:1/x']"}, "q.yaml:8: case 'a', papers.0: '1/x' is not a DOI, found"),
        ({"note": "[a]"}, "q.yaml:8: case 'a', note: Input should be a valid string."),
    ],
)
def test_a_field_of_another_form_is_told_with_line_case_and_field(
    tmp_path: Path, fields: dict[str, str], said: str
) -> None:
    error = refused(one_entry(tmp_path, **fields))

    assert error.problem.startswith(f"{tmp_path}/{said}")
    assert error.remedy == "See eval/questions/README.md for the form of a case."


@pytest.mark.parametrize(
    ("gold", "said"),
    [
        ("[{source: 'pmid:1'}]", "gold.0.quote: it is missing."),
        ("[{source: 'pmid:1', quote: short}]", "gold.0.quote: String should have at least 20"),
        (f"[{{source: 'pmid:1', quote: '{' ' * 30}'}}]", "gold.0.quote: String should have at"),
        (f"[{{source: isbn:1, quote: {SLOWS!r}}}]", "gold.0.source: write a paper as pmid:"),
        (f"[{{source: pmid:0, quote: {SLOWS!r}}}]", "gold.0.source: '0' is not a PMID"),
        (f"{{source: 'pmid:1', quote: {SLOWS!r}}}", "gold: it must be a list."),
        ("[a]", "gold.0: it must map names to values, found 'a'."),
    ],
)
def test_gold_of_another_form_is_told(tmp_path: Path, gold: str, said: str) -> None:
    path = write_cases(tmp_path / "q.yaml", "answerable", entry(gold=gold))

    assert refused(path).problem.startswith(f"{path}:6: case 'a', {said}")


def test_a_document_without_identifiers_is_named_by_its_id(tmp_path: Path) -> None:
    name = f"sha256:{'0a' * 32}"
    gold = f"[{{source: '{name}', quote: {SLOWS!r}}}]"

    content, _ = read_case_file(write_cases(tmp_path / "q.yaml", "answerable", entry(gold=gold)))

    assert content.cases[0].gold[0].source == name


@pytest.mark.parametrize("case_id", ["A", "a_b", "-a", "a-", "a--b", "a b", "é", "x" * 81])
def test_an_id_is_lower_case_words_with_hyphens(tmp_path: Path, case_id: str) -> None:
    path = write_cases(tmp_path / "q.yaml", "off_topic", entry(case_id))

    assert refused(path).problem.startswith(f"{path}:3: case {case_id!r}, id: String should ")


def test_a_case_without_an_id_is_told_by_its_number(tmp_path: Path) -> None:
    path = write_cases(tmp_path / "q.yaml", "off_topic", entry(), "- question: What?\n")

    assert refused(path).problem == f"{path}:6: case 2, id: it is missing."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("kind: answer\ncases:\n- a\n", ":1: kind: Input should be 'answerable', 'bibliographic'"),
        ("cases:\n- a\n", ":1: kind: it is missing."),
        ("kind: attack\n", ":1: cases: it is missing."),
        ("kind: attack\ncases:\n", ":2: cases: it must be a list, found ''."),
        ("kind: attack\ncases: []\n", ":2: cases: it is empty."),
        ("kind: attack\ncases: !!set {a}\n", ":2: cases: it must be a list."),
        ("kind: attack\ncases:\n- a\n", ":3: case 1: it must map names to values, found 'a'."),
        ("- a\n", ":1: the file: it must map names to values."),
        ("answerable:\n- a\n", ":1: kind: it is missing."),
        ("", " is empty."),
        ("# nothing yet\n", " is empty."),
        ("kind: [\n", ":2: no YAML: expected the node content"),
        ("kind: attack\nkind: attack\n", ":2: 'kind' is given twice."),
    ],
)
def test_a_file_of_another_form_is_told_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "q.yaml"
    path.write_text(text, encoding="utf-8")

    error = refused(path)

    assert error.problem.startswith(f"{path}{said}")
    assert error.remedy


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert "cannot be read" in refused(tmp_path / "q.yaml").problem


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("'pmid: 11111111 '", "pmid:11111111"),
        ("pmcid:pmc12", "pmcid:PMC12"),
        ("doi:https://doi.org/10.1234/ABC.", "doi:10.1234/abc"),
    ],
)
def test_a_paper_is_named_as_the_library_names_it(tmp_path: Path, written: str, read: str) -> None:
    path = write_cases(tmp_path / "q.yaml", "bibliographic", entry(papers=f"[{written}]"))

    assert read_case_file(path)[0].cases[0].papers == (read,)


def test_blanks_around_quotes_and_intents_count_for_nothing(tmp_path: Path) -> None:
    gold = f"[{{source: 'pmid:1', quote: '  {SLOWS} '}}]"
    path = write_cases(tmp_path / "q.yaml", "answerable", entry(intent="' why '", gold=gold))

    (case,) = read_case_file(path)[0].cases

    assert (case.intent, case.gold[0].quote) == ("why", SLOWS)


def test_a_question_is_kept_as_it_is_written(tmp_path: Path) -> None:
    written = '"  a\\u0007 \\u2028 ¿ELA? "'
    path = write_cases(tmp_path / "q.yaml", "attack", entry(question=written))

    assert read_case_file(path)[0].cases[0].question == "  a\x07 \u2028 ¿ELA? "
