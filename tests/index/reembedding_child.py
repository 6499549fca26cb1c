"""The process that embeds a library again, with the hashing embedder that `embedding_model` names.

Before its first string it waits for the file `go` in the data directory.
"""

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from index.embedding import Vectors
from index.reembedding import run
from index.settings import IndexSettings
from tests.fakes import HashingEmbedder

_STEP_S = 0.02


class _Waiting(HashingEmbedder):
    def __init__(self, settings: IndexSettings) -> None:
        super().__init__(settings.embedding_model or "")
        self._go = go_file(settings.data_dir)

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        while not self._go.exists():
            time.sleep(_STEP_S)
        return super().embed_documents(texts)


def go_file(data_dir: Path) -> Path:
    """What the process waits for."""
    return data_dir / "go"


if __name__ == "__main__":
    sys.exit(run(_Waiting))
