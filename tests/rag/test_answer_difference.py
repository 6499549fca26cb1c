from typing import Any

from rag.answer_difference import Change, NamedReference, compare_answers


def reference(n: int, document_id: str, **fields: object) -> dict[str, Any]:
    names = {"pmid": None, "pmcid": None, "doi": None}
    shown = {"n": n, "document_id": document_id, "title": f"Title {n}", "status": "no_notice"}
    return shown | names | fields


def answer(
    *texts: str, references: tuple[dict[str, Any], ...] = (), **fields: object
) -> dict[str, Any]:
    made = {
        "status": "answered",
        "sentences": [{"text": text} for text in texts],
        "notices": [],
        "references": list(references),
        "receipt": {"build_id": "one", "settings_hash": "a", "reranker": None},
    }
    return made | fields


def test_the_same_answer_has_no_difference() -> None:
    one = answer("A.", references=(reference(1, "pmid:1"),))

    difference = compare_answers(one, one)

    assert difference.is_same_answer
    assert difference.receipt == ()


def test_sentences_are_told_apart_by_their_text_not_their_place() -> None:
    difference = compare_answers(answer("A.", "B."), answer("C.", "A."))

    assert (difference.sentences_gone, difference.sentences_new) == (("B.",), ("C.",))
    assert not difference.is_same_answer


def test_references_that_are_gone_and_new_are_named() -> None:
    before = answer("A.", references=(reference(1, "pmid:1"), reference(2, "pmid:2")))
    now = answer("A.", references=(reference(1, "pmid:2"), reference(2, "pmid:3")))

    difference = compare_answers(before, now)

    assert difference.references_gone == (NamedReference(1, "pmid:1", "Title 1"),)
    assert difference.references_new == (NamedReference(2, "pmid:3", "Title 2"),)


def test_a_paper_that_has_a_better_id_now_is_the_same() -> None:
    before = answer("A.", references=(reference(1, "doi:10.1/x", doi="10.1/x"),))
    now = answer("A.", references=(reference(1, "pmid:1", doi="10.1/x", pmid="1"),))

    assert compare_answers(before, now).is_same_answer


def test_a_retraction_since_is_told_and_a_check_without_notice_is_not() -> None:
    papers = (reference(1, "pmid:1", status="not_checked"), reference(2, "pmid:2"))
    later = (reference(1, "pmid:1"), reference(2, "pmid:2", status="retracted"))

    difference = compare_answers(answer("A.", references=papers), answer("A.", references=later))

    assert difference.standings == (Change("pmid:2", "no_notice", "retracted"),)
    assert not difference.is_same_answer


def test_status_and_notices_are_told() -> None:
    before = answer("A.", notices=[{"text": "Old."}])
    now = answer(status="insufficient_evidence", notices=[{"text": "None."}])

    difference = compare_answers(before, now)

    assert difference.status == Change("status", "answered", "insufficient_evidence")
    assert (difference.notices_gone, difference.notices_new) == (("Old.",), ("None.",))


def test_receipts_may_differ_though_the_answer_is_the_same() -> None:
    receipt = {"build_id": "two", "settings_hash": "a", "reranker": "own", "composer": "extractive"}

    difference = compare_answers(answer("A."), answer("A.", receipt=receipt))

    assert difference.is_same_answer
    assert difference.receipt == (
        Change("build_id", "one", "two"),
        Change("reranker", None, "own"),
        Change("composer", None, "extractive"),
    )
