"""A run's folder: what was run on what, a line for each case as it is done, and the measures.

A run that was interrupted lacks `finished_at`; it goes on from its last whole line.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.records import CaseRecord
from eval.scoring import JUDGED
from index.errors import SettingsError
from index.safe_files import replace_text

SCHEMA = 1
_HEAD = "run.json"
_RECORDS = "records.jsonl"
_MEASURES = "measures.json"
_TAG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True)
class RunHead:
    """What a run was made of; `finished_at` and `hash` are None until it is whole."""

    run_id: str
    tag: str | None
    sets: tuple[str, ...]
    started_at: str
    as_of: str
    settings: Mapping[str, Any]
    fingerprints: Mapping[str, str]
    versions: Mapping[str, str]
    machine: Mapping[str, Any]
    judge: str | None = None
    """The model that judges citations, as the settings name it when the run begins."""
    finished_at: str | None = None
    hash: str | None = None

    def to_dict(self) -> dict[str, Any]:
        shape = {name: getattr(self, name) for name in self.__slots__}
        return {"schema": SCHEMA} | shape | {"sets": list(self.sets)}


class RunFolder:
    """The folder of one run."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def head(self) -> RunHead:
        """What the run was made of.

        Raises:
            SettingsError: the folder holds no run, or one of another schema.
        """
        try:
            content = dict(json.loads((self.path / _HEAD).read_text(encoding="utf-8")))
            if content.pop("schema", None) != SCHEMA:
                raise SettingsError(
                    f"{self.path} was written by another version of alsqa.",
                    "Make it anew: alsqa eval run.",
                )
            return RunHead(**(content | {"sets": tuple(content["sets"])}))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SettingsError(
                f"{self.path} holds no run ({error}).", "Make one with: alsqa eval run."
            ) from error

    def begin(self, head: RunHead) -> None:
        """Make the folder and say what will be run.

        Raises:
            SettingsError: the folder is there already.
        """
        try:
            self.path.mkdir(parents=True)
        except FileExistsError as error:
            raise SettingsError(
                f"{self.path} is there already: two runs began together.", "Start it once more."
            ) from error
        self.write_head(head)

    def write_head(self, head: RunHead) -> None:
        """Say what the run is made of, and whether it is whole, in place of what was said."""
        self._write(_HEAD, head.to_dict())

    def append(self, record: CaseRecord) -> None:
        """Add a case; it is in the file when this returns."""
        line = json.dumps(record.to_dict(), ensure_ascii=False)
        with (self.path / _RECORDS).open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    def records(self) -> list[CaseRecord]:
        """The cases that are done, in the order in which they were asked.

        Raises:
            SettingsError: a line is torn or damaged.
        """
        path = self.path / _RECORDS
        if not path.exists():
            return []
        with path.open("rb") as lines:
            return [self._record(line, number) for number, line in enumerate(lines, start=1)]

    def drop_torn_line(self) -> None:
        """Take off what an interruption left of a line that it cut."""
        path = self.path / _RECORDS
        if path.exists():
            whole = path.read_bytes()
            end = whole.rfind(b"\n") + 1
            if end < len(whole):
                with path.open("r+b") as file:
                    file.truncate(end)

    def finish(self, head: RunHead, measures: Mapping[str, Any]) -> None:
        """Write the measures, the TREC run and qrels, and then that the run is whole."""
        records = self.records()
        self._write(_MEASURES, measures)
        replace_text(self.path / "retrieval.run", _trec_run(records, head.tag or "alsqa"))
        replace_text(self.path / "qrels.txt", _qrels(records))
        self.write_head(head)

    def measures(self) -> dict[str, Any]:
        """The measures of a whole run.

        Raises:
            SettingsError: the run was interrupted, or its folder is damaged.
        """
        try:
            content: dict[str, Any] = json.loads(
                (self.path / _MEASURES).read_text(encoding="utf-8")
            )
        except (OSError, ValueError) as error:
            raise SettingsError(
                f"{self.path} has no measures: the run was interrupted.",
                f"Let it go on: alsqa eval run --resume {self.path.name}.",
            ) from error
        return content

    def _record(self, line: bytes, number: int) -> CaseRecord:
        try:
            return CaseRecord.from_dict(json.loads(line))
        except (ValueError, KeyError, TypeError) as error:
            torn = not line.endswith(b"\n")
            raise SettingsError(
                f"{self.path / _RECORDS}:{number}: no record of a case: {error}.",
                f"Let the run go on: alsqa eval run --resume {self.path.name}."
                if torn
                else "Begin another one: alsqa eval run.",
            ) from error

    def _write(self, name: str, content: Mapping[str, Any]) -> None:
        replace_text(self.path / name, json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def run_hash(head: RunHead, records: Sequence[CaseRecord]) -> str:
    """The same for every run of the same build, settings and questions.

    Times are left out, and so is what a model judged: another reply is no other run.
    """
    digest = hashlib.sha256(json.dumps(dict(head.fingerprints), sort_keys=True).encode())
    for record in sorted(records, key=lambda one: one.case_id):
        line = record.to_dict()
        del line["timings_ms"]
        for name in JUDGED:
            line["scores"].pop(name, None)
        digest.update(json.dumps(line, sort_keys=True, ensure_ascii=False).encode())
    return digest.hexdigest()[:16]


def find_run(runs: Path, name: str | None, *, whole: bool = True) -> RunFolder:
    """The run of that id, tag or path; where none is named, the newest whole one.

    Folders that another version wrote, or that are damaged, are passed over unless they are named.

    Raises:
        SettingsError: there is none.
    """
    if name and (Path(name) / _HEAD).exists():
        return RunFolder(Path(name))
    known = sorted(runs.glob(f"*/{_HEAD}"), reverse=True)
    for path in known:
        folder = RunFolder(path.parent)
        try:
            head = folder.head()
        except SettingsError:
            if path.parent.name == name:
                raise
            continue
        if name in (head.run_id, head.tag) if name else head.finished_at or not whole:
            return folder
    if name:
        ids = ", ".join(path.parent.name for path in known[:5]) or "none"
        raise SettingsError(f"There is no run {name!r} in {runs}.", f"The newest are: {ids}.")
    raise SettingsError(f"There is no run in {runs}.", "Make one with: alsqa eval run.")


def check_tag(runs: Path, tag: str) -> None:
    """Do nothing where a run can be called that, and be the only one.

    Raises:
        SettingsError: it has other characters, or a run is called that already.
    """
    if not _TAG.fullmatch(tag):
        raise SettingsError(
            f"{tag!r} cannot be a tag.",
            "Use letters (a to z), digits, '.', '_' and '-', with a letter or a digit first.",
        )
    for path in sorted(runs.glob(f"*/{_HEAD}")):
        try:
            head = RunFolder(path.parent).head()
        except SettingsError:
            continue
        if tag in (head.run_id, head.tag):
            raise SettingsError(
                f"Run {head.run_id} has the tag or the id {tag!r}.", "Choose another tag."
            )


def _trec_run(records: Sequence[CaseRecord], tag: str) -> str:
    """Lines of `query-id Q0 passage rank score tag`, as trec_eval reads them."""
    name = "-".join(tag.split())
    return "".join(
        f"{record.case_id} Q0 {hit['passage']} {rank} {hit['score']} {name}\n"
        for record in records
        for rank, hit in enumerate(record.ranking, start=1)
    )


def _qrels(records: Sequence[CaseRecord]) -> str:
    return "".join(
        f"{record.case_id} 0 {passage} 1\n" for record in records for passage in record.relevant
    )
