"""Task evidence: questions in, shown passages judged by gold snippets or by gold answers out.

Snippets are measured as BioASQ does, by characters of the first ten passages; as systems show passages
of very different lengths, also by what the first 1,500 characters of them hold. Where a set gives the
answer's words and no snippet, a passage counts if it has them and is of a gold document.
"""

from collections.abc import Iterable, Sequence

from eval.benchmarks.asked import AskedQuestion, AskedSet, TaskResult, ask_all
from eval.benchmarks.comparison import QuestionScores, compare
from eval.benchmarks.models import BenchQuestion, Passage, System
from eval.benchmarks.places import Places, contains, cut_passages, cut_spans, meets
from eval.measures.citations import SpanRange, span_precision, span_recall
from eval.measures.ranking import recall_at, reciprocal_rank
from eval.measures.score import NotScored, Score

_DEPTH = 50
_K = 10
_CHARACTERS = 1_500
_ANSWER = "gold"
PEERS_SHOW_MORE = (
    "Ours shows sentences, LlamaIndex chunks, the other peers whole documents: the more a system"
    " shows, the more its first ten hold, and the less of it is gold. Words that nobody marked as gold"
    " count as not gold, which they need not be."
)


def has_evidence(question: BenchQuestion) -> bool:
    """Whether the set says which words answer the question."""
    return bool(question.snippets) or (question.kind == "extractive" and question.answerable)


def measure_evidence(asked: AskedSet, systems: Iterable[System], places: Places) -> TaskResult:
    """Precision, recall and F1 of snippets, or the share of questions whose answer is shown; and RR.

    Questions none of whose gold words stands in the corpus are left out, and counted in a note.
    """
    gold = [_gold_spans(asked, one, places) for one in asked.questions]
    pairs = [
        (one, spans)
        for one, spans in zip(asked.questions, gold, strict=True)
        if spans or not one.question.snippets
    ]
    kept = AskedSet([one for one, _ in pairs], asked.document_ids, asked.on_progress)
    spans_of = {one.question.question_id: spans for one, spans in pairs}

    def judged(passages: Sequence[Passage], one: AskedQuestion) -> QuestionScores:
        if one.question.snippets:
            return _snippet_scores(places, passages, spans_of[one.question.question_id])
        return _answer_scores(passages, one)

    def ask(system: System) -> list[QuestionScores]:
        return ask_all(
            kept, system.name, lambda one: judged(system.passages(one.text, k=_DEPTH), one)
        )

    scores = {system.name: ask(system) for system in systems}
    notes = (*_notes(asked, kept, gold), PEERS_SHOW_MORE)
    return TaskResult(len(kept.questions), compare(scores), notes)


def _gold_spans(asked: AskedSet, one: AskedQuestion, places: Places) -> list[SpanRange]:
    """Where the snippets stand, in the first of their documents that has them."""
    spans = []
    for snippet in one.question.snippets:
        found = (places.find(holder, snippet.text) for holder in asked.holders(snippet))
        span = next((span for span in found if span), None)
        if span and span not in spans:
            spans.append(span)
    return spans


def _snippet_scores(
    places: Places, passages: Sequence[Passage], gold: Sequence[SpanRange]
) -> QuestionScores:
    spans = places.spans(passages)
    first = spans[:_K]
    precision, recall = span_precision(first, gold), span_recall(first, gold)
    hits = [
        _ANSWER if any(meets(one, other) for other in gold) else f"{n}"
        for n, one in enumerate(spans)
    ]
    not_given = NotScored("the set gives snippets, not answers")
    return {
        f"snippet precision@{_K}": precision,
        f"snippet recall@{_K}": recall,
        f"snippet F1@{_K}": _f1(precision, recall),
        f"snippet recall in {_CHARACTERS} characters": span_recall(
            cut_spans(spans, characters=_CHARACTERS), gold
        ),
        f"answer shown@{_K}": not_given,
        f"answer shown in {_CHARACTERS} characters": not_given,
        "RR": reciprocal_rank(hits, {_ANSWER: 1}),
    }


def _answer_scores(passages: Sequence[Passage], one: AskedQuestion) -> QuestionScores:
    answers = [form for item in one.question.exact_answers for form in item]

    def hits(some: Sequence[Passage]) -> list[str]:
        return [
            _ANSWER if each.document_id in one.relevant and contains(each.text, answers) else f"{n}"
            for n, each in enumerate(some)
        ]

    cut = cut_passages(passages, characters=_CHARACTERS)
    not_given = NotScored("the set gives answers, not snippets")
    return {
        f"snippet precision@{_K}": not_given,
        f"snippet recall@{_K}": not_given,
        f"snippet F1@{_K}": not_given,
        f"snippet recall in {_CHARACTERS} characters": not_given,
        f"answer shown@{_K}": recall_at(hits(passages), {_ANSWER: 1}, k=_K),
        f"answer shown in {_CHARACTERS} characters": recall_at(hits(cut), {_ANSWER: 1}, k=_DEPTH),
        "RR": reciprocal_rank(hits(passages), {_ANSWER: 1}),
    }


def _f1(precision: Score, recall: Score) -> Score:
    if isinstance(precision, NotScored) or isinstance(recall, NotScored):
        return precision if isinstance(precision, NotScored) else recall
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _notes(asked: AskedSet, kept: AskedSet, gold: Sequence[Sequence[SpanRange]]) -> Iterable[str]:
    left_out = len(asked.questions) - len(kept.questions)
    snippets = sum(len(set(one.question.snippets)) for one in asked.questions)
    found = sum(map(len, gold))
    if snippets:
        yield (
            f"{found:,} of {snippets:,} gold snippets stand in the corpus;"
            f" {left_out:,} questions without any are not asked."
        )
