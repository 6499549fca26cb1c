import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.parsers.references.latex import decode_identifier, decode_latex
from index.parsers.references.text import plain


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        ("no LaTeX at all", "no LaTeX at all"),
        ("The {ALS} {Gene} of {{Mice}}", "The ALS Gene of Mice"),
        (r"{\'e} \'e \'{\i} {\v c} {\c{c}} \ss {\L}ukasz \o{} \AA ngstr\"om", None),
        (r"M{\"u}ller {\&} S{\"o}hne", "Müller & Söhne"),
        (r"50\% of a\_b \#1", "50% of a_b #1"),
        ("50% of & all #1", "50% of & all #1"),
        (r"50% of $\alpha$", "50% of α"),
        (r"{\textless}i{\textgreater}C. elegans{\textless}/i{\textgreater}", "C. elegans"),
        (r"$\beta$-cells, $p < 0.05$, $\geq$5, $\approx$100$\%$", "β-cells, p < 0.05, ≥5, ≈100%"),
        (r"10$^{6}$ and 10$^{-6}$ and $10^6$", "10^6 and 10^-6 and 10^6"),
        (r"{{H}$_{\textrm{2}}${O}} and Ca\textsuperscript{2+}", "H2O and Ca^2+"),
        (r"$x^{a+b c}$ and $x_i^2$", "x^(a+b c) and xi^2"),
        (r"5$^\circ$C, 5\,$^{\circ}$C", "5°C, 5 °C"),
        (r"costs $500 and $600, or $5/$6", "costs $500 and $600, or $5/$6"),
        (r"\textit{in vivo} \emph{x} {\it y}", "in vivo x y"),
        (r"\textalpha-synuclein, 5 \textmu m \textpm 2", "α-synuclein, 5 μm ±2"),
        (r"one--two --- ``three''", "one–two — “three”"),
        (r"\url{https://example.org/a_b}", "https://example.org/a_b"),
        (r"$\mathbf{A}$ and $\frac{1}{2}$", "A and 1/2"),
        (r"\textcopyright 2019", "©2019"),
    ],
)
def test_latex_becomes_characters(latex: str, text: str | None) -> None:
    expected = "é é í č ç ßŁukasz ø Ångström" if text is None else text

    assert plain(decode_latex(latex)) == expected


@pytest.mark.parametrize(
    ("latex", "kept"),
    [
        (r"5 \SI{5}{\milli\gram}", ["milli", "gram", "5"]),
        (r"see \cite{smith2020}", ["smith2020"]),
        (r"\unknown{foo} bar", ["unknown", "foo", "bar"]),
        (r"a path C:\data", [r"C:\data"]),
        (r"\href{https://example.org}{here}", ["https://example.org", "here"]),
        (r"an open {brace and \%", ["an open", "brace and %"]),
        (r"$\begin{pmatrix}0 & 1\end{pmatrix}$ and $\alpha$", ["pmatrix", "0 & 1", "α"]),
        ("a lone $ and a \\", ["a lone $ and a"]),
    ],
)
def test_what_is_not_understood_is_kept_as_it_is_written(latex: str, kept: list[str]) -> None:
    decoded = decode_latex(latex)

    assert [one for one in kept if one not in decoded] == []


def test_identifiers_are_unescaped_and_otherwise_left_alone() -> None:
    written = r"10.1002/(SICI)1097{\_}a\_b--c{\textless}1::AID{\textgreater}~x\%"

    assert decode_identifier(written) == "10.1002/(SICI)1097_a_b--c<1::AID>~x%"


@settings(deadline=None, max_examples=100)
@given(
    st.lists(
        st.sampled_from(
            [
                *("{", "}", "$", "$$", "%", "&", "#", "^", "_", "\\", "\\\\", "~", "\n", " ", "--"),
                *("a", "7", "ü", "<", r"\alpha", r"\textsuperscript", r"\foo", r"\'", r"\begin{x}"),
                *(r"\end{x}", r"\%", r"\$", r"\(", r"\]", r"\cite{k1}", r"\frac"),
            ]
        ),
        max_size=20,
    )
)
def test_no_letter_or_digit_of_any_latex_is_lost(pieces: list[str]) -> None:
    latex = "".join(pieces)

    decoded = iter(unicodedata.normalize("NFKD", decode_latex(latex)))

    without_commands = re.sub(r"\\(?:[A-Za-z]+\*?|.)", "", latex, flags=re.DOTALL)
    letters = [one for one in unicodedata.normalize("NFKD", without_commands) if one.isalnum()]
    assert all(letter in decoded for letter in letters)
