"""Formulas within titles and abstracts: MathML and TeX in tags in, each on a line of text out."""

import html
import re
from collections.abc import Callable

from lxml import etree

from index.parsers.mathml import mathml_text, tex_text

_MATH = re.compile(r"<((?:[\w-]+:)?math)\b[^<>]*>.*?</\1\s*>", re.DOTALL)
_TEX = re.compile(r"<((?:[\w-]+:)?tex-math)\b[^<>]*>(.*?)</\1\s*>", re.DOTALL)
_MATH_END = re.compile(r"</(?:[\w-]+:)?math\s*>")
_TEX_END = re.compile(r"</(?:[\w-]+:)?tex-math\s*>")
_PREFIX = re.compile(r"<(/?)[\w-]+:")
_PREFIXED_ATTRIBUTE = re.compile(r"\s[\w-]+:[\w-]+\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_NAMED = re.compile(r"&(?!(?:lt|gt|amp|quot|apos);)[A-Za-z][A-Za-z0-9]*;")


def without_formula_tags(text: str) -> str:
    """The text with each formula written on a line: `10^6`; one given in two ways, once."""
    if "math" not in text:
        return text
    has_mathml = _MATH_END.search(text) is not None
    text = _replaced(_TEX, _TEX_END, lambda tex: "" if has_mathml else tex_text(tex.group(2)), text)
    return _replaced(_MATH, _MATH_END, _formula, text)


def _replaced(
    pattern: re.Pattern[str],
    end_tag: re.Pattern[str],
    replacement: Callable[[re.Match[str]], str],
    text: str,
) -> str:
    """As `re.sub`, up to the last end tag; to look for one past it from each start would be slow."""
    end = max((match.end() for match in end_tag.finditer(text)), default=0)
    return pattern.sub(replacement, text[:end]) + text[end:]


def _formula(match: re.Match[str]) -> str:
    """The formula as escaped text; as it stands where its MathML is broken."""
    text = _PREFIXED_ATTRIBUTE.sub("", _PREFIX.sub(r"<\1", match.group()))
    text = _NAMED.sub(lambda entity: html.unescape(entity.group()), text)
    try:
        root = etree.fromstring(text, etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError):
        return match.group()
    return html.escape(mathml_text(root), quote=False)
