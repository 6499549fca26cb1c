"""The ONNX runtime: vectors near to those of torch, in the same bytes in any company and anywhere."""

import hashlib
import json
import random
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Dense, Normalize, Pooling
from transformers import BertModel

from index.embedding import Embedder, Vectors
from index.embedding_models import load_embedder
from index.errors import ModelError
from index.model_files import read_model
from index.onnx_conversion import PROBES_FILE
from index.onnx_embedding import ONNX, ConvertedModel, OnnxEmbedder
from index.torch_embedding import export_onnx
from tests.tiny_models import save_base_model, save_model

PROSE = ["riluzole", "slows", "ALS", "a", "little", ",", "edaravone", "may", "do", "so", "too", "."]
OF_THE_TINY_MODEL = ["als gene", "Motor neuron disease", "riluzole slows ALS " * 20, "", "passage:"]
NOT_AMONG_THE_PROBES = [
    "how is mnd diagnosed",
    "Does dextromethorphan with quinidine help against pseudobulbar affect?",
    "FUS",
    "survival from onset, men vs. women (HR 1.1, 95 % CI 0.9–1.3)",
    "Intermediate repeats in ATXN2 raise the risk of the disease, and lower the age at onset.",
    "Electromyography found active denervation in three regions, so the criteria were met.",
    "Twenty patients walked on a treadmill three times a week; their fatigue scores did not change.",
    "Tongue atrophy on imaging went with shorter survival in the bulbar group, not in the others.",
    "Ceftriaxone raised the expression of a glutamate transporter in mice and failed in patients.",
    "The recipe asks for two eggs, a pound of flour and a pinch of salt.",
    "Methods. We followed 1,204 veterans for eleven years and asked for head injuries, smoking and "
    "service abroad. Cases were confirmed by two neurologists. Findings. Forty-one cases were seen; "
    "service in the Gulf doubled the risk, and head injuries did not raise it.",
    "Serum urate is lower in patients than in their spouses. Whether raising it slows the decline "
    "was asked in a trial of inosine, which was stopped early when the limit for safety was met.",
]


def prose(*, count: int, longest: int) -> list[str]:
    """Different strings of mixed length, short ones more often."""
    draw = random.Random(0)
    lengths = [min(longest, 1 + int(draw.expovariate(6 / longest))) for _ in range(count)]
    return [f"{n} " + " ".join(draw.choices(PROSE, k=size)) for n, size in enumerate(lengths)]


def edit(path: Path, **changes: Any) -> None:
    """Change the fields of a JSON file."""
    data = json.loads(path.read_text(encoding="utf-8")) | changes
    path.write_text(json.dumps(data), encoding="utf-8")


def exported(folder: Path) -> OnnxEmbedder:
    """The model in that folder in fp32, exported in this process."""
    path = folder / "exported.onnx"
    export_onnx(read_model(folder, name="tiny"), path)
    return run_with(path, folder)


def run_with(exported_model: Path, folder: Path) -> OnnxEmbedder:
    """That exported model, with tokenizer, prompts and lengths of the model in `folder`."""
    return OnnxEmbedder(read_model(folder, name="tiny"), ConvertedModel(exported_model, "fp32"))


def plain(folder: Path, texts: list[str], prompt: str = "") -> Any:
    """What sentence-transformers itself makes of them."""
    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    return model.encode(texts, prompt=prompt, normalize_embeddings=True, show_progress_bar=False)


@pytest.fixture(scope="session")
def minilm() -> Embedder:
    """The default model in int8, as it is used."""
    embedder = load_embedder()
    assert (embedder.identity.runtime, embedder.identity.precision) == (ONNX, "int8")
    return embedder


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


@pytest.fixture(scope="session")
def tiny_folder(base_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model without prompts; `exported.onnx` is beside it."""
    folder = save_model(base_model, tmp_path_factory.mktemp("tiny") / "model")
    exported(folder)
    return folder


@pytest.fixture(scope="session")
def tiny_model(tiny_folder: Path) -> Path:
    return tiny_folder / "exported.onnx"


@pytest.fixture(scope="session")
def tiny(tiny_folder: Path, tiny_model: Path) -> Embedder:
    return run_with(tiny_model, tiny_folder)


def test_vectors_are_unit_float32(minilm: Embedder) -> None:
    vectors = minilm.embed_documents(["Riluzole prolongs survival.", "", "word " * 2_000])

    assert vectors.shape == (3, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_no_texts_give_no_rows(minilm: Embedder) -> None:
    for embed in (minilm.embed_documents, minilm.embed_queries):
        vectors = embed([])

        assert vectors.shape == (0, 384)
        assert vectors.dtype == np.float32


def test_text_of_like_meaning_is_nearer_than_another(minilm: Embedder) -> None:
    texts = ["Riluzole lengthens the life of ALS patients.", "The museum opens at nine."]
    question = minilm.embed_queries(["Which drug prolongs survival in ALS?"])[0]

    near, far = minilm.embed_documents(texts) @ question

    assert near > far + 0.3


def test_what_comes_after_the_last_word_piece_read_is_lost(minilm: Embedder) -> None:
    full = " ".join(["muscle"] * (minilm.max_tokens - 2))
    assert minilm.count_tokens(full) == minilm.max_tokens == 256

    within, beyond, shorter = minilm.embed_documents(
        [full, f"{full} museum museum", f"{full[:-7]} museum"]
    )

    assert within.tobytes() == beyond.tobytes()
    assert not np.allclose(within, shorter, atol=1e-4)


def test_bytes_of_a_string_do_not_depend_on_its_company(minilm: Embedder) -> None:
    texts = prose(count=30, longest=180)
    expected = [row.tobytes() for row in minilm.embed_documents(texts)]
    order = list(range(len(texts)))
    random.Random(1).shuffle(order)

    batches = [order[:1], order[1:3], order[3:12], order[12:]]
    found = {
        row: vector.tobytes()
        for batch in batches
        for row, vector in zip(
            batch, minilm.embed_documents([texts[row] for row in batch]), strict=True
        )
    }

    assert [found[row] for row in order] == [expected[row] for row in order]


def test_strings_keep_their_order_and_the_same_one_its_bytes(minilm: Embedder) -> None:
    texts = ["muscle", "nerve " * 200, "muscle", "", "muscle"]

    vectors = minilm.embed_documents(texts)

    assert vectors[0].tobytes() == vectors[2].tobytes() == vectors[4].tobytes()
    for text, vector in zip(texts, vectors, strict=True):
        assert vector.tobytes() == minilm.embed_documents([text])[0].tobytes()


def test_query_of_a_model_without_prompts_has_the_bytes_of_a_document(minilm: Embedder) -> None:
    texts = prose(count=4, longest=40)

    assert minilm.embed_queries(texts).tobytes() == minilm.embed_documents(texts).tobytes()


def test_bytes_do_not_depend_on_the_number_of_threads(
    monkeypatch: pytest.MonkeyPatch, minilm: Embedder
) -> None:
    texts = prose(count=24, longest=120)
    expected = minilm.embed_documents(texts).tobytes()

    for threads in ("1", "4"):
        monkeypatch.setenv("OMP_NUM_THREADS", threads)

        assert load_embedder().embed_documents(texts).tobytes() == expected


def test_threads_can_share_an_embedder(minilm: Embedder) -> None:
    texts = prose(count=8, longest=30)
    expected = [row.tobytes() for row in minilm.embed_queries(texts)]
    fresh = load_embedder()
    found: dict[int, bytes] = {}

    def embed(row: int) -> None:
        found[row] = fresh.embed_queries(texts[row : row + 1])[0].tobytes()

    threads = [threading.Thread(target=embed, args=(row,)) for row in range(len(texts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [found[row] for row in range(8)] == expected


def test_another_process_gives_the_same_bytes_and_loads_no_torch(minilm: Embedder) -> None:
    texts = prose(count=6, longest=60)
    code = (
        "import hashlib, json, sys; from index.embedding_models import load_embedder;"
        "vectors = load_embedder().embed_documents(json.loads(sys.argv[1]));"
        "assert not {'torch', 'transformers', 'sentence_transformers', 'onnx'} & set(sys.modules);"
        "print(hashlib.sha256(vectors.tobytes()).hexdigest())"
    )

    done = subprocess.run(
        [sys.executable, "-c", code, json.dumps(texts)],
        check=True,
        timeout=60,
        capture_output=True,
        text=True,
    )

    expected = hashlib.sha256(minilm.embed_documents(texts).tobytes()).hexdigest()
    assert done.stdout.strip() == expected


def test_vectors_are_near_to_those_of_torch_on_text_that_was_no_probe(minilm: Embedder) -> None:
    probes = PROBES_FILE.read_text(encoding="utf-8").splitlines()
    assert not set(probes) & set(NOT_AMONG_THE_PROBES)
    expected = load_embedder(runtime="torch").embed_documents(NOT_AMONG_THE_PROBES)

    cosines = (minilm.embed_documents(NOT_AMONG_THE_PROBES) * expected).sum(axis=1)

    assert cosines.mean() >= 0.99
    assert cosines.min() >= 0.97


def test_identity_is_that_of_the_model_but_for_what_runs_it(minilm: Embedder) -> None:
    ours, theirs = (one.identity.to_dict() for one in (minilm, load_embedder(runtime="torch")))

    assert {key for key in ours if ours[key] != theirs[key]} == {"runtime", "precision"}


@pytest.mark.parametrize(
    "modules",
    [
        (),
        (Pooling(32, "cls"),),
        (Pooling(32, ("mean", "max")), Normalize()),
        (Pooling(32, "lasttoken"), Dense(32, 12)),
    ],
    ids=["mean", "cls", "mean+max", "lasttoken+dense"],
)
def test_exported_model_gives_what_sentence_transformers_gives(
    make_model: Make, modules: tuple[torch.nn.Module, ...]
) -> None:
    folder = make_model(*modules)

    embedder = exported(folder)

    expected = plain(folder, OF_THE_TINY_MODEL)
    assert expected.shape[1] == embedder.identity.dimension
    np.testing.assert_allclose(embedder.embed_documents(OF_THE_TINY_MODEL), expected, atol=1e-5)


def test_vectors_are_cut_where_the_model_says_so(make_model: Make) -> None:
    folder = make_model(truncate_dim=8)

    vectors = exported(folder).embed_documents(OF_THE_TINY_MODEL)

    assert vectors.shape == (5, 8)
    np.testing.assert_allclose(vectors, plain(folder, OF_THE_TINY_MODEL), atol=1e-5)


def test_model_in_half_precision_is_exported_in_full(make_model: Make) -> None:
    folder = make_model()
    half = BertModel.from_pretrained(folder, dtype=torch.float16)
    half.save_pretrained(folder)

    vectors = exported(folder).embed_documents(OF_THE_TINY_MODEL)

    expected = load_embedder(str(folder), runtime="torch").embed_documents(OF_THE_TINY_MODEL)
    np.testing.assert_allclose(vectors, expected, atol=1e-5)


@pytest.mark.parametrize("more", [[], ["token_type_ids"]])
def test_model_is_given_the_inputs_that_it_reads(make_model: Make, more: list[str]) -> None:
    folder = make_model()
    names = ["input_ids", "attention_mask", *more]
    edit(folder / "tokenizer_config.json", model_input_names=names)

    vectors = exported(folder).embed_documents(OF_THE_TINY_MODEL)

    np.testing.assert_allclose(vectors, plain(folder, OF_THE_TINY_MODEL), atol=1e-5)


def test_prompts_stand_before_queries_and_documents(
    tiny: Embedder, tiny_model: Path, make_model: Make
) -> None:
    folder = make_model(prompts={"query": "query: ", "passage": "passage: "})

    embedder = run_with(tiny_model, folder)

    for embed, prompt in (
        (embedder.embed_queries, "query: "),
        (embedder.embed_documents, "passage: "),
    ):
        vectors = embed(["als gene", "motor"])
        expected = tiny.embed_documents([f"{prompt}als gene", f"{prompt}motor"])
        assert vectors.tobytes() == expected.tobytes()
        assert not np.allclose(vectors, tiny.embed_documents(["als gene", "motor"]), atol=1e-3)
        np.testing.assert_allclose(vectors, plain(folder, ["als gene", "motor"], prompt), atol=1e-5)


def test_a_document_and_its_prompt_fit_what_the_model_reads(
    tiny_model: Path, make_model: Make
) -> None:
    embedder = run_with(tiny_model, make_model(prompts={"document": "passage: "}))
    assert (embedder.identity.max_tokens, embedder.max_tokens) == (40, 38)
    full = " ".join(["gene"] * (embedder.max_tokens - 2))
    assert embedder.count_tokens(full) == embedder.max_tokens

    ends = embedder.embed_documents([f"{full[:-4]}als", full, f"{full} als"])

    assert ends[1].tobytes() == ends[2].tobytes() != ends[0].tobytes()


def test_case_is_lowered_where_the_model_is_configured_so(
    tiny_model: Path, make_model: Make
) -> None:
    folder = make_model()
    edit(folder / "tokenizer.json", normalizer=None)

    def upper_and_lower() -> Vectors:
        return run_with(tiny_model, folder).embed_documents(["ALS gene", "als gene"])

    kept = upper_and_lower()
    edit(folder / "sentence_bert_config.json", do_lower_case=True)
    lowered = upper_and_lower()

    assert kept[0].tobytes() != kept[1].tobytes()
    assert lowered[0].tobytes() == lowered[1].tobytes() == kept[1].tobytes()
    by_torch = load_embedder(str(folder), runtime="torch").embed_documents(["ALS gene"])
    np.testing.assert_allclose(lowered[:1], by_torch, atol=1e-5)


def test_model_of_zeros_has_no_vector_to_give(make_model: Make) -> None:
    dense = Dense(32, 4, activation_function=None)
    torch.nn.init.zeros_(dense.linear.weight)
    torch.nn.init.zeros_(dense.linear.bias)
    embedder = exported(make_model(Pooling(32, "mean"), dense))

    with pytest.raises(ModelError, match="without a direction"):
        embedder.embed_documents(["als"])


def test_converted_model_that_cannot_be_loaded_is_named_with_what_to_delete(
    tiny_folder: Path, tiny_model: Path, tmp_path: Path
) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(tiny_model.read_bytes()[:1000])
    embedder = run_with(path, tiny_folder)

    with pytest.raises(ModelError, match="cannot be loaded") as caught:
        embedder.embed_queries(["als"])

    assert str(path) in caught.value.problem
    assert str(tmp_path) in caught.value.remedy
