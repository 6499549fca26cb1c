"""What figures were measured on: the machine, its load, and the versions of what does the work."""

import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

_LIBRARIES = (
    "onnxruntime",
    "torch",
    "sentence-transformers",
    "chromadb",
    "llama-index-core",
    "llama-index-vector-stores-chroma",
    "numpy",
    "bm25s",
)


@dataclass(frozen=True, slots=True)
class Machine:
    """Where and with what a measurement ran."""

    name: str
    cores: int
    load: float
    """Load average of the last minute when the run began."""
    versions: dict[str, str]
    """Of libraries, by name; those that are not installed are left out."""


def this_machine() -> Machine:
    """To be asked when a run begins, for its load."""
    return Machine(
        name=f"{platform.machine()}, Python {platform.python_version()}",
        cores=os.cpu_count() or 1,
        load=os.getloadavg()[0],
        versions=library_versions(),
    )


def library_versions() -> dict[str, str]:
    """Versions of the libraries that take the time, ours and the peers'."""
    versions: dict[str, str] = {}
    for name in _LIBRARIES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    return versions


@contextmanager
def one_thread_each() -> Iterator[None]:
    """Keep the pools of numpy's BLAS at one thread, which was loaded before `pin_threads`."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        yield
