"""The network: a BERT encoder, and three heads that read a pair of question and passage."""

from collections.abc import Sequence
from logging import ERROR
from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import BertModel
from transformers.utils import logging

_TRAITS = 64
_NOTHING = -100.0


class RelevanceNetwork(nn.Module):
    """Word pieces of pairs in, logits out.

    The heads see, beside what the encoder makes of the pair, how near the means of both sides are:
    that is what the weights it starts from were made for. And they see the most of some traits on
    each side, for one word of a question that the passage does not have may decide.

    Args:
        model_folder: of the BERT model that it starts from.
        layers: of its encoder, those that are kept.
    """

    def __init__(self, model_folder: Path, layers: Sequence[int]) -> None:
        super().__init__()
        self.encoder = _pretrained(model_folder)
        every = self.encoder.encoder.layer
        self.encoder.encoder.layer = nn.ModuleList([every[place] for place in layers])
        self.encoder.config.num_hidden_layers = len(layers)
        width = self.encoder.config.hidden_size
        self.trait = nn.Linear(width, _TRAITS)
        self.pair = nn.Linear(3 * width + 2 * _TRAITS, width)
        self.relevance = nn.Linear(width, 1)
        self.answers = nn.Linear(width, 1)
        self.token = nn.Linear(2 * width, width)
        self.tokens = nn.Linear(width, 1)

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Logits of relevance and of answering, shape (pairs,), and of word pieces, (pairs, length).

        Args:
            ids: word pieces, shape (pairs, length).
            mask: 1 where there is one.
            types: 0 for the question's side, 1 for the passage's.
        """
        states = self.encoder(
            input_ids=ids, attention_mask=mask, token_type_ids=types
        ).last_hidden_state
        asked = _mean(states, (1 - types) * mask)
        read = _mean(states, types * mask)
        traits = self.trait(states)
        most = [_most(traits, side * mask) for side in (1 - types, types)]
        beside = torch.cat([states[:, 0], asked * read, (asked - read).abs(), *most], dim=-1)
        pair = nn.functional.gelu(self.pair(beside))
        near = torch.cat([states, states * asked.unsqueeze(1)], dim=-1)
        token = nn.functional.gelu(self.token(near))
        return (
            self.relevance(pair).squeeze(-1),
            self.answers(pair).squeeze(-1),
            self.tokens(token).squeeze(-1),
        )

    def body(self) -> list[nn.Parameter]:
        """The encoder's layers; the vectors of word pieces stay as they were."""
        return list(self.encoder.encoder.parameters())

    def heads(self) -> list[nn.Parameter]:
        """All that is new."""
        own = (self.trait, self.pair, self.relevance, self.answers, self.token, self.tokens)
        return [one for layer in own for one in layer.parameters()]


def _pretrained(folder: Path) -> BertModel:
    """The encoder without its pooling layer, which goes unmentioned."""
    verbosity = logging.get_verbosity()
    logging.set_verbosity(ERROR)
    logging.disable_progress_bar()
    try:
        return BertModel.from_pretrained(
            str(folder),
            add_pooling_layer=False,
            # Half as fast again as the fused kernel of processors, whose way back is slow.
            attn_implementation="eager",
            # Threads would draw from one stream of chance, and no run would come out the same.
            attention_probs_dropout_prob=0.0,
            hidden_dropout_prob=0.0,
        )
    finally:
        logging.set_verbosity(verbosity)
        logging.enable_progress_bar()


def _most(states: Tensor, weights: Tensor) -> Tensor:
    return states.masked_fill((weights == 0).unsqueeze(-1), _NOTHING).amax(dim=1)


def _mean(states: Tensor, weights: Tensor) -> Tensor:
    given = weights.unsqueeze(-1).to(states.dtype)
    total = given.sum(dim=1).clamp(min=1)
    return (states * given).sum(dim=1) / total
