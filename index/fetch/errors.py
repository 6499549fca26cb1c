"""Errors of a fetch; what had been fetched before one of them is kept.

FetchError (an AlsqaError)  literature could not be fetched
├── ReplyError              a service answers, again and again, what cannot be used
└── HistoryError            PubMed no longer holds the result of a search
PassingFault                is asked again a few times; then it ends as one of the first two
"""

from index.errors import AlsqaError

GO_ON = "Run the same command again: it goes on from what is kept."


class FetchError(AlsqaError):
    """Literature could not be fetched."""


class ReplyError(FetchError):
    """A service answers, but what it sends cannot be used."""


class HistoryError(FetchError):
    """PubMed no longer holds the result of a search; it is searched again."""


class PassingFault(Exception):
    """A fault that may pass.

    Args:
        said: what the service did, continuing its name: `answers 503 (overloaded)`.
        retry_after_s: how long the service asks to wait.
    """

    def __init__(self, said: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(said)
        self.said = said
        self.retry_after_s = retry_after_s
