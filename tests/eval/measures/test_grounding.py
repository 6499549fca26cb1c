import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.measures.grounding import Grounding, QuotedClaim, grounding, missing_terms
from eval.measures.score import NotScored

NAMES = ["riluzole", "edaravone", "sodium phenylbutyrate"]


def test_hand_computed_share() -> None:
    claims = [
        QuotedClaim("Riluzole 50 mg slows ALS.", ("In ALS, riluzole (50 mg) slows decline.",)),
        QuotedClaim("Riluzole 100 mg slows it.", ("Riluzole 50 mg slows it.",)),
        QuotedClaim("It progresses.", ("It does.",)),
        QuotedClaim("SOD1 and FUS, 3 years.", ("SOD1 alone.", "After 3 years.")),
    ]

    assert grounding(claims, names=NAMES) == Grounding(
        share=0.5, missing=((), ("100 mg",), (), ("FUS",))
    )


def test_without_claims_nothing_is_scored() -> None:
    assert grounding([]) == Grounding(NotScored("nothing is claimed"), ())


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("1,000 people", "1000 people"),
        ("100 000 people", "100,000 people"),
        ("50 per cent", "50%"),
        ("3-5 years", "3–5 years"),
        ("a change of −2.5", "-2.5 points"),
        ("TDP-43", "TDP–43"),
        ("TDP43", "TDP-43"),
        ("TDP-43", "TDP 43 inclusions"),
        ("SOD1-linked", "familial (SOD1)"),
        ("C9orf72", "C9ORF72-ALS"),
        ("AMX0035", "AMX-0035"),
        ("ASOs", "an ASO"),
        ("riluzole", "Riluzole's effect"),
        ("Sodium phenylbutyrate", "sodium  phenylbutyrate"),
        ("50mg", "50 mg"),
        ("5 mM and 4 IU", "5 mM or 4 IU"),
        ("FM1-43 dye", "FM1-43"),
        ("1990s", "the 1990s"),
        ("IL-1β", "IL-1β"),
        ("Nav1.6", "Nav1.6 channels"),
        ("[amyotrophic lateral sclerosis]", "it"),
        ("three drugs", "two drugs"),
    ],
)
def test_what_the_quote_says_is_not_missing(claim: str, quote: str) -> None:
    assert missing_terms(claim, [quote], names=NAMES) == ()


@pytest.mark.parametrize(
    ("claim", "quote", "expected"),
    [
        ("43 patients", "TDP-43", ("43",)),
        ("TDP-43", "43 patients", ("TDP-43",)),
        ("43", "FM1-43", ("43",)),
        ("5 mM", "5 M", ("5 mM",)),
        ("SOD1", "SOD10 and SOD2", ("SOD1",)),
        ("IL-1", "IL-1β", ("IL-1",)),
        ("Riluzole 5 mg", "Edaravone 5 mg", ("Riluzole",)),
        ("50 %", "50 mg", ("50 %",)),
        ("0.05", "0.5", ("0.05",)),
        ("72", "72.5R", ("72",)),
        ("mTOR and mTOR", "TOR", ("mTOR",)),
        ("[300 mg]", "mg", ("300 mg",)),
        ("5 mg of AMX0035", "", ("AMX0035", "5 mg")),
    ],
)
def test_what_no_quote_says_is_missing(claim: str, quote: str, expected: tuple[str, ...]) -> None:
    assert missing_terms(claim, [quote], names=NAMES) == expected


def test_each_term_may_stand_in_another_quote() -> None:
    assert missing_terms("SOD1 in 12%", ["SOD1", "12%"]) == ()
    assert missing_terms("SOD1", []) == ("SOD1",)


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_claim_that_is_its_quote_misses_nothing(text: str) -> None:
    assert missing_terms(text, [text], names=NAMES) == ()


@given(st.text("aAS1403-–−.,% mgkμ/", max_size=40), st.text("aA1 -.,%", max_size=10))
def test_another_quote_never_makes_more_missing(claim: str, quote: str) -> None:
    few, more = missing_terms(claim, [quote]), missing_terms(claim, [quote, claim])

    assert set(more) <= set(few)
    assert more == ()
