"""From sources to papers: which sources are one paper, and which version of it they make."""

from dataclasses import dataclass, field
from functools import reduce

from index.chunking import CHUNKING_VERSION
from index.curated_sources import CuratedSources
from index.grouping import group_sources
from index.identifiers import Identifiers
from index.ingest_work import paths_of
from index.library_rows import DocumentVersion, SourceHead, SourceKey, string_hash
from index.merging import MERGING_VERSION
from index.models import AddedField
from index.shared_dois import PartedSources, SourceTexts, part_shared_dois

_CONTENT_DIGITS, _MODEL_DIGITS = 24, 8


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper: its sources in order, and the version that they make together."""

    key: DocumentVersion
    heads: tuple[SourceHead, ...]
    added: tuple[AddedField, ...]

    @property
    def paths(self) -> tuple[str, ...]:
        return paths_of(self.heads)


@dataclass(frozen=True, slots=True)
class Resolution:
    """The papers, sorted by id, and by record why some sources belong to none or lost a DOI."""

    papers: tuple[Paper, ...]
    conflicts: dict[SourceKey, str]
    parted: dict[SourceKey, str] = field(default_factory=dict)


def resolve_papers(
    heads: list[SourceHead],
    curated: CuratedSources,
    *,
    fingerprint: str,
    texts: SourceTexts | None = None,
) -> Resolution:
    """Group sources into papers.

    A version is named by all that decides its chunks: the sources' content, added fields, the way
    of chunking and the embedding model, the last by the end of the name. So an unchanged paper is
    known without being read. With `texts`, sources of different texts that carry one DOI are told
    apart.
    """
    parted = part_shared_dois(heads, texts) if texts else PartedSources(tuple(heads), {})
    grouping = group_sources(parted.heads)
    papers = []
    for group in grouping.groups:
        identifiers = reduce(Identifiers.united_with, (one.identifiers for one in group))
        document_id = identifiers.document_id or group[0].document_id
        added = curated.fields_for(document_id, identifiers)
        parts = [f"{CHUNKING_VERSION}.{MERGING_VERSION}", *(head.record_sha256 for head in group)]
        parts += ["without DOI" for head in group if head.key in parted.reasons]
        content = string_hash("\n".join([*parts, *map(repr, added)]))
        key = version_for(DocumentVersion(document_id, content), fingerprint)
        papers.append(Paper(key, group, added))
    return Resolution(
        papers=tuple(sorted(papers, key=lambda paper: paper.key)),
        conflicts={one.key: one.reason for one in grouping.conflicts},
        parted=dict(parted.reasons),
    )


def version_for(version: DocumentVersion, fingerprint: str) -> DocumentVersion:
    """The version of the same document, of the same content, for that embedding model."""
    content, model = version.version[:_CONTENT_DIGITS], string_hash(fingerprint)[:_MODEL_DIGITS]
    return DocumentVersion(version.document_id, content + model)
