"""A run from its beginning, or from where it was interrupted, to its measures."""

import os
import platform
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from json import dumps
from pathlib import Path
from typing import Any

from eval.dataset import Case
from eval.records import CaseRecord, case_to_dict
from eval.run_folder import RunFolder, RunHead, check_tag, run_hash
from eval.runner import AS_OF, Answering, Judge, ask_cases
from eval.settings import QUESTION_TIMEOUT_S
from eval.summary import summarise
from index.build_reader import Build
from index.errors import SettingsError
from rag.pipeline import Pipeline, build_pipeline
from rag.settings import RagSettings
from rag.written import COMPOSER

_PACKAGES = ("chromadb", "numpy", "sentence-transformers", "tokenizers", "torch")
_MEASURED_SETTINGS = (
    *("candidate_k", "evidence_k", "max_sentences", "max_records"),
    *("reranker", "rerank_k", "rerank_budget_ms", "min_answerability"),
    *("max_question_chars", "llm_model"),
)


def runs_folder(settings: RagSettings) -> Path:
    """Where runs are kept."""
    return settings.data_dir / "eval" / "runs"


def make_pipeline(settings: RagSettings) -> Pipeline:
    """The pipeline that the settings describe, its clock standing still."""
    return build_pipeline(settings, clock=lambda: AS_OF)


def begin_run(
    settings: RagSettings,
    pipeline: Answering,
    cases: Sequence[Case],
    *,
    sets: Sequence[str] = (),
    tag: str | None = None,
    judge: str | None = None,
    now: datetime | None = None,
) -> RunFolder:
    """Make the folder of a run that asks `cases`; `judge` names the model that will judge it.

    Raises:
        SettingsError: the tag has another form, or is another run's.
    """
    if tag is not None:
        check_tag(runs_folder(settings), tag)
    started = now or datetime.now(UTC)
    head = _head(settings, pipeline, cases, sets=sets, tag=tag, judge=judge, started=started)
    folder = RunFolder(runs_folder(settings) / head.run_id)
    folder.begin(head)
    return folder


def go_on(
    folder: RunFolder,
    settings: RagSettings,
    pipeline: Answering,
    cases: Sequence[Case],
    *,
    timeout_s: float = QUESTION_TIMEOUT_S,
    judge: Judge | None = None,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> RunHead:
    """Ask what the run still lacks, and write its measures; what it was made of, at its end.

    Raises:
        SettingsError: questions, documents, model or settings are not those that it began with.
        BuildError: there is no build to search, or it is damaged.
    """
    head = folder.head()
    _check_same(folder, head, _head(settings, pipeline, cases, started=datetime.now(UTC)))
    folder.drop_torn_line()
    done = {record.case_id for record in folder.records()}
    rest = [case for case in cases if case.case_id not in done]
    for number, record in enumerate(
        ask_cases(pipeline, rest, timeout_s=timeout_s, judge=judge), start=1
    ):
        folder.append(record)
        on_progress(len(done) + number, len(cases))
    return _finish(folder, head, folder.records())


def _finish(folder: RunFolder, head: RunHead, records: Sequence[CaseRecord]) -> RunHead:
    finished = replace(
        head,
        finished_at=datetime.now(UTC).isoformat(timespec="seconds"),
        hash=run_hash(head, records),
    )
    folder.finish(finished, summarise(records))
    return finished


def questions_fingerprint(cases: Sequence[Case]) -> str:
    """Changes with any case."""
    return _digest([case_to_dict(case) for case in cases])


def corpus_fingerprint(build: Build) -> str:
    """Changes with any file that is indexed; not with how it is read, cut or embedded."""
    documents = (build.document(one.document_id) for one in build.members)
    return _digest(sorted((one.document_id, one.content_hash) for one in documents))


def _head(
    settings: RagSettings,
    pipeline: Answering,
    cases: Sequence[Case],
    *,
    started: datetime,
    sets: Sequence[str] = (),
    tag: str | None = None,
    judge: str | None = None,
) -> RunHead:
    measured = {name: getattr(settings, name) for name in _MEASURED_SETTINGS}
    with pipeline.live.lease() as build:
        fingerprints = {
            "corpus": corpus_fingerprint(build),
            "embedding": build.manifest.embedding_fingerprint,
            "settings": _digest(measured | {"composer": COMPOSER}),
            "questions": questions_fingerprint(cases),
        }
    return RunHead(
        run_id=started.strftime("%Y%m%d-%H%M%S-%f")[:-3],
        tag=tag,
        judge=judge,
        sets=tuple(sets),
        started_at=started.isoformat(timespec="seconds"),
        as_of=AS_OF.isoformat(),
        settings=measured | {"composer": COMPOSER},
        fingerprints=fingerprints,
        versions=_versions(),
        machine={
            "system": platform.system(),
            "machine": platform.machine(),
            "cores": os.cpu_count() or 1,
            "python": platform.python_version(),
        },
    )


def _check_same(folder: RunFolder, began: RunHead, now: RunHead) -> None:
    for name, value in began.fingerprints.items():
        if now.fingerprints[name] != value:
            raise SettingsError(
                f"Run {folder.path.name} began with other {name} than there are now.",
                "Begin another one: alsqa eval run.",
            )


def _versions() -> dict[str, str]:
    found = {"python": ".".join(map(str, sys.version_info[:3]))}
    for package in ("alsqa", *_PACKAGES):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


def _digest(value: Any) -> str:
    return sha256(dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]
