"""What the library knows of papers' standing: read when an answer is made, so no build is needed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from index import library_tables as tables
from index.identifiers import OF_A_PAPER, Identifiers
from index.library_database import LibraryDatabase
from index.publication_status import (
    KnownReport,
    Standing,
    StatusReport,
    report_from_json,
    report_to_json,
    standing_of,
)

_ROWS_A_STATEMENT = 5_000
_OF_CONTENT = "sha256"
"""Begins the id of a document that gives no identifier."""


class StatusReports:
    """Reports of files and of imported lists in an open library."""

    def __init__(self, database: LibraryDatabase) -> None:
        self._database = database

    def standing(self, document_id: str, identifiers: Identifiers) -> Standing:
        """What all reports say of the paper with that id, or with one of these identifiers."""
        reports = tables.status_reports.c
        # Of an IN of pairs SQLite makes no use of the index.
        is_of_paper = (
            sa.and_(reports.name == name, reports.value == value)
            for name, value in sorted({_pair_of(document_id), *_of_a_paper(identifiers)})
        )
        query = _current(reports.report, reports.checked_at).where(sa.or_(*is_of_paper)).distinct()
        with self._database.read() as connection:
            return standing_of(map(_known, connection.execute(query)))

    def of_build(self, build_id: str) -> dict[str, Standing]:
        """The standing of each document of a build, by id, sorted; without those not checked."""
        reports, own, members = (
            tables.status_reports.c,
            tables.identifiers.c,
            tables.build_members.c,
        )
        columns = (members.document_id, reports.report, reports.checked_at)
        by_identifier = (
            _current(*columns)
            .join(tables.identifiers, sa.and_(own.name == reports.name, own.value == reports.value))
            .join(
                tables.build_members,
                sa.and_(members.document_id == own.document_id, members.version == own.version),
            )
            .where(own.position == tables.OWN, members.build_id == build_id)
        )
        by_content = (
            _current(*columns)
            .join(tables.build_members, members.document_id == f"{_OF_CONTENT}:" + reports.value)
            .where(reports.name == _OF_CONTENT, members.build_id == build_id)
        )
        known: dict[str, list[KnownReport]] = {}
        with self._database.read() as connection:
            for row in connection.execute(by_identifier.union(by_content)):
                known.setdefault(row.document_id, []).append(_known(row))
        return {name: standing_of(known[name]) for name in sorted(known)}

    def replace_list(
        self, name: str, reports: Iterable[tuple[Identifiers, StatusReport]], *, now: datetime
    ) -> int:
        """Make these the reports of the imported list of that name; how many they are."""
        columns = tables.status_reports.c
        count = 0
        with self._database.write() as connection:
            connection.execute(
                sa.delete(tables.status_reports).where(
                    columns.origin == name, columns.content_hash == tables.IMPORTED
                )
            )
            rows: list[dict[str, object]] = []
            for count, (identifiers, report) in enumerate(reports, start=1):
                rows += report_rows(
                    origin=name,
                    content_hash=tables.IMPORTED,
                    position=count,
                    names=_of_a_paper(identifiers),
                    report=report_to_json(report),
                    checked_at=now.isoformat(),
                )
                if len(rows) >= _ROWS_A_STATEMENT:
                    connection.execute(insert(tables.status_reports), rows)
                    rows.clear()
            if rows:
                connection.execute(insert(tables.status_reports), rows)
        return count

    def lists(self) -> dict[str, str]:
        """Imported lists by name, each with when it was imported, ISO 8601."""
        columns = tables.status_reports.c
        query = (
            sa.select(columns.origin, sa.func.max(columns.checked_at).label("checked_at"))
            .where(columns.content_hash == tables.IMPORTED)
            .group_by(columns.origin)
            .order_by(columns.origin)
        )
        with self._database.read() as connection:
            return {row.origin: row.checked_at for row in connection.execute(query)}


def names_of(document_id: str, identifiers: Identifiers) -> list[tuple[str, str]]:
    """The (name, value) pairs under which a report on that document is kept."""
    return _of_a_paper(identifiers) or [_pair_of(document_id)]


def report_rows(
    *,
    origin: str,
    content_hash: str,
    position: int,
    names: Iterable[tuple[str, str]],
    report: str,
    checked_at: str,
) -> list[dict[str, object]]:
    """Rows of the table for one report, as JSON text, one for each name of its paper."""
    return [
        {
            "origin": origin,
            "content_hash": content_hash,
            "position": position,
            "name": name,
            "value": value,
            "report": report,
            "checked_at": checked_at,
        }
        for name, value in names
    ]


def _of_a_paper(identifiers: Identifiers) -> list[tuple[str, str]]:
    return [pair for pair in identifiers.items() if pair[0] in OF_A_PAPER]


def _pair_of(document_id: str) -> tuple[str, str]:
    name, _, value = document_id.partition(":")
    return name, value


def _current(*columns: sa.ColumnElement[str]) -> sa.Select[*tuple[Any, ...]]:
    """Of the reports that count: those of imported lists and of files as they are now."""
    reports, files = tables.status_reports.c, tables.files.c
    return (
        sa.select(*columns)
        .select_from(tables.status_reports.outerjoin(tables.files, files.path == reports.origin))
        .where(
            sa.or_(
                reports.content_hash == tables.IMPORTED,
                reports.content_hash == files.content_hash,
            )
        )
    )


def _known(row: sa.Row[Any]) -> KnownReport:
    return KnownReport(report_from_json(row.report), row.checked_at)
