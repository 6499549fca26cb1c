import shutil
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from eval.dataset import Case
from eval.evaluation import (
    begin_run,
    corpus_fingerprint,
    go_on,
    make_pipeline,
    questions_fingerprint,
    runs_folder,
)
from eval.run_folder import RunFolder
from eval.runner import AS_OF, Answering
from index.errors import DamagedBuildError, NoBuildError, SettingsError
from index.ingest import ingest
from index.settings import IndexSettings, read_settings
from rag.pipeline import Pipeline
from rag.settings import RagSettings
from tests.eval.samples import CASES, FILES, Interposed, case, small_library, unlabelled
from tests.fakes import HashingEmbedder
from tests.rag.examples import index_files

NOW = datetime(2026, 2, 3, 4, 5, 6, 789_000, tzinfo=UTC)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> RagSettings:
    return small_library(tmp_path_factory.mktemp("library"))


@pytest.fixture(scope="module")
def pipeline(library: RagSettings) -> Iterator[Pipeline]:
    pipeline = Pipeline(library, HashingEmbedder())
    yield pipeline
    pipeline.close()


@pytest.fixture(scope="module")
def whole(
    library: RagSettings, pipeline: Pipeline, tmp_path_factory: pytest.TempPathFactory
) -> RunFolder:
    """An undisturbed run of all cases."""
    return run(kept_in(tmp_path_factory.mktemp("whole"), library), pipeline)


def kept_in(folder: Path, settings: RagSettings) -> RagSettings:
    """The settings, with runs in a folder of their own."""
    return settings.model_copy(update={"data_dir": folder})


def run(settings: RagSettings, pipeline: Answering, cases: Sequence[Case] = CASES) -> RunFolder:
    folder = begin_run(settings, pipeline, cases)
    go_on(folder, settings, pipeline, cases)
    return folder


def raising_at(pipeline: Pipeline, number: int, error: BaseException) -> Interposed:
    """The pipeline, but asking the n-th question, from 0, fails so."""
    asked: list[str] = []

    def before(text: str) -> None:
        asked.append(text)
        if len(asked) > number:
            raise error

    return Interposed(pipeline, before)


def interrupted(settings: RagSettings, pipeline: Pipeline, *, after: int) -> RunFolder:
    """A run that Ctrl-C ended after so many cases."""
    folder = begin_run(settings, pipeline, CASES)
    with pytest.raises(KeyboardInterrupt):
        go_on(folder, settings, raising_at(pipeline, after, KeyboardInterrupt()), CASES)
    return folder


def test_a_run_leaves_records_measures_ranking_and_what_it_was_made_of(whole: RunFolder) -> None:
    head = whole.head()

    assert {path.name for path in whole.path.iterdir()} == {
        *("run.json", "records.jsonl", "measures.json", "retrieval.run", "qrels.txt"),
    }
    assert [one.case_id for one in whole.records()] == [one.case_id for one in CASES]
    assert head.hash is not None
    assert head.finished_at is not None
    assert head.started_at <= head.finished_at
    kinds = whole.measures()["parts"]["all"]["kinds"]
    assert {name: one["right"] for name, one in kinds.items()} == {
        **{"answerable": 2, "unanswerable": 1, "off_topic": 1, "personal": 1, "attack": 1},
    }


def test_a_run_says_what_it_was_made_of(
    library: RagSettings, pipeline: Pipeline, tmp_path: Path
) -> None:
    settings = kept_in(tmp_path, library)

    folder = begin_run(
        settings, pipeline, CASES, sets=["tuning"], tag="first", judge="a-model", now=NOW
    )

    head = folder.head()
    assert folder.path == runs_folder(settings) / "20260203-040506-789"
    assert (head.run_id, head.tag, head.sets) == ("20260203-040506-789", "first", ("tuning",))
    assert head.judge == "a-model"
    assert (head.started_at, head.as_of) == ("2026-02-03T04:05:06+00:00", AS_OF.isoformat())
    assert set(head.fingerprints) == {"corpus", "embedding", "settings", "questions"}
    assert (head.settings["candidate_k"], head.settings["composer"]) == (50, "extractive")
    assert {"python", "alsqa", "torch", "chromadb"} <= set(head.versions)
    assert set(head.machine) == {"system", "machine", "cores", "python"}
    assert (head.finished_at, head.hash) == (None, None)


def test_two_runs_have_the_same_hash(
    library: RagSettings, pipeline: Pipeline, whole: RunFolder, tmp_path: Path
) -> None:
    assert run(kept_in(tmp_path, library), pipeline).head().hash == whole.head().hash


def test_a_run_of_a_library_made_anew_has_the_same_hash(whole: RunFolder, tmp_path: Path) -> None:
    settings = small_library(tmp_path)
    pipeline = Pipeline(settings, HashingEmbedder())

    folder = run(settings, pipeline)

    pipeline.close()
    assert folder.head().hash == whole.head().hash


def test_progress_is_told_case_by_case(
    library: RagSettings, pipeline: Pipeline, tmp_path: Path
) -> None:
    settings = kept_in(tmp_path, library)
    folder = begin_run(settings, pipeline, CASES)
    told: list[tuple[int, int]] = []

    go_on(folder, settings, pipeline, CASES, on_progress=lambda *now: told.append(now))

    assert told == [(number, len(CASES)) for number in range(1, len(CASES) + 1)]


@pytest.mark.parametrize("after", range(len(CASES)))
def test_a_run_that_is_interrupted_anywhere_goes_on_to_the_same_hash(
    library: RagSettings, pipeline: Pipeline, whole: RunFolder, tmp_path: Path, after: int
) -> None:
    settings = kept_in(tmp_path, library)
    folder = interrupted(settings, pipeline, after=after)
    done = len(folder.records())
    asked: list[str] = []

    head = go_on(folder, settings, Interposed(pipeline, asked.append), CASES)

    assert done == after
    assert asked == [one.question for one in CASES[after:]]
    assert head.hash == whole.head().hash
    assert folder.head() == head


def test_progress_of_a_run_that_goes_on_counts_what_was_done(
    library: RagSettings, pipeline: Pipeline, tmp_path: Path
) -> None:
    settings = kept_in(tmp_path, library)
    folder = interrupted(settings, pipeline, after=4)
    told: list[tuple[int, int]] = []

    go_on(folder, settings, pipeline, CASES, on_progress=lambda *now: told.append(now))

    assert told == [(5, 6), (6, 6)]


@hypothesis_settings(max_examples=15, deadline=None)
@given(share=st.floats(0, 1))
def test_a_run_whose_records_are_cut_at_any_byte_goes_on_to_the_same_hash(
    library: RagSettings,
    pipeline: Pipeline,
    whole: RunFolder,
    tmp_path_factory: pytest.TempPathFactory,
    share: float,
) -> None:
    folder = RunFolder(tmp_path_factory.mktemp("cut") / whole.path.name)
    shutil.copytree(whole.path, folder.path)
    folder.write_head(replace(whole.head(), finished_at=None, hash=None))
    content = (whole.path / "records.jsonl").read_bytes()
    (folder.path / "records.jsonl").write_bytes(content[: int(share * len(content))])

    head = go_on(folder, library, pipeline, CASES)

    assert head.hash == whole.head().hash
    assert [one.case_id for one in folder.records()] == [one.case_id for one in CASES]


def test_a_run_that_was_interrupted_at_its_very_end_asks_nothing_more(
    library: RagSettings, pipeline: Pipeline, whole: RunFolder, tmp_path: Path
) -> None:
    folder = RunFolder(tmp_path / "run")
    folder.begin(replace(whole.head(), finished_at=None, hash=None))
    for record in whole.records():
        folder.append(record)
    asked: list[str] = []

    head = go_on(folder, library, Interposed(pipeline, asked.append), CASES)

    assert asked == []
    assert head.hash == whole.head().hash
    assert folder.measures() == whole.measures()


def test_a_build_error_ends_the_run_which_goes_on_later(
    library: RagSettings, pipeline: Pipeline, whole: RunFolder, tmp_path: Path
) -> None:
    settings = kept_in(tmp_path, library)
    folder = begin_run(settings, pipeline, CASES)
    damaged = raising_at(pipeline, 2, DamagedBuildError("The index is damaged."))

    with pytest.raises(DamagedBuildError):
        go_on(folder, settings, damaged, CASES)

    assert [one.verdict for one in folder.records()] == ["right", "right"]
    assert folder.head().finished_at is None
    assert go_on(folder, settings, pipeline, CASES).hash == whole.head().hash


def test_without_an_index_no_run_begins(tmp_path: Path) -> None:
    settings = read_settings(RagSettings, data_dir=tmp_path)
    pipeline = Pipeline(settings, HashingEmbedder())

    with pytest.raises(NoBuildError):
        begin_run(settings, pipeline, CASES)

    assert not runs_folder(settings).exists()


def test_a_case_that_hangs_is_not_scored_and_changes_the_hash(
    library: RagSettings, pipeline: Pipeline, whole: RunFolder, tmp_path: Path
) -> None:
    settings = kept_in(tmp_path, library)
    folder = begin_run(settings, pipeline, CASES)
    ended = threading.Event()
    hanging = Interposed(pipeline, lambda text: ended.wait() if text == CASES[0].question else None)

    head = go_on(folder, settings, hanging, CASES, timeout_s=0.5)
    ended.set()

    kind = folder.measures()["parts"]["all"]["kinds"]["answerable"]
    assert (kind["n"], kind["right"], kind["not_scored"], kind["share"]) == (2, 1, 1, 1.0)
    assert head.hash != whole.head().hash


def assert_refused(
    folder: RunFolder,
    name: str,
    settings: RagSettings,
    pipeline: Answering,
    cases: Sequence[Case] = CASES,
) -> None:
    records = folder.records()
    with pytest.raises(SettingsError) as caught:
        go_on(folder, settings, pipeline, cases)
    assert caught.value.problem == (
        f"Run {folder.path.name} began with other {name} than there are now."
    )
    assert "alsqa eval run" in caught.value.remedy
    assert folder.records() == records


@pytest.mark.parametrize(
    "cases",
    [
        CASES[1:],
        CASES[::-1],
        (case(required=("slows",)), *CASES[1:]),
        (*CASES, unlabelled("more", "What is the price of riluzole?")),
    ],
    ids=["fewer", "another order", "another label", "more"],
)
def test_a_run_does_not_go_on_with_other_questions(
    library: RagSettings, pipeline: Pipeline, tmp_path: Path, cases: Sequence[Case]
) -> None:
    settings = kept_in(tmp_path, library)
    folder = interrupted(settings, pipeline, after=2)

    assert_refused(folder, "questions", settings, pipeline, cases)


def test_a_run_does_not_go_on_with_other_settings(
    library: RagSettings, pipeline: Pipeline, tmp_path: Path
) -> None:
    settings = kept_in(tmp_path, library)
    folder = interrupted(settings, pipeline, after=2)

    doubled = settings.model_copy(update={"candidate_k": 100})
    assert_refused(folder, "settings", doubled, pipeline)


def test_a_run_does_not_go_on_with_other_documents(tmp_path: Path) -> None:
    settings = small_library(tmp_path)
    pipeline = Pipeline(settings, HashingEmbedder())
    folder = interrupted(settings, pipeline, after=2)

    (settings.documents_dir / "c.txt").write_text("# Another\n\nIt is new.\n", encoding="utf-8")
    ingest(IndexSettings.model_validate(settings.model_dump()), HashingEmbedder())

    assert_refused(folder, "corpus", settings, pipeline)
    pipeline.close()


def test_a_run_does_not_go_on_with_another_model(
    library: RagSettings, pipeline: Pipeline, tmp_path: Path
) -> None:
    folder = interrupted(kept_in(tmp_path / "runs", library), pipeline, after=2)
    another = HashingEmbedder("another-64")
    settings = library.model_copy(update={"data_dir": tmp_path / "data"})
    ingest(IndexSettings.model_validate(settings.model_dump()), another)
    of_another = Pipeline(settings, another)

    assert_refused(folder, "embedding", settings, of_another)
    of_another.close()


def test_a_folder_without_a_run_cannot_go_on(
    library: RagSettings, pipeline: Pipeline, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError, match="holds no run"):
        go_on(RunFolder(tmp_path), library, pipeline, CASES)


def test_questions_are_told_apart_by_what_is_asked_not_by_their_file() -> None:
    moved = [replace(one, where="elsewhere.yaml:1") for one in CASES]

    assert questions_fingerprint(moved) == questions_fingerprint(CASES)
    assert questions_fingerprint(CASES[1:]) != questions_fingerprint(CASES)


def test_the_corpus_is_told_by_the_bytes_of_its_files(pipeline: Pipeline, tmp_path: Path) -> None:
    changed = {name: text.replace("Edaravone", "Tofersen") for name, text in FILES.items()}
    found = []
    for name, files in (("same", FILES), ("changed", changed)):
        folder = tmp_path / name
        folder.mkdir()
        found.append(_corpus_of(folder, files))
    with pipeline.live.lease() as build:
        known = corpus_fingerprint(build)

    assert found[0] == known != found[1]


def _corpus_of(folder: Path, files: dict[str, str]) -> str:
    settings = index_files(folder, files)
    pipeline = Pipeline(settings, HashingEmbedder())
    with pipeline.live.lease() as build:
        fingerprint = corpus_fingerprint(build)
    pipeline.close()
    return fingerprint


def test_the_clock_of_a_measured_pipeline_stands_still(tmp_path: Path) -> None:
    pipeline = make_pipeline(read_settings(RagSettings, data_dir=tmp_path))

    answer = pipeline.answer("I want to kill myself")

    pipeline.close()
    assert answer.receipt.as_of == AS_OF
