import pytest

from index.parsers.pdf.scraps import is_label, is_scrap


@pytest.mark.parametrize(
    "text",
    [
        "12 (34%) 5 (6.7) p = .04 Group A",
        "0.85*** 0.80*** 0.84*** 0.91***",
        "Cluster B",
        "A(s, a) = R(s) - V(s) + b * log (t) / 2.",
        "Department of Neurology, University of Basel, Switzerland. Institute of Genetics, Ulm, Germany.",
    ],
)
def test_cells_formulas_and_addresses_are_scraps(text: str) -> None:
    assert is_scrap(text)


@pytest.mark.parametrize(
    "text",
    [
        "The median survival was 14.2 months (95% CI 12.1-16.3; p = 0.04).",
        "The score improved from 0.71 ± 0.1 to 0.56 ± 0.1 (P = 0.007).",
        "Sites of treatment included spine (n = 27), sacrum (n = 25) and ribs (n = 3).",
        "Aliquots were sent to the University of Basel, the University of Ulm, and Harvard University.",
        "A p < 0.05 was considered significant.",
    ],
)
def test_sentences_are_no_scraps(text: str) -> None:
    assert not is_scrap(text)


@pytest.mark.parametrize(
    "text",
    [
        "Complement and coagulation cascades",
        "Ada Miller, John Smith, Jane Doe,",
        "MS system Eclipse Elite Fusion Fusion Lumos Exactive Exactive Velos Elite Astral Orbitrap",
    ],
)
def test_words_that_state_nothing_are_labels(text: str) -> None:
    assert is_label(text)


@pytest.mark.parametrize(
    "text",
    [
        "The number of proteins that each centre found is shown in the previous",
        "performed in different labs would be noted in the number of proteins",
        "• Patients with definite disease",
        "(a) Age over 18 years",
        "Setting: two hospitals in Spain",
        "It ends as a sentence does.",
    ],
)
def test_prose_items_and_cut_sentences_are_no_labels(text: str) -> None:
    assert not is_label(text)
