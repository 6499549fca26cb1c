from dataclasses import replace

import pytest

from index.study_types import study_types
from tests.index.samples import make_document


@pytest.mark.parametrize(
    ("publication_types", "mesh_terms", "kinds"),
    [
        (["Journal Article"], [], ()),
        (["Randomized Controlled Trial", "Journal Article"], ["Humans"], ("trial",)),
        (["Clinical Trial, Phase III"], [], ("trial",)),
        (["Clinical Trial Protocol"], [], ()),
        (["Systematic Review", "Meta-Analysis"], [], ("meta_analysis", "review")),
        (["Case Reports"], ["Humans", "Male"], ("case_report",)),
        (["Practice Guideline"], [], ("guideline",)),
        ([], ["Cohort Studies", "Humans"], ("observational",)),
        ([], ["Animals", "Mice"], ("animal",)),
        ([], ["Animals", "Humans"], ()),
        ([], ["Animals", "Humans", "Disease Models, Animal/metabolism"], ("animal",)),
        ([], ["*Cells, Cultured", "Humans"], ("in_vitro",)),
        (["review"], ["In Vitro Techniques"], ("review", "in_vitro")),
    ],
)
def test_kinds_of_study_follow_from_publication_types_and_descriptors(
    publication_types: list[str], mesh_terms: list[str], kinds: tuple[str, ...]
) -> None:
    document = replace(
        make_document("A text."),
        publication_types=tuple(publication_types),
        mesh_terms=tuple(mesh_terms),
    )

    assert study_types(document) == kinds
