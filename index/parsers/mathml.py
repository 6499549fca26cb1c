"""Formulas: MathML or TeX in, one line of text out, tokens parted by blanks.

Raised and lowered parts stay told apart (`x_i^2`), for `10 6` would be another number than 10^6.
"""

import re

from index.parsers.xml_reading import Element, name_of, text_of

_INVISIBLE = re.compile("[\u2061-\u2064\u200b]")
_SILENT = frozenset(
    {"mspace", "mphantom", "none", "mprescripts", "annotation", "annotation-xml", "maligngroup"}
)
_TEX_BODY = re.compile(r"\\begin\{document\}(.*?)\\end\{document\}", re.DOTALL)
_TEX_FENCE = re.compile(r"^(?:\$\$?|\\\[|\\\()\s*|\s*(?:\$\$?|\\\]|\\\))$")
_INNER_BLANK = re.compile(r"(?<=[(\[]) | (?=[)\],;])")
_ACCENTS = {
    **dict.fromkeys("^ˆ\u0302", "\u0302"),
    **dict.fromkeys("~˜∼\u0303", "\u0303"),
    **dict.fromkeys("¯‾ˉ_\u0304", "\u0304"),
    **dict.fromkeys("˙\u0307", "\u0307"),
    **dict.fromkeys("→⃗", "\u20d7"),
}
"""What stands over a letter, as a character that is set onto it."""
_SPLIT_NUMBER = re.compile(r"(?<=\d) ([.]) (?=\d)")


def mathml_text(element: Element) -> str:
    """The formula in MathML as one line; namespaces do not matter."""
    line = _SPLIT_NUMBER.sub(r"\1", " ".join(_written(element).split()))
    return _INNER_BLANK.sub("", line)


def tex_text(text: str) -> str:
    """What a piece of TeX says, without the frame of a whole document around it."""
    body = _TEX_BODY.search(text)
    line = " ".join((body.group(1) if body else text).split())
    return _TEX_FENCE.sub("", line)


def _written(element: Element) -> str:
    name = name_of(element)
    if name in _SILENT:
        return ""
    if name in ("mi", "mn", "mo", "mtext", "ms"):
        return _INVISIBLE.sub("", text_of(element))
    parts = [_written(child) for child in element if name_of(child)]
    if name == "semantics":
        return parts[0] if parts else ""
    if name == "mfrac" and len(parts) == 2:
        return f"{_grouped(parts[0])} / {_grouped(parts[1])}"
    if name == "msqrt":
        return f"sqrt({_joined(parts)})"
    if name == "mroot" and len(parts) == 2:
        return f"root({parts[0]}, {parts[1]})"
    if name == "mfenced":
        return _fenced(element, parts)
    if name in ("mtr", "mlabeledtr"):
        return f"{_joined(parts)} ;"
    if name == "mtable":
        return _joined(parts).removesuffix(";").strip()
    return _shifted(name, parts) or _joined(parts)


def _shifted(name: str, parts: list[str]) -> str | None:
    """A base with what stands above or below it; None for any other element."""
    marks = {
        "msup": "^",
        "mover": "^",
        "msub": "_",
        "munder": "_",
        "msubsup": "_^",
        "munderover": "_^",
    }.get(name)
    if marks is None or len(parts) != len(marks) + 1:
        return None
    if (
        name == "mover"
        and len(parts[0].strip()) == 1
        and (accent := _ACCENTS.get(parts[1].strip()))
    ):
        return parts[0].strip() + accent
    shifts = zip(marks, parts[1:], strict=True)
    base = parts[0].strip()
    base = f"({base})" if " " in base and not _is_bracketed(base) else base
    return base + "".join(f"{mark}{_grouped(part)}" for mark, part in shifts if part.strip())


def _fenced(element: Element, parts: list[str]) -> str:
    separator = "".join(element.get("separators", ",").split())[:1]
    inner = f"{separator} ".join(part.strip() for part in parts)
    return f"{element.get('open', '(')}{inner}{element.get('close', ')')}"


def _grouped(text: str) -> str:
    """In brackets where it is more than one token and not in brackets already."""
    text = text.strip()
    if not re.search(r"[ ^_/]", text) or _is_bracketed(text):
        return text
    return f"({text})"


def _is_bracketed(text: str) -> bool:
    depth = 0
    for position, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return character == ")" and position == len(text) - 1
    return False


def _joined(parts: list[str]) -> str:
    return " ".join(part.strip() for part in parts if part.strip())
