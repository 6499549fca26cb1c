from collections.abc import Callable

import pytest

from eval.performance.encode_alone import encode_alone
from index.embedding import Vectors
from index.errors import ModelError
from tests.fakes import HashingEmbedder


def make_encoder() -> Callable[[list[str]], Vectors]:
    return HashingEmbedder().embed_documents


def broken() -> Callable[[list[str]], Vectors]:
    raise ModelError("There is no model.", "Install it.")


def test_all_strings_are_timed_in_another_process() -> None:
    assert encode_alone(make_encoder, ["one", "two", "three"]) > 0


def test_an_error_there_is_raised_here() -> None:
    with pytest.raises(ModelError, match="There is no model"):
        encode_alone(broken, ["one"])
