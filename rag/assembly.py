"""The last two steps to an answer: what was decided becomes an `Answer`, and is checked or withheld."""

import logging
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime

from index.identifiers import Identifiers
from index.manifest import Manifest
from index.models import Document
from index.publication_status import Standing
from rag.composition import EVIDENCE_SHOWN, Outcome, shown
from rag.errors import InvariantError
from rag.history import new_id
from rag.models import Answer, Notice, Receipt
from rag.references import Cited
from rag.remarks import remarks_on
from rag.verification import check_answer

COMPOSER = "extractive"
RUNS_ON = "this machine"
_NOT_SEARCHED = "not searched"
_FIRST = ("not_advice",)
_WITHHELD = Notice(
    "check_failed", "An answer was composed but failed its own checks, so it is withheld."
)

logger = logging.getLogger(__name__)


def assemble(
    text: str,
    conversation_id: str | None,
    outcome: Outcome,
    cited: Cited,
    *,
    manifest: Manifest | None,
    settings_hash: str,
    reranker: str | None = None,
    composer: str = COMPOSER,
    runs_on: str = RUNS_ON,
    as_of: datetime,
) -> Answer:
    """The answer, without timings; `manifest` is of the build that was searched, if one was."""
    return Answer(
        answer_id=new_id("ans"),
        conversation_id=conversation_id,
        question=text,
        status=outcome.status,
        sentences=cited.sentences,
        notices=_in_order(outcome.notices, remarks_on(cited.sentences, cited.references, as_of)),
        references=cited.references,
        evidence=tuple(shown(sentence) for sentence in outcome.evidence[:EVIDENCE_SHOWN]),
        receipt=Receipt(
            build_id=manifest.build_id if manifest else _NOT_SEARCHED,
            corpus_fingerprint=manifest.digest if manifest else _NOT_SEARCHED,
            embedding_fingerprint=manifest.embedding_fingerprint if manifest else _NOT_SEARCHED,
            composer=composer,
            settings_hash=settings_hash,
            as_of=as_of,
            timings_ms={},
            runs_on=runs_on,
            reranker=reranker,
        ),
    )


def _in_order(given: tuple[Notice, ...], remarks: tuple[Notice, ...]) -> tuple[Notice, ...]:
    """That it is no advice comes first, then what is to be said of the papers, then the rest."""
    first = tuple(one for one in given if one.kind in _FIRST)
    return (*first, *remarks, *(one for one in given if one.kind not in _FIRST))


def checked(
    answer: Answer,
    *,
    document: Callable[[str], Document],
    retrieved: Collection[str],
    standing: Callable[[str, Identifiers], Standing],
) -> Answer:
    """The answer where all invariants hold; else an abstention that says it was withheld.

    Raises:
        InvariantError: not even the abstention passes the checks.
    """
    faults = check_answer(answer, document=document, retrieved=retrieved, standing=standing)
    if not faults:
        return answer
    logger.error("answer %s failed its checks: %d faults", answer.answer_id, len(faults))
    withheld = replace(
        answer,
        status="insufficient_evidence",
        sentences=(),
        references=(),
        notices=(_WITHHELD,),
    )
    if check_answer(withheld, document=document, retrieved=(), standing=standing):
        raise InvariantError("An answer failed its own checks.", "Please report it.")
    return withheld
