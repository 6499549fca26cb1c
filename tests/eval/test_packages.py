import pytest

from eval.packages import require_packages
from index.errors import SettingsError


def test_what_is_there_is_not_missed() -> None:
    require_packages({"yaml": "pyyaml"}, purpose="This")


def test_what_is_missing_is_named_with_how_to_get_it() -> None:
    with pytest.raises(SettingsError, match=r"A report needs no-such-package.*\.\[eval\]"):
        require_packages({"yaml": "pyyaml", "no_such": "no-such-package"}, purpose="A report")


def test_a_part_of_a_package_that_is_missing_is_named_too() -> None:
    with pytest.raises(SettingsError, match="needs no-such-part"):
        require_packages({"no_such.part": "no-such-part"}, purpose="A report")
