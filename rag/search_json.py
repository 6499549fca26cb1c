"""What a search finds as JSON: the one shape that is printed and sent over HTTP."""

from typing import Any

from index.build_reader import Build
from rag.answer_json import standing_to_dict
from rag.models import Search


def search_to_dict(search: Search, build: Build, *, limit: int) -> dict[str, Any]:
    """The best sentences with what is known of their papers; every value is a JSON type."""
    results = []
    for one in search.evidence[:limit]:
        document = build.document(one.document_id)
        results.append(
            {
                "document_id": one.document_id,
                "chunk_id": one.chunk_id,
                "section": one.section,
                "page": document.page_at(one.start),
                "start": one.start,
                "end": one.end,
                "text": one.text,
                "score": round(one.score, 4),
                "title": document.title,
                "container": document.container,
                "year": document.year,
                "pmid": document.identifiers.pmid,
                "pmcid": document.identifiers.pmcid,
                "doi": document.identifiers.doi,
                "same_work": build.same_work(one.document_id),
                **standing_to_dict(build.standing(document.document_id, document.identifiers)),
            }
        )
    return {"question": search.question, "build_id": search.build_id, "results": results}
