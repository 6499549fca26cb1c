import csv
import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from eval.performance.labelled_table import read_labelled
from eval.performance.same_work import (
    SameWorkScore,
    in_halves,
    measure_same_work,
)
from eval.same_work_cli import same_work_command
from eval.settings import EvalSettings
from index.errors import SettingsError
from index.settings import read_settings

EXPORTS = Path("formats") / "asysd_reference_exports"
HEADER = (
    "record_id",
    "author",
    "title",
    "year",
    "journal",
    "volume",
    "pages",
    "doi",
    "duplicate_id",
)
NEURONS = "Riluzole slows the loss of motor neurons in a mouse model of disease"
SWALLOWING = "Swallowing and the weight of seventy patients with bulbar weakness"
ONE = ("1", "Example, A. and Sample, B.", NEURONS, "2015", "Neurology", "12", "134-41", "", "w1")
SAME = ("2", "EXAMPLE A; SAMPLE B", f"{NEURONS}.", "2015", "NEUROLOGY", "12", "134", "", "w1")
OTHER = ("3", "Muster C", SWALLOWING, "2011", "Brain", "3", "9", "10.1000/shared", "w2")

app = typer.Typer()
app.command()(same_work_command)


def write(path: Path, *rows: Sequence[str], header: Sequence[str] = HEADER) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return tmp_path / "labelled.csv"


def score_of(table: Path, *rows: Sequence[str]) -> SameWorkScore:
    return measure_same_work(read_labelled(write(table, *rows)))


def test_a_pair_that_is_linked_is_found(table: Path) -> None:
    score = score_of(table, ONE, SAME, OTHER)

    assert (score.rows, score.works) == (3, 2)
    assert (score.labelled_pairs, score.found_pairs, score.right_pairs) == (1, 1, 1)
    assert (score.precision, score.recall, score.right_by_identifiers) == (1, 1, 0)
    assert score.wrong == ()


def test_a_pair_that_shares_a_doi_is_found_by_it(table: Path) -> None:
    twin = ("4", "", "Other words", "", "", "", "", "https://doi.org/10.1000/SHARED", "w2")

    score = score_of(table, OTHER, twin)

    assert (score.right_pairs, score.right_by_identifiers) == (1, 1)


def test_a_missed_pair_lowers_recall(table: Path) -> None:
    unlike = (
        "5",
        "Muster C",
        "Words of no likeness at all to the first",
        "2011",
        "",
        "",
        "",
        "",
        "w2",
    )

    score = score_of(table, ONE, SAME, OTHER, unlike)

    assert (score.precision, score.recall) == (1, 0.5)
    (wrong,) = score.wrong
    assert (wrong.step, wrong.record_ids) == ("none", ("3", "5"))
    assert wrong.titles == (SWALLOWING, "Words of no likeness at all to the first")


def test_a_wrong_pair_names_the_step_that_joined_it(table: Path) -> None:
    supplement = (
        "6",
        "Sample D",
        "Another talk",
        "2011",
        "Brain",
        "3",
        "12",
        "10.1000/shared",
        "w6",
    )

    score = score_of(table, (*ONE[:-1], "w1"), (*SAME[:-1], "w9"), OTHER, supplement)

    assert [(one.step, one.record_ids) for one in score.wrong] == [
        ("identifiers", ("3", "6")),
        ("links", ("1", "2")),
    ]
    assert (score.precision, score.recall) == (0, None)


def test_a_group_counts_every_pair_in_it(table: Path) -> None:
    third = ("7", "Example A", NEURONS, "2015", "Neurology", "12", "134-141", "", "w1")

    score = score_of(table, ONE, SAME, third)

    assert (score.labelled_pairs, score.right_pairs) == (3, 3)


def test_rows_with_nothing_in_common_cannot_be_scored(table: Path) -> None:
    score = score_of(table, ONE, OTHER)

    assert (score.precision, score.recall) == (None, None)


def test_a_label_may_name_another_row(table: Path) -> None:
    rows = read_labelled(write(table, (*ONE[:-1], ""), (*SAME[:-1], "1"), (*OTHER[:-1], "NA")))

    assert [row.work for row in rows] == ["1", "1", "3"]


def test_a_label_that_only_looks_like_a_row_is_a_name(table: Path) -> None:
    rows = read_labelled(write(table, (*ONE[:-1], "3"), (*SAME[:-1], "3"), (*OTHER[:-1], "1")))

    assert rows[0].work == rows[1].work != rows[2].work


def test_fields_become_those_of_a_document(table: Path) -> None:
    (row,) = read_labelled(write(table, OTHER))

    document = row.document
    assert (document.title, document.year, document.container) == (SWALLOWING, 2011, "Brain")
    assert (document.volume, document.pages) == ("3", "9")
    assert document.identifiers.doi == "10.1000/shared"


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("Example, A. and Sample, B.", ["Example, A.", "Sample, B."]),
        ("Example, A.; Sample, B.", ["Example, A.", "Sample, B."]),
        ("Example A, Sample B", ["Example A", "Sample B"]),
        ("Example, Anna", ["Example, Anna"]),
        ("NA", []),
    ],
)
def test_authors_are_parted(table: Path, written: str, names: list[str]) -> None:
    (row,) = read_labelled(write(table, (ONE[0], written, *ONE[2:])))

    assert [author.name for author in row.document.authors] == names


def test_an_identifier_of_no_form_is_left_out(table: Path) -> None:
    (row,) = read_labelled(write(table, (*OTHER[:-2], "see the journal", "w2")))

    assert row.document.identifiers.doi is None


def test_a_row_without_words_is_left_out(table: Path) -> None:
    rows = read_labelled(write(table, ONE, ("8", "Muster C", "", "2011", "", "", "", "", "")))

    assert [row.record_id for row in rows] == ["1"]


def test_columns_may_be_named(table: Path) -> None:
    write(table, (NEURONS, "x"), header=("Heading", "Set"))

    (row,) = read_labelled(table, columns={"title": "Heading", "group": "Set"})

    assert (row.work, row.document.title) == ("x", NEURONS)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({}, "no column for 'group'"),
        ({"group": "Nowhere"}, "no field or column 'Nowhere'"),
        ({"colour": "title"}, "no field or column 'colour'"),
    ],
)
def test_a_column_that_is_not_there_is_an_error(
    table: Path, columns: dict[str, str], words: str
) -> None:
    write(table, (NEURONS,), header=("title",))

    with pytest.raises(SettingsError, match=words):
        read_labelled(table, columns=columns)


def test_a_table_that_is_not_there_is_an_error(table: Path) -> None:
    with pytest.raises(SettingsError, match=re.escape(str(table))):
        read_labelled(table)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "begins with no line of column names"),
        (b"\x7fELF\x02\x01\x00\x00,\xff\n\x00\x01\n", "begins with no line of column names"),
        (b"# Heading\n\nWords, more words, and more.\n", "no column for 'group'"),
        (b'{\n "schema": 1,\n "cases": {"a": 1, "b": 2}\n}\n', "no column for 'group'"),
        (b'{"title": "' + b"x" * 5_000 + b'"}', "no column for 'group'"),
        (b'"' + b"x" * 200_000, "cannot be read"),
        (b"title,group\n", "no row with a title"),
        (b"title,group\n,w1\n,w1\n", "no row with a title"),
    ],
)
def test_a_file_that_is_no_table_is_told_in_a_line(
    table: Path, content: bytes, problem: str
) -> None:
    table.write_bytes(content)

    with pytest.raises(SettingsError, match=problem) as caught:
        read_labelled(table)

    assert str(table) in caught.value.problem
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 1_000


def test_fields_beyond_the_columns_are_left_out(table: Path) -> None:
    (row,) = read_labelled(write(table, (*OTHER, "one", "too many")))

    assert row.document.title == SWALLOWING


def test_halves_part_works_and_are_the_same_for_a_seed(table: Path) -> None:
    rows = read_labelled(write(table, ONE, SAME, OTHER))

    one, other = in_halves(rows, seed=1)

    assert sorted(row.record_id for row in one + other) == ["1", "2", "3"]
    assert not {row.work for row in one} & {row.work for row in other}
    assert (one, other) == in_halves(rows, seed=1)


def test_the_command_prints_figures_and_wrong_pairs(table: Path) -> None:
    write(table, ONE, (*SAME[:-1], "w9"))

    result = CliRunner().invoke(app, [str(table), "--errors"], env={"COLUMNS": "200"})

    assert result.exit_code == 0
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert "whole 2 2 0 1 0 0.0000 –" in lines
    assert "wrongly joined by links: 1 / 2" in lines
    assert NEURONS in lines


def test_the_command_gives_json(table: Path) -> None:
    write(table, ONE, SAME, header=(*HEADER[:-1], "set"))

    result = CliRunner().invoke(app, [str(table), "--column", "group=set", "--json"])

    assert result.exit_code == 0
    figures = json.loads(result.stdout)
    assert set(figures) == {"whole", "one half", "other half"}
    assert (figures["whole"]["precision"], figures["whole"]["recall"]) == (1, 1)


def data_file(name: str) -> Path:
    """A file of the exports; skips the test where it is absent."""
    path = read_settings(EvalSettings).bench_data / EXPORTS / name
    if not path.is_file():
        pytest.skip(f"{path} is not there (ALSQA_BENCH_DATA)")
    return path


def parts_of(table: Path) -> Iterable[SameWorkScore]:
    rows = read_labelled(table)
    return map(measure_same_work, (rows, *in_halves(rows, seed=0)))


def test_duplicates_of_a_labelled_set_are_found() -> None:
    for score in parts_of(data_file("labelled_test_set.csv")):
        assert score.precision is not None
        assert score.recall is not None
        assert score.precision >= 0.99
        assert score.recall >= 0.97


def test_papers_that_two_databases_share_are_found_without_their_dois(table: Path) -> None:
    """PubMed's and Web of Science's records of one search; equal DOIs, kept back, are the labels.

    A paper whose DOI changed between the two counts as wrongly joined here.
    """
    rows = [
        *_pubmed_rows(data_file("mendeley_export.xml")),
        *_web_of_science_rows(data_file("zotero_export.bib")),
    ]
    write(
        table, *(row for row in rows if row[-1]), header=(*HEADER[:-2], "abstract", "duplicate_id")
    )

    for score in parts_of(table):
        assert score.labelled_pairs > 250
        assert score.right_by_identifiers == 0
        assert score.precision is not None
        assert score.recall is not None
        assert score.precision >= 0.99
        assert score.recall >= 0.97


def _pubmed_rows(path: Path) -> Iterable[tuple[str, ...]]:
    from lxml import etree

    for number, one in enumerate(etree.parse(path).iter("record")):
        found = (one.findtext(name) or "" for name in _ENDNOTE)
        authors = "; ".join("".join(author.itertext()) for author in one.iterfind(".//author"))
        title, *middle, label = found
        yield (f"m{number}", authors, title, *middle, label.lower())


_ENDNOTE = (
    *("titles/title", "dates/year", "periodical/full-title", "volume", "pages", "abstract"),
    "electronic-resource-num",
)


def _web_of_science_rows(path: Path) -> Iterable[tuple[str, ...]]:
    from bibtexparser.entrypoint import parse_file

    names = ("author", "title", "year", "journal", "volume", "pages", "abstract", "doi")
    for number, entry in enumerate(parse_file(str(path)).entries):
        fields = {name: field.value for name, field in entry.fields_dict.items()}
        values = [re.sub(r"[{}]", "", fields.get(name, "")) for name in names]
        yield (f"z{number}", *values[:-1], values[-1].lower().replace("\\_", "_"))
