"""What is said to a question: from papers' records, else verbatim sentences, else an abstention."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.build_reader import Build
from index.filters import Filters, Scope
from rag.abstention import Holdings, abstain, no_text_notice, not_on_notice, unlikely_notice
from rag.bibliography import Bibliographer
from rag.corrections import is_nowhere
from rag.evidence import EvidenceFinder, EvidenceSentence
from rag.extractive import compose
from rag.models import Evidence, Notice, Status
from rag.overview import findings_drafts, overview_drafts
from rag.personal import personal_notices
from rag.question import Question, QuestionAnalyser
from rag.record_answers import HeldPaperAsked, RecordAnswer
from rag.references import Draft
from rag.rerankers import NO_RERANKING, Reranking
from rag.retrieval import Found, chunk_ids, read_paper
from rag.settings import RagSettings
from rag.standing import left_out_notices, nearest_notices
from rag.synonyms import Synonyms
from rag.verification import without_links

EVIDENCE_SHOWN = 8
"""Sentences of the evidence that an answer shows."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was decided, before references are numbered."""

    status: Status
    drafts: Sequence[Draft]
    notices: tuple[Notice, ...]
    evidence: Sequence[EvidenceSentence]
    answerability: float | None = None
    """The probability that the library answers; None where its records did, or nothing can tell."""
    looked_up: frozenset[str] = frozenset()
    """Ids of papers that were found by what their records say, and of chunks read because of that."""


class Composer:
    """Composes without a language model."""

    def __init__(
        self,
        settings: RagSettings,
        synonyms: Synonyms,
        analyser: QuestionAnalyser,
        reranking: Reranking = NO_RERANKING,
        *,
        always_answers: bool = False,
    ) -> None:
        self._settings = settings
        self._always_answers = always_answers
        self._analyser = analyser
        self._reranking = reranking
        self._finder = EvidenceFinder(synonyms, reranking.sentences)
        self._bibliographer = Bibliographer(synonyms)

    def find_evidence(self, question: Question, found: Found) -> list[EvidenceSentence]:
        """The best sentences of what was found, best first."""
        return self._finder.find(
            question,
            found.query.vector,
            found.chunks,
            found.documents,
            limit=self._settings.evidence_k,
            relevances=found.reranked.relevances if found.reranked else None,
        )

    def compose(
        self,
        text: str,
        question: Question,
        evidence: Sequence[EvidenceSentence],
        found: Found,
        searched: Holdings,
        build: Build,
        scope: Scope | None = None,
        *,
        most: int,
    ) -> Outcome:
        """What the question gets, at most so many sentences; `evidence` is what was found, best first."""
        from_records = self._bibliographer.answer(
            text, question, found, build, limit=self._settings.max_records, scope=scope
        )
        if isinstance(from_records, RecordAnswer):
            return Outcome(
                from_records.status,
                from_records.drafts,
                from_records.notices,
                (),
                looked_up=from_records.looked_up,
            )
        if from_records and from_records.aspects is not None:
            return self._paper(text, from_records, question, found, build, most=most)
        if from_records:
            found = found.within(from_records.document_id)
            evidence = self.find_evidence(question, found)
            document = build.document(from_records.document_id)
            if from_records.as_whole and (
                drafts := overview_drafts(document, found.chunks, max_sentences=most)
            ):
                return Outcome("answered", drafts, (), evidence)
        # A paper that is asked for is there; only what is asked of the whole library may be unlikely.
        probability = None if from_records else self._reranking.probability(found)
        is_unlikely = probability is not None and probability < self._settings.min_answerability
        drafts = compose(
            evidence,
            found.documents,
            max_sentences=most,
            question=text,
            always=self._always_answers,
        )
        if drafts and (self._always_answers or not is_unlikely):
            personal = personal_notices(text)
            status: Status = "personal_medical" if personal else "answered"
            return Outcome(status, drafts, personal, evidence, probability)
        whole = self._analyser.analyse_whole(text)
        evidence = self.find_evidence(whole, found)
        corrected = {one.written.lower() for one in found.query.corrections}
        abstention = abstain(
            whole,
            evidence,
            found.documents,
            searched,
            unknown=[
                term.unit.written
                for term in whole.content_terms
                if not term.is_known
                and term.unit.written.lower() not in corrected
                and is_nowhere(term.unit.written, build.lexical)
            ],
        )
        notices = abstention.notices
        if drafts and probability is not None:
            notices = (unlikely_notice(probability, self._settings.min_answerability), *notices)
        return Outcome(abstention.status, (), notices, evidence, probability)

    def looked_up(
        self, text: str, question: Question, found: Found, build: Build, scope: Scope | None
    ) -> frozenset[str]:
        """What the question's answer may cite besides what was found; see `Outcome`."""
        asked = self._bibliographer.answer(
            text, question, found, build, limit=self._settings.max_records, scope=scope
        )
        if isinstance(asked, RecordAnswer):
            return asked.looked_up
        if asked and asked.aspects is not None:
            return chunk_ids(read_paper(asked.document_id, found, build))
        return frozenset()

    def _paper(
        self,
        text: str,
        asked: HeldPaperAsked,
        question: Question,
        found: Found,
        build: Build,
        *,
        most: int,
    ) -> Outcome:
        """What the text of one paper says: on what it is asked, else what it found."""
        document = build.document(asked.document_id)
        standing = build.standing(asked.document_id, document.identifiers)
        if self._settings.retracted == "exclude" and standing.status == "retracted":
            known = any(one.document_id == asked.document_id for one, _ in found.left_out)
            left_out = () if known else left_out_notices([(document, standing)])
            return Outcome("insufficient_evidence", (), left_out, ())
        found = read_paper(asked.document_id, found, build)
        evidence = self.find_evidence(
            replace(question, terms=asked.aspects or question.terms), found
        )
        if asked.aspects:
            drafts = compose(evidence, found.documents, max_sentences=most, question=text)
            nothing = not_on_notice(document, asked.aspects)
        else:
            drafts = findings_drafts(document, found.chunks, max_sentences=most) or overview_drafts(
                document, found.chunks, max_sentences=most
            )
            nothing = no_text_notice(document)
        if drafts:
            return Outcome("answered", drafts, (), evidence, looked_up=chunk_ids(found))
        return Outcome("insufficient_evidence", (), (nothing,), evidence)


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


def nothing_left(filters: Filters, searched: Holdings) -> str | None:
    """One sentence where the filters leave no passage of the library; else None."""
    if not filters or searched.chunks:
        return None
    what = "section" if searched.documents else "document"
    return f"No {what} is left by: {filters.describe()}."


def with_limits(
    outcome: Outcome,
    found: Found,
    filters: Filters,
    scope: Scope | None,
    build: Build,
) -> Outcome:
    """The outcome with what is to be said of what was left out, corrected and not searched."""
    notices = left_out_notices(found.left_out)
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
