import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from index.identifiers import Identifiers
from index.publication_status import StatusNote
from rag.claim_check import ClaimChecker
from rag.claim_cli import app, print_check
from rag.errors import QuestionError
from rag.pipeline import Pipeline
from rag.settings import RagSettings
from tests.fakes import HashingEmbedder
from tests.index.samples import pubmed_page
from tests.rag.examples import index_files, note_standing
from tests.rag.test_stance import EVEN

RUNNER = CliRunner(env={"COLUMNS": "200", "NO_COLOR": "1"})
CLAIM = "Riluzole prolongs survival in ALS."


@pytest.fixture
def pipeline(tmp_path: Path) -> Iterator[Pipeline]:
    sound = pubmed_page(
        title="A trial of riluzole",
        identifiers="- PMID: 11111111",
        blocks="Abstract\nRiluzole prolongs survival of people with ALS.",
    )
    retracted = pubmed_page(
        title="Another trial of riluzole",
        identifiers="- PMID: 22222222",
        blocks="Abstract\nRiluzole shortens survival of people with ALS.",
    )
    settings = index_files(tmp_path, {"a.txt": sound, "b.txt": retracted})
    note_standing(settings, StatusNote("retracted"), paper=Identifiers(pmid="22222222"))
    pipeline = Pipeline(settings, HashingEmbedder())
    yield pipeline
    pipeline.close()


def test_verdict_comes_first_then_quotes_with_pmid_and_year(pipeline: Pipeline) -> None:
    console = Console(width=200, record=True, no_color=True, file=io.StringIO())

    print_check(console, ClaimChecker(pipeline, EVEN).check(CLAIM))

    printed = console.export_text().splitlines()
    assert printed[0] == "Claim: Supported"
    text = " ".join(" ".join(printed).split())
    assert "for PMID 11111111 (" in text
    assert "“Riluzole prolongs survival of people with ALS.”" in text
    assert "against PMID 22222222" in text
    assert "Another trial of riluzole [retracted]" in text
    assert "Cited paper retracted: " in text


@pytest.fixture
def default_library(monkeypatch: pytest.MonkeyPatch, default_settings: RagSettings) -> None:
    monkeypatch.setenv("ALSQA_DATA_DIR", str(default_settings.data_dir))
    monkeypatch.setenv("ALSQA_DOCUMENTS_DIR", str(default_settings.documents_dir))


@pytest.mark.usefixtures("default_library")
def test_check_prints_json_and_the_form_of_biogen() -> None:
    ours = json.loads(RUNNER.invoke(app, [CLAIM, "--json"]).stdout)
    biogen = json.loads(RUNNER.invoke(app, [CLAIM, "--format", "biogen"]).stdout)

    assert ours["claim"] == CLAIM
    assert ours["sentences"][0]["not_judged"] or ours["sentences"][0]["supporting"]
    assert [one["text"] for one in biogen["answer"]] == [CLAIM]
    assert set(biogen["answer"][0]) == {
        "text",
        "supported_citations",
        "contradicted_citations",
    }


@pytest.mark.usefixtures("default_library")
def test_check_prints_a_verdict_for_each_of_several_sentences() -> None:
    result = RUNNER.invoke(app, ["Riluzole was approved for ALS. Bread rises overnight."])

    assert result.exit_code == 0
    assert result.stdout.startswith("Claim: ")
    assert "Bread rises overnight.\nNothing found" in result.stdout


@pytest.mark.usefixtures("default_library")
def test_an_empty_claim_is_an_error_with_a_remedy() -> None:
    result = RUNNER.invoke(app, [" "])

    assert isinstance(result.exception, QuestionError)
    assert "The claim is empty" in str(result.exception)
