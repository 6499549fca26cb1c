from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from index.build_reader import Build
from index.identifiers import Identifiers
from index.publication_status import NOT_CHECKED, KnownNote, Standing, StatusNote
from rag.models import Answer, AnswerSentence, Citation, Notice
from rag.pipeline import Pipeline
from rag.references import links_of
from rag.verification import check_answer
from tests.rag.examples import (
    QUESTIONS,
    faults_of,
    found_ids,
    with_sentence,
    with_span,
)

INVENTED = (
    "See PMID 12345678.",
    "See PMID: 12345678",
    "see pmid12345678 for more",
    "It stands in PMC7654321.",
    "Compare 10.5555/invented.2020.",
    "Read https://example.org/paper for more.",
    "Read http://pubmed.ncbi.nlm.nih.gov/30101496/ for more.",
)


@pytest.fixture
def recent_answer(fda_answer: Answer) -> Answer:
    """One that was given soon after its sources: nothing is to be said of their age."""
    receipt = replace(fda_answer.receipt, as_of=datetime(2022, 1, 1, tzinfo=UTC))
    return replace(fda_answer, receipt=receipt, notices=())


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_answer_on_the_default_library_passes(
    default_pipeline: Pipeline, default_build: Build, question: str
) -> None:
    answer = default_pipeline.answer(question)

    assert faults_of(answer, default_build) == []
    assert "check_failed" not in [notice.kind for notice in answer.notices]
    assert answer.sentences or answer.notices


def test_a_marker_without_a_reference_is_reported(fda_answer: Answer, default_build: Build) -> None:
    citation = replace(fda_answer.sentences[0].citations[0], n=9)

    faults = faults_of(with_sentence(fda_answer, 0, citations=(citation,)), default_build)

    assert "markers in order of use are [9, 2], references are [1, 2]" in faults


def test_a_reference_that_nothing_cites_is_reported(
    fda_answer: Answer, default_build: Build
) -> None:
    broken = replace(fda_answer, sentences=fda_answer.sentences[:1])

    faults = faults_of(broken, default_build)

    assert faults == ["markers in order of use are [1], references are [1, 2]"]


def test_numbers_that_do_not_follow_first_use_are_reported(
    fda_answer: Answer, default_build: Build
) -> None:
    broken = replace(
        fda_answer,
        sentences=fda_answer.sentences[::-1],
        references=fda_answer.references[::-1],
    )

    faults = faults_of(broken, default_build)

    assert faults == ["markers [2, 1] are not numbered by first use"]


def test_a_span_that_its_reference_does_not_list_is_reported(
    fda_answer: Answer, default_build: Build
) -> None:
    without_spans = replace(fda_answer.references[0], spans=())
    broken = replace(fda_answer, references=(without_spans, *fda_answer.references[1:]))

    faults = faults_of(broken, default_build)

    assert faults == ["a span of marker [1] is not one of its reference's"]


def test_a_span_under_the_wrong_paper_is_reported(fda_answer: Answer, default_build: Build) -> None:
    first, second = fda_answer.references
    swapped = (replace(second, n=1), replace(first, n=2))

    faults = faults_of(replace(fda_answer, references=swapped), default_build)

    assert "a span of marker [1] is not one of its reference's" in faults


def test_a_reference_whose_span_lies_in_another_document_is_reported(
    fda_answer: Answer, default_build: Build
) -> None:
    first, second = fda_answer.references
    broken = replace(fda_answer, references=(replace(first, document_id="pmid:1"), second))

    faults = faults_of(broken, default_build)

    assert faults == [
        "reference 1 is not as the library records that paper",
        "a span of reference 1 lies in another document",
    ]


@given(left=st.integers(-3, 3), right=st.integers(-3, 3))
def test_offsets_that_are_off_are_reported(
    fda_answer: Answer, default_build: Build, left: int, right: int
) -> None:
    assume((left, right) != (0, 0))
    span = fda_answer.sentences[0].citations[0].span
    shifted = replace(span, start=span.start + left, end=span.end + right)

    faults = faults_of(with_span(fda_answer, span, shifted), default_build)

    assert faults == [
        f"the quote at {shifted.start}–{shifted.end} of {span.document_id} is not its text"
    ]


@given(data=st.data())
def test_a_quote_with_one_other_character_is_reported(
    fda_answer: Answer, default_build: Build, data: st.DataObject
) -> None:
    span = fda_answer.sentences[0].citations[0].span
    position = data.draw(st.integers(0, len(span.quote) - 1))
    letter = data.draw(st.sampled_from("aZ .é").filter(lambda one: one != span.quote[position]))
    changed = replace(span, quote=span.quote[:position] + letter + span.quote[position + 1 :])

    faults = faults_of(with_span(fda_answer, span, changed), default_build)

    assert any("is not its text" in fault for fault in faults)


def test_an_empty_quote_is_reported(fda_answer: Answer, default_build: Build) -> None:
    span = fda_answer.sentences[0].citations[0].span
    empty = replace(span, end=span.start, quote="")

    faults = faults_of(with_span(fda_answer, span, empty), default_build)

    assert f"the quote at {span.start}–{span.start} of {span.document_id} is not its text" in faults


def test_a_chunk_that_was_not_retrieved_is_reported(
    fda_answer: Answer, default_build: Build
) -> None:
    chunk_id = fda_answer.sentences[0].citations[0].span.chunk_id
    assert chunk_id is not None

    faults = faults_of(fda_answer, default_build, retrieved=found_ids(default_build) - {chunk_id})

    assert faults == [f"{chunk_id} was not retrieved"]


def test_a_record_whose_page_was_not_retrieved_is_reported(
    citing_answer: Answer, default_build: Build
) -> None:
    faults = faults_of(citing_answer, default_build, retrieved=set())

    assert faults == ["pmid:34372914 was not retrieved"] * 5


def test_a_claim_on_a_listed_paper_is_reported(citing_answer: Answer, default_build: Build) -> None:
    entry = citing_answer.sentences[0].citations[0].span.quote

    faults = faults_of(with_sentence(citing_answer, 0, kind="claim", text=entry), default_build)

    assert faults == ["a claim rests on a paper that is only listed"]


@pytest.mark.parametrize("text", INVENTED)
@pytest.mark.parametrize("kind", ["claim", "record"])
def test_an_invented_identifier_or_link_in_a_sentence_is_reported(
    fda_answer: Answer, default_build: Build, text: str, kind: str
) -> None:
    changed = f"{fda_answer.sentences[0].text} {text}"

    faults = faults_of(with_sentence(fda_answer, 0, text=changed, kind=kind), default_build)

    assert any("is not of one of its references" in fault for fault in faults)


@pytest.mark.parametrize("text", INVENTED)
def test_an_invented_identifier_or_link_in_a_notice_is_reported(
    fda_answer: Answer, default_build: Build, text: str
) -> None:
    broken = replace(fda_answer, notices=(*fda_answer.notices, Notice("holds", text)))

    faults = faults_of(broken, default_build)

    assert len(faults) == 1
    assert "is not of one of its references" in faults[0]


def test_identifiers_and_links_of_the_references_may_stand_in_notices(
    fda_answer: Answer, default_build: Build
) -> None:
    link = links_of(fda_answer.references[0].identifiers)[0].url
    text = f"PMID 34372914, PMC8353789, 10.1186/S40035-021-00250-5, {link}."

    faults = faults_of(
        replace(fda_answer, notices=(*fda_answer.notices, Notice("holds", text))), default_build
    )

    assert faults == []


def test_an_identifier_of_a_reference_that_another_paper_has_is_reported(
    fda_answer: Answer, default_build: Build
) -> None:
    first, second = fda_answer.references
    identifiers = Identifiers(pmid="30101496")
    other = replace(first, identifiers=identifiers, links=links_of(identifiers))
    broken = replace(
        fda_answer,
        references=(other, second),
        notices=(*fda_answer.notices, Notice("holds", "PMID 34372914 is held.")),
    )

    assert faults_of(broken, default_build) == [
        "reference 1 is not as the library records that paper",
        "pmid 34372914 is not of one of its references",
    ]


@pytest.mark.parametrize(
    ("old", "new", "number"),
    [("1995", "1996", "1996"), ("1995", "19950", "19950")],
)
def test_an_altered_number_in_a_claim_is_reported(
    recent_answer: Answer, default_build: Build, old: str, new: str, number: str
) -> None:
    text = recent_answer.sentences[1].text.replace(old, new)

    faults = faults_of(with_sentence(recent_answer, 1, text=text), default_build)

    assert faults == [f"the number {number} of a claim is not in its quotes"]


@pytest.mark.parametrize(
    "changes",
    [
        {"text": "The only drugs are two.", "dropped": "To date, riluzole and edaravone are "},
        {"expanded": ("a meaning that does not stand there",)},
    ],
)
def test_words_left_out_or_put_in_as_they_may_not_be_are_reported(
    fda_answer: Answer, default_build: Build, changes: dict[str, object]
) -> None:
    assert faults_of(with_sentence(fda_answer, 0, **changes), default_build) != []


def test_an_abbreviation_that_is_explained_as_its_source_does_not_is_reported(
    fda_answer: Answer, default_build: Build
) -> None:
    text = fda_answer.sentences[0].text.replace("ALS", "ALS [another lasting state]")
    broken = with_sentence(fda_answer, 0, text=text, expanded=("another lasting state",))

    assert faults_of(broken, default_build) == [
        "a claim explains an abbreviation as its source does not"
    ]


def test_a_number_of_a_quote_that_is_written_otherwise_is_no_quote(
    recent_answer: Answer, default_build: Build
) -> None:
    text = recent_answer.sentences[1].text.replace("1995", "1,995")

    faults = faults_of(with_sentence(recent_answer, 1, text=text), default_build)

    assert faults == ["a claim that is said to be verbatim is not its quote"]


def test_a_marker_in_a_claim_that_its_source_does_not_have_is_reported(
    fda_answer: Answer, default_build: Build
) -> None:
    text = f"{fda_answer.sentences[0].text} [3]"

    faults = faults_of(with_sentence(fda_answer, 0, text=text), default_build)

    assert faults == ["a claim has a marker in its text"]


@pytest.mark.parametrize("kind", ["claim", "record"])
def test_a_sentence_without_a_citation_is_reported(
    fda_answer: Answer, default_build: Build, kind: str
) -> None:
    uncited = AnswerSentence("Nothing bears this.", kind, (), None)  # type: ignore[arg-type]
    broken = replace(fda_answer, sentences=(*fda_answer.sentences, uncited))

    assert faults_of(broken, default_build) == [f"a {kind} has no citation"]


@pytest.mark.parametrize("text", ["", "  \n\t "])
def test_an_empty_sentence_is_reported(fda_answer: Answer, default_build: Build, text: str) -> None:
    assert faults_of(with_sentence(fda_answer, 0, text=text), default_build) == [
        "a sentence is empty"
    ]


def test_a_paper_that_is_listed_twice_is_reported(
    recent_answer: Answer, default_build: Build
) -> None:
    again = replace(recent_answer.references[0], n=3)
    sentence = replace(
        recent_answer.sentences[0],
        citations=(Citation(3, recent_answer.sentences[0].citations[0].span),),
    )
    broken = replace(
        recent_answer,
        sentences=(*recent_answer.sentences, sentence),
        references=(*recent_answer.references, again),
    )

    assert faults_of(broken, default_build) == ["a paper is listed twice"]


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://example.org/?term=als", "example.org"),
        (
            "https://pubmed.ncbi.nlm.nih.gov.example.org/?term=als",
            "pubmed.ncbi.nlm.nih.gov.example.org",
        ),
        ("https://pubmed.ncbi.nlm.nih.gov/30101496/", "pubmed.ncbi.nlm.nih.gov"),
        ("http://pubmed.ncbi.nlm.nih.gov/?term=als", "pubmed.ncbi.nlm.nih.gov"),
        ("javascript:alert(1)", "None"),
    ],
)
def test_a_notice_that_links_elsewhere_than_the_pubmed_search_is_reported(
    fda_answer: Answer, default_build: Build, url: str, host: str
) -> None:
    broken = replace(
        fda_answer, notices=(*fda_answer.notices, Notice("pubmed_search", "More.", url))
    )

    assert faults_of(broken, default_build) == [f"a notice links to {host}"]


def test_every_fault_of_an_answer_is_reported(fda_answer: Answer, default_build: Build) -> None:
    broken = with_sentence(fda_answer, 0, text="")
    broken = with_sentence(broken, 1, text="In 1999, PMC7654321 said so.")

    faults = faults_of(broken, default_build)

    assert "a sentence is empty" in faults
    assert "the number 1999 of a claim is not in its quotes" in faults
    assert "pmcid PMC7654321 is not of one of its references" in faults


def test_another_drug_in_a_claim_is_reported(fda_answer: Answer, default_build: Build) -> None:
    text = fda_answer.sentences[0].text.replace("riluzole", "tofersen")

    assert faults_of(with_sentence(fda_answer, 0, text=text), default_build)


@pytest.mark.parametrize("link", ["HTTPS://EXAMPLE.ORG/x", "www.example.org/x"])
def test_an_invented_link_in_another_form_is_reported(
    fda_answer: Answer, default_build: Build, link: str
) -> None:
    broken = replace(
        fda_answer, notices=(*fda_answer.notices, Notice("holds", f"Read {link} for more."))
    )

    assert faults_of(broken, default_build)


def test_a_reference_with_another_papers_identifier_is_reported(
    fda_answer: Answer, default_build: Build
) -> None:
    first, second = fda_answer.references
    wrong = replace(
        first, identifiers=replace(first.identifiers, pmid="30101496"), links=first.links
    )
    wrong = replace(wrong, links=links_of(wrong.identifiers))

    faults = faults_of(replace(fda_answer, references=(wrong, second)), default_build)

    assert faults == ["reference 1 is not as the library records that paper"]


def test_a_reference_with_another_year_is_reported(
    fda_answer: Answer, default_build: Build
) -> None:
    first, second = fda_answer.references
    wrong = replace(second, year=1995)

    faults = faults_of(replace(fda_answer, references=(first, wrong)), default_build)

    assert faults == ["reference 2 is not as the library records that paper"]


_DOUBT = Standing(
    "retracted", (KnownNote(StatusNote("retracted"), "a list", "2026-05-04"),), "2026-05-04"
)
_WARNING = Notice("standing", "Cited paper retracted: “A perspective on therapies”.")


def _as_retracted(answer: Answer) -> Answer:
    """The answer as if its first paper were retracted, without a warning."""
    first, *others = answer.references
    return replace(answer, references=(replace(first, standing=_DOUBT), *others))


def _faults_where_the_first_paper_is_retracted(answer: Answer, build: Build) -> list[str]:
    retracted = answer.references[0].document_id
    return check_answer(
        answer,
        document=build.document,
        retrieved=found_ids(build),
        standing=lambda document_id, _names: _DOUBT if document_id == retracted else NOT_CHECKED,
    )


def test_a_standing_that_is_not_the_papers_is_reported(
    recent_answer: Answer, default_build: Build
) -> None:
    warned = replace(_as_retracted(recent_answer), notices=(_WARNING,))

    assert faults_of(warned, default_build) == [
        "reference 1 is shown as retracted, which it is not"
    ]
    assert _faults_where_the_first_paper_is_retracted(recent_answer, default_build) == [
        "reference 1 is shown as not_checked, which it is not"
    ]


def test_a_standing_with_another_note_or_time_is_reported(
    recent_answer: Answer, default_build: Build
) -> None:
    warned = replace(_as_retracted(recent_answer), notices=(_WARNING,))
    first, *others = warned.references
    later = replace(_DOUBT, checked_at="2026-05-05")
    without_notes = replace(_DOUBT, notes=())

    for wrong in (later, without_notes):
        shown = replace(warned, references=(replace(first, standing=wrong), *others))
        assert _faults_where_the_first_paper_is_retracted(shown, default_build) == [
            "reference 1 is shown as retracted, which it is not"
        ]


def test_a_retracted_paper_that_is_warned_of_passes(
    recent_answer: Answer, default_build: Build
) -> None:
    warned = replace(_as_retracted(recent_answer), notices=(_WARNING,))

    assert _faults_where_the_first_paper_is_retracted(warned, default_build) == []


@pytest.mark.parametrize(
    "notices",
    [(), (Notice("left_out", "Left out of the evidence."),), (Notice("holds", "Retracted."),)],
)
def test_a_retracted_paper_without_its_warning_is_reported(
    recent_answer: Answer, default_build: Build, notices: tuple[Notice, ...]
) -> None:
    unwarned = replace(_as_retracted(recent_answer), notices=notices)

    assert _faults_where_the_first_paper_is_retracted(unwarned, default_build) == [
        "a paper that is retracted or in doubt is cited without a warning"
    ]


def test_one_warning_for_two_retracted_papers_is_reported(
    recent_answer: Answer, default_build: Build
) -> None:
    references = tuple(replace(one, standing=_DOUBT) for one in recent_answer.references)
    answer = replace(recent_answer, references=references, notices=(_WARNING,))

    faults = check_answer(
        answer,
        document=default_build.document,
        retrieved=found_ids(default_build),
        standing=lambda *_names: _DOUBT,
    )

    assert faults == ["a paper that is retracted or in doubt is cited without a warning"]
