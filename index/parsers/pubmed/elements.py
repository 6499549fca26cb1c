"""Elements that PubMed's XML uses for articles and for book chapters: one in, its fields out."""

from collections.abc import Iterator

from index.models import Author
from index.parsers.mathml import mathml_text
from index.parsers.pubmed.fields import is_placeholder, written_date
from index.parsers.xml_reading import Element, child_text, text_of

_NO_LABELS = frozenset({"", "UNLABELLED", "UNASSIGNED"})
_ID_LABELS = {"pubmed": "pmid", "pmc": "pmcid", "doi": "doi", "bookaccession": "nbk"}
_GIVEN_NAMES = ("Initials", "ForeName", "FirstName")


def marked_text(element: Element | None) -> str:
    """Text in which markup and formulas may stand, on one line; the formulas are replaced in place."""
    if element is not None and len(element):
        for formula in list(element.iter("{*}math")):
            written = mathml_text(formula)
            del formula[:]
            formula.text = written
    return text_of(element)


def own_ids(id_list: Element | None) -> Iterator[tuple[str, str]]:
    """(label, value) of an `ArticleIdList`; those that it does not give are skipped."""
    for child in id_list if id_list is not None else ():
        label = _ID_LABELS.get(child.get("IdType", "pubmed"))
        value = text_of(child)
        if label and value:
            yield label, value


def location_doi(element: Element) -> list[tuple[str, str]]:
    """The labelled DOI of an `ELocationID`, unless it is of another kind or marked as invalid."""
    value = text_of(element)
    is_doi = element.get("EIdType") == "doi" and element.get("ValidYN") != "N"
    return [("doi", value)] if is_doi and value else []


def date_of(element: Element) -> str | None:
    """ISO date of the `Year`, `Month` and `Day`, or of the `MedlineDate`, that it holds."""
    parts = {child.tag: text_of(child) for child in element}
    year, month, day = (parts.get(name) for name in ("Year", "Month", "Day"))
    if not year:
        return written_date(parts.get("MedlineDate", ""))
    return written_date(" ".join((year, month, *([day] if day else []))) if month else year)


def pages_of(pagination: Element) -> str | None:
    """`335-339` or `e23087`, as MEDLINE writes it."""
    pages = child_text(pagination, "MedlinePgn")
    ends = [child_text(pagination, name) for name in ("StartPage", "EndPage")]
    return pages or "-".join(end for end in ends if end) or None


def authors_of(author_list: Element) -> Iterator[Author]:
    """Its authors, groups included; those marked as wrongly named are left out."""
    for element in author_list:
        if element.tag == "Author" and element.get("ValidYN") != "N":
            author = _author(element)
            if author.name:
                yield author


def abstract_parts(abstract: Element) -> Iterator[tuple[str | None, str]]:
    """(label, text) of its parts in order; neighbours without a label are paragraphs of one."""
    unlabelled: list[str] = []
    for element in abstract.iterchildren("AbstractText"):
        text = marked_text(element)
        label = (element.get("Label") or element.get("NlmCategory") or "").strip()
        if not text or is_placeholder(text):
            continue
        if label.upper() in _NO_LABELS:
            unlabelled.append(text)
            continue
        if unlabelled:
            yield None, "\n".join(unlabelled)
            unlabelled.clear()
        yield label, text
    if unlabelled:
        yield None, "\n".join(unlabelled)


def keywords_of(keyword_lists: list[Element]) -> list[str]:
    """The keywords of all lists, the authors' own before those of an indexer."""
    ordered = sorted(keyword_lists, key=lambda one: one.get("Owner") != "NOTNLM")
    return [marked_text(keyword) for one in ordered for keyword in one]


def _author(element: Element) -> Author:
    names: dict[str, str] = {}
    affiliations: list[str] = []
    for child in element:
        if child.tag == "AffiliationInfo":
            affiliations += (text_of(one) for one in child.iterchildren("Affiliation"))
        elif child.tag == "Affiliation":
            affiliations.append(text_of(child))
        else:
            names[str(child.tag)] = text_of(child)
    given = next((names[name] for name in _GIVEN_NAMES if names.get(name)), "")
    person = " ".join(part for part in (names.get("LastName"), given, names.get("Suffix")) if part)
    affiliation = "; ".join(one for one in affiliations if one)
    if not person:
        return Author(names.get("CollectiveName", ""), affiliation or None)
    return Author(person, affiliation or None, names.get("LastName") or None)
