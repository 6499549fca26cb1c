"""What is said aloud of papers' standing, and that the page uses the same words."""

import re
from dataclasses import replace
from typing import get_args

import pytest

from index.identifiers import Identifiers
from index.publication_status import (
    NOT_CHECKED,
    KnownNote,
    Standing,
    StandingName,
    StatusKind,
    StatusNote,
)
from rag.models import Notice, Reference
from rag.standing import (
    WORDS,
    left_out_notices,
    nearest_notices,
    standing_notices,
    who_says,
)
from tests.conftest import PROJECT
from tests.rag.examples import document

_DAY = "2026-05-04T12:00:00+00:00"


def _known(kind: StatusKind, *, source: str = "a list", date: str | None = None) -> KnownNote:
    return KnownNote(StatusNote(kind, date=date), source, _DAY)


def _standing(status: StandingName, *notes: KnownNote) -> Standing:
    return Standing(status, notes, _DAY)


_RETRACTED = _standing("retracted", _known("retracted", date="2024-02-03"))


def _reference(standing: Standing, *, title: str | None = "A trial of riluzole.") -> Reference:
    return Reference(
        n=1,
        document_id="pmid:1",
        identifiers=Identifiers(pmid="1"),
        title=title,
        authors=(),
        container=None,
        year=2019,
        standing=standing,
        links=(),
        listed_in=None,
        added=(),
        spans=(),
    )


def test_warning_says_what_who_and_when() -> None:
    assert standing_notices([_reference(_RETRACTED)]) == (
        Notice(
            "standing",
            "Cited paper retracted: “A trial of riluzole” (2019). "
            "Source: notice of 2024-02-03, a list, read 2026-05-04.",
        ),
    )


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("partially_retracted", "Cited paper retracted in part: "),
        ("expression_of_concern", "Cited paper under an expression of concern: "),
    ],
)
def test_doubts_are_warned_of(status: StatusKind, words: str) -> None:
    (notice,) = standing_notices([_reference(_standing(status, _known(status)))])

    assert notice.text.startswith(words)
    assert notice.text.endswith("Source: a list, read 2026-05-04.")


@pytest.mark.parametrize("status", ["corrected", "updated", "preprint", "reinstated", "no_notice"])
def test_what_is_no_doubt_is_not_warned_of(status: StandingName) -> None:
    standing = _standing(status)

    assert standing_notices([_reference(standing), _reference(NOT_CHECKED)]) == ()
    assert nearest_notices(document("Text."), standing) == ()


def test_each_paper_in_doubt_has_a_warning_of_its_own() -> None:
    papers = [_reference(_RETRACTED, title=title) for title in ("One", None, "Three")]

    notices = standing_notices(replace(paper, n=n) for n, paper in enumerate(papers, start=1))

    assert [
        re.sub(r"Cited paper retracted: (.*) \(2019\).*", r"\1", one.text) for one in notices
    ] == ["“One”", "a paper without a title", "“Three”"]


def test_sources_that_say_nothing_of_the_doubt_are_not_named_with_it() -> None:
    notes = (
        _known("retracted", source="PubMed record"),
        _known("retracted", source="PubMed record"),
        _known("retracted"),
        _known("corrected", source="Crossref record"),
    )

    (notice,) = standing_notices([_reference(_standing("retracted", *notes))])

    assert notice.text.endswith("Source: PubMed record, read 2026-05-04; a list, read 2026-05-04.")


def test_link_or_identifier_in_a_title_does_not_come_into_a_notice() -> None:
    title = "Reply to PMID 12345678 (https://example.org/x), doi 10.1000/other"

    (notice,) = standing_notices([_reference(_RETRACTED, title=title)])

    assert not re.search("12345678|example|10\\.1000", notice.text)


def test_nearest_passage_of_a_retracted_paper_is_marked() -> None:
    (notice,) = nearest_notices(document("Text.", year=2019), _RETRACTED)

    assert notice == Notice(
        "standing",
        "The nearest passage is of a paper that is retracted: “Notes on therapy” (2019). "
        "Source: notice of 2024-02-03, a list, read 2026-05-04.",
    )


def test_paper_that_is_left_out_is_named_with_who_says_so() -> None:
    (notice,) = left_out_notices([(document("Text."), _RETRACTED)])

    assert notice == Notice(
        "left_out",
        "Left out of the evidence, for it is retracted: “Notes on therapy” (year not given). "
        "Source: notice of 2024-02-03, a list, read 2026-05-04.",
    )


def test_who_says_names_each_source_once() -> None:
    notes = (_known("retracted"), _known("corrected"), _known("corrected", source="PubMed record"))

    said = who_says(_standing("retracted", *notes))

    assert said == "a list, read 2026-05-04; PubMed record, read 2026-05-04"
    assert who_says(_standing("no_notice")) == "record read 2026-05-04"
    assert who_says(NOT_CHECKED) == ""


def test_every_standing_and_every_kind_of_note_has_words_and_the_page_has_the_same() -> None:
    page = (PROJECT / "api/ui/js/words.js").read_text(encoding="utf-8")
    (table,) = re.findall(r"const STANDING = \{(.*?)\};", page, re.DOTALL)

    assert WORDS.keys() == {*get_args(StandingName), *get_args(StatusKind)}
    assert dict(re.findall(r'(\w+): "(.*?)"', table)) == WORDS
