"""Composes with a language model: a verbatim answer and its evidence in, a written answer out.

A model is asked only where the library answers by itself. Each of its sentences is judged before it
is passed on; one that cannot be passed on is mended by one short request, else replaced by the
evidence that it cites, else left out. Whatever the model does, the verbatim answer stands ready.
"""

import logging
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace

from index.models import Document
from rag.circuit_breaker import CircuitBreaker
from rag.composition import Outcome
from rag.errors import LanguageModelError
from rag.language_model import LanguageModel, Message, read_reply
from rag.models import Notice
from rag.numbered_evidence import NumberedPassage, number_evidence
from rag.prompts import CANNOT_ANSWER, answer_messages, repair_messages
from rag.references import Draft
from rag.reply_sentences import SentenceReader, WrittenSentence
from rag.sentence_judge import Judgement, judge, nearest, says_the_same
from rag.settings import RagSettings
from rag.timing import Deadline
from rag.verification import without_links
from rag.written import COMPOSER, Written

_WRITABLE = ("answered", "partial", "personal_medical")
_CHARS_PER_TOKEN = 3
"""Of biomedical English; fewer than most tokenizers give, so that the evidence fits."""
_PROMPT_CHARS = 1_500
_MOST_REPLY_TOKENS = 1_024
_MOST_CHARS = 40_000
_MOST_REPAIR_CHARS = 8_000
_MOST_REPAIRS = 4
_REPAIR_S = 15.0
_REPAIR_PASSAGES = 3
_FAREWELL_S = 0.5
"""What is kept of the time to finish the answer without the model."""
_FOUND_NOTHING = "found no answer in the evidence"
_NOTHING_BORNE = "wrote nothing that the evidence bears"
_NO_ROOM = "cannot read as much as the evidence"
_LEFT_ALONE = "failed repeatedly and is left alone for a while"

Admit = Callable[[Sequence[Draft]], bool]
"""True where an answer of these drafts passes every check; the last of them is passed on then."""

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Writing:
    """An answer while it is written."""

    question: str
    passages: Sequence[NumberedPassage]
    deadline: Deadline
    admit: Admit
    drafts: list[Draft] = field(default_factory=list)
    output: list[str] = field(default_factory=list)
    repairs: int = 0

    def add(self, draft: Draft) -> bool:
        """Pass the draft on; False where an answer with it would not pass the checks."""
        if not self.admit([*self.drafts, draft]):
            return False
        self.drafts.append(draft)
        return True


class ModelComposer:
    """Writes answers with a language model. Safe to share between threads.

    Args:
        model: what writes.
        settings: how long an answer is, how much the model reads, and how long it may take.
        breaker: says when a model that fails is left alone.
    """

    def __init__(
        self,
        model: LanguageModel,
        settings: RagSettings,
        *,
        breaker: CircuitBreaker | None = None,
    ) -> None:
        self._model = model
        self._settings = settings
        self._breaker = breaker or CircuitBreaker()

    def close(self) -> None:
        """End the model's connections."""
        self._model.close()

    def write(
        self,
        question: str,
        outcome: Outcome,
        document: Callable[[str], Document],
        *,
        deadline: Deadline,
        admit: Admit,
    ) -> Written:
        """The outcome as the model writes it; the same where it is nothing to write of.

        Args:
            question: as it was typed.
            outcome: of composing without a model.
            document: the record's document by its id.
            deadline: when the answer has to be there.
            admit: passes a sentence on, after the last checks.
        """
        claims = all(one.kind == "claim" for one in outcome.drafts)
        if outcome.status not in _WRITABLE or not outcome.drafts or not claims:
            return Written(outcome)
        passages = number_evidence(
            outcome.drafts, outcome.evidence, document, most_chars=self._room(question)
        )
        if not passages:
            return Written(self._quoted(outcome, _NO_ROOM))
        if not self._breaker.allows():
            return Written(self._quoted(outcome, _LEFT_ALONE))
        left = Deadline(deadline.at_s - min(_FAREWELL_S, deadline.left_s / 4))
        answer = _Writing(question, passages, left, admit)
        problem = self._write(answer)
        return self._finished(outcome, answer, problem)

    def _write(self, answer: _Writing) -> str | None:
        """Fill in the answer; why it is not whole, if it is not."""
        most = self._settings.max_sentences
        messages = answer_messages(answer.question, answer.passages, max_sentences=most)
        is_refused = False
        try:
            with closing(
                self._sentences(messages, answer, answer.deadline, _MOST_CHARS)
            ) as sentences:
                for sentence in sentences:
                    is_refused = _is_refusal(sentence)
                    if is_refused:
                        break
                    self._take(sentence, answer)
                    if len(answer.drafts) >= most:
                        break
        except LanguageModelError as error:
            logger.warning("the language model %s", error.problem)
            self._breaker.failed()
            return error.problem
        self._breaker.succeeded()
        if answer.drafts:
            return None
        return _FOUND_NOTHING if is_refused else _NOTHING_BORNE

    def _sentences(
        self, messages: Sequence[Message], answer: _Writing, deadline: Deadline, most_chars: int
    ) -> Generator[WrittenSentence, None, None]:
        """The sentences of one reply, as they come; what it says is kept in the answer."""
        place = len(answer.output)
        answer.output.append("")
        reader = SentenceReader()
        for part in read_reply(self._model, messages, deadline=deadline, most_chars=most_chars):
            answer.output[place] += part
            yield from reader.feed(part)
        yield from reader.end()

    def _take(self, sentence: WrittenSentence, answer: _Writing) -> None:
        """Pass the sentence on, or what stands in for it, or nothing."""
        if says_the_same(sentence.text, answer.drafts):
            return
        judged = judge(sentence, answer.passages)
        if judged.draft and answer.add(judged.draft):
            return
        mended = self._mended(sentence, judged, answer)
        if mended and not says_the_same(mended.text, answer.drafts) and answer.add(mended):
            return
        cited = {span for one in answer.drafts for span in one.spans}
        for passage in judged.cited:
            drafts = passage.drafts()
            is_said = any(says_the_same(quote, answer.drafts) for quote in passage.quotes)
            if not is_said and not any(cited & set(one.spans) for one in drafts):
                for draft in drafts:
                    answer.add(draft)
                return

    def _mended(
        self, sentence: WrittenSentence, judged: Judgement, answer: _Writing
    ) -> Draft | None:
        """The sentence after one request to mend it, where that can be passed on."""
        if answer.repairs >= _MOST_REPAIRS or not answer.deadline.left_s:
            return None
        answer.repairs += 1
        shown = judged.cited or nearest(sentence.text, answer.passages, most=_REPAIR_PASSAGES)
        messages = repair_messages(sentence.text, judged.faults, shown)
        # No more than half of what is left, so that the sentences after it come too.
        deadline = answer.deadline.sooner(min(_REPAIR_S, answer.deadline.left_s / 2))
        try:
            with closing(
                self._sentences(messages, answer, deadline, _MOST_REPAIR_CHARS)
            ) as sentences:
                mended = next(sentences, None)
        except LanguageModelError as error:
            logger.info("a repair failed: the language model %s", error.problem)
            return None
        return judge(mended, answer.passages).draft if mended else None

    def _finished(self, outcome: Outcome, answer: _Writing, problem: str | None) -> Written:
        output = tuple(filter(None, answer.output))
        host, composer = self._model.runs_on, f"model {self._model.name}"
        if problem is None:
            return Written(replace(outcome, drafts=answer.drafts), composer, host, output)
        if not answer.drafts:
            return Written(self._quoted(outcome, problem), COMPOSER, host, output)
        self._fill_up(answer, outcome.drafts)
        finished = replace(self._quoted(outcome, problem, is_begun=True), drafts=answer.drafts)
        return Written(finished, composer, host, output)

    def _fill_up(self, answer: _Writing, verbatim: Sequence[Draft]) -> None:
        """Pass on what the verbatim answer adds to the written one."""
        for draft in verbatim:
            if len(answer.drafts) >= self._settings.max_sentences:
                return
            cited = {span for one in answer.drafts for span in one.spans}
            if not cited & set(draft.spans) and not says_the_same(draft.text, answer.drafts):
                answer.add(draft)

    def _quoted(self, outcome: Outcome, problem: str, *, is_begun: bool = False) -> Outcome:
        """The outcome with the notice that it is, or ends as, verbatim sentences, and why."""
        what = "The rest of the answer is" if is_begun else "The answer is"
        name = without_links(self._model.name)
        text = f"{what} quoted from its sources, for the language model {name} {problem}."
        return replace(outcome, notices=(*outcome.notices, Notice("quoted", text)))

    def _room(self, question: str) -> int:
        """Characters of evidence that fit beside prompt, question and reply."""
        context = self._settings.llm_context_tokens
        tokens = context - reply_tokens(context)
        return tokens * _CHARS_PER_TOKEN - _PROMPT_CHARS - len(question)


def reply_tokens(context_tokens: int) -> int:
    """How much of the context is kept for the reply."""
    return min(_MOST_REPLY_TOKENS, context_tokens // 4)


def model_that_is_set(settings: RagSettings) -> ModelComposer | None:
    """The composer with the language model of the settings; None where none is set."""
    if settings.llm_model is None:
        return None
    # LlamaIndex takes two seconds to load, which an answer without a model need not wait for.
    from rag.llm_client import open_model

    return ModelComposer(open_model(settings, reply_tokens(settings.llm_context_tokens)), settings)


def _is_refusal(sentence: WrittenSentence) -> bool:
    said, phrase = (one.lower().strip(" .*\"'") for one in (sentence.text, CANNOT_ANSWER))
    return said.startswith(phrase)
