"""Trains: judged questions and a recipe in, a network's weights out; what was stopped goes on.

The run's folder holds `checkpoint.pt`, replaced whole every so many steps, `log.jsonl`, and at the
end holds the weights. The same call on the same folder goes on from the checkpoint; where pairs, not
minutes, end the run, it comes to what an undisturbed run comes to.
"""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from index.errors import SettingsError
from index.model_files import file_sha256
from index.safe_files import replace_text
from rag.relevance_input import PairEncoder
from rag.training.batches import read_pairs
from rag.training.judgements import Fold, JudgedQuestion, digest_of
from rag.training.losses import answer_loss, ranking_loss, sentence_loss
from rag.training.network import RelevanceNetwork
from rag.training.recipe import Recipe
from rag.training.sampling import Batch, Sampler

VERSION = 2
"""Of what is drawn and how it is learned from; with another one a run begins anew."""
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
    forbidden = gold_of_other_folds(questions)
    if all(one.passage.text in forbidden for question in own for one in question.relevant):
        raise SettingsError(
            "No question for training has a relevant passage that no held-back one has too.",
            "Give more judged questions.",
        )
    run_folder.mkdir(parents=True, exist_ok=True)
    _claim(run_folder, run_of(questions, recipe, model_folder))
    encoder = PairEncoder(model_folder / "tokenizer.json", max_tokens=recipe.max_tokens)
    sampler = Sampler(own, encoder, recipe, forbidden=forbidden)
    torch.manual_seed(recipe.seed)
    network = RelevanceNetwork(model_folder, recipe.layers)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    network.to(device).train()
    optimizer = _optimizer(network, recipe)
    done = _resume(run_folder / _CHECKPOINT, network, optimizer, sampler)
    bf16 = recipe.bf16 and _can_bf16(device)
    losses: list[tuple[float, ...]] = []
    started = time.monotonic() - done.seconds
    with single_threads(recipe.batches) as threads:
        while (share := _share(recipe, done)) < 1:
            _set_rates(optimizer, recipe, share)
            batches = [sampler.batch() for _ in range(recipe.batches)]
            read = partial(_gradients, network, recipe=recipe, bf16=bf16)
            losses += _follow(list(threads.map(read, batches)), network, optimizer)
            done.pairs += sum(len(one.pairs) for one in batches)
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


@contextmanager
def single_threads(count: int) -> Iterator[ThreadPoolExecutor]:
    """Threads that each run torch on one processor: two of them do more than one that uses two."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with ThreadPoolExecutor(count, initializer=partial(torch.set_num_threads, 1)) as threads:
            yield threads
    finally:
        torch.set_num_threads(before)


@dataclass(frozen=True, slots=True)
class _Gradients:
    losses: tuple[float, ...]
    """Of ranking, of answering and of sentences."""
    parameters: tuple[Tensor, ...]
    """Of each that is trained, in their order."""


def _gradients(
    network: RelevanceNetwork, batch: Batch, *, recipe: Recipe, bf16: bool
) -> _Gradients:
    said = read_pairs(network, [one.pair for one in batch.pairs], bf16=bf16)
    device = said.answers.device
    answers = torch.tensor([one.answers for one in batch.pairs], device=device)
    sentences = torch.cat([torch.from_numpy(one.sentences) for one in batch.pairs]).to(device)
    losses = (
        ranking_loss(said.relevance, batch.places),
        answer_loss(said.answers, answers, negative_weight=recipe.negative_weight),
        sentence_loss(said.sentences[said.is_read], sentences[said.is_read]),
    )
    parameters = torch.autograd.grad(torch.stack(losses).sum(), _trained(network))
    return _Gradients(tuple(float(one.detach()) for one in losses), parameters)


def _follow(
    gradients: Sequence[_Gradients], network: RelevanceNetwork, optimizer: torch.optim.Optimizer
) -> list[tuple[float, ...]]:
    """A step along the mean of the gradients; gives the losses."""
    trained = _trained(network)
    for place, parameter in enumerate(trained):
        parameter.grad = torch.stack([one.parameters[place] for one in gradients]).mean(dim=0)
    torch.nn.utils.clip_grad_norm_(trained, _CLIP)
    optimizer.step()
    return [one.losses for one in gradients]


def _trained(network: RelevanceNetwork) -> list[Tensor]:
    return [*network.body(), *network.heads()]


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


def run_of(questions: Sequence[JudgedQuestion], recipe: Recipe, model_folder: Path) -> str:
    """All that decides what comes out, as JSON; its hash names a run."""
    starts_from = file_sha256(model_folder / "model.safetensors")
    content = {"recipe": recipe.to_dict(), "questions": digest_of(questions)}
    return json.dumps(content | {"starts_from": starts_from, "version": VERSION}, indent=1)


def _claim(folder: Path, own: str) -> None:
    """Note what is trained in the folder, or see that it is what was noted."""
    path = folder / "run.json"
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
    return _Progress(*state["done"])
