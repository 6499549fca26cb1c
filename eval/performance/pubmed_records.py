"""PubMed-like records from real text: documents of public sets in, gzipped files of PubMed XML out.

Each document of the sets makes one record. Where more are wanted, a further one takes its title
from one document and its sentences from two, by a seeded draw: real words of the length that
abstracts have, in records that no library has seen. Their PMIDs begin where PubMed's end.
"""

import gzip
import random
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from lxml import etree

from eval.corpus_folder import corpus_lines
from index.sentences import sentence_spans

_FIRST_PMID = 90_000_000
_SEED = 20
_YEARS = range(1990, 2026)
_JOURNALS = ("J Test Neurol", "Ann Test Sci", "Test Genet", "Clin Test Med", "Test Cell Biol")
_TYPES = ("Journal Article", "Review", "Randomized Controlled Trial", "Case Reports")
_MOST_SENTENCES = 12


def write_pubmed_records(
    folder: Path,
    bench_data: Path,
    sets: Sequence[str],
    *,
    count: int,
    records_a_file: int = 10_000,
) -> int:
    """Write `count` records; how many files they fill.

    Raises:
        SettingsError: a set is not there, or a line of it is no document.
    """
    folder.mkdir(parents=True, exist_ok=True)
    records = islice(_records(bench_data, sets), count)
    files = 0
    while batch := list(islice(records, records_a_file)):
        files += 1
        with (
            gzip.open(folder / f"records-{files:04}.xml.gz", "wb", compresslevel=1) as file,
            etree.xmlfile(file, encoding="utf-8") as xml,
        ):
            xml.write_declaration()
            with xml.element("PubmedArticleSet"):
                for record in batch:
                    xml.write(record)
    return files


def _records(bench_data: Path, sets: Sequence[str]) -> Iterator[etree._Element]:
    draw = random.Random(_SEED)  # noqa: S311 - a draw, not a secret
    texts: list[tuple[str, list[str]]] = []
    pmid = _FIRST_PMID
    for _, line in corpus_lines(bench_data, sets):
        title, sentences = _title_and_sentences(line)
        if title and sentences:
            texts.append((title, sentences))
            yield _record(pmid, title, sentences, draw)
            pmid += 1
    while texts:
        (title, one), (_, other) = draw.choice(texts), draw.choice(texts)
        size = draw.randint(4, _MOST_SENTENCES)
        sentences = draw.sample(one + other, min(size, len(one) + len(other)))
        yield _record(pmid, title, sentences, draw)
        pmid += 1


def _title_and_sentences(line: dict[str, Any]) -> tuple[str, list[str]]:
    text = " ".join((line.get("text") or "").split())
    sentences = [text[start:end] for start, end in sentence_spans(text)]
    title = " ".join((line.get("title") or "").split()) or (sentences[0] if sentences else "")
    return title, sentences[:_MOST_SENTENCES]


def _record(pmid: int, title: str, sentences: Sequence[str], draw: random.Random) -> etree._Element:
    article = etree.Element("PubmedArticle")
    citation = etree.SubElement(article, "MedlineCitation", Status="MEDLINE")
    _add(citation, "PMID", str(pmid))
    body = etree.SubElement(citation, "Article", PubModel="Print")
    journal = etree.SubElement(body, "Journal")
    issue = etree.SubElement(journal, "JournalIssue")
    _add(issue, "Volume", str(draw.randint(1, 90)))
    _add(etree.SubElement(issue, "PubDate"), "Year", str(draw.choice(_YEARS)))
    _add(journal, "Title", draw.choice(_JOURNALS))
    _add(body, "ArticleTitle", _printable(title))
    abstract = etree.SubElement(body, "Abstract")
    half = (len(sentences) + 1) // 2
    for label, part in (("BACKGROUND", sentences[:half]), ("RESULTS", sentences[half:])):
        if part:
            _add(abstract, "AbstractText", _printable(" ".join(part)), Label=label)
    _add(body, "Language", "eng")
    types = etree.SubElement(body, "PublicationTypeList")
    _add(types, "PublicationType", draw.choice(_TYPES))
    return article


def _add(parent: etree._Element, name: str, text: str, **attributes: str) -> None:
    etree.SubElement(parent, name, attributes).text = text


def _printable(text: str) -> str:
    """The text without characters that XML cannot hold."""
    return "".join(one if one.isprintable() else " " for one in text)
