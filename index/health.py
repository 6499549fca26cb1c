"""Is what lies in the data directory what was written? Findings for people and for programs."""

from collections.abc import Callable
from dataclasses import dataclass

from index.build_paths import BuildPaths
from index.errors import AlsqaError, BuildError, NoBuildError
from index.library import Library
from index.notes import quarantine_notes, summarise
from index.open_build import open_build
from index.repair import check_members, last_build

_WORKS_NAMED = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: what, whether it is well, and what was found.

    `warning`: it is well, and somebody should look at it. `items` are what the detail counts.
    """

    name: str
    ok: bool
    detail: str
    warning: bool = False
    items: tuple[str, ...] = ()


def check_library(paths: BuildPaths) -> list[Finding]:
    """Look at every byte of record and live build; reads only.

    The record: SQLite's own check, and texts and vectors against the digest of the live build.
    The build: hashes of its files, counts, vector probes, ids and metadata read back.
    """
    try:
        library = Library(paths.library)
    except AlsqaError as error:
        return [Finding("library", False, str(error))]
    with library:
        checks = (
            ("library", _check_record),
            ("index", _check_build),
            ("quarantine", _list_quarantine),
            ("same work", _list_same_works),
            ("last run", _describe_last_run),
        )
        return [_find(name, check, paths, library) for name, check in checks]


def _find(
    name: str,
    check: Callable[[BuildPaths, Library], str | Finding],
    paths: BuildPaths,
    library: Library,
) -> Finding:
    try:
        found = check(paths, library)
    except AlsqaError as error:
        return Finding(name, False, str(error))
    return found if isinstance(found, Finding) else Finding(name, True, found)


def _check_record(paths: BuildPaths, library: Library) -> str:
    library.check()
    library.sources.check()
    try:
        members = check_members(library, last_build(paths, library))
    except NoBuildError:
        return f"{paths.library}, nothing indexed yet"
    return f"{paths.library}, {len(members)} documents; texts and vectors are as they were stored"


def _check_build(paths: BuildPaths, library: Library) -> str:
    build_id = paths.live_build_id()
    with open_build(paths, library, build_id) as build:
        build.check_entries()
        counts = ", ".join(f"{count} {name}" for name, count in build.manifest.counts.items())
    return f"build {build_id}: {counts}; every file, id and vector probe is right"


def _list_quarantine(_paths: BuildPaths, library: Library) -> Finding:
    notes = quarantine_notes(library)
    if not notes:
        return Finding("quarantine", True, "no file")
    files = len({note.path for note in notes})
    return Finding(
        "quarantine",
        True,
        f"{len(notes):,} files or records of {files:,} files could not be read as they are",
        warning=True,
        items=tuple(f"{note.path}: {note.reason}" for note in summarise(notes)),
    )


def _list_same_works(paths: BuildPaths, library: Library) -> str:
    try:
        works = library.builds.same_works(paths.live_build_id())
    except BuildError:
        return "no index to look at"
    named = "; ".join(" = ".join(names) for names in list(works.values())[:_WORKS_NAMED])
    more = f"; {len(works) - _WORKS_NAMED} more" if len(works) > _WORKS_NAMED else ""
    return f"{len(works)} works are held as several documents: {named}{more}" if works else "none"


def _describe_last_run(_paths: BuildPaths, library: Library) -> str:
    run = library.runs.last()
    if run is None:
        return "none"
    return f"{run.outcome}, begun {run.started_at}"
