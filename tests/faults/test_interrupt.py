"""Ctrl-C in the middle of `alsqa index`: one line, exit code 130, and the next run goes on."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from tests.conftest import PROJECT
from tests.faults.waiting import until

_PAPERS = 120


def _command(*arguments: str) -> list[str]:
    return [sys.executable, str(PROJECT / "alsqa.py"), "index", *arguments]


def _environment(folder: Path) -> dict[str, str]:
    return os.environ | {
        "ALSQA_DATA_DIR": str(folder / "data"),
        "ALSQA_DOCUMENTS_DIR": str(folder / "documents"),
    }


def _vectors(library: Path) -> int:
    if not library.is_file():
        return 0
    with closing(sqlite3.connect(library)) as connection:
        try:
            return int(connection.execute("SELECT count(*) FROM vectors").fetchone()[0])
        except sqlite3.OperationalError:
            return 0  # its tables are not there yet


def test_interrupted_index_says_so_and_the_next_one_goes_on_from_there(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    for number in range(_PAPERS):
        sentences = " ".join(f"Finding {number} of part {part} is new." for part in range(8))
        (tmp_path / "documents" / f"{number}.md").write_text(f"# Paper {number}\n\n{sentences}\n")
    library = tmp_path / "data" / "library.db"
    running = subprocess.Popen(
        _command(),
        env=_environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell lets what it runs in the background ignore Ctrl-C, and the tests with it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    until(lambda: _vectors(library) > 0 or running.poll() is not None, limit_s=60)

    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=60)
    embedded = _vectors(library)
    ended = subprocess.run(
        _command("--json"), env=_environment(tmp_path), check=True, capture_output=True, text=True
    )
    report = json.loads(ended.stdout)

    assert running.returncode == 130
    assert "goes on from there" in said
    assert "Traceback" not in said
    assert embedded > 0
    assert report["documents"] == _PAPERS
    assert report["embeddings_computed"] == _vectors(library) - embedded > 0
