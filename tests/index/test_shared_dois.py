from collections.abc import Sequence
from dataclasses import replace

import pytest

from index.document_json import document_to_json
from index.identifiers import Identifiers
from index.library_rows import SourceHead
from index.models import Document
from index.shared_dois import PartedSources, are_clearly_different_titles, part_shared_dois
from tests.index.samples import parse_one

DOI = "10.1000/book"
SURVIVAL = "Survival of people with motor neuron disease on riluzole"
SWALLOWING = "Swallowing and nutrition in patients with bulbar weakness"
_SURVIVAL_BODY = "Riluzole prolonged survival by three months in both of the large trials of it."
_SWALLOWING_BODY = (
    "Thickened fluids and a feeding tube keep the weight of most patients for a year."
)


class Texts:
    """Sources by path."""

    def __init__(self) -> None:
        self.documents: dict[str, Document] = {}

    def titles(self, heads: Sequence[SourceHead]) -> tuple[str | None, ...]:
        return tuple(self.documents[head.path].title for head in heads)

    def records(self, heads: Sequence[SourceHead]) -> tuple[str, ...]:
        return tuple(document_to_json(self.documents[head.path]) for head in heads)


def source(
    texts: Texts, path: str, title: str | None, body: str = "", *, doi: str = DOI, **names: str
) -> SourceHead:
    document = parse_one(f"# {title}\n\n## Text\n\n{body}\n".encode(), path="paper.md")
    identifiers = Identifiers(doi=doi, **names)
    texts.documents[path] = replace(document, title=title, identifiers=identifiers)
    return SourceHead(path, 0, identifiers.document_id or "", identifiers, f"record of {path}")


def dois(parted: PartedSources) -> dict[str, str | None]:
    return {head.path: head.identifiers.doi for head in parted.heads}


def test_later_of_two_texts_with_one_doi_is_kept_without_it() -> None:
    texts = Texts()
    heads = [
        source(texts, "b.pdf", SWALLOWING, _SWALLOWING_BODY),
        source(texts, "a.pdf", SURVIVAL, _SURVIVAL_BODY),
    ]

    parted = part_shared_dois(heads, texts)

    assert dois(parted) == {"a.pdf": DOI, "b.pdf": None}
    assert parted.heads[1].document_id.startswith("sha256:")
    ((key, reason),) = parted.reasons.items()
    assert key.path == "b.pdf"
    assert reason.startswith(
        f"it gives DOI {DOI}, as a.pdf does, but its title and text are others."
    )


def test_sources_of_one_later_text_stay_together() -> None:
    texts = Texts()
    heads = [
        source(texts, "a.pdf", SURVIVAL, _SURVIVAL_BODY),
        source(texts, "b.pdf", SWALLOWING, _SWALLOWING_BODY),
        source(texts, "c.ris", f"{SWALLOWING}."),
        source(texts, "d.ris", SURVIVAL.upper()),
    ]

    parted = part_shared_dois(heads, texts)

    assert dois(parted) == {"a.pdf": DOI, "b.pdf": None, "c.ris": None, "d.ris": DOI}
    assert parted.heads[1].document_id == parted.heads[2].document_id


def test_later_text_with_a_pmid_keeps_that() -> None:
    texts = Texts()
    heads = [source(texts, "a", SURVIVAL), source(texts, "b", SWALLOWING, pmid="2")]

    parted = part_shared_dois(heads, texts)

    assert parted.heads[1].identifiers == Identifiers(pmid="2")
    assert parted.heads[1].document_id == "pmid:2"


@pytest.mark.parametrize(
    ("title", "body"),
    [
        pytest.param(None, _SWALLOWING_BODY, id="no title"),
        pytest.param("Swallowing in bulbar", _SWALLOWING_BODY, id="short title"),
        pytest.param(
            "Das Schlucken und die Ernährung bei Kranken mit Bulbärparalyse",
            _SWALLOWING_BODY,
            id="title in another language",
        ),
        pytest.param("延髄麻痺 患者 嚥下 栄養", _SWALLOWING_BODY, id="title in another script"),
        pytest.param(f"Reply to the letter on: {SURVIVAL}", _SWALLOWING_BODY, id="like titles"),
        pytest.param(SWALLOWING, _SURVIVAL_BODY, id="one body"),
        pytest.param(SWALLOWING, f"{SURVIVAL}. {_SWALLOWING_BODY}", id="begins with the title"),
    ],
)
def test_in_doubt_an_equal_doi_is_one_paper(title: str | None, body: str) -> None:
    texts = Texts()
    heads = [source(texts, "a", SURVIVAL, _SURVIVAL_BODY), source(texts, "b", title, body)]

    assert part_shared_dois(heads, texts) == PartedSources(tuple(heads), {})


def test_an_equal_pmid_is_one_paper_whatever_the_titles() -> None:
    texts = Texts()
    heads = [source(texts, "a", SURVIVAL, pmid="1"), source(texts, "b", SWALLOWING, pmid="1")]

    assert part_shared_dois(heads, texts) == PartedSources(tuple(heads), {})


def test_other_dois_are_not_looked_at() -> None:
    texts = Texts()
    heads = [source(texts, "a", SURVIVAL), source(texts, "b", SWALLOWING, doi="10.1000/other")]

    assert part_shared_dois(heads, texts).reasons == {}


@pytest.mark.parametrize(
    ("one", "other", "different"),
    [
        (SURVIVAL, SWALLOWING, True),
        (SURVIVAL, f"{SURVIVAL}: a trial", False),
        ("Überleben mit der Krankheit bei den Alten", "Das Gewicht von Kranken im Winter", True),
        (SURVIVAL, "Supervivencia de los pacientes con esclerosis lateral en el hospital", False),
        (SURVIVAL, "ALS SOD1 TDP-43 FUS", False),
        (SURVIVAL, None, False),
    ],
)
def test_titles_are_different_only_within_a_language(
    one: str, other: str | None, different: bool
) -> None:
    assert are_clearly_different_titles(one, other) is different
    assert are_clearly_different_titles(other, one) is different
