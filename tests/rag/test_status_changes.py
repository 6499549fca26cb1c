"""Past answers that cite a paper whose standing has changed since."""

from typing import Any

import pytest

from index.identifiers import Identifiers
from index.publication_status import (
    NOT_CHECKED,
    KnownNote,
    Standing,
    StandingName,
    StatusNote,
)
from rag.status_changes import StatusChange, find_status_changes

_ASKED = "2026-01-01T00:00:00+00:00"


def _reference(n: int, status: str, **fields: object) -> dict[str, Any]:
    names = {"pmid": str(n), "pmcid": None, "doi": None}
    paper = {"n": n, "document_id": f"pmid:{n}", "title": f"Title {n}", "status": status}
    return paper | names | fields


def _answer(*references: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    return _ASKED, {"answer_id": "ans_1", "question": "Q?", "references": list(references)}


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("not_checked", "retracted"),
        ("no_notice", "expression_of_concern"),
        ("corrected", "retracted"),
        ("retracted", "reinstated"),
        ("retracted", "no_notice"),
        ("retracted", "not_checked"),
    ],
)
def test_change_is_told(before: str, now: StandingName) -> None:
    found = find_status_changes([_answer(_reference(1, before))], lambda *_names: Standing(now))

    assert [(one.before, one.now) for one in found] == [(before, now)]


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("corrected", Standing("corrected")),
        ("not_checked", Standing("no_notice")),
        ("no_notice", NOT_CHECKED),
        ("not_checked", NOT_CHECKED),
    ],
)
def test_what_means_the_same_is_no_change(before: str, now: Standing) -> None:
    assert not list(find_status_changes([_answer(_reference(1, before))], lambda *_names: now))


def test_change_says_which_answer_which_paper_and_who_says_so() -> None:
    notes = tuple(
        KnownNote(StatusNote("retracted"), source, _ASKED) for source in ("a list", "b", "a list")
    )
    now = {"2": Standing("retracted", notes)}

    changes = find_status_changes(
        [_answer(_reference(1, "no_notice"), _reference(2, "corrected"))],
        lambda _id, names: now.get(names.pmid or "", NOT_CHECKED),
    )

    assert list(changes) == [
        StatusChange(
            answer_id="ans_1",
            asked_at=_ASKED,
            question="Q?",
            n=2,
            document_id="pmid:2",
            title="Title 2",
            before="corrected",
            now="retracted",
            sources=("a list", "b"),
        )
    ]


def test_paper_is_looked_up_by_its_id_and_its_identifiers_once() -> None:
    asked: list[tuple[str, Identifiers]] = []

    def standing(document_id: str, identifiers: Identifiers) -> Standing:
        asked.append((document_id, identifiers))
        return NOT_CHECKED

    chapter = {"document_id": "nbk:NBK1", "pmid": None}
    reference = _reference(1, "not_checked", doi="10.1000/x")
    answers = [_answer(reference, _reference(2, "not_checked", **chapter)), _answer(reference)]

    assert list(find_status_changes(answers, standing)) == []
    assert asked == [
        ("pmid:1", Identifiers(pmid="1", doi="10.1000/x")),
        ("nbk:NBK1", Identifiers()),
    ]
