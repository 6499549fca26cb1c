"""Questions on somebody's own diagnosis or treatment: literature is cited, advice is not given."""

import re

from rag.models import Notice

_OWN_CASE = re.compile(
    r"\b(?:should|can|could|may|must|ought) (?:i|we|my \w+|he|she) "
    r"(?:take|stop|start|try|use|switch|have|get|increase|reduce|combine|quit|continue|skip)\b"
    r"|\b(?:good|bad|right|safe|wrong|better|worth it) for (?:me|my \w+)\b"
    r"|\b(?:do i have|have i got|does (?:he|she|my \w+) have|has (?:he|she|my \w+) got)"
    r" (?:als|mnd|amyotrophic|motor neurone?)\b",
    re.IGNORECASE,
)
_TEXT = (
    "These are words of the literature, not advice on anybody's case. Please ask the team that "
    "treats you."
)


def personal_notices(question: str) -> tuple[Notice, ...]:
    """A notice that no advice is given, where the question asks for it; else nothing."""
    return (Notice("not_advice", _TEXT),) if _OWN_CASE.search(question) else ()
