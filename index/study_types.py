"""What kind of study a paper reports, as its publication types and MeSH terms say.

Names of publication types and descriptors are NLM's (MeSH 2026). A paper may be of several kinds;
of none where its source gives neither.
"""

from collections.abc import Collection
from typing import Literal, get_args

from index.models import Document

StudyType = Literal[
    "trial",
    "meta_analysis",
    "review",
    "observational",
    "case_report",
    "guideline",
    "animal",
    "in_vitro",
]
STUDY_TYPES: tuple[StudyType, ...] = get_args(StudyType)

_BY_PUBLICATION_TYPE: dict[StudyType, tuple[str, ...]] = {
    "trial": ("clinical trial", "randomized controlled trial", "controlled clinical trial"),
    "meta_analysis": ("meta-analysis", "network meta-analysis"),
    "review": ("review", "systematic review", "scoping review"),
    "observational": ("observational study", "multicenter study", "twin study"),
    "case_report": ("case reports", "case report"),
    "guideline": ("guideline", "practice guideline", "consensus development conference"),
}
_TRIAL_PREFIXES = ("clinical trial, phase", "clinical trial,", "pragmatic clinical trial")
_BY_DESCRIPTOR: dict[StudyType, tuple[str, ...]] = {
    "observational": ("cohort studies", "case-control studies", "cross-sectional studies"),
    "animal": ("disease models, animal",),
    "in_vitro": (
        *("in vitro techniques", "cells, cultured", "cell line", "cell line, tumor"),
        *("organoids", "primary cell culture", "hek293 cells", "induced pluripotent stem cells"),
    ),
}
_ANIMALS, _HUMANS = "animals", "humans"


def study_types(document: Document) -> tuple[StudyType, ...]:
    """The kinds of study that the paper is, in a fixed order."""
    return study_types_of(document.publication_types, document.mesh_terms)


def study_types_of(
    publication_types: Collection[str], mesh_terms: Collection[str] = ()
) -> tuple[StudyType, ...]:
    """The kinds of study that these names stand for, in a fixed order."""
    kinds = {one.casefold() for one in publication_types}
    descriptors = {one.split("/")[0].strip("* ").casefold() for one in mesh_terms}
    return tuple(one for one in STUDY_TYPES if _is_of(one, kinds, descriptors))


def _is_of(kind: StudyType, types: Collection[str], descriptors: Collection[str]) -> bool:
    if any(one in types for one in _BY_PUBLICATION_TYPE.get(kind, ())):
        return True
    if any(one in descriptors for one in _BY_DESCRIPTOR.get(kind, ())):
        return True
    if kind == "trial":
        return any(one.startswith(_TRIAL_PREFIXES) for one in types)
    # A study on people may use animals beside; PubMed calls one on animals alone so.
    return kind == "animal" and _ANIMALS in descriptors and _HUMANS not in descriptors
