"""Formulas within titles and abstracts: MathML and TeX in tags in, each on a line of text out."""

import html
import re

from lxml import etree

from index.parsers.mathml import mathml_text, tex_text

_MATH = re.compile(r"<((?:[\w-]+:)?math)\b[^<>]*>.*?</\1\s*>", re.DOTALL)
_TEX = re.compile(r"<((?:[\w-]+:)?tex-math)\b[^<>]*>(.*?)</\1\s*>", re.DOTALL)
_PREFIX = re.compile(r"<(/?)[\w-]+:")
_PREFIXED_ATTRIBUTE = re.compile(r"\s[\w-]+:[\w-]+\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_NAMED = re.compile(r"&(?!(?:lt|gt|amp|quot|apos);)[A-Za-z][A-Za-z0-9]*;")


def without_formula_tags(text: str) -> str:
    """The text with each formula written on a line: `10^6`; one given in two ways, once."""
    if "math" not in text:
        return text
    if "tex-math" in text:
        is_given_twice = re.search(r"</(?:[\w-]+:)?math\s*>", text) is not None
        text = _TEX.sub(lambda tex: "" if is_given_twice else tex_text(tex.group(2)), text)
    # Past the last end of a formula there is none, and looking for it from each start is slow.
    end = text.rfind("math>") + len("math>")
    return _MATH.sub(_formula, text[:end]) + text[end:]


def _formula(match: re.Match[str]) -> str:
    """The formula as escaped text; as it stands where its MathML is broken."""
    text = _PREFIXED_ATTRIBUTE.sub("", _PREFIX.sub(r"<\1", match.group()))
    text = _NAMED.sub(lambda entity: html.unescape(entity.group()), text)
    try:
        root = etree.fromstring(text, etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError):
        return match.group()
    return html.escape(mathml_text(root), quote=False)
