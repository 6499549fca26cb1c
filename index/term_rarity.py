"""How rare a term is: in the library, steadied by the biomedical literature at large.

`term_counts.tsv.gz` counts the documents that have a term among 19,000 on all fields of medicine;
`python -m eval.term_counts` makes it from public sets. Counts alone are kept, no text.
"""

import gzip
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from index.index_terms import index_terms

TERM_COUNTS_FILE = Path(__file__).with_name("term_counts.tsv.gz")
_DOCUMENTS = "#documents"
_FEWEST = 3
"""Of a term that fewer documents have nothing is kept: it is as rare as one that none has."""
_AS_MANY_DOCUMENTS = 1_000
"""What the literature at large weighs against the library's own documents."""


@dataclass(frozen=True, slots=True)
class TermRarity:
    """Shares of documents of the literature at large, by index term."""

    shares: Mapping[str, float]

    def share(self, form: Sequence[str]) -> float:
        """At most so many documents have all terms of the form."""
        return min((self.shares.get(term, 0.0) for term in form), default=0.0)

    def idf(self, forms: Sequence[Sequence[str]], *, held: int, of: int) -> float:
        """BM25's inverse document frequency of what has these forms, steadied.

        Args:
            forms: each a word or a phrase, as index terms.
            held: documents of the library that have one of them.
            of: documents of the library.
        """
        share = min(1.0, sum(self.share(form) for form in forms))
        documents = of + _AS_MANY_DOCUMENTS
        having = held + _AS_MANY_DOCUMENTS * share
        return math.log(1 + (documents - having + 0.5) / (having + 0.5))


@lru_cache(maxsize=1)
def load_term_rarity(path: Path = TERM_COUNTS_FILE) -> TermRarity:
    """The table that is shipped."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        counts = {term: int(count) for term, _, count in (line.partition("\t") for line in lines)}
    documents = counts.pop(_DOCUMENTS)
    return TermRarity({term: count / documents for term, count in counts.items()})


def write_term_counts(texts: Iterable[str], path: Path) -> tuple[int, int]:
    """Count the texts that have each term into `path`; how many texts and terms there are."""
    counts: dict[str, int] = {}
    documents = 0
    for text in texts:
        documents += 1
        for term in set(index_terms(text)):
            counts[term] = counts.get(term, 0) + 1
    kept = sorted((term, count) for term, count in counts.items() if count >= _FEWEST)
    lines = [f"{term}\t{count}\n" for term, count in [(_DOCUMENTS, documents), *kept]]
    # No time in the file: the same texts give the same bytes.
    with path.open("wb") as file, gzip.GzipFile("", "wb", mtime=0, fileobj=file) as packed:
        packed.write("".join(lines).encode())
    return documents, len(kept)
