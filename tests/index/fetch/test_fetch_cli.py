import json
import os
import pty
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from index.errors import LockedError, SettingsError
from index.fetch.errors import FetchError
from index.fetch_cli import app
from index.writer_lock import writer_lock
from tests.conftest import PROJECT
from tests.index.fetch.fake_europepmc import FakeEuropePmc
from tests.index.fetch.samples import (
    FakePubMed,
    PubMedRecord,
    StillClock,
    records,
    search_xml,
)
from tests.index.fetch.web_server import Answer, Call, WebServer

_COMMAND = "from index.fetch_cli import app; app()"


def _environment(server: WebServer, tmp_path: Path) -> dict[str, str]:
    return {
        "ALSQA_NCBI_BASE_URL": f"{server.url}/entrez/eutils",
        "ALSQA_EUROPEPMC_BASE_URL": f"{server.url}/rest",
        "ALSQA_DATA_DIR": str(tmp_path / "data"),
        "ALSQA_DOCUMENTS_DIR": str(tmp_path / "documents"),
        "COLUMNS": "200",
        "NO_PROXY": "127.0.0.1",
    }


@pytest.fixture
def environment(server: WebServer, tmp_path: Path) -> dict[str, str]:
    return _environment(server, tmp_path)


@pytest.fixture
def run(environment: dict[str, str], clock: StillClock) -> Any:
    def run(*arguments: str, **given: Any) -> Result:
        return CliRunner().invoke(app, list(arguments), env=environment, obj=clock, **given)

    return run


def _only_folder(tmp_path: Path) -> Path:
    (folder,) = (tmp_path / "documents" / "fetched").glob("[!.]*")
    return folder


def test_query_is_fetched_into_the_documents_folder_and_the_host_named_first(
    run: Any, server: WebServer, tmp_path: Path
) -> None:
    server.answer = FakePubMed(records(3)).answer

    result = run("pubmed", "tofersen  AND 2020:2026[dp]")

    assert result.exit_code == 0, result.output
    first, second, *_ = result.stderr.splitlines()
    assert first == "Asking NCBI (127.0.0.1); what you ask goes to no other host."
    assert second == (
        "PubMed: 3 records for: tofersen AND 2020:2026[dp]; 3 to download, in 1 file."
    )
    folder = _only_folder(tmp_path)
    assert folder.name.startswith("pubmed-tofersen-and-2020-2026-dp-")
    assert sorted(file.name for file in folder.iterdir()) == [".fetch.json", "0001.xml.gz"]
    assert result.stdout == f"3 records fetched in 1 file; 3 in {folder}\n"


def test_json_prints_the_report_and_nothing_else(
    run: Any, server: WebServer, tmp_path: Path
) -> None:
    server.answer = FakePubMed([PubMedRecord("11", doi="10.1000/a")]).answer

    result = run("pubmed", "11", "10.1000/A", "10.1000/b", "--json")

    assert result.exit_code == 3
    assert json.loads(result.stdout) == {
        "source": "PubMed",
        "query": "",
        "folder": str(_only_folder(tmp_path)),
        "count": 3,
        "held": 1,
        "fetched": 1,
        "files": ["0001.xml.gz"],
        "changed": 0,
        "changed_files": [],
        "skipped": [{"name": "10.1000/b", "reason": "PubMed has no record with this DOI"}],
        "remarks": [],
        "declined": False,
    }


def test_list_in_a_file_or_on_stdin_is_fetched(run: Any, server: WebServer, tmp_path: Path) -> None:
    server.answer = FakePubMed(records(3)).answer
    names = tmp_path / "my papers.txt"
    names.write_text("10000001\n# more\nPMID: 10000002\n", encoding="utf-8")

    from_file = run("pubmed", "--ids", str(names))
    from_stdin = run("pubmed", "--ids", "-", input="10000003\n")

    assert (from_file.exit_code, from_stdin.exit_code) == (0, 0)
    folders = sorted(one.name for one in (tmp_path / "documents/fetched").glob("[!.]*"))
    assert folders[0].startswith("pubmed-ids-")
    assert folders[1].startswith("pubmed-ids-my-papers-")


def test_malformed_list_is_refused_before_anything_is_asked(
    run: Any, server: WebServer, tmp_path: Path
) -> None:
    names = tmp_path / "list.txt"
    names.write_text("10000001\n10.1/\n", encoding="utf-8")

    result = run("pubmed", "--ids", str(names))

    assert isinstance(result.exception, FetchError)
    assert "line 2: '10.1/'" in str(result.exception)
    assert server.calls == []
    assert not (tmp_path / "documents").exists()


def test_malformed_identifier_is_refused_and_not_taken_for_a_query(
    run: Any, server: WebServer
) -> None:
    result = run("pubmed", "11", "10.1/")

    assert isinstance(result.exception, FetchError)
    assert "argument 2: '10.1/'" in str(result.exception)
    assert server.calls == []


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", None])
def test_list_that_cannot_be_read_is_told(run: Any, tmp_path: Path, content: bytes | None) -> None:
    names = tmp_path / "list.txt"
    if content:
        names.write_bytes(content)

    result = run("pubmed", "--ids", str(names))

    assert isinstance(result.exception, FetchError)
    assert "list.txt" in str(result.exception)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["pubmed"], "Give a query"),
        (["pubmed", "x", "--ids", "f"], "Give a query"),
        (["pubmed", " "], "The query is empty"),
        (["pubmed", "tofersen", "SOD1"], "stands in quotes"),
        (["pubmed", "11", "--max", "5"], "--max is for queries"),
        (["pubmed", "x", "--max", "0"], "--max"),
        (["pubmed", "x", "--json", "--index"], "Give one of --json and --index"),
        (["pubmed", "x", "--index", "--into", "/tmp/elsewhere"], "lies outside"),
        (["new", "--since", "yesterday"], "--since"),
        (["europepmc"], "Missing argument"),
    ],
)
def test_wrong_use_is_a_usage_error_and_asks_nobody(
    run: Any, server: WebServer, arguments: list[str], said: str
) -> None:
    result = run(*arguments)

    assert result.exit_code == 2
    assert said in result.stderr
    assert server.calls == []


def test_0_results_give_exit_code_3_and_a_fault_an_error(run: Any, server: WebServer) -> None:
    server.answer = lambda _: Answer(
        search_xml(0, [], rest="<ErrorList><PhraseNotFound>xyzzy</PhraseNotFound></ErrorList>")
    )
    nothing = run("pubmed", "xyzzy")
    server.answer = lambda _: Answer(status=503)
    fault = run("pubmed", "xyzzy")

    assert nothing.exit_code == 3
    assert "PubMed does not know xyzzy." in nothing.stderr
    assert "PubMed has no record for: xyzzy" in nothing.stderr
    assert nothing.stdout == "Nothing was fetched.\n"
    assert isinstance(fault.exception, FetchError)
    assert fault.stderr.count("It is asked again in") == 4


def test_key_and_email_go_to_ncbi_and_into_no_output_and_no_file(
    run: Any, environment: dict[str, str], server: WebServer, tmp_path: Path
) -> None:
    environment |= {"ALSQA_NCBI_API_KEY": "s3cr3t", "ALSQA_NCBI_EMAIL": "me@example.org"}
    server.answer = FakePubMed(records(3)).answer

    results = [run("pubmed", "tofersen", "--json"), run("new", "--json")]
    server.answer = lambda _: Answer(b'{"error":"API key invalid","api-key":"s3cr3t"}', status=400)
    results.append(run("pubmed", "tofersen"))

    for call in server.calls:
        assert (call.method, call.fields["tool"]) == ("POST", "alsqa")
        assert (call.fields["api_key"], call.fields["email"]) == ("s3cr3t", "me@example.org")
    shown = "".join(f"{result.output}{result.exception}" for result in results)
    assert "ALSQA_NCBI_API_KEY" in shown
    written = b"".join(
        file.read_bytes() for file in (tmp_path / "documents").rglob("*") if file.is_file()
    )
    for secret in ("s3cr3t", "me@example.org"):
        assert secret not in shown
        assert secret.encode() not in written


def test_wrong_setting_is_told_with_its_name(run: Any, environment: dict[str, str]) -> None:
    environment["ALSQA_FETCH_TIMEOUT_S"] = "soon"

    result = run("pubmed", "tofersen")

    assert isinstance(result.exception, SettingsError)
    assert "ALSQA_FETCH_TIMEOUT_S" in str(result.exception)


def test_new_asks_each_earlier_query_and_what_changed_of_a_list(
    run: Any, server: WebServer
) -> None:
    pubmed, europepmc = FakePubMed(records(3)), FakeEuropePmc(["PMC1"])

    def answer(call: Call) -> Answer:
        return (europepmc if call.path.startswith("/rest") else pubmed).answer(call)

    server.answer = answer
    without = run("new")
    for arguments in (("pubmed", "tofersen"), ("pubmed", "10000001"), ("europepmc", "tofersen")):
        assert run(*arguments).exit_code == 0
    calls = len(server.calls)
    europepmc.pmcids = ["PMC2", "PMC1"]

    result = run("new", "--since", "2026-01-01", "--json")

    assert "There is no earlier fetch" in str(without.exception)
    assert result.exit_code == 0
    reports = json.loads(result.stdout)
    assert [one["source"] for one in reports] == ["Europe PMC", "PubMed", "PubMed"]
    assert [one["fetched"] for one in reports] == [1, 0, 0]
    asked = [call.path.rpartition("/")[2] for call in server.calls[calls:]]
    assert asked[:2] == ["search", "fullTextXML"]
    dates = [call.fields.get("datetype") for call in server.calls[calls + 2 :]]
    assert dates == ["mdat", "mdat", "edat"]


def test_new_tells_how_many_records_came_again(run: Any, server: WebServer) -> None:
    pubmed = FakePubMed(records(3))
    server.answer = pubmed.answer
    run("pubmed", "tofersen")
    pubmed.records[1] = replace(pubmed.records[1], retracted=date(2026, 5, 4))

    result = run("new")

    assert result.exit_code == 0
    assert "0 records fetched in 0 files; 3 in " in result.stdout
    assert "1 record fetched again that PubMed had changed" in result.stdout


def test_folder_can_be_chosen(run: Any, server: WebServer, tmp_path: Path) -> None:
    server.answer = FakeEuropePmc(["PMC1"]).answer

    result = run("europepmc", "tofersen", "--into", str(tmp_path / "mine"))

    assert result.exit_code == 0
    assert [file.name for file in (tmp_path / "mine").rglob("*.xml")] == ["PMC1.xml"]


def test_large_download_is_not_asked_about_where_nobody_can_answer(
    run: Any, server: WebServer
) -> None:
    server.answer = FakePubMed(records(1_001)).answer

    result = run("pubmed", "tofersen")

    assert result.exit_code == 0
    assert "Download" not in result.output


@pytest.mark.parametrize(("reply", "files"), [("n", 0), ("y", 6)])
def test_large_download_is_asked_about_on_a_terminal(
    environment: dict[str, str], server: WebServer, tmp_path: Path, reply: str, files: int
) -> None:
    server.answer = FakePubMed(records(1_001)).answer
    environment["ALSQA_NCBI_API_KEY"] = "paced faster with a key"
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", _COMMAND, "pubmed", "tofersen"],
        cwd=PROJECT,
        env=os.environ | environment | {"TERM": "xterm"},
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=theirs,
    ) as child:
        os.close(theirs)
        shown = b""
        while b"Download 1,001 records? [y/N]" not in shown:
            shown += os.read(ours, 1_000)
        os.write(ours, f"{reply}\n".encode())
        while child.poll() is None:
            try:
                shown += os.read(ours, 1_000)
            except OSError:
                break
        assert child.stdout is not None
        assert child.wait() == 0
        said = child.stdout.read()
    os.close(ours)

    assert (b"Nothing was downloaded." if reply == "n" else b"1,001 records fetched") in said
    assert len(list((tmp_path / "documents").rglob("*.xml.gz"))) == files


def test_interrupt_keeps_what_is_there_and_says_how_to_go_on(
    environment: dict[str, str], run: Any, server: WebServer, tmp_path: Path
) -> None:
    pubmed = FakePubMed(records(450))
    children: list[int] = []

    def interrupt(_: Call) -> Answer:
        os.kill(children[0], signal.SIGINT)
        return Answer(ends="hang")

    server.answer = pubmed.answer
    server.queue += [pubmed.answer, pubmed.answer, interrupt]
    with subprocess.Popen(
        [sys.executable, "-c", _COMMAND, "pubmed", "tofersen", "--json"],
        cwd=PROJECT,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell lets what it runs in the background ignore Ctrl-C, and the tests with it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as child:
        children.append(child.pid)
        out, errors = child.communicate(timeout=30)
    stopped = sorted(file.name for file in _only_folder(tmp_path).iterdir())
    again = run("pubmed", "tofersen", "--json")

    assert child.returncode == 130
    assert out == ""
    assert errors.endswith(
        "Stopped. What was fetched is kept; the same command goes on from there.\n"
    )
    assert "Traceback" not in errors
    assert stopped == [".fetch.json", "0001.xml.gz"]
    assert json.loads(again.stdout)["fetched"] == 250
    assert json.loads(again.stdout)["held"] == 450


def test_index_follows_where_it_is_asked_for(run: Any, server: WebServer, tmp_path: Path) -> None:
    """Shown by the lock that it takes first: nothing has to be embedded for that."""
    server.answer = FakePubMed(records(3)).answer

    with writer_lock(tmp_path / "data"):
        result = run("pubmed", "tofersen", "--index")

    assert "3 records fetched" in result.stdout
    assert isinstance(result.exception, LockedError)
    assert str(tmp_path / "data") in str(result.exception)
