from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import SettingsError
from index.index_terms import index_terms
from index.settings import read_settings
from rag.models import AlsoSearched
from rag.pipeline import Pipeline
from rag.search_query import FieldSynonyms, Group, SearchQuery, load_field_synonyms
from rag.settings import RagSettings
from tests.fakes import HashingEmbedder
from tests.rag.examples import index_files

_ALS = Group(("als", "motor neuron disease", "Lou Gehrig's disease"), "MeSH")
_SCALE = Group(("ALSFRS", "als functional rating scale"), "trials")
_NEURON = Group(("motor neuron", "motoneuron"), "anatomy")
_TDP = Group(("TDP-43", "TARDBP"), "HGNC")
SYNONYMS = FieldSynonyms([_ALS, _SCALE, _NEURON, _TDP])


def _written(query: SearchQuery) -> list[str]:
    return [term.written for term in query.terms]


def _file(folder: Path, content: str) -> Path:
    path = folder / "synonyms.yaml"
    path.write_text(content, encoding="utf-8")
    return path


def test_a_word_of_a_group_is_searched_for_in_all_its_forms() -> None:
    query = SYNONYMS.expand("ALS")

    (term,) = query.terms
    assert (term.written, term.weight) == ("als", 1)
    assert term.forms == (("als",), ("motor", "neuron", "diseas"), ("lou", "gehrig", "diseas"))


def test_what_was_also_searched_is_said_with_its_source() -> None:
    query = SYNONYMS.expand("Motor neurons in Lou Gehrig’s disease")

    assert query.also == (
        AlsoSearched("motor neurons", ("motoneuron",), "anatomy"),
        AlsoSearched("lou gehrig's disease", ("als", "motor neuron disease"), "MeSH"),
    )


@pytest.mark.parametrize(
    ("question", "written"),
    [
        ("The ALS functional rating scale", ["als functional rating scale"]),
        ("the ALS functional score", ["als", "functional", "score"]),
        ("motor neuron disease", ["motor neuron disease"]),
        ("motor neuron diseases", ["motor neuron diseases"]),
        ("motor neuron loss", ["motor neuron", "loss"]),
        ("motor disease", ["motor", "disease"]),
        ("ALS motor neuron", ["als", "motor neuron"]),
    ],
)
def test_the_longest_phrase_wins(question: str, written: list[str]) -> None:
    assert _written(SYNONYMS.expand(question)) == written


def test_a_scale_is_not_searched_for_as_the_disease() -> None:
    query = SYNONYMS.expand("ALS functional rating scale")

    assert [one.words for one in query.also] == [("ALSFRS",)]
    assert ("als",) not in query.terms[0].forms


def test_it_knows_the_terms_of_its_groups() -> None:
    assert all(map(SYNONYMS.knows, ["als", "lou", "tdp43", "rate"]))
    assert not any(map(SYNONYMS.knows, ["tdp", "rating", "weather", ""]))


def test_every_form_of_a_group_asks_for_the_same() -> None:
    queries = [SYNONYMS.expand(word).terms for word in _ALS.words]

    assert {query[0].forms for query in queries} == {queries[0][0].forms}


@pytest.mark.parametrize("question", ["TDP-43", "tdp43", "TDP‑43"])
def test_spellings_of_a_name_find_its_group(question: str) -> None:
    assert SYNONYMS.expand(question).also[0].words == ("TARDBP",)


def test_a_spaced_name_is_searched_for_as_it_stands_and_as_one() -> None:
    assert _written(SYNONYMS.expand("Is TDP 43 toxic?")) == ["tdp", "43", "tdp43", "toxic"]


def test_words_without_a_group_stay_as_they_are() -> None:
    query = SYNONYMS.expand("Does IL-6 rise with the weather?")

    assert query.also == ()
    assert [(term.written, term.forms) for term in query.terms] == [
        ("il-6", (("il6",),)),
        ("il-6", (("il",),)),
        ("il-6", (("6",),)),
        ("rise", (("rise",),)),
        ("weather", (("weather",),)),
    ]


def test_a_word_that_is_said_twice_counts_twice() -> None:
    query = SYNONYMS.expand("pain, weather and pains")

    assert [(term.written, term.weight) for term in query.terms] == [("pain", 2), ("weather", 1)]


def test_two_words_of_one_group_count_twice_and_are_told_once() -> None:
    query = SYNONYMS.expand("Is ALS motor neuron disease?")

    assert [(term.written, term.weight) for term in query.terms] == [("als", 2)]
    assert [one.written for one in query.also] == ["als"]


@pytest.mark.parametrize("question", ["", "?!", "What is it and why?", "\x00 😀"])
def test_a_question_without_words_has_no_terms(question: str) -> None:
    assert SYNONYMS.expand(question) == SearchQuery(())


def test_without_groups_a_question_has_its_own_terms() -> None:
    query = FieldSynonyms([]).expand("motor neuron")

    assert [term.forms for term in query.terms] == [(("motor",),), (("neuron",),)]


def test_a_group_of_stop_words_changes_nothing() -> None:
    synonyms = FieldSynonyms([Group(("the who", "WHO"), "a joke"), _ALS])

    assert _written(synonyms.expand("Who has ALS?")) == ["als"]


@given(st.lists(st.sampled_from([*_ALS.words, *_SCALE.words, "IL-6", "rain", "the", "TDP 43"])))
def test_each_term_comes_once_with_its_count(words: list[str]) -> None:
    question = " ".join(words)

    query = SYNONYMS.expand(question)
    plain = FieldSynonyms([]).expand(question)

    assert sum(term.weight for term in plain.terms) == len(index_terms(question))
    assert sum(term.weight for term in query.terms) <= len(index_terms(question))
    assert len({term.forms for term in query.terms}) == len(query.terms)
    assert all(one.written in [term.written for term in query.terms] for one in query.also)


def test_a_file_of_groups_is_read(tmp_path: Path) -> None:
    path = _file(tmp_path, "groups:\n  - {words: [gout, podagra, 1], source: MeSH}\n")

    query = load_field_synonyms(path).expand("gout")

    assert query.also == (AlsoSearched("gout", ("podagra", "1"), "MeSH"),)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "groups:",
        "[a, b]",
        "groups: [[gout, podagra]]",
        "groups: [{words: [gout]}]",
        "groups: [{source: MeSH}]",
        "groups: [{words: null, source: MeSH}]",
        "groups: [{words: gout, source: MeSH}]",
        "field: [[gout, podagra]]",
    ],
)
def test_a_file_of_another_form_says_which_form_is_wanted(tmp_path: Path, content: str) -> None:
    path = _file(tmp_path, content)

    with pytest.raises(SettingsError, match=r"synonyms.yaml have another form.*A group is \{words"):
        load_field_synonyms(path)


@pytest.mark.parametrize("content", [b"groups: [", b"\xff\xfe\x00", b"a: b: c"])
def test_a_file_that_is_no_yaml_cannot_be_read(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "synonyms.yaml"
    path.write_bytes(content)

    with pytest.raises(SettingsError, match="cannot be read"):
        load_field_synonyms(path)


def test_a_file_that_is_not_there_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"missing.yaml cannot be read.*field_synonyms.yaml"):
        load_field_synonyms(tmp_path / "missing.yaml")


def test_another_field_brings_its_own_file(tmp_path: Path) -> None:
    path = _file(tmp_path, "groups: [{words: [gout, podagra], source: MeSH}]")
    text = "# Joints\n\nPodagra hurts at night.\n"
    settings = index_files(tmp_path, {"a.txt": text}, synonyms=path)
    pipeline = Pipeline(settings, HashingEmbedder())

    found = pipeline.search("gout")
    pipeline.close()

    assert found.also_searched == (AlsoSearched("gout", ("podagra",), "MeSH"),)
    assert found.passages[0].matched == ("gout",)
    assert found.passages[0].lexical > 0
    assert settings.fingerprint() != read_settings(RagSettings).fingerprint()


def test_without_another_file_the_field_is_als(tmp_path: Path) -> None:
    settings = read_settings(RagSettings, data_dir=tmp_path)

    assert load_field_synonyms(settings.synonyms).expand("tofersen").also


@pytest.mark.parametrize("question", ["ataxin 2", "ataxin-2", "Ataxin2", "ATXN2"])
def test_a_name_that_a_group_writes_with_a_blank_is_known_in_its_other_spellings(
    question: str,
) -> None:
    synonyms = FieldSynonyms([Group(("ataxin 2", "ATXN2"), "HGNC")])

    (term,) = synonyms.expand(question).terms

    assert term.forms == (("ataxin", "2"), ("ataxin2",), ("atxn2",))
