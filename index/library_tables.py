"""Tables of the library file, as SQLAlchemy Core describes them."""

import sqlalchemy as sa

SCHEMA_VERSION = 3
"""Raise it with every change of a table, and add the step to `index/library_migrations.py`."""

OWN = -1
WHOLE_FILE = -1
IMPORTED = ""
"""In place of a content: the report is of an imported list."""
UNKNOWN_DIGEST = ""
"""Of builds that were noted before digests were."""

metadata = sa.MetaData()
files = sa.Table(
    "files",
    metadata,
    sa.Column("path", sa.String, primary_key=True),
    sa.Column("content_hash", sa.String, nullable=False),
    sa.Column("reader", sa.String, nullable=False),
)
"""Files that were read well: the content that is held of them and the parsers that read it."""
sources = sa.Table(
    "sources",
    metadata,
    sa.Column("path", sa.String, primary_key=True),
    sa.Column("content_hash", sa.String, primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("document_id", sa.String, nullable=False),
    sa.Column("identifiers", sa.Text, nullable=False),
    sa.Column("record", sa.Text, nullable=False),
    sa.Column("record_sha256", sa.String, nullable=False),
)
"""Documents as single files give them; those of `files.content_hash` count."""
quarantine = sa.Table(
    "quarantine",
    metadata,
    sa.Column("path", sa.String, primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("content_hash", sa.String, nullable=False),
    sa.Column("reader", sa.String, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("since", sa.String, nullable=False),
)
"""What could not be read or contradicts another file: a record, or at `WHOLE_FILE` the file itself."""
status_reports = sa.Table(
    "status_reports",
    metadata,
    sa.Column("origin", sa.String, primary_key=True),
    sa.Column("content_hash", sa.String, primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("value", sa.String, nullable=False),
    sa.Column("report", sa.Text, nullable=False),
    sa.Column("checked_at", sa.String, nullable=False),
    sa.Index("status_reports_by_value", "name", "value"),
)
"""What sources say of papers' standing, a row for each identifier of the paper.

`origin` is the path of a file, whose present content alone counts, or the name of an imported list.
"""
documents = sa.Table(
    "documents",
    metadata,
    sa.Column("document_id", sa.String, primary_key=True),
    sa.Column("version", sa.String, primary_key=True),
    sa.Column("record", sa.Text, nullable=False),
    sa.Column("record_sha256", sa.String, nullable=False),
    sa.Column("record_hash", sa.String, nullable=False),
    sa.Column("text_hash", sa.String, nullable=False),
    sa.Column("metadata_hash", sa.String, nullable=False),
    sa.Column("paths", sa.Text, nullable=False),
)
"""One paper, merged from its sources. `record_hash` is of the embedded string of its record."""
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
facets = sa.Table(
    "facets",
    metadata,
    sa.Column("document_id", sa.String, primary_key=True),
    sa.Column("version", sa.String, primary_key=True),
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("value", sa.String, primary_key=True),
    sa.Index("facets_by_value", "name", "value"),
)
"""What a search can be narrowed to: year, journal (in lower case), language, study type."""
vectors = sa.Table(
    "vectors",
    metadata,
    sa.Column("embedded_hash", sa.String, primary_key=True),
    sa.Column("fingerprint", sa.String, primary_key=True),
    sa.Column("vector", sa.LargeBinary, nullable=False),
)
"""float32 vectors by the sha256 of the exact string embedded and the model's fingerprint."""
builds = sa.Table(
    "builds",
    metadata,
    sa.Column("build_id", sa.String, primary_key=True),
    sa.Column("embedding", sa.Text, nullable=False),
    sa.Column("digest", sa.String, nullable=False),
    sa.Column("made_at", sa.String, nullable=False),
    sa.Column("retired_at", sa.String),
)
"""Builds and the identity of their embedding; a retired one's texts are kept for late readers."""
build_members = sa.Table(
    "build_members",
    metadata,
    sa.Column("build_id", sa.String, primary_key=True),
    sa.Column("document_id", sa.String, primary_key=True),
    sa.Column("version", sa.String, nullable=False),
)
same_works = sa.Table(
    "same_works",
    metadata,
    sa.Column("build_id", sa.String, primary_key=True),
    sa.Column("document_id", sa.String, primary_key=True),
    sa.Column("work", sa.String, nullable=False, index=True),
    sa.Column("reasons", sa.Text, nullable=False),
)
"""Documents of a build that are probably one work, under the first id of them; nothing is merged."""
issued_ids = sa.Table(
    "issued_ids",
    metadata,
    sa.Column("document_id", sa.String, primary_key=True),
    sa.Column("successor", sa.String),
)
"""Every document id that a build ever had, and the id that took its place where one did."""
runs = sa.Table(
    "runs",
    metadata,
    sa.Column("run_id", sa.Integer, primary_key=True),
    sa.Column("started_at", sa.String, nullable=False),
    sa.Column("ended_at", sa.String),
    sa.Column("outcome", sa.String, nullable=False),
    sa.Column("report", sa.Text),
)
"""Ingest runs; the outcome of one that was killed stays "running" until the next run says so."""
