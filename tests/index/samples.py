"""Small documents, pages and folders that the tests of the library are made of."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from index.build_paths import BuildPaths
from index.builds import make_build
from index.document_json import document_to_json
from index.embedding import EmbeddingIdentity
from index.identifiers import Identifiers
from index.library import Library
from index.library_rows import DocumentVersion, PreparedDocument, string_hash
from index.live import LiveBuild
from index.manifest import Manifest
from index.models import Document
from index.parsers import read_records
from index.parsers.canonical_text import CanonicalText
from index.parsers.records import Parsed
from index.parsers.source_file import SourceFile
from index.preparation import prepare_document
from tests.conftest import PROJECT
from tests.fakes import HashingEmbedder

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
DEFAULT_DOCUMENTS = PROJECT / "documents"
PUBMED_PAGE = "002_2d8fe8fe7662dfc0.txt"
FOREWORD = "000_b8d7a8fb712d099f.txt"
FOREWORD_ID = "doi:10.36255/exonpublications.amyotrophiclateralsclerosis.foreword.2021"

RILUZOLE = """# Riluzole in trials

DOI: 10.1000/riluzole

## Survival

Riluzole prolongs survival by months. The effect is modest.

## Safety

Riluzole raises liver enzymes. Patients are monitored monthly.
"""
EDARAVONE = """# Edaravone in trials

DOI: 10.1000/edaravone

## Function

Edaravone slows the loss of function. Its benefit is debated.

## Route

Edaravone is given by infusion. An oral suspension exists too.
"""


def make_document(
    *bodies: str,
    title: str | None = "A title",
    identifiers: Identifiers | None = None,
    source_path: str = "paper.txt",
) -> Document:
    """A document with one body section for each text, named `Section 0` and so on."""
    names = identifiers or Identifiers(doi="10.1000/sample")
    canonical = CanonicalText()
    canonical.add_section("Title", title or "", kind="about")
    for number, body in enumerate(bodies):
        name = f"Section {number}"
        canonical.add_section(name, body, kind="body", heading=name)
    return Document(
        document_id=names.document_id or "sha256:0",
        identifiers=names,
        title=title,
        authors=(),
        container=None,
        year=None,
        publication_types=(),
        keywords=(),
        license=None,
        url=None,
        text=canonical.text,
        sections=tuple(canonical.sections),
        related=(),
        added=(),
        source_path=source_path,
        content_hash="0" * 64,
    )


def parse_one(data: bytes | str, *, path: str = "paper.txt") -> Document:
    """The one document in a file of these bytes."""
    content = data.encode() if isinstance(data, str) else data
    (record,) = read_records(SourceFile.of_bytes(content, path=path))
    assert isinstance(record, Parsed)
    return record.document


def pubmed_page(
    *,
    title: str = "Autophagy and its modulators in motor neurons",
    header: str = "",
    identifiers: str = "- PMID: 11111111\n- DOI: 10.1000/page",
    blocks: str = "Abstract\nAutophagy declines in motor neurons. Drugs may restore it.",
) -> str:
    """A PubMed page: title, identifiers, title again, header lines, headed blocks."""
    return f"{title}\n{identifiers}\n{title}\n{header}\n{blocks}\n"


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    """Write each text under its path in `folder`."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def prepare(document: Document, embedder: HashingEmbedder) -> PreparedDocument:
    """The document ready to be stored, in a version that its content names."""
    return prepare_document(
        document,
        embedder.tokens,
        version=string_hash(document_to_json(document))[:32],
        paths=(document.source_path,),
    )


def store(
    library: Library, embedder: HashingEmbedder, documents: Iterable[Document]
) -> list[DocumentVersion]:
    """Put documents with their vectors into `library`; their versions, sorted by id."""
    prepared = [prepare(document, embedder) for document in documents]
    library.documents.store(prepared)
    strings = {name: text for item in prepared for name, text in item.strings.items()}
    vectors = embedder.embed_documents(list(strings.values()))
    library.vectors.store(list(strings), vectors, fingerprint=embedder.fingerprint)
    return sorted(item.key for item in prepared)


def add_build(
    library: Library, build_id: str, members: Iterable[DocumentVersion], **given: Any
) -> None:
    """Note a build of `members` in the record; nothing is written beside it."""
    defaults: dict[str, Any] = {"embedding": HashingEmbedder().identity, "digest": "d"}
    defaults |= {"successors": {}, "now": NOW}
    library.builds.add(build_id, members, **defaults | given)


def build_of(
    paths: BuildPaths, library: Library, members: Sequence[DocumentVersion], **given: Any
) -> Manifest:
    """A live build of `members`, of the hashing embedder's vectors."""
    defaults: dict[str, Any] = {"embedding": HashingEmbedder().identity, "now": NOW}
    return make_build(paths, library, members, **defaults | given)


def hashing_live(paths: BuildPaths, **given: Any) -> LiveBuild:
    """Leases on the live build, whatever the fingerprint of its hashing embedder."""
    return LiveBuild(paths, load_embedder=hashing_embedder_for, **given)


def hashing_embedder_for(identity: EmbeddingIdentity) -> HashingEmbedder:
    """The hashing embedder of that identity."""
    return HashingEmbedder(identity.name)
