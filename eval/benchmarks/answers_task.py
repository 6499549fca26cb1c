"""Task answers: questions in, whole answers with their citations judged by the set's gold out."""

from collections.abc import Iterable, Iterator

from eval.benchmarks.asked import AskedQuestion, AskedSet, TaskResult, ask_all
from eval.benchmarks.comparison import QuestionScores, compare
from eval.benchmarks.effect_direction import effect_relation
from eval.benchmarks.models import Answerer, GivenAnswer, GivenSentence
from eval.measures.citations import (
    CitedSentence,
    Relation,
    citation_contradict_rate,
    citation_precision,
    citation_recall,
    citation_support_rate,
)
from eval.measures.exact_answers import exact_answer_recall
from eval.measures.rouge import Rouge2, rouge_2
from eval.measures.score import NotScored, Score

_NO_LABELS = NotScored("the set does not say what a paper is to the claim")
_NOTHING_JUDGED = NotScored("no cited paper is judged for the question")
_NO_IDEAL = NotScored("the set has no ideal answer")
_NO_EXACT = NotScored("the set has no exact answer")
_NOT_OF_KIND = NotScored("over questions of another kind")
_NO_LIST = NotScored("answers are sentences, not lists of items")
_NO_YES_NO = NotScored("answers are sentences, not yes or no")

NOTES = (
    "An abstention cites nothing: precision, recall, ROUGE-2 and exact answers are 0 for it.",
    "Citations are right where their document is gold for the question; a cited document that nobody"
    " judged counts as wrong in precision, which it need not be.",
    "Support and contradict rates are over citations of judged documents alone.",
    "Peers write with the scripted model, which copies the first sentence of each source that was"
    " retrieved and never abstains.",
    "The best choice says what choosing among the sentences that ours read could give, not what it does.",
)
BY_WORD_LISTS = (
    "Whether a sentence states the labelled effect is told by word lists: rough, for comparing systems"
    " only."
)


def measure_answers(asked: AskedSet, systems: Iterable[Answerer]) -> TaskResult:
    """Share answered, citations, labels, and overlap with ideal and exact answers."""

    def ask(system: Answerer) -> list[QuestionScores]:
        return ask_all(asked, system.name, lambda one: _scores(asked, one, system.answer(one.text)))

    scores = {system.name: ask(system) for system in systems}
    has_effects = any(one.question.effect for one in asked.questions)
    notes = (*NOTES, BY_WORD_LISTS) if has_effects else NOTES
    return TaskResult(len(asked.questions), compare(scores), notes)


def _scores(asked: AskedSet, one: AskedQuestion, answer: GivenAnswer) -> QuestionScores:
    question, gold = one.question, {name for name, grade in one.relevant.items() if grade > 0}
    judged = list(_judged(asked, one, answer))
    has_labels = bool(question.effect) or any(each.relation for each in question.snippets)
    rouge = (
        rouge_2(answer.text, question.ideal_answers)
        if question.ideal_answers
        else Rouge2(_NO_IDEAL, _NO_IDEAL)
    )

    exact = (
        exact_answer_recall(answer.text, question.exact_answers)
        if question.exact_answers
        else _NO_EXACT
    )

    def rate(value: Score) -> Score:
        return (value if judged else _NOTHING_JUDGED) if has_labels else _NO_LABELS

    return {
        "answered": float(answer.answered),
        "citation precision": citation_precision(answer.cited, gold),
        "citation recall": citation_recall(answer.cited, gold),
        "first citation gold": float(answer.answered and answer.rests_on in gold),
        "sentences": float(len(answer.sentences)),
        "support rate": rate(citation_support_rate(judged)),
        "contradict rate": rate(citation_contradict_rate(judged)),
        "ROUGE-2 recall": rouge.recall,
        "ROUGE-2 F1": rouge.f1,
        "exact-answer recall": exact,
        "factoid found": exact if question.kind == "factoid" else _NOT_OF_KIND,
        "list items found": exact if question.kind == "list" else _NOT_OF_KIND,
        "list F1": _NO_LIST,
        "yes/no accuracy": _NO_YES_NO,
    }


def _judged(asked: AskedSet, one: AskedQuestion, answer: GivenAnswer) -> Iterator[CitedSentence]:
    """The sentences with the citations that somebody judged, each document once a sentence."""
    labels = {
        holder: snippet.relation
        for snippet in one.question.snippets
        if snippet.relation
        for holder in asked.holders(snippet)
    }
    for sentence in answer.sentences:
        documents = dict.fromkeys(each.document_id for each in sentence.cited)
        relations = (_relation(one, sentence, document, labels) for document in documents)
        if known := tuple(relation for relation in relations if relation):
            yield CitedSentence(known)


def _relation(
    one: AskedQuestion,
    sentence: GivenSentence,
    document_id: str,
    labels: dict[str, Relation],
) -> Relation | None:
    question = one.question
    if question.effect and document_id in one.relevant:
        return effect_relation(
            sentence.text, outcome=question.outcome or "", effect=question.effect
        )
    return labels.get(document_id)
