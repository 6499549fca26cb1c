import json
from pathlib import Path
from typing import Any

import pytest

from eval.corpus_folder import plain_text, write_corpus
from eval.settings import EvalSettings, settings_in
from index.errors import SettingsError
from index.models import Document
from index.settings import read_settings
from tests.index.samples import parse_one

PAPER: dict[str, Any] = {
    "id": "1",
    "pmid": "101",
    "pmcid": "PMC7",
    "doi": "10.1000/One",
    "title": "Riluzole\n in ALS",
    "text": "Riluzole slows ALS. It is taken twice a day, which most people tolerate well for years.",
}


def write_set(bench_data: Path, name: str, *records: dict[str, Any]) -> None:
    folder = bench_data / name
    folder.mkdir(parents=True)
    lines = [json.dumps(record) for record in records]
    (folder / "corpus.jsonl").write_text("\n".join(lines), encoding="utf-8")


def parsed(record: dict[str, Any]) -> Document:
    return parse_one(plain_text(record).encode(), path="one.txt")


def test_title_identifiers_and_text_come_back_as_they_were_given() -> None:
    document = parsed(PAPER)

    assert document.title == "Riluzole in ALS"
    assert dict(document.identifiers.items()) == {
        "pmid": "101",
        "pmcid": "PMC7",
        "doi": "10.1000/one",
    }
    assert PAPER["text"] in document.text


def test_without_title_there_is_none() -> None:
    document = parsed(PAPER | {"title": None})

    assert document.title is None
    assert document.document_id == "pmid:101"


@pytest.mark.parametrize(
    "line", ["# A heading", "PMID: 999", "doi: 10.1/other", "Jane Roe, MD", "References"]
)
def test_what_looks_like_more_than_text_is_text(line: str) -> None:
    document = parsed(PAPER | {"text": f"{line}\n\n{PAPER['text']}\n{line}\n\n{line}"})

    assert [section.kind for section in document.sections] == ["about", "about", "body"]
    assert document.text.count(line) == 3
    assert document.identifiers.pmid == "101"
    assert document.authors == ()


def test_each_document_that_says_something_is_a_file(tmp_path: Path) -> None:
    write_set(tmp_path, "one", PAPER, {"pmid": "2", "title": None, "text": " "})
    write_set(tmp_path, "two", PAPER, PAPER | {"pmid": "3", "pmcid": None, "doi": None})

    files = write_corpus(tmp_path / "documents", tmp_path, ["one", "two"])

    names = sorted(path.name for path in (tmp_path / "documents").iterdir())
    assert names == ["one-00001.txt", "two-00001.txt", "two-00002.txt"]
    assert files == 3


def test_documents_of_one_paper_are_left_out_where_they_shall_be_distinct(tmp_path: Path) -> None:
    nameless = {"title": None, "text": "Edaravone is given by infusion."}
    write_set(tmp_path, "one", PAPER, PAPER | {"pmid": "2"}, nameless, nameless)

    assert write_corpus(tmp_path / "a", tmp_path, ["one"], distinct=True) == 2


def test_no_more_than_the_limit_is_written(tmp_path: Path) -> None:
    write_set(tmp_path, "one", PAPER, PAPER)
    write_set(tmp_path, "two", PAPER, PAPER)

    assert write_corpus(tmp_path / "documents", tmp_path, ["one", "two"], limit=3) == 3


def test_a_set_that_is_not_there_names_the_variable_to_set(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="ALSQA_BENCH_DATA"):
        write_corpus(tmp_path / "documents", tmp_path, ["one"])


@pytest.mark.parametrize("line", ["{", "[]"])
def test_a_line_that_is_no_document_is_named(tmp_path: Path, line: str) -> None:
    write_set(tmp_path, "one", PAPER)
    path = tmp_path / "one" / "corpus.jsonl"
    path.write_text(f"{json.dumps(PAPER)}\n{line}\n", encoding="utf-8")

    with pytest.raises(SettingsError, match=r"corpus\.jsonl, line 2"):
        write_corpus(tmp_path / "documents", tmp_path, ["one"])


def test_the_place_of_the_sets_is_a_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALSQA_BENCH_DATA", str(tmp_path / "sets"))

    settings = settings_in(read_settings(EvalSettings), tmp_path)

    assert settings.bench_data == tmp_path / "sets"
    assert (settings.data_dir, settings.documents_dir) == (
        tmp_path / "data",
        tmp_path / "documents",
    )
