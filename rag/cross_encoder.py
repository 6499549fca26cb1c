"""A cross-encoder of sentence-transformers in place of our own relevance model.

It ranks; whether a passage answers, or which of its sentences do, it does not say.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError
from index.model_hub import hub_folder
from index.settings import keep_offline
from rag.logistic import Logistic
from rag.relevance_input import Passage
from rag.relevance_model import Relevance

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

BY_SCORE_ALONE = Logistic(0.0, {"relevance": 1.0})
_REMEDY = "Name another with ALSQA_RERANKER, or leave it unset for our own."


class CrossEncoderScorer:
    """A model that gives one score for a pair.

    Args:
        model: a folder, or a hub name in the local cache.
        allow_downloads: a hub name that is not in the cache may be downloaded.

    Raises:
        ModelError: the model is not on this machine, or gives something else.
    """

    def __init__(self, model: str, *, allow_downloads: bool) -> None:
        folder = Path(model).expanduser()
        if not folder.is_dir():
            folder = hub_folder(model, what="cross-encoder", allow_downloads=allow_downloads)
        self._model = _load(folder)

    def score(self, question: str, passages: Sequence[Passage]) -> list[Relevance]:
        """Of each passage, in their order."""
        from torch.nn import Identity  # scores as they are, not squeezed between 0 and 1

        pairs = [(question, f"{one.title}\n{one.text}".strip()) for one in passages]
        scores = self._model.predict(pairs, show_progress_bar=False, activation_fn=Identity())
        return [
            Relevance(float(score), float(score), _unread(one), is_cut=False)
            for score, one in zip(scores, passages, strict=True)
        ]


def _unread(passage: Passage) -> NDArray[np.float32]:
    return np.full(len(passage.sentences), -np.inf, dtype=np.float32)


def _load(folder: Path) -> "CrossEncoder":
    keep_offline()
    from sentence_transformers import CrossEncoder

    try:
        model: CrossEncoder = CrossEncoder(
            str(folder), device="cpu", local_files_only=True, trust_remote_code=False
        )
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(
            f"The cross-encoder {folder} cannot be loaded ({error}).", _REMEDY
        ) from error
    if model.num_labels != 1:
        raise ModelError(
            f"The cross-encoder {folder} gives {model.num_labels} scores for a pair, not one.",
            _REMEDY,
        )
    return model
