from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from index.build_paths import BuildPaths
from index.build_reader import Build
from index.identifiers import Identifiers
from index.ingest import ingest
from index.library import Library
from index.models import Document
from rag.answer_json import answer_to_dict
from rag.pipeline import Pipeline
from rag.source_changes import SourceChange, find_changes
from tests.fakes import HashingEmbedder
from tests.index.samples import build_of, hashing_live, make_document, store
from tests.rag.examples import index_files

_QUOTE = "Riluzole prolongs survival."


def _paper(*bodies: str, pmid: str = "1", doi: str | None = None) -> Document:
    return make_document(*bodies, title="A title", identifiers=Identifiers(pmid=pmid, doi=doi))


def _span(document: Document, quote: str = _QUOTE) -> dict[str, Any]:
    start = document.text.index(quote)
    return {
        "document_id": document.document_id,
        "chunk_id": f"{document.document_id}#0000",
        "start": start,
        "end": start + len(quote),
        "quote": quote,
        "match": "exact",
    }


def _answer(*references: list[dict[str, Any]]) -> dict[str, Any]:
    """A stored answer with those spans in its references, numbered from 1."""
    return {"references": [{"n": n, "spans": spans} for n, spans in enumerate(references, start=1)]}


@contextmanager
def _build(data_dir: Path, *documents: Document, **given: Any) -> Iterator[Build]:
    """A live build of those documents."""
    paths = BuildPaths(data_dir)
    with Library(paths.library, writable=True) as library:
        members = store(library, HashingEmbedder(), documents) if documents else []
        build_of(paths, library, members, **given)
    live = hashing_live(paths)
    try:
        with live.lease() as build:
            yield build
    finally:
        live.close()


def test_quote_that_stands_where_it_did_is_no_change(tmp_path: Path) -> None:
    paper = _paper(_QUOTE, "More.")

    with _build(tmp_path, paper) as build:
        assert find_changes(_answer([_span(paper), _span(paper, "More.")]), build) == []


def test_quote_that_stands_elsewhere_now_has_moved(tmp_path: Path) -> None:
    old = _paper(_QUOTE)
    span = _span(old)

    with _build(tmp_path, _paper("New in front.", _QUOTE)) as build:
        (change,) = find_changes(_answer([span]), build)

    assert change == SourceChange(
        n=1,
        document_id="pmid:1",
        start=span["start"],
        end=span["end"],
        state="moved",
        text="The source has changed since; the quoted words stand elsewhere in it now.",
    )


@pytest.mark.parametrize(
    "text", ["Riluzole prolongs survival!", "Riluzole prolonged survival.", ""]
)
def test_quote_that_no_longer_stands_in_the_text_has_changed(tmp_path: Path, text: str) -> None:
    old = _paper(_QUOTE)

    with _build(tmp_path, _paper(text)) as build:
        (change,) = find_changes(_answer([_span(old)]), build)

    assert change.state == "changed"
    assert "no longer stand in it" in change.text


def test_quote_whose_source_was_taken_out_is_gone(tmp_path: Path) -> None:
    with _build(tmp_path, _paper("Another.", pmid="2")) as build:
        (change,) = find_changes(_answer([_span(_paper(_QUOTE))]), build)

    assert (change.state, change.document_id) == ("gone", "pmid:1")
    assert "taken out" in change.text


def test_all_is_gone_from_an_empty_library(tmp_path: Path) -> None:
    paper = _paper(_QUOTE, "More.")

    with _build(tmp_path) as build:
        changes = find_changes(_answer([_span(paper), _span(paper, "More.")]), build)

    assert [one.state for one in changes] == ["gone", "gone"]


def test_source_that_got_a_better_identifier_is_still_found(tmp_path: Path) -> None:
    old = make_document(_QUOTE, title="A title", identifiers=Identifiers(doi="10.1000/x"))

    with _build(tmp_path, _paper(_QUOTE, doi="10.1000/x")) as build:
        assert find_changes(_answer([_span(old)]), build) == []


def test_source_whose_place_another_took_is_looked_up_there(tmp_path: Path) -> None:
    old, new = _paper(_QUOTE), _paper("New in front.", _QUOTE, pmid="2")
    with _build(tmp_path, old):
        pass

    with _build(tmp_path, new, successors={"pmid:1": "pmid:2"}) as build:
        (change,) = find_changes(_answer([_span(old)]), build)

    assert (change.state, change.document_id) == ("moved", "pmid:1")


def test_every_changed_quote_is_told_with_its_reference_in_order(tmp_path: Path) -> None:
    same, moved, gone = (
        _paper(_QUOTE, "More.", pmid="1"),
        _paper(_QUOTE, pmid="2"),
        _paper(_QUOTE, pmid="3"),
    )
    answer = _answer([_span(gone)], [], [_span(same), _span(moved), _span(same, "More.")])

    with _build(tmp_path, same, _paper("In front.", _QUOTE, pmid="2")) as build:
        changes = find_changes(answer, build)

    assert [(one.n, one.document_id, one.state) for one in changes] == [
        (1, "pmid:3", "gone"),
        (3, "pmid:2", "moved"),
    ]


def test_answer_without_references_has_no_changes(tmp_path: Path) -> None:
    with _build(tmp_path, _paper(_QUOTE)) as build:
        assert find_changes(_answer(), build) == []


def test_answer_that_was_given_and_stored_is_held_against_what_came_after(tmp_path: Path) -> None:
    text = "# Trials\n\nPMID: 1\n\nRiluzole prolongs survival by months.\n"
    settings = index_files(tmp_path, {"paper.md": text})
    pipeline = Pipeline(settings, HashingEmbedder())

    def changes_after(new: str) -> list[str]:
        (settings.documents_dir / "paper.md").write_text(new, encoding="utf-8")
        ingest(settings, HashingEmbedder())
        with pipeline.live.lease() as build:
            return [one.state for one in find_changes(answer, build)]

    answer = answer_to_dict(pipeline.answer("Does riluzole prolong survival?"))

    assert answer["status"] == "answered"
    (count,) = (len(reference["spans"]) for reference in answer["references"])
    assert count > 0
    assert changes_after(text) == []
    assert changes_after(text.replace("Riluzole", "In fact: riluzole")) == ["changed"] * count
    assert changes_after(text.replace("Riluzole", "A new start. Riluzole")) == ["moved"] * count
    assert changes_after("# Trials\n\nPMID: 2\n\nAnother paper.\n") == ["gone"] * count
    pipeline.close()
