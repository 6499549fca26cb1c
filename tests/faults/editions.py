"""Editions of one small corpus: every sentence says of which it is, so a mixture shows."""

import re
from pathlib import Path

QUESTION = "Does riluzole prolong survival?"
_PAPERS = 12
_EDITION = re.compile(r"\bedition (\w+)")


def write_edition(folder: Path, edition: str) -> None:
    """Write the folder anew: papers of all editions, one of this alone, two files of one paper."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for number in range(_PAPERS):
        (folder / f"paper{number:02}.md").write_text(_paper(number, edition), encoding="utf-8")
    only = (
        f"# Only here\n\nDOI: 10.1000/{edition}\n\nRiluzole is named in edition {edition} alone.\n"
    )
    (folder / f"{edition}.md").write_text(only, encoding="utf-8")
    copy = _paper(0, edition).replace("DOI: 10.1000/paper0", "PMID: 1000\n\nDOI: 10.1000/paper0")
    (folder / "second-file.md").write_text(copy, encoding="utf-8")
    (folder / "broken.txt").write_bytes(b"\x00" + edition.encode())


def editions_of(text: str) -> set[str]:
    """The editions that a text names."""
    return set(_EDITION.findall(text))


def _paper(number: int, edition: str) -> str:
    findings = "\n\n".join(
        f"## Finding {part}\n\nIn edition {edition} riluzole prolonged survival in trial {number}{part}. "
        f"In edition {edition} trial {number}{part} lasted for {part + 6} months."
        for part in range(4)
    )
    return f"# Riluzole and survival, trial {number}\n\nDOI: 10.1000/paper{number}\n\n{findings}\n"
