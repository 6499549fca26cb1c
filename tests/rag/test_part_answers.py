from dataclasses import replace

from rag.composition import Outcome
from rag.models import Notice, Status
from rag.part_answers import join_parts
from rag.question_parts import QuestionPart
from rag.references import Draft
from tests.rag.examples import document, evidence, span_of

PAGE = document("Riluzole slows ALS. Edaravone was approved later. Tofersen targets one gene.")
FIRST = QuestionPart("What slows ALS?", "What slows ALS?")
SECOND = QuestionPart("When was it approved?", "When was edaravone approved? PMID 123")


def outcome(*quotes: str, status: Status = "answered", **fields: object) -> Outcome:
    drafts = [Draft(one, "claim", (span_of(one, PAGE),), 1.0) for one in quotes]
    found = [evidence(one, PAGE) for one in quotes]
    return replace(Outcome(status, drafts, (), found), **fields)  # type: ignore[arg-type]


def test_sentences_stand_in_the_order_of_the_parts_and_each_once() -> None:
    joined = join_parts(
        [
            (FIRST, outcome("Riluzole slows ALS.", "Tofersen targets one gene.")),
            (SECOND, outcome("Tofersen targets one gene.", "Edaravone was approved later.")),
        ]
    )

    assert joined is not None
    assert joined.status == "answered"
    assert [draft.text for draft in joined.drafts] == [
        "Riluzole slows ALS.",
        "Tofersen targets one gene.",
        "Edaravone was approved later.",
    ]
    assert [one.text for one in joined.evidence] == [
        "Riluzole slows ALS.",
        "Tofersen targets one gene.",
        "Edaravone was approved later.",
    ]


def test_a_part_without_an_answer_is_named() -> None:
    unanswered = outcome(status="insufficient_evidence")
    part = replace(SECOND, text="When was PMID 123 approved?")

    joined = join_parts([(FIRST, outcome("Riluzole slows ALS.")), (part, unanswered)])

    assert joined is not None
    assert joined.status == "partial"
    assert joined.notices == (Notice("missing", "Not answered: When was … approved?"),)


def test_where_no_part_has_an_answer_nothing_is_joined() -> None:
    unanswered = outcome(status="insufficient_evidence")

    assert join_parts([(FIRST, unanswered), (SECOND, unanswered)]) is None


def test_the_least_likely_part_tells_how_likely_the_library_answers() -> None:
    likely = outcome("Riluzole slows ALS.", answerability=0.9)
    unlikely = outcome("Edaravone was approved later.", answerability=0.4)

    joined = join_parts([(FIRST, likely), (SECOND, unlikely)])

    assert joined is not None
    assert joined.answerability == 0.4


def test_an_answer_on_somebodys_own_case_stays_one() -> None:
    own = outcome("Riluzole slows ALS.", status="personal_medical")

    joined = join_parts([(FIRST, own), (SECOND, outcome("Edaravone was approved later."))])

    assert joined is not None
    assert joined.status == "personal_medical"
