from pathlib import Path

import pytest

from index.build_reader import Build
from rag.models import Answer
from rag.pipeline import Pipeline
from tests.fakes import HashingEmbedder
from tests.rag.examples import FOREWORD, QUESTIONS, REVIEW, index_files

TALE = "30101496"
CITING = ["36536341", "37101169", "39684324", "40350531", "40565135"]
SIMILAR = ["32062193", TALE, "30810406", "36121612", "30401437"]


def pmids(answer: Answer) -> list[str | None]:
    return [reference.identifiers.pmid for reference in answer.references]


def texts(answer: Answer) -> dict[str, str]:
    return {notice.kind: notice.text for notice in answer.notices}


@pytest.mark.parametrize(
    ("question", "expected", "heading"),
    [
        ("Which papers cite this review?", CITING, "Cited by"),
        ("Who has cited PMID 34372914?", CITING, "Cited by"),
        ("Which articles are similar to the review?", SIMILAR, "Similar articles"),
        ("Which papers are similar to 10.1186/s40035-021-00250-5?", SIMILAR, "Similar articles"),
        ("Which references does the review list?", ["30401437"], "References"),
        ("Does the review cite Oskarsson?", ["30401437"], "References"),
    ],
)
def test_a_list_of_the_page_is_answered_with_its_entries(
    default_pipeline: Pipeline,
    default_build: Build,
    question: str,
    expected: list[str],
    heading: str,
) -> None:
    page = default_build.document(REVIEW)
    (section,) = (one for one in page.sections if one.name == heading)
    entries = page.text[section.start : section.end].split("\n")

    answer = default_pipeline.answer(question)

    assert answer.status == "answered"
    assert pmids(answer) == expected
    assert [sentence.kind for sentence in answer.sentences] == ["record"] * len(expected)
    assert [reference.listed_in for reference in answer.references] == [REVIEW] * len(expected)
    assert [span.quote for span in answer.spans()] == entries
    assert list(texts(answer)) == ["as_listed"]
    assert f"under “{heading}”; there may be others." in texts(answer)["as_listed"]
    count = "1 paper," if len(expected) == 1 else f"{len(expected)} papers,"
    assert texts(answer)["as_listed"].startswith(count)


def test_only_citing_papers_on_the_matter_are_listed_where_one_is_named(
    default_pipeline: Pipeline,
) -> None:
    answer = default_pipeline.answer("Which citing papers are about spermidine?")

    assert pmids(answer) == ["36536341"]


def test_authors_of_the_reference_are_given(default_pipeline: Pipeline) -> None:
    answer = default_pipeline.answer("Which references does the review list?")

    assert [author.name for author in answer.references[0].authors] == [
        "Oskarsson B",
        "Gendron TF",
        "Staff NP",
    ]
    assert answer.sentences[0].text.startswith("Oskarsson B, Gendron TF, Staff NP. “")


def test_an_article_that_is_listed_is_found_by_its_title(default_pipeline: Pipeline) -> None:
    answer = default_pipeline.answer("is there an article about a tale of two ALS drugs?")

    assert answer.status == "answered"
    assert pmids(answer) == [TALE]
    assert "PMID 30101496" in answer.sentences[0].text
    assert list(texts(answer)) == ["as_listed"]


@pytest.mark.parametrize(
    "question",
    [
        "What did the article 'A tale of two ALS drugs' find?",
        'Summarise the paper "Riluzole and edaravone: A tale of two amyotrophic lateral sclerosis drugs"',
        "What does PMID 30101496 conclude?",
    ],
)
def test_the_findings_of_a_listed_article_are_not_held(
    default_pipeline: Pipeline, question: str
) -> None:
    answer = default_pipeline.answer(question)

    assert answer.status == "insufficient_evidence"
    assert pmids(answer) == [TALE]
    assert [sentence.kind for sentence in answer.sentences] == ["record"]
    assert list(texts(answer)) == ["as_listed", "text_not_held"]
    assert "its text is not in the library" in texts(answer)["text_not_held"]


@pytest.mark.parametrize(
    ("question", "document_id"),
    [
        ("PMID 30101496", "pmid:30101496"),
        ("What is pmid:30101496?", "pmid:30101496"),
        ("30101496", "pmid:30101496"),
        ("10.1002/med.21528", "pmid:30101496"),
        ("https://doi.org/10.1002/MED.21528.", "pmid:30101496"),
        ("PMC8353789", REVIEW),
        ("PMID 34372914", REVIEW),
        (
            "What is the title of 10.36255/exonpublications.amyotrophiclateralsclerosis.foreword.2021?",
            FOREWORD,
        ),
    ],
)
def test_a_typed_identifier_finds_its_paper(
    default_pipeline: Pipeline, question: str, document_id: str
) -> None:
    answer = default_pipeline.answer(question)

    assert answer.status == "answered"
    assert [reference.document_id for reference in answer.references] == [document_id]


@pytest.mark.parametrize(
    "question",
    ["What is PMID 12345678?", "10.5555/unknown.1", "PMC1111111", "What did PMID 99999999 find?"],
)
def test_for_an_unknown_identifier_nothing_is_invented(
    default_pipeline: Pipeline, question: str
) -> None:
    answer = default_pipeline.answer(question)

    assert answer.status == "insufficient_evidence"
    assert answer.sentences == ()
    assert answer.references == ()
    assert texts(answer) == {
        "not_given": "No paper with the identifier in the question is in the library, nor listed in it."
    }


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What is the PMID of the review?", "PMID 34372914."),
        ("What is the PMCID of the review?", "PMCID PMC8353789."),
        ("What is the DOI of the review?", "DOI 10.1186/s40035-021-00250-5."),
        (
            "What are the keywords of the review?",
            "Keywords: Amyotrophic lateral sclerosis; Autophagy; Gene editing; Motor neurons; Stem cells.",
        ),
        ("When was the review published?", "© 2021. The Author(s)."),
        ("What is the DOI of the foreword?", f"DOI {FOREWORD.removeprefix('doi:')}."),
        ("Who wrote the foreword?", "Takeshi Iwatsubo, MD, PhD"),
        (
            "What is the affiliation of the author of the foreword?",
            "The University of Tokyo, Japan",
        ),
    ],
)
def test_a_field_of_a_held_document_is_answered_with_its_line(
    default_pipeline: Pipeline, question: str, said: str
) -> None:
    answer = default_pipeline.answer(question)

    assert answer.status == "answered"
    assert [sentence.kind for sentence in answer.sentences] == ["record"]
    assert said in answer.sentences[0].text
    assert answer.notices == ()


@pytest.mark.parametrize(
    ("question", "field", "title"),
    [
        ("Who wrote the review?", "authors", "A perspective on therapies"),
        ("What is the PMID of the foreword?", "pmid", "FOREWORD"),
        ("What are the keywords of the foreword?", "keywords", "FOREWORD"),
        ("In which journal was the review published?", "journal or book", "A perspective"),
    ],
)
def test_a_field_that_the_copy_does_not_give_is_not_given(
    default_pipeline: Pipeline, question: str, field: str, title: str
) -> None:
    answer = default_pipeline.answer(question)

    assert answer.status == "insufficient_evidence"
    assert texts(answer)["not_given"].startswith(
        f"The library's copy gives no {field} for “{title}"
    )
    assert [sentence.kind for sentence in answer.sentences] == ["record"]


@pytest.mark.parametrize(
    ("question", "field", "value"),
    [
        ("When was the foreword published?", "year", "2021"),
        (
            "In which book did the foreword appear?",
            "container",
            "Amyotrophic Lateral Sclerosis (book, Exon Publications)",
        ),
    ],
)
def test_a_field_that_was_added_is_answered_with_where_it_is_from(
    default_pipeline: Pipeline, question: str, field: str, value: str
) -> None:
    answer = default_pipeline.answer(question)

    assert answer.status == "answered"
    assert f"{value} (added)" in answer.sentences[0].text
    assert texts(answer)["added"].startswith(
        f"Not in the document itself: {field} “{value}”, added from the "
    )
    assert "DOI" in texts(answer)["added"]


@pytest.mark.parametrize("question", QUESTIONS)
def test_listed_papers_are_never_cited_by_a_claim(
    default_pipeline: Pipeline, question: str
) -> None:
    answer = default_pipeline.answer(question)

    listed = {reference.n for reference in answer.references if reference.listed_in}
    claimed = {
        citation.n
        for sentence in answer.sentences
        if sentence.kind == "claim"
        for citation in sentence.citations
    }
    assert not listed & claimed
    for reference in answer.references:
        assert {span.document_id for span in reference.spans} <= {REVIEW, FOREWORD}


def test_words_of_a_listed_title_answer_no_question_on_the_disease(
    default_pipeline: Pipeline,
) -> None:
    answer = default_pipeline.answer("Does spermidine help motor neurons survive?")

    assert answer.status == "insufficient_evidence"
    assert answer.sentences == ()


def test_a_question_on_the_disease_is_not_answered_from_records(
    default_pipeline: Pipeline,
) -> None:
    answer = default_pipeline.answer("When was riluzole approved?")

    assert [sentence.kind for sentence in answer.sentences] == ["claim"]


def test_no_more_records_are_listed_than_allowed(tmp_path: Path, default_build: Build) -> None:
    page = default_build.document(REVIEW)
    source = Path(__file__).parents[2] / "documents" / page.source_path
    settings = index_files(
        tmp_path, {"page.txt": source.read_text(encoding="utf-8")}, max_records=2
    )
    pipeline = Pipeline(settings, HashingEmbedder())

    answer = pipeline.answer("Which papers cite this review?")
    pipeline.close()

    assert pmids(answer) == CITING[:2]


@pytest.mark.parametrize(
    "question",
    [
        "What did PMID 34372914 find on the efficacy of edaravone?",
        "What does PMC8353789 conclude about riluzole?",
    ],
)
def test_what_a_held_paper_found_can_be_asked_by_its_identifier(
    default_pipeline: Pipeline, question: str
) -> None:
    assert "check_failed" not in texts(default_pipeline.answer(question))


def test_a_field_may_be_added_from_a_link(tmp_path: Path) -> None:
    settings = index_files(
        tmp_path,
        {
            "a.txt": "# Notes on riluzole\n\nRiluzole slows it.\n\nDoi: https://doi.org/10.1234/notes\n",
            "sources.yaml": "doi:10.1234/notes:\n  year:\n    value: 2020\n    source: https://example.org/n\n",
        },
    )
    pipeline = Pipeline(settings, HashingEmbedder())

    answer = pipeline.answer("When was the article on riluzole published?")
    pipeline.close()

    assert answer.status == "answered"
    assert "added" in texts(answer)


def test_the_author_of_a_paper_in_a_library_of_two_is_not_answered_with_a_claim(
    tmp_path: Path,
) -> None:
    settings = index_files(
        tmp_path,
        {"a.txt": "# Notes on riluzole\n\nRiluzole slows it.\n", "b.txt": "# Rain\n\nIt rains.\n"},
    )
    pipeline = Pipeline(settings, HashingEmbedder())

    answer = pipeline.answer("Who wrote the article on riluzole?")
    pipeline.close()

    assert "not_given" in texts(answer)
