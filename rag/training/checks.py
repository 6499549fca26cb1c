"""Scores that are kept with a model, to tell whether a machine runs it as it was made."""

from pathlib import Path

import yaml

from rag.relevance_input import Passage
from rag.relevance_model import RecordedScore, RelevanceScorer

_FILE = Path(__file__).with_name("check_pairs.yaml")


def record_checks(scorer: RelevanceScorer) -> tuple[RecordedScore, ...]:
    """What the model says of the pairs of `check_pairs.yaml`."""
    recorded: list[RecordedScore] = []
    for one in yaml.safe_load(_FILE.read_text(encoding="utf-8")):
        passages = [Passage(text) for text in one["passages"]]
        said = scorer.score(one["question"], passages)
        recorded += [
            RecordedScore(
                question=one["question"],
                text=passage.text,
                relevance=found.relevance,
                answers=found.answers,
            )
            for passage, found in zip(passages, said, strict=True)
        ]
    return tuple(recorded)
