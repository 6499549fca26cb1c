"""Questions for lists of papers, and on a paper that is described, asked of a small library."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.models import Answer
from rag.pipeline import Pipeline
from tests.fakes import HashingEmbedder
from tests.rag.examples import faults_of, index_files

_RECORD = """<PubmedArticle><MedlineCitation><PMID>{pmid}</PMID><Article><Journal><JournalIssue>
<PubDate><Year>{year}</Year></PubDate></JournalIssue><Title>{journal}</Title></Journal>
<ArticleTitle>{title}</ArticleTitle><Abstract>{abstract}</Abstract><AuthorList><Author>
<LastName>{author}</LastName><Initials>A</Initials></Author></AuthorList><PublicationTypeList>
<PublicationType>{kind}</PublicationType></PublicationTypeList></Article>{remark}
</MedlineCitation></PubmedArticle>"""
_TRIAL = "Randomized Controlled Trial"
_RETRACTION = (
    '<CommentsCorrectionsList><CommentsCorrections RefType="RetractionIn"><RefSource>'
    "Brain. 2020 May 1;143:e40</RefSource></CommentsCorrections></CommentsCorrectionsList>"
)


def _record(
    pmid: int, year: int, journal: str, title: str, author: str, kind: str, remark: str = ""
) -> str:
    parts = (
        "<AbstractText Label='METHODS'>We asked 20 people.</AbstractText>"
        f"<AbstractText Label='CONCLUSIONS'>{title} did well.</AbstractText>"
    )
    return _RECORD.format(
        pmid=pmid,
        year=year,
        journal=journal,
        title=title,
        author=author,
        kind=kind,
        abstract=parts,
        remark=remark,
    )


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    records = [
        _record(1, 2022, "Brain", "Tofersen in adults", "Miller", _TRIAL),
        _record(2, 2020, "Nature", "Early tofersen", "Shaw", _TRIAL),
        _record(3, 2021, "Brain", "Masitinib for motor neurons", "Trias", "Review"),
        _record(4, 2021, "Cell", "Lithium in clinics", "Morrison", _TRIAL),
        _record(5, 2018, "Brain", "Clearance of TDP-43", "Forger", "Journal Article", _RETRACTION),
        _record(6, 2011, "Cell", "Smoking", "Wang", "Journal Article"),
        _record(7, 2012, "Cell", "Diet", "Lee", "Journal Article"),
    ]
    folder: Path = tmp_path_factory.mktemp("papers")
    text = f"<PubmedArticleSet>{''.join(records)}</PubmedArticleSet>"
    settings = index_files(folder, {"records.xml": text}, max_records=3)
    made = Pipeline(settings, HashingEmbedder())
    yield made
    made.close()


def _ids(answer: Answer) -> list[str]:
    return [one.document_id.removeprefix("pmid:") for one in answer.references]


def _said(answer: Answer) -> str:
    return " ".join(notice.text for notice in answer.notices)


@pytest.mark.parametrize(
    ("question", "ids"),
    [
        ("Which papers from 2021 do you have?", {"3", "4"}),
        ("Which papers on tofersen do you hold?", {"1", "2"}),
        ("What reviews are there on masitinib?", {"3"}),
        ("List the trials since 2021", {"1", "4"}),
        ("Which papers in Brain are there?", {"1", "3", "5"}),
        ("Which papers by Morrison do you have?", {"4"}),
        ("Which papers in the library are retracted?", {"5"}),
        ("Who wrote the tofersen trial?", {"1", "2"}),
        ("Who wrote the tofersen trial of 2020?", {"2"}),
        ("When was the masitinib review published?", {"3"}),
        ("Which journal published the lithium trial?", {"4"}),
        ("Is the TDP-43 paper retracted?", {"5"}),
    ],
)
def test_papers_are_answered_with_their_records(
    library: Pipeline, question: str, ids: set[str]
) -> None:
    answer = library.answer(question)

    assert answer.status == "answered"
    assert set(_ids(answer)) == ids
    assert {sentence.kind for sentence in answer.sentences} == {"record"}
    with library.live.lease() as build:
        retrieved = library.search(question).retrieved
        assert faults_of(answer, build, retrieved=set(retrieved)) == []


def test_a_list_that_is_cut_says_how_many_there_are(library: Pipeline) -> None:
    answer = library.answer("Which papers do you have?")

    assert len(answer.sentences) == 3
    assert "holds 7 papers (of 7). Shown are the 3 newest." in _said(answer)


def test_a_retracted_paper_is_listed_with_source_and_date(library: Pipeline) -> None:
    answer = library.answer("Has any of them been retracted?")

    assert "Status: retracted (notice of 2020-05-01, PubMed record" in answer.sentences[0].text


def test_where_nothing_fits_it_is_said_what_was_searched(library: Pipeline) -> None:
    answer = library.answer("Which papers from 1950 do you have?")

    assert answer.status == "insufficient_evidence"
    assert "The library holds no paper that fits “1950”; 7 were searched." in _said(answer)


def test_what_a_described_paper_found_is_its_conclusion(library: Pipeline) -> None:
    answer = library.answer("What did the lithium trial find?")

    assert [sentence.text for sentence in answer.sentences] == ["Lithium in clinics did well."]


def test_a_described_paper_that_is_not_held_is_not_taken_for_another(library: Pipeline) -> None:
    answer = library.answer("Who wrote the ibudilast trial?")

    assert answer.references == ()
    assert "none is on ibudilast" in _said(answer)
