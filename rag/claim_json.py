"""A checked claim as JSON: our own shape, and that of TREC BioGen's task A."""

from collections.abc import Sequence
from typing import Any

from rag.answer_json import standing_to_dict
from rag.claims import ClaimCheck, ClaimPassage

VERDICT_WORDS = {
    "supported": "Supported",
    "contradicted": "Contradicted",
    "mixed": "Mixed: passages for and against it",
    "not_judged": "Passages found, not judged",
    "nothing_found": "Nothing found",
}


def claim_to_dict(check: ClaimCheck) -> dict[str, Any]:
    """The check in the documented shape; every value is a JSON type."""
    receipt = check.quoted.receipt
    return {
        "claim": check.claim,
        "filters": check.quoted.filters.to_dict(),
        "verdict": check.verdict,
        "sentences": [
            {
                "text": one.text,
                "verdict": one.verdict,
                "supporting": [_passage(each) for each in one.supporting],
                "contradicting": [_passage(each) for each in one.contradicting],
                "not_judged": [_passage(each) for each in one.not_judged],
            }
            for one in check.sentences
        ],
        "notices": [
            {"kind": one.kind, "text": one.text, "url": one.url} for one in check.quoted.notices
        ],
        "build_id": receipt.build_id,
        "as_of": receipt.as_of.isoformat(),
    }


def claim_to_biogen(check: ClaimCheck) -> dict[str, Any]:
    """As a run of TREC 2025 BioGen, task A: at most three PMIDs a sentence and side, as numbers.

    Papers without a PMID, and those that were retracted or are in doubt, are not cited.
    """
    return {
        "metadata": {"claim": check.claim, "build_id": check.quoted.receipt.build_id},
        "answer": [
            {
                "text": one.text,
                "supported_citations": _pmids(one.supporting),
                "contradicted_citations": _pmids(one.contradicting),
            }
            for one in check.sentences
        ],
    }


def _pmids(passages: Sequence[ClaimPassage]) -> list[int]:
    pmids = (one.reference.identifiers.pmid for one in passages if one.bears_a_verdict)
    return [int(one) for one in dict.fromkeys(pmids) if one]


def _passage(passage: ClaimPassage) -> dict[str, Any]:
    reference, span = passage.reference, passage.span
    probability = passage.probability
    return {
        "document_id": reference.document_id,
        "pmid": reference.identifiers.pmid,
        "pmcid": reference.identifiers.pmcid,
        "doi": reference.identifiers.doi,
        "title": reference.title,
        "container": reference.container,
        "year": reference.year,
        **standing_to_dict(reference.standing),
        "chunk_id": span.chunk_id,
        "section": passage.section,
        "start": span.start,
        "end": span.end,
        "quote": span.quote,
        "probability": None if probability is None else round(probability, 4),
    }
