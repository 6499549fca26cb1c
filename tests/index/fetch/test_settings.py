import pytest

from index.errors import SettingsError
from index.fetch.settings import FetchSettings
from index.settings import read_settings


def test_services_of_ncbi_and_ebi_are_asked_by_default() -> None:
    settings = read_settings(FetchSettings)

    assert settings.ncbi_base_url == "https://eutils.ncbi.nlm.nih.gov/entrez/eutils"
    assert settings.europepmc_base_url == "https://www.ebi.ac.uk/europepmc/webservices/rest"
    assert settings.ncbi_api_key is None


def test_settings_come_from_the_environment_and_the_key_is_never_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ALSQA_NCBI_API_KEY", "s3cr3t")
    monkeypatch.setenv("ALSQA_NCBI_EMAIL", "me@example.org")
    monkeypatch.setenv("ALSQA_NCBI_BASE_URL", "https://proxy.example.org/eutils/")

    settings = read_settings(FetchSettings)

    assert settings.ncbi_api_key is not None
    assert settings.ncbi_api_key.get_secret_value() == "s3cr3t"
    assert settings.ncbi_base_url == "https://proxy.example.org/eutils"
    assert "s3cr3t" not in repr(settings) + settings.model_dump_json()


def test_empty_variables_are_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALSQA_NCBI_API_KEY", " ")
    monkeypatch.setenv("ALSQA_NCBI_EMAIL", "")

    settings = read_settings(FetchSettings)

    assert settings.ncbi_api_key is None
    assert settings.ncbi_email is None


@pytest.mark.parametrize(
    "address",
    [
        "eutils.ncbi.nlm.nih.gov",
        "ftp://x/y",
        "http://",
        "http://a:b@c/",
        "http://h/?k=1",
        "http://[x",
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(SettingsError, match="ALSQA_NCBI_BASE_URL"):
        read_settings(FetchSettings, ncbi_base_url=address)


@pytest.mark.parametrize("email", ["me", "me@a@b", "me @example.org"])
def test_what_is_no_email_address_is_refused(email: str) -> None:
    with pytest.raises(SettingsError, match="ALSQA_NCBI_EMAIL"):
        read_settings(FetchSettings, ncbi_email=email)


def test_key_goes_over_no_open_line() -> None:
    with pytest.raises(SettingsError, match="must begin with https://") as caught:
        read_settings(
            FetchSettings, ncbi_base_url="http://mirror.example.org", ncbi_api_key="s3cr3t"
        )
    assert "s3cr3t" not in str(caught.value)
    read_settings(FetchSettings, ncbi_base_url="http://127.0.0.1:8000", ncbi_api_key="s3cr3t")


@pytest.mark.parametrize("seconds", [0, -1, 601])
def test_timeout_has_bounds(seconds: float) -> None:
    with pytest.raises(SettingsError, match="ALSQA_FETCH_TIMEOUT_S"):
        read_settings(FetchSettings, fetch_timeout_s=seconds)
