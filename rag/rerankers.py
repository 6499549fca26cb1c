"""Which reranker runs: settings in, a `Reranker` out, or the reason why there is none."""

from dataclasses import asdict, dataclass
from pathlib import Path

from index.embedding_models import model_folder
from index.errors import ModelError
from rag.answerability import SIGNALS, signals_of
from rag.cross_encoder import BY_SCORE_ALONE, CrossEncoderScorer
from rag.evidence import READ
from rag.logistic import Logistic
from rag.models import Notice
from rag.relevance_model import CARD_FILE, RelevanceModel
from rag.reranking import MIXED, ModelReranker, Reranker
from rag.retrieval import Found
from rag.settings import RagSettings

OWN_MODEL = Path(__file__).parent / "weights" / "relevance"
"""The folder of the relevance model that comes with alsqa."""
_OWN = "own"
_NONE = "none"


@dataclass(frozen=True, slots=True)
class Reranking:
    """What puts passages in order, and what tells whether they answer."""

    reranker: Reranker | None = None
    answerability: Logistic | None = None
    """The formula of the probability that a document answers."""
    sentences: Logistic | None = None
    """The formula of the probability that a sentence answers; see `rag.evidence`."""
    problem: str | None = None
    """Why the one that is set is not used."""

    @property
    def name(self) -> str | None:
        """Of the reranker."""
        return self.reranker.name if self.reranker else None

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What a reader of an answer must know of it."""
        if self.problem is None:
            return ()
        text = f"Passages stand in the order of retrieval alone. {self.problem}"
        return (Notice("not_reranked", text),)

    def probability(self, found: Found) -> float | None:
        """That a document answers; None where nothing can tell."""
        if self.answerability is None or (signals := signals_of(found)) is None:
            return None
        return self.answerability.probability(asdict(signals))


NO_RERANKING = Reranking()


def reranking_that_is_set(settings: RagSettings) -> Reranking:
    """The reranker of the settings: our own, a relevance model by its folder, a cross-encoder, or none.

    One that cannot be loaded is told as a problem, not raised: answers do without it.
    """
    if settings.reranker == _NONE:
        return NO_RERANKING
    folder = OWN_MODEL if settings.reranker == _OWN else Path(settings.reranker).expanduser()
    budget_s = settings.rerank_budget_ms / 1_000
    try:
        if settings.reranker != _OWN and not (folder / CARD_FILE).is_file():
            scorer = CrossEncoderScorer(settings.reranker, allow_downloads=settings.allow_downloads)
            return Reranking(
                ModelReranker(settings.reranker, scorer, BY_SCORE_ALONE, budget_s=budget_s)
            )
        model = RelevanceModel(folder, model_folder() / "tokenizer.json")
        record = model.record
        return Reranking(
            ModelReranker(
                record.title, model, Logistic.from_dict(record.mixing, MIXED), budget_s=budget_s
            ),
            Logistic.from_dict(record.answerability, SIGNALS),
            Logistic.from_dict(record.sentences, READ),
        )
    except ModelError as error:
        return Reranking(problem=error.problem)
