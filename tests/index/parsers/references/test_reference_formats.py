"""Each reference format takes its own files and no other's."""

import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.parsers.references.bibtex import BIBTEX
from index.parsers.references.crossref_json import CROSSREF_JSON
from index.parsers.references.csl_json import CSL_JSON
from index.parsers.references.endnote_xml import ENDNOTE_XML
from index.parsers.references.europepmc_json import EUROPE_PMC_JSON
from index.parsers.references.ris import RIS
from index.parsers.references.tagged import ENDNOTE_TAGS, WEB_OF_SCIENCE
from tests.index.parsers.references.record_checks import source_of

KINDS = (
    RIS,
    BIBTEX,
    ENDNOTE_XML,
    CSL_JSON,
    EUROPE_PMC_JSON,
    CROSSREF_JSON,
    WEB_OF_SCIENCE,
    ENDNOTE_TAGS,
)
SAMPLES = {
    "RIS": [
        "TY  - JOUR\nTI  - T\nER  - \n",
        "\ufeffTY  - JOUR\r\nTI  - T\r\nER  - \r\n",
        "Provider: Example\nContent: x\n\n\nTY  - JOUR\rAU  - Smith, J\rER  - ",
        "ty - jour\nti - T\ner -\n",
    ],
    "Web of Science tags": [
        "\ufeffFN Clarivate Analytics Web of Science\nVR 1.0\nPT J\nTI T\nER\n\nEF",
        "FN ISI Export Format\r\nVR 1.0\r\n\r\nPT J\r\nTI T\r\nER\r\n",
    ],
    "EndNote tags": ["%0 Journal Article\n%T T\n", "%0 Book\r\n%A Smith, J.\r\n%T T\r\n"],
    "BibTeX": [
        "@article{a, title = {T}}",
        "% Encoding: UTF-8\n\n@Article(a, title = {T})",
        "Automatically generated\n\n@comment{x}\n@misc{a,}",
        '@string{j = "Nature"}\n@article{a, journal = j}',
    ],
    "EndNote XML": [
        '<?xml version="1.0"?><xml><records><record><database>x</database></record></records></xml>',
        "<records><record><titles><title>T</title></titles></record></records>",
    ],
    "CSL-JSON": [
        '[{"id": "a", "type": "article-journal", "title": "T", "DOI": "10.1000/x"}]',
        '{"id": "a", "type": "book", "author": [{"family": "F"}]}',
        '{"items": [{"id": "a", "type": "chapter", "issued": {"date-parts": [[2020]]}}]}',
    ],
    "Europe PMC JSON": [
        '{"hitCount": 1, "resultList": {"result": [{"id": "1", "source": "MED", "title": "T"}]}}',
        '[{"id": ["1"], "source": ["PMC"], "title": ["T"]}]',
        '{"downloaded": true, "full": {"id": "1", "source": "MED", "pmid": "1"}}',
        '{"PMC1": {"full": {"id": "1", "source": "MED", "pmid": "1"}}}',
        '{"id": "PPR1", "source": "PPR", "title": "T"}',
    ],
    "Crossref JSON": [
        '{"message": {"DOI": "10.1000/x", "member": "1", "reference-count": 0}}',
        '{"message": {"items": [{"DOI": "10.1000/x", "indexed": {}, "member": "1"}]}}',
        '{"items": [{"DOI": "10.1000/x", "indexed": {}, "member": "1"}]}',
        '[{"DOI": "10.1000/x", "indexed": {}, "member": "1"}]',
        '{"DOI": "10.1000/x", "indexed": {}, "member": "1", "type": "journal-article"}',
    ],
}
OTHERS = [
    "",
    "Plain words on a disease.\n\nTY - is no tag here, and AD - means Alzheimer disease.",
    "---\ntitle: T\n---\n# T\n\nCite us:\n\n```\n@article{a, title = {T}}\n```\n",
    "# T\n\nWrite to @smith{x}.",
    "PMID- 1\nOWN - NLM\nTI  - T\nAB  - x\n",
    "A title\n- PMID: 1\n\nAbstract\n\nText.",
    "<html><head><title>T</title></head><body>TY  - JOUR\nTI  - T</body></html>",
    "<!DOCTYPE html>\n<html></html>",
    '<?xml version="1.0"?><PubmedArticleSet><PubmedArticle/></PubmedArticleSet>',
    '<?xml version="1.0"?><!DOCTYPE article><article><front/></article>',
    "<records><record><a/></record></records>",
    '{"hits": {"total": 1, "hits": [{"_id": "1", "_source": {"title": "T", "doi": "10.1000/x"}}]}}',
    '{"id": "https://openalex.org/W1", "type": "article", "title": "T", "display_name": "T"}',
    '{"meta": {}, "results": [{"id": "https://openalex.org/W1", "type": "article"}]}',
    '{"@context": "https://schema.org", "type": "article", "author": [{"family": "F"}]}',
    '{"data": {"id": "10.1000/x", "type": "dois", "attributes": {"titles": []}}}',
    '[{"key": "A", "data": {"itemType": "journalArticle", "title": "T"}}]',
    '{"name": "package", "version": "1.0.0", "type": "module"}',
    '{"status": "failed", "message": [{"type": "parameter-not-allowed"}]}',
    '{"resultList": {"result": []}}',
    '{"message": {"items": []}}',
    '{"id": 1, "source": "manual", "title": "T"}',
    "[]",
    "{}",
    "null",
    "[1, 2]",
    "%PDF-1.7\n",
    "PK\x03\x04",
    "title,doi\nT,10.1000/x\n",
    "FN is a name.\nVR is none.\n",
    "50%0 off\n%5 of all\n",
]


@pytest.mark.parametrize(
    ("name", "sample"), [(name, one) for name, samples in SAMPLES.items() for one in samples]
)
def test_a_file_is_taken_by_its_own_format_alone(name: str, sample: str) -> None:
    assert [kind.name for kind in KINDS if kind.matches(source_of(sample))] == [name]
    packed = source_of(gzip.compress(sample.encode()))
    assert [kind.name for kind in KINDS if kind.matches(packed)] == [name]


@pytest.mark.parametrize("text", OTHERS)
def test_other_files_are_taken_by_none(text: str) -> None:
    assert [kind.name for kind in KINDS if kind.matches(source_of(text))] == []


@settings(deadline=None, max_examples=60)
@given(
    st.binary(max_size=80),
    st.sampled_from(
        [sample[:cut] for one in SAMPLES.values() for sample in one for cut in (9, 40)]
    ),
)
def test_the_kind_of_any_bytes_is_asked_in_peace(data: bytes, start: str) -> None:
    for kind in KINDS:
        assert kind.matches(source_of(start.encode() + data)) in (True, False)
