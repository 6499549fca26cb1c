"""Titles that say themselves that their paper is retracted, as publishers mark them."""

import re

_MARK = re.compile(
    r"\W*(?:\[\s*(?:RETRACTED|Retracted)(?:\s+(?:ARTICLE|Article|PAPER|Paper))?\s*\]"
    r"|(?:RETRACTED|Retracted)(?:\s+(?:ARTICLE|Article|PAPER|Paper|CHAPTER|Chapter))?\s*[:：–—])"
)


def retraction_mark(title: str | None) -> str | None:
    """`RETRACTED:` or `[Retracted]` as the title begins with it; None where it does not."""
    match = _MARK.match(title or "")
    return match.group().strip() if match else None
