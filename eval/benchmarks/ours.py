"""Our own system as the benchmarks ask it: the real pipeline over a real library."""

from eval.benchmarks.comparison import OURS
from eval.benchmarks.models import GivenAnswer, GivenSentence, Passage
from eval.benchmarks.scripted_model import numbered_prompt, read_answer, scripted_answer
from index.embedding import Embedder
from rag.claim_check import ClaimChecker
from rag.errors import QuestionError
from rag.evidence import EvidenceSentence
from rag.models import Answer, AnswerSentence, Search
from rag.pipeline import Pipeline
from rag.rerankers import NO_RERANKING, Reranking
from rag.settings import RagSettings

_ANSWERED = 10.0
"""Added to the confidence of what is answered: above the score of any sentence."""
SCRIPTED_SOURCES = 2
"""As many as LlamaIndex's citation engine is given by default."""


class Ours:
    """The extractive pipeline with its own settings.

    Args:
        settings: of a library that is indexed.
        embedder: of the model that it was indexed with.
        reranking: what puts passages in order after retrieval.
        name: of the column.
        always_answers: never abstain.
    """

    def __init__(
        self,
        settings: RagSettings,
        embedder: Embedder,
        reranking: Reranking = NO_RERANKING,
        *,
        name: str = OURS,
        always_answers: bool = False,
    ) -> None:
        self.name = name
        self._pipeline = Pipeline(
            settings, embedder, reranking=reranking, always_answers=always_answers
        )

    def rank(self, question: str, *, k: int) -> list[str]:
        """Documents by their best chunk, or by their title where they have no more."""
        found = self._search(question)
        return list(found.document_ids[:k]) if found else []

    def passages(self, question: str, *, k: int) -> list[Passage]:
        """Sentences."""
        found = self._search(question)
        evidence = found.evidence[:k] if found else ()
        return [Passage(one.document_id, one.text, one.score) for one in evidence]

    def answer(self, question: str) -> GivenAnswer:
        try:
            answer = self._pipeline.answer(question)
        except QuestionError:
            return GivenAnswer((), float("-inf"), None)
        sentences = tuple(_given(one) for one in answer.sentences)
        confidence = answer.answerability
        if confidence is None:
            best = max((one.score for one in answer.evidence), default=0.0)
            confidence = best + _ANSWERED * bool(sentences)
        return GivenAnswer(sentences, confidence, _first_document(answer))

    def candidates(self, question: str) -> list[EvidenceSentence]:
        """The sentences that an answer could be made of, best first."""
        try:
            return self._pipeline.evidence(question)
        except QuestionError:
            return []

    def claim_checker(self) -> ClaimChecker:
        """Checks claims by the same pipeline."""
        return ClaimChecker(self._pipeline)

    def close(self) -> None:
        """Close the build."""
        self._pipeline.close()

    def _search(self, question: str) -> Search | None:
        """None where the question is refused, as one that is too long."""
        try:
            return self._pipeline.search(question)
        except QuestionError:
            return None


class OursScripted:
    """The scripted model on our best sentences, for comparison with the same model elsewhere."""

    name = "ours+scripted"

    def __init__(self, ours: Ours) -> None:
        self._ours = ours

    def answer(self, question: str) -> GivenAnswer:
        sources = self._ours.passages(question, k=SCRIPTED_SOURCES)
        prompt = numbered_prompt(question, [one.text for one in sources])
        return read_answer(scripted_answer(prompt), sources)


def _given(sentence: AnswerSentence) -> GivenSentence:
    spans = dict.fromkeys(one.span for one in sentence.citations)
    cited = tuple(Passage(one.document_id, one.quote, sentence.support or 0.0) for one in spans)
    return GivenSentence(sentence.text, cited)


def _first_document(answer: Answer) -> str | None:
    cited = (span.document_id for span in answer.spans())
    read = (one.document_id for one in answer.evidence)
    return next(cited, None) or next(read, None)
