"""The four questions of the promise, in the words of many people, on the default documents."""

from pathlib import Path

import pytest
import yaml

from rag.pipeline import Pipeline

PARAPHRASES: dict[str, list[str]] = yaml.safe_load(
    Path(__file__).with_name("paraphrases.yaml").read_text(encoding="utf-8")
)
REVIEW = "34372914"
FOREWORD = "10.36255/exonpublications.amyotrophiclateralsclerosis.foreword.2021"


def asked(group: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("question", PARAPHRASES[group])


@asked("fda_approved")
def test_approved_drugs_are_answered_from_the_review(
    default_pipeline: Pipeline, question: str
) -> None:
    answer = default_pipeline.answer(question)

    cited = {reference.identifiers.pmid for reference in answer.references}
    assert answer.status == "answered"
    assert REVIEW in cited
    assert any("riluzole and edaravone" in sentence.text for sentence in answer.sentences)


@asked("deaths_per_year")
def test_deaths_are_answered_with_the_number_of_the_foreword(
    default_pipeline: Pipeline, question: str
) -> None:
    answer = default_pipeline.answer(question)

    assert answer.status == "answered"
    assert "30,000" in answer.sentences[0].text
    assert answer.references[0].identifiers.doi == FOREWORD


@asked("riluzole_dose")
def test_dose_is_abstained_from(default_pipeline: Pipeline, question: str) -> None:
    answer = default_pipeline.answer(question)

    kinds = {notice.kind for notice in answer.notices}
    assert answer.status == "insufficient_evidence"
    assert answer.sentences == ()
    assert answer.references == ()
    assert kinds >= {"searched", "nearest", "missing", "holds", "pubmed_search"}


@asked("capital_of_france")
def test_capital_is_out_of_scope(default_pipeline: Pipeline, question: str) -> None:
    answer = default_pipeline.answer(question)

    kinds = {notice.kind for notice in answer.notices}
    assert answer.status == "out_of_scope"
    assert answer.sentences == ()
    assert kinds >= {"searched", "nearest", "holds", "pubmed_search"}
