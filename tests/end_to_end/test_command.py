"""The command as a user runs it: real processes, real weights, one folder of data."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import PROJECT

COMMAND = PROJECT / "alsqa.py"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the default documents, to be indexed by the first test."""
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(PROJECT / "documents", home / "documents")
    return home


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment |= {
        "ALSQA_DATA_DIR": str(home / "data"),
        "ALSQA_DOCUMENTS_DIR": str(home / "documents"),
    }
    return subprocess.run(
        [sys.executable, str(COMMAND), *arguments],
        env=environment,
        cwd=home,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def run_json(home: Path, *arguments: str) -> dict[str, Any]:
    result = run(home, *arguments, "--json")
    assert result.returncode == 0, result.stderr
    content: dict[str, Any] = json.loads(result.stdout)
    return content


def test_asking_before_indexing_says_what_to_do(tmp_path: Path) -> None:
    result = run(tmp_path, "ask", "What is ALS?")

    assert result.returncode == 1
    assert "alsqa index" in result.stderr
    assert "Traceback" not in result.stderr


def test_index_then_ask_then_index_again_embeds_nothing(home: Path) -> None:
    first = run_json(home, "index")
    answer = run_json(home, "ask", "Which drugs has the FDA approved for ALS?")
    second = run_json(home, "index")

    assert (first["documents_added"], first["failed"]) == (2, [])
    assert first["embeddings_computed"] > 0
    assert answer["references"][0]["pmid"] == "34372914"
    assert second["embeddings_computed"] == 0
    assert second["documents_unchanged"] == 2
    assert second["build_id"] == first["build_id"] == answer["receipt"]["build_id"]


def test_answer_in_the_terminal_shows_references_and_quotes(home: Path) -> None:
    run(home, "index")

    result = run(home, "ask", "How many people die of ALS each year?")

    assert result.returncode == 0
    assert "30,000" in result.stdout
    assert "foreword.2021" in result.stdout
    assert "PMID not given" in result.stdout


def test_damaged_index_is_named_and_made_again_without_embedding(home: Path) -> None:
    build_id = run_json(home, "index")["build_id"]
    (home / "data" / "builds" / build_id / "chroma" / "chroma.sqlite3").write_bytes(b"rubbish")

    doctor = run(home, "doctor")
    asked = run(home, "ask", "What is ALS?", "--json")
    mended = run_json(home, "index")

    assert doctor.returncode == 1
    assert "damaged" in doctor.stdout
    assert "alsqa index" in doctor.stdout
    assert asked.returncode == 0
    assert "made again from stored vectors" in asked.stderr
    assert "Traceback" not in asked.stderr
    answer = json.loads(asked.stdout)
    assert answer["status"] == "answered"
    assert answer["receipt"]["build_id"] != build_id
    assert (mended["embeddings_computed"], mended["build_made"]) == (0, False)
    assert run(home, "index", "--verify").returncode == 0


def test_bad_files_are_reported_and_the_rest_is_answered_from(home: Path) -> None:
    (home / "documents" / "empty.txt").write_bytes(b"")
    (home / "documents" / "latin.txt").write_bytes("Maladie de Charcot: paralysé".encode("latin-1"))
    (home / "documents" / "picture.txt").write_bytes(b"\x89PNG\x00\x00")

    result = run(home, "index", "--json")
    report = json.loads(result.stdout)

    assert result.returncode == 3
    assert {note["path"] for note in report["failed"]} == {"empty.txt", "latin.txt", "picture.txt"}
    assert report["documents"] == 2
    assert run_json(home, "ask", "What is ALS?")["status"] == "answered"


@pytest.mark.parametrize("question", ["", "?", "What\x01is ALS?", "a" * 3_000])
def test_question_that_cannot_be_searched_is_one_line_and_exit_1(home: Path, question: str) -> None:
    result = run(home, "ask", question)

    assert result.returncode == 1
    assert result.stderr.startswith("Error: The question")
    assert len(result.stderr.strip().splitlines()) == 1


def test_mistyped_option_is_a_usage_error(home: Path) -> None:
    assert run(home, "ask", "--jsno", "What is ALS?").returncode == 2
