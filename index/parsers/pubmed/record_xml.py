"""PubMed's XML: a set of articles and book chapters in, of each the paper and its standing out.

Read are what E-utilities and the yearly baseline give (`PubmedArticleSet`), one article of it alone,
and the sets of earlier years (`MedlineCitationSet`). Identifiers are taken only from where the record
speaks of itself, never from its references or from the papers that it corrects. Grants, substances
and references are left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from index.identifiers import PMID
from index.parsers.languages import language_code
from index.parsers.paper_draft import DraftSection, PaperDraft
from index.parsers.pubmed.books import read_book
from index.parsers.pubmed.elements import (
    abstract_parts,
    authors_of,
    date_of,
    keywords_of,
    location_doi,
    marked_text,
    own_ids,
    pages_of,
)
from index.parsers.pubmed.fields import (
    CONFLICTS,
    VERNACULAR_TITLE,
    mesh_pairs,
    other_abstract_name,
    title_of,
)
from index.parsers.pubmed.status import Remark, is_of_standing, status_report
from index.parsers.records import Format, Parsed, Record, attempt
from index.parsers.source_file import SourceFile
from index.parsers.xml_reading import Element, child_text, iter_elements, root_tag, text_of

_CITATION_SETS = frozenset({"MedlineCitationSet", "MedlineCitation"})
_ARTICLE_SETS = frozenset(
    {"PubmedArticleSet", "PubmedArticle", "PubmedBookArticleSet", "PubmedBookArticle"}
)
_DESCRIPTORS = ("DescriptorName", "Descriptor")
_QUALIFIERS = ("QualifierName", "SubHeading")
_PMIDS = ("PMID", "MedlineCitation/PMID", "BookDocument/PMID")
_SOURCE = "PubMed record"


def _matches(source: SourceFile) -> bool:
    return root_tag(source) in _ARTICLE_SETS | _CITATION_SETS


def _parse(source: SourceFile) -> Iterator[Record]:
    is_bare = root_tag(source) in _CITATION_SETS
    tags = ["MedlineCitation"] if is_bare else ["PubmedArticle", "PubmedBookArticle"]
    for number, element in enumerate(iter_elements(source, tags), start=1):
        yield attempt(_where(number, element), partial(_parsed, element, source))


def _where(number: int, element: Element) -> str:
    pmid = next((one.text for path in _PMIDS if (one := element.find(path)) is not None), None)
    is_valid = PMID.fullmatch(pmid or "") is not None
    return f"record {number} (PMID {pmid})" if is_valid else f"record {number}"


def _parsed(element: Element, source: SourceFile) -> Parsed:
    if element.tag == "PubmedBookArticle":
        draft = read_book(element)
        report = status_report(_SOURCE, [], draft.publication_types, as_of=None)
        return Parsed(draft.to_document(source), report)
    citation = _Citation()
    citation.draft.labelled += own_ids(element.find("PubmedData/ArticleIdList"))
    whole = element if element.tag == "MedlineCitation" else element.find("MedlineCitation")
    if whole is not None:
        citation.read(whole)
    report = status_report(_SOURCE, citation.remarks, citation.types, as_of=citation.revised)
    return Parsed(citation.finished().to_document(source), report)


@dataclass(slots=True)
class _Citation:
    """What was read of a `MedlineCitation` so far."""

    draft: PaperDraft = field(default_factory=PaperDraft)
    remarks: list[Remark] = field(default_factory=list)
    types: set[str] = field(default_factory=set)
    """Publication types by name and by their MeSH number."""
    revised: str | None = None
    vernacular: str = ""
    keyword_lists: list[Element] = field(default_factory=list)

    def read(self, citation: Element) -> None:
        draft = self.draft
        for child in citation:
            tag = child.tag
            if tag == "Article":
                self._read_article(child)
            elif tag == "PMID":
                draft.labelled.append(("pmid", text_of(child)))
            elif tag == "DateRevised":
                self.revised = date_of(child)
            elif tag == "MeshHeadingList":
                for heading in child:
                    draft.mesh_terms += _mesh_terms(heading)
            elif tag == "KeywordList":
                self.keyword_lists.append(child)
            elif tag in ("CommentsCorrectionsList", "CommentsCorrections"):
                self.remarks += _remarks(child)
            elif tag == "OtherAbstract":
                draft.sections += _other_abstract(child)
            elif tag == "CoiStatement":
                draft.sections.append(DraftSection(CONFLICTS, text_of(child)))
            elif tag == "MedlineJournalInfo" and not draft.container:
                draft.container = child_text(child, "MedlineTA")

    def finished(self) -> PaperDraft:
        draft = self.draft
        draft.keywords = keywords_of(self.keyword_lists)
        draft.title = title_of(draft.title, self.vernacular)
        if self.vernacular != draft.title:
            draft.sections.append(DraftSection(VERNACULAR_TITLE, self.vernacular, "about"))
        return draft

    def _read_article(self, article: Element) -> None:
        draft = self.draft
        electronic: str | None = None
        for child in article:
            tag = child.tag
            if tag == "ArticleTitle":
                draft.title = marked_text(child)
            elif tag == "Abstract":
                for label, text in abstract_parts(child):
                    draft.add_abstract(text, label)
                draft.copyright = child_text(child, "CopyrightInformation")
            elif tag == "AuthorList":
                draft.authors += authors_of(child)
            elif tag == "Journal":
                _read_journal(draft, child)
            elif tag == "Pagination":
                draft.pages = pages_of(child)
            elif tag == "ELocationID":
                draft.labelled += location_doi(child)
            elif tag == "Language":
                code = language_code(text_of(child))
                draft.languages += [code] if code else []
            elif tag == "PublicationTypeList":
                names = [text_of(one) for one in child]
                draft.publication_types += names
                self.types.update(names, (one.get("UI", "") for one in child))
            elif tag == "VernacularTitle":
                self.vernacular = marked_text(child)
            elif tag == "ArticleDate":
                electronic = electronic or date_of(child)
        draft.date = draft.date or electronic


def _read_journal(draft: PaperDraft, journal: Element) -> None:
    draft.container = child_text(journal, "Title") or child_text(journal, "ISOAbbreviation")
    for child in journal.iterfind("JournalIssue/*"):
        if child.tag == "Volume":
            draft.volume = text_of(child)
        elif child.tag == "Issue":
            draft.issue = text_of(child)
        elif child.tag == "PubDate":
            draft.date = date_of(child)


def _mesh_terms(heading: Element) -> list[str]:
    descriptor = next((text_of(one) for one in heading if one.tag in _DESCRIPTORS), "")
    return mesh_pairs(descriptor, [text_of(one) for one in heading if one.tag in _QUALIFIERS])


def _other_abstract(element: Element) -> Iterator[DraftSection]:
    name = other_abstract_name(element.get("Type", ""), element.get("Language", "eng"))
    for label, text in abstract_parts(element) if name else ():
        yield DraftSection(f"{name}: {label}" if label else name or "", text)


def _remarks(container: Element) -> Iterator[Remark]:
    """Lines on papers that speak of this one.

    Since 2009 each has its kind as an attribute; before that the kind was the element's own name.
    """
    for element in container:
        kind = element.get("RefType") or str(element.tag)
        if is_of_standing(kind):
            text, pmid = (child_text(element, name) or "" for name in ("RefSource", "PMID"))
            yield Remark(kind, text, pmid)


PUBMED_XML = Format("PubMed XML", _matches, _parse)
