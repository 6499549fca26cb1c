"""A made-up set of trials, each with an effect that its one document tells in a marked sentence."""

from pathlib import Path

from tests.eval.benchmarks.tiny import write_set

_EFFECTS = {
    "significantly increased": "increased",
    "significantly decreased": "reduced",
    "no significant difference": "made no significant difference to",
}
_LETTERS = "bcdfghjklmnpqrstvwxz"


def write_trials(folder: Path, *, count: int) -> Path:
    """The set `trials`; every trial has a drug, an outcome and a comparator of its own."""
    corpus, questions, qrels = [], [], []
    for number in range(count):
        effect, verb = list(_EFFECTS.items())[number % len(_EFFECTS)]
        first, second = _LETTERS[number % len(_LETTERS)], _LETTERS[number // len(_LETTERS)]
        drug, outcome, other = (
            f"{first}{second}azole",
            f"{second}{first}ometry",
            f"{first}{first}oid",
        )
        quote = f"{drug.capitalize()} {verb} {outcome} compared with {other}."
        text = f"Patients were followed for a year. {quote} The work was paid for by a fund."
        name = f"t{number}"
        corpus.append(
            {"id": name, "pmid": f"{5000 + number}", "title": f"A trial of {drug}", "text": text}
        )
        questions.append(
            {
                "id": f"q{number}",
                "question": f"What does {drug} do to {outcome}?",
                "type": "effect",
                "exact_answer": effect,
                "evidence": [quote],
                "intervention": drug,
                "comparator": other,
                "outcome": outcome,
            }
        )
        qrels.append((f"q{number}", name, 1))
    return write_set(folder, "trials", corpus, questions, qrels)
