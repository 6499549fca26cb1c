from pathlib import Path

import pytest

from index.lexical import LEXICAL_COLLECTIONS, LexicalIndex, write_lexical
from rag.pipeline import Pipeline
from rag.search_query import FieldSynonyms, Group
from rag.spaced_names import join_names
from tests.fakes import HashingEmbedder
from tests.rag.examples import index_files

_LIBRARY = (
    "TDP-43, SOD1, C9orf72, HbA1c and IL-6 in ALS. CXorf56. UNC13A and KIF5A. LRRK2. Dismutase-1, matrin-3. "
    "Seen on day-6 of the phase-3 trial of type-2 disease; grade-2, week-12, in-43, all-3, age-65."
)
_SYNONYMS = FieldSynonyms(
    [Group(("TBK1", "TANK-binding kinase 1"), "HGNC"), Group(("matrin 3", "MATR3"), "HGNC")]
)


@pytest.fixture(scope="module")
def lexical(tmp_path_factory: pytest.TempPathFactory) -> LexicalIndex:
    folder = tmp_path_factory.mktemp("lexical") / "index"
    entries: dict[str, list[tuple[str, str]]] = {name: [] for name in LEXICAL_COLLECTIONS}
    write_lexical(folder, entries | {"documents": [("pmid:1", _LIBRARY)]})
    return LexicalIndex(folder)


@pytest.mark.parametrize(
    ("question", "read"),
    [
        ("what is tdp 43", "what is tdp-43"),
        ("What is TDP 43?", "What is TDP-43?"),
        ("hba 1c in il 6 patients", "hba-1c in il-6 patients"),
        ("sod 1 and il 6", "sod-1 and il-6"),
        ("il 6.", "il-6."),
        ("unc 13a, kif 5a", "unc-13a, kif-5a"),
        ("lrrk 2", "lrrk-2"),
        ("tbk 1", "tbk-1"),
        ("c9 orf 72", "C9orf72"),
        ("the c9orf 72 gene", "the C9orf72 gene"),
        ("C9 orf72", "C9orf72"),
        ("c 9 orf 72", "C9orf72"),
        ("cx orf 56", "CXorf56"),
    ],
)
def test_a_name_that_is_known_as_one_is_joined(
    lexical: LexicalIndex, question: str, read: str
) -> None:
    assert join_names(question, lexical, _SYNONYMS) == read


@pytest.mark.parametrize(
    "question",
    [
        "in 43 patients",
        "on day 6 of the trial",
        "a phase 3 trial in type 2 disease, grade 2, week 12",
        "all 3 of them, age 65",
        "is it 43 or 6?",
        "tdp 35",  # the library has no such name
        "c9 orf 73",
        "superoxide dismutase 1",  # too long for the name of a gene
        "matrin 3",  # listed so
        "il 6.5",
        "il 6%",
        "sod 1 mg",
        "sod 1 year later",
        "TDP-43 and SOD1",
        "non-tdp 43",
        "",
    ],
)
def test_other_words_before_a_number_stay_as_they_are(lexical: LexicalIndex, question: str) -> None:
    assert join_names(question, lexical, _SYNONYMS) == question


@pytest.mark.parametrize("written", ["TDP-43", "TDP 43", "tdp 43"])
def test_a_name_is_found_and_answered_however_it_is_typed(tmp_path: Path, written: str) -> None:
    text = "# Proteins\n\nTDP-43 forms aggregates in neurons. Mice run on 43 wheels a day.\n"
    pipeline = Pipeline(index_files(tmp_path, {"a.txt": text}), HashingEmbedder())

    found = pipeline.search(f"where does {written} form aggregates")
    answer = pipeline.answer(f"where does {written} form aggregates")
    pipeline.close()

    assert found.question == answer.question == f"where does {written} form aggregates"
    assert "tdp-43" in found.passages[0].matched
    assert answer.status == "answered"
    assert "TDP-43" in answer.sentences[0].text
