import pytest

from rag.support import check_support

MORTALITY = "ALS has an estimated mortality of 30,000 patients a year worldwide."
TRIAL = "Riluzole 50 mg twice daily did not slow the decline of vital capacity in 65% of patients."
SURVIVAL = "In the trial, riluzole prolonged survival of patients by two to three months."


def kinds(sentence: str, span: str) -> set[str]:
    return {fault.kind for fault in check_support(sentence, [span]).faults}


@pytest.mark.parametrize("number", ["30 000", "30,000", "30000", "thirty thousand"])
def test_a_number_is_the_same_however_it_is_written(number: str) -> None:
    assert not kinds(f"Worldwide, ALS has a mortality of {number} patients a year.", MORTALITY)


@pytest.mark.parametrize("wrong", ["40,000", "3,000", "thirteen thousand"])
def test_another_number_is_a_fault(wrong: str) -> None:
    assert "number" in kinds(f"ALS has a mortality of {wrong} patients a year.", MORTALITY)


def test_a_dose_in_another_unit_is_a_fault() -> None:
    assert "number" in kinds(TRIAL.replace("50 mg", "50 g"), TRIAL)


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        ("Interleukin 1 rose with Iba-1.", "Interleukin 6 rose with Iba-1."),
        (
            "It was given six times a week for 6 weeks.",
            "It was given six times a week for 4 weeks.",
        ),
    ],
)
def test_a_number_that_belongs_to_something_else_is_a_fault(sentence: str, quote: str) -> None:
    assert "number" in kinds(sentence, quote)
    assert not kinds(quote, f"As was said before: {quote}")


@pytest.mark.parametrize("name", ["serotonin", "oleic acid", "reductase"])
def test_a_name_that_english_often_uses_is_told(name: str) -> None:
    quote = "Levels of dopamine, arachidonic acid and dismutase rose in treated mice."

    assert "name" in kinds(f"Levels of {name} rose in treated mice.", quote)


def test_a_name_that_is_split_by_brackets_is_the_same() -> None:
    assert not kinds(
        "Mice with SOD1 were treated.", "Mice with superoxide dismutase (SOD)1 were treated."
    )


def test_percent_is_the_sign() -> None:
    assert not kinds(TRIAL.replace("65%", "65 percent"), TRIAL)


def test_a_range_may_be_in_digits() -> None:
    assert not kinds("Riluzole prolonged survival by 2–3 months.", SURVIVAL)


@pytest.mark.parametrize("name", ["Verapamil", "edaravone", "Zolqumabine", "KIF5A", "TARDBP"])
def test_a_name_that_the_quotes_do_not_have_is_a_fault(name: str) -> None:
    assert "name" in kinds(f"In the trial, {name} prolonged survival of patients.", SURVIVAL)


def test_a_brand_name_stands_for_its_drug() -> None:
    assert not kinds("In the trial, Rilutek prolonged survival of patients.", SURVIVAL)


def test_a_denial_left_out_is_a_fault() -> None:
    assert "negation" in kinds("Riluzole slowed the decline of vital capacity.", TRIAL)


def test_a_denial_added_is_a_fault() -> None:
    assert "negation" in kinds("Riluzole did not prolong survival of patients.", SURVIVAL)


def test_a_denial_in_other_words_is_none() -> None:
    assert not kinds("Riluzole failed to slow the decline of vital capacity.", TRIAL)


def test_the_opposite_direction_is_a_fault() -> None:
    assert "direction" in kinds("Riluzole shortened survival of patients.", SURVIVAL)


def test_a_claim_from_elsewhere_is_a_fault() -> None:
    assert "content" in kinds("Exercise strengthens weak hearts and calms anxious people.", TRIAL)


def test_a_verbatim_sentence_has_no_fault_and_scores_above_a_wrong_one() -> None:
    whole = check_support(TRIAL, [TRIAL])

    assert whole.faults == ()
    assert whole.score > check_support(TRIAL.replace("65", "75"), [TRIAL]).score
