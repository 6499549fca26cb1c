"""The log of ingest runs: when each began, how it ended, what it changed."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from index import library_tables as tables
from index.library_database import LibraryDatabase

Outcome = Literal["running", "finished", "failed", "interrupted"]
_KEPT = 100


@dataclass(frozen=True, slots=True)
class Run:
    """One ingest run; times are ISO 8601."""

    run_id: int
    started_at: str
    ended_at: str | None
    outcome: Outcome
    report: dict[str, Any] | None


class RunLog:
    """Ingest runs in an open library; the last hundred are kept."""

    def __init__(self, database: LibraryDatabase) -> None:
        self._database = database

    def begin(self, *, now: datetime) -> int:
        """Note a new run; one that still seems to run was killed, for the caller has the lock."""
        with self._database.write() as connection:
            connection.execute(
                sa.update(tables.runs)
                .where(tables.runs.c.outcome == "running")
                .values(outcome="interrupted")
            )
            newest = sa.select(sa.func.max(tables.runs.c.run_id)).scalar_subquery()
            connection.execute(sa.delete(tables.runs).where(tables.runs.c.run_id <= newest - _KEPT))
            started = connection.execute(
                sa.insert(tables.runs).values(started_at=now.isoformat(), outcome="running")
            )
            return int(started.inserted_primary_key[0])  # type: ignore[index]

    def end(
        self, run_id: int, *, outcome: Outcome, now: datetime, report: dict[str, Any] | None = None
    ) -> None:
        """Note how a run ended, with its report as JSON types."""
        text = None if report is None else json.dumps(report, ensure_ascii=False)
        with self._database.write() as connection:
            connection.execute(
                sa.update(tables.runs)
                .where(tables.runs.c.run_id == run_id)
                .values(outcome=outcome, ended_at=now.isoformat(), report=text)
            )

    def last(self) -> Run | None:
        """The run that began last."""
        query = sa.select(tables.runs).order_by(tables.runs.c.run_id.desc()).limit(1)
        with self._database.read() as connection:
            row = connection.execute(query).first()
            if row is None:
                return None
            report = json.loads(row.report) if row.report else None
            return Run(row.run_id, row.started_at, row.ended_at, row.outcome, report)
