import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from index.build_paths import BuildPaths
from index.cli import app
from index.errors import LibraryError, SettingsError
from tests.index.samples import RILUZOLE, write_files


def _run(tmp_path: Path, *arguments: str) -> Result:
    environment = {"ALSQA_DATA_DIR": str(tmp_path / "data"), "COLUMNS": "200"}
    return CliRunner().invoke(app, ["index", *arguments], env=environment)


def test_json_prints_the_report_and_nothing_else(tmp_path: Path, documents: Path) -> None:
    write_files(documents, {"riluzole.md": RILUZOLE, "picture.png": "%PDF"})

    result = _run(tmp_path, "--documents", str(documents), "--json")

    assert result.exit_code == 0
    report = json.loads(result.stdout)
    assert (report["documents"], report["documents_added"], report["chunks"]) == (1, 1, 2)
    assert report["embeddings_computed"] == 7
    assert report["ignored"] == [{"path": "picture.png", "reason": "no reader for .png"}]
    assert report["failed"] == []
    assert report["build_id"] == BuildPaths(tmp_path / "data").live_build_id()


def test_file_that_fails_gives_exit_code_3(tmp_path: Path, documents: Path) -> None:
    write_files(documents, {"empty.txt": ""})

    result = _run(tmp_path, "--documents", str(documents), "--json")

    assert result.exit_code == 3
    (note,) = json.loads(result.stdout)["failed"]
    assert note["path"] == "empty.txt"
    assert "it is empty" in note["reason"]


def test_report_for_people_names_every_file_that_gave_no_document(
    tmp_path: Path, documents: Path
) -> None:
    write_files(documents, {"empty.txt": "", "[odd].png": "x"})

    result = _run(tmp_path, "--documents", str(documents))

    assert result.exit_code == 3
    assert (
        "0 embeddings computed, 1 files or records in quarantine, 0 merged, 1 ignored."
        in result.stdout
    )
    assert "failed   empty.txt: it is empty." in result.stdout
    assert "ignored  [odd].png: no reader for .png" in result.stdout
    assert str(tmp_path / "data") in result.stdout.replace("\n", "")


def test_folder_comes_from_the_environment_where_no_option_gives_it(
    tmp_path: Path, documents: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(documents, {"empty.txt": ""})
    monkeypatch.setenv("ALSQA_DOCUMENTS_DIR", str(documents))

    result = _run(tmp_path, "--json")

    assert [note["path"] for note in json.loads(result.stdout)["failed"]] == ["empty.txt"]


def test_missing_folder_is_a_settings_error(tmp_path: Path) -> None:
    result = _run(tmp_path, "--documents", str(tmp_path / "nowhere"))

    assert isinstance(result.exception, SettingsError)
    assert "ALSQA_DOCUMENTS_DIR" in str(result.exception)


def test_file_in_place_of_the_folder_is_said_to_be_one(tmp_path: Path) -> None:
    write_files(tmp_path, {"paper.md": RILUZOLE})

    result = _run(tmp_path, "--documents", str(tmp_path / "paper.md"))

    assert isinstance(result.exception, SettingsError)
    assert "paper.md is a file, not a folder." in str(result.exception)


def test_emptied_folder_is_refused_and_followed_when_told(tmp_path: Path, documents: Path) -> None:
    write_files(documents, {"riluzole.md": RILUZOLE})
    _run(tmp_path, "--documents", str(documents))
    (documents / "riluzole.md").unlink()

    refused = _run(tmp_path, "--documents", str(documents))
    followed = _run(tmp_path, "--documents", str(documents), "--allow-empty", "--json")

    assert isinstance(refused.exception, SettingsError)
    assert "alsqa index --allow-empty" in str(refused.exception)
    assert followed.exit_code == 0
    assert json.loads(followed.stdout)["documents_removed"] == 1


def _papers(numbers: range) -> dict[str, str]:
    return {
        f"{n:02}.md": f"# Paper {n}\n\nDOI: 10.1000/{n}\n\nIt is of neuron {n}.\n" for n in numbers
    }


@pytest.mark.parametrize(
    ("before", "after", "told"), [(10, 4, True), (10, 5, False), (9, 1, False)]
)
def test_loss_of_most_documents_is_told_on_stderr(
    tmp_path: Path, documents: Path, before: int, after: int, told: bool
) -> None:
    write_files(documents, _papers(range(before)))
    _run(tmp_path, "--documents", str(documents))
    for name in _papers(range(after, before)):
        (documents / name).unlink()

    result = _run(tmp_path, "--documents", str(documents), "--json")

    assert result.exit_code == 0
    assert json.loads(result.stdout)["documents"] == after
    assert ("Warning: 6 of 10 documents were taken out" in result.stderr) is told
    assert bool(result.stderr) is told


def test_equal_refusals_of_the_records_of_a_file_are_one_line(
    tmp_path: Path, documents: Path
) -> None:
    first = "TY  - JOUR\nTI  - Riluzole in trials\nDO  - 10.1000/riluzole\nER  - \n"
    write_files(documents, {"all.ris": first + "TY  - JOUR\nPY  - 2020\nER  - \n" * 11})

    result = _run(tmp_path, "--documents", str(documents))
    failed = json.loads(_run(tmp_path, "--documents", str(documents), "--json").stdout)["failed"]

    lines = [line for line in result.stdout.splitlines() if line.strip().startswith("failed")]
    assert len(failed) == 11
    (line,) = lines
    assert line.strip().startswith("failed   all.ris: records 2–12: ")


def _command(tmp_path: Path, *arguments: str) -> Result:
    environment = {"ALSQA_DATA_DIR": str(tmp_path / "data"), "COLUMNS": "200"}
    return CliRunner().invoke(app, list(arguments), env=environment)


def test_backup_is_restored_to_another_folder_with_its_index(
    tmp_path: Path, documents: Path
) -> None:
    write_files(documents, {"riluzole.md": RILUZOLE})
    assert _run(tmp_path, "--documents", str(documents)).exit_code == 0
    backup = tmp_path / "backup.zip"

    saved = _command(tmp_path, "backup", str(backup))
    again = _command(tmp_path, "backup", str(backup))
    restored = _command(tmp_path / "elsewhere", "restore", str(backup))
    verified = _command(tmp_path / "elsewhere", "index", "--verify", "--json")

    assert saved.exit_code == 0
    assert "library.db" in saved.stdout
    assert isinstance(again.exception, LibraryError)
    assert restored.exit_code == 0
    assert "The search index was made again: 2 chunks, 1 records." in restored.stdout
    assert verified.exit_code == 0
    assert all(finding["ok"] for finding in json.loads(verified.stdout))


def test_verify_says_what_is_damaged_and_prune_gives_space_back(
    tmp_path: Path, documents: Path
) -> None:
    write_files(documents, {"riluzole.md": RILUZOLE})
    _run(tmp_path, "--documents", str(documents))
    _run(tmp_path, "--documents", str(documents), "--rebuild")

    pruned = _command(tmp_path, "index", "--prune", "--json")
    paths = BuildPaths(tmp_path / "data")
    (paths.build(paths.live_build_id()) / "manifest.json").write_text("{}", encoding="utf-8")
    verified = _command(tmp_path, "index", "--verify")

    assert pruned.exit_code == 0
    assert json.loads(pruned.stdout)["bytes_freed"] >= 0
    assert verified.exit_code == 1
    assert "✗ index" in verified.stdout
    assert "✓ library" in verified.stdout


def test_two_modes_at_once_are_a_usage_error(tmp_path: Path) -> None:
    assert _command(tmp_path, "index", "--verify", "--prune").exit_code == 2
