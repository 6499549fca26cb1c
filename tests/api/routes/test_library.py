from fastapi.testclient import TestClient


def test_library_counts_documents_and_listed_papers(client: TestClient) -> None:
    library = client.get("/api/v1/library").json()

    assert (library["documents"], library["listed_papers"]) == (2, 10)
    assert [source["document_id"] for source in library["sources"]] == [
        "doi:10.36255/exonpublications.amyotrophiclateralsclerosis.foreword.2021",
        "pmid:34372914",
    ]


def test_document_with_slashes_in_its_id_is_found(client: TestClient) -> None:
    name = "doi:10.36255/exonpublications.amyotrophiclateralsclerosis.foreword.2021"

    document = client.get(f"/api/v1/documents/{name}").json()

    section = next(one for one in document["sections"] if one["kind"] == "body")
    assert document["document_id"] == name
    assert document["authors"][0]["name"] == "Takeshi Iwatsubo"
    assert "The University of Tokyo" in document["authors"][0]["affiliation"]
    assert {field["name"] for field in document["added"]} == {"container", "year"}
    assert document["text"][section["start"] : section["end"]].startswith("Amyotrophic")


def test_unknown_document_is_not_found(client: TestClient) -> None:
    reply = client.get("/api/v1/documents/pmid:1")

    assert reply.status_code == 404
    assert reply.headers["content-type"] == "application/problem+json"
