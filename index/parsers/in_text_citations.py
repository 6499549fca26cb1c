"""Numbers in running text that only point to a list: taken out, without leaving empty brackets.

A reader of marked-up text wraps what a link to the reference list shows in `pointer`, then gives
the whole line to `without_pointers`. `[12, 13]` and a raised `12` go; `(Smith, 2010)`, `in ref. 12`
and `described in [12]` stay, for the sentence would not stand without them. The marks are control
characters that XML cannot hold. A number that is no link never goes: `[5, 120]` may be an interval.
"""

import re

_BARE, _LOOSE, _END = "\x01", "\x03", "\x02"
"""Begin and end of a mark: a bare one goes only with brackets around it, a loose one as it is."""
_HIDDEN = str.maketrans("[]()", "\x0e\x0f\x10\x11")
_SHOWN = str.maketrans("\x0e\x0f\x10\x11", "[]()")

_DASHES = "–—‐‑−\\-"
_NUMBER = r"\d{1,3}[a-z]?"
_NUMBERS = re.compile(rf"{_NUMBER}(?:\s*[{_DASHES},;]\s*{_NUMBER})*")
_MARK = re.compile(rf"[{_BARE}{_LOOSE}]([^{_BARE}{_LOOSE}{_END}]*){_END}")
_BRACKETED = re.compile(r"([\[(])([^\[\]()]*)([\])])")
_BETWEEN = re.compile(rf"(?:[\s,;&{_DASHES}]|\band\b)*")
_ROW = re.compile(
    rf"{_LOOSE}[^{_END}]*{_END}(?:(?:[\s,;&{_DASHES}]|\band\b)*{_LOOSE}[^{_END}]*{_END})+"
)
_GLUED = re.compile(
    rf"(?<=[^\s(\[{_BARE}{_LOOSE}{_END},;{_DASHES}])"
    rf"{_BARE}[^{_END}]*{_END}(?:\s?[,;{_DASHES}]\s?{_BARE}[^{_END}]*{_END})*"
)
"""Bare numbers right behind a word: what raises them is not in the markup."""
_ALONE = re.compile(rf"(,?)(\s*){_LOOSE}([^{_END}]*){_END}(\s*)")
_NEEDED_AFTER = re.compile(
    r"[=±∈]\s*$|\bet al\.?\s*$|\b(?:CIs?|intervals?|ranges?|between|in|from|of|by|see|also|to|with|on|at|than|following|using|e\.?g\.?,?|i\.?e\.?,?|cf\.?"
    r"|refs?\.?|references?|tables?|figures?|figs?\.?|box(?:es)?|sections?)\s*$",
    re.IGNORECASE,
)
_NEEDED_ROUND_AFTER = re.compile(r"\b(?:eqs?\.?|eqns?\.?|equations?|formulae?|formulas)\s*$", re.I)
_TWO_STOPS = re.compile(r"(\bet al\.)\.(?!\.)")
_CLOSING = ("", ",", ";", ".", ":", ")", "]", "?", "!")


def pointer(text: str) -> str:
    """What a link to the reference list shows, marked where it is nothing but numbers."""
    plain = _plain(text).strip()
    number = plain.strip("^[]() ")
    if plain and not _NUMBERS.fullmatch(number):
        return text
    return _marked(_BARE if plain == number else _LOOSE, plain)


def note_pointer(text: str) -> str:
    """What a link to a footnote shows, marked to go where it is a number: `10` with note 2 is not 10²."""
    plain = _plain(text).strip()
    number = plain.strip("^[]() ")
    return _marked(_LOOSE, f"^{number}") if _NUMBERS.fullmatch(number) else text


def raised_pointer(text: str) -> str | None:
    """The raised text as one mark where it is nothing but pointers, else None."""
    inner = text.strip().strip("[]()")
    if not _MARK.search(inner) or not _BETWEEN.fullmatch(_MARK.sub(" ", inner)):
        return None
    return _marked(_LOOSE, f"^{_plain(inner)}")


def without_pointers(text: str) -> str:
    """The line without its marked numbers; those that a sentence needs are shown."""
    if _END not in text:
        return text
    text = _BRACKETED.sub(_closed, text)
    text = _GLUED.sub(lambda row: _marked(_LOOSE, _plain(row.group())), text)
    text = _ROW.sub(lambda row: _marked(_LOOSE, _plain(row.group())), text)
    text = _ALONE.sub(_dropped_or_shown, text)
    return _TWO_STOPS.sub(r"\1", _plain(text))


def _marked(kind: str, text: str) -> str:
    return f"{kind}{text.translate(_HIDDEN)}{_END}"


def _plain(text: str) -> str:
    """`text` with what its marks hold."""
    return _MARK.sub(r"\1", text).translate(_SHOWN)


def _closed(match: re.Match[str]) -> str:
    """A pair of brackets around nothing but pointers as one mark."""
    inner = match.group(2)
    if not _MARK.search(inner) or not _BETWEEN.fullmatch(_MARK.sub(" ", inner)):
        return match.group()
    shown = _plain(match.group())
    return _marked(_LOOSE, shown if re.search(r"\d", shown) else "^")


def _dropped_or_shown(match: re.Match[str]) -> str:
    comma, before, hidden, after = match.groups()
    shown = hidden.translate(_SHOWN)
    line = match.string
    said = line[max(0, match.start() - 20) : match.end(1)]
    following = line[match.end() : match.end() + 1]
    if not shown.startswith("^") and _is_needed(said, shown, following):
        return f"{comma}{before}{shown}{after}"
    if following in _CLOSING:
        return ""
    return comma + (" " if after or following.isalnum() or before else "")


def _is_needed(said: str, shown: str, following: str) -> bool:
    """True where the sentence would not stand without what the brackets hold."""
    is_subject = following.islower() and said.rstrip()[-1:] in ("", ".", "?", "!")
    is_equation = not shown.startswith("[") and _NEEDED_ROUND_AFTER.search(said) is not None
    return (
        is_subject
        or is_equation
        or said.endswith(("(", "["))
        or _NEEDED_AFTER.search(said) is not None
    )
