from dataclasses import replace

from index.models import Document
from rag.evidence import EvidenceSentence
from rag.extractive import compose
from rag.numbered_evidence import NumberedPassage, number_evidence
from tests.rag.examples import document, evidence

NOTES = document(
    "Riluzole was given. It slows ALS. Others walk. Some rest. See [2] for more. "
    "Many sleep. A few run. All eat.",
    title="Notes on [riluzole]",
    year=2021,
)
LEANING = evidence("It slows ALS.", NOTES, leans_on=(0, len("Riluzole was given.")))


def no_answer(text: str) -> EvidenceSentence:
    return evidence(text, NOTES, coverage=0.0)


def also(text: str) -> EvidenceSentence:
    """An answer, but too far behind the best to be quoted."""
    return evidence(text, NOTES, coverage=0.5)


def numbered(
    *found: EvidenceSentence, most_chars: int = 10_000, documents: tuple[Document, ...] = (NOTES,)
) -> list[NumberedPassage]:
    held = {one.document_id: one for one in documents}
    drafts = compose(found, held, max_sentences=4, question="?")
    return number_evidence(drafts, found, held.__getitem__, most_chars=most_chars)


def test_what_would_be_quoted_comes_first_with_number_title_and_year() -> None:
    passages = numbered(evidence("Some rest.", NOTES), also("Others walk."))

    assert [one.line for one in passages] == [
        "[1] (Notes on (riluzole), 2021) Some rest.",
        "[2] (Notes on (riluzole), 2021) Others walk.",
    ]


def test_what_could_not_stand_as_an_answer_is_left_out() -> None:
    passages = numbered(evidence("Some rest.", NOTES), no_answer("Others walk."))

    assert [one.text for one in passages] == ["Some rest."]


def test_a_sentence_that_leans_on_another_brings_it_along_once() -> None:
    (passage,) = numbered(LEANING)

    assert passage.text == "Riluzole was given. It slows ALS."
    assert [draft.text for draft in passage.drafts()] == ["Riluzole was given.", "It slows ALS."]


def test_every_quote_stands_at_its_place() -> None:
    for passage in numbered(LEANING, evidence("Some rest.", NOTES), also("All eat.")):
        for span in passage.spans:
            assert NOTES.text[span.start : span.end] == span.quote


def test_what_carries_a_marker_of_its_own_is_left_out() -> None:
    passages = numbered(evidence("Some rest.", NOTES), also("See [2] for more."))

    assert [one.text for one in passages] == ["Some rest."]


def test_a_model_reads_no_more_than_ten() -> None:
    many = document(" ".join(f"Group {n} walks." for n in range(20)))

    passages = numbered(
        *(evidence(f"Group {n} walks.", many) for n in range(20)), documents=(many,)
    )

    assert [one.n for one in passages] == list(range(1, 11))


def test_whole_passages_are_left_out_where_the_model_reads_less() -> None:
    found = (evidence("Some rest.", NOTES), also("Others walk."))
    first = numbered(*found)[0]

    passages = numbered(*found, most_chars=len(first.line) + 1)

    assert passages == [first]
    assert numbered(*found, most_chars=len(first.line)) == []


def test_a_paper_without_title_and_year_has_none() -> None:
    bare = replace(NOTES, title=None, year=None)

    (passage,) = numbered(evidence("Some rest.", bare), documents=(bare,))

    assert passage.line == "[1] Some rest."
