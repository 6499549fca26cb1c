"""References as RIS: records in, tagged lines out, as EndNote, Zotero and Mendeley read them.

A PMID is the accession number of PubMed (`AN` with `DB`), a PMCID stands in `C2`, as EndNote and our
own reader have it. rispy's writer numbers each record on a line without a tag, which strict readers
refuse, so the lines are written here.
"""

from collections.abc import Iterator, Sequence

from index.models import Author
from index.parsers.references.fields import is_group
from rag.author_parts import person_name
from rag.page_ranges import first_and_last_page
from rag.reference_records import Kind, ReferenceRecord

_TYPES: dict[Kind, str] = {
    "article": "JOUR",
    "chapter": "CHAP",
    "book": "BOOK",
    "preprint": "UNPB",
    "conference paper": "CPAPER",
    "thesis": "THES",
    "report": "RPRT",
    "dataset": "DATA",
    "unknown": "GEN",
}


def write_ris(records: Sequence[ReferenceRecord]) -> str:
    """The records one after another, parted by blank lines."""
    written = ("".join(f"{tag}  - {text}\n" for tag, text in _fields(one)) for one in records)
    return "\n".join(f"{record}ER  - \n" for record in written)


def _fields(record: ReferenceRecord) -> Iterator[tuple[str, str]]:
    """(tag, text) in order; each text is one line and none is blank."""
    ids = record.identifiers
    first, last = first_and_last_page(record.pages) if record.pages else (None, None)
    numbers = [f"{part:02}" for part in record.date_parts()]
    date = "/".join([*numbers, "", ""][:3]) + "/" if len(numbers) > 1 else None
    yield "TY", _TYPES[record.kind]
    yield "ID", record.document_id
    for author in record.authors:
        yield "AU", _name(author)
    for tag, text in (
        ("TI", record.title),
        ("T2", record.container),
        ("PB", record.publisher),
        ("PY", record.date[:4] if record.date else None),
        ("DA", date),
        ("VL", record.volume),
        ("IS", record.issue),
        ("SP", first),
        ("EP", last),
        ("DO", ids.doi),
        ("AN", ids.pmid),
        ("DB", "PubMed" if ids.pmid else None),
        ("C2", ids.pmcid),
        ("SN", ids.isbn),
        ("UR", record.url),
        ("M3", "Preprint" if record.kind == "preprint" else None),
    ):
        if text:
            yield tag, text
    yield from (("LA", one) for one in record.languages)
    yield from (("KW", one) for one in record.keywords)
    yield from (("N1", one) for one in record.remarks())


def _name(author: Author) -> str:
    """`Family, Given, Suffix`; a comma after a group's name says that it is not to be parted."""
    person = person_name(author)
    if person is None:
        return f"{author.name}," if is_group(author.name) else author.name
    if not person.given and not person.suffix:
        return f"{person.family},"
    parts = [person.family, person.given] + ([person.suffix] if person.suffix else [])
    return ", ".join(parts)
