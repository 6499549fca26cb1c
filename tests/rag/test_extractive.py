from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.evidence import EvidenceSentence
from rag.extractive import compose
from rag.pipeline import Pipeline
from rag.readable import is_of
from tests.rag.examples import QUESTIONS, ask, document, evidence

PAGE = document(
    "Riluzole slows ALS. Trials of new drugs run. These include masitinib. "
    "Edaravone was approved later. Riluzole slows ALS, slowly. Tofersen targets one gene."
)
SENTENCES = (
    "Riluzole slows ALS.",
    "Edaravone was approved later.",
    "Tofersen targets one gene.",
    "Trials of new drugs run.",
)


def composed(*sentences: str, max_sentences: int = 4) -> list[str]:
    found = [evidence(text, PAGE) for text in sentences]
    drafts = compose(found, {PAGE.document_id: PAGE}, max_sentences=max_sentences, question="?")
    return [draft.text for draft in drafts]


def test_drafts_are_verbatim_and_quote_themselves() -> None:
    found = [evidence(text, PAGE) for text in SENTENCES]

    for draft in compose(found, {PAGE.document_id: PAGE}, max_sentences=4, question="?"):
        (span,) = draft.spans
        assert draft.text == span.quote == PAGE.text[span.start : span.end]
        assert (draft.kind, draft.support, draft.listed) == ("claim", 1.0, None)
        assert span.chunk_id == "pmid:1#0000"


@given(st.permutations(SENTENCES), st.integers(1, 6))
def test_there_are_never_more_sentences_than_allowed(order: list[str], most: int) -> None:
    texts = composed(*order, max_sentences=most)

    assert len(texts) == min(most, len(SENTENCES))
    assert texts[0] == order[0]


def test_the_best_leads_and_the_rest_follow_as_they_stand() -> None:
    texts = composed(
        "Edaravone was approved later.", "Tofersen targets one gene.", "Riluzole slows ALS."
    )

    assert texts == [
        "Edaravone was approved later.",
        "Riluzole slows ALS.",
        "Tofersen targets one gene.",
    ]


def test_what_does_not_answer_is_quoted_only_where_something_has_to_be() -> None:
    far = replace(evidence("Trials of new drugs run.", PAGE), coverage=0.0)
    near = evidence("Riluzole slows ALS.", PAGE)
    documents = {PAGE.document_id: PAGE}

    def texts(*found: EvidenceSentence) -> list[str]:
        return [
            one.text
            for one in compose(found, documents, max_sentences=4, question="?", always=True)
        ]

    assert compose([far], documents, max_sentences=4, question="?") == []
    assert texts(far) == [far.text]
    assert texts(near, far) == [near.text]


@pytest.mark.parametrize(
    ("question", "count"),
    [("What does riluzole do?", 0), ("What does the review discuss?", 1)],
)
def test_what_a_paper_is_about_answers_only_where_papers_are_asked_of(
    question: str, count: int
) -> None:
    page = document("In this review, we discuss riluzole.")
    found = [evidence("In this review, we discuss riluzole.", page)]

    drafts = compose(found, {page.document_id: page}, max_sentences=4, question=question)

    assert len(drafts) == count


def test_near_duplicates_stand_once() -> None:
    assert composed("Riluzole slows ALS.", "Riluzole slows ALS, slowly.") == ["Riluzole slows ALS."]


def test_a_sentence_that_refers_back_brings_the_one_before_it() -> None:
    before = "Trials of new drugs run."
    start = PAGE.text.index(before)
    found = [
        evidence("These include masitinib.", PAGE, leans_on=(start, start + len(before))),
    ]

    drafts = compose(found, {PAGE.document_id: PAGE}, max_sentences=2, question="?")

    assert [draft.text for draft in drafts] == [before, "These include masitinib."]


def test_a_sentence_that_refers_back_is_left_out_where_there_is_no_room_for_two() -> None:
    found = [
        evidence("Riluzole slows ALS.", PAGE),
        evidence("These include masitinib.", PAGE, leans_on=(20, 44)),
        evidence("Tofersen targets one gene.", PAGE),
    ]

    drafts = compose(found, {PAGE.document_id: PAGE}, max_sentences=2, question="?")

    assert [draft.text for draft in drafts] == ["Riluzole slows ALS.", "Tofersen targets one gene."]


def test_a_sentence_that_another_leans_on_stands_once() -> None:
    before = "Trials of new drugs run."
    start = PAGE.text.index(before)
    found = [
        evidence(before, PAGE),
        evidence("These include masitinib.", PAGE, leans_on=(start, start + len(before))),
    ]

    drafts = compose(found, {PAGE.document_id: PAGE}, max_sentences=4, question="?")

    assert [draft.text for draft in drafts] == [before, "These include masitinib."]


def test_a_sentence_far_behind_the_lead_is_left_out() -> None:
    found = [
        evidence("Riluzole slows ALS.", PAGE, similarity=0.9),
        evidence("Tofersen targets one gene.", PAGE, similarity=0.21),
        evidence("Edaravone was approved later.", PAGE, similarity=0.19),
    ]

    drafts = compose(found, {PAGE.document_id: PAGE}, max_sentences=4, question="?")

    assert [draft.text for draft in drafts] == ["Riluzole slows ALS.", "Tofersen targets one gene."]


def test_beside_a_definition_only_definitions_stand() -> None:
    found = [
        evidence("Riluzole slows ALS.", PAGE, defines=True),
        evidence("Tofersen targets one gene.", PAGE),
        evidence("Edaravone was approved later.", PAGE, defines=True),
    ]

    drafts = compose(found, {PAGE.document_id: PAGE}, max_sentences=4, question="?")

    assert [draft.text for draft in drafts] == [
        "Riluzole slows ALS.",
        "Edaravone was approved later.",
    ]


def test_nothing_is_composed_where_no_sentence_answers() -> None:
    missing = ask("riluzole").content_terms
    found = [evidence("Tofersen targets one gene.", PAGE, missing=missing)]

    assert compose(found, {PAGE.document_id: PAGE}, max_sentences=4, question="?") == []
    assert compose([], {}, max_sentences=4, question="?") == []


def test_sentences_of_one_document_stand_together() -> None:
    other = document("Riluzole is old. Edaravone is rather new.", name="pmid:2")
    found = [
        evidence("Riluzole slows ALS.", PAGE),
        evidence("Edaravone is rather new.", other),
        evidence("Tofersen targets one gene.", PAGE),
    ]

    drafts = compose(
        found, {PAGE.document_id: PAGE, "pmid:2": other}, max_sentences=4, question="?"
    )

    assert [draft.spans[0].document_id for draft in drafts] == ["pmid:1", "pmid:1", "pmid:2"]


@pytest.mark.parametrize("question", QUESTIONS)
def test_claims_on_the_default_library_are_verbatim_and_few(
    default_pipeline: Pipeline, question: str
) -> None:
    claims = [one for one in default_pipeline.answer(question).sentences if one.kind == "claim"]

    assert len(claims) <= 4
    assert len({claim.text for claim in claims}) == len(claims)
    for claim in claims:
        (citation,) = claim.citations
        assert is_of(claim.text, claim.dropped, claim.expanded, citation.span.quote)
