import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import DocumentError
from index.models import Document
from index.parsers.pdf.document import PDF
from index.parsers.records import Parsed
from index.parsers.source_file import SourceFile
from tests.conftest import PROJECT
from tests.index.parsers.pdf.pdf_samples import Words, column, make_pdf

_SAMPLES = Path(os.environ.get("ALSQA_BENCH_DATA", PROJECT / "../shared/data")) / "formats"
_TITLE = "Riluzole and survival in motor neurone disease"
_FILLING = [
    "Riluzole slows the disease in most of the people who take it for long.",
    "Its effect was seen in each of the trials that were made at that time.",
    "Liver enzymes rise in some of them and must be looked at every month.",
]


def _read(data: bytes) -> Document:
    source = SourceFile.of_bytes(data, path="paper.pdf")
    assert PDF.matches(source)
    (record,) = PDF.parse(source)
    assert isinstance(record, Parsed)
    assert record.status is None
    return record.document


def _section(document: Document, name: str) -> str:
    (section,) = [one for one in document.sections if one.name == name]
    return document.text[section.start : section.end]


def _paper(*extra: Words, second: tuple[Words, ...] = (), title: str | None = _TITLE) -> bytes:
    """Two pages: title, authors, abstract and introduction; then results and references."""
    first = [
        Words(60, 810, "J Test Neurol 2020;12:100-110"),
        Words(60, 770, _TITLE, 18),
        Words(60, 745, "Ada Miller, John Smith"),
        Words(60, 700, "Abstract", 12),
        *column(60, 680, *_FILLING),
        Words(60, 620, "Introduction", 12),
        *column(60, 600, *_FILLING),
        Words(290, 20, "1"),
        *extra,
    ]
    last = [
        Words(60, 810, "J Test Neurol 2020;12:100-110"),
        Words(60, 770, "Results", 12),
        *column(60, 750, *_FILLING),
        *second,
        Words(60, 300, "References", 12),
        *column(
            60, 280, "1. Miller A. Another paper. Brain 2001;1:2. doi:10.1000/other", "2. Smith J."
        ),
        Words(290, 20, "2"),
    ]
    return make_pdf(first, last, title=title)


def test_sections_are_told_by_their_headings() -> None:
    document = _read(_paper())

    assert document.title == _TITLE
    kinds = {one.name: one.kind for one in document.sections}
    assert kinds["Abstract"] == kinds["Introduction"] == kinds["Results"] == "body"
    assert kinds["References"] == "listing"
    assert kinds["First page"] == "about"
    assert _section(document, "First page") == "Ada Miller, John Smith"
    assert _section(document, "Results").startswith("Riluzole slows the disease in most")


def test_running_heads_and_page_numbers_are_left_out() -> None:
    document = _read(_paper())

    assert "J Test Neurol" not in document.text
    for section in document.sections:
        lines = document.text[section.start : section.end].split("\n")
        assert not {"1", "2"} & set(lines)


def test_page_of_every_offset_is_known() -> None:
    document = _read(_paper())

    abstract, results = (
        next(one for one in document.sections if one.name == name)
        for name in ("Abstract", "Results")
    )
    assert document.page_at(abstract.start) == document.page_at(abstract.end - 1) == "1"
    assert document.page_at(results.start) == "2"


def test_paragraph_that_goes_on_overleaf_is_on_both_pages() -> None:
    first = column(
        60, 140, *_FILLING, "The median survival of those who took the higher of the two"
    )
    data = make_pdf(
        [Words(60, 400, "Results", 12), *column(60, 380, *_FILLING), *first],
        [
            *column(60, 740, "doses was eighteen months, and nobody was lost."),
            *column(60, 600, *_FILLING),
        ],
    )

    document = _read(data)

    sentence = "the higher of the two doses was eighteen months"
    assert sentence in document.text
    start = document.text.index(sentence)
    assert document.page_at(start) == "1"
    assert document.page_at(document.text.index("doses was eighteen")) == "2"


def test_left_column_is_read_before_the_right_one() -> None:
    left = [f"Left line {name} says a thing about the drug" for name in "abcdefgh"]
    right = [f"Right line {name} says more of the same drug" for name in "abcdefgh"]
    words = [*column(50, 700, *left), *column(310, 700, *right)]
    by_rows = [one for pair in zip(words[:8], words[8:], strict=True) for one in pair]

    text = _read(make_pdf([Words(50, 740, "Results", 12), *by_rows])).text

    assert text.index("Left line h") < text.index("Right line a")
    assert "Left line a says a thing about the drug Left line b" in text


@pytest.mark.parametrize("drift", [0, 4.5], ids=["level", "lines drift apart"])
def test_narrow_columns_that_the_file_writes_row_by_row_are_parted(drift: float) -> None:
    left = [f"Left line {name} says a thing about the drug" for name in "abcdefgh"]
    right = [f"Right line {name} says more of the same drug" for name in "abcdefgh"]
    words = [*column(70, 700, *left), *column(268, 700 + drift, *right)]
    by_rows = [one for pair in zip(words[:8], words[8:], strict=True) for one in pair]

    text = _read(make_pdf([Words(70, 740, "Results", 12), *by_rows])).text

    assert "Left line a says a thing about the drug Left line b" in text
    assert "Right line a says more of the same drug Right line b" in text


@pytest.mark.parametrize(
    ("before", "after", "joined"),
    [
        ("The treat-", "ment of ALS was begun at once.", "The treatment of ALS"),
        ("The role of TDP-", "43 in ALS was told by all.", "The role of TDP-43 in ALS"),
        ("It was age-", "related, as age-related things are.", "It was age-related, as"),
    ],
)
def test_word_that_a_line_end_breaks_is_joined(before: str, after: str, joined: str) -> None:
    data = make_pdf([Words(60, 740, "Results", 12), *column(60, 700, *_FILLING, before, after)])

    assert joined in _read(data).text


def test_power_stays_a_power_and_a_reference_mark_goes() -> None:
    words = [
        Words(60, 740, "Results", 12),
        *column(60, 700, *_FILLING),
        Words(60, 664, "We counted 10", 10),
        Words(125, 664, "6", 6, rise=4),
        Words(130, 664, "cells in each of the mice that were treated"),
        Words(322, 664, "12", 6, rise=4),
        Words(331, 664, "as before."),
    ]

    text = _read(make_pdf(words)).text

    assert "10^6" in text
    assert "106" not in text
    assert "treated12" not in text
    assert "treated as before." in text.replace("  ", " ")


@pytest.mark.parametrize(
    ("line", "doi"),
    [
        ("doi:10.1000/own.2020.1", "10.1000/own.2020.1"),
        ("https://doi.org/10.1000/Own", "10.1000/own"),
        ("doi:10.1000/one and doi:10.1000/two", None),
        ("No identifier is printed here", None),
    ],
)
def test_own_doi_is_the_one_that_the_first_page_prints(line: str, doi: str | None) -> None:
    document = _read(_paper(Words(60, 725, line)))

    assert document.identifiers.doi == doi


@pytest.mark.parametrize(
    ("line", "year"),
    [
        ("(c) 2019 The Authors", 2019),
        ("(c) 2019 The Authors. Published online: 2 May 2018", None),
        ("Received in 2017", None),
    ],
)
def test_year_is_taken_where_one_is_printed_plainly(line: str, year: int | None) -> None:
    data = make_pdf(
        [Words(60, 740, "Results", 12), *column(60, 700, *_FILLING), Words(60, 500, line)]
    )

    assert _read(data).year == year


@pytest.mark.parametrize("title", ["Microsoft Word - paper.docx", "untitled", "paper", "x y z.pdf"])
def test_title_of_a_program_is_not_the_papers(title: str) -> None:
    assert _read(_paper(title=title)).title == _TITLE


def test_caption_is_a_section_of_its_own() -> None:
    words = (Words(60, 600, "Figure 2. Survival of the people in both groups over three years."),)

    document = _read(_paper(second=words))

    assert _section(document, "Figure 2").startswith("Figure 2. Survival of the people")


_ROWS = [
    ("Group A", "12 (34%)", "5 (6.7)", "p = .04"),
    ("Group B", "14 (40%)", "7 (8.1)", "p = .11"),
]


def test_cells_of_a_table_and_labels_are_kept_but_are_no_evidence() -> None:
    cells = [
        Words(60 + 90 * column, 640 - 14 * row, text)
        for row, texts in enumerate(_ROWS)
        for column, text in enumerate(texts)
    ]
    labels = [
        Words(60, 560, "Mean change from baseline in the score"),
        Words(60, 530, "Placebo Riluzole Edaravone Tofersen Sodium phenylbutyrate Masitinib"),
    ]

    document = _read(_paper(second=(*cells, *labels)))

    body = "\n".join(
        document.text[one.start : one.end] for one in document.sections if one.kind == "body"
    )
    assert "Riluzole slows the disease in most" in body
    for said in ("12 (34%)", "Group B", "Mean change from baseline", "Sodium phenylbutyrate"):
        assert said in document.text
        assert said not in body


@pytest.mark.parametrize(
    "line",
    [
        "The median survival was 14.2 months (95% CI 12.1-16.3; p = 0.04).",
        "Median survival 14.2 vs. 11.8 months (95% CI 12.1-16.3; p = 0.04).",
        "Setting: two hospitals in Spain",
        "- Age over 18 years",
        "Trial registration ClinicalTrials.gov NCT00000001",
    ],
)
def test_what_says_something_stays_in_the_text_however_many_numbers_it_has(line: str) -> None:
    document = _read(_paper(second=(Words(60, 600, line),)))

    assert line in _section(document, "Results")


def test_references_with_a_hanging_indent_stay_in_their_column() -> None:
    left = [f"Left line {name} says a thing about the drug." for name in "abcdefghijkl"]
    entries = [
        line
        for number in range(1, 5)
        for line in (
            f"{number}. Miller A. A paper of riluzole and of",
            "  survival in a large trial of it in Europe,",
            "  as it was printed in the journal in 2001.",
        )
    ]
    right = [
        Words(324 if line.startswith(" ") else 310, 700 - 12 * row, line.strip())
        for row, line in enumerate(entries)
    ]

    text = _read(make_pdf([Words(50, 740, "Results", 12), *column(50, 700, *left), *right])).text

    assert text.index("Left line l") < text.index("1. Miller A.")


def test_name_over_a_column_is_no_heading() -> None:
    words = [
        Words(60, 600, "Method", 8),
        Words(200, 600, "Recall", 8),
        Words(60, 586, "Google", 8),
        Words(200, 586, "0.31", 8),
        *column(60, 540, *_FILLING),
    ]

    names = [one.name for one in _read(_paper(second=tuple(words))).sections]

    assert "Method" not in names


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (make_pdf([]), "no text layer"),
        (make_pdf([Words(60, 700, "Scan")], []), "no text layer"),
        (_paper()[:300], "no PDF that can be read"),
        (b"%PDF-1.7\n" + b"\x00" * 500, "no PDF that can be read"),
    ],
)
def test_file_without_text_is_refused_with_its_reason(data: bytes, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason) as caught:
        _read(data)

    assert caught.value.remedy


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.integers(20, 500),
            st.integers(20, 800),
            st.text(max_size=60),
            st.sampled_from([6, 10, 14]),
        ),
        min_size=1,
        max_size=25,
    )
)
def test_offsets_are_exact_wherever_words_stand(places: list[tuple[int, int, str, int]]) -> None:
    words = [
        Words(x, y, text.encode("latin-1", "ignore").decode("latin-1"), size)
        for x, y, text, size in places
    ]
    try:
        document = _read(make_pdf(words, column(60, 700, *_FILLING)))
    except DocumentError:
        return
    for section in document.sections:
        stretch = document.text[section.start : section.end]
        assert stretch == stretch.strip() != ""
    starts = [page.start for page in document.page_starts]
    assert all(0 <= start <= len(document.text) for start in starts)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 3_000), st.binary(max_size=40))
def test_damaged_file_is_read_or_refused(place: int, damage: bytes) -> None:
    data = bytearray(_paper())
    data[place : place + len(damage)] = damage
    source = SourceFile.of_bytes(bytes(data), path="paper.pdf")
    if not PDF.matches(source):
        return
    with suppress(DocumentError):
        assert len(list(PDF.parse(source))) == 1


def test_paper_of_two_columns_is_read_as_it_is_printed() -> None:
    file = _SAMPLES / "pdf" / "10.1038_s41467-023-44678-x.pdf"
    if not file.is_file():
        pytest.skip(f"{file} is not there (ALSQA_BENCH_DATA)")

    document = _read(file.read_bytes())

    assert document.identifiers.doi == "10.1038/s41467-023-44678-x"
    assert document.title is not None
    assert document.title.startswith("A uniform data processing pipeline")
    assert document.year == 2024
    names = [one.name for one in document.sections]
    assert {"Results", "Discussion", "Methods", "References", "Competing interests"} <= set(names)
    assert "the surface of nanoparticles is rapidly covered with a layer" in document.text
    assert "2,134 published manuscripts" in document.text
    body = [document.text[one.start : one.end] for one in document.sections if one.kind == "body"]
    assert not any("Lundqvist, M. et al." in one for one in body)


def test_encrypted_sample_needs_no_password_to_read_and_an_empty_one_is_refused() -> None:
    folder = _SAMPLES / "jabref"
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there (ALSQA_BENCH_DATA)")

    document = _read((folder / "LNCS-minimal-protected.pdf").read_bytes())

    assert "Introduction" in {one.name for one in document.sections}
    with pytest.raises(DocumentError, match="no text layer"):
        _read((folder / "annotated.pdf").read_bytes())
