"""Settings of the library, read once from `ALSQA_*` variables; values only, no objects."""

import os
from pathlib import Path
from typing import Literal, TypeVar

from platformdirs import user_cache_path
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from index.errors import SettingsError

EmbeddingRuntime = Literal["onnx", "torch"]
MODELS_DIR = user_cache_path("alsqa", appauthor=False) / "models"
"""Converted models are the machine's, not a library's: they can be made again at any time."""
S = TypeVar("S", bound="IndexSettings")
PROJECT_ROOT = Path(__file__).resolve().parent.parent


class IndexSettings(BaseSettings):
    """Where documents and library lie, and what is read."""

    model_config = SettingsConfigDict(env_prefix="ALSQA_", frozen=True, extra="ignore")

    data_dir: Path = PROJECT_ROOT / ".alsqa"
    documents_dir: Path = PROJECT_ROOT / "documents"
    max_file_bytes: int = Field(default=200_000_000, gt=0)
    backups: int = Field(default=2, ge=0)
    """How many backups `alsqa index` keeps."""
    embedding_model: str | None = None
    """A folder or a hub name in the local cache; None is all-MiniLM-L6-v2 from its wheel."""
    embedding_runtime: EmbeddingRuntime = "onnx"
    """What runs the embedding model; vectors of one are no vectors of the other."""
    models_dir: Path = MODELS_DIR
    """Where models that were converted for ONNX Runtime are kept."""
    allow_downloads: bool = False
    """Whether an embedding model that is not on this machine may be fetched from its hub."""


def read_settings(kind: type[S], **given: object) -> S:
    """Settings of that kind from the environment, `given` values first.

    Raises:
        SettingsError: a value has the wrong form; the message names the variable.
    """
    try:
        return kind.model_validate(
            {name: value for name, value in given.items() if value is not None}
        )
    except ValidationError as error:
        faults = "; ".join(_fault(list(one["loc"]), one["msg"]) for one in error.errors())
        raise SettingsError(
            f"A setting cannot be used: {faults}.", "Change or unset it."
        ) from error


def _fault(location: list[int | str], message: str) -> str:
    said = message.removeprefix("Value error, ")
    return f"ALSQA_{str(location[0]).upper()}: {said}" if location else said


def available_threads() -> int:
    """`OMP_NUM_THREADS` where it is a number, else one for each core that this process may use."""
    given = os.environ.get("OMP_NUM_THREADS", "")
    if given.isdecimal() and int(given) > 0:
        return int(given)
    return available_cores()


def available_cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def keep_offline() -> None:
    """Keep model libraries from reaching a hub; everything that is loaded lies on this machine."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["TRANSFORMERS_OFFLINE"] = "1"
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
