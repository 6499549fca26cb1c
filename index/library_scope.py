"""What filters leave of a build: filters in, ids of documents and names of sections out."""

from collections.abc import Iterable

import sqlalchemy as sa

from index import library_tables as tables
from index.filters import Filters, Scope
from index.library_database import LibraryDatabase, in_build
from index.library_rows import BuildEntry
from index.library_status import StatusReports
from index.publication_status import NOT_CHECKED


class Scopes:
    """Parts of builds in an open library."""

    def __init__(self, database: LibraryDatabase, status: StatusReports) -> None:
        self._database = database
        self._status = status

    def scope(self, build_id: str, filters: Filters) -> Scope:
        """The documents of the build that meet the filters, and the sections that do."""
        members = sa.select(tables.build_members.c.document_id).where(
            tables.build_members.c.build_id == build_id
        )
        sections = (
            sa.select(tables.chunks.c.section)
            .join(tables.build_members, in_build(tables.chunks, build_id))
            .distinct()
        )
        with self._database.read() as connection:
            documents = set(connection.scalars(members))
            for condition in _conditions(filters):
                query = (
                    sa.select(tables.facets.c.document_id)
                    .join(tables.build_members, in_build(tables.facets, build_id))
                    .where(condition)
                )
                documents &= set(connection.scalars(query))
            names = set(connection.scalars(sections))
        if filters.statuses:
            standings = self._status.of_build(build_id)
            documents = {
                one
                for one in documents
                if standings.get(one, NOT_CHECKED).status in filters.statuses
            }
        return Scope(
            frozenset(documents), frozenset(one for one in names if filters.takes_section(one))
        )

    def facet(self, build_id: str, name: str) -> dict[str, list[str]]:
        """What the build's documents give of one facet ("year", "journal"), by document."""
        query = (
            sa.select(tables.facets.c.document_id, tables.facets.c.value)
            .join(tables.build_members, in_build(tables.facets, build_id))
            .where(tables.facets.c.name == name)
            .order_by(tables.facets.c.document_id, tables.facets.c.value)
        )
        given: dict[str, list[str]] = {}
        with self._database.read() as connection:
            for document_id, value in connection.execute(query):
                given.setdefault(document_id, []).append(value)
        return given

    def entries(self, build_id: str, collection: str, scope: Scope) -> list[BuildEntry]:
        """What of a collection lies in the scope; of listed papers, none does."""
        table, name, hashed = (
            (tables.chunks, tables.chunks.c.chunk_id, tables.chunks.c.embedded_hash)
            if collection == "chunks"
            else (tables.documents, tables.documents.c.document_id, tables.documents.c.record_hash)
        )
        query = (
            sa.select(name, hashed, table.c.document_id)
            .join(tables.build_members, in_build(table, build_id))
            .order_by(name)
        )
        if collection == "chunks":
            query = query.where(tables.chunks.c.section.in_(scope.sections))
        with self._database.read() as connection:
            return [
                BuildEntry(entry_id, collection, embedded_hash, document_id)
                for entry_id, embedded_hash, document_id in connection.execute(query)
                if document_id in scope.documents
            ]


def _conditions(filters: Filters) -> Iterable[sa.ColumnElement[bool]]:
    name, value = tables.facets.c.name, tables.facets.c.value
    if filters.year_from is not None or filters.year_to is not None:
        year = sa.cast(value, sa.Integer)
        first, last = filters.year_from or 0, filters.year_to or 9_999
        yield sa.and_(name == "year", year.between(first, last))
    for facet, wanted in (
        ("journal", tuple(one.casefold() for one in filters.journals)),
        ("language", tuple(one.casefold() for one in filters.languages)),
        ("study_type", filters.study_types),
    ):
        if wanted:
            yield sa.and_(name == facet, value.in_(wanted))
