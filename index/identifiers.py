"""Identifiers of papers: text in, normalised PMID, PMCID, DOI, ISBN and NBK numbers out.

Patterns follow NLM's id formats and Crossref's advice for DOIs: a strict pattern to find them in
running text, comparison in lower case.
"""

import re
from dataclasses import dataclass, fields

from index.errors import DocumentError

PMID = re.compile(r"[1-9][0-9]{0,7}")
PMCID = re.compile(r"PMC[1-9][0-9]{0,8}", re.IGNORECASE)
_SICI = r"[^\s\"<>]+<[^\s\"<>]+>[0-9]\.[0-9]\.CO;2(?:-[^\s\"<>]?)?"
"""End of an old DOI in which pages stand in pointed brackets: `…17:15/16<1661::AID-SIM968>3.0.CO;2-2`."""
DOI = re.compile(rf"10\.[0-9]{{4,9}}/(?:{_SICI}|[^\s\"<>]+)", re.IGNORECASE)
NBK = re.compile(r"NBK[0-9]{1,9}", re.IGNORECASE)
ISBN = re.compile(r"[0-9]{9}[0-9X]|97[89][0-9]{10}")

PMID_IN_TEXT = re.compile(
    r"\bPMID\s*(?:is|number|no\.?)?\s*[:#]?\s*([1-9][0-9]{0,7})\b", re.IGNORECASE
)
BARE_NUMBER_IN_TEXT = re.compile(r"(?<![\w.,/-])([1-9][0-9]{6,7})(?![\w/-]|[.,]\d)")
PMCID_IN_TEXT = re.compile(r"\bPMC[1-9][0-9]{0,8}\b", re.IGNORECASE)
DOI_IN_TEXT = re.compile(rf"10\.[0-9]{{4,9}}/(?:{_SICI}|[^\s\"<>\[\]]+)", re.IGNORECASE)

OF_A_PAPER = ("pmid", "pmcid", "doi", "nbk")
"""What names one paper, surest first; an ISBN names a whole book, one for each binding."""

_TRAILING = ".,;:!?'\"”’*_"
_CLOSERS = {")": "(", "]": "[", "}": "{"}


@dataclass(frozen=True, slots=True)
class Identifiers:
    """The identifiers of one paper, each normalised or None.

    A PMID is digits; a PMCID is `PMC` and digits; a DOI is in lower case without a resolver.
    """

    pmid: str | None = None
    pmcid: str | None = None
    doi: str | None = None
    isbn: str | None = None
    nbk: str | None = None

    @property
    def document_id(self) -> str | None:
        """First of `pmid:…`, `pmcid:…`, `doi:…`, `nbk:…`; None where there is none.

        An ISBN names a whole book, so it identifies no chapter.
        """
        for name in OF_A_PAPER:
            value = getattr(self, name)
            if value:
                return f"{name}:{value}"
        return None

    def items(self) -> list[tuple[str, str]]:
        """The (name, value) pairs that are present, in the order of the fields."""
        pairs = [(field.name, getattr(self, field.name)) for field in fields(self)]
        return [(name, value) for name, value in pairs if value]

    def united_with(self, other: "Identifiers") -> "Identifiers":
        """Every identifier of both; where both have one of a kind, this one's stands."""
        return Identifiers(**(dict(other.items()) | dict(self.items())))

    def shares_one_with(self, other: "Identifiers") -> bool:
        """True where both carry the same value of at least one identifier of a paper."""
        return any(
            getattr(self, name) is not None and getattr(self, name) == getattr(other, name)
            for name in OF_A_PAPER
        )


def normalise_pmid(text: str) -> str:
    """The PMID in `text`; raises DocumentError where it has another form."""
    return _whole(PMID, text.strip(), "PMID", "1 to 8 digits")


def normalise_pmcid(text: str) -> str:
    """The PMCID in `text`, `PMC` in capitals, without a version such as `.1`.

    Raises DocumentError where it has another form.
    """
    name = re.sub(r"\.[0-9]{1,2}$", "", text.strip())
    return _whole(PMCID, name, "PMCID", "'PMC' and up to 9 digits").upper()


def normalise_nbk(text: str) -> str:
    """The number of NCBI Bookshelf in `text`, `NBK` in capitals."""
    return _whole(NBK, text.strip(), "NBK number", "'NBK' and up to 9 digits").upper()


def normalise_isbn(text: str) -> str:
    """The ISBN in `text` without hyphens; its check digit is not looked at."""
    return _whole(ISBN, re.sub(r"[\s-]", "", text).upper(), "ISBN", "10 or 13 digits")


def normalise_doi(text: str) -> str:
    """The DOI in `text`, in lower case, without resolver, label and trailing punctuation."""
    found = DOI.search(text.strip())
    doi = trim_doi(found.group()) if found else ""
    if not DOI.fullmatch(doi):
        raise DocumentError(
            f"{text!r} is not a DOI.", "Write it as 10.<registrant>/<suffix>, or leave it out."
        )
    return doi


def normalise_document_id(text: str) -> str:
    """The document id that `text` means: `doi:10.1/x` for `DOI:10.1/X` and `https://doi.org/10.1/X`.

    PMCIDs, DOIs and NBK numbers may come without their label, as they name themselves; what is no
    identifier of a paper, such as `sha256:…`, is given back as it is.
    """
    text = text.strip()
    label, _, value = text.partition(":")
    kind = label.lower()
    if kind not in _NORMALISERS:
        bare = ((name, one) for name, one in _BARE.items() if one.fullmatch(text))
        kind, value = next(((name, text) for name, _ in bare), ("", ""))
    if not kind:
        return text
    try:
        return f"{kind}:{_NORMALISERS[kind](value)}"
    except DocumentError:
        return text


def trim_doi(doi: str) -> str:
    """`doi` in lower case without the punctuation of the sentence around it."""
    doi = doi.lower()
    while doi and (doi[-1] in _TRAILING or _unbalanced(doi)):
        doi = doi[:-1]
    return doi


def identifiers_in(text: str) -> list[tuple[str, str]]:
    """Identifiers that stand in running text, as (name, value) pairs in the order found.

    A bare number counts as a PMID only with seven or eight digits, or after the word PMID.
    """
    found: list[tuple[int, str, str]] = []
    for match in DOI_IN_TEXT.finditer(text):
        doi = trim_doi(match.group())
        if DOI.fullmatch(doi):
            found.append((match.start(), "doi", doi))
    without_dois = DOI_IN_TEXT.sub(lambda match: " " * len(match.group()), text)
    for match in PMCID_IN_TEXT.finditer(without_dois):
        found.append((match.start(), "pmcid", match.group().upper()))
    for pattern in (PMID_IN_TEXT, BARE_NUMBER_IN_TEXT):
        for match in pattern.finditer(without_dois):
            found.append((match.start(1), "pmid", match.group(1)))
    return [(name, value) for _, name, value in sorted(set(found))]


def without_identifiers(text: str) -> str:
    """`text` with a blank in place of every identifier that stands in it, label included."""
    for pattern in (DOI_IN_TEXT, PMCID_IN_TEXT, PMID_IN_TEXT, BARE_NUMBER_IN_TEXT):
        text = pattern.sub(" ", text)
    return " ".join(text.split())


_NORMALISERS = {
    "pmid": normalise_pmid,
    "pmcid": normalise_pmcid,
    "doi": normalise_doi,
    "nbk": normalise_nbk,
}
_BARE = {
    "pmcid": PMCID,
    "doi": re.compile(rf"(?:(?:https?:/+)?(?:dx\.|www\.)?doi\.org/)?{DOI.pattern}", re.IGNORECASE),
    "nbk": NBK,
}
"""Identifiers that tell by themselves what they are; of a DOI's address one slash may be lost."""


def _whole(pattern: re.Pattern[str], text: str, name: str, form: str) -> str:
    if not pattern.fullmatch(text):
        raise DocumentError(f"{text!r} is not a {name}.", f"A {name} is {form}.")
    return text


def _unbalanced(doi: str) -> bool:
    opener = _CLOSERS.get(doi[-1])
    return opener is not None and doi.count(doi[-1]) > doi.count(opener)
