from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from index.chunking import chunk_document
from index.library_rows import StoredChunk
from index.models import Document
from rag.evidence import EvidenceFinder, EvidenceSentence
from rag.logistic import Logistic
from rag.question import QuestionAnalyser
from rag.relevance_model import Relevance
from rag.synonyms import load_synonyms
from tests.fakes import HashingEmbedder
from tests.rag.examples import ask, document, evidence


def find(
    question: str, *documents: Document, limit: int = 50, analyser: QuestionAnalyser | None = None
) -> list[EvidenceSentence]:
    """The evidence that the documents hold, by the vectors of hashed words."""
    embedder = HashingEmbedder()
    chunks = [
        (
            StoredChunk(chunk, "", ()),
            embedder.embed_documents([one.text[start:end] for start, end in chunk.sentences]),
        )
        for one in documents
        for chunk in chunk_document(one, count_tokens=embedder.count_tokens, max_tokens=200)
    ]
    return EvidenceFinder(load_synonyms()).find(
        analyser.analyse(question) if analyser else ask(question),
        embedder.embed_queries([question])[0],
        chunks,
        {one.document_id: one for one in documents},
        limit=limit,
    )


def texts(found: Sequence[EvidenceSentence]) -> list[str]:
    return [sentence.text for sentence in found]


def test_sentences_carry_the_exact_span_of_their_document() -> None:
    page = document("Riluzole slows ALS. Edaravone is new.")

    found = find("Does riluzole slow ALS?", page)

    assert sorted(texts(found)) == ["Edaravone is new.", "Riluzole slows ALS."]
    for sentence in found:
        assert page.text[sentence.start : sentence.end] == sentence.text
        assert (sentence.document_id, sentence.section) == ("pmid:1", "Abstract")


def test_the_sentence_that_speaks_of_all_terms_comes_first_and_answers() -> None:
    page = document("Edaravone is new. Riluzole slows ALS. ALS is rare.")

    found = find("Does riluzole slow ALS?", page)

    assert found[0].text == "Riluzole slows ALS."
    assert found[0].coverage == 1.0
    assert found[0].missing == ()
    assert [sentence.answers for sentence in found] == [True, False, False]


def test_missing_terms_are_the_content_that_a_sentence_does_not_speak_of() -> None:
    found = find("Does riluzole slow migraine?", document("Riluzole slows ALS."))

    assert [term.unit.written for term in found[0].missing] == ["migraine"]
    assert 0 < found[0].coverage < 1


def test_no_more_sentences_than_the_limit_are_looked_at() -> None:
    page = document("Riluzole slows ALS. Edaravone is new. ALS is rare.")

    assert texts(find("Does riluzole slow ALS?", page, limit=1)) == ["Riluzole slows ALS."]


def test_without_chunks_there_is_no_evidence() -> None:
    assert find("Does riluzole slow ALS?") == []


def test_a_sentence_without_a_number_does_not_answer_how_many() -> None:
    page = document("Many patients die of ALS. Each year 30,000 patients die of ALS.")

    found = find("How many patients die of ALS?", page)

    assert texts(found)[0] == "Each year 30,000 patients die of ALS."
    assert [sentence.fits_answer_type for sentence in found] == [True, False]
    assert [sentence.answers for sentence in found] == [True, False]


def test_a_number_must_stand_in_the_clause_on_the_matter() -> None:
    page = document("Riluzole was approved in 1995, while edaravone was approved later.")

    assert find("When was riluzole approved?", page)[0].answers
    assert not find("When was edaravone approved?", page)[0].answers


def test_a_number_that_is_no_year_is_no_date() -> None:
    page = document("Riluzole was approved for 50 patients. Riluzole was approved in March.")

    found = find("When was riluzole approved?", page)

    assert [sentence.text for sentence in found if sentence.answers] == [
        "Riluzole was approved in March."
    ]


def test_a_sentence_that_begins_with_its_term_defines_it() -> None:
    page = document("Masitinib is a kinase inhibitor. Trials of masitinib run.")

    found = find("What is masitinib?", page)

    assert [sentence.text for sentence in found if sentence.defines] == [
        "Masitinib is a kinase inhibitor."
    ]
    assert found[0].score > found[1].score
    assert not any(sentence.defines for sentence in find("Is masitinib new?", page))


def test_a_sentence_that_refers_back_leans_on_the_one_before_it() -> None:
    page = document("Trials of new drugs run. These include masitinib.")

    found = find("What is masitinib?", page)

    assert found[0].text == "These include masitinib."
    assert found[0].leans_on is not None
    start, end = found[0].leans_on
    assert page.text[start:end] == "Trials of new drugs run."


def test_a_sentence_that_leans_speaks_of_what_the_one_before_it_does() -> None:
    page = document("Riluzole is a drug. It slows ALS.")

    leaning = next(one for one in find("Does riluzole slow ALS?", page) if one.leans_on)

    assert leaning.answers


def test_the_first_sentence_of_a_section_leans_on_nothing() -> None:
    found = find("What is masitinib?", document("These include masitinib."))

    assert found[0].leans_on is None


def test_phrases_of_the_title_and_keywords_are_given_for_the_whole_document() -> None:
    untitled = document("Riluzole slows progression.", title=None)
    titled = document("Riluzole slows progression.", title="On amyotrophic lateral sclerosis")
    keyed = replace(untitled, keywords=("Amyotrophic lateral sclerosis",))

    answers = [find("Does riluzole slow ALS?", one)[0].answers for one in (untitled, titled, keyed)]

    assert answers == [False, True, True]


def test_single_words_of_the_title_are_not_given() -> None:
    page = document("It slows progression.", title="Riluzole")

    assert not find("Does riluzole slow progression?", page)[0].answers


@pytest.mark.parametrize(
    ("coverage", "similarity", "answers"),
    [
        (0.65, 0.54, True),
        (0.64, 0.54, False),
        (0.65, 0.53, False),
        (0.84, 0.3, True),
        (0.84, 0.29, False),
        (0.83, 0.3, False),
    ],
)
def test_plain_words_may_be_missing_where_coverage_and_cosine_are_high(
    coverage: float, similarity: float, answers: bool
) -> None:
    plain = ask("window").content_terms
    page = document("Riluzole slows ALS.")

    sentence = evidence(page.text, page, missing=plain, coverage=coverage, similarity=similarity)

    assert sentence.answers == answers


def test_a_vital_term_may_never_be_missing() -> None:
    page = document("Riluzole slows ALS.")
    vital = ask("riluzole").content_terms

    assert not evidence(page.text, page, missing=vital, coverage=0.99, similarity=0.99).answers


def test_a_sentence_that_covers_nothing_does_not_answer() -> None:
    page = document("Riluzole slows ALS.")

    assert not evidence(page.text, page, coverage=0.0).answers


def test_coverage_counts_more_than_meaning() -> None:
    page = document("Riluzole slows ALS.")

    covering = evidence(page.text, page, coverage=0.9, similarity=0.3)
    near = evidence(page.text, page, coverage=0.5, similarity=0.9)

    assert covering.score > near.score


_SENTENCE_ALONE = Logistic(0.0, {"sentence": 1.0})
_EXPERTS = "Which genes do experts suggest testing first in ALS?"


def _read(logit: float, question: str, *, formula: Logistic | None = _SENTENCE_ALONE):  # type: ignore[no-untyped-def]
    """The evidence of a one-sentence paper of which a relevance model says so much."""
    page = document("SOD1 genes in ALS are tested first.")
    embedder = HashingEmbedder()
    (chunk,) = chunk_document(page, count_tokens=embedder.count_tokens, max_tokens=200)
    said = Relevance(0.0, 0.5, np.array([logit], dtype=np.float32), is_cut=False)
    (found,) = EvidenceFinder(load_synonyms(), formula).find(
        ask(question),
        embedder.embed_queries([question])[0],
        [(StoredChunk(chunk, "", ()), embedder.embed_documents([page.text]))],
        {page.document_id: page},
        limit=5,
        relevances={chunk.chunk_id: said},
    )
    return found


def test_a_sentence_that_the_relevance_model_is_sure_of_may_miss_plain_words() -> None:
    sure, unsure = _read(9.0, _EXPERTS), _read(-9.0, _EXPERTS)
    assert [one.unit.written for one in sure.missing] == ["experts", "suggest"]
    assert sure.answers
    assert not unsure.answers
    assert sure.score > unsure.score
    assert sure.probability == pytest.approx(1, abs=1e-3)


def test_a_sentence_that_the_relevance_model_is_sure_of_misses_no_vital_word() -> None:
    assert not _read(9.0, "Does riluzole slow ALS?").answers


def test_what_the_relevance_model_did_not_read_has_no_probability() -> None:
    unread = _read(-np.inf, _EXPERTS)
    assert (unread.values, unread.probability) == (None, None)
    assert _read(9.0, _EXPERTS, formula=None).probability is None
