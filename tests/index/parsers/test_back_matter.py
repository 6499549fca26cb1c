import pytest

from index.parsers.back_matter import heading_kind, says_conflicts


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Competing interests", "conflicts"),
        ("Declaration of Competing Interest", "conflicts"),
        ("Conflicts of Interest Statement", "conflicts"),
        ("7. Conflict of interest", "conflicts"),
        ("Authors' conflicts of interest", "conflicts"),
        ("Conflicts of interest among panel members", None),
        ("Acknowledgments", "about"),
        ("Acknowledgements and funding", "about"),
        ("Funding Statement", "about"),
        ("Authors’ contributions", "about"),
        ("Author Contributions", "about"),
        ("Data Availability Statement", "about"),
        ("Availability of data and materials", "about"),
        ("Ethics approval and consent to participate", "about"),
        ("Supplementary Material", "about"),
        ("Publication types", "about"),
        ("References", "references"),
        ("8. References", "references"),
        ("Literature Cited", "references"),
        ("Methods", None),
        ("Results and discussion", None),
        ("Support for carers", None),
        ("Reference values", None),
        ("", None),
        ("x" * 200, None),
    ],
)
def test_kind_is_told_by_the_whole_heading(heading: str, kind: str | None) -> None:
    assert heading_kind(heading) == kind


@pytest.mark.parametrize(
    ("text", "is_said"),
    [
        ("Competing Interests: none.", True),
        ("The authors declare that they have no competing interests.", True),
        ("The author declares no conflict of interest.", True),
        ("Publisher's note.", False),
        ("These authors contributed equally.", False),
    ],
)
def test_note_that_speaks_of_conflicts_is_told(text: str, is_said: bool) -> None:
    assert says_conflicts(text) is is_said
