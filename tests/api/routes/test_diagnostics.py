from fastapi.testclient import TestClient

from tests.api.conftest import ADMIN_KEY, READER_KEY


def test_diagnostics_are_for_administrators(keyed_client: TestClient) -> None:
    def status(key: str) -> int:
        headers = {"Authorization": f"Bearer {key}"}
        return keyed_client.get("/api/v1/diagnostics", headers=headers).status_code

    assert [status(READER_KEY), status(ADMIN_KEY)] == [403, 200]


def test_diagnostics_say_what_the_doctor_says(client: TestClient) -> None:
    report = client.get("/api/v1/diagnostics").json()

    assert report["ok"] is True
    assert "index" in {finding["name"] for finding in report["findings"]}
    assert {frozenset(finding) for finding in report["findings"]} == {
        frozenset({"name", "ok", "detail", "warning", "items"})
    }
