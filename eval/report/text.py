"""Text of strangers and figures as the page shows them: escaped, and nothing in them unseen."""

import re
import unicodedata

from markupsafe import Markup, escape

_RARE = re.compile(r"[^\n\t -~]")
_UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Unicode's categories of characters that show nothing, or turn round what stands beside them."""


def shown(text: object) -> Markup:
    """The text escaped, with what cannot be seen as a label that names its code point."""
    label = Markup('<span class="code-point">{}</span>')
    cut = re.split(f"({_RARE.pattern})", str(text))
    return Markup("").join(
        label.format(_code_point(part)) if _is_unseen(part) else escape(part) for part in cut
    )


def plain(value: object) -> object:
    """A string with what cannot be seen named in brackets; anything else as it is."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return _RARE.sub(
        lambda found: f"⟨{_code_point(found[0])}⟩" if _is_unseen(found[0]) else found[0], value
    )


def _is_unseen(part: str) -> bool:
    return len(part) == 1 and part not in "\n\t" and unicodedata.category(part) in _UNSEEN


def _code_point(character: str) -> str:
    return f"U+{ord(character):04X}"


def percent(share: float | None) -> str:
    return "not scored" if share is None else f"{share:.1%}"


def figure(value: float | None) -> str:
    return "not scored" if value is None else f"{value:.3f}"


def signed(value: float, digits: int) -> str:
    """With a sign; what rounds to nothing is ±0."""
    text = f"{value:+.{digits}f}"
    return "±0" if not float(text) else text.replace("-", "−")
