"""Identifiers that a source claims as its own: labelled values in, one `Identifiers` out."""

from collections.abc import Callable, Iterable

from index.errors import DocumentError
from index.identifiers import (
    Identifiers,
    normalise_doi,
    normalise_isbn,
    normalise_nbk,
    normalise_pmcid,
    normalise_pmid,
)

_NORMALISE: dict[str, Callable[[str], str]] = {
    "pmid": normalise_pmid,
    "pmcid": normalise_pmcid,
    "doi": normalise_doi,
    "isbn": normalise_isbn,
    "nbk": normalise_nbk,
}


def own_identifiers(labelled: Iterable[tuple[str, str]]) -> Identifiers:
    """Identifiers from (label, value) pairs; a value that is said twice counts once.

    Raises:
        DocumentError: a value has no valid form, or one label comes with two values.
    """
    values: dict[str, str] = {}
    for label, text in labelled:
        name = label.lower()
        value = _NORMALISE[name](text)
        if values.setdefault(name, value) != value:
            raise DocumentError(
                f"it claims two values of its own {label.upper()}, {values[name]} and {value}.",
                "Give each paper one identifier of each kind.",
            )
    return Identifiers(**values)
