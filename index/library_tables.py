"""Tables of the library file, as SQLAlchemy Core describes them."""

import sqlalchemy as sa

SCHEMA_VERSION = 1

OWN = -1

metadata = sa.MetaData()
documents = sa.Table(
    "documents",
    metadata,
    sa.Column("document_id", sa.String, primary_key=True),
    sa.Column("version", sa.String, primary_key=True),
    sa.Column("record", sa.Text, nullable=False),
    sa.Column("record_hash", sa.String, nullable=False),
)
chunks = sa.Table(
    "chunks",
    metadata,
    sa.Column("chunk_id", sa.String, primary_key=True),
    sa.Column("version", sa.String, primary_key=True),
    sa.Column("document_id", sa.String, nullable=False, index=True),
    sa.Column("section", sa.String, nullable=False),
    sa.Column("start", sa.Integer, nullable=False),
    sa.Column("end", sa.Integer, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("embedded_hash", sa.String, nullable=False),
    sa.Column("sentences", sa.Text, nullable=False),
)
listed = sa.Table(
    "listed_papers",
    metadata,
    sa.Column("document_id", sa.String, primary_key=True),
    sa.Column("version", sa.String, primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("embedded_hash", sa.String, nullable=False),
)
identifiers = sa.Table(
    "identifiers",
    metadata,
    sa.Column("document_id", sa.String, primary_key=True),
    sa.Column("version", sa.String, primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("value", sa.String, nullable=False),
    sa.Index("identifiers_by_value", "name", "value"),
)
"""Whose identifier it is: the document's own at `OWN`, else of the listed paper at that position."""
vectors = sa.Table(
    "vectors",
    metadata,
    sa.Column("embedded_hash", sa.String, primary_key=True),
    sa.Column("fingerprint", sa.String, primary_key=True),
    sa.Column("vector", sa.LargeBinary, nullable=False),
)
files = sa.Table(
    "files",
    metadata,
    sa.Column("path", sa.String, primary_key=True),
    sa.Column("content_hash", sa.String, nullable=False),
    sa.Column("reader", sa.String, nullable=False),
    sa.Column("failure", sa.Text),
    sa.Column("document_id", sa.String),
    sa.Column("version", sa.String),
)
build_members = sa.Table(
    "build_members",
    metadata,
    sa.Column("build_id", sa.String, primary_key=True),
    sa.Column("document_id", sa.String, primary_key=True),
    sa.Column("version", sa.String, nullable=False),
)
