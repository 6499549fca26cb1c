"""Settings of answering; values only."""

import hashlib
from pathlib import Path
from typing import Literal

from pydantic import Field

from index.settings import IndexSettings

FIELD_SYNONYMS_FILE = Path(__file__).with_name("field_synonyms.yaml")


class RagSettings(IndexSettings):
    """How much is retrieved and shown, and which language model writes, if any."""

    candidate_k: int = Field(default=50, ge=1, le=1_000)
    """Chunks taken from the vector index."""
    evidence_k: int = Field(default=80, ge=1, le=1_000)
    """Sentences looked at closely, after a first cut by cosine."""
    reranker: str = "none"
    """A folder of a relevance model, a cross-encoder by folder or name, or "none"."""
    rerank_k: int = Field(default=32, ge=1, le=1_000)
    """Chunks that the reranker reads."""
    rerank_budget_ms: int = Field(default=1_000, ge=1)
    """How long the reranker may read for one question; what was begun is ended."""
    min_answerability: float = Field(default=0.0, ge=0, le=1)
    """Sentences are no answer where the probability that the library answers is lower."""
    max_sentences: int = Field(default=4, ge=1, le=20)
    max_records: int = Field(default=10, ge=1, le=100)
    retracted: Literal["warn", "exclude"] = "warn"
    """Whether a retracted paper may be evidence, with a warning, or is left out of it."""
    synonyms: Path = FIELD_SYNONYMS_FILE
    """Words of the library's field that mean the same; another field brings a file of its own."""
    max_question_chars: int = Field(default=2_000, ge=1, le=5_000)
    llm_model: str | None = None
    llm_base_url: str | None = None

    def fingerprint(self) -> str:
        """Changes with any setting that can change an answer; not with where data lies."""
        values = self.model_dump(
            include={
                "candidate_k",
                "evidence_k",
                "reranker",
                "rerank_k",
                "rerank_budget_ms",
                "min_answerability",
                "max_sentences",
                "max_records",
                "retracted",
            }
        )
        if self.synonyms.is_file():
            values["synonyms"] = hashlib.sha256(self.synonyms.read_bytes()).hexdigest()
        return hashlib.sha256(repr(sorted(values.items())).encode()).hexdigest()[:16]
