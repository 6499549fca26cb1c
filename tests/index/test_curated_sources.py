from dataclasses import replace
from pathlib import Path

import pytest

from index.curated_sources import CuratedSources, add_fields, read_curated_sources
from index.errors import SettingsError
from index.identifiers import Identifiers
from index.models import AddedField, Document
from tests.index.samples import DEFAULT_DOCUMENTS, FOREWORD, make_document, parse_one


def _read(folder: Path, text: str) -> CuratedSources:
    (folder / "sources.yaml").write_text(text, encoding="utf-8")
    return read_curated_sources(folder)


def _completed(curated: CuratedSources, document: Document) -> Document:
    return add_fields(document, curated.fields_for(document.document_id, document.identifiers))


def test_folder_without_the_file_adds_nothing(tmp_path: Path) -> None:
    document = make_document("Text.")

    assert _completed(read_curated_sources(tmp_path), document) == document


@pytest.mark.parametrize("text", ["", "# only a comment\n"])
def test_empty_file_adds_nothing(tmp_path: Path, text: str) -> None:
    assert _read(tmp_path, text).fields == {}


def test_missing_fields_are_filled_and_marked_with_their_source(tmp_path: Path) -> None:
    curated = _read(
        tmp_path,
        "doi:10.1000/sample:\n"
        "  year: {value: 2021, source: the DOI}\n"
        "  license: {value: CC BY 4.0, source: the journal}\n",
    )

    document = _completed(curated, make_document("Text."))

    assert document.year == 2021
    assert document.license == "CC BY 4.0"
    assert set(document.added) == {
        AddedField("year", "2021", "the DOI"),
        AddedField("license", "CC BY 4.0", "the journal"),
    }


def test_what_a_document_says_itself_is_never_replaced(tmp_path: Path) -> None:
    curated = _read(
        tmp_path,
        "doi:10.1000/sample:\n  title: {value: Other, source: me}\n  year: {value: 1999, source: me}\n",
    )

    document = _completed(curated, replace(make_document("Text.", title="Own"), year=1999))

    assert (document.title, document.year, document.added) == ("Own", 1999, ())


def test_other_documents_stay_as_they_are(tmp_path: Path) -> None:
    curated = _read(tmp_path, "pmid:5:\n  year: {value: 2021, source: s}\n")
    document = make_document("Text.")

    assert _completed(curated, document) == document


def test_foreword_gets_container_and_year_only_from_the_curator() -> None:
    parsed = parse_one((DEFAULT_DOCUMENTS / FOREWORD).read_bytes(), path=FOREWORD)

    document = _completed(read_curated_sources(DEFAULT_DOCUMENTS), parsed)

    assert (parsed.container, parsed.year, parsed.added) == (None, None, ())
    assert document.year == 2021
    assert document.container == "Amyotrophic Lateral Sclerosis (book, Exon Publications)"
    assert {field.name for field in document.added} == {"container", "year"}
    assert all("DOI" in field.source for field in document.added)


def test_any_id_of_a_paper_leads_to_its_fields(tmp_path: Path) -> None:
    curated = _read(tmp_path, "doi:10.1000/x:\n  year: {value: 2021, source: s}\n")
    both = make_document("Text.", identifiers=Identifiers(pmid="5", doi="10.1000/x"))

    assert _completed(curated, both).year == 2021


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("- a list\n", "must map document ids"),
        ("pmid:5: text\n", "pmid:5"),
        ("pmid:5:\n  authors: {value: A, source: s}\n", "'authors'"),
        ("pmid:5:\n  year: 2021\n", "pmid:5, year"),
        ("pmid:5:\n  year: {value: 2021}\n", "pmid:5, year"),
        ("pmid:5:\n  url: {source: s}\n", "pmid:5, url"),
        ("pmid:5:\n  year: {value: soon, source: s}\n", "'soon'"),
        ("pmid:5: {year: [\n", "cannot be read"),
    ],
)
def test_file_of_another_form_is_refused_and_the_entry_named(
    tmp_path: Path, text: str, named: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        _read(tmp_path, text)

    assert named in str(caught.value)
    assert "sources.yaml" in str(caught.value)


def test_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "sources.yaml").write_bytes("pmid:5: é".encode("latin-1"))

    with pytest.raises(SettingsError, match="cannot be read"):
        read_curated_sources(tmp_path)
