import json

import pytest

from index.errors import ModelError
from rag.logistic import Logistic
from rag.search_query import load_field_synonyms
from rag.stance import (
    FEATURES,
    WEIGHTS_FILE,
    Pair,
    StanceModel,
    features,
    load_stance_model,
    may_contradict,
    may_support,
)

ZEROES = dict.fromkeys(FEATURES, 0.0)
EVEN = StanceModel(Logistic(0.0, ZEROES), Logistic(0.0, ZEROES), 0.5, 0.5)
"""Says one half wherever the limits let it."""


SYNONYMS = load_field_synonyms()


def pair(claim: str, sentence: str, context: str = "Riluzole in ALS") -> Pair:
    return Pair(claim, sentence, context, similarity=0.8)


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        ("Riluzole prolongs survival in ALS.", "Riluzole prolonged survival of people with ALS."),
        ("Riluzole prolongs survival in ALS.", "Survival was longer with riluzole in ALS."),
        ("Riluzole does not affect weight.", "Riluzole had no significant effect on weight."),
        ("Riluzole is taken 2 times a day.", "Riluzole is taken 2 times a day."),
        (
            "Riluzole prolongs survival in ALS.",
            "Rilutek prolonged survival in amyotrophic lateral sclerosis.",
        ),
    ],
)
def test_a_sentence_that_says_the_claim_may_support_it_and_not_contradict_it(
    claim: str, sentence: str
) -> None:
    stance = EVEN.judge(pair(claim, sentence), SYNONYMS)

    assert stance.supports == 0.5
    assert stance.contradicts == 0.0


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        ("Riluzole prolongs survival in ALS.", "Riluzole shortened survival in ALS."),
        ("Riluzole prolongs survival in ALS.", "Riluzole made no difference to survival in ALS."),
        ("Riluzole is effective in ALS.", "Riluzole had no effect in ALS."),
        ("Riluzole is a treatment of ALS.", "Riluzole is not a treatment of ALS."),
        (
            "Riluzole increases weight compared with placebo.",
            "Weight was higher with placebo than with riluzole.",
        ),
    ],
)
def test_a_sentence_that_says_the_reverse_may_contradict_the_claim_and_not_support_it(
    claim: str, sentence: str
) -> None:
    stance = EVEN.judge(pair(claim, sentence), SYNONYMS)

    assert stance.contradicts == 0.5
    assert stance.supports == 0.0


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        ("Riluzole cures ALS.", "Riluzole is a drug for ALS."),
        ("Riluzole prolongs survival in ALS.", "Riluzole may prolong survival in ALS."),
        ("Riluzole prolongs survival in ALS.", "Riluzole and survival in ALS are discussed."),
        ("Riluzole is taken 3 times a day.", "Riluzole is taken 2 times a day."),
        ("SOD1 misfolds in ALS.", "FUS misfolds in ALS."),
        ("Riluzole is the only drug for ALS.", "Riluzole is a drug for ALS."),
        ("Tofersen prolongs survival in children.", "Edaravone prolongs survival in mice."),
    ],
)
def test_a_claim_that_goes_beyond_the_sentence_is_not_supported(claim: str, sentence: str) -> None:
    assert EVEN.judge(pair(claim, sentence), SYNONYMS).supports == 0.0


def test_the_title_may_give_the_name_that_the_sentence_leaves_out() -> None:
    claim = "Tofersen lowers SOD1 protein."
    sentence = "The drug lowers the protein SOD1."

    with_title = features(pair(claim, sentence, "Tofersen for SOD1"), SYNONYMS)
    without = features(pair(claim, sentence, ""), SYNONYMS)

    assert with_title["coverage_in_context"] == 1.0
    assert without["coverage_in_context"] == without["coverage"] < 1.0


def test_the_limits_need_most_of_the_claim() -> None:
    one = pair("Riluzole prolongs survival.", "Breathing was worse.", "")
    values = features(one, SYNONYMS)

    assert not may_support(one, values, SYNONYMS)
    assert not may_contradict(values)


def test_a_model_is_written_and_read_again() -> None:
    data = json.loads(json.dumps(EVEN.to_dict()))

    assert StanceModel.from_dict(data) == EVEN


@pytest.mark.parametrize("data", [{}, {"supports": {"intercept": 0.0}, "contradicts": {}}])
def test_weights_of_another_form_are_refused(data: dict[str, object]) -> None:
    with pytest.raises(ModelError, match=r"alsqa train stance|weigh exactly"):
        StanceModel.from_dict(data)


def test_the_shipped_weights_say_how_they_were_made_and_give_no_verdict_unless_fitted() -> None:
    made = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))["made"]
    model = load_stance_model()

    is_fitted = made["set"] is not None and made["most_false"] == 0.05
    assert is_fitted or min(model.supported_from, model.contradicted_from) > 1
