import pytest
from fastapi.testclient import TestClient


def test_library_counts_documents_and_listed_papers(client: TestClient) -> None:
    library = client.get("/api/v1/library").json()

    assert (library["documents"], library["listed_papers"]) == (2, 10)
    assert [source["document_id"] for source in library["sources"]] == [
        "doi:10.36255/exonpublications.amyotrophiclateralsclerosis.foreword.2021",
        "pmid:34372914",
    ]
    assert library["reembedding"] is None


def test_document_with_slashes_in_its_id_is_found(client: TestClient) -> None:
    name = "doi:10.36255/exonpublications.amyotrophiclateralsclerosis.foreword.2021"

    document = client.get(f"/api/v1/documents/{name}").json()

    section = next(one for one in document["sections"] if one["kind"] == "body")
    assert document["document_id"] == name
    assert document["authors"][0]["name"] == "Takeshi Iwatsubo"
    assert "The University of Tokyo" in document["authors"][0]["affiliation"]
    assert {field["name"] for field in document["added"]} == {"container", "year"}
    assert document["text"][section["start"] : section["end"]].startswith("Amyotrophic")


@pytest.mark.parametrize(
    "name",
    [
        "doi:10.1186/S40035-021-00250-5",
        "https://doi.org/10.1186/s40035-021-00250-5",
        "pmcid:pmc8353789",
        "PMC8353789",
    ],
)
def test_document_is_found_however_its_identifier_is_written(client: TestClient, name: str) -> None:
    reply = client.get(f"/api/v1/documents/{name}")

    assert reply.status_code == 200
    assert reply.json()["document_id"] == "pmid:34372914"


def test_unknown_document_is_not_found(client: TestClient) -> None:
    reply = client.get("/api/v1/documents/pmid:1")

    assert reply.status_code == 404
    assert reply.headers["content-type"] == "application/problem+json"
    assert "'pmid:1'" in reply.json()["detail"]
    assert "GET /api/v1/documents lists" in reply.json()["detail"]


def test_pages_of_the_list_give_every_document_once(client: TestClient) -> None:
    first = client.get("/api/v1/documents", params={"limit": 1}).json()
    second = client.get(
        "/api/v1/documents", params={"limit": 1, "cursor": first["next_cursor"]}
    ).json()
    whole = client.get("/api/v1/documents").json()

    assert (first["total"], len(first["documents"])) == (2, 1)
    assert second["next_cursor"] is None
    assert first["documents"] + second["documents"] == whole["documents"]
    assert whole["documents"] == client.get("/api/v1/library").json()["sources"]
    assert whole["next_cursor"] is None


def test_cursor_of_a_document_that_is_gone_goes_on_after_its_place(client: TestClient) -> None:
    page = client.get("/api/v1/documents", params={"cursor": "doi:99.9/gone"}).json()

    assert [one["document_id"] for one in page["documents"]] == ["pmid:34372914"]


def test_list_is_found_with_a_slash_at_its_end(client: TestClient) -> None:
    assert client.get("/api/v1/documents/").json()["total"] == 2


@pytest.mark.parametrize(
    ("query", "told"),
    [("limit=1001", "1000"), ("limit=0", "limit"), ("offset=100", "the names are: limit, cursor")],
)
def test_list_refuses_what_it_does_not_know(client: TestClient, query: str, told: str) -> None:
    reply = client.get(f"/api/v1/documents?{query}")

    assert reply.status_code == 422
    assert told in reply.json()["detail"]
