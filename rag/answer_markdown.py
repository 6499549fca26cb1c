"""An answer as Markdown: its JSON in, text for a document, a mail or an issue out.

Markers become links to the references below; what comes from documents or from the question is
escaped, so that none of it is read as Markdown or HTML.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_SPECIAL = re.compile(r"[\\`*_\[\]<>|~&$]|(?<=https)(?=://)|(?<=http)(?=://)|(?<=www)(?=\.)")
_BLOCK_START = re.compile(r"^(\d{0,9})([#+.)=-])")
_MANY_AUTHORS = 6


def answer_to_markdown(answer: Mapping[str, Any], *, level: int = 2) -> str:
    """The question as a heading, the answer, its notices, and its references with their quotes.

    Args:
        answer: as `rag.answer_json` gives it, and as it is stored.
        level: of the heading, 1 to 6.
    """
    blocks = [f"{'#' * level} {_opening(answer['question'])}"]
    prefix = answer["answer_id"]
    if answer["sentences"]:
        blocks.append(_sentences(answer["sentences"], prefix))
    blocks += [f"> {_notice(notice)}" for notice in answer["notices"]]
    if answer["references"]:
        lines = [line for one in answer["references"] for line in _reference(one, prefix)]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def _sentences(sentences: Sequence[Mapping[str, Any]], prefix: str) -> str:
    listing = any(one["kind"] == "record" for one in sentences)
    shown = (f"{_opening(one['text'])} {_markers(one, prefix)}" for one in sentences)
    return "\n".join(f"- {one}" for one in shown) if listing else " ".join(shown)


def _markers(sentence: Mapping[str, Any], prefix: str) -> str:
    numbers = dict.fromkeys(one["n"] for one in sentence["citations"])
    return "".join(f"[\\[{n}\\]](#{prefix}-{n})" for n in numbers)


def _notice(notice: Mapping[str, Any]) -> str:
    text = _opening(notice["text"])
    return f"{text} <{notice['url']}>" if notice["url"] else text


def _reference(reference: Mapping[str, Any], prefix: str) -> Iterator[str]:
    n = reference["n"]
    authors = reference["authors"]
    named = ", ".join(authors[:_MANY_AUTHORS]) + (", et al" if len(authors) > _MANY_AUTHORS else "")
    parts = [
        named or "authors not given",
        reference["title"] or "title not given",
        reference["container"] or "journal or book not given",
        str(reference["year"] or "year not given"),
    ]
    said = " ".join(part if part[-1] in ".?!" else f"{part}." for part in map(_plain, parts))
    labels = (("pmid", "PMID"), ("pmcid", "PMCID"), ("doi", "DOI"))
    given = [f"{label} {_plain(reference[name])}" for name, label in labels if reference[name]]
    ids = ", ".join(given) or "no PMID or DOI given"
    links = ", ".join(f"[{_plain(one['label'])}](<{one['url']}>)" for one in reference["links"])
    status = _plain(reference["status"].replace("_", " "))
    head = f'<a id="{prefix}-{n}"></a>{n}. {said} {ids}. Status: {status}.'
    yield f"{head} {links}".rstrip()
    if reference["listed_in"]:
        yield f"   Listed on {_plain(reference['listed_in'])}; its text is not in the library."
    for span in reference["spans"]:
        yield f"   > “{_plain(span['quote'])}”\n"


def _plain(text: str) -> str:
    """The text on one line, with what Markdown and HTML would read as their own escaped."""
    return _SPECIAL.sub(r"\\\g<0>", " ".join(text.split()))


def _opening(text: str) -> str:
    """The same for a text that begins a block: it begins no list, heading or rule."""
    return _BLOCK_START.sub(r"\1\\\2", _plain(text))
