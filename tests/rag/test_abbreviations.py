import pytest

from rag.abbreviations import abbreviations_in, meaning_of

TEXT = (
    "Riluzole is used in amyotrophic lateral sclerosis (ALS). Superoxide dismutase 1 (SOD1) is an enzyme. "
    "Forced vital capacity (FVC; litres) fell. ALSFRS-R (ALS Functional Rating Scale-Revised) was scored. "
    "Antisense oligonucleotides (ASOs) are given. The scan (MRI) was normal. Of patients (see PEG) few died. "
    "TDP-43 (TAR DNA-binding protein 43) and XYZ (an unrelated remark) are named."
)


@pytest.mark.parametrize(
    ("abbreviation", "meaning"),
    [
        ("ALS", "amyotrophic lateral sclerosis"),
        ("SOD1", "Superoxide dismutase 1"),
        ("FVC", "Forced vital capacity"),
        ("ALSFRS-R", "ALS Functional Rating Scale-Revised"),
        ("ASOs", "Antisense oligonucleotides"),
        ("TDP-43", "TAR DNA-binding protein 43"),
    ],
)
def test_a_definition_is_found_in_the_text(abbreviation: str, meaning: str) -> None:
    assert meaning_of(abbreviation, TEXT) == meaning


@pytest.mark.parametrize("abbreviation", ["MRI", "PEG", "XYZ", "FUS", "LS"])
def test_what_is_not_defined_has_no_meaning(abbreviation: str) -> None:
    assert meaning_of(abbreviation, TEXT) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ALS and FTD, then ALS again", ["ALS", "FTD"]),
        ("SOD1 or TDP-43 in C9orf72", ["SOD1", "TDP-43", "C9orf72"]),
        ("Riluzole was approved in 1995", []),
        ("(ALS) is a disease", ["ALS"]),
    ],
)
def test_abbreviations_have_two_capitals_or_one_and_a_digit(text: str, found: list[str]) -> None:
    assert abbreviations_in(text) == found


def test_a_meaning_never_runs_over_the_end_of_a_sentence_or_a_bracket() -> None:
    assert meaning_of("AB", "Apples. Bread (AB) is eaten.") is None
    assert meaning_of("AB", "Apples (green) bread (AB) is eaten.") is None
