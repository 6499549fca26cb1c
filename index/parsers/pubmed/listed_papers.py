"""The papers that a PubMed page lists: headed lists of entries in, `Related` records out.

An entry of "Similar articles" or "Cited by" runs: title, journal, date and pages, DOI, journal
again, year, PMID, marks such as "Review". An entry of "References" is a Vancouver citation; it is
joined to a listed paper that shares an identifier, or has its title, journal and year.
"""

import re
from dataclasses import replace

from index.identifiers import DOI, DOI_IN_TEXT, PMCID_IN_TEXT, PMID_IN_TEXT, Identifiers, trim_doi
from index.models import Author, Mention, Related, Relation
from index.parsers.author_names import family_before_initials
from index.parsers.canonical_text import CanonicalText

_RELATIONS: dict[str, Relation] = {
    "Similar articles": "similar",
    "Cited by": "cited_by",
    "References": "reference",
}
_TAIL = re.compile(
    r"(?:^|[.?!]\s*)(?P<container>[^.?!]+)\.\s+(?P<year>(?:19|20)\d\d)\.\s+PMID:\s*(?P<pmid>\d+)"
    r"(?P<marks>.*)$",
    re.DOTALL,
)
_PARTICLES = r"(?:(?:van|von|de|den|der|di|da|dos|del|della|la|le|el|al|bin|ten|ter|zu) )*"
_NAME = rf"{_PARTICLES}[A-ZÀ-Þ][\w'’-]*(?: [A-ZÀ-Þ][\w'’-]*)* [A-Z]{{1,3}}(?: (?:Jr|Sr|2nd|3rd|II|III))?"
_AUTHOR_LIST = rf"(?P<authors>{_NAME}(?:, {_NAME})*(?:, et al)?)\.\s+"
_VANCOUVER = re.compile(
    rf"^(?:{_AUTHOR_LIST})?(?P<title>.+?[.?!])\s+(?P<container>[^.?!]+)\.\s+(?P<year>(?:19|20)\d\d)\b"
)
_LEADING_AUTHORS = re.compile(rf"(?<=[.?!])\s+{_AUTHOR_LIST}$", re.DOTALL)
_LINK_LABELS = re.compile(r"(?:\s+-\s+(?:PubMed|PMC|DOI))+\s*$")
_MARKS = ("Review", "Clinical Trial", "Meta-Analysis", "Randomized Controlled Trial", "Preprint")
_WORDS = re.compile(r"\w+")


def add_listed_papers(canonical: CanonicalText, lists: dict[str, list[str]]) -> tuple[Related, ...]:
    """Append each list to `canonical` as a section; the papers listed, each once."""
    papers: list[Related] = []
    for heading, lines in lists.items():
        entries = _entries(lines)
        section = canonical.add_section(
            heading, "\n".join(entries), kind="listing", heading=heading
        )
        start = section.start if section else 0
        for entry in entries:
            mention = Mention(_RELATIONS[heading], start, start + len(entry))
            _merge(papers, _parse_entry(entry, mention))
            start = mention.end + 1
    return tuple(papers)


def _entries(lines: list[str]) -> list[str]:
    """Lines joined to entries: a line that begins with a hyphen begins a new one."""
    entries: list[list[str]] = []
    for line in lines:
        if line.startswith("-") or not entries:
            entries.append([])
        entries[-1].append(line.lstrip("- "))
    joined = (" ".join(part for part in entry if part) for entry in entries)
    return [text for entry in joined if (text := _LINK_LABELS.sub("", entry).strip())]


def _parse_entry(entry: str, mention: Mention) -> Related:
    tail = _TAIL.search(entry)
    vancouver = None if tail else _VANCOUVER.match(entry)
    if tail:
        container = tail["container"].strip()
        title, authors = _title_and_authors(entry[: tail.start("container")], container)
        year, marks = int(tail["year"]), tail["marks"]
    elif vancouver:
        title, container = vancouver["title"], vancouver["container"]
        authors = _author_list(vancouver["authors"])
        year, marks = int(vancouver["year"]), ""
    else:
        title, container, authors, year, marks = entry, None, (), None, ""
    return Related(
        identifiers=_identifiers(entry, title, tail["pmid"] if tail else None),
        title=title.strip(),
        authors=authors,
        container=container,
        date=_date(entry, container),
        year=year,
        publication_types=tuple(mark for mark in _MARKS if f"{mark}." in marks),
        mentions=(mention,),
    )


def _title_and_authors(head: str, container: str) -> tuple[str, tuple[Author, ...]]:
    """Cut `head` where the journal begins; what stands before it is title, then maybe authors."""
    starts = [
        match.start() for match in re.finditer(rf"{re.escape(container)}\.\s+(?:19|20)\d\d\b", head)
    ]
    title = head[: starts[-1]] if starts else head
    authors = _LEADING_AUTHORS.search(f"{title.rstrip()} ")
    if authors:
        return title[: authors.start()], _author_list(authors["authors"])
    return title, ()


def _author_list(text: str | None) -> tuple[Author, ...]:
    names = (text or "").split(", ")
    return tuple(
        Author(name, family=family_before_initials(name))
        for name in map(str.strip, names)
        if name not in ("", "et al")
    )


def _date(entry: str, container: str | None) -> str | None:
    if container is None:
        return None
    pattern = rf"{re.escape(container)}\.\s+((?:19|20)\d\d(?: [A-Z][a-z]{{2}}(?:-[A-Z][a-z]{{2}})?)?(?: \d{{1,2}})?)\b"
    match = re.search(pattern, entry)
    return match.group(1) if match else None


def _identifiers(entry: str, title: str, pmid: str | None) -> Identifiers:
    """The entry's own: what stands after its title, for a title may name another paper."""
    rest = entry[entry.find(title) + len(title) :] if title != entry else entry
    labelled = pmid or next(reversed(PMID_IN_TEXT.findall(rest)), None)
    pmcid = PMCID_IN_TEXT.search(rest)
    dois = [doi for doi in map(trim_doi, DOI_IN_TEXT.findall(rest)) if DOI.fullmatch(doi)]
    return Identifiers(
        pmid=labelled,
        pmcid=pmcid.group().upper() if pmcid else None,
        doi=dois[-1] if dois else None,
    )


def _merge(papers: list[Related], paper: Related) -> None:
    for position, known in enumerate(papers):
        if _same_paper(known, paper):
            papers[position] = replace(
                known,
                identifiers=known.identifiers.united_with(paper.identifiers),
                authors=known.authors or paper.authors,
                publication_types=known.publication_types or paper.publication_types,
                mentions=known.mentions + paper.mentions,
            )
            return
    papers.append(paper)


def _same_paper(one: Related, other: Related) -> bool:
    if one.identifiers.items() and other.identifiers.items():
        return one.identifiers.shares_one_with(other.identifiers)
    keys = [
        (one.year, _title_key(one.title), _title_key(one.container or "")) for one in (one, other)
    ]
    return all(keys[0]) and keys[0] == keys[1]


def _title_key(title: str) -> str:
    return " ".join(_WORDS.findall(title.lower()))
