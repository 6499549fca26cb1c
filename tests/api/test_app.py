import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

SNAPSHOT = Path(__file__).parent / "snapshots" / "openapi.json"


def test_openapi_description_is_the_one_recorded(client: TestClient) -> None:
    description = client.get("/openapi.json").json()
    interface = {"paths": description["paths"], "components": description["components"]}

    assert interface == json.loads(SNAPSHOT.read_text(encoding="utf-8"))


def test_unknown_path_and_method_are_problems(client: TestClient) -> None:
    missing = client.get("/api/v1/nothing")
    wrong = client.delete("/api/v1/library")

    assert (missing.status_code, wrong.status_code) == (404, 405)
    assert {reply.headers["content-type"] for reply in (missing, wrong)} == {
        "application/problem+json"
    }
    details = [reply.json()["detail"] for reply in (missing, wrong)]
    assert "/api/v1/nothing" in details[0]
    assert "takes GET, not DELETE" in details[1]
    assert all("/docs" in detail for detail in details)


@pytest.mark.parametrize("body", [b'{"question": "\xff"}', b'{"question": ', b"[" * 50_000])
def test_body_that_is_no_json_is_told_what_to_send(client: TestClient, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}

    reply = client.post("/api/v1/answers", content=body, headers=headers)

    assert reply.status_code == 400
    assert "not JSON in UTF-8. Send an object" in reply.json()["detail"]
