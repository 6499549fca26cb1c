import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.index_terms import STOP_WORDS, index_terms, index_words

BRITISH_AND_AMERICAN = [
    ("tumour", "tumor"),
    ("behavioural", "behavioral"),
    ("neurones", "neurons"),
    ("oedema", "edema"),
    ("oesophagus", "esophagus"),
    ("oestrogen", "estrogen"),
    ("aetiology", "etiology"),
    ("haemorrhage", "hemorrhage"),
    ("anaemia", "anemia"),
    ("leukaemia", "leukemia"),
    ("ischaemic", "ischemic"),
    ("anaesthesia", "anesthesia"),
    ("paediatric", "pediatric"),
    ("foetal", "fetal"),
    ("diarrhoea", "diarrhea"),
    ("dyspnoea", "dyspnea"),
    ("sialorrhoea", "sialorrhea"),
    ("centre", "center"),
    ("fibres", "fibers"),
    ("randomised", "randomized"),
    ("hospitalisation", "hospitalization"),
    ("stabilise", "stabilize"),
    ("paralysed", "paralyzed"),
    ("labelled", "labeled"),
    ("sulphate", "sulfate"),
    ("programme", "program"),
    ("aluminium", "aluminum"),
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("IL-6", ["il6", "il", "6"]),
        ("C9orf72 (C9ORF72)", ["c9orf72", "c9orf72"]),
        ("SOD1-G93A", ["sod1g93a", "sod1", "g93a"]),
        ("SOD1<sup>G93A</sup> mice", ["sod1g93a", "mice"]),
        ("α-synuclein", ["alphasynuclein", "alpha", "synuclein"]),
        ("IL-1β", ["il1beta", "il", "1beta"]),
        ("µg", ["mug"]),
        ("5′-UTR", ["5utr", "5", "utr"]),
        ("TDP‑43", ["tdp43", "tdp", "43"]),
        ("FTD/ALS", ["ftd", "als"]),
        ("MSCs and DNAs", ["msc", "dna"]),
        ("Charcot’s", ["charcot"]),
        ("snake_case", ["snake", "case"]),
        ("ﬁnd CO₂", ["find", "co2"]),
        ("5,000 of 1,234,567", ["5000", "1234567"]),
        ("a hazard ratio of 0.67.", ["hazard", "ratio", "0.67"]),
        ("1.5mg", ["1.5", "mg"]),
        ("the and of", []),
        ("", []),
        ("...!? — 😀👩‍⚕️", []),
    ],
)
def test_words_give_the_terms_that_they_are_found_by(text: str, expected: list[str]) -> None:
    assert index_terms(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("TDP-43", "TDP43"),
        ("TDP-43", "TDP 43"),
        ("TDP-43", "TDP–43"),
        ("IL-6", "IL 6"),
        ("C9orf72", "C9ORF72"),
        ("SOD1-G93A", "SOD1<sup>G93A</sup>"),
        ("α-synuclein", "Alpha-Synuclein"),
        ("TGF-β", "TGFβ"),
        ("5′-UTR", "5′UTR"),
    ],
)
def test_spellings_of_a_name_share_the_term_of_the_whole(one: str, other: str) -> None:
    whole = index_terms(one)[0]

    assert whole in index_terms(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("IL-6", "IL-8"), ("SOD1", "SOD2"), ("TDP-43", "TDP-35"), ("C9orf72", "C21orf2")],
)
def test_names_with_other_numbers_differ_as_a_whole(one: str, other: str) -> None:
    assert index_terms(one)[0] not in index_terms(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("neuron", "neurons"),
        ("MSC", "MSCs"),
        ("iPSC", "iPSCs"),
        ("therapy", "therapies"),
        ("patients'", "patient’s"),
        ("disease", "diseases"),
        ("TDP-43", "TDP-43's"),
    ],
)
def test_inflections_are_one(one: str, other: str) -> None:
    assert index_terms(one) == index_terms(other)


@pytest.mark.parametrize(("british", "american"), BRITISH_AND_AMERICAN)
def test_british_and_american_spellings_are_one(british: str, american: str) -> None:
    assert index_terms(british) == index_terms(american) != []


@pytest.mark.parametrize(
    "words",
    [
        "fall falls falling",
        "swell swelling swellings",
        "call called",
        "fill filled",
        "kill killed",
        "noise noises",
        "poem poems",
        "shoe shoes",
        "enroll enrolled enrolment",
        "hour hours",
        "raise raised",
        "rise rises rising",
        "arise arising",
        "undergo undergoes",
        "fibre fibres fiber",
        "litre litres liter",
        "odour odours odor",
    ],
)
def test_a_short_word_is_one_in_all_its_inflections(words: str) -> None:
    assert len(set(index_terms(words))) == 1


@pytest.mark.parametrize(("one", "other"), [("filled", "file"), ("rolling", "role")])
def test_words_that_mean_something_else_are_not_one(one: str, other: str) -> None:
    assert index_terms(one) != index_terms(other)


def test_an_accent_that_is_used_as_an_apostrophe_is_one() -> None:
    assert index_terms("Parkinson´s") == index_terms("Parkinson's")


@pytest.mark.parametrize("text", ["TDP 43.", "TDP 43, FUS", "(TDP 43.)"])
def test_a_name_with_a_spaced_number_may_end_a_sentence(text: str) -> None:
    assert "tdp43" in index_terms(text)


def test_als_is_not_the_end_of_et_al() -> None:
    assert "als" in index_terms("ALS")
    assert "als" not in index_terms("Smith et al. said so")
    assert not {"al", "et"} & set(index_terms("ALS"))


def test_ms_is_not_the_plural_of_a_letter() -> None:
    assert index_terms("MS, PLS, FUS") == ["ms", "pls", "fus"]


def test_a_number_with_decimals_or_a_percentage_is_no_part_of_a_name() -> None:
    assert index_terms("ALS 43.5") == ["als", "43.5"]
    assert index_terms("FVC 80%") == ["fvc", "80"]


@pytest.mark.parametrize("odd", ["\x00", "\u202e", "\u2066", "\u200b", "\ufeff", "\x1b", "😀"])
def test_characters_that_are_no_letters_only_part_words(odd: str) -> None:
    assert index_terms(f"riluzole{odd}tofersen{odd}") == ["riluzol", "tofersen"]


@pytest.mark.parametrize(
    "text",
    [
        "riluzole " * 11_112,
        "a" * 100_000,
        "a-" * 50_000,
        "1," * 50_000,
        "<" * 100_000,
        "A" * 99_999,
    ],
)
def test_a_hundred_thousand_characters_come_to_an_end(text: str) -> None:
    assert len(index_terms(text)) <= len(text)


def test_stop_words_inside_a_compound_stay_in_the_whole_alone() -> None:
    assert index_terms("wash-out by-product") == ["washout", "wash", "out", "byproduct", "product"]
    assert not STOP_WORDS & set(index_terms("state-of-the-art"))


@given(st.text() | st.from_regex(r"([A-Za-zα-ωÀ-ſ0-9'’\-–.,<>/ ]|sup|′)*", fullmatch=True))
def test_any_text_gives_lower_case_terms_without_spaces(text: str) -> None:
    for term in index_terms(text):
        assert term
        assert term == term.lower()
        assert not any(character.isspace() for character in term)


@given(st.text() | st.from_regex(r"([A-Za-z0-9'\-., ])*", fullmatch=True))
def test_words_hold_the_terms_of_the_text_in_order(text: str) -> None:
    words = index_words(text)

    assert [term for _, terms in words for term in terms] == index_terms(text)
    assert all(terms for _, terms in words)


def test_words_are_written_in_lower_case_with_the_whole_first() -> None:
    assert index_words("The TDP-43 of Charcot's") == [
        ("tdp-43", ("tdp43", "tdp", "43")),
        ("charcot's", ("charcot",)),
    ]
