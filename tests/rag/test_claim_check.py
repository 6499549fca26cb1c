from collections.abc import Iterator
from pathlib import Path

import pytest

from index.identifiers import Identifiers
from index.publication_status import StatusNote
from rag.claim_check import (
    MOST_CHARACTERS,
    MOST_SENTENCES,
    ClaimChecker,
    clean_claim,
    in_full,
    sentences_of,
)
from rag.claim_json import claim_to_biogen, claim_to_dict
from rag.errors import QuestionError
from rag.pipeline import Pipeline
from rag.settings import RagSettings
from tests.fakes import HashingEmbedder
from tests.index.samples import pubmed_page
from tests.rag.examples import faults_of, index_files, note_standing
from tests.rag.test_stance import EVEN

CLAIM = "Riluzole prolongs survival in ALS."


def page(pmid: str, text: str) -> str:
    return pubmed_page(
        title=f"Riluzole in ALS, study {pmid}",
        identifiers=f"- PMID: {pmid}",
        blocks=f"Abstract\n{text}",
    )


@pytest.fixture
def settings(tmp_path: Path) -> RagSettings:
    return index_files(
        tmp_path,
        {
            "for.txt": page("11111111", "Riluzole prolongs survival of people with ALS."),
            "against.txt": page("22222222", "Riluzole shortens survival of people with ALS."),
            "beside.txt": page("33333333", "Riluzole and survival in ALS were discussed."),
            "other.txt": page("44444444", "Tofersen lowers the protein SOD1 in ALS."),
        },
    )


@pytest.fixture
def pipeline(settings: RagSettings) -> Iterator[Pipeline]:
    pipeline = Pipeline(settings, HashingEmbedder())
    yield pipeline
    pipeline.close()


def test_passages_for_and_against_are_verbatim_and_make_a_mixed_claim(pipeline: Pipeline) -> None:
    check = ClaimChecker(pipeline, EVEN).check(CLAIM)

    [sentence] = check.sentences
    assert check.verdict == sentence.verdict == "mixed"
    assert [one.reference.identifiers.pmid for one in sentence.supporting] == ["11111111"]
    assert [one.reference.identifiers.pmid for one in sentence.contradicting] == ["22222222"]
    assert "33333333" in {one.reference.identifiers.pmid for one in sentence.not_judged}
    with pipeline.live.lease() as build:
        assert faults_of(check.quoted, build) == []
        for one in (*sentence.supporting, *sentence.contradicting, *sentence.not_judged):
            text = build.document(one.span.document_id).text
            assert text[one.span.start : one.span.end] == one.span.quote


def test_each_sentence_has_a_verdict_and_one_that_is_not_judged_leaves_the_claim_so(
    pipeline: Pipeline,
) -> None:
    check = ClaimChecker(pipeline, EVEN).check(
        "Tofersen lowers the protein SOD1. Tofersen cures ALS."
    )

    assert [one.verdict for one in check.sentences] == ["supported", "not_judged"]
    assert check.verdict == "not_judged"


def test_a_claim_on_nothing_that_is_held_finds_nothing(pipeline: Pipeline) -> None:
    check = ClaimChecker(pipeline, EVEN).check("Bread rises overnight.")

    assert check.verdict == "nothing_found"
    assert check.quoted.references == ()


def test_a_question_is_no_claim_and_is_not_judged(pipeline: Pipeline) -> None:
    check = ClaimChecker(pipeline, EVEN).check("Riluzole prolongs survival in ALS?")

    assert check.verdict == "not_judged"
    assert check.sentences[0].not_judged


def test_a_retracted_paper_is_marked_and_decides_nothing(settings: RagSettings) -> None:
    retracted = StatusNote("retracted", date="2020-05-01")
    note_standing(settings, retracted, paper=Identifiers(pmid="22222222"))
    pipeline = Pipeline(settings, HashingEmbedder())
    try:
        check = ClaimChecker(pipeline, EVEN).check(CLAIM)
    finally:
        pipeline.close()

    [against] = check.sentences[0].contradicting
    assert check.verdict == "supported"
    assert against.reference.standing.status == "retracted"
    assert [one.kind for one in check.quoted.notices] == ["standing"]
    biogen = claim_to_biogen(check)
    assert biogen["answer"] == [
        {
            "text": CLAIM,
            "supported_citations": [11111111],
            "contradicted_citations": [],
        }
    ]


def test_json_has_the_spans_and_the_papers(pipeline: Pipeline) -> None:
    content = claim_to_dict(ClaimChecker(pipeline, EVEN).check(CLAIM))

    [one] = content["sentences"][0]["supporting"]
    assert content["verdict"] == "mixed"
    assert (one["pmid"], one["status"], one["probability"]) == ("11111111", "not_checked", 0.5)
    assert one["end"] - one["start"] == len(one["quote"])


def test_a_person_in_need_gets_help_in_place_of_passages(pipeline: Pipeline) -> None:
    check = ClaimChecker(pipeline, EVEN).check("I want to kill myself because of ALS.")

    assert check.sentences == ()
    assert check.quoted.status == "crisis"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (" ", "The claim is empty"),
        ("x" * (MOST_CHARACTERS + 1), "The claim has 3,001 characters"),
        ("ALS is bad. " * (MOST_SENTENCES + 1), "The claim has 13 sentences"),
        ("ALS\x00", "The claim has a control character"),
    ],
)
def test_what_cannot_be_checked_is_refused_with_the_reason(text: str, told: str) -> None:
    with pytest.raises(QuestionError, match=told):
        clean_claim(text)


def test_a_sentence_that_refers_back_is_read_with_the_one_before() -> None:
    assert in_full(["Riluzole is old.", "It prolongs survival.", "ALS is rare."]) == [
        "Riluzole is old.",
        "Riluzole is old. It prolongs survival.",
        "ALS is rare.",
    ]


@pytest.mark.parametrize(
    ("claim", "sentences"),
    [
        ("Heavy Metal Exposure. Lead is a risk. It is old.", 2),
        ("Lead is a risk. It is old.", 2),
        ("Riluzole.", 1),
    ],
)
def test_a_heading_is_one_with_the_sentence_that_follows(claim: str, sentences: int) -> None:
    found = sentences_of(claim)

    assert len(found) == sentences
    assert " ".join(found) == claim
