"""What a web page says of its article: `citation_*`, Dublin Core, PRISM and JSON-LD in, a draft out.

An identifier is taken from the surest of these that has one, and only where that names a single
one: a page lists other papers too. A page that names several articles as its own is one of none.
"""

import re
from collections.abc import Callable, Iterator

from index.identifiers import normalise_doi
from index.models import Author
from index.parsers.languages import language_code
from index.parsers.paper_draft import PaperDraft, iso_date
from index.parsers.references.fields import is_group
from index.parsers.web.linked_data import (
    linked_article,
    linked_authors,
    linked_journal,
    single_text,
    texts_in,
)
from index.parsers.xml_reading import Element, text_of

_DOI = re.compile(r"(?:doi:\s*|info:doi/|https?://(?:dx\.)?doi\.org/)?(10\.\d{4,9}/\S+)", re.I)
_PUBMED = re.compile(
    r"https?://(?:pubmed\.ncbi\.nlm\.nih\.gov|(?:www\.)?ncbi\.nlm\.nih\.gov/pubmed)/(\d{1,8})/?"
)
_PMC = re.compile(
    r"https?://(?:pmc\.ncbi\.nlm\.nih\.gov|(?:www\.)?ncbi\.nlm\.nih\.gov/pmc)/articles/"
    r"(PMC\d{1,9})(?:\.\d)?/?",
    re.IGNORECASE,
)
_YEAR_FIRST = re.compile(r"(\d{4})(?:[-/. ](\d{1,2}|[A-Za-z]{3,9})(?:[-/. ](\d{1,2}))?)?(?!\d)")
_DAY_FIRST = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\s+([A-Za-z]{3,9})\.?,?\s+(\d{4})")
_MONTH_FIRST = re.compile(r"([A-Za-z]{3,9})\.?\s+(?:(\d{1,2})(?:st|nd|rd|th)?,?\s+)?(\d{4})")
_TITLES = ("citation_title", "dc.title", "dcterms.title", "prism.title", "bepress_citation_title")
_DATES = (
    *("citation_publication_date", "citation_date", "prism.publicationdate", "dc.date"),
    *("dc.date.issued", "dcterms.issued", "dcterms.date", "bepress_citation_date"),
    *("citation_online_date", "citation_cover_date"),
)
_CONTAINERS = (
    *("citation_journal_title", "prism.publicationname", "citation_inbook_title"),
    *("citation_conference_title", "citation_journal_abbrev"),
)


class PageMetadata:
    """What the page says of itself, field by field."""

    def __init__(self, root: Element) -> None:
        self._metas = list(_metas(root))
        self._linked = linked_article(root)
        self._root = root
        self.is_article = len(set(self._all("citation_title"))) == 1

    def draft(self) -> PaperDraft:
        """The fields; without those that are not given, and without sections."""
        if len(set(self._all("citation_title"))) > 1:
            return PaperDraft(languages=self._languages())
        first, last = (
            self._first(f"citation_{name}page", f"prism.{other}page")
            for name, other in (("first", "starting"), ("last", "ending"))
        )
        return PaperDraft(
            title=self._title(),
            labelled=list(self._identifiers()),
            authors=list(self._authors()),
            container=self._first(*_CONTAINERS) or linked_journal(self._linked),
            date=self._date(),
            volume=self._first("citation_volume", "prism.volume"),
            issue=self._first("citation_issue", "prism.number", "prism.issueidentifier"),
            pages="-".join(dict.fromkeys(filter(None, (first, last)))) if first else None,
            languages=self._languages(),
            keywords=list(self._keywords()),
            license=self._license(),
            url=self.canonical if self.canonical.startswith("http") else None,
            copyright=self._first("dc.copyright"),
        )

    @property
    def canonical(self) -> str:
        """The address that the page gives as its own; "" where it gives none, or several."""
        links = {
            (link.get("href") or "").strip()
            for link in self._root.iter("link")
            if "canonical" in (link.get("rel") or "").lower().split()
        }
        return links.pop() if len(links) == 1 else ""

    @property
    def abstract(self) -> str | None:
        """The abstract that stands in the head of the page."""
        return self._first("citation_abstract")

    @property
    def page_titles(self) -> list[str]:
        """Titles of the page itself, which may bear the name of the site."""
        shown = text_of(self._root.find(".//title"))
        return [title for title in (self._first("og:title"), shown) if title]

    def _all(self, *names: str) -> list[str]:
        return [value for name in names for given, value in self._metas if given == name]

    def _first(self, *names: str) -> str | None:
        return next(iter(self._all(*names)), None)

    def _title(self) -> str | None:
        linked = self._linked.get("name") or self._linked.get("headline")
        return self._first(*_TITLES) or single_text(linked)

    def _identifiers(self) -> Iterator[tuple[str, str]]:
        address = self.canonical
        own = self._linked
        named = [own.get("@id"), own.get("sameAs"), own.get("doi"), own.get("identifier")]
        weaker = (
            self._all("prism.doi", "bepress_citation_doi", "dc.identifier", "dc.identifier.doi"),
            [text for one in named for text in texts_in(one)],
            [address],
        )
        if self._all("citation_doi"):
            yield from (("doi", value) for value in self._all("citation_doi"))
        else:
            yield from (("doi", doi) for doi in _surest(weaker, _doi_in)[:1])
        for label, pattern in (("pmid", _PUBMED), ("pmcid", _PMC)):
            given = self._all(f"citation_{label}")
            if not given and (match := pattern.fullmatch(address)):
                given = [match.group(1).upper()]
            yield from ((label, value) for value in given)

    def _authors(self) -> Iterator[Author]:
        """Those of `citation_author`; an institution that follows one is theirs."""
        found: list[tuple[str, list[str]]] = []
        for name, value in self._metas:
            if name in ("citation_author", "bepress_citation_author"):
                found.append((value, []))
            elif name == "citation_author_institution" and found:
                found[-1][1].append(value)
        if not found:
            lists = self._all("citation_authors")
            names = [one for text in lists for one in text.split(";")] or self._all("dc.creator")
            found = [(name, []) for name in names]
        if not found:
            found = list(linked_authors(self._linked))
        for name, places in found:
            written, family = _family_first(name)
            if written:
                yield Author(written, "; ".join(dict.fromkeys(places)) or None, family)

    def _date(self) -> str | None:
        """When it appeared; of a page that was changed in a later year, only what cites it says."""
        if date := _first_date(self._all(*_DATES)):
            return date
        published = _first_date(
            [*texts_in(self._linked.get("datePublished")), *self._all("article:published_time")]
        )
        changed = _first_date(
            [*texts_in(self._linked.get("dateModified")), *self._all("article:modified_time")]
        )
        is_changed = published and changed and published[:4] != changed[:4]
        return None if is_changed and not self.is_article else published

    def _languages(self) -> list[str]:
        shown = self._root.get("lang") or self._root.get("{*}lang") or self._root.get("xml:lang")
        given = [*self._all("citation_language", "dc.language"), shown or ""]
        return [code for text in given if (code := language_code(text))][:1]

    def _keywords(self) -> Iterator[str]:
        given = self._all("citation_keywords", "citation_keyword")
        given = given or texts_in(self._linked.get("keywords"))
        if not given and self.is_article:
            given = self._all("keywords")
        for text in given:
            yield from (one.strip() for one in text.split(";" if ";" in text else ","))

    def _license(self) -> str | None:
        links = [
            (link.get("href") or "").strip()
            for link in self._root.iter("link", "a")
            if "license" in (link.get("rel") or "").lower().split()
        ]
        given = [*links, *texts_in(self._linked.get("license"))]
        given = given or self._all("dc.rights", "dcterms.license", "citation_license")
        addresses = {one for one in given if one.startswith(("http://", "https://"))}
        return addresses.pop() if len(addresses) == 1 else None


def written_date(text: str) -> str | None:
    """ISO date of `2020/05/03`, `2020-05`, `3 May 2020` or `May 3, 2020`; else its only year."""
    text = text.strip()
    if match := _YEAR_FIRST.match(text):
        return iso_date(*match.groups())
    if match := _DAY_FIRST.match(text):
        return iso_date(match[3], match[2], match[1])
    if match := _MONTH_FIRST.match(text):
        return iso_date(match[3], match[1], match[2])
    years = set(re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", text))
    return years.pop() if len(years) == 1 else None


def _first_date(texts: list[str]) -> str | None:
    return next((date for text in texts if (date := written_date(text))), None)


def _metas(root: Element) -> Iterator[tuple[str, str]]:
    for meta in root.iter("meta"):
        name = meta.get("name") or meta.get("property") or meta.get("itemprop") or ""
        value = " ".join((meta.get("content") or "").split())
        if name and value:
            yield name.strip().lower(), value


def _doi_in(text: str) -> str | None:
    match = _DOI.fullmatch(text.strip())
    return normalise_doi(match.group(1)) if match else None


def _surest(tiers: tuple[list[str], ...], read: Callable[[str], str | None]) -> list[str]:
    """What the first tier with anything says, where that is one thing only."""
    for tier in tiers:
        found = {value for text in tier if (value := read(text))}
        if found:
            return list(found) if len(found) == 1 else []
    return []


def _family_first(name: str) -> tuple[str, str | None]:
    """`Smith, John A.` as `Smith John A.` and `Smith`; a name that is not parted stays as it is."""
    family, comma, given = (part.strip() for part in name.partition(","))
    if not (comma and family and given and "," not in given):
        return name.strip(" ,;"), None
    return f"{family} {given}", None if is_group(name) else family
