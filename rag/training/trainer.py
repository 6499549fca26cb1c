"""Trains: judged questions and a recipe in, a network's weights out; what was stopped goes on.

The run's folder holds `checkpoint.pt`, replaced whole every so many steps, `log.jsonl`, and at the
end `weights.pt`. The same call on the same folder goes on from the checkpoint, and comes to what an
undisturbed run comes to.
"""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from index.errors import SettingsError
from index.safe_files import replace_text
from rag.relevance_input import PairEncoder
from rag.training.batches import read_pairs
from rag.training.judgements import Fold, JudgedQuestion, digest_of
from rag.training.losses import answer_loss, ranking_loss, sentence_loss
from rag.training.network import RelevanceNetwork
from rag.training.recipe import Recipe
from rag.training.sampling import Batch, Sampler

_CHECKPOINT = "checkpoint.pt"
_LOG = "log.jsonl"
_LOG_EVERY = 50
_CHECKPOINT_EVERY = 200
_CLIP = 1.0

OnProgress = Callable[[str, int, int], None]


@dataclass(slots=True)
class _Progress:
    pairs: int = 0
    steps: int = 0
    seconds: float = 0.0


def train(
    questions: Sequence[JudgedQuestion],
    recipe: Recipe,
    *,
    model_folder: Path,
    run_folder: Path,
    on_progress: OnProgress = lambda _stage, _done, _total: None,
) -> RelevanceNetwork:
    """Train on the questions of the training fold, and on passages that no other fold's are gold.

    Args:
        questions: of all folds.
        recipe: how.
        model_folder: of the BERT model that it starts from, with its `tokenizer.json`.
        run_folder: where checkpoints and log lie; made if it is not there.
        on_progress: told of pairs read.

    Raises:
        SettingsError: no question of the training fold has a relevant passage, or the folder holds
            a run of another recipe or of other questions.
    """
    own = [one for one in questions if one.fold is Fold.TRAINING]
    if not any(one.relevant for one in own):
        raise SettingsError(
            "No question for training has a relevant passage.", "Give more judged questions."
        )
    run_folder.mkdir(parents=True, exist_ok=True)
    _claim(run_folder, recipe, digest_of(questions))
    encoder = PairEncoder(model_folder / "tokenizer.json", max_tokens=recipe.max_tokens)
    sampler = Sampler(own, encoder, recipe, forbidden=gold_of_other_folds(questions))
    torch.manual_seed(recipe.seed)
    network = RelevanceNetwork(model_folder, recipe.layers)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    network.to(device).train()
    optimizer = _optimizer(network, recipe)
    done = _resume(run_folder / _CHECKPOINT, network, optimizer, sampler)
    bf16 = recipe.bf16 and _can_bf16(device)
    losses: list[tuple[float, ...]] = []
    started = time.monotonic() - done.seconds
    while (share := _share(recipe, done)) < 1:
        _set_rates(optimizer, recipe, share)
        batch = sampler.batch()
        parts = _losses(network, batch, recipe, bf16=bf16)
        torch.stack(parts).sum().backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(network.parameters(), _CLIP)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        losses.append(tuple(float(one.detach()) for one in parts))
        done.pairs += len(batch.pairs)
        done.steps += 1
        done.seconds = time.monotonic() - started
        on_progress("training", min(done.pairs, recipe.pairs), recipe.pairs)
        if done.steps % _LOG_EVERY == 0:
            _log(run_folder / _LOG, done, losses)
            losses.clear()
        if done.steps % _CHECKPOINT_EVERY == 0:
            _save(run_folder / _CHECKPOINT, network, optimizer, sampler, done)
    _save(run_folder / _CHECKPOINT, network, optimizer, sampler, done)
    return network.cpu().eval()


def gold_of_other_folds(questions: Sequence[JudgedQuestion]) -> frozenset[str]:
    """Texts of the passages that are relevant to a question of another fold than training."""
    return frozenset(
        one.passage.text
        for question in questions
        if question.fold is not Fold.TRAINING
        for one in question.relevant
    )


def _losses(
    network: RelevanceNetwork, batch: Batch, recipe: Recipe, *, bf16: bool
) -> tuple[Tensor, Tensor, Tensor]:
    """Of ranking, of answering and of sentences."""
    said = read_pairs(network, [one.pair for one in batch.pairs], bf16=bf16)
    device = said.answers.device
    answers = torch.tensor([one.answers for one in batch.pairs], device=device)
    sentences = torch.cat([torch.from_numpy(one.sentences) for one in batch.pairs]).to(device)
    return (
        ranking_loss(said.relevance, batch.places),
        answer_loss(said.answers, answers, negative_weight=recipe.negative_weight),
        sentence_loss(said.sentences[said.is_read], sentences[said.is_read]),
    )


def _optimizer(network: RelevanceNetwork, recipe: Recipe) -> torch.optim.Optimizer:
    groups = [
        {"params": network.body(), "peak": recipe.body_rate},
        {"params": network.heads(), "peak": recipe.head_rate},
    ]
    for one in network.encoder.embeddings.parameters():
        one.requires_grad = False
    return torch.optim.AdamW(groups, lr=0.0, weight_decay=recipe.weight_decay, fused=True)


def _share(recipe: Recipe, done: _Progress) -> float:
    """How much of the training is done, by pairs or by time, whichever is more."""
    return max(done.pairs / recipe.pairs, done.seconds / (60 * recipe.minutes))


def _set_rates(optimizer: torch.optim.Optimizer, recipe: Recipe, share: float) -> None:
    """Up to the peak during the warm-up, then down to nought at the end, in straight lines."""
    rise = share / recipe.warmup if recipe.warmup else 1.0
    factor = min(rise, (1 - share) / (1 - recipe.warmup))
    for group in optimizer.param_groups:
        group["lr"] = group["peak"] * max(factor, 1e-3)


def _can_bf16(device: torch.device) -> bool:
    return device.type == "cuda" or bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


def _claim(folder: Path, recipe: Recipe, questions: str) -> None:
    """Note what is trained in the folder, or see that it is what was noted."""
    path = folder / "run.json"
    own = json.dumps({"recipe": recipe.to_dict(), "questions": questions}, indent=1)
    if not path.exists():
        replace_text(path, own)
    elif path.read_text(encoding="utf-8") != own:
        raise SettingsError(
            f"{folder} holds a run of another recipe or of other questions.",
            "Name another folder.",
        )


def _log(path: Path, done: _Progress, losses: Sequence[tuple[float, ...]]) -> None:
    names = ("ranking", "answers", "sentences")
    means = [sum(column) / len(losses) for column in zip(*losses, strict=True)]
    line: dict[str, Any] = {"pairs": done.pairs, "seconds": round(done.seconds, 1)}
    line |= {name: round(mean, 4) for name, mean in zip(names, means, strict=True)}
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


def _save(
    path: Path,
    network: RelevanceNetwork,
    optimizer: torch.optim.Optimizer,
    sampler: Sampler,
    done: _Progress,
) -> None:
    state = {
        "network": network.state_dict(),
        "optimizer": optimizer.state_dict(),
        "sampler": sampler.state(),
        "torch": torch.get_rng_state(),
        "done": (done.pairs, done.steps, done.seconds),
    }
    unfinished = path.with_suffix(".unfinished")
    torch.save(state, unfinished)
    unfinished.replace(path)


def _resume(
    path: Path,
    network: RelevanceNetwork,
    optimizer: torch.optim.Optimizer,
    sampler: Sampler,
) -> _Progress:
    if not path.exists():
        return _Progress()
    state = torch.load(path, weights_only=True)
    network.load_state_dict(state["network"])
    optimizer.load_state_dict(state["optimizer"])
    sampler.resume(state["sampler"])
    torch.set_rng_state(state["torch"])
    return _Progress(*state["done"])
