import gzip
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.term_rarity import TERM_COUNTS_FILE, TermRarity, load_term_rarity, write_term_counts

RARITY = TermRarity({"patient": 0.5, "als": 0.01, "tofersen": 0.0005})


def _idf(term: str, *, held: int, of: int, rarity: TermRarity = RARITY) -> float:
    return rarity.idf(((term,),), held=held, of=of)


def test_idf_is_that_of_bm25_over_the_library_and_a_thousand_documents_more() -> None:
    # 10 of 100 of the library, 10 of 1,000 at large: 20 of 1,100.
    assert _idf("als", held=10, of=100) == pytest.approx(math.log(1 + 1080.5 / 20.5))


@given(st.integers(1, 5_000), st.data())
def test_idf_falls_with_the_documents_that_have_the_term(of: int, data: st.DataObject) -> None:
    held = data.draw(st.integers(0, of - 1))

    assert _idf("als", held=held, of=of) > _idf("als", held=held + 1, of=of) > 0


def test_in_a_tiny_library_the_literature_at_large_decides() -> None:
    every = _idf("tofersen", held=3, of=3)

    assert every > _idf("patient", held=1, of=3)
    assert every == pytest.approx(_idf("tofersen", held=1, of=3), rel=0.15)


def test_in_a_large_library_its_own_documents_decide() -> None:
    assert _idf("tofersen", held=90_000, of=100_000) < _idf("patient", held=10, of=100_000)


def test_an_unknown_term_is_the_rarest() -> None:
    known = [_idf(term, held=0, of=10) for term in RARITY.shares]

    assert _idf("zzzz", held=0, of=10) > max(known)


def test_a_phrase_is_as_rare_as_its_rarest_word_at_least() -> None:
    assert RARITY.share(("als", "patient")) == 0.01
    assert RARITY.share(("als", "zzzz")) == 0.0
    assert RARITY.share(()) == 0.0


def test_forms_are_together_as_frequent_as_all_of_them_and_no_more_than_all() -> None:
    both = RARITY.idf((("als",), ("tofersen",)), held=0, of=10)
    thrice = RARITY.idf((("patient",),) * 3, held=10, of=10)

    assert both < _idf("als", held=0, of=10)
    assert thrice > 0


def test_a_library_without_documents_has_rarities_all_the_same() -> None:
    assert _idf("patient", held=0, of=0) < _idf("als", held=0, of=0)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "counts.tsv.gz"
    texts = ["Riluzole and riluzole", "riluzole, neurons", "Riluzole: a neuron", "edaravone"]

    counted = write_term_counts(texts, path)
    rarity = load_term_rarity(path)

    assert counted == (4, 1)  # neurons in two texts alone: too few
    assert rarity.shares == {"riluzol": 0.75}


def test_no_texts_are_written_and_read_too(tmp_path: Path) -> None:
    path = tmp_path / "counts.tsv.gz"

    assert write_term_counts([], path) == (0, 0)
    assert load_term_rarity(path).shares == {}


def test_the_same_texts_give_the_same_bytes(tmp_path: Path) -> None:
    texts = ["riluzole edaravone tofersen"] * 3
    one, other = tmp_path / "one.gz", tmp_path / "other.gz"

    write_term_counts(iter(texts), one)
    write_term_counts([" ".join(reversed(text.split())) for text in texts], other)

    assert one.read_bytes() == other.read_bytes()


def test_the_shipped_table_knows_common_words_from_rare_ones() -> None:
    rarity = load_term_rarity()

    assert all(0 < share <= 1 for share in rarity.shares.values())
    assert rarity.share(("patient",)) > rarity.share(("sclerosi",)) > rarity.share(("riluzol",))


def test_the_shipped_table_holds_counts_alone() -> None:
    with gzip.open(TERM_COUNTS_FILE, "rt", encoding="utf-8") as lines:
        header, *rest = lines.read().splitlines()

    assert header.startswith("#documents\t")
    assert rest == sorted(rest, key=lambda line: line.partition("\t")[0])
    assert all(int(line.partition("\t")[2]) >= 3 for line in rest)
