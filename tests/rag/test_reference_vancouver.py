import warnings
from dataclasses import replace

import pytest
from citeproc import CitationStylesStyle
from hypothesis import given
from hypothesis import strategies as st

from index.models import Author
from rag.reference_records import completed
from rag.reference_vancouver import STYLE_FILE, write_vancouver
from tests.rag.reference_samples import ARTICLE, CHAPTER, LISTED, RECORDS, RETRACTED_ARTICLE

_SEVEN = tuple(Author(f"Smith{name} J", family=f"Smith{name}") for name in "ABCDEFG")


def test_article_is_cited_as_in_the_samples_of_the_icmje() -> None:
    assert write_vancouver([ARTICLE]) == (
        "1. van der Berg JA Jr, Xu X, Ministry of Health, Labour and Welfare. Do 50% of {ALS} "
        "patients & carers_agree? A trial. Journal of Nerves & Muscles. 2020 May 3;12(3):335-9. "
        "doi: 10.1000/a_b(1). PMID: 101; PMCID: PMC77.\n"
    )


def test_chapter_is_cited_in_its_book() -> None:
    assert write_vancouver([CHAPTER]) == (
        "2. Brotman RG. Amyotrophic Lateral Sclerosis. In: StatPearls. StatPearls Publishing; "
        "2024. PMID: 102.\n"
    )


def test_retracted_paper_is_marked_in_the_line() -> None:
    assert write_vancouver([RETRACTED_ARTICLE]) == (
        "3. A cure [retracted]. J Test. 2021. PMID: 103. Retracted (notice of 2023-07-12, PubMed "
        "record, read 2026-05-04). Notice: PMID 22222222.\n"
    )


def test_lines_bear_the_numbers_that_are_cited() -> None:
    lines = write_vancouver([replace(one, n=one.n + 4) for one in RECORDS]).splitlines()

    assert [line.split()[0] for line in lines] == ["5.", "6.", "7.", "8."]
    assert lines[3] == "8. A listed paper. Listed in pmid:101; its text is not in the library."


@pytest.mark.parametrize(("count", "others"), [(6, ""), (7, ", et al")])
def test_of_more_than_six_authors_six_are_named(count: int, others: str) -> None:
    line = write_vancouver([replace(ARTICLE, authors=_SEVEN[:count])])

    assert f"SmithE J, SmithF J{others}. Do 50%" in line


@pytest.mark.parametrize("title", ["Does it work?", "It works!", "It works.", "It works"])
def test_title_ends_with_one_mark(title: str) -> None:
    line = write_vancouver([replace(LISTED, title=title, listed_in=None)])

    assert line == f"4. {title.rstrip('.')}{'' if title[-1] in '?!' else '.'}\n"


def test_paper_without_a_title_says_so() -> None:
    assert write_vancouver([replace(LISTED, title=None)]).startswith("4. [Title not given].")


def test_style_is_valid_by_the_schema() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        CitationStylesStyle(str(STYLE_FILE), validate=True)


@given(st.text(min_size=1, max_size=30), st.text(max_size=20))
def test_any_title_stands_in_the_line_whole(title: str, name: str) -> None:
    odd = completed(replace(ARTICLE, title=title, authors=(Author(name, family=name),)))

    line = write_vancouver([odd])

    assert (odd.title or "[Title not given]").rstrip(".?! ") in " ".join(line.split())
    assert line.endswith("PMID: 101; PMCID: PMC77.\n")
