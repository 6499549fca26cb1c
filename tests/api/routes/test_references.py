import json

import pytest
import rispy
from fastapi.testclient import TestClient

from rag.reference_formats import FORMATS
from tests.api.routes.test_answers import FDA_QUESTION, ask

_FOREWORD = "doi:10.36255/exonpublications.amyotrophiclateralsclerosis.foreword.2021"


@pytest.mark.parametrize("name", [*FORMATS, "biogen"])
def test_references_of_an_answer_are_a_file_of_that_format(client: TestClient, name: str) -> None:
    answer = ask(client, FDA_QUESTION)

    reply = client.get(f"/api/v1/answers/{answer['answer_id']}/references?format={name}")

    media_type = FORMATS[name].media_type if name in FORMATS else "application/json"
    suffix = FORMATS[name].suffix if name in FORMATS else ".biogen.json"
    assert reply.status_code == 200
    assert reply.headers["content-type"] == f"{media_type}; charset=utf-8"
    assert reply.headers["content-disposition"] == (
        f'attachment; filename="alsqa-{answer["answer_id"]}{suffix}"'
    )
    assert "34372914" in reply.text


def test_listed_papers_are_exported_too(client: TestClient) -> None:
    answer = ask(client, "Which papers cite this review?")

    reply = client.get(f"/api/v1/answers/{answer['answer_id']}/references?format=ris")

    entries = rispy.loads(reply.text)
    assert [one["accession_number"] for one in entries] == [
        reference["pmid"] for reference in answer["references"]
    ]
    assert all("Listed in pmid:34372914" in one["notes"][0] for one in entries)


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("answers/ans_unknown/references?format=ris", 404, "answer"),
        ("answers/ans_unknown/references?format=word", 422, "'bibtex'"),
        ("answers/ans_unknown/references", 422, "format"),
        ("references?format=biogen", 422, "'vancouver'"),
        ("references?format=ris&surprise=1", 422, "surprise"),
        ("references?format=ris&limit=0", 422, "limit"),
        ("references?format=ris&limit=1001", 422, "limit"),
        ("references?format=ris&year_from=2021&year_to=2020", 422, "2021"),
    ],
)
def test_what_cannot_be_exported_is_a_problem(
    client: TestClient, path: str, status: int, said: str
) -> None:
    reply = client.get(f"/api/v1/{path}")

    assert reply.status_code == status
    assert reply.headers["content-type"] == "application/problem+json"
    assert said in reply.json()["detail"]


def test_library_is_exported_page_by_page(client: TestClient) -> None:
    first = client.get("/api/v1/references?format=csl-json&limit=1")
    link = first.headers["link"]
    second = client.get(link.removeprefix("<").removesuffix('>; rel="next"'))

    assert [one["id"] for one in json.loads(first.text)] == [_FOREWORD]
    assert [one["id"] for one in json.loads(second.text)] == ["pmid:34372914"]
    assert "link" not in second.headers
    assert first.headers["content-disposition"] == 'attachment; filename="alsqa-library.json"'


def test_numbers_go_on_over_the_pages(client: TestClient) -> None:
    first = client.get("/api/v1/references?format=vancouver&limit=1")
    link = first.headers["link"]
    second = client.get(link.removeprefix("<").removesuffix('>; rel="next"'))

    assert (first.text[:2], second.text[:2]) == ("1.", "2.")


def test_library_takes_the_filters_of_a_search(client: TestClient) -> None:
    book = "Amyotrophic Lateral Sclerosis (book, Exon Publications)"
    chapters = client.get("/api/v1/references", params={"format": "csl-json", "journals": book})
    none = client.get("/api/v1/references?format=csl-json&statuses=retracted&journals=A&journals=B")

    assert [one["id"] for one in chapters.json()] == [_FOREWORD]
    assert none.json() == []


def test_key_is_asked_for_where_there_are_keys(keyed_client: TestClient) -> None:
    assert keyed_client.get("/api/v1/references?format=ris").status_code == 401
    assert keyed_client.get("/api/v1/answers/x/references?format=ris").status_code == 401


def test_missing_index_is_a_problem_for_the_library_alone(empty_client: TestClient) -> None:
    reply = empty_client.get("/api/v1/references?format=ris")

    assert reply.status_code == 503
    assert "alsqa index" in reply.json()["detail"]
