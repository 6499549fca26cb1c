"""Europe PMC's records as JSON: papers with their standing out.

An answer of its search, a single record, a list of them, or what getpapers and pygetpapers save,
where most values are lists.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from index.errors import DocumentError
from index.identifiers import PMID, Identifiers
from index.models import Author
from index.parsers.author_names import family_before_initials
from index.parsers.json_reading import (
    ANY,
    ITEM,
    Json,
    Path,
    head_value,
    iter_values,
    maps_at,
    text_at,
    texts_at,
)
from index.parsers.languages import language_code
from index.parsers.paper_draft import PaperDraft
from index.parsers.pubmed.fields import mesh_pairs, written_date
from index.parsers.pubmed.status import Remark, status_report
from index.parsers.records import Format, Parsed, Record, Refused, attempt
from index.parsers.references.fields import keywords_of, record_name, reference
from index.parsers.references.identifiers import Labelled, doi_field, only_isbn
from index.parsers.references.text import add_abstract, plain, tidy
from index.parsers.source_file import SourceFile
from index.publication_status import StatusNote, StatusReport

SOURCE = "Europe PMC record"

_DATABASES = frozenset({"MED", "PMC", "PPR", "AGR", "CBA", "CTX", "ETH", "HIR", "NBK", "PAT"})
_PREPRINTS = "PPR"
_RECORD_KEYS = frozenset({"title", "authorString", "pubYear", "pmid", "doi", "journalInfo"})
_WITHDRAWN = frozenset({"preprint-withdrawal", "preprint-removal"})
_SAVED = "full"
"""Under this name pygetpapers keeps the record as it came."""
_REMARKS = {
    "retraction in": "RetractionIn",
    "retracted and republished in": "RetractedandRepublishedIn",
    "partial retraction in": "PartialRetractionIn",
    "expression of concern in": "ExpressionOfConcernIn",
    "erratum in": "ErratumIn",
    "corrected and republished in": "CorrectedandRepublishedIn",
    "update in": "UpdateIn",
}
_TYPES = {
    "journal article": "Journal Article",
    "research-article": "Journal Article",
    "review": "Review",
    "review-article": "Review",
    "preprint": "Preprint",
    "case-report": "Case Reports",
    "letter": "Letter",
    "editorial": "Editorial",
}


def _matches(source: SourceFile) -> bool:
    return _path(source) is not None


def _parse(source: SourceFile) -> Iterator[Record]:
    path = _path(source)
    if path is None:
        raise DocumentError("it holds no record of Europe PMC.", "Fetch it again.")
    found = iter_values(source, path)
    if path == (ANY,):
        found = (value for value in found if isinstance(value, dict))
    for number, value in enumerate(found, start=1):
        record = value.get(_SAVED, value) if isinstance(value, dict) else None
        if not isinstance(record, dict):
            yield Refused(record_name(number), "it is no record. Export it again.")
            continue
        labelled = [("pmid", one) for one in texts_at(record, "pmid")]
        name = record_name(number, labelled or [("id", text_at(record, "id") or "")])
        yield attempt(name, partial(_paper, record, source))


def _path(source: SourceFile) -> Path | None:
    """Where the records lie; None where the file is of another kind."""
    head = head_value(source)
    if isinstance(head, dict) and "resultList" in head:
        return (
            ("resultList", "result", ITEM)
            if _are_records(maps_at(head, "resultList", "result"))
            else None
        )
    if isinstance(head, list):
        return (ITEM,) if _are_records(maps_at(head)) else None
    if not isinstance(head, dict):
        return None
    if _are_records([head]):
        return ()
    return (ANY,) if _are_records([one for one in head.values() if isinstance(one, dict)]) else None


def _are_records(found: list[Json]) -> bool:
    """True where the first is a record, alone or as pygetpapers wraps it."""
    if not found:
        return False
    record = found[0].get(_SAVED, found[0])
    return (
        isinstance(record, dict)
        and text_at(record, "source") in _DATABASES
        and "id" in record
        and not _RECORD_KEYS.isdisjoint(record)
    )


def _paper(record: Json, source: SourceFile) -> Parsed:
    draft = PaperDraft(
        title=plain(text_at(record, "title") or ""),
        labelled=_identifiers(record),
        authors=_authors(record),
        container=_container(record),
        date=_date(record),
        volume=text_at(record, "journalInfo", "volume") or text_at(record, "journalVolume"),
        issue=text_at(record, "journalInfo", "issue") or text_at(record, "issue"),
        pages=text_at(record, "pageInfo"),
        languages=[code for one in texts_at(record, "language") if (code := language_code(one))],
        publication_types=_types(record),
        keywords=keywords_of(texts_at(record, "keywordList", "keyword")),
        mesh_terms=_mesh_terms(record),
        license=text_at(record, "license"),
    )
    add_abstract(draft, text_at(record, "abstractText"))
    return reference(draft, source, _status(record))


def _identifiers(record: Json) -> list[Labelled]:
    found = [("pmid", one) for one in texts_at(record, "pmid")]
    found += [("pmcid", one) for one in texts_at(record, "pmcid")]
    for one in texts_at(record, "doi"):
        found += doi_field(one)
    found += [("nbk", one) for one in texts_at(record, "bookid") if one.upper().startswith("NBK")]
    book = [
        *texts_at(record, "bookOrReportDetails", "isbn13"),
        *texts_at(record, "bookOrReportDetails", "isbn10"),
    ]
    return found + only_isbn(book)


def _authors(record: Json) -> list[Author]:
    found = list[Author]()
    for one in maps_at(record, "authorList", "author"):
        name = text_at(one, "fullName") or text_at(one, "collectiveName")
        family = tidy(text_at(one, "lastName") or "")
        if not name:
            name = " ".join(filter(None, (family, text_at(one, "initials"))))
        places = texts_at(one, "authorAffiliationDetailsList", "authorAffiliation", "affiliation")
        places = places or texts_at(one, "affiliation")
        if tidy(name):
            affiliation = "; ".join(map(plain, places)) or None
            is_first = bool(family) and f"{tidy(name)} ".startswith(f"{family} ")
            found.append(Author(tidy(name), affiliation, family if is_first else None))
    if found or "authorList" in record:
        return found
    names = (tidy(text_at(record, "authorString") or "")).removesuffix(".")
    return [Author(name, family=family_before_initials(name)) for name in names.split(", ") if name]


def _container(record: Json) -> str | None:
    """Journal, or book; of a preprint the server."""
    return (
        text_at(record, "journalInfo", "journal", "title")
        or text_at(record, "journalTitle")
        or text_at(record, "bookOrReportDetails", "comprisingTitle")
        or (
            text_at(record, "bookOrReportDetails", "publisher")
            if text_at(record, "source") == _PREPRINTS
            else None
        )
    )


def _date(record: Json) -> str | None:
    """When it appeared: the date of its issue, as PubMed has it; of a preprint that of posting.

    The first date of publication is made up to a day where only the year is known, so it counts
    only for preprints.
    """
    posted = text_at(record, "firstPublicationDate") or ""
    if text_at(record, "source") == _PREPRINTS and posted:
        return written_date(posted.replace("-", " "))
    issued = text_at(record, "journalInfo", "dateOfPublication")
    year = text_at(record, "journalInfo", "yearOfPublication") or text_at(record, "pubYear")
    return written_date(issued or year or "")


def _types(record: Json) -> list[str]:
    """Publication types, as PubMed writes them; `pubType` of a short record holds them all."""
    found = texts_at(record, "pubTypeList", "pubType")
    if not found:
        found = [one.strip() for text in texts_at(record, "pubType") for one in text.split(";")]
    by_name = {one.lower(): one for one in found if one}
    by_name |= {one.lower(): one for one in found if one[:1].isupper()}
    return [_TYPES.get(name, one) for name, one in by_name.items()]


def _mesh_terms(record: Json) -> list[str]:
    found = list[str]()
    for heading in maps_at(record, "meshHeadingList", "meshHeading"):
        if descriptor := text_at(heading, "descriptorName"):
            qualifiers = texts_at(heading, "meshQualifierList", "meshQualifier", "qualifierName")
            found += mesh_pairs(descriptor, qualifiers)
    return found


def _status(record: Json) -> StatusReport | None:
    """What the record says of the paper's standing; its remarks are PubMed's, in other words.

    A short record, which has no list of types, holds no remarks: where it reports nothing, nothing
    is known.
    """
    remarks, published = list[Remark](), list[StatusNote]()
    for one in maps_at(record, "commentCorrectionList", "commentCorrection"):
        kind, words = (text_at(one, "type") or "").lower(), text_at(one, "reference") or ""
        pmid = text_at(one, "id") or "" if text_at(one, "source") == "MED" else ""
        if kind in _REMARKS:
            remarks.append(Remark(_REMARKS[kind], words, pmid))
        elif kind == "preprint of":
            says = "; ".join(filter(None, (words, text_at(one, "note"))))
            notice = Identifiers(pmid=pmid) if PMID.fullmatch(pmid) else Identifiers()
            published.append(StatusNote("preprint", notice, says or None))
    types = {one.lower() for one in _types(record)}
    if text_at(record, "source") == _PREPRINTS:
        types.add("preprint")
    report = status_report(SOURCE, remarks, types, as_of=None)
    notes = [note for note in report.notes if not (published and note.kind == "preprint")]
    if not types.isdisjoint(_WITHDRAWN) and all(note.kind != "retracted" for note in notes):
        notes.insert(0, StatusNote("retracted", text="The preprint was withdrawn or removed."))
    notes += published
    return replace(report, notes=tuple(notes)) if notes or "pubTypeList" in record else None


EUROPE_PMC_JSON = Format("Europe PMC JSON", _matches, _parse)
