from typing import Any

import pytest

from eval.benchmarks.gold import Quote, read_gold
from index.errors import SettingsError

PLACE = "queries.jsonl, line 1"


@pytest.mark.parametrize(
    ("kind", "exact", "items"),
    [
        ("factoid", [["TDP-43", "TARDBP"], ["TDP43"]], (("TDP-43", "TARDBP", "TDP43"),)),
        (
            "list",
            [["riluzole"], ["edaravone", "Radicava"]],
            (("riluzole",), ("edaravone", "Radicava")),
        ),
        ("extractive", ["France", "in France"], (("France", "in France"),)),
        ("unanswerable", [], ()),
        ("summary", None, ()),
        ("effect", "significantly increased", ()),
        ("yesno", "maybe", ()),
    ],
)
def test_exact_answers_of_every_form_are_items_with_synonyms(
    kind: str, exact: Any, items: tuple[tuple[str, ...], ...]
) -> None:
    assert read_gold(PLACE, {"type": kind, "exact_answer": exact}).exact_answers == items


def test_yes_no_and_directions_are_labels() -> None:
    assert read_gold(PLACE, {"exact_answer": "no"}).yes_no == "no"
    assert read_gold(PLACE, {"exact_answer": "no significant difference"}).effect is not None


def test_one_ideal_answer_may_stand_without_a_list() -> None:
    assert read_gold(PLACE, {"ideal_answer": " One. "}).ideal_answers == ("One.",)
    assert read_gold(PLACE, {"ideal_answer": ["One.", "Two."]}).ideal_answers == ("One.", "Two.")


def test_quotes_of_every_form_are_read_and_doubtful_ones_left_out() -> None:
    line = {
        "evidence": [
            "Bare words.",
            {"pmid": "1", "quote": "A claim.", "relation": "support", "doubtful": False},
            {"pmid": "2", "quote": "Another.", "relation": "refute"},
            {"pmid": "3", "quote": "A third.", "relation": "support", "doubtful": True},
        ]
    }

    assert read_gold(PLACE, line).quotes == (
        Quote("Bare words.", None, None),
        Quote("A claim.", "1", "supports"),
        Quote("Another.", "2", "contradicts"),
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"snippets": [{"pmid": "1"}]}, "has no quoted text"),
        ({"evidence": {"text": "x"}}, "are no list"),
        ({"exact_answer": [[3]]}, "exact_answer has 3, not a text"),
    ],
)
def test_another_form_is_named(line: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError, match=rf"queries\.jsonl, line 1: .*{said}"):
        read_gold(PLACE, line)
