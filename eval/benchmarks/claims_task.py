"""Task claims: claims with known verdicts in, how often the check is right, and wrong, out.

Beside the check stand two baselines: the commonest verdict always, and the words for a direction in
the first passage that is found.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from eval.benchmarks.asked import AskedQuestion, AskedSet, TaskResult
from eval.benchmarks.comparison import OURS, Figure, Figures, figure_of_all
from eval.benchmarks.effect_direction import direction_of
from eval.benchmarks.made_claims import HOW, MadeClaim, made_claims
from eval.measures.score import NotScored, Score, ratio
from eval.statistics import wilson_interval
from rag.claim_check import ClaimChecker
from rag.claims import ClaimCheck
from rag.errors import QuestionError

MAJORITY, WORDS = "majority", "words"
CLASSES = ("supported", "contradicted", "not judged")


@dataclass(frozen=True, slots=True)
class Judged:
    """What one system said of one claim."""

    gold: str
    said: str
    cited: int = 0
    """Passages that it cites for or against."""
    cited_gold: int = 0
    """Of them, those of a gold document."""


def measure_claims(asked: AskedSet, checker: ClaimChecker) -> TaskResult:
    """Macro-F1, false verdicts with their intervals, and coverage; for ours and the baselines."""
    claims = made_claims(asked.questions)
    ours: list[Judged] = []
    words: list[Judged] = []
    for done, claim in enumerate(claims, start=1):
        check = _checked(checker, claim)
        ours.append(_ours(claim, check))
        words.append(Judged(_class(claim.gold), _by_words(claim, check)))
        asked.on_progress("checking claims", done, len(claims))
    counts = Counter(one.gold for one in ours)
    commonest = counts.most_common(1)[0][0] if counts else CLASSES[0]
    majority = [Judged(one.gold, commonest) for one in ours]
    systems: Mapping[str, list[Judged]] = {OURS: ours, MAJORITY: majority, WORDS: words}
    return TaskResult(
        n=len(claims),
        figures=_figures(systems),
        notes=(HOW, f"Gold: {', '.join(f'{n} {name}' for name, n in counts.most_common())}."),
        extra={"claims": dict(counts), "said": dict(Counter(f"{o.gold} → {o.said}" for o in ours))},
    )


def has_claims(one: AskedQuestion) -> bool:
    """Whether a claim with a verdict can be made of the question."""
    return bool(made_claims([one]))


def _checked(checker: ClaimChecker, claim: MadeClaim) -> ClaimCheck | None:
    """None where the claim is refused, as one that is too long."""
    try:
        return checker.check(claim.text)
    except QuestionError:
        return None


def _ours(claim: MadeClaim, check: ClaimCheck | None) -> Judged:
    if check is None:
        return Judged(_class(claim.gold), "not judged")
    cited = [
        passage
        for sentence in check.sentences
        for passage in (*sentence.supporting, *sentence.contradicting)
    ]
    right = sum(one.span.document_id in claim.documents for one in cited)
    return Judged(_class(claim.gold), _class(check.verdict), len(cited), right)


def _by_words(claim: MadeClaim, check: ClaimCheck | None) -> str:
    """By the direction of the claim and of the passage that is nearest to it."""
    passages = [
        one
        for sentence in (check.sentences if check else ())
        for one in (*sentence.supporting, *sentence.contradicting, *sentence.not_judged)
    ]
    claimed = direction_of(claim.text)
    said = direction_of(passages[0].span.quote) if passages else None
    if claimed is None or said is None:
        return "not judged"
    return "supported" if claimed == said else "contradicted"


def _class(verdict: str) -> str:
    return verdict if verdict in ("supported", "contradicted", "mixed") else "not judged"


def _figures(systems: Mapping[str, Sequence[Judged]]) -> Figures:
    measures: dict[str, Callable[[Sequence[Judged]], Score]] = {
        "macro-F1": macro_f1,
        "accuracy": lambda rows: ratio(
            sum(one.gold == one.said for one in rows), len(rows), otherwise="no claim"
        ),
    }
    shares = {
        "wrong of those called supported": lambda one: (
            None if one.said != "supported" else one.gold != "supported"
        ),
        "called supported of those that are not": lambda one: (
            None if one.gold == "supported" else one.said == "supported"
        ),
        "wrong of those called contradicted": lambda one: (
            None if one.said != "contradicted" else one.gold != "contradicted"
        ),
        "called contradicted of those that are not": lambda one: (
            None if one.gold == "contradicted" else one.said == "contradicted"
        ),
        "coverage (a verdict is given)": lambda one: one.said != "not judged",
    }
    return {
        name: {
            **{measure: figure_of_all(of, rows) for measure, of in measures.items()},
            **{measure: share_of(rows, is_so) for measure, is_so in shares.items()},
            "cited passages of gold documents": _cited(rows),
        }
        for name, rows in systems.items()
    }


def macro_f1(rows: Sequence[Judged]) -> Score:
    """Mean F1 over the classes that some claim has; a mixed claim is of none."""
    scores = []
    for name in CLASSES:
        gold = sum(one.gold == name for one in rows)
        said = sum(one.said == name for one in rows)
        if gold:
            scores.append(2 * sum(one.gold == one.said == name for one in rows) / (gold + said))
    return ratio(sum(scores), len(scores), otherwise="no claim")


def share_of(rows: Sequence[Judged], is_so: Callable[[Judged], bool | None]) -> Figure:
    """Share of the rows of which it is so, with Wilson's interval; None leaves a row out."""
    said = [answer for one in rows if (answer := is_so(one)) is not None]
    interval = wilson_interval(sum(said), len(said))
    if interval is None:
        return Figure(NotScored("there is none of them"), 0, None)
    return Figure(interval.estimate, len(said), (interval.low, interval.high))


def _cited(rows: Sequence[Judged]) -> Figure:
    cited = sum(one.cited for one in rows)
    interval = wilson_interval(sum(one.cited_gold for one in rows), cited)
    if interval is None:
        return Figure(NotScored("nothing is cited"), 0, None)
    return Figure(interval.estimate, cited, (interval.low, interval.high))
