"""Sentence boundaries: a text in, character offsets of its sentences out.

Rules, not a model: a sentence ends at `.`, `!` or `?` (with closing quotes or brackets) before
white space and a capital, a digit or an opening bracket, unless what stands before the full stop
is an abbreviation, an initial or a bare list number. A blank line always ends one.
"""

import re

_BOUNDARY = re.compile(
    r"[.!?]+[\"'”’)\]]*(?=\s+[\"'“‘(\[]*[A-Z0-9À-ÞΑ-Ω])|[.!?]+[\"'”’)\]]*\s*$|\n\s*\n|\n"
)
_ABBREVIATIONS = frozenset(
    [
        "al",
        "fig",
        "figs",
        "tab",
        "eq",
        "eqs",
        "ref",
        "refs",
        "no",
        "nos",
        "vol",
        "vols",
        "pp",
        "p",
        "vs",
        "cf",
        "ca",
        "approx",
        "resp",
        "e.g",
        "i.e",
        "eg",
        "ie",
        "viz",
        "dr",
        "prof",
        "mr",
        "mrs",
        "ms",
        "st",
        "jr",
        "sr",
        "inc",
        "ltd",
        "co",
        "dept",
        "univ",
        "ed",
        "eds",
        "edn",
        "suppl",
        "ch",
        "sec",
        "sect",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "n.b",
        "incl",
        "excl",
        "max",
        "min",
        "wt",
        "sp",
        "spp",
        "subsp",
        "var",
        "u.s",
        "u.k",
    ]
)
_LOOK_BACK = 60
_LAST_WORD = re.compile(r"(\S+?)[.!?]+[\"'”’)\]]*$")


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Offsets (start, end) of the sentences of `text`, in order, without surrounding space."""
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _BOUNDARY.finditer(text):
        if match.group()[0] in ".!?" and _continues(
            text[max(start, match.end() - _LOOK_BACK) : match.end()]
        ):
            continue
        _append_trimmed(spans, text, start, match.end())
        start = match.end()
    _append_trimmed(spans, text, start, len(text))
    return spans


def _continues(sentence: str) -> bool:
    if not sentence.rstrip("\"'”’)]").endswith("."):
        return False
    last = _LAST_WORD.search(sentence)
    if last is None:
        return False
    word = last.group(1).lstrip("(\"'“‘[").lower()
    is_initial = len(word) == 1 and word.isalpha() and last.group(1)[-1].isupper()
    is_list_number = word.isdigit() and sentence.strip() == f"{word}."
    return word in _ABBREVIATIONS or is_initial or is_list_number


def _append_trimmed(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    stretch = text[start:end]
    left = len(stretch) - len(stretch.lstrip())
    right = len(stretch.rstrip())
    if left < right:
        spans.append((start + left, start + right))
