import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import ApiSettings
from tests.api.conftest import ADMIN_KEY, READER_KEY

PUBLIC = {"/healthz", "/readyz"}
QUESTION = {"question": "What is ALS?"}


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8000", 200),
        ("localhost", 200),
        ("[::1]:8000", 200),
        ("LOCALHOST:8000", 200),
        ("evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("localhost.", 421),
        ("", 421),
        ("[::1", 421),
    ],
)
def test_only_known_hosts_are_answered(client: TestClient, host: str, status: int) -> None:
    assert client.get("/healthz", headers={"host": host}).status_code == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"origin": "http://127.0.0.1"}, 200),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "http://127.0.0.1:9999"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "cross-site"}, 403),
    ],
    ids=str,
)
def test_writes_from_other_origins_are_refused(
    client: TestClient, headers: dict[str, str], status: int
) -> None:
    assert client.post("/api/v1/answers", json=QUESTION, headers=headers).status_code == status


def test_every_route_that_is_not_public_needs_a_key(
    api_settings: ApiSettings, keyed_client: TestClient
) -> None:
    paths = create_app(api_settings).openapi()["paths"]
    guarded = [
        (method, path)
        for path, methods in paths.items()
        if path not in PUBLIC
        for method in methods
    ]

    statuses = {
        (method, path): keyed_client.request(method, path, json=QUESTION).status_code
        for method, path in guarded
    }

    assert len(guarded) >= 5
    assert set(statuses.values()) == {401}


@pytest.mark.parametrize("key", [READER_KEY, ADMIN_KEY])
def test_known_keys_are_let_in(keyed_client: TestClient, key: str) -> None:
    reply = keyed_client.post(
        "/api/v1/answers", json=QUESTION, headers={"Authorization": f"Bearer {key}"}
    )

    assert reply.status_code == 200


@pytest.mark.parametrize("key", ["", "wrong", READER_KEY + "x", READER_KEY[:-1], "ключ"])
def test_other_keys_are_not(keyed_client: TestClient, key: str) -> None:
    headers = {b"Authorization": f"Bearer {key}".encode()}
    reply = keyed_client.post("/api/v1/answers", json=QUESTION, headers=headers)

    assert reply.status_code == 401
    assert reply.headers["www-authenticate"] == "Bearer"
    assert "Authorization" in reply.json()["detail"]
