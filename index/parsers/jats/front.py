"""What a JATS article says of itself: its `front` in, the fields of a draft out.

The date is the one that the paper is cited by: of the issue in print, else of the collection, else
online; and as precise as another date of the same year (and month) tells it. Dates of deposit at
PubMed Central are none of the paper's.
"""

import re
from collections.abc import Iterator

from index.parsers.jats.people import authors_of
from index.parsers.jats.text import one_line
from index.parsers.languages import language_code
from index.parsers.paper_draft import PaperDraft, iso_date
from index.parsers.xml_reading import Element, child_text, text_of

XLINK = "{http://www.w3.org/1999/xlink}href"
XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_LABELS = {"pmid": "pmid", "pmc": "pmcid", "pmcid": "pmcid", "doi": "doi"}
_CITED_DATES = ("ppub", "collection", "epub-ppub", "epub", "preprint")
_TYPES = {
    "review-article": "Review",
    "systematic-review": "Systematic Review",
    "meta-analysis": "Meta-Analysis",
    "case-report": "Case Reports",
    "clinical-trial": "Clinical Trial",
    "randomized-controlled-trial": "Randomized Controlled Trial",
    "guideline": "Guideline",
    "editorial": "Editorial",
    "letter": "Letter",
    "article-commentary": "Comment",
    "correction": "Published Erratum",
    "retraction": "Retraction Notice",
    "expression-of-concern": "Expression of Concern",
    "preprint": "Preprint",
    "news": "News",
    "obituary": "Obituary",
}
"""What `article-type` means in PubMed's words, where PubMed has a word that means the same."""
_HEADINGS = {
    "review": "Review",
    "review article": "Review",
    "systematic review": "Systematic Review",
    "meta-analysis": "Meta-Analysis",
    "systematic review and meta-analysis": "Systematic Review; Meta-Analysis",
    "case report": "Case Reports",
    "case reports": "Case Reports",
    "clinical trial": "Clinical Trial",
    "randomized controlled trial": "Randomized Controlled Trial",
    "randomised controlled trial": "Randomized Controlled Trial",
    "guideline": "Guideline",
    "practice guideline": "Practice Guideline",
    "editorial": "Editorial",
    "letter": "Letter",
    "letter to the editor": "Letter",
    "correction": "Published Erratum",
    "author correction": "Published Erratum",
    "publisher correction": "Published Erratum",
    "corrigendum": "Published Erratum",
    "erratum": "Published Erratum",
    "retraction": "Retraction Notice",
    "retraction note": "Retraction Notice",
    "retraction notice": "Retraction Notice",
    "expression of concern": "Expression of Concern",
}
"""What the heading that a journal prints over the paper means in PubMed's words."""


def draft_of(article: Element) -> PaperDraft:
    """The fields that `front` gives; sections are left empty."""
    meta = article.find("{*}front/{*}article-meta")
    language = article.get(XML_LANGUAGE) or ""
    draft = PaperDraft(
        container=_container(article.find("{*}front/{*}journal-meta")),
        publication_types=list(_publication_types(article)),
        languages=[code] if (code := language_code(language)) else [],
    )
    if meta is None:
        return draft
    draft.title = _title(meta.find("{*}title-group"))
    draft.labelled = labelled_identifiers(meta)
    draft.authors = authors_of(meta)
    draft.date = _date(meta)
    draft.volume = child_text(meta, "{*}volume")
    draft.issue = child_text(meta, "{*}issue") or child_text(meta, "{*}supplement")
    draft.pages = _pages(meta)
    draft.keywords = list(_keywords(meta, language))
    draft.license = _license(meta)
    draft.copyright = _copyright(meta)
    draft.url = _address(meta)
    return draft


def labelled_identifiers(meta: Element) -> list[tuple[str, str]]:
    """The labelled identifiers of the paper; those of one of its versions are passed over.

    So is a DOI with angle brackets, as some of the last century have: cut short, it is another.
    """
    found: list[tuple[str, str]] = []
    for one in meta.iterfind("{*}article-id"):
        label = _LABELS.get((one.get("pub-id-type") or "").lower())
        value = text_of(one)
        is_cut = label == "doi" and re.search(r"[<>]", value) is not None
        if label and value and not is_cut and one.get("specific-use") != "version":
            is_bare = label == "pmcid" and value[:1].isdigit()
            found.append((label, f"PMC{value}" if is_bare else value))
    if not any(label == "pmcid" for label, _ in found):
        number = text_of(meta.find("{*}article-id[@pub-id-type='pmcaid']")).upper()
        if number:
            found.append(("pmcid", f"PMC{number.removeprefix('PMC')}"))
    return found


def _title(group: Element | None) -> str | None:
    if group is None:
        return None
    title, subtitle = (
        one_line(group.find(f"{{*}}{name}"), skip=("xref", "fn"))
        for name in ("article-title", "subtitle")
    )
    if title and subtitle:
        return f"{title} {subtitle}" if title[-1] in ":.?!–—" else f"{title}: {subtitle}"
    return title or subtitle or None


def _container(journal: Element | None) -> str | None:
    if journal is None:
        return None
    paths = (
        "{*}journal-title-group/{*}journal-title",
        "{*}journal-title",
        "{*}journal-title-group/{*}abbrev-journal-title",
        "{*}journal-id[@journal-id-type='nlm-ta']",
    )
    return next((text for path in paths if (text := child_text(journal, path))), None)


def _publication_types(article: Element) -> Iterator[str]:
    yield from filter(None, [_TYPES.get((article.get("article-type") or "").lower())])
    groups = article.iterfind("{*}front/{*}article-meta/{*}article-categories/{*}subj-group")
    for group in groups:
        if group.get("subj-group-type") in ("heading", "article-type", None):
            for subject in group.iterfind("{*}subject"):
                yield from filter(None, _HEADINGS.get(text_of(subject).lower(), "").split("; "))


def _date(meta: Element) -> str | None:
    """The date that the paper is cited by, as precise as its other dates tell it."""
    dates: dict[str, str] = {}
    for one in meta.iterfind("{*}pub-date"):
        kind = one.get("pub-type") or _kind_of_date(one)
        if kind in _CITED_DATES and (date := _written(one)):
            dates.setdefault(kind, date)
    cited = next((dates[kind] for kind in _CITED_DATES if kind in dates), None)
    if cited is None:
        return None
    return max((one for one in dates.values() if one.startswith(cited)), key=len)


def _kind_of_date(date: Element) -> str:
    """What newer files say with two attributes, in one word of older ones."""
    kind, medium = date.get("date-type") or "pub", date.get("publication-format")
    if kind != "pub":
        return kind
    return {"print": "ppub", "ppub": "ppub"}.get(medium or "", "epub")


def _written(date: Element) -> str | None:
    parts = (child_text(date, f"{{*}}{name}") for name in ("year", "month", "day"))
    return iso_date(*parts)


def _pages(meta: Element) -> str | None:
    spread = child_text(meta, "{*}page-range")
    if spread and "," in spread:
        return spread
    first, last = child_text(meta, "{*}fpage"), child_text(meta, "{*}lpage")
    if first:
        return f"{first}-{last}" if last and last != first else first
    return child_text(meta, "{*}elocation-id") or spread


def _keywords(meta: Element, language: str) -> Iterator[str]:
    """The authors' keywords in the paper's language; lists of abbreviations and subjects are none."""
    for group in meta.iterfind("{*}kwd-group"):
        kind = (group.get("kwd-group-type") or "author").lower()
        own = group.get(XML_LANGUAGE) or language
        is_other_list = "abbrev" in text_of(group.find("{*}title")).lower()
        if is_other_list or not (kind.startswith("author") or kind in ("keywords", "kwd", "free")):
            continue
        if language and own[:2].lower() != language[:2].lower():
            continue
        for one in group.iter("{*}kwd", "{*}compound-kwd"):
            parts = one.findall("{*}compound-kwd-part")
            text = " – ".join(one_line(part) for part in parts) or one_line(one)
            yield text.strip(" ;,")


def _license(meta: Element) -> str | None:
    """The address of the licence, else its words."""
    for one in meta.iterfind("{*}permissions/{*}license"):
        address = one.get(XLINK) or text_of(one.find("{*}license_ref"))
        if address or (words := text_of(one)):
            return address or words
    return text_of(meta.find("{*}permissions/{*}license_ref")) or None


def _copyright(meta: Element) -> str | None:
    permissions = meta.find("{*}permissions")
    within = meta if permissions is None else permissions
    statement = child_text(within, "{*}copyright-statement")
    if statement:
        return statement
    year, holder = (child_text(within, f"{{*}}copyright-{name}") for name in ("year", "holder"))
    return f"© {year} {holder}" if year and holder else None


def _address(meta: Element) -> str | None:
    for one in meta.iterfind("{*}self-uri"):
        address = one.get(XLINK) or text_of(one)
        is_file = (one.get("content-type") or "").lower() in ("pdf", "xml", "epub")
        if re.match(r"https?://\S+$", address) and not is_file:
            return address
    return None
