import pytest
from lxml import etree

from index.parsers.table_text import table_lines
from index.parsers.xml_reading import text_of


@pytest.mark.parametrize(
    ("table", "lines"),
    [
        ("<tr><td>a</td><td>b</td></tr><tr><td>c</td></tr>", ["a | b", "c"]),
        ("<tr><td>a</td><td/><td>b</td><td/></tr><tr><td/></tr>", ["a |  | b"]),
        (
            "<thead><tr><th rowspan='2'>G</th><th colspan='2'>H</th></tr><tr><th>x</th><th>y</th></tr>"
            "</thead><tbody><tr><td>1</td><td>2</td><td>3</td></tr></tbody>",
            ["G | H", "G | x | y", "1 | 2 | 3"],
        ),
        (
            "<tr><td>a</td><td rowspan='3'>b</td></tr><tr><td>c</td></tr><tr/><tr><td>d</td></tr>",
            ["a | b", "c | b", " | b", "d"],
        ),
        (f"<tr><td rowspan='2'>{'w' * 201}</td><td>x</td></tr><tr><td>y</td></tr>",
         [f"{'w' * 201} | x", " | y"]),
        ("<tgroup><tbody><row><entry morerows='1'>a</entry><entry>b</entry></row>"
         "<row><entry>c</entry></row></tbody></tgroup>", ["a | b", "a | c"]),
        ("<tr><td colspan='x' rowspan='-1'>a</td></tr>", ["a"]),
    ],
)  # fmt: skip
def test_rows_as_lines(table: str, lines: list[str]) -> None:
    assert table_lines(etree.fromstring(f"<table>{table}</table>"), text_of) == lines


def test_table_that_claims_to_be_vast_stays_small() -> None:
    table = (
        "<table>"
        + "<tr><td colspan='99999' rowspan='99999'>a</td><td>b</td></tr>" * 50
        + "</table>"
    )

    lines = table_lines(etree.fromstring(table), text_of)

    assert len(lines) == 50
    assert sum(map(len, lines)) < 50_000
