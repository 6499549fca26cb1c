import pytest
from lxml import etree

from index.parsers.mathml import mathml_text, tex_text


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        ("<mi>x</mi><mo>=</mo><mn>5</mn>", "x = 5"),
        ("<msup><mn>10</mn><mn>6</mn></msup>", "10^6"),
        ("<msup><mn>10</mn><mrow><mo>−</mo><mn>6</mn></mrow></msup>", "10^(− 6)"),
        ("<msub><mi>x</mi><mi>i</mi></msub>", "x_i"),
        ("<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>", "x_i^2"),
        ("<msub><mi>P</mi><msub><mi>x</mi><mi>i</mi></msub></msub>", "P_(x_i)"),
        ("<mfrac><mrow><mi>a</mi><mo>+</mo><mn>1</mn></mrow><mi>b</mi></mfrac>", "(a + 1) / b"),
        ("<msqrt><mi>x</mi></msqrt><mroot><mi>y</mi><mn>3</mn></mroot>", "sqrt(x) root(y, 3)"),
        ("<mover><mi>x</mi><mo>¯</mo></mover>", "x\u0304"),
        ("<munderover><mo>∑</mo><mi>i</mi><mi>n</mi></munderover>", "∑_i^n"),
        ("<mfenced><mi>a</mi><mi>b</mi></mfenced>", "(a, b)"),
        ("<mfenced open='[' close=']' separators=''><mi>a</mi><mo>+</mo></mfenced>", "[a +]"),
        ("<mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr><mtr><mtd><mn>3</mn></mtd></mtr></mtable>", "1 2; 3"),
        ("<mn>0</mn><mo>.</mo><mn>05</mn>", "0.05"),
        ("<mi>f</mi><mo>\u2061</mo><mo>(</mo><mi>x</mi><mo>)</mo>", "f (x)"),
        ("<semantics><mi>x</mi><annotation>y</annotation></semantics>", "x"),
        ("<mspace/><mphantom><mi>x</mi></mphantom>", ""),
        ("<msup><mi>x</mi></msup>", "x"),
    ],
)  # fmt: skip
def test_formula_on_one_line(inner: str, text: str) -> None:
    plain = etree.fromstring(f"<math>{inner}</math>")
    named = etree.fromstring(f"<math xmlns='http://www.w3.org/1998/Math/MathML'>{inner}</math>")

    assert (mathml_text(plain), mathml_text(named)) == (text, text)


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        ("\\documentclass{minimal}\\begin{document}\n$$ x^2 $$\n\\end{document}", "x^2"),
        ("$y$", "y"),
        ("\\(z\\)", "z"),
        ("a + b", "a + b"),
    ],
)
def test_tex_without_its_frame(tex: str, text: str) -> None:
    assert tex_text(tex) == text
