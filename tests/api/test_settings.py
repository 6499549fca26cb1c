import pytest

from api.settings import ApiSettings
from index.errors import SettingsError
from index.settings import read_settings


def test_another_address_without_keys_is_refused() -> None:
    with pytest.raises(SettingsError, match="ALSQA_API_KEYS"):
        read_settings(ApiSettings, host="0.0.0.0")


@pytest.mark.parametrize("more", [{"api_keys": "reader:0123456789abcdef"}, {"allow_open": True}])
def test_another_address_is_served_with_keys_or_when_told(more: dict[str, object]) -> None:
    assert read_settings(ApiSettings, host="0.0.0.0", **more).host == "0.0.0.0"


@pytest.mark.parametrize("keys", ["secret", "owner:0123456789abcdef", "reader:short", "reader"])
def test_keys_of_another_form_are_refused(keys: str) -> None:
    with pytest.raises(SettingsError, match="ALSQA_API_KEYS"):
        read_settings(ApiSettings, api_keys=keys)


def test_keys_do_not_show_in_the_settings_text() -> None:
    assert "0123456789abcdef" not in repr(ApiSettings(api_keys="admin:0123456789abcdef"))


def test_role_is_the_highest_that_the_key_has() -> None:
    key = "0123456789abcdef"
    settings = ApiSettings(api_keys=f"reader:{key}, admin:{key}, reader:fedcba9876543210")

    assert settings.role_of(key) == "admin"
    assert settings.role_of("fedcba9876543210") == "reader"
    assert settings.role_of("nothing") is None


def test_host_names_are_loopback_the_host_and_those_given() -> None:
    settings = ApiSettings(allowed_hosts="Alsqa.Example, other", allow_open=True, host="10.0.0.5")

    assert settings.host_names() == {
        *("127.0.0.1", "localhost", "::1", "10.0.0.5", "alsqa.example", "other")
    }
