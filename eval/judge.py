"""A language model's judgement of citations: optional, never gating, any OpenAI-compatible server.

Set `ALSQA_JUDGE_MODEL` and `ALSQA_JUDGE_BASE_URL` (and `ALSQA_JUDGE_API_KEY`). Sentences and quotes
are sent there; questions are not.
"""

import json
import logging
from collections.abc import Sequence
from typing import get_args

import httpx

from eval.measures.citations import Relation
from eval.settings import JudgeSettings
from index.errors import SettingsError
from rag.models import Answer

INSTRUCTIONS = (
    "You check citations. You get a statement and a quote of a scientific paper. Say what the quote "
    'does to the statement: "supports" (everything the statement says follows from the quote), '
    '"contradicts", "neutral" (on the matter, but it neither supports nor contradicts), or '
    '"not_relevant". Reply with that one word.'
)
_TIMEOUT_S = 60.0

logger = logging.getLogger(__name__)


class ModelJudge:
    """Asks the model once for each citation of each claim."""

    def __init__(self, settings: JudgeSettings, client: httpx.Client) -> None:
        self._model = settings.judge_model
        self._client = client

    def __call__(self, answer: Answer) -> Sequence[tuple[Relation | None, ...]]:
        """For each claim, what each of its citations does; None where no such word came back."""
        claims = (sentence for sentence in answer.sentences if sentence.kind == "claim")
        return [
            tuple(self._relation(claim.text, citation.span.quote) for citation in claim.citations)
            for claim in claims
        ]

    def _relation(self, statement: str, quote: str) -> Relation | None:
        body = {
            "model": self._model,
            "temperature": 0,
            "messages": [
                {"role": "system", "content": INSTRUCTIONS},
                {"role": "user", "content": json.dumps({"statement": statement, "quote": quote})},
            ],
        }
        try:
            reply = self._client.post("chat/completions", json=body).raise_for_status().json()
            word = str(reply["choices"][0]["message"]["content"]).strip().strip('."').lower()
        except (httpx.HTTPError, ValueError, LookupError, TypeError) as error:
            logger.warning("the judging model gave no reply (%s)", type(error).__name__)
            return None
        return next((one for one in get_args(Relation) if one == word), None)


def make_judge(settings: JudgeSettings) -> ModelJudge | None:
    """The judge that the settings name; None where they name none.

    Raises:
        SettingsError: a model is named, but no server, or none that has an address.
    """
    if not settings.judge_model:
        return None
    if not settings.judge_base_url:
        raise SettingsError(
            "ALSQA_JUDGE_MODEL is set, but no server to ask.",
            "Set ALSQA_JUDGE_BASE_URL, for example http://127.0.0.1:11434/v1.",
        )
    base_url = settings.judge_base_url.rstrip("/") + "/"
    if not _is_address(base_url):
        raise SettingsError(
            f"ALSQA_JUDGE_BASE_URL {settings.judge_base_url!r} is no address.",
            "Write it as http://127.0.0.1:11434/v1.",
        )
    key = settings.judge_api_key
    headers = {"Authorization": f"Bearer {key.get_secret_value()}"} if key else {}
    return ModelJudge(
        settings, httpx.Client(base_url=base_url, headers=headers, timeout=_TIMEOUT_S)
    )


def _is_address(text: str) -> bool:
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        return False
    return url.scheme in ("http", "https") and bool(url.host)
