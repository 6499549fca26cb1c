"""The last two steps to an answer: what was decided becomes an `Answer`, and is checked or withheld."""

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, lru_cache

from index.build_reader import Build
from index.filters import Filters, Scope
from index.identifiers import Identifiers
from index.models import Document
from index.publication_status import Standing
from rag.composition import EVIDENCE_SHOWN, Outcome, shown, with_limits
from rag.errors import InvariantError
from rag.history import new_id
from rag.models import Answer, Notice, Receipt
from rag.references import Cited, number_references
from rag.remarks import remarks_on
from rag.rerankers import Reranking
from rag.retrieval import Found
from rag.verification import check_answer
from rag.written import Written

_NOT_SEARCHED = "not searched"
_FIRST = ("not_advice",)
_WITHHELD = Notice(
    "check_failed", "An answer was composed but failed its own checks, so it is withheld."
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Asked:
    """A question, and what was found for it in a build that is leased."""

    text: str
    conversation_id: str | None
    filters: Filters
    found: Found
    scope: Scope | None
    build: Build
    retrieved: frozenset[str]
    """Ids that the answer may cite."""

    @cached_property
    def standing(self) -> Callable[[str, Identifiers], Standing]:
        """What is known of a paper's standing, looked up once."""
        return lru_cache(self.build.standing)


@dataclass(frozen=True, slots=True)
class Assembler:
    """Makes answers of what was decided on them."""

    settings_hash: str
    reranking: Reranking
    clock: Callable[[], datetime]
    """The time that receipts bear."""

    def complete(self, asked: Asked, written: Written) -> Answer:
        """The answer with numbered references, and with what is to be said of them."""
        build = asked.build
        cited = number_references(
            written.outcome.drafts, document=build.document, standing=asked.standing
        )
        outcome = with_limits(written.outcome, asked.found, asked.filters, asked.scope, build)
        outcome = replace(outcome, notices=(*outcome.notices, *self.reranking.notices))
        written = replace(written, outcome=outcome)
        return self.assemble(asked.text, asked.conversation_id, written, cited, build)

    def sound(self, asked: Asked, outcome: Outcome) -> Answer | None:
        """The answer, where it passes every check."""
        answer = self.complete(asked, Written(outcome))
        faults = check_answer(
            answer,
            document=asked.build.document,
            retrieved=asked.retrieved,
            standing=asked.standing,
        )
        return None if faults else answer

    def help(self, text: str, conversation_id: str | None, notices: tuple[Notice, ...]) -> Answer:
        """Where to find help, whatever the state of the library."""
        written = Written(Outcome("crisis", (), notices, ()))
        return self.assemble(text, conversation_id, written, Cited((), ()), None)

    def assemble(
        self,
        text: str,
        conversation_id: str | None,
        written: Written,
        cited: Cited,
        build: Build | None,
    ) -> Answer:
        """The answer, without timings; `build` is the one that was searched, if one was."""
        as_of, outcome = self.clock(), written.outcome
        manifest = build.manifest if build else None
        return Answer(
            answer_id=new_id("ans"),
            conversation_id=conversation_id,
            question=text,
            status=outcome.status,
            sentences=cited.sentences,
            notices=_in_order(
                outcome.notices, remarks_on(cited.sentences, cited.references, as_of)
            ),
            references=cited.references,
            evidence=tuple(shown(sentence) for sentence in outcome.evidence[:EVIDENCE_SHOWN]),
            receipt=Receipt(
                build_id=manifest.build_id if manifest else _NOT_SEARCHED,
                corpus_fingerprint=manifest.digest if manifest else _NOT_SEARCHED,
                embedding_fingerprint=manifest.embedding_fingerprint if manifest else _NOT_SEARCHED,
                composer=written.composer,
                settings_hash=self.settings_hash,
                as_of=as_of,
                timings_ms={},
                runs_on=written.runs_on,
                reranker=self.reranking.name if build else None,
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
