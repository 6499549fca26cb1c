"""A stored answer in, the draft of a case for the eval set out: somebody then reads and mends it."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from eval.case_form import TODO
from eval.yaml_lines import parse_yaml, read_yaml
from index.errors import SettingsError
from index.safe_files import replace_text

_STOP = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "do",
        "does",
        "for",
        "how",
        "in",
        "is",
        "it",
        "of",
        "on",
        "or",
        "the",
        "to",
        "was",
        "were",
        "what",
        "which",
        "who",
    ]
)
_WORDS = 6
_ABSTAINED = {
    "insufficient_evidence": "unanswerable",
    "out_of_scope": "off_topic",
    "personal_medical": "personal",
    "crisis": "personal",
}


def draft_case(answer: Mapping[str, Any], *, taken: Sequence[str] = ()) -> tuple[str, str]:
    """The kind, and the YAML of one entry of `cases`, of an answer in its JSON shape.

    Quotes are those that the answer cites; whether they are right is for the reader to say, and
    `intent` has to be put into words.
    """
    kind = _kind(answer)
    entry: dict[str, Any] = {
        "id": _free_id(answer["question"], taken),
        "question": answer["question"],
        "intent": f"{TODO}: what is asked, in a few words",
    }
    if kind == "answerable":
        entry["form"] = "single_fact"
        entry["gold"] = _gold(answer)
    elif kind == "bibliographic":
        entry["papers"] = [_paper(reference) for reference in answer["references"]]
    elif kind == "personal":
        entry["status"] = [answer["status"]]
    text = yaml.safe_dump([entry], sort_keys=False, allow_unicode=True, width=1_000)
    return kind, text


def add_draft(path: Path, kind: str, draft: str) -> None:
    """Put a draft at the end of a file of cases of its kind, which is made where there is none.

    Raises:
        SettingsError: the file cannot be read, holds another kind, or is written so that nothing
            can be put at its end.
    """
    if not path.exists():
        path.write_text(f"kind: {kind}\ncases:\n{draft}", encoding="utf-8")
        return
    match read_yaml(path).content:
        case {"kind": str(known), "cases": list(cases)} if known == kind:
            pass
        case _:
            raise SettingsError(f"{path} holds no cases of kind {kind}.", "Name another with --to.")
    held = path.read_text(encoding="utf-8")
    text = held + ("" if held.endswith("\n") else "\n") + draft
    elsewhere = "Leave out --to, and put the draft where it belongs."
    try:
        content = parse_yaml(text, path).content
    except SettingsError as error:
        raise SettingsError(f"Nothing can be added at the end of {path}.", elsewhere) from error
    if len(content["cases"]) != len(cases) + 1:
        raise SettingsError(f"Nothing can be added at the end of {path}.", elsewhere)
    replace_text(path, text)


def _kind(answer: Mapping[str, Any]) -> str:
    if answer["status"] in _ABSTAINED:
        return _ABSTAINED[answer["status"]]
    kinds = {sentence["kind"] for sentence in answer["sentences"]}
    return "bibliographic" if kinds == {"record"} else "answerable"


def _gold(answer: Mapping[str, Any]) -> list[dict[str, str]]:
    papers = {reference["document_id"]: _paper(reference) for reference in answer["references"]}
    return [
        {"source": papers[span["document_id"]], "quote": " ".join(span["quote"].split())}
        for reference in answer["references"]
        for span in reference["spans"]
        if span["document_id"] in papers
    ]


def _paper(reference: Mapping[str, Any]) -> str:
    for name in ("pmid", "pmcid", "doi"):
        if reference[name]:
            return f"{name}:{reference[name]}"
    return str(reference["document_id"])


def _free_id(question: str, taken: Sequence[str]) -> str:
    plain = unicodedata.normalize("NFKD", question).encode("ascii", "ignore").decode().lower()
    words = [word for word in re.findall(r"[a-z0-9]+", plain) if word not in _STOP]
    name = "-".join(words[:_WORDS])[:60].strip("-") or "case"
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    return free
