import numpy as np
import pytest
from threadpoolctl import threadpool_info

from eval.performance import machine
from eval.performance.machine import library_versions, one_thread_each, this_machine


def test_libraries_are_named_with_their_versions() -> None:
    versions = library_versions()

    assert versions["numpy"] == np.__version__
    assert {"onnxruntime", "torch", "chromadb", "llama-index-core", "bm25s"} <= set(versions)


def test_a_library_that_is_not_installed_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "_LIBRARIES", ("numpy", "no-such-package"))

    assert list(library_versions()) == ["numpy"]


def test_the_machine_is_named() -> None:
    found = this_machine()

    assert "Python 3." in found.name
    assert found.cores >= 1
    assert found.load >= 0


def test_numpy_has_one_thread() -> None:
    with one_thread_each():
        pools = [one for one in threadpool_info() if one["user_api"] == "blas"]
        assert pools
        assert all(one["num_threads"] == 1 for one in pools)
