"""MEDLINE text, also called nbib: records of tagged fields in, of each the paper and its standing out.

PubMed and PubMed Central export it, and so do reference managers. An author's affiliations stand
below the author; where names stand in blocks of their own, whose they are is unknown, and they are
left out. Of the standing only a record that PubMed made speaks; one of PubMed Central does not.
"""

import re
from collections.abc import Iterator
from functools import partial

from index.errors import DocumentError
from index.identifiers import PMID
from index.models import Author
from index.parsers.author_names import family_before_initials
from index.parsers.languages import language_code
from index.parsers.paper_draft import DraftSection, PaperDraft
from index.parsers.pubmed.fields import (
    CONFLICTS,
    VERNACULAR_TITLE,
    compact_date,
    is_placeholder,
    mesh_pairs,
    only_isbn,
    other_abstract_name,
    title_of,
    written_date,
)
from index.parsers.pubmed.medline_fields import TaggedRecord, looks_tagged, tagged_records
from index.parsers.pubmed.status import Remark, status_report
from index.parsers.records import Format, Parsed, Record, attempt
from index.parsers.source_file import SourceFile
from index.publication_status import StatusReport

_REMARKS = {
    "RIN": "RetractionIn",
    "RRI": "RetractedandRepublishedIn",
    "PRIN": "PartialRetractionIn",
    "ECI": "ExpressionOfConcernIn",
    "EIN": "ErratumIn",
    "CRI": "CorrectedandRepublishedIn",
    "UIN": "UpdateIn",
}
"""Those that speak of the record's own paper. `RPI`, "republished in", tells of a mere reprint."""
_OF_PUBMED = frozenset({"STAT", "OWN", "EDAT", "CRDT", "PST"})
_NUMBER = re.compile(r"(.+?)\s*\[(doi|bookaccession)\]")
_BARE_LOCATION = re.compile(r"[a-z]?\d+", re.IGNORECASE)
_OTHER_ABSTRACT = re.compile(
    r"(?:(AAMC|AIDS|KIE|PIP|NASA|Consumer|Publisher|plain-language-summary):\s*)?(.*)",
    re.IGNORECASE | re.DOTALL,
)


def _matches(source: SourceFile) -> bool:
    return looks_tagged(source.head_text.splitlines())


def _parse(source: SourceFile) -> Iterator[Record]:
    for number, record in enumerate(tagged_records(source), start=1):
        pmid = record.first("PMID") or ""
        where = f"record {number}" + (f" (PMID {pmid})" if PMID.fullmatch(pmid) else "")
        yield attempt(where, partial(_parsed, record, source))


def _parsed(record: TaggedRecord, source: SourceFile) -> Parsed:
    if record.problem:
        raise DocumentError(
            f"{record.problem} (it begins at line {record.line}).",
            "Part records by a blank line, and leave none within.",
        )
    return Parsed(_draft(record).to_document(source), _status(record))


def _draft(record: TaggedRecord) -> PaperDraft:
    book, journal = record.first("BTI"), record.first("JT") or record.first("TA")
    vernacular = record.first("TT")
    title = title_of(record.first("TI"), vernacular)
    if not (record.first("PMID") or record.first("PMC") or (title and _is_cited(record))):
        raise DocumentError(
            f"what begins at line {record.line} has no PMID and is no whole record.",
            "Leave no blank line within a record.",
        )
    date, electronic = record.first("DP"), record.first("DEP")
    draft = PaperDraft(
        title=title or book,
        labelled=list(_labelled(record)),
        authors=_authors(record),
        container=(book or journal) if title else journal,
        date=(written_date(date) if date else None)
        or (compact_date(electronic) if electronic else None),
        volume=record.first("VI"),
        issue=record.first("IP"),
        pages=record.first("PG") or _article_number(record),
        languages=[code for one in record.all("LA") if (code := language_code(one))],
        publication_types=record.all("PT"),
        keywords=[one.removeprefix("*") for one in record.all("OT")],
        mesh_terms=[term for one in record.all("MH") for term in _mesh_terms(one)],
        copyright=record.first("CI"),
    )
    draft.add_abstract(record.first("AB"))
    draft.sections += _other_abstracts(record)
    draft.sections += [DraftSection(CONFLICTS, one) for one in record.all("COIS")]
    if vernacular and vernacular != title:
        draft.sections.append(DraftSection(VERNACULAR_TITLE, vernacular, "about"))
    return draft


def _is_cited(record: TaggedRecord) -> bool:
    """True where it says who wrote the paper, or where it appeared: more than a torn-off field."""
    return any(record.first(tag) for tag in ("AU", "FAU", "CN", "JT", "TA", "BTI"))


def _labelled(record: TaggedRecord) -> Iterator[tuple[str, str]]:
    yield from (("pmid", value) for value in record.all("PMID"))
    yield from (("pmcid", value) for value in record.all("PMC"))
    for value in (*record.all("LID"), *record.all("AID")):
        match = _NUMBER.fullmatch(value)
        if match:
            yield "doi" if match.group(2) == "doi" else "nbk", match.group(1)
    yield from only_isbn(record.all("ISBN"))


def _authors(record: TaggedRecord) -> list[Author]:
    """Persons and groups in order, persons as `Family Initials`."""
    names = [tag for tag, value in record.fields if tag in ("FAU", "AU") and value]
    is_in_pairs = names == ["FAU", "AU"] * (len(names) // 2)
    tag_of_name = "AU" if "AU" in names else "FAU"
    found: list[tuple[str, str | None, list[str]]] = []
    is_of_last = False
    full_name = ""
    for tag, value in record.fields:
        if value and tag in (tag_of_name, "CN"):
            name = value.replace(", ", " ", 1) if tag == "FAU" else value
            beside = value if tag == "FAU" else full_name if is_in_pairs else ""
            family = None if tag == "CN" else _family(name, beside)
            found.append((name, family, []))
            is_of_last = tag != "CN" and is_in_pairs
        elif tag == "FAU":
            full_name, is_of_last = value, False
        elif tag in ("IR", "FIR", "ED", "FED"):
            is_of_last = False
        elif value and tag == "AD" and is_of_last:
            found[-1][2].append(value)
    return [Author(name, "; ".join(places) or None, family) for name, family, places in found]


def _family(name: str, full_name: str) -> str | None:
    """The family name of `Smith JA`, whose full name, `Smith, John A`, may be known too."""
    family, _, _ = full_name.partition(", ")
    if family and f"{name} ".casefold().startswith(f"{family} ".casefold()):
        return name[: len(family)]
    return family_before_initials(name)


def _article_number(record: TaggedRecord) -> str | None:
    """PubMed Central gives the number of an article without pages as a bare location."""
    return next((one for one in record.all("LID") if _BARE_LOCATION.fullmatch(one)), None)


def _mesh_terms(heading: str) -> list[str]:
    """`*` marks what the paper is mostly about."""
    descriptor, *qualifiers = (part.strip().removeprefix("*") for part in heading.split("/"))
    return mesh_pairs(descriptor, qualifiers)


def _other_abstracts(record: TaggedRecord) -> Iterator[DraftSection]:
    """Further abstracts; the language of each stands in the field below it."""
    fields = record.fields
    for (tag, value), (below, language) in zip(fields, [*fields[1:], ("", "")], strict=True):
        match = _OTHER_ABSTRACT.fullmatch(value)
        if tag == "OAB" and match and not is_placeholder(match.group(2)):
            language = language if below == "OABL" else ""
            name = other_abstract_name(match.group(1) or "", language)
            if name:
                yield DraftSection(name, match.group(2))


def _status(record: TaggedRecord) -> StatusReport | None:
    remarks = [Remark(_REMARKS[tag], value) for tag, value in record.fields if tag in _REMARKS]
    revised = record.first("LR")
    report = status_report(
        "MEDLINE record",
        remarks,
        record.all("PT"),
        as_of=compact_date(revised) if revised else None,
    )
    is_of_pubmed = any(tag in _OF_PUBMED for tag, _ in record.fields)
    return report if report.notes or is_of_pubmed else None


MEDLINE = Format("MEDLINE text (.nbib)", _matches, _parse)
