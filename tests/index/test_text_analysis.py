import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text_analysis import stem, terms_of


def _lower(text: str) -> list[str]:
    return [term.lower for term in terms_of(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("motor-neuron disease", ["motor", "neuron", "disease"]),
        ("TDP-43", ["tdp43"]),
        ("TDP‑43 and TDP43", ["tdp43", "and", "tdp43"]),
        ("IL-6, not IL-8", ["il6", "not", "il8"]),
        ("F.D.A. approval", ["fda", "approval"]),
        ("the U.S. trial", ["the", "us", "trial"]),
        ("Charcot’s disease", ["charcot", "disease"]),
        ("patients' data", ["patients", "data"]),
        ("naïve café", ["naïve", "café"]),
        ("snake_case", ["snake", "case"]),
        ("(C9orf72)", ["c9orf72"]),
        ("...!?", []),
        ("", []),
    ],
)
def test_words_are_cut_as_search_needs_them(text: str, expected: list[str]) -> None:
    assert _lower(text) == expected


def test_inflected_forms_have_one_stem() -> None:
    stems = {term.stem for term in terms_of("therapy therapies Therapies")}

    assert len(stems) == 1
    assert stem("neurons") == stem("neuron") != stem("neural")


@given(st.text())
def test_offsets_give_the_word_as_it_is_written_in_order(text: str) -> None:
    last_end = 0
    for term in terms_of(text):
        assert text[term.start : term.end] == term.written
        assert last_end <= term.start < term.end
        last_end = term.end


def test_stemming_works_in_several_threads_at_once() -> None:
    words = [f"progressing{number}s" for number in range(500)]
    found: list[list[str]] = []

    def stem_all() -> None:
        found.append([term.stem for term in terms_of(" ".join(words))])

    threads = [threading.Thread(target=stem_all) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 4
    assert all(one == found[0] for one in found)
    assert len(found[0]) == len(words)
