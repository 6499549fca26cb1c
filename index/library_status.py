"""What the library knows of papers' standing: read when an answer is made, so no build is needed."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from index import library_tables as tables
from index.identifiers import OF_A_PAPER, Identifiers
from index.library_database import LibraryDatabase
from index.publication_status import (
    KnownReport,
    Standing,
    StandingName,
    StatusReport,
    report_from_json,
    report_to_json,
    standing_of,
)

_ROWS_A_STATEMENT = 5_000


class StatusReports:
    """Reports of files and of imported lists in an open library."""

    def __init__(self, database: LibraryDatabase) -> None:
        self._database = database

    def standing(self, identifiers: Identifiers) -> Standing:
        """What all reports say of the paper that carries one of these identifiers."""
        pairs = [pair for pair in identifiers.items() if pair[0] in OF_A_PAPER]
        if not pairs:
            return standing_of(())
        reports, files = tables.status_reports.c, tables.files.c
        is_current = sa.or_(
            reports.content_hash == tables.IMPORTED, files.content_hash == reports.content_hash
        )
        query = (
            sa.select(reports.report, reports.checked_at)
            .select_from(
                tables.status_reports.outerjoin(tables.files, files.path == reports.origin)
            )
            .where(sa.tuple_(reports.name, reports.value).in_(pairs), is_current)
            .distinct()
        )
        with self._database.read() as connection:
            return standing_of(
                KnownReport(report_from_json(row.report), row.checked_at)
                for row in connection.execute(query)
            )

    def marked(self, build_id: str) -> list[str]:
        """Ids of the documents of a build of whose standing some source says something, sorted."""
        reports, own, members = (
            tables.status_reports.c,
            tables.identifiers.c,
            tables.build_members.c,
        )
        query = (
            sa.select(own.document_id)
            .select_from(tables.build_members)
            .join(
                tables.identifiers,
                sa.and_(
                    own.document_id == members.document_id,
                    own.version == members.version,
                    own.position == tables.OWN,
                ),
            )
            .join(
                tables.status_reports,
                sa.and_(reports.name == own.name, reports.value == own.value),
            )
            .where(members.build_id == build_id, reports.report.not_like('%"notes":[]%'))
            .distinct()
            .order_by(own.document_id)
        )
        with self._database.read() as connection:
            return list(connection.scalars(query))

    def by_document(self, build_id: str, wanted: Collection[str]) -> dict[str, StandingName]:
        """The standing of each of those documents of a build."""
        own, members = tables.identifiers.c, tables.build_members.c
        query = (
            sa.select(own.document_id, own.name, own.value)
            .join(
                tables.build_members,
                sa.and_(own.document_id == members.document_id, own.version == members.version),
            )
            .where(members.build_id == build_id, own.position == tables.OWN)
        )
        names: dict[str, dict[str, str]] = {one: {} for one in wanted}
        with self._database.read() as connection:
            for row in connection.execute(query):
                if row.document_id in names:
                    names[row.document_id][row.name] = row.value
        return {one: self.standing(Identifiers(**pairs)).status for one, pairs in names.items()}

    def replace_list(
        self, name: str, reports: Iterable[tuple[Identifiers, StatusReport]], *, now: datetime
    ) -> int:
        """Make these the reports of the imported list of that name; how many papers it names."""
        columns = tables.status_reports.c
        papers = 0
        with self._database.write() as connection:
            connection.execute(
                sa.delete(tables.status_reports).where(
                    columns.origin == name, columns.content_hash == tables.IMPORTED
                )
            )
            rows: list[dict[str, object]] = []
            for papers, (identifiers, report) in enumerate(reports, start=1):
                rows += _rows(name, papers, identifiers, report, now)
                if len(rows) >= _ROWS_A_STATEMENT:
                    connection.execute(insert(tables.status_reports), rows)
                    rows.clear()
            if rows:
                connection.execute(insert(tables.status_reports), rows)
        return papers

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


def _rows(
    origin: str, position: int, identifiers: Identifiers, report: StatusReport, now: datetime
) -> Sequence[dict[str, object]]:
    text = report_to_json(report)
    return [
        {
            "origin": origin,
            "content_hash": tables.IMPORTED,
            "position": position,
            "name": name,
            "value": value,
            "report": text,
            "checked_at": now.isoformat(),
        }
        for name, value in identifiers.items()
        if name in OF_A_PAPER
    ]
