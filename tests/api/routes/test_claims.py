import pytest
from fastapi.testclient import TestClient

_CLAIM = "Riluzole was approved for ALS. Bread rises overnight."


def test_claim_check_gives_verdicts_and_verbatim_passages(client: TestClient) -> None:
    reply = client.post("/api/v1/claims/check", json={"claim": _CLAIM})

    content = reply.json()
    assert reply.status_code == 200
    assert content["claim"] == _CLAIM
    assert [one["text"] for one in content["sentences"]] == [
        "Riluzole was approved for ALS.",
        "Bread rises overnight.",
    ]
    assert content["sentences"][1]["verdict"] == "nothing_found"
    first = content["sentences"][0]
    passages = first["supporting"] + first["contradicting"] + first["not_judged"]
    assert passages
    for one in passages:
        document = client.get(f"/api/v1/documents/{one['document_id']}").json()
        assert document["text"][one["start"] : one["end"]] == one["quote"]


def test_claim_check_keeps_to_the_filters(client: TestClient) -> None:
    body = {"claim": _CLAIM, "filters": {"year_from": 2030}}

    content = client.post("/api/v1/claims/check", json=body).json()

    assert content["verdict"] == "nothing_found"
    assert content["filters"] == {"year_from": 2030}


@pytest.mark.parametrize("claim", ["", "x" * 3_001, "ALS is bad. " * 13])
def test_a_claim_that_cannot_be_checked_is_a_problem_with_a_remedy(
    client: TestClient, claim: str
) -> None:
    reply = client.post("/api/v1/claims/check", json={"claim": claim})

    assert reply.status_code == 422
    assert reply.headers["content-type"] == "application/problem+json"
    assert "The claim" in reply.json()["detail"]


def test_claim_check_needs_a_key_where_keys_are_set(keyed_client: TestClient) -> None:
    assert keyed_client.post("/api/v1/claims/check", json={"claim": _CLAIM}).status_code == 401
