"""A language model without a model: a prompt with numbered sources in, their first sentences out.

It reads the prompt of LlamaIndex's `CitationQueryEngine` and copies the first sentence of every
source with its marker. So an answer shows what was retrieved, and nothing that a model knows.
"""

import re
from collections.abc import Sequence

from eval.benchmarks.models import GivenAnswer, GivenSentence, Passage
from index.sentences import sentence_spans

_BAR = "\n------\n"
_SOURCE = re.compile(r"^Source (\d+):\n", re.MULTILINE)
_CITED = re.compile(r"(.*?)\s*((?:\[\d+\])+)", re.DOTALL)
_NUMBER = re.compile(r"\d+")
_NOTHING = "None of the sources are helpful."


def scripted_answer(prompt: str) -> str:
    """The first sentence of each numbered source between the prompt's bars, with its marker."""
    parts = prompt.split(_BAR)
    sources = parts[-2] if len(parts) > 2 else ""
    cut = _SOURCE.split(sources)[1:]
    sentences = [
        f"{_first_sentence(text)} [{number}]"
        for number, text in zip(cut[::2], cut[1::2], strict=True)
        if text.strip()
    ]
    return " ".join(sentences) or _NOTHING


def numbered_prompt(question: str, sources: Sequence[str]) -> str:
    """The part of `CitationQueryEngine`'s prompt that the model reads."""
    listed = "\n".join(f"Source {n}:\n{text}\n" for n, text in enumerate(sources, start=1))
    return f"{_BAR}{listed}{_BAR}Query: {question}\nAnswer: "


def read_answer(text: str, sources: Sequence[Passage]) -> GivenAnswer:
    """The answer in a model's text, each marker resolved; a marker without a source cites nothing.

    Args:
        text: sentences, each followed by its markers.
        sources: what the markers count, from 1.
    """
    sentences = []
    for match in _CITED.finditer(text):
        numbers = dict.fromkeys(int(one) for one in _NUMBER.findall(match[2]))
        cited = tuple(sources[n - 1] for n in numbers if 1 <= n <= len(sources))
        sentences.append(GivenSentence(match[1].strip(), cited))
    return GivenAnswer(
        sentences=tuple(sentences),
        confidence=sources[0].score if sources else float("-inf"),
        rests_on=sources[0].document_id if sources else None,
    )


def _first_sentence(text: str) -> str:
    start, end = (sentence_spans(text.strip()) or [(0, 0)])[0]
    return " ".join(text.strip()[start:end].split())
