from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from eval.case_form import TODO
from eval.dataset import Case, load_cases, load_file
from eval.drafting import add_draft, draft_case
from eval.scoring import why_not_right
from index.errors import SettingsError
from rag.answer_json import answer_to_dict
from rag.pipeline import Pipeline
from tests.eval.samples import (
    CARRIERS,
    GOLD,
    RILUZOLE,
    SLOWS,
    TOFERSEN,
    Said,
    answer,
    asked,
    entry,
    small_library,
    write_cases,
)
from tests.fakes import HashingEmbedder

QUESTIONS = {
    "Does riluzole slow ALS?": "answerable",
    "What is tofersen for?": "answerable",
    "What is the dose of riluzole?": "unanswerable",
    "What is the capital of France?": "off_topic",
    "I want to kill myself": "personal",
}


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    pipeline = Pipeline(small_library(tmp_path_factory.mktemp("library")), HashingEmbedder())
    yield pipeline
    pipeline.close()


def shape(question: str = "Does it?", *said: Said, **changes: object) -> dict[str, Any]:
    """An answer in its JSON shape."""
    return answer_to_dict(answer(*said, question=question, **changes))  # type: ignore[arg-type]


def drafted(content: dict[str, Any]) -> dict[str, Any]:
    """The one entry of the draft."""
    (found,) = yaml.safe_load(draft_case(content)[1])
    assert isinstance(found, dict)
    return found


def mended(path: Path, intent: str = "what is asked") -> list[Case]:
    """The cases of the file once somebody has put the intent of its draft into words."""
    lines = path.read_text(encoding="utf-8").splitlines()
    lines = [f"  intent: {intent}" if TODO in line else line for line in lines]
    path.write_text("\n".join(lines), encoding="utf-8")
    return load_file(path)


@pytest.mark.parametrize(("question", "kind"), QUESTIONS.items())
def test_a_draft_loads_once_its_intent_is_put_into_words(
    pipeline: Pipeline, tmp_path: Path, question: str, kind: str
) -> None:
    given_answer = pipeline.answer(question)
    path = tmp_path / "drafts.yaml"

    add_draft(path, *draft_case(answer_to_dict(given_answer)))

    with pytest.raises(SettingsError, match=r"drafts\.yaml:5: .* intent: say what is asked"):
        load_file(path)
    (case,) = mended(path)
    assert (case.kind, case.question) == (kind, question)
    assert given_answer.status in case.outcomes


def test_a_draft_of_an_answer_quotes_what_it_cites(pipeline: Pipeline) -> None:
    entry_of_draft = drafted(answer_to_dict(pipeline.answer("What is tofersen for?")))

    assert entry_of_draft["form"] == "single_fact"
    assert entry_of_draft["gold"] == [
        {"source": TOFERSEN, "quote": CARRIERS},
        {"source": TOFERSEN, "quote": "It is given by lumbar puncture every month."},
    ]


def test_the_drafted_answer_is_right_by_its_own_case(pipeline: Pipeline, tmp_path: Path) -> None:
    given_answer = pipeline.answer("Does riluzole slow ALS?")
    path = tmp_path / "drafts.yaml"
    add_draft(path, *draft_case(answer_to_dict(given_answer)))
    (case,) = mended(path)

    (place,) = asked(given_answer).cited

    assert why_not_right(case, asked(given_answer, gold=(place,))) == []


def test_a_description_of_papers_is_drafted_with_these_papers() -> None:
    record = Said(SLOWS, GOLD, kind="record")

    kind, _ = draft_case(shape("Who wrote it?", record))

    assert kind == "bibliographic"
    assert drafted(shape("Who wrote it?", record))["papers"] == [RILUZOLE]


def test_a_paper_that_has_no_identifier_is_named_by_its_id() -> None:
    content = shape("Does it?", Said(SLOWS, GOLD))
    content["references"][0] |= {"pmid": None, "document_id": "sha256:abc"}
    content["references"][0]["spans"][0]["document_id"] = "sha256:abc"

    assert drafted(content)["gold"][0]["source"] == "sha256:abc"


def test_a_quote_is_drafted_on_one_line() -> None:
    wrapped = Said("Riluzole  slows\nALS in most people.", GOLD)

    assert drafted(shape("Does it?", wrapped))["gold"][0]["quote"] == SLOWS


@pytest.mark.parametrize(
    ("question", "case_id"),
    [
        ("What is the dose of riluzole?", "dose-riluzole"),
        ("¿Qué es la ELA?", "que-es-la-ela"),
        (
            "When did the FDA approve AMX0035, and why, and for whom else?",
            "when-did-fda-approve-amx0035-why",
        ),
        ("这是什么?", "case"),
        ("What is it?", "case"),
        ("a" * 100, "a" * 60),
    ],
)
def test_an_id_is_made_of_the_words_that_matter(question: str, case_id: str) -> None:
    assert drafted(shape(question))["id"] == case_id


def test_an_id_that_is_taken_is_numbered() -> None:
    content = shape("What is the dose?")

    ids = [
        yaml.safe_load(draft_case(content, taken=taken)[1])[0]["id"]
        for taken in ([], ["dose"], ["dose", "dose-2", "dose-4"])
    ]

    assert ids == ["dose", "dose-2", "dose-3"]


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=300))
def test_any_question_is_drafted_so_that_it_loads(
    tmp_path_factory: pytest.TempPathFactory, question: str
) -> None:
    path = tmp_path_factory.mktemp("drafts") / "drafts.yaml"
    content = shape(question, status="insufficient_evidence")

    add_draft(path, *draft_case(content))

    (case,) = mended(path)
    assert case.question == question


def test_a_draft_is_put_behind_the_cases_of_a_file(tmp_path: Path) -> None:
    path = write_cases(tmp_path / "off_topic.yaml", "off_topic", entry("one"))
    before = path.read_text(encoding="utf-8")

    add_draft(path, *draft_case(shape("Where is it?", status="out_of_scope")))

    assert path.read_text(encoding="utf-8").startswith(before)
    assert [case.case_id for case in mended(path)] == ["one", "where"]


def test_a_file_without_a_last_line_break_is_added_to(tmp_path: Path) -> None:
    path = write_cases(tmp_path / "off_topic.yaml", "off_topic", entry("one").rstrip())

    add_draft(path, *draft_case(shape("Where is it?", status="out_of_scope")))

    assert [case.case_id for case in mended(path)] == ["one", "where"]


def test_a_draft_does_not_go_into_a_file_of_another_kind(tmp_path: Path) -> None:
    path = write_cases(tmp_path / "attack.yaml", "attack", entry("one", status="[refused]"))
    before = path.read_bytes()

    with pytest.raises(SettingsError) as caught:
        add_draft(path, *draft_case(shape("Where is it?", status="out_of_scope")))

    assert caught.value.problem == f"{path} holds no cases of kind off_topic."
    assert "--to" in caught.value.remedy
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "text",
    [
        "kind: off_topic\ncases:\n  - id: indented\n",
        "kind: off_topic\ncases: [{id: flow}]\n",
        "cases:\n- id: one\nkind: off_topic\n",
        "kind: off_topic\ncases:\n- id: one\nmore:\n",
        "kind: off_topic\ncases:\n- id: one\n  note: |\n    text\n...\n",
    ],
)
def test_a_file_at_whose_end_nothing_can_be_put_stays_as_it_is(tmp_path: Path, text: str) -> None:
    path = tmp_path / "off_topic.yaml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(SettingsError, match="Nothing can be added at the end of"):
        add_draft(path, *draft_case(shape("Where is it?", status="out_of_scope")))

    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("text", ["", "- a\n", "kind: off_topic\n", "kind: [\n"])
def test_a_file_of_another_form_stays_as_it_is(tmp_path: Path, text: str) -> None:
    path = tmp_path / "off_topic.yaml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(SettingsError, match=r"off_topic\.yaml"):
        add_draft(path, *draft_case(shape("Where is it?", status="out_of_scope")))

    assert path.read_text(encoding="utf-8") == text


def test_two_drafts_in_one_file_are_two_cases(tmp_path: Path) -> None:
    path = tmp_path / "off_topic.yaml"
    content = shape("Where is it?", status="out_of_scope")

    add_draft(path, *draft_case(content))
    mended(path)
    taken = [case.case_id for case in load_cases(tmp_path)]
    add_draft(path, *draft_case(content, taken=taken))

    assert [case.case_id for case in mended(path, "another")] == ["where", "where-2"]
