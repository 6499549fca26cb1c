"""The torch runtime: what sentence-transformers itself gives, in the same bytes in any company."""

import json
import random
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import (
    Dense,
    Normalize,
    Pooling,
)
from transformers import BertModel

from index.embedding import Embedder
from index.embedding_models import load_embedder, model_folder
from index.errors import ModelError
from index.torch_embedding import padded_length
from tests.tiny_models import save_base_model, save_model

MINILM = load_embedder(runtime="torch")
PROSE = ["riluzole", "slows", "ALS", "a", "little", ",", "edaravone", "may", "do", "so", "too", "."]


def prose(*, count: int, longest: int, seed: int = 0) -> list[str]:
    """Different strings of mixed length, short ones more often."""
    draw = random.Random(seed)
    lengths = [min(longest, 1 + int(draw.expovariate(6 / longest))) for _ in range(count)]
    return [f"{n} " + " ".join(draw.choices(PROSE, k=size)) for n, size in enumerate(lengths)]


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


def plain(folder: Path, texts: list[str], prompt: str = "") -> Any:
    """What sentence-transformers itself makes of them."""
    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    return model.encode(texts, prompt=prompt, normalize_embeddings=True, show_progress_bar=False)


def test_vectors_are_unit_float32() -> None:
    vectors = MINILM.embed_documents(["Riluzole prolongs survival.", "", "word " * 2_000])

    assert vectors.shape == (3, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_no_texts_give_no_rows() -> None:
    assert MINILM.embed_documents([]).shape == (0, 384)
    assert MINILM.embed_queries([]).shape == (0, 384)


def test_text_of_like_meaning_is_nearer_than_another() -> None:
    texts = ["Riluzole lengthens the life of ALS patients.", "The museum opens at nine."]
    question = MINILM.embed_queries(["Which drug prolongs survival in ALS?"])[0]

    near, far = MINILM.embed_documents(texts) @ question

    assert near > far + 0.3


def test_what_comes_after_the_last_word_piece_read_is_lost() -> None:
    full = " ".join(["muscle"] * (MINILM.max_tokens - 2))
    assert MINILM.count_tokens(full) == MINILM.max_tokens

    within, beyond, shorter = MINILM.embed_documents(
        [full, f"{full} museum museum", f"{full[:-7]} museum"]
    )

    assert within.tobytes() == beyond.tobytes()
    assert not np.allclose(within, shorter, atol=1e-5)


def test_bytes_of_a_string_do_not_depend_on_its_company() -> None:
    texts = prose(count=30, longest=180)
    expected = [row.tobytes() for row in MINILM.embed_documents(texts)]
    order = list(range(len(texts)))
    random.Random(1).shuffle(order)

    batches = [order[:1], order[1:3], order[3:12], order[12:]]
    found = {
        row: vector.tobytes()
        for batch in batches
        for row, vector in zip(
            batch, MINILM.embed_documents([texts[row] for row in batch]), strict=True
        )
    }

    assert [found[row] for row in order] == [expected[row] for row in order]


@pytest.mark.parametrize("pieces", [6, 24, 25, 96, 250, 256])
def test_bytes_of_a_string_do_not_depend_on_its_row(pieces: int) -> None:
    text = " ".join(["muscle"] * (pieces - 2))
    beside = [f"{' '.join(['nerve'] * (pieces - 3 - less))} {less}" for less in (0, 1, 2)] * 3
    alone = MINILM.embed_documents([text])[0].tobytes()

    vectors = MINILM.embed_documents([*beside[:5], text, *beside[5:], text])

    assert vectors[5].tobytes() == vectors[-1].tobytes() == alone


def test_vectors_are_those_of_plain_sentence_transformers() -> None:
    texts = prose(count=24, longest=280, seed=2)

    expected = plain(model_folder(), texts).astype(np.float64)

    for vectors in (MINILM.embed_documents(texts), MINILM.embed_queries(texts)):
        assert (vectors * expected).sum(axis=1).min() > 1 - 1e-6


def test_threads_can_embed_at_once() -> None:
    texts = prose(count=8, longest=30)
    expected = MINILM.embed_queries(texts)
    found: dict[int, Any] = {}

    def embed(row: int) -> None:
        found[row] = MINILM.embed_queries([texts[row]])[0]

    threads = [threading.Thread(target=embed, args=(row,)) for row in range(len(texts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    np.testing.assert_allclose([found[row] for row in range(8)], expected, atol=1e-5)


def test_padded_length_follows_from_the_length_alone() -> None:
    padded = [padded_length(tokens, at_most=500) for tokens in range(1, 501)]

    assert padded == sorted(padded)
    assert all(n <= length <= max(n + 7, n * 1.125) for n, length in enumerate(padded, start=1))
    assert padded[-1] == 500


@pytest.mark.parametrize(
    ("modules", "dimension", "pooling"),
    [
        ([Pooling(32, "cls")], 32, "cls"),
        ([Pooling(32, ("mean", "max")), Normalize()], 64, "max+mean"),
        ([Pooling(32, "lasttoken"), Dense(32, 12)], 12, "lasttoken"),
    ],
)
def test_identity_is_what_the_loaded_model_does(
    make_model: Make, modules: list[torch.nn.Module], dimension: int, pooling: str
) -> None:
    folder = make_model(*modules)
    loaded = SentenceTransformer(str(folder), device="cpu", local_files_only=True)

    embedder = load_embedder(str(folder), runtime="torch")

    assert embedder.identity.dimension == loaded.get_embedding_dimension() == dimension
    assert sorted(embedder.identity.pooling.split("+")) == sorted(pooling.split("+"))
    assert embedder.max_tokens == loaded.max_seq_length == 40
    texts = ["Riluzole slows ALS", "motor neuron disease gene " * 30, ""]
    np.testing.assert_allclose(
        embedder.embed_documents(texts), plain(folder, texts), rtol=0, atol=1e-6
    )


def test_prompts_stand_before_queries_and_documents(make_model: Make) -> None:
    folder = make_model(prompts={"query": "query: ", "passage": "passage: "})

    embedder = load_embedder(str(folder), runtime="torch")

    assert embedder.identity.query_prefix == "query: "
    assert embedder.identity.document_prefix == "passage: "
    for embed, prompt in (
        (embedder.embed_queries, "query: "),
        (embedder.embed_documents, "passage: "),
    ):
        np.testing.assert_allclose(
            embed(["als gene"]), plain(folder, ["als gene"], prompt), rtol=0, atol=1e-6
        )


def test_a_document_and_its_prompt_fit_what_the_model_reads(make_model: Make) -> None:
    embedder = load_embedder(str(make_model(prompts={"document": "passage: "})), runtime="torch")
    assert (embedder.identity.max_tokens, embedder.max_tokens) == (40, 38)
    full = " ".join(["gene"] * (embedder.max_tokens - 2))
    assert embedder.count_tokens(full) == embedder.max_tokens

    ends = embedder.embed_documents([f"{full[:-4]}als", full, f"{full} als"])

    assert ends[1].tobytes() == ends[2].tobytes() != ends[0].tobytes()


def test_vectors_are_cut_where_the_model_says_so(make_model: Make) -> None:
    folder = make_model(truncate_dim=8)

    embedder = load_embedder(str(folder), runtime="torch")

    assert embedder.identity.dimension == 8
    np.testing.assert_allclose(
        embedder.embed_documents(["als"]), plain(folder, ["als"]), rtol=0, atol=1e-6
    )


def test_old_layout_is_read_as_the_new_one(make_model: Make) -> None:
    folder = make_model(Pooling(32, "cls"))
    new = load_embedder(str(folder), runtime="torch")
    expected = new.embed_documents(["ALS gene"])
    pooling = {"word_embedding_dimension": 32, "pooling_mode_cls_token": True}
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling), encoding="utf-8")
    settings = {"max_seq_length": 20, "do_lower_case": True}
    (folder / "sentence_bert_config.json").write_text(json.dumps(settings), encoding="utf-8")
    modules = [
        {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
        {
            "idx": 1,
            "name": "1",
            "path": "1_Pooling",
            "type": "sentence_transformers.models.Pooling",
        },
    ]
    (folder / "modules.json").write_text(json.dumps(modules), encoding="utf-8")

    old = load_embedder(str(folder), runtime="torch")

    assert (old.identity.pooling, old.identity.dimension, old.max_tokens) == ("cls", 32, 20)
    assert old.fingerprint != new.fingerprint
    loaded = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    assert old.max_tokens == loaded.max_seq_length
    np.testing.assert_allclose(old.embed_documents(["ALS gene"]), expected, rtol=0, atol=1e-6)


def test_model_in_half_precision_is_run_in_full(make_model: Make) -> None:
    folder = make_model()
    half = BertModel.from_pretrained(folder, dtype=torch.float16)
    half.save_pretrained(folder)

    vectors = load_embedder(str(folder), runtime="torch").embed_documents(["als gene"])

    assert not np.array_equal(vectors, vectors.astype(np.float16))
    np.testing.assert_allclose(np.linalg.norm(vectors), 1, atol=1e-6)


def test_damaged_weights_are_a_model_error(make_model: Make) -> None:
    folder = make_model()
    (folder / "model.safetensors").write_bytes(b"other weights")
    embedder = load_embedder(str(folder), runtime="torch")

    with pytest.raises(ModelError, match="cannot be loaded"):
        embedder.embed_documents(["als"])


@pytest.mark.parametrize("value", [float("nan"), 0.0])
def test_vector_without_a_direction_is_never_given(make_model: Make, value: float) -> None:
    dense = Dense(32, 4, activation_function=None)
    torch.nn.init.constant_(dense.linear.weight, value)
    torch.nn.init.zeros_(dense.linear.bias)
    embedder: Embedder = load_embedder(str(make_model(Pooling(32, "mean"), dense)), runtime="torch")

    with pytest.raises(ModelError, match="without a direction"):
        embedder.embed_documents(["als"])
