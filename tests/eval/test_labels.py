import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.dataset import Gold
from eval.labels import Labels, Place, locate, share_met
from index.build_reader import Build
from rag.pipeline import Pipeline
from tests.eval.samples import CARRIERS, RILUZOLE, SLOWS, TOFERSEN, case, small_library
from tests.fakes import HashingEmbedder
from tests.rag.examples import index_files

LUMBAR = "It is given by lumbar puncture every month."
BLANKS = st.text(st.sampled_from(" \n\t\r\u00a0\u2009"), min_size=1, max_size=3)
PLACES = st.builds(
    lambda document_id, start, length: Place(document_id, start, start + length),
    st.sampled_from([RILUZOLE, TOFERSEN]),
    st.integers(0, 30),
    st.integers(1, 20),
)


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    pipeline = Pipeline(small_library(tmp_path_factory.mktemp("library")), HashingEmbedder())
    with pipeline.live.lease() as build:
        yield build
    pipeline.close()


def labels(build: Build, *gold: Gold) -> Labels:
    return locate(case(gold=gold), build)


def text_at(build: Build, place: Place | None) -> str:
    assert place is not None
    return build.document(place.document_id).text[place.start : place.end]


def test_quotes_are_found_where_they_stand(build: Build) -> None:
    found = labels(build, Gold(RILUZOLE, SLOWS), Gold(TOFERSEN, CARRIERS))

    assert found.stale == ()
    assert [text_at(build, place) for place in found.places] == [SLOWS, CARRIERS]
    assert found.found == list(found.places)


def test_a_quote_is_found_across_the_lines_of_the_file(build: Build) -> None:
    found = labels(build, Gold(TOFERSEN, LUMBAR))

    assert " ".join(text_at(build, found.places[0]).split()) == LUMBAR


@given(st.lists(BLANKS, min_size=8, max_size=8))
def test_how_a_quote_is_wrapped_makes_no_difference(build: Build, blanks: list[str]) -> None:
    words = LUMBAR.split()
    wrapped = "".join(f"{word}{blank}" for word, blank in zip(words, blanks, strict=True))

    assert labels(build, Gold(TOFERSEN, wrapped)) == labels(build, Gold(TOFERSEN, LUMBAR))


@given(st.data())
def test_any_words_of_a_document_are_found_in_it(build: Build, data: st.DataObject) -> None:
    text = build.document(TOFERSEN).text
    words = list(re.finditer(r"\S+", text))
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, len(words) - 1))
    quote = text[words[first].start() : words[last].end()]

    found = labels(build, Gold(TOFERSEN, quote))

    assert text_at(build, found.places[0]) == quote
    assert found.stale == ()


def test_a_quote_that_is_not_in_its_document_is_stale(build: Build) -> None:
    found = labels(build, Gold(RILUZOLE, CARRIERS), Gold(TOFERSEN, CARRIERS))

    assert found.places[0] is None
    assert found.stale == (f"pmid:11111111 does not say {CARRIERS!r} any more",)
    assert [text_at(build, place) for place in found.found] == [CARRIERS]


@pytest.mark.parametrize(
    "quote",
    [
        SLOWS.lower(),
        SLOWS.replace("most", "many"),
        SLOWS.replace(" ", ""),
        SLOWS.replace(".", "!"),
        SLOWS.replace("Riluzole", ".*"),
    ],
)
def test_a_quote_that_differs_in_more_than_blanks_is_stale(build: Build, quote: str) -> None:
    assert labels(build, Gold(RILUZOLE, quote)).stale


def test_a_document_that_is_not_in_the_library_makes_a_label_stale(build: Build) -> None:
    found = labels(build, Gold("pmid:99999999", SLOWS))

    assert (found.places, found.stale) == ((None,), ("pmid:99999999 is not in the library",))


def test_a_case_without_quotes_has_no_labels(build: Build) -> None:
    assert labels(build) == Labels((), ())


@pytest.mark.parametrize("source", ["doi:10.1234/abc", "pmcid:PMC123", RILUZOLE])
def test_a_paper_is_found_by_any_of_its_identifiers(
    tmp_path_factory: pytest.TempPathFactory, source: str
) -> None:
    text = f"# Notes\n\nPMID: 11111111\n\nPMCID: PMC123\n\nDOI: 10.1234/abc\n\n{SLOWS}\n"
    settings = index_files(tmp_path_factory.mktemp("library"), {"a.txt": text})
    pipeline = Pipeline(settings, HashingEmbedder())

    with pipeline.live.lease() as build:
        found = labels(build, Gold(source, SLOWS))
    pipeline.close()

    assert [place.document_id for place in found.found] == [RILUZOLE]


def test_a_passage_is_named_by_document_and_offsets() -> None:
    assert Place(RILUZOLE, 3, 10).passage == "pmid:11111111:3-10"


@pytest.mark.parametrize(
    ("one", "other", "meets"),
    [
        (Place("a", 0, 10), Place("a", 0, 10), True),
        (Place("a", 0, 10), Place("a", 5, 100), True),
        (Place("a", 0, 10), Place("a", 6, 16), False),
        (Place("a", 0, 100), Place("a", 98, 102), True),
        (Place("a", 0, 100), Place("a", 99, 102), False),
        (Place("a", 0, 10), Place("a", 10, 20), False),
        (Place("a", 0, 10), Place("b", 0, 10), False),
    ],
)
def test_places_meet_that_have_half_of_the_shorter_in_common(
    one: Place, other: Place, *, meets: bool
) -> None:
    assert one.meets(other) is meets


@given(PLACES, PLACES)
def test_meeting_is_mutual_and_holds_for_what_lies_inside(one: Place, other: Place) -> None:
    assert one.meets(other) == other.meets(one)
    assert one.meets(one)
    if one.document_id == other.document_id and one.start <= other.start and other.end <= one.end:
        assert one.meets(other)


def test_a_share_counts_places_that_are_met() -> None:
    first, second = Place("a", 0, 10), Place("a", 20, 30)

    assert share_met([first, second], [Place("a", 0, 8)]) == 0.5
    assert share_met([first, second], [Place("a", 0, 30)]) == 1.0
    assert share_met([first], []) == 0.0
