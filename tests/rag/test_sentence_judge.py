import pytest

from rag.numbered_evidence import NumberedPassage
from rag.reply_sentences import WrittenSentence
from rag.sentence_judge import Judgement, judge, nearest, says_the_same
from tests.rag.examples import document, span_of

NOTES = document("Riluzole slows ALS by 3 months. Edaravone is new. We found no cure.")
PASSAGES = [
    NumberedPassage(n, (span_of(quote, NOTES),), None, None)
    for n, quote in enumerate(
        ["Riluzole slows ALS by 3 months.", "Edaravone is new.", "We found no cure."], start=1
    )
]


def judged(text: str, *markers: int) -> Judgement:
    return judge(WrittenSentence(text, markers), PASSAGES)


def cited(judgement: Judgement) -> list[str]:
    assert judgement.draft is not None
    return [span.quote for span in judgement.draft.spans]


def test_a_sentence_that_its_passage_bears_cites_it() -> None:
    found = judged("ALS is slowed by riluzole.", 1)

    assert cited(found) == ["Riluzole slows ALS by 3 months."]
    assert found.draft is not None
    assert found.draft.support is not None
    assert 0.5 < found.draft.support < 1


def test_a_sentence_that_is_its_quote_is_said_to_be() -> None:
    found = judged("Edaravone is new.", 2)

    assert found.draft is not None
    assert found.draft.support == 1.0


@pytest.mark.parametrize("markers", [(), (2,), (99,), (0,)])
def test_what_bears_it_is_cited_where_its_marker_does_not(markers: tuple[int, ...]) -> None:
    assert cited(judged("ALS is slowed by riluzole.", *markers)) == [
        "Riluzole slows ALS by 3 months."
    ]


def test_several_passages_can_bear_it_together() -> None:
    found = judged("Riluzole slows ALS and edaravone is new.", 1, 2)

    assert cited(found) == ["Riluzole slows ALS by 3 months.", "Edaravone is new."]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Riluzole slows ALS by 6 months.", "the number 6"),
        ("Riluzole slows ALS (PMID: 12345678).", "an identifier"),
        ("Riluzole slows ALS, see https://example.org/x.", "a link"),
        ("Riluzole slows ALS, see 10.1000/xyz.", "an identifier"),
        ("Riluzole slows <b>ALS</b>.", "markup"),
        ("As an AI language model, riluzole slows ALS.", "speaks of you"),
        ("Riluzole slows your ALS.", "to the reader"),
        ("Riluzole should slow ALS.", "advises"),
        ("Riluzole slows ALS " + "and slows ALS " * 60, "too long"),
        ("Bananas are yellow.", "says what its quotes do not"),
    ],
)
def test_a_fault_is_named(text: str, fault: str) -> None:
    found = judged(text, 1)

    assert found.draft is None
    assert fault in "; ".join(found.faults)
    assert [one.n for one in found.cited] == [1]


def test_words_to_the_reader_are_no_fault_where_a_passage_has_them() -> None:
    assert cited(judged("We found no cure.", 3)) == ["We found no cure."]


def test_the_nearest_passage_shares_most_words() -> None:
    assert [one.n for one in nearest("is edaravone new", PASSAGES, most=1)] == [2]


def test_the_same_in_nearly_the_same_words_is_told() -> None:
    drafts = PASSAGES[0].drafts()

    assert says_the_same("By 3 months riluzole slows ALS.", drafts)
    assert not says_the_same("Riluzole slows ALS by 6 months.", drafts)
    assert not says_the_same("Riluzole slows ALS by 3 months in a trial of men and women.", drafts)
