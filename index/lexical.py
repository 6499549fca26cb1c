"""The lexical index: terms of chunks, documents and papers' records in, BM25 scores by entry out.

bm25s computes the scores when a build is made; they are read memory-mapped. What a query's term
counts is settled when it is asked: its rarity in the library, steadied by that in the literature
at large, for among ten documents every word is rare. Scores are shares of the highest that a text
could reach, 0 to 1, so they mean the same in every library.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.errors import DamagedBuildError
from index.index_terms import INDEX_TERMS_VERSION, index_words
from index.term_matrix import Rows, Scores, TermMatrix
from index.term_rarity import TermRarity, load_term_rarity

LEXICAL_COLLECTIONS = ("chunks", "documents", "records")
_RARITY_POWER = 1.5
"""See docs/retrieval.md: rarer terms count more than in plain BM25."""
_GROUPS_KEPT = 64
_IDS, _TERMS, _WORDS = "ids.json", "terms.json", "words.json"
_SHORTEST_WORD = 6


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """A term of a query in all its forms; a text that has one of them, whole, has the term."""

    written: str
    """As it stands in the question."""
    forms: tuple[tuple[str, ...], ...]
    """Index terms of each form: one for a word, more for a phrase."""
    weight: float = 1.0


class LexicalIndex:
    """An open index; reading it is safe from many threads.

    Args:
        folder: where `write_lexical` put it.
        rarity: of terms in the literature at large.

    Raises:
        DamagedBuildError: a file is missing or is none of ours.
    """

    def __init__(self, folder: Path, rarity: TermRarity | None = None) -> None:
        self._rarity = rarity or load_term_rarity()
        self._best_of = lru_cache(maxsize=_GROUPS_KEPT)(self._best_of_forms)
        try:
            self._ids: dict[str, list[str]] = json.loads(_read(folder / _IDS))
            terms: list[str] = json.loads(_read(folder / _TERMS))
            self._words: list[str] = json.loads(_read(folder / _WORDS))
            self._columns = {term: column for column, term in enumerate(terms)}
            self._matrices = {
                name: TermMatrix.load(folder, name, len(self._ids[name]))
                for name in LEXICAL_COLLECTIONS
            }
        except (OSError, ValueError, EOFError, KeyError, TypeError) as error:
            raise DamagedBuildError(
                f"The lexical index in {folder} is damaged ({error}).",
                "Run: alsqa index. It is made again from the library.",
            ) from error

    def ids(self, collection: str) -> list[str]:
        """The entries, in the order of their rows."""
        return self._ids[collection]

    def rows(self, collection: str) -> Mapping[str, int]:
        """The row of each entry."""
        return self._rows[collection]

    @cached_property
    def _rows(self) -> dict[str, dict[str, int]]:
        return {
            name: {entry: row for row, entry in enumerate(ids)} for name, ids in self._ids.items()
        }

    @cached_property
    def document_rows(self) -> Rows:
        """The row of each chunk's document."""
        documents = self._rows["documents"]
        rows = [documents[chunk_id.rpartition("#")[0]] for chunk_id in self._ids["chunks"]]
        return np.array(rows, dtype=np.int32)

    @cached_property
    def documents_without_chunks(self) -> NDArray[np.bool_]:
        """By row of "records", whether it is that of a document that has no text, but a title."""
        alone = np.zeros(len(self._ids["records"]), dtype=bool)
        alone[: len(self._ids["documents"])] = True
        alone[self.document_rows] = False
        return alone

    def knows(self, term: str) -> bool:
        """Whether some entry has the index term."""
        return term in self._columns

    def terms(self) -> Collection[str]:
        """Every index term of the library."""
        return self._columns.keys()

    def words(self) -> Sequence[str]:
        """Words of letters alone, six or more, in lower case as the library writes them; sorted."""
        return self._words

    def importance(self, term: QueryTerm) -> float:
        """What the term counts in a score: the rarer, the more; times its weight."""
        held = len(self._texts_with("documents", term)[0])
        documents = self._matrices["documents"].entries
        idf = self._rarity.idf(term.forms, held=held, of=documents)
        return float(term.weight * idf**_RARITY_POWER)

    def scores(self, collection: str, terms: Sequence[QueryTerm]) -> Scores:
        """Share of the highest score of such a query that each entry reaches, 0 to 1, by row."""
        scores = np.zeros(self._matrices[collection].entries, dtype=np.float32)
        highest = 0.0
        for term in terms:
            importance = self.importance(term)
            highest += importance
            rows, shares = self._texts_with(collection, term)
            scores[rows] += importance * shares
        return scores / highest if highest else scores

    def matched(self, collection: str, row: int, terms: Sequence[QueryTerm]) -> list[str]:
        """The terms that the entry has, as they were written."""
        return [
            term.written for term in terms if _holds(self._texts_with(collection, term)[0], row)
        ]

    def _texts_with(self, collection: str, term: QueryTerm) -> tuple[Rows, Scores]:
        """Rows that have a form of the term, each once, and how much of it: 0 to 1."""
        if len(term.forms) == 1:
            return self._texts_with_all(self._matrices[collection], term.forms[0])
        return self._best_of(collection, term.forms)

    def _best_of_forms(
        self, collection: str, forms: tuple[tuple[str, ...], ...]
    ) -> tuple[Rows, Scores]:
        matrix = self._matrices[collection]
        best = np.zeros(matrix.entries, dtype=np.float32)
        for form in forms:
            rows, shares = self._texts_with_all(matrix, form)
            best[rows] = np.maximum(best[rows], shares)
        rows = np.flatnonzero(best).astype(np.int32)
        return rows, best[rows]

    def _texts_with_all(self, matrix: "TermMatrix", form: Sequence[str]) -> tuple[Rows, Scores]:
        columns = [self._columns.get(term) for term in form]
        if not columns or None in columns:
            return np.empty(0, dtype=np.int32), np.empty(0, dtype=np.float32)
        rows, shares = matrix.column(columns[0] or 0)
        for column in columns[1:]:
            others, other_shares = matrix.column(column or 0)
            rows, here, there = np.intersect1d(
                rows, others, assume_unique=True, return_indices=True
            )
            shares = np.minimum(shares[here], other_shares[there])
        return rows, shares


def _holds(rows: Rows, row: int) -> bool:
    """Whether `row` is one of `rows`, which are in ascending order."""
    place = int(np.searchsorted(rows, row))
    return place < len(rows) and int(rows[place]) == row


def write_lexical(folder: Path, entries: Mapping[str, Iterable[tuple[str, str]]]) -> None:
    """Write the index of (id, text) pairs into `folder`, which is made.

    Args:
        folder: must not be there.
        entries: those of each of `LEXICAL_COLLECTIONS`; their order is that of the rows.
    """
    folder.mkdir(parents=True)
    columns: dict[str, int] = {}
    ids: dict[str, list[str]] = {}
    tokens: dict[str, list[NDArray[np.int32]]] = {}
    words: set[str] = set()
    for name in LEXICAL_COLLECTIONS:
        ids[name], tokens[name] = [], []
        for entry_id, text in entries[name]:
            ids[name].append(entry_id)
            own: list[int] = []
            for word, terms in index_words(text):
                own += [columns.setdefault(term, len(columns)) for term in terms]
                if len(word) >= _SHORTEST_WORD and word.isalpha():
                    words.add(word)
            tokens[name].append(np.array(own, dtype=np.int32))
    for name in LEXICAL_COLLECTIONS:
        TermMatrix.of_texts(tokens.pop(name), len(columns)).save(folder, name)
    (folder / _IDS).write_text(json.dumps(ids), encoding="utf-8")
    (folder / _TERMS).write_text(json.dumps(list(columns)), encoding="utf-8")
    (folder / _WORDS).write_text(json.dumps(sorted(words)), encoding="utf-8")


def lexical_written_by() -> str:
    """What decides the files besides the texts."""
    return f"bm25s {version('bm25s')}, terms {INDEX_TERMS_VERSION}"


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")
