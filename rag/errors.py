"""Errors of asking; the tree is drawn in index/errors.py."""

from index.errors import AlsqaError


class QuestionError(AlsqaError):
    """The question cannot be searched as it was sent."""


class UnknownRecordError(AlsqaError):
    """No conversation or answer has that id."""


class InvariantError(AlsqaError):
    """An answer failed its own checks."""


class LanguageModelError(AlsqaError):
    """The language model did not write, or stopped; the answer is finished without it.

    Args:
        problem: what it did, to follow its name: "could not be reached".
        retryable: True where asking again may help.
        retry_after_s: how long the server wants to be left alone, where it says so.
    """

    def __init__(
        self, problem: str, *, retryable: bool = False, retry_after_s: float | None = None
    ) -> None:
        super().__init__(problem)
        self.retryable = retryable
        self.retry_after_s = retry_after_s
