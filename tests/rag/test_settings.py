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
    monkeypatch.setenv("ALSQA_LLM_BASE_URL", "http://127.0.0.1:11434/v1/")
    monkeypatch.setenv("ALSQA_LLM_API_KEY", "secret-key")

    settings = read_settings(RagSettings)

    assert (settings.candidate_k, settings.llm_model) == (12, "some-model")
    assert settings.llm_base_url == "http://127.0.0.1:11434/v1"
    assert "secret-key" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("candidate_k", "0"),
        ("candidate_k", "many"),
        ("evidence_k", "1001"),
        ("max_sentences", "0"),
        ("max_records", "101"),
        ("max_question_chars", "0"),
        ("llm_base_url", "127.0.0.1:11434"),
        ("llm_base_url", "ftp://127.0.0.1/v1"),
        ("llm_base_url", "http:///v1"),
        ("llm_base_url", "http://me:secret@127.0.0.1/v1"),
        ("llm_context_tokens", "100"),
        ("answer_timeout_s", "0"),
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


@pytest.mark.parametrize("name", ["ALSQA_LLM_MODEL", "ALSQA_LLM_BASE_URL"])
def test_a_model_needs_its_server_and_a_server_its_model(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "http://127.0.0.1/v1")

    with pytest.raises(SettingsError, match="ALSQA_LLM_MODEL and ALSQA_LLM_BASE_URL"):
        read_settings(RagSettings)


def test_a_variable_that_is_set_to_nothing_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ALSQA_LLM_MODEL", "ALSQA_LLM_BASE_URL", "ALSQA_LLM_API_KEY"):
        monkeypatch.setenv(name, " ")

    settings = read_settings(RagSettings)

    assert (settings.llm_model, settings.llm_base_url, settings.llm_api_key) == (None, None, None)


def test_the_fingerprint_changes_with_the_model_and_not_with_its_key() -> None:
    one = {"llm_model": "one", "llm_base_url": "http://127.0.0.1/v1"}

    plain = read_settings(RagSettings, **one).fingerprint()

    assert plain != RagSettings().fingerprint()
    assert plain == read_settings(RagSettings, **one, llm_api_key="key").fingerprint()
    assert plain != read_settings(RagSettings, **one, llm_context_tokens=8_192).fingerprint()


def test_without_a_model_its_limits_do_not_change_the_fingerprint() -> None:
    limits = read_settings(RagSettings, llm_context_tokens=8_192, answer_timeout_s=5)

    assert limits.fingerprint() == RagSettings().fingerprint()
