"""Help first: a question in, where to find help out, where its words sound like a crisis."""

import re
from functools import cache
from pathlib import Path

import yaml

from rag.models import Notice

_READ = 20_000
CRISIS_FILE = Path(__file__).with_name("crisis.yaml")


def crisis_help(question: str) -> tuple[Notice, ...]:
    """Notices with help, or none where the question has no sign of a crisis."""
    signs, texts = _load()
    if not signs.search(question[:_READ].replace("’", "").replace("'", "")):
        return ()
    return tuple(Notice("help", text) for text in texts)


@cache
def _load() -> tuple[re.Pattern[str], tuple[str, ...]]:
    content = yaml.safe_load(CRISIS_FILE.read_text(encoding="utf-8"))
    signs = "|".join(f"(?:{sign})" for sign in content["signs"])
    return re.compile(signs, re.IGNORECASE), tuple(content["help"])
