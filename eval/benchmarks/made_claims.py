"""Claims with a known verdict from a public set's questions: a set in, claims out.

Of a trial's question three are made by fixed templates: what the trial found, another direction of
the effect, and an effect on what another trial measured. A curated claim is taken as it is, and once
more with a word turned into its opposite, where it has one.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from eval.benchmarks.asked import AskedQuestion
from eval.benchmarks.models import BenchQuestion
from eval.relevance.asks import normalised
from rag.claims import Verdict
from rag.stance_cues import opposite

_TEMPLATES = {
    "significantly increased": "{intervention} increases {outcome} compared with {comparator}.",
    "significantly decreased": "{intervention} reduces {outcome} compared with {comparator}.",
    "no significant difference": (
        "{intervention} makes no significant difference to {outcome} compared with {comparator}."
    ),
}
HOW = (
    "Claims of trials are made by fixed templates: what the trial found (supported), another direction"
    " (contradicted), and the effect on what another trial measured (not judged), which a third trial"
    " may support all the same."
)


@dataclass(frozen=True, slots=True)
class MadeClaim:
    """A claim, and what is right to say of it."""

    question_id: str
    text: str
    gold: Verdict
    """One of supported, contradicted, mixed and not_judged."""
    documents: frozenset[str]
    """Ids of those that tell; empty where none does."""
    quotes: tuple[str, ...]
    """Normalised gold words in them."""


def made_claims(questions: Sequence[AskedQuestion]) -> list[MadeClaim]:
    """All claims that the questions give, question by question."""
    trials = [one for one in questions if _is_trial(one)]
    made: list[MadeClaim] = []
    for place, one in enumerate(trials):
        made += _of_trial(one, _stranger(trials, place))
    for one in questions:
        if not _is_trial(one):
            made += _of_curated(one)
    return made


def has_marked_words(question: BenchQuestion, texts: Mapping[str, str]) -> bool:
    """Whether words that the set marks stand in a relevant text; texts come by record name."""
    quotes = [normalised(snippet.text) for snippet in question.snippets]
    held = [normalised(texts[name]) for name in question.relevant]
    return any(quote and quote in text for quote in quotes for text in held)


def _is_trial(one: AskedQuestion) -> bool:
    asked = one.question
    return bool(asked.effect and asked.intervention and asked.comparator and asked.outcome)


def _of_trial(one: AskedQuestion, stranger: AskedQuestion | None) -> Iterator[MadeClaim]:
    effect = str(one.question.effect)
    others = [name for name in _TEMPLATES if name != effect]
    other = others[_draw(one, len(others))]
    yield _claim(one, _fill(effect, one, one), "supported")
    yield _claim(one, _fill(other, one, one), "contradicted")
    if stranger:
        text = _fill(effect, one, stranger)
        yield MadeClaim(one.question.question_id, text, "not_judged", frozenset(), ())


def _of_curated(one: AskedQuestion) -> Iterator[MadeClaim]:
    relations = {snippet.relation for snippet in one.question.snippets}
    if "supports" not in relations:
        return
    is_mixed = "contradicts" in relations
    yield _claim(one, one.text, "mixed" if is_mixed else "supported")
    if not is_mixed and (turned := opposite(one.text)):
        yield _claim(one, turned, "contradicted")


def _claim(one: AskedQuestion, text: str, gold: Verdict) -> MadeClaim:
    quotes = tuple(normalised(snippet.text) for snippet in one.question.snippets)
    return MadeClaim(one.question.question_id, text, gold, frozenset(one.relevant), quotes)


def _fill(effect: str, one: AskedQuestion, measured: AskedQuestion) -> str:
    words = {
        "intervention": _phrase(one.question.intervention),
        "comparator": _phrase(one.question.comparator),
        "outcome": _phrase(measured.question.outcome),
    }
    text = _TEMPLATES[effect].format(**words)
    return text[0].upper() + text[1:]


def _phrase(words: str | None) -> str:
    return " ".join((words or "").split()).rstrip(".")


def _stranger(trials: Sequence[AskedQuestion], place: int) -> AskedQuestion | None:
    """A trial of other documents that measured something else, always the same."""
    one = trials[place]
    first = _draw(one, len(trials))
    own = set(normalised(_phrase(one.question.outcome)).split())
    for other in (*trials[first:], *trials[:first]):
        words = set(normalised(_phrase(other.question.outcome)).split())
        if not (own & words) and not (set(other.relevant) & set(one.relevant)):
            return other
    return None


def _draw(one: AskedQuestion, below: int) -> int:
    digest = hashlib.sha256(one.question.question_id.encode()).hexdigest()
    return int(digest, 16) % below
