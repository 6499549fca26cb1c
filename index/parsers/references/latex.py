"""LaTeX in the fields of a BibTeX entry: decoded where it can be, never with characters lost.

Raised and lowered text becomes `<sup>` and `<sub>`, so that it is written as in any other reference.
What pylatexenc would drop (a command that it does not know, the rest of a line after `%`) is kept as
it is written; a stretch of which it loses something all the same is given back undecoded.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cache, partial
from typing import Any

_SIMPLE = {
    **{rf"\{mark}": mark for mark in "%&_#"},
    **{r"{\textless}": "<", r"{\textgreater}": ">"},
}
_SIMPLE_MARKS = re.compile("|".join(re.escape(mark) for mark in _SIMPLE))
_TYPOGRAPHY = (("---", "—"), ("--", "–"), ("``", "“"), ("''", "”"), ("~", " "))
_MATH = re.compile(
    r"(?<!\\)(\$\$?)((?=\S)(?:[^$\\]|\\.)*?(?<=\S)|\s*\\[A-Za-z]+\s*)(?<!\\)\1", re.DOTALL
)
_DEGREES = re.compile(r"\^\s*\{?\s*\\circ\b\s*\}?")
_SHIFTED = re.compile(
    r"(?<!\\)([\^_])\s*(\{(?:[^{}]|\{[^{}]*\})*\}|\\[A-Za-z]+(?:\{[^{}]*\})?|[^\s{}\\$])"
)
_HAS_COMMAND = re.compile(r"[\\^_]")
_LITERAL = re.compile(r"(?<!\\)((?:\\\\)*)([%&#$])")
_COMMAND = re.compile(r"\\(?:[A-Za-z]+\*?|.)", re.DOTALL)
_FANCY = re.compile("[\U0001d400-\U0001d7ff]+")
_KEPT = frozenset("<>=%+/.,;:()&#@*!?|")
_PROTECTED = {"%": r"\%", "&": r"\&", "#": r"\#", "$": r"\$"}
_GREEK = "α β γ δ ε ζ η θ ι κ λ μ ν ξ π ρ σ τ υ φ χ ψ ω"
_COMMANDS = {
    "url": "%s",
    **dict.fromkeys(("textless", "lt"), "<"),
    **dict.fromkeys(("textgreater", "gt"), ">"),
    "copyright": "©",
    **{"textbraceleft": "{", "textbraceright": "}", "textbar": "|"},
    **{"textasciitilde": "~", "textasciicircum": "^"},
    **dict.fromkeys(("/", "it", "bf", "em", "rm", "sc", "sf", "sl", "tt", "relax"), ""),
    **{
        f"text{unicodedata.name(letter).rpartition(' ')[2].lower().replace('lamda', 'lambda')}": letter
        for letter in _GREEK.split()
    },
}
"""What pylatexenc does not know, or writes in another way."""
_IDENTIFIER_MARKS = re.compile(
    r"\\([%&_#$~{}^-])(?:\{\})?|\{\\text(less|greater|asciitilde)\}|[{}]"
)


def decode_latex(text: str) -> str:
    """The text with accents, symbols and formulas as characters, without grouping braces."""
    simple = _SIMPLE_MARKS.sub(lambda match: _SIMPLE[match.group()], text)
    if "\\" not in simple and "$" not in simple:
        return _typeset(simple).replace("{", "").replace("}", "")
    pieces = _pieces(text)
    whole = _decoded("".join(latex for latex, _ in pieces), text)
    if whole is not None:
        return whole
    decoded = (_decoded(latex, written) for latex, written in pieces)
    return "".join(
        written if one is None else one for one, (_, written) in zip(decoded, pieces, strict=True)
    )


def decode_identifier(text: str) -> str:
    """An identifier or address without LaTeX's escapes; dashes and tildes stay as they are."""
    special = {"less": "<", "greater": ">", "asciitilde": "~"}
    return _IDENTIFIER_MARKS.sub(lambda match: match[1] or special.get(match[2] or "", ""), text)


def _typeset(text: str) -> str:
    for written, meant in _TYPOGRAPHY:
        text = text.replace(written, meant)
    return text


def _decoded(latex: str, written: str) -> str | None:
    """What pylatexenc makes of it; None where something that is written would be lost."""
    try:
        decoded = _decoder()(latex)
    except Exception:
        return None  # pylatexenc raises errors of many kinds on what is no LaTeX
    decoded = _FANCY.sub(lambda match: unicodedata.normalize("NFKC", match.group()), decoded)
    return decoded.replace("\u00ad", "") if _is_kept(written, decoded) else None


def _pieces(text: str) -> list[tuple[str, str]]:
    """Prose and formulas by turns as LaTeX in which no mark is meant as a command, and as written."""
    found, end = list[tuple[str, str]](), 0
    start = 0
    while match := _MATH.search(text, start):
        start = match.end()
        if text[start : start + 1].isdigit() and not _HAS_COMMAND.search(match[2]):
            start = match.start() + 1
            continue
        prose = text[end : match.start()]
        found += [(_protected(prose), prose), (f"${_math(match[2])}$", match.group())]
        end = start
    return [*found, (_protected(text[end:]), text[end:])]


def _protected(text: str) -> str:
    return _LITERAL.sub(lambda match: match[1] + _PROTECTED[match[2]], text)


def _math(formula: str) -> str:
    names = {"^": "textsuperscript", "_": "textsubscript"}
    formula = _DEGREES.sub(r"{\\textdegree}", re.sub(r"(?<!\\)([%&#])", r"\\\1", formula))
    return _SHIFTED.sub(lambda match: rf"\{names[match[1]]}{{{match[2]}}}", formula)


def _is_kept(latex: str, decoded: str) -> bool:
    """True where each letter, digit and sign of the LaTeX, commands apart, is in what it became."""
    rest = iter(unicodedata.normalize("NFKD", decoded))
    wanted = unicodedata.normalize("NFKD", _COMMAND.sub(_sign_of, latex))
    return all(
        character in rest for character in wanted if character.isalnum() or character in _KEPT
    )


def _sign_of(match: re.Match[str]) -> str:
    sign = match.group()[1:]
    return sign if sign in "%&#" else ""


@cache
def _decoder() -> Callable[[str], str]:
    from pylatexenc import latex2text, latexwalker, macrospec

    def as_written(node: Any) -> str:
        return str(node.latex_verbatim())

    def in_tag(tag: str, node: Any, l2tobj: Any) -> str:
        return f"<{tag}>{l2tobj.node_arg_to_text(node, 0)}</{tag}>"

    written = latexwalker.get_default_latex_context_db()
    written.add_context_category(
        "references",
        prepend=True,
        macros=[macrospec.MacroSpec(name, "{") for name in ("textsuperscript", "textsubscript")],
    )
    meant = latex2text.get_default_latex_context_db()
    meant.add_context_category(
        "references",
        prepend=True,
        macros=[
            latex2text.MacroTextSpec("textsuperscript", partial(in_tag, "sup")),
            latex2text.MacroTextSpec("textsubscript", partial(in_tag, "sub")),
            *(latex2text.MacroTextSpec(name, text) for name, text in _COMMANDS.items()),
        ],
    )
    meant.set_unknown_macro_spec(latex2text.MacroTextSpec("", as_written))
    meant.set_unknown_environment_spec(latex2text.EnvironmentTextSpec("", as_written))
    decoder = latex2text.LatexNodes2Text(latex_context=meant, math_mode="text")
    return lambda latex: str(decoder.latex_to_text(latex, latex_context=written))
