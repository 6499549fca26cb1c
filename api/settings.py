"""Settings of the service; values only."""

import hmac
from hashlib import sha256
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from rag.settings import RagSettings

Role = Literal["reader", "admin"]
LOOPBACK = ("127.0.0.1", "localhost", "::1")
MAX_PORT = 65_535
_MIN_KEY_CHARS = 16


class ApiSettings(RagSettings):
    """Where to listen, whom to let in.

    `api_keys` is "reader:KEY,admin:KEY,…"; without any, everybody who reaches the port may read,
    so only loopback is served unless `allow_open` says otherwise.
    """

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=MAX_PORT)
    allowed_hosts: str = ""
    """Further names that the service answers to, parted by commas."""
    api_keys: str = Field(default="", repr=False)
    allow_open: bool = False
    max_body_bytes: int = Field(default=100_000, gt=0)
    reembed: bool = True
    """Whether the service has the library embedded again where another model is set."""

    @field_validator("api_keys")
    @classmethod
    def _check_keys(cls, value: str) -> str:
        for entry in filter(None, (part.strip() for part in value.split(","))):
            role, _, key = entry.partition(":")
            if role not in ("reader", "admin") or len(key) < _MIN_KEY_CHARS:
                raise ValueError(
                    f"each entry is reader:KEY or admin:KEY, a key of at least {_MIN_KEY_CHARS} characters"
                )
        return value

    @model_validator(mode="after")
    def _check_open(self) -> Self:
        if self.host not in LOOPBACK and not self.api_keys and not self.allow_open:
            raise ValueError(
                f"{self.host} can be reached from other machines; set ALSQA_API_KEYS, or "
                "ALSQA_ALLOW_OPEN=1 to serve without keys"
            )
        return self

    def host_names(self) -> frozenset[str]:
        """Names that a request's Host may have, without port, in lower case."""
        given = (name.strip().lower() for name in self.allowed_hosts.split(","))
        return frozenset({*LOOPBACK, self.host.lower(), *filter(None, given)})

    def role_of(self, key: str) -> Role | None:
        """The role of an API key; every key is compared, in constant time."""
        digest = sha256(key.encode()).digest()
        found: Role | None = None
        for entry in filter(None, (part.strip() for part in self.api_keys.split(","))):
            role, _, known = entry.partition(":")
            if hmac.compare_digest(digest, sha256(known.encode()).digest()) and found != "admin":
                found = "admin" if role == "admin" else "reader"
        return found
