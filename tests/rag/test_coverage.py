import pytest

from rag.coverage import spoken_of
from rag.synonyms import Synonyms, load_synonyms
from tests.rag.examples import ask


def spoken(question: str, text: str, synonyms: Synonyms | None = None) -> list[str]:
    """Words of the question that the text speaks of."""
    synonyms = synonyms or load_synonyms()
    asked = ask(question, synonyms=synonyms)
    keys = spoken_of(asked.terms, synonyms.units(text), synonyms, alternatives=asked.alternatives)
    return [term.unit.written for term in asked.terms if term.unit.key in keys]


def test_the_same_word_and_its_inflections_are_spoken_of() -> None:
    assert spoken("window lamps tables", "Lamp in a window.") == ["window", "lamps"]


def test_a_synonym_is_spoken_of() -> None:
    assert spoken("ALS mortality", "Many die of motor neurone disease.") == ["ALS", "mortality"]


def test_a_kind_is_spoken_of_by_a_member_and_not_the_other_way_round() -> None:
    assert spoken("drugs", "Riluzole is old.") == ["drugs"]
    assert spoken("riluzole", "Drugs are old.") == []


@pytest.mark.parametrize(
    ("asked", "said"), [("autophagy", "autophagic"), ("neurodegeneration", "neurodegenerative")]
)
def test_words_of_one_family_are_spoken_of(asked: str, said: str) -> None:
    assert spoken(asked, f"An {said} process.") == [asked]


@pytest.mark.parametrize(
    ("asked", "said"),
    [("autism", "autophagy"), ("lamp", "lampoon"), ("neurology", "neuron")],
)
def test_words_that_only_begin_alike_are_not(asked: str, said: str) -> None:
    assert spoken(asked, f"The {said}.") == []


@pytest.mark.parametrize(("asked", "said"), [("SOD2", "SOD1"), ("IL-6", "IL-8")])
def test_names_with_digits_must_be_the_same(asked: str, said: str) -> None:
    assert spoken(asked, f"It is {said}.") == []
    assert spoken(asked, f"It is {asked}.") == [asked]


@pytest.mark.parametrize(
    ("asked", "said"), [("AMX0036", "AMX0035"), ("C9orf72", "C9orf7"), ("TDP-45", "TDP-43")]
)
def test_long_names_with_digits_must_be_the_same(asked: str, said: str) -> None:
    assert spoken(asked, f"It is {said}.") == []


def test_a_misspelt_word_is_spoken_of() -> None:
    assert spoken("spermidnie", "Spermidine helps.") == ["spermidnie"]


def test_a_misspelt_word_is_spoken_of_by_another_form_of_a_group() -> None:
    synonyms = Synonyms([["tofersen", "qalsody"]])

    assert spoken("qalsodi", "Tofersen helps.", synonyms) == ["qalsodi"]


def test_one_of_two_alternatives_is_enough() -> None:
    assert spoken("windows or lamps", "A lamp.") == ["windows", "lamps"]
    assert spoken("windows and lamps", "A lamp.") == ["lamps"]


def test_what_the_document_is_about_counts_as_spoken_of() -> None:
    synonyms = load_synonyms()
    asked = ask("ALS lamps")

    keys = spoken_of(
        asked.terms, synonyms.units("A lamp."), synonyms, given={"amyotroph lateral sclerosi"}
    )

    assert keys == {"amyotroph lateral sclerosi", "lamp"}


def test_an_empty_text_speaks_of_nothing() -> None:
    assert spoken("riluzole", "") == []
