from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.case_form import Outcome
from eval.dataset import KINDS, Gold, load_cases, load_file, select_cases
from index.errors import SettingsError
from tests.eval.samples import CARRIERS, CASES, SLOWS, entry, write_cases

GOLD = f"[{{source: 'pmid:11111111', quote: {SLOWS!r}}}]"
BOTH = f"[{{source: 'pmid:11111111', quote: {SLOWS!r}}}, {{source: 'pmid:22222222', quote: {CARRIERS!r}}}]"
REQUIRED = {
    "answerable": {"form": "why", "gold": GOLD},
    "bibliographic": {"papers": "['pmid:11111111']"},
    "personal": {"status": "[crisis]"},
    "attack": {"status": "[refused]"},
}
"""Fields that a kind cannot do without."""


def refused(folder: Path) -> str:
    with pytest.raises(SettingsError) as caught:
        load_cases(folder)
    assert caught.value.remedy
    return caught.value.problem


def test_cases_come_file_by_file_and_held_out_ones_last(tmp_path: Path) -> None:
    write_cases(tmp_path / "held_out" / "a.yaml", "off_topic", entry("fourth"))
    write_cases(tmp_path / "b.yaml", "off_topic", entry("third"))
    write_cases(tmp_path / "a.yaml", "unanswerable", entry("first"), entry("second"))
    write_cases(tmp_path / "notes" / "a.yaml", "off_topic", entry("elsewhere"))
    (tmp_path / "README.md").write_text("no case", encoding="utf-8")

    cases = load_cases(tmp_path)

    assert [one.case_id for one in cases] == ["first", "second", "third", "fourth"]
    assert [one.held_out for one in cases] == [False, False, False, True]
    assert [one.kind for one in cases] == ["unanswerable", "unanswerable", "off_topic", "off_topic"]


def test_a_case_holds_what_its_file_says(tmp_path: Path) -> None:
    fields = {
        **REQUIRED["answerable"],
        "needs": "any",
        "papers": "['doi:10.1234/ABC']",
        "status": "[partial]",
        "required": "['\\b1995\\b']",
        "forbidden": "[cure, '2001']",
        "note": "Why it is here.",
    }
    path = write_cases(tmp_path / "a.yaml", "answerable", entry("year", **fields))

    (case,) = load_file(path)

    assert (case.question, case.intent, case.form) == ("What is year?", "what year is", "why")
    assert case.gold == (Gold("pmid:11111111", SLOWS),)
    assert (case.needs, case.papers) == ("any", ("doi:10.1234/abc",))
    assert case.outcomes == frozenset({"partial"})
    assert (case.required, case.forbidden) == ((r"\b1995\b",), ("cure", "2001"))
    assert case.where == f"{path}:3"


@pytest.mark.parametrize(
    ("kind", "outcomes"),
    [
        ("answerable", {"answered", "partial"}),
        ("bibliographic", {"answered", "partial"}),
        ("unanswerable", {"insufficient_evidence", "out_of_scope", "partial"}),
        ("false_premise", {"insufficient_evidence", "out_of_scope", "answered", "partial"}),
        ("off_topic", {"insufficient_evidence", "out_of_scope"}),
    ],
)
def test_a_case_without_a_status_has_what_is_usual_for_its_kind(
    tmp_path: Path, kind: str, outcomes: set[Outcome]
) -> None:
    path = write_cases(tmp_path / "a.yaml", kind, entry(**REQUIRED.get(kind, {})))

    assert load_file(path)[0].outcomes == outcomes


def test_a_paper_that_is_not_held_may_be_answered_or_abstained_from(tmp_path: Path) -> None:
    path = write_cases(tmp_path / "a.yaml", "bibliographic", entry(papers="[]"))

    (case,) = load_file(path)

    assert case.papers == ()
    assert case.outcomes == {"insufficient_evidence", "out_of_scope", "answered", "partial"}


def test_citing_no_paper_makes_no_answer_right_for_another_kind(tmp_path: Path) -> None:
    path = write_cases(tmp_path / "a.yaml", "off_topic", entry(papers="[]"))

    assert load_file(path)[0].outcomes == {"insufficient_evidence", "out_of_scope"}


@pytest.mark.parametrize(
    ("kind", "missing"),
    [(kind, name) for kind, fields in REQUIRED.items() for name in fields],
)
def test_a_case_without_what_its_kind_needs_is_told(
    tmp_path: Path, kind: str, missing: str
) -> None:
    fields = {**REQUIRED[kind], missing: ""}
    path = write_cases(tmp_path / "a.yaml", kind, entry("one", **REQUIRED[kind]), entry(**fields))

    line = len(path.read_text(encoding="utf-8").split("- id: a\n")[0].splitlines()) + 1
    assert refused(tmp_path) == f"{path}:{line}: case 'a' of kind {kind} has no {missing!r}."


@pytest.mark.parametrize(
    "fields",
    [
        {"gold": GOLD},
        {"gold": BOTH, "needs": "any"},
        {"gold": BOTH.replace("22222222", "11111111")},
    ],
    ids=["one quote", "any quote", "one document"],
)
def test_a_case_on_both_documents_needs_a_quote_of_each(
    tmp_path: Path, fields: dict[str, str]
) -> None:
    path = write_cases(tmp_path / "a.yaml", "answerable", entry(form="both_documents", **fields))

    assert refused(tmp_path).startswith(f"{path}:3: case 'a' of form both_documents has to need")


def test_a_case_on_both_documents_is_taken(tmp_path: Path) -> None:
    write_cases(tmp_path / "a.yaml", "answerable", entry(form="both_documents", gold=BOTH))

    assert len(load_cases(tmp_path)[0].gold) == 2


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_written(tmp_path: Path, kind: str) -> None:
    write_cases(tmp_path / "a.yaml", kind, entry(**REQUIRED.get(kind, {})))

    assert [one.kind for one in load_cases(tmp_path)] == [kind]


def test_an_id_that_is_taken_is_told_with_both_places(tmp_path: Path) -> None:
    first = write_cases(tmp_path / "a.yaml", "off_topic", entry("one"))
    second = write_cases(
        tmp_path / "held_out" / "a.yaml", "attack", entry("one", status="[refused]", intent="else")
    )

    assert refused(tmp_path) == f"{second}:3: the id 'one' is taken by {first}:3."


def test_the_same_quotes_and_intent_in_two_cases_are_told(tmp_path: Path) -> None:
    fields = REQUIRED["answerable"]
    path = write_cases(
        tmp_path / "a.yaml",
        "answerable",
        entry("one", intent="effect of it", **fields),
        entry("two", intent="Effect of it", **fields),
    )

    assert refused(tmp_path) == (
        f"{path}:8: 'two' has the quotes and the intent of 'one' ({path}:3)."
    )


def test_the_same_intent_without_quotes_is_the_same_case(tmp_path: Path) -> None:
    write_cases(tmp_path / "a.yaml", "unanswerable", entry("one", intent="dose"))
    write_cases(tmp_path / "b.yaml", "off_topic", entry("two", intent="dose"))

    assert "'two' has the quotes and the intent of 'one'" in refused(tmp_path)


def test_quotes_may_be_shared_with_another_intent_and_intents_with_other_quotes(
    tmp_path: Path,
) -> None:
    gold = GOLD.replace(SLOWS, CARRIERS)
    write_cases(
        tmp_path / "a.yaml",
        "answerable",
        entry("one", intent="effect", form="why", gold=GOLD),
        entry("two", intent="cause", form="why", gold=GOLD),
        entry("three", intent="effect", form="why", gold=gold),
    )

    assert len(load_cases(tmp_path)) == 3


@pytest.mark.parametrize("name", ["empty", "not there"])
def test_a_folder_without_questions_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()

    assert refused(tmp_path / name) == f"{tmp_path / name} holds no questions."


def test_one_faulty_file_is_told_whatever_else_there_is(tmp_path: Path) -> None:
    write_cases(tmp_path / "a.yaml", "off_topic", entry())
    (tmp_path / "held_out").mkdir()
    (tmp_path / "held_out" / "b.yaml").write_text("kind: odd\n", encoding="utf-8")

    assert refused(tmp_path).startswith(f"{tmp_path}/held_out/b.yaml:1: kind: ")


@given(st.lists(st.sampled_from([*KINDS, "tuning", "held_out"]), max_size=4))
def test_cases_are_chosen_by_kind_and_part(sets: list[str]) -> None:
    kinds = [one for one in sets if one in KINDS]
    parts = [one for one in sets if one not in KINDS]
    expected = [
        case
        for case in CASES
        if (not kinds or case.kind in kinds)
        and (not parts or ("held_out" if case.held_out else "tuning") in parts)
    ]

    if expected:
        assert select_cases(CASES, sets) == expected
    else:
        with pytest.raises(SettingsError, match="No case is in "):
            select_cases(CASES, sets)


def test_a_set_that_there_is_not_is_told_with_those_that_there_are() -> None:
    with pytest.raises(SettingsError) as caught:
        select_cases(CASES, ["tuning", "hard"])

    assert caught.value.problem == "There is no set 'hard'."
    assert all(name in caught.value.remedy for name in (*KINDS, "tuning", "held_out"))
