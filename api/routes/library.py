"""`/api/v1/library` and `/api/v1/documents`: what is held, and its texts."""

import dataclasses
from typing import Any

from fastapi import APIRouter

from api.dependencies import PipelineDep, Reader
from api.schemas import PROBLEMS, DocumentOut, LibraryOut
from rag.answer_json import standing_to_dict
from rag.composition import holdings
from rag.references import links_of

router = APIRouter(prefix="/api/v1", tags=["library"], dependencies=[Reader], responses=PROBLEMS)

_MAX_SOURCES = 100


@router.get("/library", response_model=LibraryOut)
def read_library(pipeline: PipelineDep) -> dict[str, Any]:
    """How much the library holds, and its first documents."""
    with pipeline.live.lease() as build:
        documents = [build.document(one.document_id) for one in build.members[:_MAX_SOURCES]]
        return {
            **dataclasses.asdict(holdings(build)),
            "build_id": build.manifest.build_id,
            "sources": [
                {
                    "document_id": document.document_id,
                    "title": document.title,
                    "container": document.container,
                    "year": document.year,
                }
                for document in documents
            ],
        }


@router.get("/documents/{document_id:path}", response_model=DocumentOut)
def read_document(document_id: str, pipeline: PipelineDep) -> dict[str, Any]:
    """A document with its canonical text; offsets of spans count characters of it."""
    with pipeline.live.lease() as build:
        document = build.document(document_id)
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
