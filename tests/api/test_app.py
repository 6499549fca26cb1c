import json
from pathlib import Path

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
