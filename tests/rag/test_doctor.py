import json
from pathlib import Path

import pytest

from index.build_paths import BuildPaths
from index.health import Finding
from index.settings import read_settings
from rag.doctor import Diagnosis, examine
from rag.settings import RagSettings
from tests.rag.examples import index_files


def named(diagnosis: Diagnosis) -> dict[str, Finding]:
    return {finding.name: finding for finding in diagnosis.findings}


def test_a_healthy_installation_is_well(default_settings: RagSettings) -> None:
    diagnosis = examine(default_settings)

    found = named(diagnosis)
    assert diagnosis.ok
    assert list(found) == [
        *("python", "packages", "documents", "data", "embedding model", "library", "index"),
        *("quarantine", "same work", "last run", "reranker", "language model"),
    ]
    assert "chromadb 1." in found["packages"].detail
    assert "12 records" in found["index"].detail
    assert found["data"].detail == str(default_settings.data_dir.resolve())
    assert "verbatim sentences" in found["language model"].detail


def test_a_missing_library_says_to_index(tmp_path: Path) -> None:
    diagnosis = examine(read_settings(RagSettings, data_dir=tmp_path / "none"))

    assert not diagnosis.ok
    assert "alsqa index" in named(diagnosis)["library"].detail
    assert not (tmp_path / "none").exists()


def test_a_missing_documents_folder_is_found(tmp_path: Path, default_settings: RagSettings) -> None:
    settings = default_settings.model_copy(update={"documents_dir": tmp_path / "none"})

    diagnosis = examine(settings)

    assert not diagnosis.ok
    assert not named(diagnosis)["documents"].ok


def test_an_index_whose_model_is_not_here_is_found(tmp_path: Path) -> None:
    found = named(examine(index_files(tmp_path, {"a.txt": "# Notes\n\nRiluzole slows ALS.\n"})))

    assert not found["model of the index"].ok
    assert "hashing-64" in found["model of the index"].detail


def test_a_reranker_that_cannot_be_used_is_found(
    tmp_path: Path, default_settings: RagSettings
) -> None:
    settings = default_settings.model_copy(update={"reranker": str(tmp_path)})

    found = named(examine(settings))["reranker"]

    assert not found.ok
    assert "cannot be loaded" in found.detail


def test_a_threshold_that_nothing_is_held_against_is_found(default_settings: RagSettings) -> None:
    changes = {"reranker": "none", "min_answerability": 0.5}

    found = named(examine(default_settings.model_copy(update=changes)))["reranker"]

    assert not found.ok
    assert "ALSQA_RERANKER" in found.detail


@pytest.mark.parametrize("content", ["", "unknown-build", "../elsewhere"])
def test_a_pointer_to_no_build_is_found(tmp_path: Path, content: str) -> None:
    settings = index_files(tmp_path, {"a.txt": "# Notes\n\nRiluzole slows ALS.\n"})
    BuildPaths(settings.data_dir).current.write_text(content, encoding="utf-8")

    found = named(examine(settings))

    assert found["library"].ok
    assert not found["index"].ok
    assert "alsqa index" in found["index"].detail


def test_a_damaged_library_is_found(tmp_path: Path) -> None:
    settings = index_files(tmp_path, {"a.txt": "# Notes\n\nRiluzole slows ALS.\n"})
    library = BuildPaths(settings.data_dir).library
    for name in ("library.db-wal", "library.db-shm"):
        (library.parent / name).unlink(missing_ok=True)
    library.write_bytes(b"this is no database, " * 500)

    found = named(examine(settings))

    assert not found["library"].ok
    assert "index" not in found


def test_files_in_quarantine_are_named_with_their_reason(tmp_path: Path) -> None:
    settings = index_files(tmp_path, {"a.txt": "# Notes\n\nRiluzole slows ALS.\n", "b.txt": ""})

    finding = named(examine(settings))["quarantine"]

    assert (finding.ok, finding.warning) == (True, True)
    assert finding.items == ("b.txt: it is empty. Remove it, or put the text in.",)


def test_findings_are_plain_json_in_their_order() -> None:
    diagnosis = Diagnosis(
        (Finding("a", True, "x", warning=True, items=("i",)), Finding("b", False, "y"))
    )

    assert json.loads(json.dumps(diagnosis.to_dict())) == {
        "ok": False,
        "findings": [
            {"name": "a", "ok": True, "detail": "x", "warning": True, "items": ["i"]},
            {"name": "b", "ok": False, "detail": "y", "warning": False, "items": []},
        ],
    }
