"""The text of a DOCX body: paragraphs and rows of tables in order, as changes were accepted."""

import re
from collections.abc import Iterator
from typing import Any

from index.parsers.xml_reading import Element, name_of, shifted

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING = re.compile(r"heading\s*(\d)|überschrift\s*(\d)|titre\s*(\d)", re.IGNORECASE)
_LEFT_OUT = {
    "del",
    "moveFrom",
    "delText",
    "instrText",
    "fldChar",
    "commentReference",
    "pPr",
    "sdtPr",
}
_SYMBOLS = dict(
    zip(
        b"abcdefghijklmnopqrstuvwxyz",
        "αβχδεφγηιϕκλμνοπθρστυϖωξψζ",
        strict=True,
    )
) | {
    0xB1: "±",
    0xB3: "≥",
    0xA3: "≤",
    0xB4: "×",
    0xB0: "°",
    0xB7: "•",
    0xAE: "→",
    0x44: "Δ",
    0x57: "Ω",
}
"""Of the font Symbol, which Word writes Greek letters and signs in."""


def blocks_of(
    body: Element, styles: dict[str, str], *, is_numbered: bool
) -> Iterator[tuple[str, str]]:
    """Paragraphs and rows of tables in order, each with `title`, `heading` or ``."""
    for child in body.iter(f"{WORD}p", f"{WORD}tr"):
        inside = {name_of(one) for one in child.iterancestors()}
        if inside & {"tr", "del", "moveFrom", "Fallback"} or (
            name_of(child) == "p" and "txbxContent" in inside
        ):
            continue
        if name_of(child) == "tr":
            if child.find(f"{WORD}trPr/{WORD}del") is not None:
                continue
            cells = (
                " ".join(filter(None, map(paragraph_text, cell.iter(f"{WORD}p"))))
                for cell in child.iter(f"{WORD}tc")
                if next(cell.iterancestors(f"{WORD}tr")) is child
            )
            row = " | ".join(cells)
            if row.strip(" |"):
                yield row, ""
            continue
        text = paragraph_text(child)
        if text:
            style = _style(child, styles)
            is_item = is_numbered and child.find(f"{WORD}pPr/{WORD}numPr") is not None
            yield (f"- {text}" if is_item and not style else text), style


def _style(paragraph: Element, styles: dict[str, str]) -> str:
    named = paragraph.find(f"{WORD}pPr/{WORD}pStyle")
    name = styles.get(named.get(f"{WORD}val", ""), "") if named is not None else ""
    if name.casefold() in ("title", "titel", "titre"):
        return "title"
    return "heading" if _HEADING.match(name) else ""


def paragraph_text(paragraph: Element) -> str:
    parts: list[str] = []
    _collect(paragraph, parts)
    return " ".join("".join(parts).split())


def _collect(element: Element, parts: list[str]) -> None:
    for child in element:
        name = name_of(child)
        if name in _LEFT_OUT:
            continue
        if name == "t":
            _add(child.text or "", element, parts)
        elif name == "r" and child.find(f"{WORD}rPr/{WORD}vanish") is not None:
            continue
        elif name == "sym":
            parts.append(_symbol(child))
        elif name in ("sSup", "sSub", "f"):
            parts.append(_formula(name, child))
        elif name in ("tab", "br", "cr"):
            parts.append(" ")
        elif name == "noBreakHyphen":
            parts.append("-")
        elif name == "p" and element is not child:
            parts.append(" ")
            _collect(child, parts)
            parts.append(" ")
        elif name != "Fallback":
            _collect(child, parts)


def _symbol(symbol: Element) -> str:
    """The character of a symbol font: such fonts put Unicode's beneath F000."""
    try:
        code = int(symbol.get(f"{WORD}char", ""), 16)
    except ValueError:
        return "\ufffd"
    if "symbol" in symbol.get(f"{WORD}font", "").casefold():
        return _SYMBOLS.get(code & 0xFF, "\ufffd")
    return chr(code) if code < 0xE000 else "\ufffd"


def _formula(name: str, element: Element) -> str:
    """A power, an index or a fraction of an equation on one line."""
    first, second = (
        " ".join("".join(map(str, part.itertext())).split())
        for tags in (("e", "num"), ("sup", "sub", "den"))
        for part in [next((one for one in element if name_of(one) in tags), element)]
    )
    if name == "f":
        return f"({first})/({second})" if " " in first + second else f"{first}/{second}"
    return first + shifted("sup" if name == "sSup" else "sub", second, first[-1:])


def _add(text: str, run: Element, parts: list[str]) -> None:
    place: Any = run.find(f"{WORD}rPr/{WORD}vertAlign")
    kind = {"superscript": "sup", "subscript": "sub"}.get(
        place.get(f"{WORD}val", "") if place is not None else ""
    )
    if kind and text.strip():
        written = "".join(parts)
        if kind == "sup" and parts and parts[-1].startswith("^") and not parts[-1][-1:].isspace():
            parts.append(text)  # a run of the same power
        else:
            parts.append(shifted(kind, text.strip(), written[-1:]) + " " * text.endswith(" "))
    else:
        parts.append(text)
