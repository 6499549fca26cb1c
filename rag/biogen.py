"""An answer as TREC BioGen takes it (2025, task B): sentences with the PMIDs that support them.

Source: https://trec-biogen.github.io/docs: at most three PMIDs a sentence, at most 250 words.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from rag.reference_records import ReferenceRecord

_MOST_CITATIONS = 3
_MOST_WORDS = 250
BIOGEN = "biogen"
MEDIA_TYPE = "application/json"


def write_biogen(answer: dict[str, Any], records: Sequence[ReferenceRecord]) -> str:
    """One line of a run file.

    The first three PMIDs of a sentence are kept, and sentences as long as all of them together have
    no more than 250 words; none is cut. A paper without a PMID cannot be cited there, so a sentence
    that rests on such papers alone has no citation. Team and topic are the caller's to put in: the
    topic is the answer's id.

    Args:
        answer: as it is stored.
        records: the papers that it cites, by its numbers.
    """
    pmids: dict[int, str | None] = {one["n"]: one["pmid"] for one in answer["references"]}
    pmids |= {one.n: one.identifiers.pmid for one in records if one.identifiers.pmid}
    run = {
        "metadata": {
            "team_id": "alsqa",
            "run_id": f"alsqa-{answer['receipt']['composer']}",
            "topic_id": answer["answer_id"],
        },
        "responses": list(_responses(answer["sentences"], pmids)),
    }
    return json.dumps(run, ensure_ascii=False) + "\n"


def _responses(
    sentences: list[dict[str, Any]], pmids: dict[int, str | None]
) -> Iterator[dict[str, Any]]:
    words = 0
    for sentence in sentences:
        words += len(sentence["text"].split())
        if words > _MOST_WORDS:
            return
        cited = [pmids.get(one["n"]) for one in sentence["citations"]]
        unique = [one for one in dict.fromkeys(cited) if one]
        yield {"text": sentence["text"], "citations": unique[:_MOST_CITATIONS]}
