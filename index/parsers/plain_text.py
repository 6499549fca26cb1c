"""Plain text or light Markdown: headings, paragraphs, a signature, labelled identifiers.

A paragraph is what stands between blank lines. `# Heading` lines part sections, the first of them
is the title. A block whose first line is a name with degrees is a signature: author and
affiliation. Only a labelled line (`DOI: …`) gives an identifier; one in running text is a
neighbour's, not the document's own. What stands under "References" is other papers', never evidence.
"""

import re
from collections.abc import Iterator

from index.errors import DocumentError
from index.models import Author, Document, SectionKind
from index.parsers.canonical_text import CanonicalText
from index.parsers.own_identifiers import own_identifiers
from index.parsers.records import Format, Parsed, Record
from index.parsers.source_file import SourceFile

_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$")
_HEADING_LINE = re.compile(r"^(#{1,6}\s+\S.*)$", re.MULTILINE)
_LINK = re.compile(r"\[([^\[\]]*)\]\(\s*(\S+?)\s*\)", re.DOTALL)
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1", re.DOTALL)
_LABELLED = re.compile(r"^(PMID|PMCID|DOI)\s*:\s*(\S+)$", re.IGNORECASE)
_DEGREES = r"(?:MD|M\.D\.|PhD|Ph\.D\.|DPhil|MSc|MPH|MBBS|FRCP|DSc|Dr|Prof)"
_SIGNATURE = re.compile(
    rf"^(?P<name>[A-ZÀ-Þ][\w'’.-]*(?: [A-ZÀ-Þ][\w'’.-]*){{1,4}})(?:, {_DEGREES})+\.?$"
)
_REFERENCES = re.compile(
    r"(?:\d+\.?\s*)?(?:references?|reference list|bibliography|further reading|see also|works cited"
    r"|literature(?: cited)?|notes and references|sources)\s*:?",
    re.IGNORECASE,
)
_MAX_TITLE = 250
_TAG = re.compile(r"<[a-z][\w:.-]*[\s/>]")


def _parse(source: SourceFile) -> Iterator[Record]:
    yield Parsed(read_plain_text(source.text, path=source.path, content_hash=source.content_hash))


def read_plain_text(text: str, *, path: str, content_hash: str) -> Document:
    """The document in the text; fields that it does not give are None or empty.

    Raises:
        DocumentError: it holds nothing to read, or claims two identifiers of one kind.
    """
    text = _HEADING_LINE.sub(r"\n\1\n", _strip_marks(text))
    blocks = [block for block in re.split(r"\n\s*\n", text) if block.strip()]
    if not blocks:
        raise DocumentError("it holds link marks but no text.", "Put the text in.")
    title, blocks = _take_title(blocks)
    canonical = CanonicalText()
    canonical.add_section("Title", title or "", kind="about")
    heading, paragraphs = None, list[str]()
    labelled: list[tuple[str, str]] = []
    authors: list[Author] = []

    def close_section() -> None:
        name = heading or title or "Text"
        kind: SectionKind = "listing" if _REFERENCES.fullmatch(heading or "") else "body"
        canonical.add_section(name, "\n".join(paragraphs), kind=kind, heading=heading)
        paragraphs.clear()

    for block in blocks:
        lines = [line.strip() for line in block.strip().split("\n")]
        if match := _HEADING.match(lines[0]):
            close_section()
            heading = match.group(1)
            lines = lines[1:]
        if not lines:
            continue
        in_references = _REFERENCES.fullmatch(heading or "")
        if not in_references and all(_LABELLED.match(line) for line in lines):
            close_section()
            labelled += [_LABELLED.match(line).groups() for line in lines]  # type: ignore[union-attr, misc]
            canonical.add_section("Identifiers", "\n".join(lines), kind="about")
        elif signature := _SIGNATURE.match(lines[0]):
            close_section()
            affiliation = ", ".join(line.rstrip(".,") for line in lines[1:]) or None
            authors.append(Author(name=signature["name"], affiliation=affiliation))
            canonical.add_section("Author", "\n".join(lines), kind="about")
        else:
            paragraphs.append(" ".join(lines))
    close_section()

    identifiers = own_identifiers(labelled)
    return Document(
        document_id=identifiers.document_id or f"sha256:{content_hash}",
        identifiers=identifiers,
        title=title,
        authors=tuple(authors),
        container=None,
        year=None,
        publication_types=(),
        keywords=(),
        license=None,
        url=None,
        text=canonical.text,
        sections=tuple(canonical.sections),
        related=(),
        added=(),
        source_path=path,
        content_hash=content_hash,
    )


def _is_other(source: SourceFile) -> bool:
    """True for what is text, but not meant to be read as it stands."""
    start = source.head_text.lstrip("\ufeff \t\r\n")[:100].lower()
    return start.startswith(("<!doctype", "<?xml", "{", "[{", "%pdf")) or bool(_TAG.match(start))


def _strip_marks(text: str) -> str:
    """Text without link and emphasis marks; a link whose text is an address becomes its target."""

    def target_or_text(match: re.Match[str]) -> str:
        shown, target = match.groups()
        return target if shown.strip().startswith(("http://", "https://")) else shown

    return _EMPHASIS.sub(r"\2", _LINK.sub(target_or_text, text))


def _take_title(blocks: list[str]) -> tuple[str | None, list[str]]:
    """The first heading, or a first block of one short line without a full stop, else None."""
    first, _, rest = blocks[0].strip().partition("\n")
    heading = _HEADING.match(first.strip())
    if _LABELLED.match(first.strip()):
        return None, blocks
    is_short_line = not rest and len(first) <= _MAX_TITLE and first[-1] not in ".;:,"
    if not heading and not (is_short_line and len(blocks) > 1):
        return None, blocks
    title = heading.group(1) if heading else first.strip()
    return title, [rest, *blocks[1:]] if rest.strip() else blocks[1:]


PLAIN_TEXT = Format("plain text or Markdown", lambda source: not _is_other(source), _parse)
