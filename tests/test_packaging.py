"""The four packages have names that others use too: they must be ours wherever they are imported."""

import importlib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.conftest import PROJECT

NAMES = ("index", "rag", "api", "eval", "alsqa")


@pytest.mark.parametrize("name", NAMES)
def test_package_is_the_one_of_this_checkout(name: str) -> None:
    module = importlib.import_module(name)

    assert module.__file__ is not None
    assert Path(module.__file__).resolve().is_relative_to(PROJECT)


@pytest.mark.parametrize("name", NAMES)
def test_no_other_distribution_ships_a_package_of_that_name(name: str) -> None:
    assert set(packages_distributions().get(name, [])) <= {"alsqa"}
