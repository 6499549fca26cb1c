"""Packages that only some measurements need: there, or a message that says how to get them."""

from collections.abc import Mapping
from importlib.util import find_spec

from index.errors import SettingsError


def require_packages(packages: Mapping[str, str], *, purpose: str) -> None:
    """Do nothing where every module is there.

    Args:
        packages: names of distributions by the module that each brings.
        purpose: what needs them, as the subject of a sentence in the plural or singular.

    Raises:
        SettingsError: one is missing.
    """
    missing = [name for module, name in packages.items() if not _is_there(module)]
    if missing:
        raise SettingsError(
            f"{purpose} needs {' and '.join(missing)}, which this Python does not have.",
            "Install the packages of measuring: pip install --constraint constraints.txt"
            " --editable '.[eval]'.",
        )


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # what it is a part of is missing
        return False
