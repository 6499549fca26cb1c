"""Questions on somebody's own treatment: literature is cited, advice is not given."""

import re

from rag.models import Notice

_OWN_TREATMENT = re.compile(
    r"\b(?:should|can|could|may|must|ought) (?:i|we|my \w+|he|she) "
    r"(?:take|stop|start|try|use|switch|have|get|increase|reduce|combine|quit|continue|skip)\b"
    r"|\b(?:good|bad|right|safe|wrong|better|worth it) for (?:me|my \w+)\b",
    re.IGNORECASE,
)
_TEXT = (
    "These are words of the literature, not advice on anybody's treatment. Please ask the team that "
    "treats you."
)


def personal_notices(question: str) -> tuple[Notice, ...]:
    """A notice that no advice is given, where the question asks for it; else nothing."""
    return (Notice("not_advice", _TEXT),) if _OWN_TREATMENT.search(question) else ()
