import json
import pickle
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing

from index.embedding import EmbeddingIdentity, TokenizerFile
from index.errors import ModelError
from tests.fakes import HashingEmbedder

IDENTITY = EmbeddingIdentity(
    name="sentence-transformers/all-MiniLM-L6-v2",
    weights_sha256="53aa5117" + "0" * 56,
    runtime="sentence-transformers/torch",
    precision="fp32",
    artefact_sha256="1" * 64,
    dimension=384,
    pooling="mean",
    normalised=True,
    query_prefix="",
    document_prefix="",
    max_tokens=256,
)
OTHER: dict[Any, Any] = {str: "other", int: 7, bool: False}


@pytest.fixture
def tokenizer_file(tmp_path: Path) -> Path:
    """A tokenizer of one word, with a start, an end, truncation and padding."""
    tokenizer = Tokenizer(WordLevel({"[S]": 0, "[E]": 1, "[U]": 2, "nerve": 3}, unk_token="[U]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.post_processor = TemplateProcessing(
        single="[S] $A [E]", special_tokens=[("[S]", 0), ("[E]", 1)]
    )
    tokenizer.enable_truncation(4)
    tokenizer.enable_padding(length=9)
    path = tmp_path / "tokenizer.json"
    tokenizer.save(str(path))
    return path


def test_identity_survives_json() -> None:
    text = json.dumps(IDENTITY.to_dict())

    assert EmbeddingIdentity.from_dict(json.loads(text)) == IDENTITY


@pytest.mark.parametrize(
    "spoilt",
    [
        {},
        {"name": "a"},
        IDENTITY.to_dict() | {"more": 1},
        IDENTITY.to_dict() | {"dimension": "384"},
        IDENTITY.to_dict() | {"normalised": 1},
        ["name"],
        None,
    ],
)
def test_identity_of_another_shape_is_refused(spoilt: Any) -> None:
    with pytest.raises(ModelError, match="identity of an embedding model"):
        EmbeddingIdentity.from_dict(spoilt)


def test_fingerprint_can_be_read() -> None:
    assert IDENTITY.fingerprint.startswith("384-mean-53aa5117@")
    assert len(IDENTITY.fingerprint) == len("384-mean-53aa5117@") + 16


def test_fingerprint_is_that_of_the_model_wherever_it_lies() -> None:
    assert replace(IDENTITY, name="/models/mine").fingerprint == IDENTITY.fingerprint


@pytest.mark.parametrize("field", [field for field in fields(IDENTITY) if field.name != "name"])
def test_fingerprint_changes_with_all_that_decides_a_vector(field: Any) -> None:
    other = replace(IDENTITY, **{field.name: OTHER[field.type]})

    assert other.fingerprint != IDENTITY.fingerprint


@pytest.mark.parametrize(
    ("text", "pieces"), [("", 2), ("nerve", 3), ("nerve nerve other", 5), ("nerve " * 99, 101)]
)
def test_special_tokens_are_counted_and_nothing_is_truncated(
    tokenizer_file: Path, text: str, pieces: int
) -> None:
    assert TokenizerFile(tokenizer_file, max_tokens=4).count_tokens(text) == pieces


def test_case_is_lowered_where_the_model_does_so(tokenizer_file: Path) -> None:
    tokenizer = Tokenizer.from_file(str(tokenizer_file))
    assert tokenizer.encode("NERVE").ids[1] == 2

    assert TokenizerFile(tokenizer_file, 4, lowercase=True).count_tokens("NERVE") == 3


def test_counter_is_pickled_without_the_tokenizer(tokenizer_file: Path) -> None:
    counter = TokenizerFile(tokenizer_file, max_tokens=4)
    counter.count_tokens("nerve")

    sent = pickle.dumps(counter)

    assert len(sent) < 500
    assert pickle.loads(sent).count_tokens("nerve") == 3


def test_hashing_embedder_agrees_with_its_identity() -> None:
    one, other = HashingEmbedder(), HashingEmbedder("another-64")

    assert one.fingerprint == one.identity.fingerprint != other.fingerprint
    assert one.embed_documents(["a b"]).shape == (1, one.identity.dimension)
    assert pickle.loads(pickle.dumps(one.tokens)).count_tokens("a b") == one.count_tokens("a b")


def test_hashing_embedder_gives_a_string_the_same_bytes_in_any_company() -> None:
    alone = HashingEmbedder().embed_documents(["riluzole slows ALS"])[0]

    among = HashingEmbedder().embed_documents(["a", "riluzole slows ALS", "a longer text"])[1]

    assert alone.tobytes() == among.tobytes()
