import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.document_json import document_from_json, document_to_json
from index.identifiers import Identifiers
from index.models import AddedField, Author, Mention, Related
from tests.index.samples import DEFAULT_DOCUMENTS, FOREWORD, PUBMED_PAGE, make_document, parse_one


@pytest.mark.parametrize("name", [PUBMED_PAGE, FOREWORD])
def test_default_documents_come_back_equal(name: str) -> None:
    document = parse_one((DEFAULT_DOCUMENTS / name).read_bytes(), path=name)

    assert document_from_json(document_to_json(document)) == document


@given(st.text(), st.text(), st.one_of(st.none(), st.integers()))
def test_nothing_of_a_full_document_is_lost(body: str, name: str, year: int | None) -> None:
    related = Related(
        identifiers=Identifiers(pmid="2", nbk="NBK3"),
        title=name,
        authors=(Author(name, "here", name),),
        container=name,
        date="2020 May",
        year=year,
        publication_types=("Review",),
        mentions=(Mention("reference", 1, 2), Mention("similar", 3, 4)),
    )
    document = replace(
        make_document(body, title=name),
        authors=(Author(name), Author("Second", name)),
        keywords=(name, body),
        publication_types=("Review",),
        year=year,
        related=(related,),
        added=(AddedField("year", "2021", name),),
    )

    assert document_from_json(document_to_json(document)) == document


def test_json_is_canonical() -> None:
    text = document_to_json(make_document("Tést."))

    assert "Tést" in text
    assert text == json.dumps(
        json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )


def test_record_that_was_written_before_family_names_were_kept_is_read() -> None:
    document = replace(make_document("Text."), authors=(Author("Smith JA", "Rome"),))
    old = document_to_json(document).replace('"family":null,', "")

    assert "family" not in old
    assert document_from_json(old) == document
