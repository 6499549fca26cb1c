from collections.abc import Sequence
from dataclasses import replace

import pytest

from index.publication_status import StandingName
from rag.claim_passages import JudgedSentence, choose, judge
from rag.claims import Side
from rag.stance import Stance
from tests.rag.examples import document, evidence
from tests.rag.test_stance import EVEN, SYNONYMS


def judged(name: str, probability: float, side: Side | None = "supports") -> JudgedSentence:
    holder = replace(document(f"Riluzole prolongs survival. {name}."), document_id=name)
    stance = Stance(
        supports=probability if side != "contradicts" else 0.0,
        contradicts=probability if side == "contradicts" else 0.0,
        coverage=1.0,
    )
    return JudgedSentence(evidence("Riluzole prolongs survival.", holder), stance, side)


def names(
    chosen: Sequence[JudgedSentence],
) -> list[tuple[str, Side | None]]:
    return [(one.evidence.document_id, one.side) for one in chosen]


def sound(_name: str) -> StandingName:
    return "not_checked"


def alone(_name: str) -> list[str]:
    return []


def test_of_each_side_the_three_surest_are_chosen_a_paper_each() -> None:
    many = [
        judged("a", 0.7),
        judged("b", 0.9),
        judged("b", 0.8),
        judged("c", 0.6),
        judged("d", 0.5),
        judged("e", 0.5, "contradicts"),
    ]

    chosen = choose(many, status=sound, same_work=alone)

    assert names(chosen) == [
        ("b", "supports"),
        ("a", "supports"),
        ("c", "supports"),
        ("e", "contradicts"),
    ]


def test_another_copy_of_the_same_work_is_not_chosen_beside_it() -> None:
    works = {"a": ["b"], "b": ["a"]}

    chosen = choose(
        [judged("a", 0.9), judged("b", 0.8)],
        status=sound,
        same_work=lambda name: works.get(name, []),
    )

    assert names(chosen) == [("a", "supports")]


def test_what_is_not_judged_adds_other_papers_alone() -> None:
    chosen = choose(
        [judged("a", 0.9), judged("a", 0.1, None), judged("b", 0.1, None)],
        status=sound,
        same_work=alone,
    )

    assert names(chosen) == [("a", "supports"), ("b", None)]


def test_a_retracted_paper_comes_after_sound_ones() -> None:
    def status(name: str) -> StandingName:
        return "retracted" if name == "a" else "not_checked"

    chosen = choose([judged("a", 0.9), judged("b", 0.5)], status=status, same_work=alone)

    assert names(chosen) == [("b", "supports"), ("a", "supports")]


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("Riluzole prolongs survival.", "supports"),
        ("Riluzole shortens survival.", "contradicts"),
        ("Riluzole and survival were studied.", None),
    ],
)
def test_a_sentence_takes_the_side_whose_probability_is_high_enough(
    text: str, side: Side | None
) -> None:
    holder = document(text)

    found = judge(
        "Riluzole prolongs survival.",
        [evidence(text, holder)],
        {holder.document_id: holder},
        EVEN,
        SYNONYMS,
    )

    assert [one.side for one in found] == [side]


def test_a_sentence_with_a_link_is_no_quote() -> None:
    text = "Riluzole prolongs survival, see https://example.org."
    holder = document(text)

    assert not judge(
        "Riluzole prolongs survival.",
        [evidence(text, holder)],
        {holder.document_id: holder},
        EVEN,
        SYNONYMS,
    )
