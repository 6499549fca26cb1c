from dataclasses import replace
from pathlib import Path

import pytest

from index.curated_sources import CuratedSources, read_curated_sources
from index.errors import SettingsError
from index.models import AddedField
from index.parsers import parse_file
from tests.index.samples import DEFAULT_DOCUMENTS, FOREWORD, make_document


def _read(folder: Path, text: str) -> CuratedSources:
    (folder / "sources.yaml").write_text(text, encoding="utf-8")
    return read_curated_sources(folder)


def test_folder_without_the_file_adds_nothing(tmp_path: Path) -> None:
    document = make_document("Text.")

    assert read_curated_sources(tmp_path).for_document(document) == document


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

    document = curated.for_document(make_document("Text."))

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

    document = curated.for_document(replace(make_document("Text.", title="Own"), year=1999))

    assert (document.title, document.year, document.added) == ("Own", 1999, ())


def test_other_documents_stay_as_they_are(tmp_path: Path) -> None:
    curated = _read(tmp_path, "pmid:5:\n  year: {value: 2021, source: s}\n")
    document = make_document("Text.")

    assert curated.for_document(document) == document


def test_foreword_gets_container_and_year_only_from_the_curator() -> None:
    parsed = parse_file((DEFAULT_DOCUMENTS / FOREWORD).read_bytes(), path=FOREWORD)

    document = read_curated_sources(DEFAULT_DOCUMENTS).for_document(parsed)

    assert (parsed.container, parsed.year, parsed.added) == (None, None, ())
    assert document.year == 2021
    assert document.container == "Amyotrophic Lateral Sclerosis (book, Exon Publications)"
    assert {field.name for field in document.added} == {"container", "year"}
    assert all("DOI" in field.source for field in document.added)


def test_fingerprint_changes_with_any_field_and_not_with_layout(tmp_path: Path) -> None:
    first = _read(tmp_path, "pmid:5:\n  year: {value: 2021, source: s}\n").fingerprint

    assert _read(tmp_path, "pmid:5: {year: {source: s, value: '2021'}}\n").fingerprint == first
    for changed in (
        "pmid:5:\n  year: {value: 2020, source: s}\n",
        "pmid:5:\n  year: {value: 2021, source: t}\n",
        "pmid:6:\n  year: {value: 2021, source: s}\n",
        "",
    ):
        assert _read(tmp_path, changed).fingerprint != first


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
