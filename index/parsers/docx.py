"""DOCX: an Office Open XML text in, one document with its sections, lists and tables out.

Tracked changes are read as accepted; headers, footers and comments are left out. Nothing outside
the file is followed.
"""

import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from lxml import etree

from index.errors import DocumentError
from index.models import Author, SectionKind
from index.parsers.languages import language_code
from index.parsers.paper_draft import DraftSection, PaperDraft
from index.parsers.records import Format, Parsed, Record
from index.parsers.source_file import SourceFile
from index.parsers.xml_reading import Element, name_of, shifted

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_KINDS = {"xl/": "a spreadsheet", "ppt/": "a presentation"}
_MOST_BYTES, _MOST_TIMES = 300_000_000, 200
_HEADING = re.compile(r"heading\s*(\d)|überschrift\s*(\d)|titre\s*(\d)", re.IGNORECASE)
_LISTING = re.compile(
    r"(?:\d+\.?\s*)?(?:references?|reference list|bibliography|further reading"
    r"|literature(?: cited)?|works cited|notes and references)\W*",
    re.IGNORECASE,
)
_LABELLED = re.compile(r"(PMID|PMCID|DOI)\s*:\s*(\S+)", re.IGNORECASE)
_NO_PERSON = re.compile(
    r"microsoft|office|user|admin|\d|@|^\S+$|docx|\b(?:inc|ltd|gmbh|lenovo|dell|hp)\b",
    re.IGNORECASE,
)
_NO_TITLE = re.compile(r"microsoft word|.*\.docx?$|document ?\d*$|untitled", re.IGNORECASE)
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
_LABELS_NEAR_TOP = 8
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


def _matches(source: SourceFile) -> bool:
    if source.head.startswith(_OLE):
        return True
    return source.head.startswith(_ZIP) and (
        b"[Content_Types].xml" in source.head or b"word/" in source.head
    )


def _parse(source: SourceFile) -> Iterator[Record]:
    data = source.read_bytes()
    if data.startswith(_OLE):
        raise DocumentError(
            "it is an old Word file, or one that needs a password.",
            "Save it as .docx without a password.",
        )
    archive = _open(data)
    with archive:
        body = _part(archive, "word/document.xml")
        if body is None:
            raise DocumentError("it has no text part.", "Save it as .docx again.")
        styles = _style_names(_part(archive, "word/styles.xml"))
        numbered = _part(archive, "word/numbering.xml") is not None
        notes = [
            _paragraph_text(one)
            for name in ("word/footnotes.xml", "word/endnotes.xml")
            if (part := _part(archive, name)) is not None
            for one in part.iter(f"{_W}p")
        ]
        properties = _properties(_part(archive, "docProps/core.xml"))
    draft = _draft(body, styles, properties, is_numbered=numbered)
    text = "\n".join(note for note in notes if note)
    draft.sections.append(DraftSection("Footnotes", text, "about"))
    yield Parsed(draft.to_document(source))


def _open(data: bytes) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        names = archive.namelist()
        unpacked = sum(one.file_size for one in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise DocumentError(
            f"its archive is damaged ({error}).", "Save or fetch it again."
        ) from error
    for folder, what in _KINDS.items():
        if any(name.startswith(folder) for name in names):
            raise DocumentError(f"it is {what}, not a text.", "Save its text as .docx or .txt.")
    if "word/document.xml" not in names:
        raise DocumentError("it is an archive, not a text.", "Unpack it into the folder.")
    if unpacked > min(_MOST_BYTES, _MOST_TIMES * max(len(data), 20_000)):
        raise DocumentError(
            "it unpacks to far more bytes than a text would.", "Save it anew, without pictures."
        )
    return archive


def _part(archive: zipfile.ZipFile, name: str) -> Element | None:
    if name not in archive.namelist():
        return None
    try:
        data = archive.read(name)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
        root = etree.fromstring(data, parser)
        if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]
            raise DocumentError(f"{name} in it declares entities.", "Save it as .docx again.")
        return root
    except etree.XMLSyntaxError as error:
        raise DocumentError(f"{name} in it is broken ({error.msg}).", "Save it again.") from error
    except (
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        RuntimeError,
        OSError,
        EOFError,
        NotImplementedError,
        ValueError,
    ) as error:
        raise DocumentError(
            f"{name} in it cannot be unpacked ({error}).", "Save it again."
        ) from error


def _style_names(styles: Element | None) -> dict[str, str]:
    """The names of paragraph styles by their ids."""
    if styles is None:
        return {}
    return {
        one.get(f"{_W}styleId", ""): (name.get(f"{_W}val", "") if name is not None else "")
        for one in styles.iter(f"{_W}style")
        for name in [one.find(f"{_W}name")]
    }


def _properties(core: Element | None) -> dict[str, str]:
    if core is None:
        return {}
    return {name_of(one): " ".join((one.text or "").split()) for one in core}


def _draft(
    body: Element, styles: dict[str, str], properties: dict[str, str], *, is_numbered: bool
) -> PaperDraft:
    draft = PaperDraft(
        keywords=[part.strip() for part in re.split("[;,]", properties.get("keywords", ""))],
        languages=[code for code in [language_code(properties.get("language", ""))] if code],
    )
    sections: list[DraftSection] = []
    for number, (block, style) in enumerate(_blocks(body, styles, is_numbered=is_numbered)):
        in_listing = bool(sections) and sections[-1].kind == "listing"
        is_near_top = number < _LABELS_NEAR_TOP and not in_listing
        label = _LABELLED.fullmatch(block) if is_near_top else None
        if style == "title" and not draft.title:
            draft.title = block
        elif label:
            draft.labelled.append((label[1], label[2]))
        elif style == "heading" or _LISTING.fullmatch(block):
            kind: SectionKind = "listing" if _LISTING.fullmatch(block) else "body"
            sections.append(DraftSection(block, "", kind))
        else:
            if not sections:
                sections.append(DraftSection("Text", ""))
            sections[-1].text += ("\n" if sections[-1].text else "") + block
    draft.sections = sections
    title = properties.get("title", "")
    draft.title = draft.title or (None if _NO_TITLE.match(title) else title) or None
    people = [one.strip() for one in properties.get("creator", "").split(";")]
    if not any(_NO_PERSON.search(one) or "," in one for one in people):
        draft.authors = [Author(one) for one in people if one]
    return draft


def _blocks(
    body: Element, styles: dict[str, str], *, is_numbered: bool
) -> Iterator[tuple[str, str]]:
    """Paragraphs and rows of tables in order, each with `title`, `heading` or ``."""
    for child in body.iter(f"{_W}p", f"{_W}tr"):
        inside = {name_of(one) for one in child.iterancestors()}
        if inside & {"tr", "del", "moveFrom", "Fallback"} or (
            name_of(child) == "p" and "txbxContent" in inside
        ):
            continue
        if name_of(child) == "tr":
            if child.find(f"{_W}trPr/{_W}del") is not None:
                continue
            cells = (
                " ".join(filter(None, map(_paragraph_text, cell.iter(f"{_W}p"))))
                for cell in child.iter(f"{_W}tc")
                if next(cell.iterancestors(f"{_W}tr")) is child
            )
            row = " | ".join(cells)
            if row.strip(" |"):
                yield row, ""
            continue
        text = _paragraph_text(child)
        if text:
            style = _style(child, styles)
            is_item = is_numbered and child.find(f"{_W}pPr/{_W}numPr") is not None
            yield (f"- {text}" if is_item and not style else text), style


def _style(paragraph: Element, styles: dict[str, str]) -> str:
    named = paragraph.find(f"{_W}pPr/{_W}pStyle")
    name = styles.get(named.get(f"{_W}val", ""), "") if named is not None else ""
    if name.casefold() in ("title", "titel", "titre"):
        return "title"
    return "heading" if _HEADING.match(name) else ""


def _paragraph_text(paragraph: Element) -> str:
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
        elif name == "r" and child.find(f"{_W}rPr/{_W}vanish") is not None:
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
        code = int(symbol.get(f"{_W}char", ""), 16)
    except ValueError:
        return "\ufffd"
    if "symbol" in symbol.get(f"{_W}font", "").casefold():
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
    place: Any = run.find(f"{_W}rPr/{_W}vertAlign")
    kind = {"superscript": "sup", "subscript": "sub"}.get(
        place.get(f"{_W}val", "") if place is not None else ""
    )
    if kind and text.strip():
        written = "".join(parts)
        if kind == "sup" and parts and parts[-1].startswith("^") and not parts[-1][-1:].isspace():
            parts.append(text)  # a run of the same power
        else:
            parts.append(shifted(kind, text.strip(), written[-1:]) + " " * text.endswith(" "))
    else:
        parts.append(text)


DOCX = Format("DOCX", _matches, _parse)
