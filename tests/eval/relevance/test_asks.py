"""What a public set can teach."""

from pathlib import Path

from eval.benchmarks.models import PublicSet
from eval.benchmarks.public_sets import load_set
from eval.relevance.asks import folds_of, questions, statements, titles
from rag.training.judgements import fold_of
from tests.eval.benchmarks.tiny import write_set


def test_questions_have_their_quotes_by_record(tiny: PublicSet) -> None:
    first, *_ = questions(tiny)
    (name,) = first.relevant
    assert first.text == "How often is riluzole taken?"
    assert first.quotes == {name: ("it is taken twice a day with or without food",)}
    assert first.spans == ()  # only sets that mark answers in the text have them


def test_statements_are_sentences_of_ideal_answers_that_are_neither_short_nor_empty(
    tiny: PublicSet,
) -> None:
    (one,) = statements(tiny)
    assert one.text == "Riluzole is taken twice a day."
    assert one.is_statement
    assert one.group == next(iter(questions(tiny))).group


def test_titles_hide_themselves_and_short_ones_are_left_out(tmp_path: Path) -> None:
    corpus = [
        {"id": "1", "title": "Riluzole slows the decline of people with ALS", "text": "It does."},
        {"id": "2", "title": "Riluzole in ALS", "text": "It does too."},
    ]
    question = {"id": "q", "question": "?", "type": "factoid"}
    write_set(tmp_path, "made", corpus, [question], [("q", "1", 1)])
    data = load_set(tmp_path, "made")
    (one,) = titles(data)
    assert one.hides_title
    assert one.text == corpus[0]["title"]
    assert one.group == next(iter(questions(data))).group


def test_questions_that_share_a_document_or_a_title_are_of_one_group_and_fold(
    tmp_path: Path,
) -> None:
    corpus = [
        {"id": "a", "title": "", "text": "One."},
        {"id": "b", "title": "", "text": "Two."},
        {"id": "c", "title": "Article", "text": "Three."},
        {"id": "d", "title": "Article", "text": "Four."},
        {"id": "e", "title": "", "text": "Five."},
    ]
    asked = [{"id": name, "question": "?", "type": "factoid"} for name in "123456"]
    qrels = [
        ("1", "a", 1),
        ("2", "a", 1),
        ("2", "b", 1),
        ("3", "b", 1),
        ("4", "c", 1),
        ("5", "d", 0),
        ("6", "e", 1),
    ]
    write_set(tmp_path, "made", corpus, asked, qrels)
    data = load_set(tmp_path, "made")
    groups = [one.group for one in questions(data)]
    assert groups[0] == groups[1] == groups[2]
    assert groups[3] == groups[4]  # an article's other paragraph, though it has no answer
    assert len(set(groups)) == 3
    assert folds_of(data) == {
        name: fold_of(group) for name, group in zip("123456", groups, strict=True)
    }


def test_what_cannot_be_answered_is_judged_and_has_nothing_relevant(tmp_path: Path) -> None:
    corpus = [{"id": "a", "title": "", "text": "One."}]
    asked = [{"id": "1", "question": "?", "type": "unanswerable"}]
    write_set(tmp_path, "made", corpus, asked, [("1", "a", 0)])
    (one,) = questions(load_set(tmp_path, "made"))
    assert len(one.judged) == 1
    assert one.relevant == frozenset()
