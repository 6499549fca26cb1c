"""Conversations and their answers, kept in `history.db`: what was shown is what is stored."""

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.schema import CreateTable

from index.errors import LibraryError
from rag.errors import UnknownRecordError

_metadata = sa.MetaData()
_conversations = sa.Table(
    "conversations",
    _metadata,
    sa.Column("conversation_id", sa.String, primary_key=True),
    sa.Column("created_at", sa.String, nullable=False),
)
_answers = sa.Table(
    "answers",
    _metadata,
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


def new_id(prefix: str) -> str:
    """An id that nobody guesses: the prefix and 128 random bits."""
    return f"{prefix}_{secrets.token_hex(16)}"


class History:
    """One history file; it is made when it does not exist.

    Raises:
        LibraryError: the file cannot be opened.
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
        self._engine = sa.create_engine(
            f"sqlite:///{path}", connect_args={"timeout": 10}, hide_parameters=True
        )
        try:
            with self._engine.begin() as connection:
                connection.exec_driver_sql("PRAGMA journal_mode = WAL")
                for table in _metadata.sorted_tables:
                    connection.execute(CreateTable(table, if_not_exists=True))
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
        query = sa.select(_conversations.c.conversation_id).where(
            _conversations.c.conversation_id == conversation_id
        )
        with self._connection() as connection:
            if connection.scalar(query) is None:
                raise UnknownRecordError(
                    "No conversation has that id.", "Leave conversation_id out to begin one."
                )
        return conversation_id

    def store(self, answer: dict[str, Any], *, now: datetime) -> None:
        """Keep an answer, as it is sent, in its conversation, which is made where it is new."""
        with self._connection() as connection:
            connection.execute(
                sa.insert(_conversations).prefix_with("OR IGNORE"),
                {"conversation_id": answer["conversation_id"], "created_at": now.isoformat()},
            )
            connection.execute(
                sa.insert(_answers),
                {
                    "answer_id": answer["answer_id"],
                    "conversation_id": answer["conversation_id"],
                    "created_at": now.isoformat(),
                    "answer": json.dumps(answer, ensure_ascii=False),
                },
            )

    def answer(self, answer_id: str) -> dict[str, Any]:
        """A stored answer, as it was sent; raises UnknownRecordError where there is none."""
        query = sa.select(_answers.c.answer).where(_answers.c.answer_id == answer_id)
        with self._connection() as connection:
            text = connection.scalar(query)
        if text is None:
            raise UnknownRecordError("No answer has that id.", "Check the id, or ask again.")
        found: dict[str, Any] = json.loads(text)
        return found

    def answers(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every stored answer with when it was stored, ISO 8601, oldest first."""
        query = sa.select(_answers.c.answer_id, _answers.c.created_at).order_by(
            _answers.c.created_at, _answers.c.answer_id
        )
        with self._connection() as connection:
            rows = connection.execute(query).all()
        for row in rows:
            yield row.created_at, self.answer(row.answer_id)

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
