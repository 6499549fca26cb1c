"""A real library of a public set, kept between runs: records in, an indexed folder and ids out.

It lies in `<data_dir>/eval/bench/<fingerprint>`; what was embedded there is never embedded again. A
library without some records starts from a copy of the whole one's vectors.
"""

import hashlib
import json
import shutil
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.benchmarks.models import BenchDocument, CorpusRecord, Progress
from index.build_paths import BuildPaths
from index.embedding import Embedder
from index.ingest import ingest
from index.library import Library
from index.settings import IndexSettings, read_settings
from index.writer_lock import writer_lock
from rag.settings import RagSettings


@dataclass(frozen=True, slots=True)
class BenchLibrary:
    """An indexed library, and which of its documents each record became."""

    settings: RagSettings
    """With data and documents in the library's own folder."""
    document_ids: Mapping[str, str]
    """By record name. A record that could not be indexed has an id that no document has."""
    not_indexed: tuple[str, ...]
    """Names of those records."""

    def documents(self, records: Iterable[CorpusRecord]) -> list[BenchDocument]:
        """What the peers index: each document once, by the record that says most of it."""
        by_id: dict[str, list[CorpusRecord]] = {}
        for record in records:
            if record.name in self.document_ids:
                by_id.setdefault(self.document_ids[record.name], []).append(record)
        return [_as_one(document_id, group) for document_id, group in by_id.items()]


def bench_folder(settings: IndexSettings) -> Path:
    """Where libraries of public sets are kept; it may be deleted at any time."""
    return settings.data_dir / "eval" / "bench"


def make_library(
    records: Sequence[CorpusRecord],
    settings: IndexSettings,
    embedder: Embedder,
    *,
    without: Collection[str] = (),
    on_progress: Progress = lambda _stage, _done, _total: None,
) -> BenchLibrary:
    """Index the records by our ingest, as far as that is not done yet.

    Args:
        records: of the whole corpus.
        settings: `data_dir` holds the folder of bench libraries.
        embedder: the model.
        without: names of records that are left out.
        on_progress: told of the stages of writing the folder and of ingesting it.

    Raises:
        LockedError: another run is indexing the same set.
    """
    kept = [one for one in records if one.name not in without]
    own = _settings_of(kept, settings)
    if without and not BuildPaths(own.data_dir).library.is_file():
        _copy_vectors(_settings_of(records, settings).data_dir, own.data_dir)
    _write_folder(kept, own.documents_dir, on_progress)
    ingest(own, embedder, on_progress=on_progress)
    paths = BuildPaths(own.data_dir)
    with Library(paths.library) as library:
        members = library.builds.members(paths.live_build_id())
        found = {
            path: member.document_id
            for member in members
            for path in library.documents.paths(member)
        }
    lost = tuple(one.name for one in kept if one.name not in found)
    return BenchLibrary(own, found | {name: f"not indexed: {name}" for name in lost}, lost)


def _settings_of(records: Sequence[CorpusRecord], settings: IndexSettings) -> RagSettings:
    digest = hashlib.sha256()
    for one in records:
        digest.update(json.dumps([one.name, one.plain_text]).encode())
    folder = bench_folder(settings) / digest.hexdigest()[:16]
    return read_settings(
        RagSettings, data_dir=folder / "data", documents_dir=folder / "documents", backups=0
    )


def _write_folder(records: Sequence[CorpusRecord], folder: Path, on_progress: Progress) -> None:
    """Write a file a record, and beside the folder which corpus id each file has."""
    folder.mkdir(parents=True, exist_ok=True)
    for done, one in enumerate(records, start=1):
        (folder / one.name).write_text(one.plain_text, encoding="utf-8")
        on_progress("writing", done, len(records))
    ids = "".join(f"{one.name}\t{one.corpus_id}\n" for one in records)
    (folder.parent / "corpus_ids.tsv").write_text(ids, encoding="utf-8")


def _copy_vectors(source: Path, target: Path) -> None:
    """Begin a library as a copy of another one, if there is one, so that nothing is embedded."""
    if not BuildPaths(source).library.is_file():
        return
    unfinished = target.with_name("data.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    with writer_lock(source):
        shutil.copytree(source, unfinished, ignore=shutil.ignore_patterns("scratch", "*.lock"))
    shutil.rmtree(target, ignore_errors=True)
    unfinished.replace(target)


def _as_one(document_id: str, records: Sequence[CorpusRecord]) -> BenchDocument:
    main = max(records, key=lambda one: len(one.text))
    title = main.title or next((one.title for one in records if one.title), "")
    return BenchDocument(document_id, title, main.text)
