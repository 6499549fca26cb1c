"""Settings of answering; values only."""

import hashlib
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator

from index.settings import IndexSettings

FIELD_SYNONYMS_FILE = Path(__file__).with_name("field_synonyms.yaml")


class RagSettings(IndexSettings):
    """How much is retrieved and shown, and which language model writes, if any."""

    candidate_k: int = Field(default=50, ge=1, le=1_000)
    """Chunks taken from the vector index."""
    evidence_k: int = Field(default=80, ge=1, le=1_000)
    """Sentences looked at closely, after a first cut by cosine."""
    reranker: str = "none"
    """The relevance model that comes with alsqa ("own"), another's folder, a cross-encoder by folder or
    name, or "none"."""
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
    """The language model that writes answers, as its server names it; None quotes the sources."""
    llm_base_url: str | None = None
    """An OpenAI-compatible server, with its path: http://127.0.0.1:11434/v1."""
    llm_api_key: SecretStr | None = None
    llm_context_tokens: int = Field(default=4_096, ge=1_024, le=1_000_000)
    """How much the model reads and writes at once; evidence is cut to fit."""
    answer_timeout_s: float = Field(default=60, gt=0, le=3_600)
    """How long an answer may take that a model writes; what is missing then is quoted."""

    @field_validator("llm_model", "llm_base_url", "llm_api_key", mode="before")
    @classmethod
    def _nothing_is_none(cls, value: object) -> object:
        """A variable that is set to nothing is not set."""
        return None if isinstance(value, str) and not value.strip() else value

    @field_validator("llm_base_url")
    @classmethod
    def _is_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("it begins with http:// or https:// and a host")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise ValueError("it has no user, query or fragment; a key is ALSQA_LLM_API_KEY")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _model_has_server(self) -> "RagSettings":
        if (self.llm_model is None) != (self.llm_base_url is None):
            raise ValueError("ALSQA_LLM_MODEL and ALSQA_LLM_BASE_URL are set together")
        return self

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
        if self.llm_model:
            names = ("llm_model", "llm_base_url", "llm_context_tokens", "answer_timeout_s")
            values |= self.model_dump(include=set(names))
        if self.synonyms.is_file():
            values["synonyms"] = hashlib.sha256(self.synonyms.read_bytes()).hexdigest()
        return hashlib.sha256(repr(sorted(values.items())).encode()).hexdigest()[:16]
