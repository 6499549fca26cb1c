import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.parsers.paper_draft import PaperDraft
from index.parsers.references.text import (
    add_abstract,
    paragraphs,
    plain,
    split_copyright,
    unwrapped,
    without_leading_word,
)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("10<sup>6</sup> cells", "10^6 cells"),
        ("10<SUP>6</SUP> of H<sub>2</sub>O", "10^6 of H2O"),
        ("x<sup>a+b c</sup>", "x^(a+b c)"),
        ("<i>in vivo</i> and <jats:italic>in vitro</jats:italic>", "in vivo and in vitro"),
        ("p<0.05 and n>3", "p<0.05 and n>3"),
        ("if a <b and c> d", "if a <b and c> d"),
        ('a <span style="font-variant:small-caps;">b</span> c', "a b c"),
        ("R&amp;D &lt; &alpha;-synuclein", "R&D < α-synuclein"),
        ("&lt;i&gt;SOD1&lt;/i&gt; &amp;lt; 5 &amp;#x3b2;", "SOD1 < 5 β"),
        ("AT&T, a&b; c", "AT&T, a&b; c"),
        ("a\u00a0b\n  c\x00\x1f", "a b c"),
        ("soft\u00adware", "software"),
        ("10<sup>6", "10^6"),
        ("10</sup>6<sub/>7", "1067"),
        ("", ""),
    ],
)
def test_tags_and_entities_of_a_title_are_resolved(written: str, read: str) -> None:
    assert plain(written) == read


def test_mathml_is_written_on_a_line_and_its_twin_in_tex_left_out() -> None:
    formula = (
        '<mml:math xmlns:mml="http://www.w3.org/1998/Math/MathML"><mml:msup><mml:mn>10</mml:mn>'
        "<mml:mn>6</mml:mn></mml:msup></mml:math>"
    )
    both = f"<jats:alternatives><jats:tex-math>$$10^{{6}}$$</jats:tex-math>{formula}</jats:alternatives>"

    assert plain(f"a {formula} b") == "a 10^6 b"
    assert plain(f"a {both} b") == "a 10^6 b"
    assert plain("a <tex-math>$x$</tex-math>") == "a x"


def test_broken_mathml_loses_none_of_its_text() -> None:
    assert "10" in plain("a <math><msup><mn>10</mn></math> b")


def test_headings_part_an_abstract_and_the_heading_abstract_does_not() -> None:
    text = (
        "<jats:title>Abstract</jats:title>\n<jats:sec>\n  <jats:title>Background:</jats:title>\n"
        "  <jats:p>One\n  line.</jats:p></jats:sec><jats:sec><jats:title>Methods</jats:title>"
        "<jats:p>First.</jats:p><jats:p>Second <jats:bold>bold</jats:bold>.</jats:p></jats:sec>"
    )

    assert paragraphs(text) == [
        ("Background", "One line."),
        ("Methods", "First.\nSecond bold."),
    ]
    assert paragraphs("<h4>Aim</h4>To see.<h4>Results</h4>Seen.") == [
        ("Aim", "To see."),
        ("Results", "Seen."),
    ]


def test_lines_of_an_abstract_without_blocks_are_its_paragraphs() -> None:
    assert paragraphs("One.\n\n Two <i>x</i>.\r\nThree.") == [(None, "One.\nTwo x.\nThree.")]
    assert paragraphs(" \n ") == []


def test_list_items_stand_on_lines_of_their_own() -> None:
    text = (
        "<p>Risks:</p><list><list-item><p>falls</p></list-item><list-item>cramps</list-item></list>"
    )

    assert paragraphs(text) == [(None, "Risks:\nfalls\ncramps")]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Abstract Background: x", "Background: x"),
        ("ABSTRACT: We saw", "We saw"),
        ("Abstract\nWe saw", "We saw"),
        ("Abstract", ""),
        ("Abstract.", ""),
        ("Abstract reasoning declines", "Abstract reasoning declines"),
        ("Abstraction declines", "Abstraction declines"),
    ],
)
def test_the_word_abstract_is_no_part_of_an_abstract(written: str, read: str) -> None:
    assert without_leading_word(written) == read


@pytest.mark.parametrize(
    ("body", "rights"),
    [
        ("We saw it.", "© 2019 Elsevier Ltd. All rights reserved."),
        ("We saw it.", "Copyright © 2019 Elsevier Ltd."),
        ("We saw it (n=3).", "(c) 2011 by the authors."),
        ("Was it seen?", "Crown Copyright (C) 2010 Published by Elsevier B.V."),
        ("We saw it.", "Copyright 2014 S. Karger AG, Basel"),
    ],
)
def test_a_copyright_line_at_the_end_is_parted_from_the_abstract(body: str, rights: str) -> None:
    assert split_copyright(f"{body} {rights}") == (body, rights)


@pytest.mark.parametrize(
    "text",
    [
        "We studied copyright law of 2019.",
        "Groups (a) and (c) 2019 patients were seen.",
        "© 2019 Elsevier stands first." + " It goes on." * 60,
        "The rights (© 1999) were seen." + " It goes on." * 60,
        "Copyright in general.",
    ],
)
def test_what_is_no_copyright_line_stays_in_the_abstract(text: str) -> None:
    assert split_copyright(text) == (text, None)


def test_an_abstract_goes_to_the_draft_part_by_part() -> None:
    draft = PaperDraft()

    add_abstract(draft, "<h4>Aim</h4>To see.<h4>RESULTS</h4>Seen. © 2020 The Authors.")

    assert [(one.name, one.text) for one in draft.sections] == [
        ("Abstract: Aim", "To see."),
        ("Abstract: Results", "Seen."),
    ]
    assert draft.copyright == "© 2020 The Authors."


def test_broken_lines_are_joined_and_sentences_end_paragraphs() -> None:
    assert (
        unwrapped("a line that\n  goes on.\nAnother\n\n one.")
        == "a line that goes on.\nAnother\none."
    )


@settings(deadline=None, max_examples=100)
@given(
    st.lists(
        st.sampled_from(
            [
                *("<sup>", "</sup>", "<sub>", "<p>", "</p>", "<title>", "</title>", "<jats:p>"),
                *("<math>", "</math>", "<tex-math>", "</tex-math>", "$", "<!--", "-->", "<i", ">"),
                *("&lt;", "&#0;", "&#xD800;", "&amp;gt;", "2", "x ", "\n", "\ud800"),
            ]
        )
    )
)
def test_any_markup_gives_clean_lines(pieces: list[str]) -> None:
    text = "".join(pieces)

    assert plain(text) == " ".join(plain(text).split())
    for heading, body in paragraphs(text):
        assert body
        assert all(line == " ".join(line.split()) and line for line in body.split("\n"))
        assert heading is None or heading.strip()
        body.encode()
