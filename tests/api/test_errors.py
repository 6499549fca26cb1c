import logging

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.errors import install_error_handlers
from index.errors import AlsqaError, DamagedBuildError, ModelError
from rag.errors import QuestionError

CANARY = "PATIENT-CANARY-7731"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (QuestionError("The question is empty.", "Ask."), 422),
        (DamagedBuildError("/secret/path is damaged.", "Run: alsqa index."), 503),
        (ModelError("No weights.", "Install them."), 503),
        (AlsqaError("Something."), 500),
        (ValueError("a traceback with /secret/path"), 500),
    ],
    ids=lambda value: type(value).__name__,
)
def test_every_error_becomes_problem_details(error: Exception, status: int) -> None:
    app = FastAPI()
    install_error_handlers(app)

    @app.get("/fails")
    def fails() -> None:
        raise error

    reply = TestClient(app, raise_server_exceptions=False).get("/fails")

    assert reply.status_code == status
    assert reply.headers["content-type"] == "application/problem+json"
    assert "/secret/path" not in reply.text
    assert "Traceback" not in reply.text


def test_questions_and_answers_are_not_logged(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    client.post("/api/v1/answers", json={"question": f"Does {CANARY} have ALS?"})
    client.post("/api/v1/answers", json={"question": f"{CANARY}\x00"})
    client.post("/api/v1/answers", content=f'{{"question": "{CANARY}'.encode())

    ours = [
        record for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))
    ]
    assert not [record for record in ours if CANARY in record.getMessage()]
