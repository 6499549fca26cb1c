"""A small public set, and replies that were written after its sentences."""

import json
from pathlib import Path
from typing import Any

from eval.faults.replies import digest_of

QUOTES = (
    "Riluzole prolonged survival by 3 months in 155 patients with ALS.",
    "Edaravone did not improve survival in mice with the SOD1 mutation.",
    "In ALS, tofersen lowered neurofilament in plasma.",
    "TDP-43 was found in motor neurons of patients with ALS.",
    "Patients with ALS who took lithium lost weight.",
)
REPLIES: tuple[dict[str, Any], ...] = (
    {
        "fold": "tuning",
        "paraphrase": "In 155 patients with ALS, riluzole prolonged survival by 3 months.",
        "swap": {"name": "riluzole", "other": "edaravone"},
        "opposite": "In 155 patients with ALS, riluzole shortened survival by 3 months.",
        "opposite_kind": "direction",
        "outside": "Riluzole is given as tablets and as a film that melts on the tongue.",
    },
    {
        "fold": "held out",
        "paraphrase": "Mice with the SOD1 mutation did not survive longer with edaravone.",
        "swap": {"name": "edaravone", "other": "velmotinib"},
        "opposite": "Mice with the SOD1 mutation did survive longer with edaravone.",
        "opposite_kind": "negation dropped",
        "outside": "Edaravone scavenges the radicals of oxygen in the brain.",
    },
    {
        "fold": "held out",
        "paraphrase": "Tofersen lowered neurofilament in the plasma of people with ALS.",
        "swap": None,
        "opposite": "Tofersen did not lower neurofilament in the plasma of people with ALS.",
        "opposite_kind": "negation added",
        "outside": "Tofersen is injected into the spine by a neurologist.",
    },
)


def write_made(folder: Path) -> Path:
    """The set "made" in the folder, and the file of replies beside it."""
    (folder / "made").mkdir()
    records = [
        {"id": str(n), "text": f"A first sentence. <i>{quote}</i>"}
        for n, quote in enumerate(QUOTES)
    ]
    _write(folder / "made" / "corpus.jsonl", records)
    lines = [
        {
            "n": n + 1,
            "set": "made",
            "document": str(n),
            "start": 18,
            "end": 18 + len(QUOTES[n]) + 7,
            "quote_sha256": digest_of(f"<i>{QUOTES[n]}</i>"),
            **reply,
        }
        for n, reply in enumerate(REPLIES)
    ]
    _write(folder / "replies.jsonl", lines)
    return folder / "replies.jsonl"


def _write(path: Path, lines: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
