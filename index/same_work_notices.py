"""Notices told from papers: a title in, what it says it is and the title of the paper it speaks of out.

An erratum, a retraction notice, a reply and a comment carry the title of their paper.
"""

import re
from typing import Literal

Notice = Literal["correction", "retraction", "concern", "reply", "comment"]
"""What a text is that carries the title of the paper it speaks of."""

_BY = r"(?:(?:the )?(?:authors?|editors?|publishers?)['’]?s?['’]? )?"
_MARK = r"(?:\s*[:.\[(—]|\s+[–-]+\s)"
_TO = rf"(?:{_MARK}| to\s*[:\[“\"'‘])"
_STARTS: tuple[tuple[Notice, str], ...] = (
    ("correction", rf"{_BY}(?:erratum|errata|corrigendum|corrigenda)\b"),
    (
        "correction",
        rf"{_BY}(?:corrections?|addendum)(?: notice)?(?:{_TO}| for [^:]{{1,60}} et al\b)",
    ),
    (
        "retraction",
        rf"(?:(?:notice|statement) of )?(?:retraction|withdrawal)(?:{_TO}| of\s*[:\[“\"'‘])",
    ),
    ("retraction", r"(?:retraction (?:note|notice|statement)|removal notice)\b"),
    ("concern", rf"{_BY}(?:expression|note) of concern\b"),
    (
        "reply",
        rf"{_BY}(?:in )?(?:reply|replies|response|respond|rebuttal)(?:{_TO}| from (?:the )?authors?\b"
        r"| to (?:the )?(?:letter|comments?|commentary|editor)\b)",
    ),
    (
        "comment",
        r"(?:(?:invited|editorial|expert|guest) )?(?:comments?|commentary|discussion|correspondence"
        rf"|letters?(?: to the editor)?|re)(?:{_MARK}| (?:on|regarding|concerning)\b:?)",
    ),
)
"""How the title of a notice begins, in lower case."""
_ENDS: tuple[tuple[Notice, str], ...] = (
    ("correction", r"(?:erratum|corrigendum|correction|addendum)"),
    ("retraction", r"retraction(?: notice)?"),
    ("concern", r"expression of concern"),
    ("reply", rf"{_BY}(?:reply|response|rebuttal)"),
    ("comment", r"(?:comments?|(?:invited )?commentary|discussion|letters?)"),
)
"""What stands after a colon or a dash at the end of a notice's title."""
_BRACKETS: tuple[tuple[Notice, str], ...] = (
    ("retraction", r"\(retraction of [^()]*\)"),
    ("correction", r"\(vol(?:ume|\.)? ?\d[^()]*\)"),
    ("concern", r"\(expression of concern [^()]*\)"),
)
"""How Web of Science ends it: "(vol 12, pg 34, 2010)"."""
_STARTING = tuple((kind, re.compile(text)) for kind, text in _STARTS)
_ENDING = tuple((kind, re.compile(rf"\s*{text}\W*$")) for kind, text in _BRACKETS) + tuple(
    (kind, re.compile(rf"(?:[:;(\[—–]|\. |\? | -+ |--)\s*{text}[\s.)\]]*$")) for kind, text in _ENDS
)


def take_notice(title: str) -> tuple[Notice | None, str]:
    """What kind of notice the title, in lower case, says it is; and the rest of the title, if any."""
    bare = title.lstrip("[(“\"' ")
    for kind, pattern in _STARTING:
        # a title that is nothing but "Reply" has no mark after it
        if match := pattern.match(bare) or pattern.fullmatch(bare.rstrip(" .)]") + ":"):
            return kind, bare[match.end() :].strip(" []()“”\"':.") or bare
    for kind, pattern in _ENDING:
        if match := pattern.search(title):
            return kind, title[: match.start()].strip()
    return None, title
