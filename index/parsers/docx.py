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

from lxml import etree

from index.errors import DocumentError
from index.models import Author, SectionKind
from index.parsers.docx_text import WORD, blocks_of, paragraph_text
from index.parsers.languages import language_code
from index.parsers.paper_draft import DraftSection, PaperDraft
from index.parsers.records import Format, Parsed, Record
from index.parsers.source_file import SourceFile
from index.parsers.xml_reading import Element, name_of

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_KINDS = {"xl/": "a spreadsheet", "ppt/": "a presentation"}
_MOST_BYTES, _MOST_TIMES = 300_000_000, 200
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
_LABELS_NEAR_TOP = 8


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
            paragraph_text(one)
            for name in ("word/footnotes.xml", "word/endnotes.xml")
            if (part := _part(archive, name)) is not None
            for one in part.iter(f"{WORD}p")
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
        one.get(f"{WORD}styleId", ""): (name.get(f"{WORD}val", "") if name is not None else "")
        for one in styles.iter(f"{WORD}style")
        for name in [one.find(f"{WORD}name")]
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
    for number, (block, style) in enumerate(blocks_of(body, styles, is_numbered=is_numbered)):
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


DOCX = Format("DOCX", _matches, _parse)
