"""The words of the field that are shipped: their form, and a few that must or must not be one."""

from typing import Any

import pytest
import yaml

from index.index_terms import index_words
from rag.search_query import FieldSynonyms, load_field_synonyms
from rag.settings import FIELD_SYNONYMS_FILE


@pytest.fixture(scope="module")
def groups() -> list[dict[str, Any]]:
    content = yaml.safe_load(FIELD_SYNONYMS_FILE.read_text(encoding="utf-8"))
    assert list(content) == ["groups"]
    return list(content["groups"])


@pytest.fixture(scope="module")
def synonyms() -> FieldSynonyms:
    return load_field_synonyms()


def _phrase(text: str) -> tuple[str, ...]:
    return tuple(terms[0] for _, terms in index_words(text))


def _are_one(synonyms: FieldSynonyms, one: str, other: str) -> bool:
    found = [synonyms.expand(text).terms for text in (one, other)]
    return [term.forms for term in found[0]] == [term.forms for term in found[1]]


def test_every_group_has_words_and_a_source_and_nothing_else(groups: list[dict[str, Any]]) -> None:
    assert len(groups) > 100
    for group in groups:
        assert set(group) == {"words", "source"}, group
        assert len(group["words"]) >= 2, group
        assert all(isinstance(word, str) and word.strip() == word for word in group["words"]), group
        assert isinstance(group["source"], str), group
        assert group["source"].strip(), group


def test_no_word_stands_in_two_groups(groups: list[dict[str, Any]]) -> None:
    owners: dict[tuple[str, ...], set[str]] = {}
    for group in groups:
        for word in group["words"]:
            owners.setdefault(_phrase(word), set()).add(group["words"][0])

    assert {phrase: names for phrase, names in owners.items() if len(names) > 1} == {}


def test_no_word_is_written_twice_in_a_group(groups: list[dict[str, Any]]) -> None:
    twice = [g["words"][0] for g in groups if len(set(g["words"])) < len(g["words"])]

    assert twice == []


def test_every_word_has_index_terms(groups: list[dict[str, Any]]) -> None:
    assert [word for group in groups for word in group["words"] if not _phrase(word)] == []


def test_every_word_finds_its_own_group_as_a_whole(
    groups: list[dict[str, Any]], synonyms: FieldSynonyms
) -> None:
    for group in groups:
        for word in group["words"]:
            query = synonyms.expand(word)
            assert len(query.terms) == 1, word
            assert query.also[0].source == group["source"], word


@pytest.mark.parametrize(
    "names",
    [
        ("tofersen", "BIIB067", "Qalsody"),
        ("ALS", "MND", "amyotrophic lateral sclerosis", "Lou Gehrig's disease"),
        ("ALS", "Lou Gehrig’s disease", "motor neurone disease"),
        ("riluzole", "Rilutek"),
        ("edaravone", "Radicava", "MCI-186", "MCI186"),
        ("SOD1", "superoxide dismutase 1", "superoxide dismutase-1"),
        ("TDP-43", "TDP43", "TARDBP"),
        ("C9orf72", "C9ORF72", "c9 orf72"),
        ("FTD", "frontotemporal dementia"),
        ("ALSFRS", "ALS functional rating scale"),
        ("MSCs", "mesenchymal stem cells"),
        ("dyspnea", "dyspnoea", "shortness of breath"),
        ("non-invasive ventilation", "noninvasive ventilation", "NIV"),
    ],
)
def test_these_are_one(synonyms: FieldSynonyms, names: tuple[str, ...]) -> None:
    for name in names[1:]:
        assert _are_one(synonyms, names[0], name), name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SOD1", "SOD2"),
        ("superoxide dismutase 1", "superoxide dismutase 2"),
        ("IL-6", "IL-8"),
        ("riluzole", "edaravone"),
        ("ALS", "FTD"),
        ("ALS", "ALS-FTD"),
        ("ALS", "familial ALS"),
        ("ALS", "motor neuron"),
        ("ALS", "multiple sclerosis"),
        ("ALS", "spinal muscular atrophy"),
        ("ALS", "primary lateral sclerosis"),
        ("ALSFRS", "ALSFRS-R"),
        ("ALSFRS", "ALS"),
        ("AMX0035", "sodium phenylbutyrate"),
        ("AMX0035", "TUDCA"),
        ("FUS", "TDP-43"),
        ("upper motor neuron", "lower motor neuron"),
        ("neurofilament light chain", "phosphorylated neurofilament heavy chain"),
        ("progranulin", "granulin"),
        ("FDA", "EMA"),
    ],
)
def test_these_are_not_one(synonyms: FieldSynonyms, one: str, other: str) -> None:
    assert not _are_one(synonyms, one, other)
    words = {also.written for also in synonyms.expand(other).also}
    assert one.lower() not in words


@pytest.mark.parametrize("name", ["SOD2", "IL-6", "IL-8", "peg", "MS", "PBA", "granulin", "c9"])
def test_these_have_no_other_words(synonyms: FieldSynonyms, name: str) -> None:
    assert synonyms.expand(name).also == ()


@pytest.mark.parametrize(
    "question",
    [
        "How are ALS and FTD related?",
        "Is it ALS or FTD?",
        "Do amyotrophic lateral sclerosis and frontotemporal dementia share genes?",
    ],
)
def test_two_diseases_in_a_question_are_not_the_disease_of_both(
    synonyms: FieldSynonyms, question: str
) -> None:
    assert len(synonyms.expand(question).also) == 2
