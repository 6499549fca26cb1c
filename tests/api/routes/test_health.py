from fastapi.testclient import TestClient


def test_service_with_an_index_is_up_and_ready(client: TestClient) -> None:
    assert client.get("/healthz").json()["status"] == "ok"
    assert client.get("/readyz").json()["status"] == "ok"


def test_service_without_an_index_is_up_but_not_ready(empty_client: TestClient) -> None:
    ready = empty_client.get("/readyz")

    assert empty_client.get("/healthz").status_code == 200
    assert ready.status_code == 503
    assert "alsqa index" in ready.json()["detail"]
