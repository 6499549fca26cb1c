import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from rag.answer_json import answer_to_dict
from rag.answer_markdown import answer_to_markdown
from rag.models import Answer, Notice

HOSTILE = (
    "<script>alert(1)</script>",
    "[click](javascript:alert(1))",
    "![x](http://example.org/x.png)",
    "**bold** _it_ `code` ~~no~~ &lt;b&gt; | a | $x$",
    "# heading",
    "1. item",
    "- item",
    "> quote",
    "---",
    "[1]: http://example.org",
    "line\nbreak\n\nparagraph",
    "back\\slash \\* and \\",
)


def tokens(markdown: str) -> Iterator[Token]:
    for block in MarkdownIt("commonmark").parse(markdown):
        yield block
        yield from block.children or ()


def asked(question: str) -> dict[str, Any]:
    return {
        "answer_id": "ans_1",
        "question": question,
        "sentences": [],
        "notices": [],
        "references": [],
    }


@pytest.mark.parametrize("text", HOSTILE)
def test_words_of_others_are_never_read_as_markdown(text: str) -> None:
    kinds = [one.type for one in tokens(answer_to_markdown(asked(text)))]

    assert kinds[:3] == ["heading_open", "inline", "text"]
    assert set(kinds) <= {"heading_open", "inline", "text", "text_special", "heading_close"}


@given(st.text(min_size=1).filter(str.strip))
def test_they_are_read_as_they_were_written(text: str) -> None:
    text = " ".join(text.replace("\0", "").split()) or "x"

    html = MarkdownIt("commonmark").render(answer_to_markdown(asked(text), level=1))

    shown = re.sub(r"</?h1>", "", html).strip()
    for entity, letter in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        shown = shown.replace(entity, letter)
    assert shown == text


def test_every_marker_leads_to_its_reference(fda_answer: Answer) -> None:
    markdown = answer_to_markdown(answer_to_dict(fda_answer))

    linked = set(re.findall(r"\]\(#([^)]+)\)", markdown))
    assert linked == set(re.findall(r'<a id="([^"]+)">', markdown)) != set()
    assert all(f"“{span.quote}”" in markdown for span in fda_answer.spans())
    for reference in fda_answer.references:
        for link in reference.links:
            assert f"](<{link.url}>)" in markdown


def test_an_abstention_says_what_its_notices_say(fda_answer: Answer) -> None:
    notice = Notice(
        "pubmed_search", "More may be there.", "https://pubmed.ncbi.nlm.nih.gov/?term=x"
    )
    silent = replace(fda_answer, sentences=(), references=(), notices=(notice,))

    markdown = answer_to_markdown(answer_to_dict(silent))

    assert markdown.endswith("> More may be there. <https://pubmed.ncbi.nlm.nih.gov/?term=x>\n")
