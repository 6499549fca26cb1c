"""Settings of `alsqa fetch`, read once from `ALSQA_*` variables; values only, no objects."""

from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator

from index.settings import IndexSettings

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class FetchSettings(IndexSettings):
    """Which addresses are asked, how long is waited for them, and who asks."""

    ncbi_base_url: str = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils"
    europepmc_base_url: str = "https://www.ebi.ac.uk/europepmc/webservices/rest"
    ncbi_email: str | None = None
    """Sent to NCBI with each call, as it asks for, so that it can write before it blocks."""
    ncbi_api_key: SecretStr | None = None
    """A key of NCBI's allows 10 calls a second in place of 3; it is sent to NCBI alone."""
    fetch_timeout_s: float = Field(default=30.0, gt=0, le=600)
    """How long a service may send nothing; a whole answer may take ten times as long."""

    @field_validator("ncbi_email", "ncbi_api_key", mode="before")
    @classmethod
    def _empty_is_unset(cls, value: object) -> object:
        return None if isinstance(value, str) and not value.strip() else value

    @field_validator("ncbi_email")
    @classmethod
    def _email(cls, value: str | None) -> str | None:
        if value is not None and (value.count("@") != 1 or value != "".join(value.split())):
            raise ValueError("it is not an e-mail address")
        return value

    @field_validator("ncbi_base_url", "europepmc_base_url")
    @classmethod
    def _address(cls, value: str) -> str:
        try:
            parts = urlsplit(value)
            usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        except ValueError:
            usable = None
        if not usable or parts.query or parts.fragment or "@" in parts.netloc:
            raise ValueError("it is not an address such as https://host/path")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _key_is_encrypted_on_its_way(self) -> Self:
        parts = urlsplit(self.ncbi_base_url)
        if self.ncbi_api_key and parts.scheme != "https" and parts.hostname not in _LOOPBACK:
            raise ValueError(
                "with ALSQA_NCBI_API_KEY, ALSQA_NCBI_BASE_URL must begin with https://"
            )
        return self
