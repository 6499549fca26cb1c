from pathlib import Path

import pytest

from index.errors import SettingsError
from index.settings import read_settings
from rag.settings import RagSettings


@pytest.mark.parametrize("name", ["candidate_k", "evidence_k", "max_sentences", "max_records"])
def test_the_fingerprint_changes_with_what_can_change_an_answer(name: str) -> None:
    assert read_settings(RagSettings, **{name: 7}).fingerprint() != RagSettings().fingerprint()


def test_the_fingerprint_does_not_change_with_where_data_lies(tmp_path: Path) -> None:
    elsewhere = read_settings(
        RagSettings, data_dir=tmp_path, documents_dir=tmp_path, max_question_chars=9
    )

    assert elsewhere.fingerprint() == RagSettings().fingerprint()


def test_settings_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALSQA_CANDIDATE_K", "12")
    monkeypatch.setenv("ALSQA_LLM_MODEL", "some-model")

    settings = read_settings(RagSettings)

    assert (settings.candidate_k, settings.llm_model) == (12, "some-model")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("candidate_k", "0"),
        ("candidate_k", "many"),
        ("evidence_k", "1001"),
        ("max_sentences", "0"),
        ("max_records", "101"),
        ("max_question_chars", "0"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"ALSQA_{name.upper()}", value)

    with pytest.raises(SettingsError, match=f"ALSQA_{name.upper()}: "):
        read_settings(RagSettings)


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        RagSettings().candidate_k = 1


def test_without_settings_no_language_model_is_used() -> None:
    assert RagSettings().llm_model is None
    assert RagSettings().llm_base_url is None
