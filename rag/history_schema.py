"""The tables of `history.db`, and the steps from each schema of it to the next."""

import sqlite3

import sqlalchemy as sa
from sqlalchemy.schema import CreateIndex, CreateTable

SCHEMA_VERSION = 1
"""1: replay records. A file without a version is empty, or has conversations and answers alone."""

metadata = sa.MetaData()
conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("conversation_id", sa.String, primary_key=True),
    sa.Column("created_at", sa.String, nullable=False),
)
answers = sa.Table(
    "answers",
    metadata,
    sa.Column("answer_id", sa.String, primary_key=True),
    sa.Column(
        "conversation_id",
        sa.ForeignKey("conversations.conversation_id"),
        nullable=False,
        index=True,
    ),
    sa.Column("created_at", sa.String, nullable=False),
    sa.Column("answer", sa.Text, nullable=False),
)
replays = sa.Table(
    "replays",
    metadata,
    sa.Column("answer_id", sa.ForeignKey("answers.answer_id"), primary_key=True),
    sa.Column("answer_sha256", sa.String, nullable=False),
    sa.Column("record_sha256", sa.String, nullable=False),
    sa.Column("record", sa.LargeBinary, nullable=False),
)
"""What an answer was composed of: JSON in zlib's format, and digests of it and of the answer."""


def schema_version(connection: sa.Connection) -> int:
    """The schema of an open file; 0 where it bears none."""
    return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())


def migrate(connection: sa.Connection) -> None:
    """Bring an empty file, or one of an older schema, to the present schema; its rows stay."""
    # Every step so far only adds, and another process may have taken it just now.
    for table in metadata.sorted_tables:
        connection.execute(CreateTable(table, if_not_exists=True))
        for index in table.indexes:
            connection.execute(CreateIndex(index, if_not_exists=True))
    connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_VERSION}")


def begin_immediately(engine: sa.Engine) -> sa.Engine:
    """The engine with transactions of its own: sqlite3 begins none for a change of the schema."""
    sa.event.listen(engine, "connect", _configure)
    sa.event.listen(engine, "begin", _begin)
    return engine


def _configure(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.close()


def _begin(connection: sa.Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))
