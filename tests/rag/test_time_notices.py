"""Claims that grow old are said to be as of the year of their source, and newer ones come first."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from index.identifiers import Identifiers
from index.publication_status import NOT_CHECKED
from rag.extractive import compose
from rag.models import Answer, AnswerSentence, Citation, Notice, Receipt, Reference, Span
from rag.references import number_references
from rag.time_notices import time_notices
from rag.verification import check_answer
from tests.rag.examples import document, evidence

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
BOUND = "Riluzole is the only approved drug for ALS."
STEADY = "Riluzole blocks glutamate release."
CHANGED = "what it says of what is new, approved, available, unknown or the only one may have changed since."


def cited(*claims: tuple[str, int | None]) -> tuple[list[AnswerSentence], list[Reference]]:
    """A claim and a reference of that year for each."""
    sentences, references = [], []
    for n, (text, year) in enumerate(claims, start=1):
        span = Span(f"pmid:{n}", f"pmid:{n}#0000", 0, len(text), text)
        sentences.append(AnswerSentence(text, "claim", (Citation(n, span),), 1.0))
        names = Identifiers(pmid=str(n))
        reference = Reference(
            n, f"pmid:{n}", names, "T", (), None, year, NOT_CHECKED, (), None, (), (span,)
        )
        references.append(reference)
    return sentences, references


def texts(*claims: tuple[str, int | None]) -> list[str]:
    return [notice.text for notice in time_notices(*cited(*claims), AS_OF)]


@pytest.mark.parametrize(
    ("year", "is_told"), [(2021, True), (2022, True), (2023, False), (2026, False), (2030, False)]
)
def test_a_claim_of_a_source_more_than_three_years_old_is_as_of_then(
    year: int, is_told: bool
) -> None:
    assert texts((BOUND, year)) == (
        [f"As of {year} (the year of [1]): {CHANGED}"] if is_told else []
    )


def test_a_claim_that_does_not_grow_old_is_left_alone() -> None:
    assert texts((STEADY, 1990), (STEADY, None)) == []


def test_a_source_without_a_year_is_told() -> None:
    assert texts((BOUND, None)) == [f"Of a source whose year is not given ([1]): {CHANGED}"]


def test_sources_of_one_year_are_told_together_and_years_in_order() -> None:
    claims = (
        (BOUND, 2015),
        (BOUND, None),
        (BOUND, 2010),
        (STEADY, 2010),
        (BOUND, 2015),
        (BOUND, 2015),
    )

    assert texts(*claims) == [
        f"As of 2010 (the year of [3]): {CHANGED}",
        f"As of 2015 (the year of [1], [5] and [6]): {CHANGED}",
        f"Of a source whose year is not given ([2]): {CHANGED}",
    ]


def test_a_record_does_not_grow_old() -> None:
    (sentence,), references = cited((BOUND, 2010))

    assert time_notices([replace(sentence, kind="record")], references, AS_OF) == ()


NEWER = "Two drugs, riluzole and edaravone, are approved for ALS."


def test_sources_that_disagree_are_told_newer_first() -> None:
    notices = time_notices(*cited((BOUND, 2010), (NEWER, 2024)), AS_OF)

    assert [(one.kind, one.text) for one in notices] == [
        ("as_of", f"As of 2010 (the year of [1]): {CHANGED}"),
        ("sources_disagree", "The sources disagree: [2] of 2024 says otherwise than [1] of 2010."),
    ]


@pytest.mark.parametrize("years", [(2010, 2010), (2010, None), (None, 2024)])
def test_sources_of_one_year_or_without_one_are_not_said_to_disagree(
    years: tuple[int | None, int | None],
) -> None:
    notices = time_notices(*cited((BOUND, years[0]), (NEWER, years[1])), AS_OF)

    assert "sources_disagree" not in [one.kind for one in notices]


def composed(*claims: tuple[str, int]) -> list[str]:
    documents = [
        document(text, name=f"pmid:{n}", year=year)
        for n, (text, year) in enumerate(claims, start=1)
    ]
    found = [evidence(holder.text, holder) for holder in documents]
    drafts = compose(
        found,
        {one.document_id: one for one in documents},
        max_sentences=4,
        question="Is tofersen approved for ALS?",
    )
    return [draft.text for draft in drafts]


def test_the_newest_comes_first_where_sources_disagree_though_they_share_their_words() -> None:
    old, new = "Tofersen is not approved for ALS.", "Tofersen is now approved for ALS."

    assert composed((old, 2020), (new, 2024)) == [new, old]
    assert composed((new, 2024), (old, 2020)) == [new, old]


def test_the_order_of_sources_that_agree_is_left_alone() -> None:
    first, second = "Tofersen was tested in adults with ALS.", "Antisense drugs lower SOD1 protein."

    assert composed((first, 2010), (second, 2024)) == [first, second]


def answer_of(sentences: Sequence[AnswerSentence], references: Sequence[Reference]) -> Answer:
    receipt = Receipt("b", "c", "e", "extractive", "s", AS_OF, {}, "this machine")
    return Answer(
        "ans_1", None, "Q?", "answered", tuple(sentences), (), tuple(references), (), receipt
    )


def faults(*notices: Notice) -> list[str]:
    holder = document(BOUND, year=2010)
    span = Span("pmid:1", "pmid:1#0000", 0, len(BOUND), BOUND)
    draft = compose([evidence(BOUND, holder)], {"pmid:1": holder}, max_sentences=1, question="ALS?")
    made = number_references(draft, document=lambda _: holder, standing=lambda *_: NOT_CHECKED)
    assert made.references[0].spans == (span,)
    answer = replace(answer_of(made.sentences, made.references), notices=notices)
    return check_answer(
        answer,
        document=lambda _: holder,
        retrieved={"pmid:1#0000"},
        standing=lambda *_: NOT_CHECKED,
    )


def test_an_old_claim_without_its_notice_fails_the_checks() -> None:
    assert faults() == ["what may have changed since rests on [1], and no notice says so"]
    assert faults(Notice("as_of", "As of 2010 (the year of [1]): …")) == []


def test_a_notice_that_names_no_reference_fails_the_checks() -> None:
    notices = (Notice("as_of", "[1]"), Notice("sources_disagree", "[1] and [7]"))

    assert faults(*notices) == ["a notice names [7], which is no reference"]
