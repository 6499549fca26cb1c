"""Which builds were made from the library, of which versions; and every id that was ever issued."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from index import library_tables as tables
from index.embedding import EmbeddingIdentity
from index.errors import LibraryError
from index.library_database import LibraryDatabase
from index.library_rows import DocumentVersion
from index.same_work import SameWork

_LATE_READERS = timedelta(minutes=10)


class BuildRegister:
    """Builds in an open library.

    A build's texts are kept while its folder is, and a while longer, for readers that still
    answer from it.
    """

    def __init__(self, database: LibraryDatabase) -> None:
        self._database = database

    def add(
        self,
        build_id: str,
        members: Iterable[DocumentVersion],
        *,
        embedding: EmbeddingIdentity,
        digest: str,
        successors: dict[str, str],
        same_works: Iterable[SameWork] = (),
        now: datetime,
    ) -> None:
        """Note a build before it is made; its ids are issued with it.

        Args:
            build_id: the build.
            members: the versions that it is made from.
            embedding: the model of its vectors.
            digest: what its documents and vectors are, see `index.digests`.
            successors: ids that were issued before and are not in it, with what took their place.
            same_works: its documents that are probably one work.
            now: noted with the build.
        """
        rows = [
            {"build_id": build_id, "document_id": one.document_id, "version": one.version}
            for one in members
        ]
        issued = [{"document_id": row["document_id"]} for row in rows]
        with self._database.write() as connection:
            connection.execute(
                sa.insert(tables.builds),
                {
                    "build_id": build_id,
                    "embedding": json.dumps(embedding.to_dict(), sort_keys=True),
                    "digest": digest,
                    "made_at": now.isoformat(),
                },
            )
            if rows:
                connection.execute(sa.insert(tables.build_members), rows)
                connection.execute(insert(tables.issued_ids).on_conflict_do_nothing(), issued)
            if works := _same_work_rows(build_id, same_works):
                connection.execute(sa.insert(tables.same_works), works)
            for document_id, successor in successors.items():
                connection.execute(
                    sa.update(tables.issued_ids)
                    .where(tables.issued_ids.c.document_id == document_id)
                    .values(successor=successor)
                )

    def remove(self, build_id: str) -> None:
        """Forget a build that was not made after all."""
        with self._database.write() as connection:
            for table in (tables.builds, tables.build_members, tables.same_works):
                connection.execute(sa.delete(table).where(table.c.build_id == build_id))

    def embedding(self, build_id: str) -> EmbeddingIdentity:
        """The model of a build's vectors; raises LibraryError for a build that is not known."""
        query = sa.select(tables.builds.c.embedding).where(tables.builds.c.build_id == build_id)
        with self._database.read() as connection:
            text = connection.scalar(query)
            if text is None:
                raise LibraryError(f"No build {build_id!r} is known.", "Run: alsqa index.")
            return EmbeddingIdentity.from_dict(json.loads(text))

    def digest(self, build_id: str) -> str | None:
        """The digest that the record had when the build was made; None for an unknown build."""
        query = sa.select(tables.builds.c.digest).where(tables.builds.c.build_id == build_id)
        with self._database.read() as connection:
            return connection.scalar(query)

    def newest(self) -> str | None:
        """The build that was noted last."""
        query = sa.select(tables.builds.c.build_id).order_by(sa.text("rowid DESC")).limit(1)
        with self._database.read() as connection:
            return connection.scalar(query)

    def members(self, build_id: str) -> list[DocumentVersion]:
        """The versions that a build is made from, sorted by document id."""
        query = (
            sa.select(tables.build_members.c.document_id, tables.build_members.c.version)
            .where(tables.build_members.c.build_id == build_id)
            .order_by(tables.build_members.c.document_id)
        )
        with self._database.read() as connection:
            return [DocumentVersion(*row) for row in connection.execute(query)]

    def retire_all_except(
        self, kept: Iterable[str], *, keep_versions: Iterable[DocumentVersion], now: datetime
    ) -> None:
        """Retire other builds; drop those retired for a while, and versions that nothing holds."""
        ids = list(kept)
        builds, build_members = tables.builds, tables.build_members
        forgotten = builds.c.retired_at < (now - _LATE_READERS).isoformat()
        held = {(one.document_id, one.version) for one in keep_versions}
        with self._database.write() as connection:
            connection.execute(
                sa.update(builds)
                .where(builds.c.build_id.not_in(ids), builds.c.retired_at.is_(None))
                .values(retired_at=now.isoformat())
            )
            connection.execute(sa.delete(builds).where(forgotten))
            for table in (build_members, tables.same_works):
                is_forgotten = table.c.build_id.not_in(sa.select(builds.c.build_id))
                connection.execute(sa.delete(table).where(is_forgotten))
            unused = sa.select(tables.documents.c.document_id, tables.documents.c.version).except_(
                sa.select(build_members.c.document_id, build_members.c.version)
            )
            for row in connection.execute(unused).all():
                if tuple(row) not in held:
                    _drop(connection, DocumentVersion(*row))

    def same_work(self, build_id: str, document_id: str) -> list[str]:
        """Other documents of the build that are probably the same work, sorted."""
        columns = tables.same_works.c
        own = sa.select(columns.work).where(
            columns.build_id == build_id, columns.document_id == document_id
        )
        query = (
            sa.select(columns.document_id)
            .where(columns.build_id == build_id, columns.work == own.scalar_subquery())
            .order_by(columns.document_id)
        )
        with self._database.read() as connection:
            return [name for name in connection.scalars(query) if name != document_id]

    def same_works(self, build_id: str) -> dict[str, list[str]]:
        """Every work that the build holds as several documents: by first id, all ids."""
        columns = tables.same_works.c
        query = (
            sa.select(columns.work, columns.document_id)
            .where(columns.build_id == build_id)
            .order_by(columns.work, columns.document_id)
        )
        works: dict[str, list[str]] = {}
        with self._database.read() as connection:
            for row in connection.execute(query):
                works.setdefault(row.work, []).append(row.document_id)
        return works

    def successor(self, document_id: str) -> str | None:
        """What took an issued id's place; None where nothing did.

        Raises:
            KeyError: the id was never issued.
        """
        query = sa.select(tables.issued_ids.c.successor).where(
            tables.issued_ids.c.document_id == document_id
        )
        with self._database.read() as connection:
            row = connection.execute(query).first()
        if row is None:
            raise KeyError(document_id)
        found: str | None = row.successor
        return found


def _same_work_rows(build_id: str, works: Iterable[SameWork]) -> list[dict[str, str]]:
    return [
        {
            "build_id": build_id,
            "document_id": document_id,
            "work": work.document_ids[0],
            "reasons": json.dumps([asdict(link) for link in work.links], ensure_ascii=False),
        }
        for work in works
        for document_id in work.document_ids
    ]


def _drop(connection: sa.Connection, version: DocumentVersion) -> None:
    of_versions = (tables.chunks, tables.listed, tables.identifiers, tables.facets)
    for table in (tables.documents, *of_versions):
        connection.execute(
            sa.delete(table).where(
                table.c.document_id == version.document_id, table.c.version == version.version
            )
        )
