"""What sentence-transformers' own `encode` takes, in a process that is gone afterwards."""

import multiprocessing
import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor

from index.embedding import Vectors

MakeEncoder = Callable[[], Callable[[list[str]], Vectors]]
_SEED = 20_260_101
_WARM_STRINGS = 64


def encode_alone(make_encoder: MakeEncoder, strings: Sequence[str]) -> float:
    """Seconds of one call with all strings, in an order drawn with a fixed seed.

    `make_encoder` is pickled to the process; what it takes is not counted.
    """
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as process:
        return process.submit(_seconds, make_encoder, list(strings)).result()


def _seconds(make_encoder: MakeEncoder, strings: list[str]) -> float:
    encode = make_encoder()
    random.Random(_SEED).shuffle(strings)  # noqa: S311 - an order, no secret
    encode(strings[:_WARM_STRINGS])
    start = time.perf_counter()
    encode(strings)
    return time.perf_counter() - start
