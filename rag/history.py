"""Conversations and their answers, kept in `history.db`: what was shown is what is stored."""

import hashlib
import json
import secrets
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from index.errors import LibraryError
from rag import history_schema as schema
from rag.errors import UnknownRecordError


@dataclass(frozen=True, slots=True)
class StoredReplay:
    """An answer, what was kept to compose it again, and whether both are as they were stored."""

    answer: dict[str, Any]
    record: str | None
    """As it was given to `History.store`; None where nothing was, or it cannot be read any more."""
    is_kept: bool
    """True where something was given."""
    answer_is_intact: bool
    record_is_intact: bool


def new_id(prefix: str) -> str:
    """An id that nobody guesses: the prefix and 128 random bits."""
    return f"{prefix}_{secrets.token_hex(16)}"


class History:
    """One history file; it is made when it does not exist.

    Raises:
        LibraryError: the file cannot be opened, or is of a newer schema.
    """

    def __init__(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LibraryError(
                f"The data directory {path.parent} cannot be made ({error.strerror}).",
                "Choose another with ALSQA_DATA_DIR.",
            ) from error
        self._path = path
        self._engine = schema.begin_immediately(
            sa.create_engine(
                f"sqlite:///{path}", connect_args={"timeout": 10}, hide_parameters=True
            )
        )
        try:
            self._bring_up_to_date()
        except LibraryError:
            self.close()
            raise
        except sa.exc.DatabaseError as error:
            self.close()
            raise LibraryError(
                f"The history {path} cannot be read ({error.orig}).", "Move it away."
            ) from error

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def open_conversation(self, conversation_id: str | None) -> str:
        """That conversation's id, or a new one's where none is given.

        Raises:
            UnknownRecordError: no conversation has that id.
        """
        if conversation_id is None:
            return new_id("con")
        query = sa.select(schema.conversations.c.conversation_id).where(
            schema.conversations.c.conversation_id == conversation_id
        )
        with self._connection() as connection:
            if connection.scalar(query) is None:
                raise UnknownRecordError(
                    "No conversation has that id.", "Leave conversation_id out to begin one."
                )
        return conversation_id

    def store(self, answer: dict[str, Any], *, now: datetime, replay: str | None = None) -> None:
        """Keep an answer, as it is sent, in its conversation, which is made where it is new.

        `replay` is kept beside it, so that it can be composed again.
        """
        text = json.dumps(answer, ensure_ascii=False)
        with self._connection() as connection:
            connection.execute(
                sa.insert(schema.conversations).prefix_with("OR IGNORE"),
                {"conversation_id": answer["conversation_id"], "created_at": now.isoformat()},
            )
            connection.execute(
                sa.insert(schema.answers),
                {
                    "answer_id": answer["answer_id"],
                    "conversation_id": answer["conversation_id"],
                    "created_at": now.isoformat(),
                    "answer": text,
                },
            )
            if replay is not None:
                connection.execute(
                    sa.insert(schema.replays),
                    {
                        "answer_id": answer["answer_id"],
                        "answer_sha256": _sha256(text),
                        "record_sha256": _sha256(replay),
                        "record": zlib.compress(replay.encode()),
                    },
                )

    def answer(self, answer_id: str) -> dict[str, Any]:
        """A stored answer, as it was sent; raises UnknownRecordError where there is none."""
        query = sa.select(schema.answers.c.answer).where(schema.answers.c.answer_id == answer_id)
        with self._connection() as connection:
            text = connection.scalar(query)
        if text is None:
            raise _unknown_answer()
        return self._parsed(text)

    def replay(self, answer_id: str) -> StoredReplay:
        """A stored answer and what was kept to compose it again; raises as `answer` does."""
        query = (
            sa.select(schema.answers.c.answer, schema.replays)
            .outerjoin_from(schema.answers, schema.replays)
            .where(schema.answers.c.answer_id == answer_id)
        )
        with self._connection() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise _unknown_answer()
        record = None if row.record is None else _unpacked(row.record)
        return StoredReplay(
            answer=self._parsed(row.answer),
            record=record,
            is_kept=row.record is not None,
            answer_is_intact=row.answer_sha256 == _sha256(row.answer),
            record_is_intact=record is not None and row.record_sha256 == _sha256(record),
        )

    def answers(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every stored answer with when it was stored, ISO 8601, oldest first."""
        query = sa.select(schema.answers.c.answer_id, schema.answers.c.created_at).order_by(
            schema.answers.c.created_at, schema.answers.c.answer_id
        )
        with self._connection() as connection:
            rows = connection.execute(query).all()
        for row in rows:
            yield row.created_at, self.answer(row.answer_id)

    def _parsed(self, text: str) -> dict[str, Any]:
        try:
            found: dict[str, Any] = json.loads(text)
        except ValueError as error:
            raise LibraryError(
                f"An answer in the history {self._path} is not what was written.",
                "Restore the file from a backup: alsqa restore.",
            ) from error
        return found

    def _bring_up_to_date(self) -> None:
        with self._engine.connect() as connection:
            version = schema.schema_version(connection)
        if version > schema.SCHEMA_VERSION:
            raise LibraryError(
                f"The history {self._path} has schema {version}, this alsqa reads up to "
                f"{schema.SCHEMA_VERSION}.",
                "Use the alsqa that wrote it, or another ALSQA_DATA_DIR.",
            )
        if version < schema.SCHEMA_VERSION:
            writing = self._engine.execution_options(begin="BEGIN IMMEDIATE")
            with writing.begin() as connection:
                schema.migrate(connection)

    @contextmanager
    def _connection(self) -> Iterator[sa.Connection]:
        """A transaction; a fault of the file names no question and no answer."""
        try:
            with self._engine.begin() as connection:
                yield connection
        except sa.exc.DatabaseError as error:
            raise LibraryError(
                f"The history {self._path} cannot be used ({error.orig}).",
                "Check the disk's free space and the file's permissions.",
            ) from error


def _unknown_answer() -> UnknownRecordError:
    return UnknownRecordError("No answer has that id.", "Check the id, or ask again.")


def _unpacked(record: bytes) -> str | None:
    try:
        return zlib.decompress(record).decode()
    except (zlib.error, UnicodeDecodeError):
        return None


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
