from index.models import Author
from rag.record_matching import match_records, names_an_author, own_kinds, record_text
from rag.retrieval import FoundRecord
from rag.synonyms import load_synonyms
from tests.rag.examples import ask, document, listed_paper

PAGE = document("In this review we look on.", title="Autophagy in ALS")


def record(title: str, *, similarity: float = 0.5) -> FoundRecord:
    return FoundRecord("", PAGE, listed_paper(title), similarity)


def titles(question: str, *records: FoundRecord) -> list[str | None]:
    asked = ask(question)
    matches = match_records(asked, asked.content_terms, records, load_synonyms())
    return [match.record.paper.title for match in matches]


def test_the_record_that_shares_most_comes_first() -> None:
    records = [record("Stem cells"), record("Edaravone and riluzole"), record("Edaravone alone")]

    assert titles("riluzole and edaravone", *records) == [
        "Edaravone and riluzole",
        "Edaravone alone",
        "Stem cells",
    ]


def test_a_paper_that_is_held_comes_before_one_that_is_listed() -> None:
    held = FoundRecord("", PAGE, None, 0.1)

    assert titles("autophagy", record("Autophagy"), held) == ["Autophagy in ALS", "Autophagy"]


def test_among_equals_the_title_that_the_question_has_whole_comes_first() -> None:
    records = [record("Edaravone in children and in mice"), record("Edaravone")]

    assert titles("edaravone", *records)[0] == "Edaravone"


def test_then_the_nearer_record_comes_first() -> None:
    records = [record("Edaravone early", similarity=0.2), record("Edaravone later", similarity=0.9)]

    assert titles("edaravone", *records)[0] == "Edaravone later"


def test_shares_are_those_of_the_terms_and_of_the_title() -> None:
    asked = ask("edaravone and riluzole")

    (match,) = match_records(
        asked, asked.content_terms, [record("Edaravone for migraine")], load_synonyms()
    )

    assert match.share == 0.5
    assert match.title_share == 0.5
    assert match.shared == {"edaravon"}


def test_without_terms_nothing_is_shared() -> None:
    (match,) = match_records(None, (), [record("Edaravone")], load_synonyms())

    assert (match.share, match.title_share, match.shared) == (0.0, 0.0, frozenset())


def test_a_record_is_matched_by_author_journal_date_and_type() -> None:
    paper = listed_paper(
        "On cells",
        author="Oskarsson B",
        container="Mayo Clin Proc",
        date="2018 Nov",
        year=2018,
        publication_types=("Review",),
    )

    text = record_text(paper)

    for part in ("On cells", "Oskarsson B", "Mayo Clin Proc", "2018 Nov", "Review"):
        assert part in text


def test_a_held_document_is_also_matched_by_keywords_affiliation_and_kind() -> None:
    page = document(
        "In this review we look on.",
        keywords=("Gene editing",),
        authors=(Author("Ann Lee", "Tokyo"),),
    )

    text = record_text(page)

    for part in ("Gene editing", "Ann Lee", "Tokyo", "review"):
        assert part in text


def test_a_document_is_of_the_kinds_that_it_calls_itself() -> None:
    assert own_kinds(document("This study and the present review.")) == ["review", "study"]
    assert own_kinds(document("Words.", title="FOREWORD")) == ["foreword"]
    assert own_kinds(document("Words.", publication_types=("Clinical Trial",))) == [
        "clinical trial"
    ]
    assert own_kinds(document("A review of others.")) == []


def test_an_author_is_named_by_surname() -> None:
    paper = listed_paper("On cells", author="Oskarsson B")

    assert names_an_author(ask("Who is Oskarsson?").terms, paper)
    assert not names_an_author(ask("Who is Miller?").terms, paper)
