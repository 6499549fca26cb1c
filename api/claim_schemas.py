"""JSON of `/api/v1/claims`: pydantic models of what is sent and what comes back."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.requests import FiltersIn, RequestModel
from api.schemas import NoticeOut, StatusNoteOut
from index.publication_status import StandingName
from rag.claims import Verdict


class ClaimIn(RequestModel):
    """A claim, and where to look."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"claim": "Riluzole prolongs survival in ALS."}]},
    )

    claim: str = Field(description="One to a few sentences to check.")
    filters: FiltersIn = Field(default_factory=FiltersIn)


class ClaimPassageOut(BaseModel):
    """A verbatim sentence with its paper; null is what its source does not give."""

    document_id: str
    pmid: str | None
    pmcid: str | None
    doi: str | None
    title: str | None
    container: str | None
    year: int | None
    status: StandingName
    status_checked_at: datetime | None
    status_notes: list[StatusNoteOut]
    chunk_id: str | None
    section: str
    start: int
    end: int
    quote: str
    probability: float | None = Field(description="Of its side; null where it is not judged.")


class CheckedSentenceOut(BaseModel):
    """A sentence of the claim; of each kind at most three passages, a paper each."""

    text: str
    verdict: Verdict
    supporting: list[ClaimPassageOut]
    contradicting: list[ClaimPassageOut]
    not_judged: list[ClaimPassageOut]


class ClaimCheckOut(BaseModel):
    """A checked claim."""

    claim: str
    filters: dict[str, Any]
    verdict: Verdict
    sentences: list[CheckedSentenceOut]
    notices: list[NoticeOut]
    build_id: str
    as_of: datetime
