"""Which papers are on a subject: terms and an author in, ids of documents out, best first."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.build_reader import Build
from index.filters import Scope
from index.library_rows import StoredChunk
from index.models import Document, Related
from index.text_analysis import terms_of
from rag.coverage import spoken_of
from rag.question import QuestionTerm
from rag.record_matching import record_text
from rag.retrieval import Query, rank
from rag.synonyms import Synonyms

_SHARE_OF_SENTENCES = 0.25
"""Of the best passage of a paper whose record does not name the subject; so many speak of it."""
_NAMES = re.compile(r"\s+(?:and|&)\s+|\s+et al\.?")


@dataclass(frozen=True, slots=True)
class Topic:
    """What papers are to be about, and who is to have written them."""

    terms: tuple[QuestionTerm, ...]
    author: str | None = None

    def __bool__(self) -> bool:
        return bool(self.terms or self.author)


class PaperTopics:
    """Finds the papers on a subject among those that retrieval puts forward."""

    CANDIDATES = 200
    """Records, and chunks, that are looked at."""

    def __init__(self, synonyms: Synonyms) -> None:
        self._synonyms = synonyms

    def on_topic(self, topic: Topic, query: Query, build: Build, scope: Scope | None) -> list[str]:
        """Ids of documents in the scope: those whose record names the subject, then those whose text does.

        A single mention makes no subject: of the best passage a quarter of the sentences must speak
        of what the record does not name.
        """
        records = rank(build, "records", query, k=self.CANDIDATES, scope=scope)
        own = [one.entry_id for one in records if build.record_of(one.entry_id)[1] is None]
        best: dict[str, str] = {}
        for one in rank(build, "chunks", query, k=self.CANDIDATES, scope=scope):
            best.setdefault(one.entry_id.rpartition("#")[0], one.entry_id)
        chunks = {one.chunk.document_id: one for one in build.chunks(list(best.values()))}
        by_record: list[str] = []
        by_text: list[str] = []
        for name, document in build.documents(dict.fromkeys([*own, *best])).items():
            if topic.author and not has_author(document, topic.author):
                continue
            missing = self._missing(topic, document)
            if not missing:
                by_record.append(name)
            elif name in chunks and self._is_subject(missing, document, chunks[name]):
                by_text.append(name)
        return by_record + by_text

    def names(self, topic: Topic, paper: Document | Related) -> bool:
        """True where the paper's record names the whole subject, and the author."""
        return not (topic.author and not has_author(paper, topic.author)) and not self._missing(
            topic, paper
        )

    def _missing(self, topic: Topic, paper: Document | Related) -> Sequence[QuestionTerm]:
        text = record_text(paper)
        if isinstance(paper, Document):
            text = " . ".join([text, *paper.mesh_terms])
        spoken = spoken_of(topic.terms, self._synonyms.units(text), self._synonyms)
        return [term for term in topic.terms if term.unit.key not in spoken]

    def _is_subject(
        self, terms: Sequence[QuestionTerm], document: Document, stored: StoredChunk
    ) -> bool:
        sentences = [document.text[start:end] for start, end in stored.chunk.sentences]
        spoken = [
            spoken_of(terms, self._synonyms.units(sentence), self._synonyms)
            for sentence in sentences
        ]
        full = sum(len(one) == len(terms) for one in spoken)
        return full > 0 and full >= _SHARE_OF_SENTENCES * len(sentences)


def has_author(paper: Document | Related, written: str) -> bool:
    """True where each person that is named ("Miller and Cudkowicz", "R. H. Brown") is an author."""
    authors = [[term.lower for term in terms_of(one.name)] for one in paper.authors]
    people = [[term.lower for term in terms_of(one)] for one in _NAMES.split(written) if one]
    return all(any(_is_person(asked, author) for author in authors) for asked in people)


def _is_person(asked: list[str], author: list[str]) -> bool:
    """The surname, and the first letter of a given name where both give one."""
    if not asked or asked[-1] not in author:
        return False
    others = [one[0] for one in author if one != asked[-1]]
    return len(asked) == 1 or not others or asked[0] in author or asked[0][0] in others
