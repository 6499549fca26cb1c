from eval.benchmarks.made_claims import MadeClaim
from eval.stance_fitting import FoundForClaim, FoundPair, fit_stance
from rag.claims import Side, Verdict
from rag.stance import FEATURES


def pair(value: float, side: Side | None, *, agrees: bool, is_known: bool = True) -> FoundPair:
    values = dict.fromkeys(FEATURES, 0.0) | {
        "similarity": value,
        "agrees": float(agrees),
        "opposes": float(not agrees),
    }
    return FoundPair(values, agrees, not agrees, side, is_known)


def found(gold: Verdict, *pairs: FoundPair) -> FoundForClaim:
    return FoundForClaim(MadeClaim("q", "A claim.", gold, frozenset(), ()), pairs)


def supported(value: float) -> FoundForClaim:
    return found("supported", pair(value, "supports", agrees=True))


def contradicted(value: float) -> FoundForClaim:
    return found("contradicted", pair(value, "contradicts", agrees=False))


def neither(value: float, *, agrees: bool) -> FoundForClaim:
    return found("not_judged", pair(value, None, agrees=agrees))


EASY = [
    *(supported(0.8 + n / 1000) for n in range(30)),
    *(contradicted(0.8 + n / 1000) for n in range(30)),
    *(neither(0.2 + n / 1000, agrees=n % 2 == 0) for n in range(60)),
]


def test_what_is_easily_told_apart_gets_thresholds_between() -> None:
    model = fit_stance(EASY, EASY)

    for gold, formula, threshold in (
        ("supported", model.supports, model.supported_from),
        ("contradicted", model.contradicts, model.contradicted_from),
    ):
        own = [one for one in EASY if one.claim.gold == gold]
        assert all(formula.probability(one.pairs[0].values) >= threshold for one in own)
        others = [one for one in EASY if one.claim.gold != gold]
        wrong = sum(formula.probability(one.pairs[0].values) >= threshold for one in others)
        assert wrong <= 0.05 * (len(own) + wrong)


def test_where_verdicts_would_be_wrong_too_often_none_is_given() -> None:
    hopeless = [
        *(supported(0.8) for _ in range(30)),
        *(neither(0.8, agrees=True) for _ in range(30)),
    ]

    model = fit_stance(EASY, hopeless)

    assert model.supported_from > 1


def test_sentences_that_nobody_marked_teach_nothing() -> None:
    unknown = [
        found("supported", pair(0.1, None, agrees=True, is_known=False), *one.pairs)
        if one.claim.gold == "supported"
        else one
        for one in EASY
    ]

    assert fit_stance(unknown, EASY).supports == fit_stance(EASY, EASY).supports
