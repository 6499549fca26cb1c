"""What is said to a question: from papers' records, else verbatim sentences, else an abstention."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.build_reader import Build
from index.filters import Filters, Scope
from rag.abstention import Holdings, abstain
from rag.bibliography import Bibliographer
from rag.evidence import EvidenceFinder, EvidenceSentence
from rag.extractive import compose
from rag.models import Evidence, Notice, Status
from rag.overview import overview_drafts
from rag.personal import personal_notices
from rag.question import Question, QuestionAnalyser
from rag.record_answers import RecordAnswer
from rag.references import Cited, Draft
from rag.retrieval import Found
from rag.settings import RagSettings
from rag.standing import left_out_notices, nearest_notices, standing_notices
from rag.synonyms import Synonyms
from rag.verification import without_links


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was decided, before references are numbered."""

    status: Status
    drafts: Sequence[Draft]
    notices: tuple[Notice, ...]
    evidence: Sequence[EvidenceSentence]


class Composer:
    """Composes without a language model."""

    def __init__(
        self, settings: RagSettings, synonyms: Synonyms, analyser: QuestionAnalyser
    ) -> None:
        self._settings = settings
        self._analyser = analyser
        self._finder = EvidenceFinder(synonyms)
        self._bibliographer = Bibliographer(synonyms)

    def find_evidence(self, question: Question, found: Found) -> list[EvidenceSentence]:
        """The best sentences of what was found, best first."""
        return self._finder.find(
            question,
            found.query.vector,
            found.chunks,
            found.documents,
            limit=self._settings.evidence_k,
        )

    def compose(
        self,
        text: str,
        question: Question,
        evidence: Sequence[EvidenceSentence],
        found: Found,
        searched: Holdings,
        build: Build,
    ) -> Outcome:
        """What the question gets; `evidence` is what was found for it, best first."""
        most = self._settings.max_sentences
        from_records = self._bibliographer.answer(
            text, question, found.records, build, limit=self._settings.max_records
        )
        if isinstance(from_records, RecordAnswer):
            return Outcome(from_records.status, from_records.drafts, from_records.notices, ())
        if from_records:
            found = found.within(from_records.document_id)
            evidence = self.find_evidence(question, found)
            document = build.document(from_records.document_id)
            if from_records.as_whole and (
                drafts := overview_drafts(document, found.chunks, max_sentences=most)
            ):
                return Outcome("answered", drafts, (), evidence)
        drafts = compose(evidence, found.documents, max_sentences=most)
        if drafts:
            personal = personal_notices(text)
            status: Status = "personal_medical" if personal else "answered"
            return Outcome(status, drafts, personal, evidence)
        whole = self._analyser.analyse_whole(text)
        evidence = self.find_evidence(whole, found)
        abstention = abstain(whole, evidence, found.documents, searched)
        return Outcome(abstention.status, (), abstention.notices, evidence)


def holdings(build: Build, scope: Scope | None = None) -> Holdings:
    """What a build, or that part of it, lets be searched."""
    if scope is not None:
        return Holdings(len(scope.documents), build.count_chunks(scope), listed_papers=0)
    counts = build.manifest.counts
    return Holdings(
        documents=len(build.members),
        chunks=counts["chunks"],
        listed_papers=counts["records"] - len(build.members),
    )


def with_limits(
    outcome: Outcome,
    cited: Cited,
    found: Found,
    filters: Filters,
    scope: Scope | None,
    build: Build,
) -> Outcome:
    """The outcome with what is to be said of its papers' standing, and of what was not searched."""
    notices = standing_notices(cited.references) + left_out_notices(found.left_out)
    notices += tuple(
        Notice("corrected", f"Searched for “{one.read_as}” in place of “{one.written}”.")
        for one in found.query.corrections
    )
    if any(one.kind == "nearest" for one in outcome.notices):
        nearest = found.documents[outcome.evidence[0].document_id]
        standing = build.standing(nearest.document_id, nearest.identifiers)
        outcome = replace(outcome, notices=outcome.notices + nearest_notices(nearest, standing))
    if scope:
        what = without_links(filters.describe())
        count = f"{len(scope.documents):,} of {len(build.members):,} documents"
        notices = (Notice("filtered", f"Searched only: {what} ({count})."), *notices)
    # Of what was left out nothing is known.
    unknown = outcome.status == "out_of_scope" and (scope or found.left_out)
    status: Status = "insufficient_evidence" if unknown else outcome.status
    return replace(outcome, status=status, notices=notices + outcome.notices)


def shown(sentence: EvidenceSentence) -> Evidence:
    """The sentence as an answer shows it."""
    return Evidence(
        chunk_id=sentence.chunk_id,
        document_id=sentence.document_id,
        section=sentence.section,
        start=sentence.start,
        end=sentence.end,
        text=sentence.text,
        score=sentence.score,
    )
