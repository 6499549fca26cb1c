"""References out: of a stored answer and of the library, as files that other programs read."""

import logging
from bisect import bisect_right
from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from api.dependencies import HistoryDep, PipelineDep, Reader
from api.requests import AnswerFormat, ReferencesIn
from api.schemas import PROBLEMS
from index.errors import BuildError, LibraryError, LockedError, ModelError
from rag.biogen import BIOGEN, MEDIA_TYPE, write_biogen
from rag.pipeline import Pipeline
from rag.reference_formats import FORMATS
from rag.reference_records import ReferenceRecord
from rag.reference_sources import answer_records, library_ids, library_records

logger = logging.getLogger(__name__)

_FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The references as a file.",
        "content": {one.media_type: {} for one in FORMATS.values()},
    }
}

router = APIRouter(prefix="/api/v1", tags=["references"], dependencies=[Reader], responses=PROBLEMS)


@router.get(
    "/answers/{answer_id}/references",
    response_class=Response,
    responses={200: {**_FILE[200], "content": _FILE[200]["content"] | {MEDIA_TYPE: {}}}},
)
def export_answer(
    answer_id: str,
    history: HistoryDep,
    pipeline: PipelineDep,
    name: Annotated[AnswerFormat, Query(alias="format")],
) -> Response:
    """The papers that a stored answer cites, each once, under its numbers.

    What the library says of a paper now is exported; where it no longer holds it, what is stored.
    `biogen` is the answer as TREC BioGen takes it.
    """
    answer = history.answer(answer_id)
    records = _records(answer, pipeline)
    if name == BIOGEN:
        return _file(write_biogen(answer, records), MEDIA_TYPE, f"alsqa-{answer_id}.biogen.json")
    form = FORMATS[name]
    return _file(form.write(records), form.media_type, f"alsqa-{answer_id}{form.suffix}")


@router.get("/references", response_class=Response, responses=_FILE)
def export_library(
    request: Request, query: Annotated[ReferencesIn, Query()], pipeline: PipelineDep
) -> Response:
    """The documents of the library that the filters leave, page by page, in the order of their ids.

    Where there are more, the header `Link` has the address of the next page.
    """
    with pipeline.live.lease() as build:
        ids = library_ids(build, query.to_filters())
        start = 0 if query.cursor is None else bisect_right(ids, query.cursor)
        shown = ids[start : start + query.limit]
        records = library_records(build, shown, first=start + 1)
    form = FORMATS[query.format]
    reply = _file(form.write(records), form.media_type, f"alsqa-library{form.suffix}")
    if ids[start + query.limit :]:
        given = [pair for pair in request.query_params.multi_items() if pair[0] != "cursor"]
        address = f"{request.url.path}?{urlencode([*given, ('cursor', shown[-1])])}"
        reply.headers["Link"] = f'<{address}>; rel="next"'
    return reply


def _records(answer: dict[str, Any], pipeline: Pipeline) -> Sequence[ReferenceRecord]:
    try:
        with pipeline.live.peek() as build:
            return answer_records(answer, build)
    except (BuildError, LibraryError, LockedError, ModelError) as error:
        logger.warning("references are exported as they were stored: %s", error.problem)
        return answer_records(answer, None)


def _file(text: str, media_type: str, name: str) -> Response:
    return Response(
        text.encode(),
        media_type=f"{media_type}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
