"""Training on a tiny model."""

import dataclasses
import json
from pathlib import Path

import pytest
import torch

from index.errors import SettingsError
from rag.relevance_input import PairEncoder
from rag.training import trainer
from rag.training.judgements import Fold
from rag.training.network import RelevanceNetwork
from rag.training.trainer import gold_of_other_folds, train
from tests.rag.training.judged import TINY, judged_question
from tests.tiny_models import save_base_model

_QUESTIONS = [judged_question(number) for number in range(8)]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_base_model(tmp_path_factory.mktemp("base"))


class _StoppedError(Exception):
    pass


def _stop_at(pairs: int):  # type: ignore[no-untyped-def]
    def on_progress(_stage: str, done: int, _total: int) -> None:
        if done >= pairs:
            raise _StoppedError

    return on_progress


def _weights(folder: Path) -> dict[str, torch.Tensor]:
    state: dict[str, torch.Tensor] = torch.load(folder / "checkpoint.pt")["network"]
    return state


def test_a_training_that_was_stopped_comes_to_the_same_weights(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trainer, "_CHECKPOINT_EVERY", 2)
    train(_QUESTIONS, TINY, model_folder=base, run_folder=tmp_path / "whole")
    for _ in range(2):
        with pytest.raises(_StoppedError):
            train(
                _QUESTIONS,
                TINY,
                model_folder=base,
                run_folder=tmp_path / "stopped",
                on_progress=_stop_at(40),
            )
    train(_QUESTIONS, TINY, model_folder=base, run_folder=tmp_path / "stopped")
    whole, stopped = _weights(tmp_path / "whole"), _weights(tmp_path / "stopped")
    assert whole.keys() == stopped.keys()
    assert all(torch.equal(whole[name], stopped[name]) for name in whole)


def test_losses_fall_and_are_logged(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trainer, "_LOG_EVERY", 20)
    recipe = dataclasses.replace(TINY, pairs=1_500, body_rate=2e-3, head_rate=5e-3)
    train(_QUESTIONS, recipe, model_folder=base, run_folder=tmp_path)
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert lines[-1]["ranking"] < 0.5 * lines[0]["ranking"]
    assert lines[-1]["answers"] < 0.5 * lines[0]["answers"]
    assert lines[-1]["pairs"] > 1_000


def test_the_vectors_of_word_pieces_stay_as_they_were(base: Path, tmp_path: Path) -> None:
    network = train(_QUESTIONS, TINY, model_folder=base, run_folder=tmp_path)
    before = RelevanceNetwork(base, TINY.layers)
    name = "word_embeddings.weight"
    own, old = (one.encoder.embeddings.state_dict()[name] for one in (network, before))
    assert torch.equal(own, old)


def test_other_folds_teach_nothing(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = judged_question(20, fold=Fold.HELD_BACK)
    # Its gold passage is one that another question found too.
    found_too = dataclasses.replace(
        held.passages[0], relevant=False, answers=False, sentences=(False,)
    )
    first = dataclasses.replace(_QUESTIONS[0], passages=(*_QUESTIONS[0].passages, found_too))
    read: list[bytes] = []
    whole = PairEncoder.pair

    def pair(self: PairEncoder, *given, **named):  # type: ignore[no-untyped-def]
        made = whole(self, *given, **named)
        read.append(made.ids.tobytes())
        return made

    monkeypatch.setattr(PairEncoder, "pair", pair)
    train([first, *_QUESTIONS[1:], held], TINY, model_folder=base, run_folder=tmp_path)
    encoder = PairEncoder(base / "tokenizer.json", max_tokens=32)
    gold, *others = encoder.encode_passages([one.passage for one in held.passages])
    assert read
    assert not any(one.ids.tobytes() in pair for one in (gold, *others) for pair in read)
    assert gold_of_other_folds([first, held]) == {held.passages[0].passage.text}


def test_a_folder_of_another_recipe_is_refused(base: Path, tmp_path: Path) -> None:
    train(_QUESTIONS, TINY, model_folder=base, run_folder=tmp_path)
    other = dataclasses.replace(TINY, seed=1)
    with pytest.raises(SettingsError, match="another recipe"):
        train(_QUESTIONS, other, model_folder=base, run_folder=tmp_path)
    with pytest.raises(SettingsError, match="of other questions"):
        train(_QUESTIONS[1:], TINY, model_folder=base, run_folder=tmp_path)


def test_without_a_question_to_learn_from_nothing_is_begun(base: Path, tmp_path: Path) -> None:
    held = [judged_question(1, fold=Fold.HELD_BACK)]
    with pytest.raises(SettingsError, match="No question for training"):
        train(held, TINY, model_folder=base, run_folder=tmp_path / "run")
    assert not (tmp_path / "run").exists()
