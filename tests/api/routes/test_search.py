import pytest
from fastapi.testclient import TestClient

from api.requests import FiltersIn

_FDA = {"question": "Which drugs has the FDA approved for ALS?"}


def test_search_gives_sentences_best_first_with_their_papers(client: TestClient) -> None:
    reply = client.post("/api/v1/search", json=_FDA | {"limit": 3})

    results = reply.json()["results"]
    assert reply.status_code == 200
    assert len(results) == 3
    assert "Food and Drug Administration" in results[0]["text"]
    assert [one["score"] for one in results] == sorted(
        (one["score"] for one in results), reverse=True
    )
    document = client.get(f"/api/v1/documents/{results[0]['document_id']}").json()
    start, end = results[0]["start"], results[0]["end"]
    assert document["text"][start:end] == results[0]["text"]


def test_search_keeps_to_the_filters(client: TestClient) -> None:
    reply = client.post("/api/v1/search", json=_FDA | {"filters": {"year_from": 2030}})

    assert reply.json()["results"] == []


@pytest.mark.parametrize(
    ("filters", "told"),
    [
        ({"year_from": 2030}, "No document is left by: from 2030."),
        ({"sections": ["nosuch"]}, "No section is left by: section nosuch."),
        ({"year_from": 2000}, None),
        ({}, None),
    ],
)
def test_search_says_where_the_filters_leave_nothing(
    client: TestClient, filters: dict[str, object], told: str | None
) -> None:
    reply = client.post("/api/v1/search", json=_FDA | {"filters": filters})

    assert reply.json()["nothing_left"] == told


def test_answer_keeps_to_the_filters_and_says_so(client: TestClient) -> None:
    body = _FDA | {"filters": {"year_from": 2030, "study_types": ["trial"]}}

    content = client.post("/api/v1/answers", json=body).json()

    assert content["filters"] == {"year_from": 2030, "study_types": ["trial"]}
    assert content["status"] == "insufficient_evidence"
    stored = client.get(f"/api/v1/answers/{content['answer_id']}").json()
    assert stored["filters"] == content["filters"]


def test_filter_of_an_unknown_name_is_told_the_names(client: TestClient) -> None:
    for route in ("search", "answers"):
        reply = client.post(f"/api/v1/{route}", json=_FDA | {"filters": {"since": 2020}})

        assert reply.status_code == 422
        assert "filters: not known here: 'since'" in reply.json()["detail"]
        for name in FiltersIn.model_fields:
            assert name in reply.json()["detail"]


def test_last_year_before_the_first_is_refused(client: TestClient) -> None:
    filters = {"year_from": 2025, "year_to": 2000}

    reply = client.post("/api/v1/search", json=_FDA | {"filters": filters})

    assert reply.status_code == 422
    assert "since is after until: year_from is 2025, year_to is 2000" in reply.json()["detail"]


def test_filter_of_another_form_is_refused(client: TestClient) -> None:
    for filters in ({"study_types": ["trail"]}, {"year": 2020}, {"year_from": -1}):
        reply = client.post("/api/v1/search", json=_FDA | {"filters": filters})

        assert reply.status_code == 422
        assert reply.headers["content-type"] == "application/problem+json"
