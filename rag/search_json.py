"""What a search finds as JSON: the one shape that is printed and sent over HTTP."""

import dataclasses
from typing import Any

from index.build_reader import Build
from rag.answer_json import standing_to_dict
from rag.models import Passage, Search


def search_to_dict(search: Search, build: Build, *, limit: int) -> dict[str, Any]:
    """The best passages with what is known of their papers; every value is a JSON type."""
    return {
        "question": search.question,
        "build_id": search.build_id,
        "corrections": [dataclasses.asdict(one) for one in search.corrections],
        "also_searched": [dataclasses.asdict(one) for one in search.also_searched],
        "nothing_left": search.nothing_left,
        "results": [_hit(one, build) for one in search.passages[:limit]],
    }


def _hit(passage: Passage, build: Build) -> dict[str, Any]:
    document = build.document(passage.document_id)
    return {
        "document_id": passage.document_id,
        "chunk_id": passage.chunk_id,
        "section": passage.section,
        "page": document.page_at(passage.start),
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
        "score": round(passage.score, 4),
        "found_by": {
            "dense": {"score": round(passage.similarity, 4), "rank": passage.dense_rank},
            "lexical": {"score": round(passage.lexical, 4), "rank": passage.lexical_rank},
            "terms": list(passage.matched),
        },
        "title": document.title,
        "container": document.container,
        "year": document.year,
        "pmid": document.identifiers.pmid,
        "pmcid": document.identifiers.pmcid,
        "doi": document.identifiers.doi,
        "same_work": build.same_work(passage.document_id),
        **standing_to_dict(build.standing(document.document_id, document.identifiers)),
    }
