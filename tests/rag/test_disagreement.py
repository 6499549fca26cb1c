import pytest

from rag.disagreement import contradict


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        (
            "Riluzole is the only approved drug for ALS.",
            "Two drugs, riluzole and edaravone, are approved for ALS.",
        ),
        (
            "Riluzole is the only approved drug for ALS.",
            "Edaravone is approved for amyotrophic lateral sclerosis.",
        ),
        (
            "The only FDA-approved drug for ALS is riluzole.",
            "There are four FDA-approved drugs for ALS.",
        ),
        ("There is no effective treatment for ALS.", "There is an effective treatment for ALS."),
        ("Tofersen is not approved for ALS.", "Tofersen is now approved for ALS."),
    ],
)
def test_what_contradicts_is_told(older: str, newer: str) -> None:
    assert contradict(older, newer)


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("Riluzole is the only approved drug for ALS.", "Riluzole is approved for ALS."),
        ("Riluzole is the only approved drug for ALS.", "Nusinersen is approved for SMA."),
        (
            "Riluzole is the only approved drug for ALS in Europe.",
            "Two drugs are approved for ALS in Japan.",
        ),
        (
            "Riluzole is the only approved drug for ALS.",
            "Two approved symptomatic drugs for ALS help against spasticity.",
        ),
        (
            "There is no effective treatment for ALS.",
            "There is an effective treatment for spasticity.",
        ),
        ("Only two drugs are approved for ALS.", "Two drugs are approved for ALS."),
        ("Riluzole is the only approved drug for ALS.", "Edaravone is not approved for ALS."),
        ("Riluzole is the only approved drug for ALS.", "The drug was approved for ALS."),
        (
            "Riluzole is the only approved drug for ALS.",
            "Only one drug, riluzole, is approved for ALS.",
        ),
        (
            "Riluzole prolongs survival by 3 months.",
            "Riluzole does not prolong survival by 2 months.",
        ),
        ("There is no cure.", "There is a cure."),
    ],
    ids=lambda text: text[:30],
)
def test_what_need_not_contradict_is_left_alone(older: str, newer: str) -> None:
    assert not contradict(older, newer)
