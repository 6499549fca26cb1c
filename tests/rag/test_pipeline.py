from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from index.build_paths import BuildPaths
from index.build_reader import Build
from index.embedding import Embedder
from index.embedding_models import load_embedder
from index.errors import ModelError, NoBuildError
from index.ingest import ingest
from index.publication_status import NOT_CHECKED, StatusKind, StatusNote
from index.settings import IndexSettings, read_settings
from rag.composition import Outcome, holdings
from rag.errors import InvariantError, QuestionError
from rag.models import Answer, Notice
from rag.pipeline import Pipeline, build_pipeline
from rag.references import Draft
from rag.settings import RagSettings
from rag.written import COMPOSER
from tests.fakes import HashingEmbedder
from tests.index.samples import NOW, hashing_embedder_for, pubmed_page
from tests.rag.examples import (
    FDA_QUESTION,
    faults_of,
    index_files,
    index_riluzole_page,
    note_standing,
)

QUESTION = "Does riluzole slow ALS?"
FILES = {"a.txt": "# Notes\n\nRiluzole slows ALS. Edaravone is new.\n"}
Change = Callable[[Draft], Draft]


class SpoiltPipeline(Pipeline):
    """A pipeline whose composer spoils the first draft, and may add a notice."""

    change: Change = staticmethod(lambda draft: draft)
    notices: tuple[Notice, ...] = ()

    def __init__(self, settings: RagSettings, embedder: Embedder) -> None:
        super().__init__(settings, embedder)
        composer = self._composer
        compose = composer.compose

        def spoil(*args: Any, **options: Any) -> Outcome:
            outcome = compose(*args, **options)
            drafts = [self.change(outcome.drafts[0]), *outcome.drafts[1:]]
            return replace(outcome, drafts=drafts, notices=self.notices)

        composer.compose = spoil  # type: ignore[method-assign]


@pytest.fixture
def settings(tmp_path: Path) -> RagSettings:
    return index_files(tmp_path, FILES)


@pytest.fixture
def pipeline(settings: RagSettings) -> Iterator[Pipeline]:
    pipeline = Pipeline(settings, HashingEmbedder())
    yield pipeline
    pipeline.close()


@pytest.fixture
def spoilt(settings: RagSettings) -> Iterator[SpoiltPipeline]:
    pipeline = SpoiltPipeline(settings, HashingEmbedder())
    yield pipeline
    pipeline.close()


def assert_withheld(answer: Answer) -> None:
    assert answer.status == "insufficient_evidence"
    assert [notice.kind for notice in answer.notices] == ["check_failed"]
    assert answer.sentences == ()
    assert answer.references == ()
    assert "withheld" in answer.text


def test_an_unspoilt_draft_comes_out(spoilt: SpoiltPipeline) -> None:
    answer = spoilt.answer(QUESTION)

    assert answer.status == "answered"
    assert [sentence.text for sentence in answer.sentences] == ["Riluzole slows ALS."]


@pytest.mark.parametrize(
    "change",
    [
        lambda draft: replace(draft, text="Riluzole slows ALS by 50 %."),
        lambda draft: replace(draft, text="Riluzole slows ALS, see PMID 12345678."),
        lambda draft: replace(draft, text="Riluzole slows ALS, see https://example.org/x."),
        lambda draft: replace(draft, text="Riluzole slows ALS [2]."),
        lambda draft: replace(draft, text=" "),
        lambda draft: replace(draft, spans=()),
        lambda draft: replace(draft, spans=(replace(draft.spans[0], quote="Riluzole cures ALS."),)),
        lambda draft: replace(
            draft, spans=(replace(draft.spans[0], start=draft.spans[0].start + 1),)
        ),
        lambda draft: replace(draft, spans=(replace(draft.spans[0], chunk_id="pmid:9#0000"),)),
    ],
    ids=[
        *("number", "identifier", "link", "marker", "empty", "uncited", "quote", "offset"),
        "not retrieved",
    ],
)
def test_an_answer_that_fails_its_checks_is_withheld(
    spoilt: SpoiltPipeline, change: Change
) -> None:
    spoilt.change = change

    assert_withheld(spoilt.answer(QUESTION))


@pytest.mark.parametrize(
    "notice",
    [
        Notice("holds", "It stands in PMC7654321."),
        Notice("pubmed_search", "More.", "https://example.org/?term=als"),
    ],
)
def test_an_answer_with_a_false_notice_is_withheld(spoilt: SpoiltPipeline, notice: Notice) -> None:
    spoilt.notices = (notice,)

    assert_withheld(spoilt.answer(QUESTION))


def test_a_withheld_answer_keeps_its_question_evidence_and_receipt(spoilt: SpoiltPipeline) -> None:
    spoilt.notices = (Notice("holds", "PMC7654321"),)

    answer = spoilt.answer(QUESTION, conversation_id="con_1")

    assert (answer.question, answer.conversation_id) == (QUESTION, "con_1")
    assert answer.evidence[0].text == "Riluzole slows ALS."
    assert "verify" in answer.receipt.timings_ms


def test_neither_question_nor_answer_is_logged_when_one_is_withheld(
    spoilt: SpoiltPipeline, caplog: pytest.LogCaptureFixture
) -> None:
    spoilt.notices = (Notice("holds", "PMC7654321"),)

    answer = spoilt.answer(QUESTION)

    assert answer.answer_id in caplog.text
    assert "1 faults" in caplog.text
    assert "iluzole" not in caplog.text
    assert "PMC7654321" not in caplog.text


def test_an_answer_says_how_it_was_made(settings: RagSettings) -> None:
    now = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    embedder = HashingEmbedder()
    pipeline = Pipeline(settings, embedder, clock=lambda: now)

    receipt = pipeline.answer(QUESTION).receipt
    pipeline.close()

    assert receipt.as_of == now
    assert receipt.build_id == BuildPaths(settings.data_dir).live_build_id()
    assert receipt.embedding_fingerprint == embedder.fingerprint
    assert receipt.composer == COMPOSER
    assert receipt.settings_hash == settings.fingerprint()
    assert receipt.runs_on == "this machine"
    assert set(receipt.timings_ms) == {
        *("embed_question", "retrieve", "evidence", "compose", "verify", "total"),
    }
    assert all(value >= 0 for value in receipt.timings_ms.values())


def test_the_same_question_gives_the_same_answer_under_another_id(
    default_pipeline: Pipeline,
) -> None:
    first, second = (default_pipeline.answer(FDA_QUESTION) for _ in range(2))

    assert first.answer_id != second.answer_id
    assert (first.sentences, first.references, first.evidence) == (
        second.sentences,
        second.references,
        second.evidence,
    )


def test_an_answer_does_not_depend_on_what_was_asked_before(
    default_settings: RagSettings, default_pipeline: Pipeline
) -> None:
    default_pipeline.answer("What is the capital of France?")
    fresh = Pipeline(default_settings, load_embedder())

    answers = [one.answer(FDA_QUESTION) for one in (default_pipeline, fresh)]
    fresh.close()

    assert answers[0].sentences == answers[1].sentences


def test_the_question_is_kept_with_its_white_space_set_right(pipeline: Pipeline) -> None:
    assert pipeline.answer("  Does riluzole\n slow\tALS? ").question == QUESTION


@pytest.mark.parametrize("question", ["", " ?! ", "a\x00b", "x" * 2_001])
def test_a_question_that_cannot_be_searched_raises(pipeline: Pipeline, question: str) -> None:
    with pytest.raises(QuestionError):
        pipeline.answer(question)


def test_settings_limit_question_and_sentences(tmp_path: Path) -> None:
    settings = index_files(tmp_path, FILES, max_question_chars=30, max_sentences=1)
    pipeline = Pipeline(settings, HashingEmbedder())

    assert len(pipeline.answer("riluzole or edaravone?").sentences) == 1
    with pytest.raises(QuestionError, match="at most 30"):
        pipeline.answer("x" * 31)
    pipeline.close()


def test_at_most_eight_sentences_are_shown_as_evidence(default_pipeline: Pipeline) -> None:
    evidence = default_pipeline.answer(FDA_QUESTION).evidence

    assert len(evidence) == 8
    assert evidence[0].score == max(one.score for one in evidence)


def test_where_nothing_is_indexed_asking_says_to_index(tmp_path: Path) -> None:
    pipeline = Pipeline(read_settings(RagSettings, data_dir=tmp_path), HashingEmbedder())

    with pytest.raises(NoBuildError, match="alsqa index"):
        pipeline.answer(QUESTION)


def test_an_index_of_another_model_is_asked_by_that_model(settings: RagSettings) -> None:
    pipeline = Pipeline(settings, HashingEmbedder("another-64"), load_embedder=hashing_embedder_for)

    answer = pipeline.answer(QUESTION)
    pipeline.close()

    assert answer.status == "answered"
    assert answer.receipt.embedding_fingerprint == HashingEmbedder().fingerprint


def test_an_index_whose_model_is_not_here_is_not_searched(settings: RagSettings) -> None:
    pipeline = Pipeline(settings, HashingEmbedder("another-64"))

    with pytest.raises(ModelError, match="hashing-64"):
        pipeline.answer(QUESTION)
    pipeline.close()


def test_an_empty_library_answers_nothing(tmp_path: Path) -> None:
    pipeline = Pipeline(index_files(tmp_path, {}), HashingEmbedder())

    answer = pipeline.answer(QUESTION)
    pipeline.close()

    assert answer.status == "out_of_scope"
    assert answer.evidence == ()
    assert "Searched 0 documents" in answer.text


def test_a_new_build_is_searched_without_a_restart(
    settings: RagSettings, pipeline: Pipeline
) -> None:
    assert pipeline.answer("Is tofersen new?").sentences == ()
    first = pipeline.answer(QUESTION).receipt.build_id

    (settings.documents_dir / "b.txt").write_text("# More\n\nTofersen is new.\n", encoding="utf-8")
    ingest(IndexSettings.model_validate(settings.model_dump()), HashingEmbedder())
    answer = pipeline.answer("Is tofersen new?")

    assert [sentence.text for sentence in answer.sentences] == ["Tofersen is new."]
    assert answer.receipt.build_id != first


def test_threads_share_a_pipeline(pipeline: Pipeline) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(pipeline.answer, [QUESTION] * 16))

    assert {answer.text for answer in answers} == {"Riluzole slows ALS. [1]"}
    assert len({answer.answer_id for answer in answers}) == 16


def test_a_pipeline_can_be_closed_twice(settings: RagSettings) -> None:
    pipeline = Pipeline(settings, HashingEmbedder())
    pipeline.answer(QUESTION)

    pipeline.close()
    pipeline.close()

    assert pipeline.answer(QUESTION).status == "answered"
    pipeline.close()


def test_warming_up_embeds_a_query(settings: RagSettings) -> None:
    class CountingEmbedder(HashingEmbedder):
        queries = 0

        def embed_queries(self, texts: Sequence[str]):  # type: ignore[no-untyped-def]
            self.queries += len(texts)
            return super().embed_queries(texts)

    embedder = CountingEmbedder()
    Pipeline(settings, embedder).warm_up()

    assert embedder.queries == 1


def test_holdings_count_documents_chunks_and_listed_papers(default_build: Build) -> None:
    held = holdings(default_build)

    assert (held.documents, held.listed_papers) == (2, 10)
    assert held.chunks == default_build.manifest.counts["chunks"]


def test_the_pipeline_of_the_settings_answers_with_the_real_weights(
    default_settings: RagSettings, default_build: Build
) -> None:
    pipeline = build_pipeline(default_settings)

    answer = pipeline.answer(FDA_QUESTION)
    pipeline.close()

    assert answer.status == "answered"
    assert faults_of(answer, default_build) == []


def test_an_invariant_error_is_one_of_alsqa() -> None:
    assert str(InvariantError("An answer failed.", "Please report it.")) == (
        "An answer failed. Please report it."
    )


@pytest.mark.parametrize(
    "sentence",
    [
        "Riluzole slows ALS, as registered at https://clinicaltrials.gov/ct2/show/NCT00000001.",
        "Riluzole slows ALS (PMID: 12345678).",
        "Riluzole slows ALS (doi: 10.1234/other).",
    ],
)
def test_a_sentence_that_names_another_paper_is_left_out_of_an_answer(
    tmp_path: Path, sentence: str
) -> None:
    pipeline = Pipeline(
        index_files(tmp_path, {"a.txt": f"# Notes\n\n{sentence}\n"}), HashingEmbedder()
    )

    answer = pipeline.answer(QUESTION)
    pipeline.close()

    assert answer.sentences == ()
    assert "check_failed" not in {notice.kind for notice in answer.notices}


def test_a_drug_of_another_number_is_not_answered_with_a_like_one(
    default_pipeline: Pipeline,
) -> None:
    assert default_pipeline.answer("What is AMX0036?").sentences == ()


@pytest.mark.parametrize(
    "question",
    [
        "For tofersen, when was it approved?",
        "In Japan, how many people die of ALS each year?",
        "How many people in the U.K. die of ALS each year?",
    ],
)
def test_a_restricted_question_is_not_answered_with_the_general_case(
    default_pipeline: Pipeline, question: str
) -> None:
    assert default_pipeline.answer(question).sentences == ()


def test_a_search_ranks_what_the_answer_is_made_of(default_pipeline: Pipeline) -> None:
    question = "When did the FDA approve riluzole?"

    search = default_pipeline.search(question)

    answer = default_pipeline.answer(question)
    assert search.evidence[: len(answer.evidence)] == answer.evidence
    passages = {one.chunk_id for one in search.passages}
    assert {span.chunk_id for span in answer.spans()} <= passages <= search.retrieved


def test_a_search_counts_a_paper_found_by_its_identifier_as_retrieved(
    default_pipeline: Pipeline,
) -> None:
    search = default_pipeline.search("Who wrote PMID 30101496?")

    answer = default_pipeline.answer("Who wrote PMID 30101496?")
    assert {span.document_id for span in answer.spans()} <= search.retrieved


_PROLONGED = "What does riluzole prolong?"
_AS_A_WHOLE = (
    "Summarise PMID 11111111",
    "What does the paper Riluzole in amyotrophic lateral sclerosis say?",
)


@pytest.fixture
def page_settings(tmp_path: Path) -> RagSettings:
    return index_riluzole_page(tmp_path)


@pytest.fixture
def page_pipeline(page_settings: RagSettings) -> Iterator[Pipeline]:
    pipeline = Pipeline(page_settings, HashingEmbedder())
    yield pipeline
    pipeline.close()


@pytest.fixture
def excluding(page_settings: RagSettings) -> Iterator[Pipeline]:
    """The pipeline over the same page, retracted papers being no evidence."""
    settings = page_settings.model_copy(update={"retracted": "exclude"})
    pipeline = Pipeline(settings, HashingEmbedder())
    yield pipeline
    pipeline.close()


def _kinds(answer: Answer) -> list[str]:
    return [notice.kind for notice in answer.notices]


def test_a_paper_that_nobody_was_asked_about_is_not_checked(page_pipeline: Pipeline) -> None:
    answer = page_pipeline.answer(_PROLONGED)

    (reference,) = answer.references
    assert reference.standing == NOT_CHECKED
    assert answer.notices == ()


def test_a_new_standing_holds_from_the_next_answer_on_without_a_new_build(
    page_pipeline: Pipeline, page_settings: RagSettings
) -> None:
    before = page_pipeline.answer(_PROLONGED)

    note_standing(page_settings, StatusNote("retracted", date="2024-02-03"))
    after = page_pipeline.answer(_PROLONGED)

    assert (after.status, after.sentences) == ("answered", before.sentences)
    assert after.receipt.build_id == before.receipt.build_id
    (reference,) = after.references
    assert reference.standing.status == "retracted"
    assert reference.standing.checked_at == NOW.isoformat()
    (notice,) = after.notices
    assert notice.kind == "standing"
    assert notice.text == (
        "Cited paper retracted: “Riluzole in amyotrophic lateral sclerosis” (year not given). "
        "Source: notice of 2024-02-03, a list, read 2026-05-04."
    )
    with page_pipeline.live.lease() as build:
        assert faults_of(after, build) == []


@pytest.mark.parametrize("question", _AS_A_WHOLE)
def test_an_overview_of_a_retracted_paper_warns_too(
    page_pipeline: Pipeline, page_settings: RagSettings, question: str
) -> None:
    note_standing(page_settings, StatusNote("expression_of_concern"))

    answer = page_pipeline.answer(question)

    assert answer.status == "answered"
    assert answer.sentences
    assert _kinds(answer) == ["standing"]


def test_the_record_of_a_retracted_paper_warns_too(
    page_pipeline: Pipeline, page_settings: RagSettings
) -> None:
    note_standing(page_settings, StatusNote("retracted"))

    answer = page_pipeline.answer("Which paper has PMID 11111111?")

    assert [one.kind for one in answer.sentences] == ["record"]
    assert "standing" in _kinds(answer)


def test_the_nearest_passage_of_a_retracted_paper_is_marked(
    page_pipeline: Pipeline, page_settings: RagSettings
) -> None:
    note_standing(page_settings, StatusNote("retracted"))

    answer = page_pipeline.answer("What is the dose of riluzole?")

    assert answer.status == "insufficient_evidence"
    assert "nearest" in _kinds(answer)
    (notice,) = [one for one in answer.notices if one.kind == "standing"]
    assert notice.text.startswith("The nearest passage is of a paper that is retracted: “Riluzole")


@pytest.mark.parametrize("kind", ["corrected", "updated", "preprint", "reinstated"])
def test_what_is_no_doubt_is_shown_without_a_warning(
    page_pipeline: Pipeline, page_settings: RagSettings, kind: StatusKind
) -> None:
    note_standing(page_settings, StatusNote(kind))

    answer = page_pipeline.answer(_PROLONGED)

    assert answer.references[0].standing.status == kind
    assert answer.notices == ()


@pytest.mark.parametrize("question", [_PROLONGED, *_AS_A_WHOLE])
def test_a_retracted_paper_is_no_evidence_where_the_settings_say_so(
    excluding: Pipeline, page_settings: RagSettings, question: str
) -> None:
    assert excluding.answer(question).status == "answered"

    note_standing(page_settings, StatusNote("retracted", date="2024-02-03"))
    answer = excluding.answer(question)

    assert answer.status == "insufficient_evidence"
    assert (answer.sentences, answer.references, answer.evidence) == ((), (), ())
    assert "check_failed" not in _kinds(answer)
    (notice,) = [one for one in answer.notices if one.kind == "left_out"]
    assert notice.text == (
        "Left out of the evidence, for it is retracted: “Riluzole in amyotrophic lateral "
        "sclerosis” (year not given). Source: notice of 2024-02-03, a list, read 2026-05-04."
    )


def test_the_record_of_a_paper_that_is_no_evidence_is_still_found_and_marked(
    excluding: Pipeline, page_settings: RagSettings
) -> None:
    note_standing(page_settings, StatusNote("retracted"))

    answer = excluding.answer("Which paper has PMID 11111111?")

    assert answer.references[0].standing.status == "retracted"
    assert {"standing", "left_out"} <= {*_kinds(answer)}


@pytest.mark.parametrize("kind", ["partially_retracted", "expression_of_concern"])
def test_a_paper_in_doubt_is_evidence_with_a_warning_all_the_same(
    excluding: Pipeline, page_settings: RagSettings, kind: StatusKind
) -> None:
    note_standing(page_settings, StatusNote(kind))

    answer = excluding.answer(_PROLONGED)

    assert answer.status == "answered"
    assert _kinds(answer) == ["standing"]


def test_a_paper_that_is_not_retracted_answers_in_place_of_one_that_is(tmp_path: Path) -> None:
    settings = index_riluzole_page(tmp_path)
    other = pubmed_page(
        title="Edaravone and riluzole",
        identifiers="- PMID: 22222222",
        blocks="Abstract\nRiluzole prolongs survival by some months.",
    )
    settings = index_files(tmp_path, {"other.txt": other}, retracted="exclude")
    note_standing(settings, StatusNote("retracted"))
    pipeline = Pipeline(settings, HashingEmbedder())

    answer = pipeline.answer(_PROLONGED)
    pipeline.close()

    assert [one.document_id for one in answer.references] == ["pmid:22222222"]
    assert _kinds(answer) == ["left_out"]


def test_a_paper_named_by_its_identifier_is_read_however_far_it_lies(tmp_path: Path) -> None:
    files = {
        f"{number}.txt": pubmed_page(
            title=f"Topic{number}",
            identifiers=f"- PMID: {11111111 + number}",
            blocks=f"Abstract\nWord{number} prolongs thing{number}.",
        )
        for number in range(60)
    }
    settings = index_files(tmp_path, files, candidate_k=2)
    pipeline = Pipeline(settings, HashingEmbedder())

    answers = [pipeline.answer(f"Summarise PMID {11111111 + number}") for number in (0, 31, 59)]
    search = pipeline.search("Summarise PMID 11111142")
    pipeline.close()

    assert [[one.text for one in answer.sentences] for answer in answers] == [
        ["Word0 prolongs thing0."],
        ["Word31 prolongs thing31."],
        ["Word59 prolongs thing59."],
    ]
    assert {one.kind for answer in answers for one in answer.notices} == set()
    assert search.passages[0].chunk_id == "pmid:11111142#0000"
    assert search.document_ids[0] == "pmid:11111142"


def test_each_part_of_a_question_gets_its_own_sentences(default_pipeline: Pipeline) -> None:
    answer = default_pipeline.answer(
        "In what year was riluzole approved, and how many drugs had the FDA approved for ALS by 2021?"
    )

    assert answer.status == "answered"
    assert "in 1995" in answer.sentences[0].text
    assert "the only two drugs" in answer.sentences[1].text


def test_a_part_that_the_library_does_not_answer_is_named(default_pipeline: Pipeline) -> None:
    answer = default_pipeline.answer("Is edaravone curative? Does caffeine slow ALS?")

    assert answer.status == "partial"
    assert "neither of them are curative" in answer.text
    assert [one.text for one in answer.notices if one.kind == "missing"] == [
        "Not answered: Does caffeine slow ALS?"
    ]
