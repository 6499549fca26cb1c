"""Whom a fetch asks, and what comes back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Service:
    """Whom to ask.

    Args:
        name: what people call it.
        base_url: the address that paths are added to.
        seconds_between: from an answer to the next call, at least.
        fields: go with each call that is posted.
        secret: is taken out of all that comes back, so that no message or file can repeat it.
    """

    name: str
    base_url: str
    seconds_between: float
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    secret: str | None = field(default=None, repr=False)

    @property
    def host(self) -> str:
        """The host that is asked."""
        return urlsplit(self.base_url).hostname or self.base_url

    def __str__(self) -> str:
        return f"{self.name} ({self.host})"


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: the body is unpacked, the status no redirect and none that may pass."""

    status: int
    body: bytes
