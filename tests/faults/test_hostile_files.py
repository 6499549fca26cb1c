"""Files that are broken or meant to do harm: each costs itself, with a reason, and nothing else."""

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from index.ingest import ingest
from index.settings import IndexSettings
from tests.fakes import HashingEmbedder
from tests.index.samples import RILUZOLE, write_files

pytestmark = pytest.mark.worker_processes

_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE PubmedArticleSet [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(12))
    + "]><PubmedArticleSet>{}</PubmedArticleSet>"
)
_OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE article [<!ENTITY secret SYSTEM "{}">]>'
    "<article><front><article-meta><title-group><article-title>&secret;</article-title>"
    "</title-group></article-meta></front></article>"
)
_ARTICLE = (
    "<PubmedArticle><MedlineCitation><PMID>{}</PMID><Article><ArticleTitle>{}</ArticleTitle>"
    "<Abstract><AbstractText>Riluzole slows the disease.</AbstractText></Abstract></Article>"
    "</MedlineCitation></PubmedArticle>"
)


def _zip_bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b" " * 40_000_000)
    return packed.getvalue()


def _reasons(settings: IndexSettings, documents: Path, name: str, data: bytes) -> list[str]:
    """Why `data` is left out; a good file beside it is in the library all the same."""
    write_files(documents, {"good.md": RILUZOLE})
    (documents / name).write_bytes(data)

    report = ingest(settings, HashingEmbedder())

    assert report.documents >= 1
    assert all(note.path == name for note in report.failed)
    return [note.reason for note in report.failed]


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        (
            "a.xml",
            _LAUGHS.format(_ARTICLE.format(1, "&a12;")).encode(),
            "its XML is broken (Maximum entity amplification factor",
        ),
        ("a.xml", _OUTSIDE.format("file:///etc/hostname").encode(), "entity &secret;"),
        ("a.xml", _OUTSIDE.format("http://127.0.0.1:9/x").encode(), "entity &secret;"),
        ("a.xml", b"<article>" * 100_000, "of no kind that can be read"),
        ("a.xml", b"<PubmedArticleSet>" + b"<a>" * 100_000, "its XML is broken"),
        (
            "a.xml.gz",
            gzip.compress(b"<PubmedArticleSet>" + b" " * 60_000_000),
            "its XML is broken (Resource limit exceeded",
        ),
        ("a.docx", _zip_bomb(), "unpacks to far more"),
        ("a.json", b'[{"title":' * 60_000, "of no kind that can be read"),
        ("a.txt", b"The same words again. " * 60_000, "the same words over and over"),
        (
            "a.pdf",
            b"%PDF-1.7\n1 0 obj<</Kids[1 0 R]/Type/Pages>>endobj trailer<</Root 1 0 R>>",
            "no PDF",
        ),
        ("a.txt", "Ménage à trois".encode("latin-1"), "not UTF-8"),
        ("a.ris", b"TY  - JOUR\nTI  - A title\nDO  - 10.1/\nER  - \n", "'10.1/' is not a DOI"),
        ("a.bib", b"@article{a, title={A title}, doi={10.1/}}", "'10.1/' is not a DOI"),
        ("a.nbib", b"PMID- 1\nTI  - A title\nAID - 10.1/ [doi]\n", "is not a DOI"),
    ],
    ids=[
        *("billion-laughs", "file-entity", "network-entity", "nesting", "deep-nesting"),
        *("gzip-bomb", "zip-bomb"),
        *("nested-json", "repeats", "pdf-loop", "latin-1", "ris-doi", "bib-doi", "nbib-doi"),
    ],
)
def test_hostile_or_broken_file_is_set_aside_with_its_reason(
    index_settings: IndexSettings, documents: Path, name: str, data: bytes, reason: str
) -> None:
    reasons = _reasons(index_settings, documents, name, data)

    assert len(reasons) == 1
    assert reason in reasons[0]
    assert "reading it failed" not in reasons[0]


def test_records_before_the_end_of_a_truncated_file_are_kept(
    index_settings: IndexSettings, documents: Path
) -> None:
    whole = "".join(_ARTICLE.format(number, f"Title {number}") for number in range(1, 6))
    data = f"<PubmedArticleSet>{whole}</PubmedArticleSet>".encode()

    (reason,) = _reasons(index_settings, documents, "set.xml", data[: len(data) * 3 // 4])

    assert reason.startswith("what follows record 3: its XML is broken")


def test_two_records_without_a_blank_line_between_them_are_not_mixed(
    index_settings: IndexSettings, documents: Path
) -> None:
    data = b"PMID- 1\nTI  - First title\nAB  - One.\nPMID- 2\nTI  - Second title\nAB  - Two.\n"
    write_files(documents, {"two.nbib": data.decode()})

    report = ingest(index_settings, HashingEmbedder())

    assert (report.documents, report.failed) == (2, [])


def test_bad_record_costs_itself_alone(index_settings: IndexSettings, documents: Path) -> None:
    records = [_ARTICLE.format(number, f"Title {number}") for number in (1, 2, 3)]
    records[1] = records[1].replace("<PMID>2</PMID>", "<PMID>two</PMID>")
    write_files(documents, {"set.xml": f"<PubmedArticleSet>{''.join(records)}</PubmedArticleSet>"})

    report = ingest(index_settings, HashingEmbedder())

    assert report.documents == 2
    (note,) = report.failed
    assert "record 2" in note.reason
    assert "'two' is not a PMID" in note.reason
