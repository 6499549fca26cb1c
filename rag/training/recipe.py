"""How a relevance model is trained: every number that decides what comes out."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from index.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Recipe:
    """Hyper-parameters; times and counts are of the whole training."""

    layers: tuple[int, ...] = (0, 1, 2, 3, 4, 5)
    """Of the encoder that it starts from, those that are kept, from 0."""
    pairs: int = 300_000
    """Pairs of a question and a passage that are read, repeated ones counted again."""
    minutes: float = 95.0
    """It ends by then, even if fewer pairs were read."""
    batch_pairs: int = 24
    """Questions are added to a batch until it has so many pairs."""
    batches: int = 2
    """Read at once, a thread each; a step follows the mean of their gradients."""
    body_rate: float = 8e-5
    head_rate: float = 5e-4
    weight_decay: float = 0.01
    warmup: float = 0.03
    """Share of the training over which the learning rate rises."""
    max_tokens: int = 240
    short_tokens: tuple[int, ...] = (80, 112, 144)
    """Most passages are read as stretches of so many word pieces, which is faster and hides place."""
    whole: float = 0.3
    """Share of the passages that are read up to `max_tokens`."""
    positives: int = 3
    """Of a question, at most."""
    negatives: int = 6
    """Of a question; the first that retrieval found are drawn most often."""
    unanswered: int = 3
    """Of a question without a relevant passage: rather those that come nearest to an answer."""
    swapped: float = 0.4
    """Chance that a question is asked again with one of its words changed, so that its passage does
    not answer any more."""
    swapped_within: float = 0.5
    """How often the other word is one of the passage, where it has one that fits."""
    negative_weight: float = 0.5
    """Of a passage that does not answer, beside one that does."""
    bf16: bool = True
    """Multiply in bfloat16 where the processor can."""
    seed: int = 0

    def __post_init__(self) -> None:
        if not self.layers or sorted(set(self.layers)) != list(self.layers):
            raise ValueError(f"layers {self.layers} are not ascending")
        if min(self.pairs, self.batches) < 1 or self.minutes <= 0 or self.batch_pairs < 2:
            raise ValueError("pairs, minutes, batches and batch_pairs have to be positive")

    @property
    def fingerprint(self) -> str:
        """Changes with every number."""
        return hashlib.sha256(json.dumps(self.to_dict()).encode()).hexdigest()[:12]

    def to_dict(self) -> dict[str, Any]:
        """The fields by name, fit for JSON."""
        return asdict(self)


RECIPES: Mapping[str, Recipe] = {
    "six-layers": Recipe(),
    "four-layers": Recipe(layers=(0, 1, 2, 3)),
    "three-layers": Recipe(layers=(0, 1, 2)),
}
"""By name; what each gave stands in docs/relevance.md."""


def recipe_named(name: str) -> Recipe:
    """The recipe of that name; SettingsError where there is none."""
    if name not in RECIPES:
        raise SettingsError(
            f"There is no recipe {name!r}.", f"Choose one of: {', '.join(RECIPES)}."
        )
    return RECIPES[name]
