"""Relevance models that cannot be used say why."""

import json
from pathlib import Path
from typing import Any

import pytest

from index.errors import ModelError
from rag.relevance_model import CARD_FILE, MODEL_FILE, RelevanceModel
from rag.rerankers import reranking_that_is_set
from rag.settings import RagSettings
from tests.rag.tiny_relevance import save_tiny_relevance


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_relevance(tmp_path_factory.mktemp("relevance"))


def _copy(saved: Path, folder: Path) -> Path:
    for name in (MODEL_FILE, CARD_FILE):
        (folder / name).write_bytes((saved / "model" / name).read_bytes())
    return folder


def _load(folder: Path, saved: Path) -> RelevanceModel:
    return RelevanceModel(folder, saved / "base" / "tokenizer.json")


def test_a_model_that_is_whole_is_named_by_its_hash(saved: Path, tmp_path: Path) -> None:
    model = _load(_copy(saved, tmp_path), saved)
    assert model.record.title == f"tiny@{model.record.sha256[:8]}"


def test_changed_weights_are_refused(saved: Path, tmp_path: Path) -> None:
    folder = _copy(saved, tmp_path)
    content = bytearray((folder / MODEL_FILE).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / MODEL_FILE).write_bytes(content)
    with pytest.raises(ModelError, match=r"model\.onnx is not the file that it was made with"):
        _load(folder, saved)


@pytest.mark.parametrize("name", [MODEL_FILE, CARD_FILE])
def test_a_missing_file_is_named(saved: Path, tmp_path: Path, name: str) -> None:
    folder = _copy(saved, tmp_path)
    (folder / name).unlink()
    with pytest.raises(ModelError, match=f"{name}: No such file"):
        _load(folder, saved)


def _change(folder: Path, **values: Any) -> None:
    record = json.loads((folder / CARD_FILE).read_text())
    (folder / CARD_FILE).write_text(json.dumps(record | values))


def test_another_tokenizer_is_refused(saved: Path, tmp_path: Path) -> None:
    folder = _copy(saved, tmp_path)
    _change(folder, tokenizer_sha256="0" * 64)
    with pytest.raises(ModelError, match=r"tokenizer\.json is not the file"):
        _load(folder, saved)


def test_what_is_set_and_cannot_be_used_is_a_problem_and_no_error(tmp_path: Path) -> None:
    (tmp_path / CARD_FILE).write_text("{}")
    found = reranking_that_is_set(RagSettings(reranker=str(tmp_path)))
    assert found.reranker is None
    assert found.answerability is None
    assert found.problem is not None
    assert "model.json has another form" in found.problem


def test_none_is_no_problem() -> None:
    found = reranking_that_is_set(RagSettings(reranker="none"))
    assert found.reranker is None
    assert found.problem is None


def test_a_name_that_is_not_on_this_machine_is_a_problem() -> None:
    found = reranking_that_is_set(RagSettings(reranker="nobody/knows-this"))
    assert found.reranker is None
    assert found.problem is not None
    assert "The cross-encoder 'nobody/knows-this' is not on this machine" in found.problem
