from pathlib import Path

import pytest

from rag.synonyms import Synonyms, load_synonyms


def keys(synonyms: Synonyms, text: str) -> list[str]:
    return [unit.key for unit in synonyms.units(text)]


def test_words_of_a_group_share_the_key_of_its_first() -> None:
    synonyms = Synonyms([["drug", "medicine", "pill"]])

    assert keys(synonyms, "Drugs, MEDICINES and pills") == ["drug", "drug", "and", "drug"]


def test_a_word_of_no_group_has_its_stem_as_its_key() -> None:
    assert keys(Synonyms([["drug"]]), "Sleeping cats") == ["sleep", "cat"]


def test_the_longest_phrase_wins() -> None:
    synonyms = Synonyms([["als", "motor neuron disease"], ["neuron", "motor neuron"], ["disease"]])

    units = synonyms.units("a motor neuron disease, a motor neuron, a disease")

    assert [unit.key for unit in units] == ["a", "al", "a", "neuron", "a", "diseas"]
    assert [unit.is_phrase for unit in units] == [False, True, False, True, False, False]


def test_units_stand_where_they_were_written() -> None:
    text = "Lou  Gehrig's\ndisease kills."

    for unit in load_synonyms().units(text):
        assert text[unit.start : unit.end] == unit.written


def test_a_phrase_is_found_across_inflections() -> None:
    assert keys(Synonyms([["msc", "mesenchymal stem cell"]]), "mesenchymal stem cells") == ["msc"]


def test_a_phrase_that_is_cut_short_is_no_phrase() -> None:
    assert keys(Synonyms([["msc", "mesenchymal stem cell"]]), "mesenchymal stem") == [
        "mesenchym",
        "stem",
    ]


def test_the_first_group_keeps_a_word_that_stands_in_two() -> None:
    synonyms = Synonyms([["prognosis", "life expectancy"], ["survive", "life expectancy"]])

    assert keys(synonyms, "life expectancy") == ["prognosi"]


def test_a_member_stands_for_its_kind_and_others_do_not() -> None:
    synonyms = Synonyms([["drug", "pill"], ["riluzole", "rilutek"]], kinds={"drug": ["riluzole"]})

    assert synonyms.kind(keys(synonyms, "Rilutek")[0]) == "drug"
    assert synonyms.kind("drug") is None
    assert synonyms.kind("autophagi") is None


def test_forms_are_the_single_words_of_a_group() -> None:
    synonyms = Synonyms([["als", "motor neuron disease", "mnd"]])

    assert synonyms.forms("al") == ["als", "mnd"]
    assert synonyms.forms("cat") == []


@pytest.mark.parametrize("written", ["riluzloe", "rilusole", "riluzolee", "rilzole"])
def test_a_misspelt_listed_word_is_the_listed_one(written: str) -> None:
    assert keys(load_synonyms(), written) == ["riluzol"]


@pytest.mark.parametrize("written", ["SOD2", "SOD11", "amx0036", "fdb", "als1"])
def test_a_short_word_or_one_with_a_digit_is_never_set_right(written: str) -> None:
    listed = {"superoxid dismutas 1", "amx0035", "food and drug administr"}

    assert not listed & set(keys(load_synonyms(), written))


def test_a_shorter_stem_of_a_listed_word_is_no_slip_of_it() -> None:
    assert keys(Synonyms([["biomarker", "marker"]]), "marked") == ["mark"]


@pytest.mark.parametrize(("word", "listed"), [("infection", "injection"), ("familiar", "familial")])
def test_a_word_of_its_own_is_no_slip_of_a_listed_word(word: str, listed: str) -> None:
    synonyms = load_synonyms(is_english=lambda one: one == word)

    assert keys(synonyms, word) != keys(synonyms, listed)
    assert keys(load_synonyms(), word) == keys(load_synonyms(), listed)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ALS", "Lou Gehrig's disease"),
        ("ALS", "motor neurone disease"),
        ("FDA", "US Food and Drug Administration"),
        ("tofersen", "Qalsody"),
        ("SOD1", "superoxide dismutase-1"),
        ("each year", "per annum"),
        ("USA", "U.S.A."),
    ],
)
def test_the_default_list_knows_other_words_for_the_same(one: str, other: str) -> None:
    synonyms = load_synonyms()

    assert keys(synonyms, one) == keys(synonyms, other)


def test_groups_of_the_field_are_told_from_general_english() -> None:
    synonyms = Synonyms([["big", "large"]], field=[["cat", "tomcat"]])

    assert synonyms.is_of_field(keys(synonyms, "tomcat")[0])
    assert not synonyms.is_of_field(keys(synonyms, "large")[0])


def test_another_list_can_be_loaded(tmp_path: Path) -> None:
    path = tmp_path / "synonyms.yaml"
    path.write_text("field: [[cat, tomcat]]\nplain: [[big, large]]\nkinds: {}\n", encoding="utf-8")

    synonyms = load_synonyms(path)

    assert keys(synonyms, "large tomcat") == ["big", "cat"]
