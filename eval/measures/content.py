"""Whether an answer says what it must and nothing that it must not: text and patterns in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from eval.measures.score import Score, ratio


@dataclass(frozen=True, slots=True)
class Content:
    """How an answer's text meets the patterns written for its question."""

    required_share: Score
    """Share of the required patterns that match; not scored where none is required."""
    missing: tuple[str, ...]
    """Required patterns that do not match, in the order given."""
    forbidden: tuple[str, ...]
    """Forbidden patterns that do match, in the order given."""


def check_content(
    text: str, *, required: Sequence[str] = (), forbidden: Sequence[str] = ()
) -> Content:
    """Look for every pattern anywhere in the text, without regard to case.

    Args:
        text: the answer.
        required: regular expressions (`re` syntax); each is one thing to be said.
        forbidden: regular expressions of what would be wrong or harmful.

    Raises:
        ValueError: a pattern is no regular expression.
    """
    missing = tuple(pattern for pattern in required if not _matches(pattern, text))
    return Content(
        required_share=ratio(
            len(required) - len(missing), len(required), otherwise="nothing is required"
        ),
        missing=missing,
        forbidden=tuple(pattern for pattern in forbidden if _matches(pattern, text)),
    )


def _matches(pattern: str, text: str) -> bool:
    try:
        return re.search(pattern, text, re.IGNORECASE) is not None
    except re.error as error:
        raise ValueError(f"{pattern!r} is no regular expression: {error}") from error
