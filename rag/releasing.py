"""Sentences are shown as soon as they are final: drafts in, each sentence once and in order out."""

from collections.abc import Callable, Sequence

from rag.models import Answer, AnswerSentence
from rag.references import Draft

OnSentence = Callable[[AnswerSentence], object]
"""Told each sentence of an answer, in order, as it will be stored; none is ever withdrawn."""


class Release:
    """Passes on the sentences of one answer.

    Args:
        complete: the answer of these drafts, or None where it does not pass the checks.
        on_sentence: is told each sentence.
    """

    def __init__(
        self,
        complete: Callable[[Sequence[Draft]], Answer | None],
        on_sentence: OnSentence | None,
    ) -> None:
        self._complete = complete
        self._on_sentence = on_sentence
        self._released = 0

    def admit(self, drafts: Sequence[Draft]) -> bool:
        """True where an answer of these drafts passes the checks; its new sentences are shown then."""
        answer = self._complete(drafts)
        if answer is None:
            return False
        self.show_rest(answer)
        return True

    def show_rest(self, answer: Answer) -> None:
        """Show the sentences of the answer that were not shown yet."""
        for sentence in answer.sentences[self._released :]:
            self._released += 1
            if self._on_sentence:
                self._on_sentence(sentence)
