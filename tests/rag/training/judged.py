"""Judged questions small enough for a model of ten words."""

from rag.relevance_input import Passage
from rag.training.judgements import Fold, JudgedPassage, JudgedQuestion
from rag.training.recipe import Recipe
from tests.tiny_models import WORDS

TINY = Recipe(
    layers=(0, 1),
    pairs=64,
    batch_pairs=8,
    max_tokens=32,
    short_tokens=(16, 24),
    bf16=False,
    swapped=0.0,
)


def judged_question(number: int, *, fold: Fold = Fold.TRAINING) -> JudgedQuestion:
    """One of that fold whose relevant passage has its word, with two others."""
    times = 1 + number // 8  # so that no two questions have a passage of the same words
    word, other = (" ".join([WORDS[place % 8]] * times) for place in (number, number + 3))
    return JudgedQuestion(
        question_id=str(number),
        text=f"{word} ?",
        source="made",
        group=str(number),
        fold=fold,
        passages=(
            _passage(f"{word} slows {number}.", relevant=True),
            _passage(f"{other} neuron {number}.", relevant=False),
            _passage(f"{other} gene {number}.", relevant=False),
        ),
    )


def _passage(text: str, *, relevant: bool) -> JudgedPassage:
    return JudgedPassage(
        Passage(text, "", ((0, len(text)),)), relevant, relevant, (relevant,), 0.5, 0.5
    )
