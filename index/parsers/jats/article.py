"""Full texts in JATS, the XML of PubMed Central, Europe PMC, PLOS and others: a file in, papers out.

One `article`, a set of them, or a reply of an OAI-PMH server. What a paper says is laid out by
`jats_sections`, what it says of itself is read by `jats_front`. Peer reviews and translations that
are bound in (`sub-article`, `response`) are other texts and are left out.
"""

import re
from collections.abc import Iterator
from functools import partial

from index.errors import DocumentError
from index.parsers.back_matter import heading_kind
from index.parsers.jats.front import XML_LANGUAGE, draft_of
from index.parsers.jats.references import references
from index.parsers.jats.sections import SectionWriter
from index.parsers.jats.standing import standing
from index.parsers.jats.text import Aside, Lines, one_line
from index.parsers.languages import language_code
from index.parsers.paper_draft import ABSTRACT, PaperDraft
from index.parsers.records import Format, Parsed, Record, Refused, attempt
from index.parsers.source_file import SourceFile
from index.parsers.xml_reading import Element, iter_elements, name_of, root_tag, text_of

_ROOTS = frozenset({"article", "pmc-articleset", "articleset", "article-set", "OAI-PMH", "record"})
_SIGNS = re.compile(
    r"<(?:[\w.-]+:)?(?:article-meta|journal-meta|front)[\s>]|//DTD [^>]{0,60}(?:Journal|JATS|Archiv)"
    r"|<(?:[\w.-]+:)?article\s[^>]*article-type=|<pmc-articleset\b"
)
_FUNDING = "Funding"
_ABSTRACT_NAMES = {
    "toc": "Table of contents summary",
    "teaser": "Teaser",
    "graphical": "Graphical abstract",
    "editor": "Editors' summary",
    "short": "Short abstract",
}
_SUPPLEMENT = re.compile(r"(?:electronic )?supplementary (?:information|material)s?", re.IGNORECASE)
_SAID_OF_IT = frozenset({"toc", "teaser"})
"""Abstracts that announce the paper to readers of the journal."""


def _matches(source: SourceFile) -> bool:
    return root_tag(source) in _ROOTS and _SIGNS.search(source.head_text) is not None


def _parse(source: SourceFile) -> Iterator[Record]:
    for number, element in enumerate(iter_elements(source, ("article", "Reply")), start=1):
        if name_of(element) == "article":
            yield attempt(_where(number, element), partial(_parsed, element, source))
        elif element.get("error"):
            yield Refused(
                f"record {number} (PMC{(element.get('Id') or '?')[:20]})",
                "PubMed Central gave an error in its place. Leave it out, or fetch it again.",
            )


def _where(number: int, article: Element) -> str:
    ids = article.iterfind("{*}front/{*}article-meta/{*}article-id")
    given = {one.get("pub-id-type") or "": (one.text or "").strip() for one in ids}
    for kind, name in (("pmid", "PMID"), ("pmcid", "PMCID"), ("pmc", "PMC"), ("doi", "DOI")):
        if given.get(kind):
            return f"record {number} ({name} {given[kind][:60]})"
    return f"record {number}"


def _parsed(article: Element, source: SourceFile) -> Parsed:
    try:
        draft = draft_of(article)
        _add_sections(article, draft)
        return Parsed(draft.to_document(source), standing(article, draft.title))
    except RecursionError as error:
        raise DocumentError("its elements are nested too deeply.", "Export it again.") from error


def _add_sections(article: Element, draft: PaperDraft) -> None:
    writer = SectionWriter()
    meta = article.find("{*}front/{*}article-meta")
    if meta is not None:
        _add_abstracts(meta, article.get(XML_LANGUAGE) or "", draft, writer)
    for name in ("body", "floats-group", "floats-wrap", "back"):
        for part in article.iterfind(f"{{*}}{name}"):
            writer.add_stretch(part)
    for notes in article.iterfind("{*}front/{*}notes"):
        writer.add_stretch(notes, one_line(notes.find("{*}title")) or "Notes", "about")
    if meta is not None:
        _add_remarks(meta, writer)
    writer.close()
    draft.sections += writer.drafts
    if listing := references(article):
        draft.sections.append(listing)


def _add_abstracts(meta: Element, language: str, draft: PaperDraft, writer: SectionWriter) -> None:
    """The abstract goes to the draft, with the labels of its parts; others are named sections."""
    has_abstract = False
    for one in meta.iterfind("{*}abstract"):
        kind = (one.get("abstract-type") or "").lower()
        own = one.get(XML_LANGUAGE) or language
        language = language or own
        is_translated = own[:2].lower() != language[:2].lower()
        if not has_abstract and not kind and not is_translated:
            has_abstract = True
            _add_abstract(one, draft, writer)
        else:
            writer.add_stretch(
                one,
                _abstract_name(one, kind, is_translated),
                "about" if kind in _SAID_OF_IT else "body",
            )
    for one in meta.iterfind("{*}trans-abstract"):
        kind = (one.get("abstract-type") or "").lower()
        writer.add_stretch(one, _abstract_name(one, kind, is_translated=True))


def _add_abstract(abstract: Element, draft: PaperDraft, writer: SectionWriter) -> None:
    parts = SectionWriter()
    parts.add_stretch(abstract, ABSTRACT)
    parts.close()
    for part in parts.drafts:
        name, _, label = part.name.partition(" – ")
        if _SUPPLEMENT.fullmatch(label):
            writer.add_lines(label, [part.text], "about")
        elif name == ABSTRACT:
            draft.add_abstract(part.text, label if label.lower() != "abstract" else None)
        else:
            writer.drafts.append(part)


def _abstract_name(abstract: Element, kind: str, is_translated: bool) -> str:
    title = one_line(abstract.find("{*}title"))
    name = _ABSTRACT_NAMES.get(kind, kind.replace("-", " ").replace("_", " ").capitalize())
    if is_translated:
        code = language_code(abstract.get(XML_LANGUAGE) or "")
        return (name or "Other abstract") + (f" ({code})" if code else "")
    return title if title.lower() not in ("", "abstract") else name or "Other abstract"


def _add_remarks(meta: Element, writer: SectionWriter) -> None:
    """What stands in the front but is said at the end: money, data, notes on the authors."""
    statements = [one_line(one) for one in meta.iterfind("{*}funding-group/{*}funding-statement")]
    is_said = any(draft.name == _FUNDING for draft in writer.drafts)
    writer.add_lines(_FUNDING, statements or ([] if is_said else _awards(meta)), "about")
    for one in meta.iterfind("{*}custom-meta-group/{*}custom-meta"):
        name, value = one_line(one.find("{*}meta-name")), one.find("{*}meta-value")
        if value is not None and heading_kind(name) == "about":
            lines = Lines(Aside())
            lines.add_content(value)
            writer.add_lines(name, lines.lines, "about")
    writer.add_notes(meta.iterfind("{*}author-notes/{*}fn"), "Author notes")


def _awards(meta: Element) -> list[str]:
    """One line for each grant: who gave it, and its numbers."""
    lines: list[str] = []
    for award in meta.iterfind("{*}funding-group/{*}award-group"):
        sources = [text_of(one) for one in award.iterfind("{*}funding-source")]
        numbers = [text_of(one) for one in award.iterfind("{*}award-id")]
        lines.append(": ".join(filter(None, (", ".join(sources), ", ".join(numbers)))))
    return lines


JATS = Format("JATS or PMC full text (XML)", _matches, _parse)
