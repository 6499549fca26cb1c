import json
import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from eval.judge import INSTRUCTIONS, ModelJudge, make_judge
from eval.measures.citations import Relation
from eval.settings import JudgeSettings
from index.errors import SettingsError
from index.settings import read_settings
from rag.models import Citation
from tests.eval.samples import ELSEWHERE, GOLD, OTHER_PAPER, Said, answer

ONE = answer(Said("Riluzole slows ALS.", GOLD))
Handler = Callable[[httpx.Request], httpx.Response]


def reply(content: object) -> httpx.Response:
    """A reply as an OpenAI-compatible server gives it."""
    return httpx.Response(200, json={"choices": [{"message": {"content": content}}]})


def judge_by(handler: Handler) -> ModelJudge:
    client = httpx.Client(base_url="http://127.0.0.1:9/v1/", transport=httpx.MockTransport(handler))
    return ModelJudge(read_settings(JudgeSettings, judge_model="made-up"), client)


@dataclass(slots=True)
class ScriptedModel:
    """Replies with those contents, one after the other, and keeps what it was sent."""

    contents: list[object]
    history: list[dict[str, object]] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.history.append(json.loads(request.content))
        return reply(self.contents[len(self.history) - 1])


@pytest.mark.parametrize("word", ["supports", "contradicts", "neutral", "not_relevant"])
def test_the_models_word_is_the_relation(word: Relation) -> None:
    assert judge_by(ScriptedModel([word]))(ONE) == [(word,)]


@pytest.mark.parametrize("content", ["Supports.", ' "supports"\n', "SUPPORTS"])
def test_case_and_marks_around_the_word_make_no_difference(content: str) -> None:
    assert judge_by(ScriptedModel([content]))(ONE) == [("supports",)]


@pytest.mark.parametrize(
    "content", ["", "yes", "It supports the statement.", "does not support", None, 3, ["supports"]]
)
def test_a_reply_that_is_no_such_word_judges_nothing(content: object) -> None:
    assert judge_by(ScriptedModel([content]))(ONE) == [(None,)]


def test_every_citation_of_every_claim_is_judged_in_order() -> None:
    given = answer(
        Said("Riluzole slows ALS.", GOLD),
        Said("A paper is described.", ELSEWHERE, kind="record"),
        Said("Tofersen is for carriers.", OTHER_PAPER, n=2),
    )
    first = given.sentences[0]
    other = Citation(2, given.sentences[2].citations[0].span)
    twice = replace(first, citations=(*first.citations, other))
    given = replace(given, sentences=(twice, *given.sentences[1:]))
    model = ScriptedModel(["supports", "neutral", "contradicts"])

    assert judge_by(model)(given) == [("supports", "neutral"), ("contradicts",)]


def test_an_answer_without_claims_asks_nothing() -> None:
    model = ScriptedModel([])

    assert judge_by(model)(answer()) == []
    assert model.history == []


def test_the_model_gets_statement_and_quote_and_no_question() -> None:
    model = ScriptedModel(["supports"])

    judge_by(model)(replace(ONE, question="My father has ALS."))

    (sent,) = model.history
    assert (sent["model"], sent["temperature"]) == ("made-up", 0)
    messages = sent["messages"]
    assert isinstance(messages, list)
    assert messages[0] == {"role": "system", "content": INSTRUCTIONS}
    assert json.loads(messages[1]["content"]) == {
        "statement": "Riluzole slows ALS.",
        "quote": "Riluzole slows ALS.",
    }
    assert "father" not in json.dumps(sent)


def refuse(_request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused")


def time_out(_request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("too long")


@pytest.mark.parametrize(
    ("handler", "named"),
    [
        (refuse, "ConnectError"),
        (time_out, "ReadTimeout"),
        (lambda _: httpx.Response(500, text="broken"), "HTTPStatusError"),
        (lambda _: httpx.Response(401, json={"error": "no key"}), "HTTPStatusError"),
        (lambda _: httpx.Response(302, headers={"location": "/"}), "HTTPStatusError"),
        (lambda _: httpx.Response(200, text="<html>"), "JSONDecodeError"),
        (lambda _: httpx.Response(200, json={}), "KeyError"),
        (lambda _: httpx.Response(200, json=[]), "TypeError"),
        (lambda _: httpx.Response(200, json={"choices": []}), "IndexError"),
        (lambda _: httpx.Response(200, json={"choices": [{"message": None}]}), "TypeError"),
        (lambda _: httpx.Response(200, content=b"\xff\xfe"), "JSONDecodeError"),
    ],
    ids=["refused", "late", "500", "401", "302", "html", "empty", "list", "none", "null", "bytes"],
)
def test_a_model_that_fails_judges_nothing_and_is_logged(
    handler: Handler, named: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        relations = judge_by(handler)(ONE)

    assert relations == [(None,)]
    assert caplog.messages == [f"the judging model gave no reply ({named})"]


def test_one_failure_leaves_the_other_citations_judged() -> None:
    answers = iter([httpx.Response(503), reply("supports")])
    given = answer(Said("One.", GOLD), Said("Two.", ELSEWHERE))

    assert judge_by(lambda _request: next(answers))(given) == [(None,), ("supports",)]


def test_without_a_model_there_is_no_judge() -> None:
    assert make_judge(read_settings(JudgeSettings)) is None
    assert make_judge(read_settings(JudgeSettings, judge_base_url="http://127.0.0.1:9")) is None


def test_a_model_without_a_server_is_an_error() -> None:
    with pytest.raises(SettingsError) as caught:
        make_judge(read_settings(JudgeSettings, judge_model="made-up"))

    assert "ALSQA_JUDGE_MODEL" in caught.value.problem
    assert "ALSQA_JUDGE_BASE_URL" in caught.value.remedy


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:port/v1", "http:///v1", "127.0.0.1:9/v1", "ftp://a"]
)
def test_a_server_without_an_address_is_an_error(url: str) -> None:
    settings = read_settings(JudgeSettings, judge_model="made-up", judge_base_url=url)

    with pytest.raises(SettingsError, match=r"ALSQA_JUDGE_BASE_URL .* is no address"):
        make_judge(settings)


class _Server(ThreadingHTTPServer):
    seen: list[tuple[str, str | None]]


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append((self.path, self.headers["Authorization"]))
        content = b'{"choices": [{"message": {"content": "supports"}}]}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_arguments: object) -> None:
        """Print nothing."""


@pytest.fixture
def server() -> Iterator[_Server]:
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.seen = []
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize(("key", "sent"), [("secret", "Bearer secret"), (None, None)])
def test_the_server_that_is_set_is_asked_with_its_key(
    server: _Server,
    monkeypatch: pytest.MonkeyPatch,
    slash: str,
    key: str | None,
    sent: str | None,
) -> None:
    monkeypatch.setenv("ALSQA_JUDGE_MODEL", "made-up")
    monkeypatch.setenv("ALSQA_JUDGE_BASE_URL", f"http://127.0.0.1:{server.server_port}/v1{slash}")
    if key:
        monkeypatch.setenv("ALSQA_JUDGE_API_KEY", key)
    judge = make_judge(read_settings(JudgeSettings))
    assert judge is not None

    relations = judge(ONE)

    assert relations == [("supports",)]
    assert server.seen == [("/v1/chat/completions", sent)]


def test_the_key_is_not_printed() -> None:
    assert "secret" not in repr(read_settings(JudgeSettings, judge_api_key="secret"))
