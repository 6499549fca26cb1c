"""Settings of measuring: where the public sets lie, who judges, how long and on how many threads."""

import os
from pathlib import Path

from pydantic import SecretStr

from index.settings import PROJECT_ROOT, IndexSettings

QUESTION_TIMEOUT_S = 60.0
"""How long one question may take, where nothing else is said."""


class EvalSettings(IndexSettings):
    """Where the sets lie that nobody on this project wrote."""

    bench_data: Path = PROJECT_ROOT.parent / "shared" / "data"


class JudgeSettings(IndexSettings):
    """The model that judges citations, if any; values only."""

    judge_model: str | None = None
    judge_base_url: str | None = None
    judge_api_key: SecretStr | None = None


def pin_threads(count: int) -> None:
    """Have the embedder run on so many threads; it reads this when its model is first loaded."""
    os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = str(count)


def settings_in(settings: EvalSettings, folder: Path) -> EvalSettings:
    """The same settings with documents and library in `folder`."""
    return settings.model_copy(
        update={"data_dir": folder / "data", "documents_dir": folder / "documents"}
    )
