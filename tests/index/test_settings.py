import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from index.errors import SettingsError
from index.settings import PROJECT_ROOT, IndexSettings, keep_offline, read_settings


def test_defaults_lie_in_the_project() -> None:
    settings = read_settings(IndexSettings)

    assert settings.data_dir == PROJECT_ROOT / ".alsqa"
    assert settings.documents_dir == PROJECT_ROOT / "documents"


def test_values_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ALSQA_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("ALSQA_MAX_FILE_BYTES", "123")

    settings = read_settings(IndexSettings)

    assert settings.data_dir == tmp_path
    assert settings.max_file_bytes == 123


def test_given_value_comes_before_the_environment_and_none_does_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ALSQA_DOCUMENTS_DIR", "/from/environment")

    assert read_settings(IndexSettings, documents_dir=tmp_path).documents_dir == tmp_path
    assert read_settings(IndexSettings, documents_dir=None).documents_dir == Path(
        "/from/environment"
    )


@pytest.mark.parametrize("value", ["many", "0", "-5", "1.5", ""])
def test_bad_value_names_its_variable(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("ALSQA_MAX_FILE_BYTES", value)

    with pytest.raises(SettingsError, match="ALSQA_MAX_FILE_BYTES"):
        read_settings(IndexSettings)


def test_bad_given_value_names_its_variable_too() -> None:
    with pytest.raises(SettingsError, match="ALSQA_DATA_DIR"):
        read_settings(IndexSettings, data_dir=5)


def test_unknown_variables_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALSQA_SOMETHING_ELSE", "x")

    assert read_settings(IndexSettings).max_file_bytes > 0


def test_settings_are_frozen() -> None:
    settings = read_settings(IndexSettings)

    with pytest.raises(ValidationError):
        settings.max_file_bytes = 1


def test_model_libraries_are_kept_offline(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "TOKENIZERS_PARALLELISM"):
        monkeypatch.setenv(name, "unset")

    keep_offline()

    assert os.environ["HF_HUB_OFFLINE"] == os.environ["TRANSFORMERS_OFFLINE"] == "1"
    assert os.environ["TOKENIZERS_PARALLELISM"] == "false"
