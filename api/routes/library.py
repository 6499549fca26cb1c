"""`/api/v1/library` and `/api/v1/documents`: what is held, and its texts."""

import dataclasses
from bisect import bisect_right
from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.dependencies import PipelineDep, Reader, ReembeddingDep
from api.requests import PageIn
from api.schemas import PROBLEMS, DocumentListOut, DocumentOut, LibraryOut
from index.background_reembedding import ReembeddingStatus
from index.build_reader import Build
from index.identifiers import normalise_document_id
from rag.answer_json import standing_to_dict
from rag.composition import holdings
from rag.references import links_of

router = APIRouter(prefix="/api/v1", tags=["library"], dependencies=[Reader], responses=PROBLEMS)

_MAX_SOURCES = 100


@router.get("/library", response_model=LibraryOut)
def read_library(pipeline: PipelineDep, reembedding: ReembeddingDep) -> dict[str, Any]:
    """How much the library holds, its first documents, and whether it is being embedded again."""
    with pipeline.live.lease() as build:
        return {
            **dataclasses.asdict(holdings(build)),
            "build_id": build.manifest.build_id,
            "sources": [_source(build, one.document_id) for one in build.members[:_MAX_SOURCES]],
            "reembedding": _on_its_way(reembedding),
        }


@router.get("/documents", response_model=DocumentListOut)
@router.get("/documents/", include_in_schema=False)
def list_documents(page: Annotated[PageIn, Query()], pipeline: PipelineDep) -> dict[str, Any]:
    """All documents, page by page, in the order of their ids.

    A cursor goes on after the same document even where the library has changed meanwhile.
    """
    with pipeline.live.lease() as build:
        ids = [one.document_id for one in build.members]
        start = 0 if page.cursor is None else bisect_right(ids, page.cursor)
        shown = ids[start : start + page.limit]
        return {
            "build_id": build.manifest.build_id,
            "total": len(ids),
            "documents": [_source(build, one) for one in shown],
            "next_cursor": shown[-1] if ids[start + page.limit :] else None,
        }


@router.get("/documents/{document_id:path}", response_model=DocumentOut)
def read_document(document_id: str, pipeline: PipelineDep) -> dict[str, Any]:
    """A document with its canonical text; offsets of spans count characters of it.

    The id may be any of the paper's identifiers, however it is written: `pmid:1`, `PMC1`,
    `doi:10.1/X`, `https://doi.org/10.1/X`.
    """
    with pipeline.live.lease() as build:
        document = build.document(normalise_document_id(document_id))
        standing = build.standing(document.document_id, document.identifiers)
        same_work = build.same_work(document.document_id)
    return {
        **dataclasses.asdict(document),
        "pmid": document.identifiers.pmid,
        "pmcid": document.identifiers.pmcid,
        "doi": document.identifiers.doi,
        **standing_to_dict(standing),
        "same_work": same_work,
        "links": [dataclasses.asdict(link) for link in links_of(document.identifiers)],
    }


def _on_its_way(status: ReembeddingStatus | None) -> dict[str, Any] | None:
    if status is None:
        return None
    return {**dataclasses.asdict(status), "detail": status.describe()}


def _source(build: Build, document_id: str) -> dict[str, Any]:
    document = build.document(document_id)
    return {
        "document_id": document.document_id,
        "title": document.title,
        "container": document.container,
        "year": document.year,
    }
