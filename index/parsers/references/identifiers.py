"""Identifiers in the fields of a reference: a field's text in, (label, value) pairs of the paper's own out.

A DOI counts in a field for DOIs, in a link to doi.org, and as a line `DOI: …` of a note; a PMID or
PMCID in a field for it and as such a line. What else stands in a note may be another paper's.
"""

import re
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from index.errors import DocumentError
from index.identifiers import PMCID, PMID, normalise_doi, trim_doi

Labelled = tuple[str, str]

_DOI = re.compile(r"10\.[0-9]{4,9}/\S+")
_ANOTHER_DOI = re.compile(
    r"[\s;,|]+(?=(?:doi:\s*|https?://(?:dx\.)?doi\.org/)?10\.[0-9]{4,9}/)", re.I
)
_LABEL = re.compile(r"^doi\s*[:=]\s*", re.IGNORECASE)
_DOI_HOSTS = frozenset({"doi.org", "dx.doi.org", "www.doi.org"})
_NOTHING = frozenset({"", "-", "n/a", "na", "none", "null", "nan", "no doi"})
_LABELLED = re.compile(
    r"(?P<pmid>PMID)\s*:\s*(\d{1,9})|(?P<pmcid>PMCID)\s*:\s*(PMC\d{1,10})"
    r"|(?P<doi>DOI)\s*:\s*(10\.\S+)",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"[\s;,.]*")
_MARKED = re.compile(r"(\S+?)\s*\[(pmid|pmcid)\]", re.IGNORECASE)
_ISBN = re.compile(
    r"(?<![\dX-])(?:97[89][ -]?)?\d(?:[ -]?\d){8}[ -]?[\dX](?![\dX-])", re.IGNORECASE
)
_LONGEST_NOTE_LINE = 300


def doi_field(text: str) -> list[Labelled]:
    """What a field for DOIs holds; one that cannot be written down whole is left out.

    Text that is no DOI is given back too, so that the record is refused with it.
    """
    found = list[Labelled]()
    for one in _ANOTHER_DOI.split(_LABEL.sub("", text.strip())):
        value = unquote(one) if "://" in one or "%2f" in one.lower() else one
        if value.strip().lower() in _NOTHING:
            continue
        match = _DOI.search(value)
        if match is None:
            found.append(("doi", value.strip()))
        elif _is_whole(match.group()):
            found.append(("doi", match.group()))
    return found


def doi_link(address: str) -> list[Labelled]:
    """The DOI that an address of doi.org leads to; nothing for any other address."""
    try:
        parts = urlsplit(address.strip())
        host = parts.hostname
    except ValueError:
        return []
    match = _DOI.fullmatch(unquote(parts.path.lstrip("/"))) if host in _DOI_HOSTS else None
    return [("doi", match.group())] if match and _is_whole(match.group()) else []


def note_lines(text: str) -> list[Labelled]:
    """Identifiers on lines of a note that hold nothing else: `PMID: 123; PMCID: PMC45`."""
    found = list[Labelled]()
    for line in text.splitlines():
        if ":" in line and len(line) <= _LONGEST_NOTE_LINE:
            found += _only_identifiers(line.strip())
    return found


def marked(text: str) -> list[Labelled]:
    """`26957754[pmid]`, as NLM's own exports write it."""
    match = _MARKED.fullmatch(text.strip())
    return [(match.group(2).lower(), match.group(1))] if match else []


def pmid_field(text: str) -> list[Labelled]:
    """The PMID in a field that holds PMIDs only where it has the form of one."""
    value = re.sub(r"^(?:PMID|PUBMED|MEDLINE)\s*:?\s*", "", text.strip(), flags=re.IGNORECASE)
    return [("pmid", value)] if PMID.fullmatch(value) else []


def pmcid_field(text: str) -> list[Labelled]:
    """The PMCID in a field that holds PMCIDs only where it has the form of one."""
    value = re.sub(r"^PMCID\s*:?\s*", "", text.strip(), flags=re.IGNORECASE)
    return [("pmcid", value)] if PMCID.fullmatch(re.sub(r"\.\d{1,2}$", "", value)) else []


def only_isbn(texts: Iterable[str]) -> list[Labelled]:
    """The ISBN of a book, with 13 digits where it is given both ways; none where it has several."""
    found = {re.sub(r"[ -]", "", one).upper() for text in texts for one in _ISBN.findall(text)}
    long = {one for one in found if len(one) == 13}
    distinct = long | {one for one in found - long if all(one[:9] != two[3:12] for two in long)}
    return [("isbn", distinct.pop())] if len(distinct) == 1 else []


def _only_identifiers(line: str) -> list[Labelled]:
    found, position = list[Labelled](), 0
    while position < len(line):
        match = _LABELLED.match(line, position)
        if match is None:
            return []
        label = next(name for name in ("pmid", "pmcid", "doi") if match[name])
        found.append((label, match.group(match.lastindex or 0)))
        position = _BETWEEN.match(line, match.end()).end()  # type: ignore[union-attr]
    return [(label, value) for label, value in found if label != "doi" or _is_whole(value)]


def _is_whole(doi: str) -> bool:
    """False where a normalised DOI would lack a part of it, which would make it another's."""
    try:
        return normalise_doi(doi) == trim_doi(doi)
    except DocumentError:
        return True
