import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.schemas import AnswerOut

FDA_QUESTION = "Which drugs has the FDA approved for ALS?"


def ask(client: TestClient, question: str, **more: str) -> dict[str, Any]:
    reply = client.post("/api/v1/answers", json={"question": question, **more})
    assert reply.status_code == 200, reply.text
    answer: dict[str, Any] = reply.json()
    return answer


def test_answer_cites_the_review_with_its_identifiers_and_exact_words(client: TestClient) -> None:
    answer = ask(client, FDA_QUESTION)

    reference = answer["references"][0]
    document = client.get(f"/api/v1/documents/{reference['document_id']}").json()
    span = reference["spans"][0]
    assert answer["status"] == "answered"
    assert "riluzole and edaravone" in answer["sentences"][0]["text"]
    assert answer["text"].startswith(answer["sentences"][0]["text"] + " [1]")
    assert (reference["pmid"], reference["pmcid"]) == ("34372914", "PMC8353789")
    assert reference["doi"] == "10.1186/s40035-021-00250-5"
    assert reference["authors"] == []
    assert reference["container"] is None
    assert reference["status"] == "not_checked"
    assert [link["url"] for link in reference["links"]] == [
        "https://pubmed.ncbi.nlm.nih.gov/34372914/",
        "https://pmc.ncbi.nlm.nih.gov/articles/PMC8353789/",
        "https://doi.org/10.1186/s40035-021-00250-5",
    ]
    assert document["text"][span["start"] : span["end"]] == span["quote"]


def test_listed_papers_name_the_page_that_lists_them(client: TestClient) -> None:
    answer = ask(client, "Which papers cite this review?")

    assert [reference["pmid"] for reference in answer["references"]] == [
        "36536341",
        "37101169",
        "39684324",
        "40350531",
        "40565135",
    ]
    assert {reference["listed_in"] for reference in answer["references"]} == {"pmid:34372914"}
    assert {sentence["kind"] for sentence in answer["sentences"]} == {"record"}


def test_conversation_is_issued_then_echoed(client: TestClient) -> None:
    first = ask(client, FDA_QUESTION)
    second = ask(client, "What is ALS?", conversation_id=first["conversation_id"])

    assert first["conversation_id"]
    assert second["conversation_id"] == first["conversation_id"]
    assert second["answer_id"] != first["answer_id"]


def test_unknown_conversation_is_not_found_and_nothing_is_answered(client: TestClient) -> None:
    reply = client.post(
        "/api/v1/answers", json={"question": FDA_QUESTION, "conversation_id": "con_unknown"}
    )

    assert reply.status_code == 404
    assert reply.headers["content-type"] == "application/problem+json"
    assert "conversation" in reply.json()["detail"]


def test_stored_answer_is_what_was_sent(client: TestClient) -> None:
    sent = ask(client, FDA_QUESTION)

    stored = client.get(f"/api/v1/answers/{sent['answer_id']}").json()
    assert stored == sent | {"changes_since": []}
    assert client.get("/api/v1/answers/ans_unknown").status_code == 404


@pytest.mark.parametrize(
    "question",
    [
        "",
        "   \n ",
        "?!…",
        "What is\x00 ALS?",
        "What is \u202eALS?",
        "a" * 2_001,
        b"\x89PNG\r\n".decode("latin-1"),
    ],
    ids=["empty", "blank", "punctuation", "nul", "bidi", "long", "binary"],
)
def test_question_that_cannot_be_searched_is_a_problem(client: TestClient, question: str) -> None:
    reply = client.post("/api/v1/answers", json={"question": question})

    problem = reply.json()
    assert reply.status_code == 422
    assert reply.headers["content-type"] == "application/problem+json"
    assert problem["status"] == 422
    assert problem["detail"].endswith(".")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{bad", 400),
        (b"\xff\xfe", 400),
        (b'{"question": "\\ud800"}', 422),
        (b"[]", 422),
        (b'{"question": 7}', 422),
        (b"{}", 422),
        (b'{"question": "What is ALS?", "surprise": 1}', 422),
        (b'"' + b"[" * 50_000, 400),
    ],
    ids=["broken", "not-utf8", "surrogate", "list", "number", "missing", "extra", "deep"],
)
def test_malformed_body_is_a_problem(client: TestClient, body: bytes, status: int) -> None:
    reply = client.post(
        "/api/v1/answers", content=body, headers={"content-type": "application/json"}
    )

    assert reply.status_code == status
    assert reply.headers["content-type"] == "application/problem+json"
    assert set(reply.json()) == {"type", "title", "status", "detail"}


def test_ten_megabytes_are_refused_by_length_and_when_streamed(client: TestClient) -> None:
    body = json.dumps({"question": "a" * 10_000_000}).encode()
    headers = {"content-type": "application/json"}

    declared = client.post("/api/v1/answers", content=body, headers=headers)
    streamed = client.post(
        "/api/v1/answers",
        content=(body[start : start + 65_536] for start in range(0, len(body), 65_536)),
        headers=headers,
    )

    assert [declared.status_code, streamed.status_code] == [413, 413]
    assert "bytes" in streamed.json()["detail"]


def test_missing_index_is_a_problem_that_says_what_to_do(empty_client: TestClient) -> None:
    reply = empty_client.post("/api/v1/answers", json={"question": FDA_QUESTION})

    assert reply.status_code == 503
    assert "alsqa index" in reply.json()["detail"]
    assert reply.headers["retry-after"]


def test_a_stored_answer_is_composed_again_and_asked_anew(client: TestClient) -> None:
    sent = ask(client, FDA_QUESTION)

    reply = client.post(f"/api/v1/answers/{sent['answer_id']}/replay")

    replay = reply.json()
    assert reply.status_code == 200
    assert (replay["state"], replay["faults"], replay["remarks"]) == ("identical", [], [])
    assert AnswerOut.model_validate(replay["answer"]) == AnswerOut.model_validate(sent)
    assert replay["sources"] == {"changes": [], "other_texts": []}
    assert replay["difference"]["is_same_answer"] is True
    assert replay["live_answer"]["answer_id"] != sent["answer_id"]
    assert client.get(f"/api/v1/answers/{replay['live_answer']['answer_id']}").status_code == 404


def test_an_unknown_answer_cannot_be_replayed(client: TestClient) -> None:
    reply = client.post("/api/v1/answers/ans_unknown/replay")

    assert reply.status_code == 404
    assert reply.headers["content-type"] == "application/problem+json"


def test_what_was_kept_for_a_replay_is_not_sent_with_an_answer(client: TestClient) -> None:
    sent = ask(client, FDA_QUESTION)

    stored = client.get(f"/api/v1/answers/{sent['answer_id']}").json()
    assert "basis" not in sent.keys() | stored.keys()
    assert "replay" not in sent.keys() | stored.keys()


def test_a_claim_that_may_have_grown_old_is_sent_with_its_year(client: TestClient) -> None:
    answer = ask(client, FDA_QUESTION)

    (notice,) = [notice for notice in answer["notices"] if notice["kind"] == "as_of"]
    assert notice["text"].startswith("As of 2021 (the year of [1]")
