"""Errors of asking; the tree is drawn in index/errors.py."""

from index.errors import AlsqaError


class QuestionError(AlsqaError):
    """The question cannot be searched as it was sent."""


class UnknownRecordError(AlsqaError):
    """No conversation or answer has that id."""


class InvariantError(AlsqaError):
    """An answer failed its own checks."""
