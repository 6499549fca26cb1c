import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import DamagedBuildError
from index.index_terms import index_terms
from index.lexical import LexicalIndex, QueryTerm, lexical_written_by, write_lexical
from index.term_rarity import TermRarity

NO_TABLE = TermRarity({})
_TEXTS = {
    "a#0000": "riluzole riluzole survival",
    "b#0000": "riluzole edaravone tofersen masitinib",
    "c#0000": "edaravone infusion",
}
"""Three terms, four and two: three on average."""
_EVERYTHING = ["ids.json", "terms.json", "words.json"] + [
    f"{collection}.{array}.npy"
    for collection in ("chunks", "documents", "records")
    for array in ("data", "indices", "indptr")
]


def _share(tf: int, *, length: int, average: float) -> float:
    return tf / (0.6 * (1 - 0.4 + 0.4 * length / average) + tf)


def _write(folder: Path, texts: Mapping[str, str]) -> Path:
    """An index of chunks of documents of one chunk each, and of records of the same words."""
    documents = [(name.partition("#")[0], text) for name, text in texts.items()]
    write_lexical(
        folder, {"chunks": texts.items(), "documents": documents, "records": list(documents)}
    )
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return _write(tmp_path / "lexical", _TEXTS)


@pytest.fixture
def index(folder: Path) -> LexicalIndex:
    return LexicalIndex(folder, NO_TABLE)


def _word(text: str, *, weight: float = 1.0) -> QueryTerm:
    (term,) = index_terms(text)
    return QueryTerm(text, ((term,),), weight)


def _forms(*texts: str) -> QueryTerm:
    return QueryTerm(texts[0], tuple(tuple(index_terms(text)) for text in texts))


def test_the_score_of_one_term_is_its_saturated_frequency(index: LexicalIndex) -> None:
    scores = index.scores("chunks", [_word("riluzole")])

    # 2 / 2.6 and 1 / 1.68
    assert scores.tolist() == pytest.approx([0.769231, 0.595238, 0.0], abs=1e-6)
    assert scores[0] == pytest.approx(_share(2, length=3, average=3))
    assert scores[1] == pytest.approx(_share(1, length=4, average=3))


def test_terms_count_by_their_importance(index: LexicalIndex) -> None:
    riluzole, infusion = _word("riluzole"), _word("infusion")
    common, rare = index.importance(riluzole), index.importance(infusion)

    scores = index.scores("chunks", [riluzole, infusion])

    assert rare > common > 0
    assert scores[0] == pytest.approx(
        common * _share(2, length=3, average=3) / (common + rare), rel=1e-5
    )
    assert scores[2] == pytest.approx(
        rare * _share(1, length=2, average=3) / (common + rare), rel=1e-5
    )


def test_importance_is_a_power_of_the_rarity_among_documents(index: LexicalIndex) -> None:
    idf = NO_TABLE.idf((("riluzol",),), held=2, of=3)

    assert index.importance(_word("riluzole")) == pytest.approx(idf**1.5)
    assert index.importance(_word("riluzole", weight=3)) == pytest.approx(3 * idf**1.5)


def test_the_literature_at_large_makes_a_term_common(folder: Path) -> None:
    table = TermRarity({"riluzol": 0.5})

    importance = LexicalIndex(folder, table).importance(_word("riluzole"))

    assert importance < LexicalIndex(folder, NO_TABLE).importance(_word("riluzole"))


def test_a_term_that_no_text_has_takes_its_share_of_every_score(index: LexicalIndex) -> None:
    alone = index.scores("chunks", [_word("riluzole")])
    with_unknown = index.scores("chunks", [_word("riluzole"), _word("zzzz")])

    assert (with_unknown[:2] < alone[:2] / 2).all()
    assert not index.scores("chunks", [_word("zzzz")]).any()


def test_a_term_that_is_said_twice_weighs_twice(index: LexicalIndex) -> None:
    twice = index.scores("chunks", [_word("riluzole", weight=2), _word("infusion")])
    again = index.scores("chunks", [_word("riluzole"), _word("infusion"), _word("riluzole")])

    assert twice == pytest.approx(again)


def test_a_text_with_another_form_scores_as_one_with_the_form_itself(tmp_path: Path) -> None:
    texts = {"a#0": "qalsody slows decline", "b#0": "tofersen slows decline", "c#0": "rain falls"}
    index = LexicalIndex(_write(tmp_path / "lexical", texts), NO_TABLE)

    scores = index.scores("chunks", [_forms("tofersen", "qalsody", "biib067")])

    assert scores[0] == scores[1] == pytest.approx(_share(1, length=3, average=8 / 3))
    assert scores[2] == 0


def test_of_two_forms_in_a_text_the_better_counts_and_not_both(tmp_path: Path) -> None:
    texts = {"a#0": "tofersen qalsody qalsody", "b#0": "rain falls often"}
    index = LexicalIndex(_write(tmp_path / "lexical", texts), NO_TABLE)

    scores = index.scores("chunks", [_forms("tofersen", "qalsody")])

    assert scores[0] == pytest.approx(_share(2, length=3, average=3))


def test_a_group_is_as_common_as_all_of_its_forms(tmp_path: Path) -> None:
    texts = {"a#0": "tofersen", "b#0": "qalsody", "c#0": "rain"}
    index = LexicalIndex(_write(tmp_path / "lexical", texts), NO_TABLE)

    assert index.importance(_forms("tofersen", "qalsody")) < index.importance(_word("tofersen"))


def test_a_phrase_needs_all_of_its_words(tmp_path: Path) -> None:
    texts = {
        "a#0": "lateral sclerosis lateral",
        "b#0": "multiple sclerosis here",
        "c#0": "lateral view here",
    }
    index = LexicalIndex(_write(tmp_path / "lexical", texts), NO_TABLE)
    phrase = _forms("lateral sclerosis")

    scores = index.scores("chunks", [phrase])

    # As much as of the word that is said least.
    assert scores.tolist() == pytest.approx([_share(1, length=3, average=3), 0, 0])
    assert [index.matched("chunks", row, [phrase]) for row in range(3)] == [
        ["lateral sclerosis"],
        [],
        [],
    ]


def test_a_phrase_with_a_word_that_no_text_has_is_nowhere(index: LexicalIndex) -> None:
    assert not index.scores("chunks", [_forms("riluzole zzzz")]).any()


def test_matched_names_the_terms_as_they_were_written(index: LexicalIndex) -> None:
    terms = [_word("Survival"), _word("tofersen"), _forms("Rilutek", "riluzole")]

    assert index.matched("chunks", 0, terms) == ["Survival", "Rilutek"]
    assert index.matched("chunks", 1, terms) == ["tofersen", "Rilutek"]
    assert index.matched("chunks", 2, terms) == []


def test_no_terms_score_nothing(index: LexicalIndex) -> None:
    assert index.scores("chunks", []).tolist() == [0, 0, 0]
    assert index.scores("chunks", [QueryTerm("", ())]).tolist() == [0, 0, 0]
    assert index.scores("chunks", [QueryTerm("", ((),))]).tolist() == [0, 0, 0]
    assert index.scores("chunks", [_word("riluzole", weight=0)]).tolist() == [0, 0, 0]
    assert index.matched("chunks", 0, []) == []


def test_rows_follow_the_entries(tmp_path: Path) -> None:
    write_lexical(
        tmp_path / "lexical",
        {
            "chunks": [("b#1", "one"), ("a#c#0", "two"), ("b#0", "three")],
            "documents": [("a#c", "two"), ("b", "one three")],
            "records": [("b", "one"), ("b~0001", "four")],
        },
    )
    index = LexicalIndex(tmp_path / "lexical", NO_TABLE)

    assert index.ids("chunks") == ["b#1", "a#c#0", "b#0"]
    assert dict(index.rows("records")) == {"b": 0, "b~0001": 1}
    assert index.document_rows.tolist() == [1, 0, 1]


def test_it_knows_the_terms_of_every_collection(tmp_path: Path) -> None:
    entries = {"chunks": [("a#0", "Neurons")], "documents": [("a", "rain")], "records": []}
    write_lexical(tmp_path / "lexical", entries)
    index = LexicalIndex(tmp_path / "lexical", NO_TABLE)

    assert set(index.terms()) == {"neuron", "rain"}
    assert index.knows("neuron")
    assert not index.knows("neurons")
    assert index.scores("chunks", [_word("rain")]).tolist() == [0]
    assert index.scores("records", [_word("rain")]).tolist() == []


@pytest.mark.parametrize("texts", [{}, {"a#0": "the and of"}, {"a#0": "", "b#0": "!?"}])
def test_collections_without_any_term_find_nothing(tmp_path: Path, texts: dict[str, str]) -> None:
    index = LexicalIndex(_write(tmp_path / "lexical", texts), NO_TABLE)

    assert index.scores("chunks", [_word("riluzole")]).tolist() == [0] * len(texts)
    assert index.document_rows.tolist() == list(range(len(texts)))
    assert list(index.terms()) == []


def test_an_entry_without_words_among_others_has_no_share(tmp_path: Path) -> None:
    texts = {"a#0": "riluzole", "b#0": "", "c#0": "riluzole rain"}
    index = LexicalIndex(_write(tmp_path / "lexical", texts), NO_TABLE)

    scores = index.scores("chunks", [_word("riluzole")])

    assert scores.tolist() == pytest.approx(
        [_share(1, length=1, average=1), 0, _share(1, length=2, average=1)]
    )


@pytest.mark.parametrize("name", _EVERYTHING)
def test_a_missing_file_is_damage(folder: Path, name: str) -> None:
    (folder / name).unlink()

    with pytest.raises(DamagedBuildError, match=r"lexical index .* is damaged .*Run: alsqa index"):
        LexicalIndex(folder)


@pytest.mark.parametrize("content", [b"", b"none of ours", b"\x93NUMPY\x01\x00v\x00{"])
@pytest.mark.parametrize("name", _EVERYTHING)
def test_a_file_of_other_bytes_is_damage(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)

    with pytest.raises(DamagedBuildError):
        LexicalIndex(folder)


@pytest.mark.parametrize("content", ["[]", "null", "{}", '{"chunks": []}', '{"chunks": 5}'])
def test_ids_of_another_form_are_damage(folder: Path, content: str) -> None:
    (folder / "ids.json").write_text(content, encoding="utf-8")

    with pytest.raises(DamagedBuildError):
        LexicalIndex(folder)


def test_an_array_that_is_cut_short_is_damage(folder: Path) -> None:
    path = folder / "chunks.data.npy"
    path.write_bytes(path.read_bytes()[:-4])

    with pytest.raises(DamagedBuildError):
        LexicalIndex(folder)


def test_a_folder_that_is_not_there_is_damage(tmp_path: Path) -> None:
    with pytest.raises(DamagedBuildError):
        LexicalIndex(tmp_path / "nowhere")


def test_it_is_not_written_over_another(folder: Path) -> None:
    before = (folder / "ids.json").read_bytes()

    with pytest.raises(FileExistsError):
        _write(folder, {})

    assert (folder / "ids.json").read_bytes() == before


def test_the_same_texts_give_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    other = _write(tmp_path / "other", _TEXTS)

    assert sorted(path.name for path in folder.iterdir()) == sorted(_EVERYTHING)
    for path in folder.iterdir():
        assert path.read_bytes() == (other / path.name).read_bytes(), path.name


def test_what_wrote_it_names_the_version_of_the_terms() -> None:
    assert lexical_written_by().startswith("bm25s ")
    assert "terms " in lexical_written_by()


_words = st.sampled_from(["als", "ftd", "sod1", "tdp-43", "riluzole", "neurons", "rain", "the"])
_text = st.lists(_words, max_size=12).map(" ".join)
_queries = st.lists(
    st.tuples(st.lists(_text, min_size=1, max_size=3), st.integers(0, 5)), min_size=1, max_size=4
)


@settings(max_examples=60, deadline=None)
@given(st.lists(_text, max_size=8), _queries)
def test_scores_are_shares_above_nought_where_a_term_matches(
    texts: Sequence[str], queries: Sequence[tuple[list[str], int]]
) -> None:
    terms = [
        QueryTerm(str(number), tuple(tuple(index_terms(form)) for form in forms), weight)
        for number, (forms, weight) in enumerate(queries)
    ]
    with TemporaryDirectory() as folder:
        named = {f"d{number}#0000": text for number, text in enumerate(texts)}
        index = LexicalIndex(_write(Path(folder) / "lexical", named), NO_TABLE)

        scores = index.scores("chunks", terms)

        assert scores.shape == (len(texts),)
        assert ((scores >= 0) & (scores <= 1 + 1e-6)).all()
        for row, text in enumerate(texts):
            own = set(index_terms(text))
            matching = [
                term
                for term in terms
                if any(form and own.issuperset(form) for form in map(set, term.forms))
            ]
            assert index.matched("chunks", row, terms) == [one.written for one in matching]
            if any(one.weight for one in matching):
                assert scores[row] > 0
            if not matching:
                assert scores[row] == 0


@settings(max_examples=40, deadline=None)
@given(st.lists(_text, min_size=1, max_size=8))
def test_every_cell_is_the_formula(texts: Sequence[str]) -> None:
    bags = [Counter(index_terms(text)) for text in texts]
    average = sum(bag.total() for bag in bags) / len(bags)
    with TemporaryDirectory() as folder:
        named = {f"d{number}#0000": text for number, text in enumerate(texts)}
        index = LexicalIndex(_write(Path(folder) / "lexical", named), NO_TABLE)
        for term in index.terms():
            expected = [
                _share(bag[term], length=bag.total(), average=average) if bag[term] else 0.0
                for bag in bags
            ]

            scores = index.scores("chunks", [QueryTerm(term, ((term,),))])

            assert np.allclose(scores, expected, rtol=1e-4)


def test_it_knows_the_longer_words_of_the_library_as_they_are_written(tmp_path: Path) -> None:
    texts = {
        "a#0": "Neurons die of rain in C9orf72-linked non-invasive Sclerosis",
        "b#0": "neurons",
    }
    index = LexicalIndex(_write(tmp_path / "lexical", texts), NO_TABLE)

    assert list(index.words()) == ["neurons", "sclerosis"]


def test_terms_are_kept_as_text(folder: Path) -> None:
    terms = json.loads((folder / "terms.json").read_text(encoding="utf-8"))

    assert terms[:3] == ["riluzol", "surviv", "edaravon"]
