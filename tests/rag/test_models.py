from dataclasses import replace

from rag.models import Answer, AnswerSentence, Citation, Notice
from rag.readable import is_of


def test_the_text_of_claims_runs_on_with_markers(fda_answer: Answer) -> None:
    first, second = (sentence.text for sentence in fda_answer.sentences)

    assert fda_answer.text == f"{first} [1] {second} [2]"


def test_the_text_of_records_is_a_list(citing_answer: Answer) -> None:
    lines = citing_answer.text.split("\n")

    assert [line.rpartition(" ")[2] for line in lines] == ["[1]", "[2]", "[3]", "[4]", "[5]"]


def test_a_paper_that_bears_a_sentence_twice_is_marked_once(fda_answer: Answer) -> None:
    first, second = (sentence.citations[0].span for sentence in fda_answer.sentences)
    citations = (Citation(2, second), Citation(1, first), Citation(2, first))
    sentence = AnswerSentence("Both.", "claim", citations, 1.0)

    assert replace(fda_answer, sentences=(sentence,)).text == "Both. [2][1]"


def test_the_text_of_an_abstention_is_its_notices(fda_answer: Answer) -> None:
    notices = (Notice("searched", "Nothing."), Notice("holds", "Something."))

    assert replace(fda_answer, sentences=(), notices=notices).text == "Nothing.\nSomething."


def test_spans_come_in_order_of_use(fda_answer: Answer) -> None:
    quotes = [span.quote for span in fda_answer.spans()]
    for quote, one in zip(quotes, fda_answer.sentences, strict=True):
        assert is_of(one.text, one.dropped, one.expanded, quote)
