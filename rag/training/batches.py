"""Pairs as the network reads them: a batch in, padded tensors and logits of its pairs out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from rag.relevance_input import EncodedPair
from rag.training.network import RelevanceNetwork

MICRO_BATCH = 8
"""Pairs of like length that are padded to one length and read at once."""


@dataclass(frozen=True, slots=True)
class Logits:
    """What the network says of some pairs."""

    relevance: Tensor
    """Shape (pairs,)."""
    answers: Tensor
    """Shape (pairs,)."""
    sentences: Tensor
    """Of all sentences of all pairs, one after the other: the mean over their word pieces."""
    is_read: Tensor
    """Whether any word piece of a sentence was read, shape (sentences,)."""


def read_pairs(
    network: RelevanceNetwork, pairs: Sequence[EncodedPair], *, bf16: bool = False
) -> Logits:
    """Logits of the pairs, in their order."""
    device = next(network.parameters()).device
    order = sorted(range(len(pairs)), key=lambda place: len(pairs[place].ids))
    starts = np.cumsum([0, *(one.sentence_count for one in pairs)])
    sums = torch.zeros(int(starts[-1]), device=device)
    counts = torch.zeros_like(sums)
    relevance: list[Tensor] = []
    answers: list[Tensor] = []
    for first in range(0, len(order), MICRO_BATCH):
        part = order[first : first + MICRO_BATCH]
        ids, mask, types, sentence_of = _padded(
            [pairs[place] for place in part], starts[part], device
        )
        with torch.autocast(device.type, dtype=torch.bfloat16, enabled=bf16):
            one, other, tokens = network(ids, mask, types)
        relevance.append(one.float())
        answers.append(other.float())
        inside = sentence_of >= 0
        sums = sums.index_add(0, sentence_of[inside], tokens.float()[inside])
        counts = counts.index_add(0, sentence_of[inside], torch.ones_like(tokens[inside]).float())
    back = torch.empty(len(order), dtype=torch.long, device=device)
    back[torch.tensor(order, device=device)] = torch.arange(len(order), device=device)
    return Logits(
        torch.cat(relevance)[back], torch.cat(answers)[back], sums / counts.clamp(min=1), counts > 0
    )


def _padded(
    pairs: Sequence[EncodedPair], starts: np.ndarray, device: torch.device
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Word pieces, mask, types, and for each word piece its sentence's place among all; -1 for none."""
    length = max(len(one.ids) for one in pairs)
    shape = (len(pairs), length)
    ids, mask, types = (np.zeros(shape, dtype=np.int64) for _ in range(3))
    sentence_of = np.full(shape, -1, dtype=np.int64)
    for row, (one, start) in enumerate(zip(pairs, starts.tolist(), strict=True)):
        n = len(one.ids)
        ids[row, :n], mask[row, :n], types[row, :n] = one.ids, 1, one.types
        sentence_of[row, :n] = np.where(one.sentence_of >= 0, one.sentence_of + start, -1)
    return (
        torch.from_numpy(ids).to(device),
        torch.from_numpy(mask).to(device),
        torch.from_numpy(types).to(device),
        torch.from_numpy(sentence_of).to(device),
    )
