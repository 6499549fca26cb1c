"""From sources to papers: which sources are one paper, and which version of it they make."""

from dataclasses import dataclass
from functools import reduce

from index.chunking import CHUNKING_VERSION
from index.curated_sources import CuratedSources
from index.grouping import group_sources
from index.identifiers import Identifiers
from index.ingest_work import paths_of
from index.library_rows import DocumentVersion, SourceHead, SourceKey, string_hash
from index.merging import MERGING_VERSION
from index.models import AddedField


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
    """The papers, sorted by id, and why some sources belong to none, by record."""

    papers: tuple[Paper, ...]
    conflicts: dict[SourceKey, str]


def resolve_papers(
    heads: list[SourceHead], curated: CuratedSources, *, fingerprint: str
) -> Resolution:
    """Group sources into papers.

    A version is named by all that decides its chunks: the sources' content, added fields, the way
    of chunking and the embedding model. So an unchanged paper is known without being read.
    """
    grouping = group_sources(heads)
    papers = []
    for group in grouping.groups:
        identifiers = reduce(Identifiers.united_with, (one.identifiers for one in group))
        document_id = identifiers.document_id or group[0].document_id
        added = curated.fields_for(document_id, identifiers)
        parts = [
            f"{CHUNKING_VERSION}.{MERGING_VERSION}",
            fingerprint,
            *(head.record_sha256 for head in group),
        ]
        version = string_hash("\n".join([*parts, *map(repr, added)]))[:32]
        papers.append(Paper(DocumentVersion(document_id, version), group, added))
    return Resolution(
        papers=tuple(sorted(papers, key=lambda paper: paper.key)),
        conflicts={one.key: one.reason for one in grouping.conflicts},
    )
