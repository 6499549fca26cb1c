from decimal import Decimal

import pytest

from rag.quantities import find_quantities, plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("50 mg twice daily", [("50", "mg")]),
        ("5mg, 2.5 mg/kg and 10 µg", [("5", "mg"), ("2.5", "mg/kg"), ("10", "μg")]),
        ("10 mcg per mL", [("10", "μg/ml")]),
        ("100 mg/day", [("100", "mg")]),
        ("1,000 of 12,345,678", [("1000", None), ("12345678", None)]),
        ("5 per 100 000 and 100\u2009000", [("5", None), ("100000", None), ("100000", None)]),
        ("in 2019, 100 patients", [("2019", None), ("100", None)]),
        ("−2.5 (95%CI: -0.5 to .4)", [("-2.5", None), ("95", "%"), ("-0.5", None), ("0.4", None)]),
        ("HR 0·65", [("0.65", None)]),
        ("50 per cent, 50percent, 50 %", [("50", "%")] * 3),
        ("a 24-month-old, 2-fold", [("24", "month"), ("2", "fold")]),
        ("20th, 2 yrs, 7 d, 8 h", [("20", None), ("2", "year"), ("7", "day"), ("8", "hour")]),
        ("5 mM is not 5 mm or 5 M", [("5", "mM"), ("5", "mm"), ("5", "M")]),
        ("3–5", [("3", None), ("5", None)]),
        ("SOD1 and C9orf72", []),
        ("three years", []),
    ],
)
def test_numbers_are_read_with_their_units(
    text: str, expected: list[tuple[str, str | None]]
) -> None:
    found = [(one.value, one.unit) for one in find_quantities(plain(text))]

    assert found == [(Decimal(value), unit) for value, unit in expected]


@pytest.mark.parametrize("text", ["3–5 years", "3 to 5 years", "1, 3 and 5 years"])
def test_numbers_of_a_series_share_its_unit(text: str) -> None:
    assert {one.shared_unit for one in find_quantities(plain(text))} == {"year"}


@pytest.mark.parametrize(
    ("claimed", "quoted", "expected"),
    [
        ("50 mg", "50 mg", True),
        ("50.0 mg", "50 mg", True),
        ("50 mg", "50 g", False),
        ("50 mg", "50", False),
        ("50", "50 mg", True),
        ("3 years", "3 to 5 years", True),
        ("3 months", "3 to 5 years", False),
        ("2.5", "-2.5", True),
        ("-2.5", "2.5", False),
        ("-2.5", "\u22122.5", True),
    ],
)
def test_number_is_in_a_text_with_the_same_unit(claimed: str, quoted: str, expected: bool) -> None:
    claim, quote = (find_quantities(plain(text))[0] for text in (claimed, quoted))

    assert claim.is_in(quote) is expected


def test_offsets_are_those_of_the_plain_text() -> None:
    text = plain("Of 1,000 people, 50 per cent")

    assert [text[one.start : one.end] for one in find_quantities(text)] == ["1000", "50 %"]
