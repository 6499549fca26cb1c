"""What an answer was composed of, while it is at hand; of it comes the record that is kept with the answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.build_reader import Build
from index.models import Document
from rag.evidence import EvidenceSentence
from rag.models import Answer


@dataclass(frozen=True, slots=True)
class Basis:
    """Evidence, best first, and the documents that it and the references are of, by id."""

    evidence: Sequence[EvidenceSentence]
    documents: Mapping[str, Document]
    retrieved: frozenset[str]
    """Ids of the chunks and of the papers' records that the answer could cite."""
    max_sentences: int


def basis_of(
    answer: Answer,
    evidence: Sequence[EvidenceSentence],
    build: Build,
    *,
    retrieved: frozenset[str],
    max_sentences: int,
) -> Basis:
    """The basis of an answer from that build; its documents are those that were read anyway."""
    cited = (span.document_id for span in answer.spans())
    named = dict.fromkeys([*cited, *(one.document_id for one in evidence)])
    return Basis(evidence, build.documents(named), retrieved, max_sentences)
