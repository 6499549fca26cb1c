"""A paper that was retracted: marked, warned of or left out, and told in past answers."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from alsqa import app
from index.build_paths import BuildPaths
from index.identifiers import Identifiers
from index.library import Library
from index.publication_status import NOT_CHECKED, Standing, StatusNote, StatusReport
from rag.answer_json import answer_to_dict
from rag.pipeline import Pipeline
from rag.settings import RagSettings
from rag.status_changes import find_status_changes
from tests.fakes import HashingEmbedder
from tests.index.samples import NOW, pubmed_page
from tests.rag.examples import faults_of, index_files

_QUESTION = "What does riluzole prolong?"
_PAPER = Identifiers(pmid="11111111")
_ROW = (
    "OriginalPaperPubMedID,OriginalPaperDOI,RetractionPubMedID,RetractionDOI,RetractionNature,"
    "RetractionDate,Reason\n11111111,,,,Retraction,7/12/2023 0:00,+Fake data;\n"
)


@pytest.fixture
def settings(tmp_path: Path) -> RagSettings:
    page = pubmed_page(
        title="Riluzole in amyotrophic lateral sclerosis",
        identifiers="- PMID: 11111111",
        blocks="Abstract\nRiluzole prolongs survival by three months in ALS.",
    )
    return index_files(tmp_path, {"page.txt": page})


@pytest.fixture
def pipeline(settings: RagSettings) -> Iterator[Pipeline]:
    made = Pipeline(settings, HashingEmbedder())
    yield made
    made.close()


def _retract(settings: RagSettings, *notes: StatusNote) -> None:
    report = StatusReport("a list", notes or (StatusNote("retracted", date="2024-02-03"),))
    with Library(BuildPaths(settings.data_dir).library, writable=True) as library:
        library.status.replace_list("a list", [(_PAPER, report)], now=NOW)


def test_paper_that_nobody_was_asked_about_is_not_checked(pipeline: Pipeline) -> None:
    (reference,) = pipeline.answer(_QUESTION).references

    assert reference.standing == NOT_CHECKED
    shown = answer_to_dict(pipeline.answer(_QUESTION))["references"][0]
    assert (shown["status"], shown["status_checked_at"], shown["status_notes"]) == (
        "not_checked",
        None,
        [],
    )


def test_new_status_holds_from_the_next_answer_on(
    pipeline: Pipeline, settings: RagSettings
) -> None:
    before = pipeline.answer(_QUESTION)

    _retract(settings)
    after = pipeline.answer(_QUESTION)

    assert before.receipt.build_id == after.receipt.build_id
    assert after.status == "answered"
    (shown,) = answer_to_dict(after)["references"]
    assert shown["status"] == "retracted"
    assert shown["status_checked_at"] == NOW.isoformat()
    assert [(one["kind"], one["source"], one["date"]) for one in shown["status_notes"]] == [
        ("retracted", "a list", "2024-02-03")
    ]
    (warning,) = [one for one in after.notices if one.kind == "standing"]
    assert warning.text.startswith("Cited paper retracted: “Riluzole in amyotrophic")
    assert "notice of 2024-02-03, a list, read 2026-05-04" in warning.text
    with pipeline.live.lease() as build:
        assert faults_of(after, build) == []
        assert faults_of(replace(after, notices=()), build) == [
            "a paper that is retracted or in doubt is cited without a warning"
        ]
        (reference,) = after.references
        unmarked = replace(after, references=(replace(reference, standing=NOT_CHECKED),))
        assert faults_of(unmarked, build) == [
            "reference 1 is shown as not_checked, which it is not"
        ]


@pytest.mark.parametrize("kind", ["corrected", "updated", "preprint"])
def test_what_is_no_doubt_is_shown_without_a_warning(
    pipeline: Pipeline, settings: RagSettings, kind: str
) -> None:
    _retract(settings, StatusNote(kind))  # type: ignore[arg-type]

    answer = pipeline.answer(_QUESTION)

    assert answer.references[0].standing.status == kind
    assert all(one.kind != "standing" for one in answer.notices)


def test_retracted_paper_is_no_evidence_where_the_settings_say_so(settings: RagSettings) -> None:
    _retract(settings)
    pipeline = Pipeline(settings.model_copy(update={"retracted": "exclude"}), HashingEmbedder())
    try:
        answer = pipeline.answer(_QUESTION)
        record = pipeline.answer("Which paper has PMID 11111111?")
    finally:
        pipeline.close()

    assert (answer.status, answer.references, answer.evidence) == ("insufficient_evidence", (), ())
    assert answer.notices[0].text.startswith("Left out of the evidence, for it is retracted")
    assert record.references[0].standing.status == "retracted"


def test_past_answers_whose_papers_standing_changed_are_found() -> None:
    def answer(status: str) -> dict[str, object]:
        reference = {"n": 1, "document_id": "pmid:1", "title": "T", "status": status}
        names: dict[str, object] = {"pmid": "1", "pmcid": None, "doi": None}
        return {"answer_id": "ans_1", "question": "Q?", "references": [reference | names]}

    def changes(before: str, now: Standing) -> list[tuple[str, str]]:
        found = find_status_changes([("2026-01-01", answer(before))], lambda _names: now)
        return [(one.before, one.now) for one in found]

    assert changes("not_checked", Standing("retracted")) == [("not_checked", "retracted")]
    assert changes("retracted", Standing("no_notice")) == [("retracted", "no_notice")]
    assert changes("corrected", Standing("corrected")) == []
    assert changes("not_checked", Standing("no_notice")) == []
    assert changes("no_notice", NOT_CHECKED) == []


def test_list_is_imported_and_what_it_changes_is_listed(
    settings: RagSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALSQA_DATA_DIR", str(settings.data_dir))
    (tmp_path / "list.csv").write_text(_ROW, encoding="utf-8")
    runner = CliRunner()

    before = runner.invoke(app, ["status"])
    imported = runner.invoke(app, ["status", "--import", str(tmp_path / "list.csv")])
    after = runner.invoke(app, ["status"])
    affected = runner.invoke(app, ["status", "--affected", "--json"])

    assert "0 of 1 papers have a notice. Imported lists: none." in before.stdout
    assert imported.stdout == "Retraction Watch: 1 reports imported.\n"
    assert "retracted  pmid:11111111  Riluzole in amyotrophic lateral sclerosis" in after.stdout
    assert "1 of 1 papers have a notice." in after.stdout
    assert affected.stdout.strip() == "[]"
