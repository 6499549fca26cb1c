from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.identifiers import Identifiers
from index.models import Author
from index.same_work import SameWork, same_works
from index.same_work_containers import is_one_container
from index.same_work_features import features_of, person
from index.same_work_rules import compare, contradiction
from index.same_work_titles import comparable_title
from index.work_records import WorkRecord, work_record
from tests.index.samples import make_document

TITLE = "Riluzole slows the loss of motor neurons in a mouse model of disease"
SHORT = "Amyotrophic lateral sclerosis"
ABSTRACT = (
    "Motor neurons die early in the course of the disease and no treatment halts their loss. We gave"
    " the drug to forty animals from weaning and counted neurons in the lumbar cord at six ages."
)
OTHER_ABSTRACT = (
    "Swallowing becomes unsafe as bulbar muscles weaken. Seventy patients were followed by a speech"
    " therapist who recorded diet, weight and choking at every visit to the outpatient clinic."
)


def record(document_id: str = "a", **given: Any) -> WorkRecord:
    """A whole record of one paper; `given` says what differs."""
    fields: dict[str, Any] = {
        "identifiers": Identifiers(),
        "title": TITLE,
        "year": 2015,
        "authors": ("Example AB", "Sample C", "Muster D"),
        "container": "Journal of invented neurology",
        "volume": "12",
        "pages": "134-141",
        "publication_types": (),
        "abstract_start": "",
    } | given
    authors = tuple(fields.pop("authors"))
    first = fields.pop("first_author", authors[0] if authors else None)
    return WorkRecord(document_id=document_id, first_author=first, authors=authors, **fields)


def bare(document_id: str = "a", **given: Any) -> WorkRecord:
    """A record of a title, an author and a year alone."""
    nothing = {"container": None, "volume": None, "pages": None}
    return record(document_id, **nothing | given)


def are_linked(*records: WorkRecord) -> bool:
    return [group.document_ids for group in same_works(records)] == [
        tuple(sorted(one.document_id for one in records))
    ]


def pmid(value: str) -> Identifiers:
    return Identifiers(pmid=value)


def doi(value: str) -> Identifiers:
    return Identifiers(doi=value)


# ---- what is linked


def test_a_record_without_doi_is_linked_to_that_of_pubmed() -> None:
    (group,) = same_works(
        [
            record("pmid:1", identifiers=pmid("1"), title=f"{TITLE}."),
            record(
                "sha256:f",
                title=TITLE.upper(),
                authors=("EXAMPLE, AB", "SAMPLE, C"),
                container="J Invent Neurol",
                pages="134--41",
            ),
        ]
    )

    assert group.document_ids == ("pmid:1", "sha256:f")
    (link,) = group.links
    assert (link.document_id, link.other_id, link.points) == ("pmid:1", "sha256:f", 21)
    assert link.reasons == (
        "same title",
        "same year",
        "same first author",
        "same journal",
        "same volume",
        "same first page",
    )


def test_title_author_and_year_are_enough_for_a_long_title() -> None:
    assert are_linked(bare("a"), bare("b"))


@pytest.mark.parametrize("missing", [{"year": None}, {"abstract_start": ""}, {"container": None}])
def test_a_missing_field_speaks_neither_way(missing: dict[str, Any]) -> None:
    assert are_linked(record("a"), record("b", **missing))


def test_nothing_is_linked_by_its_title_alone() -> None:
    assert not same_works([bare("a", authors=(), year=None), bare("b", authors=(), year=None)])


def test_title_and_abstract_are_enough_together() -> None:
    whole = {"authors": (), "year": None, "abstract_start": ABSTRACT}

    assert are_linked(bare("a", **whole), bare("b", **whole))


def test_a_year_may_differ_by_one_where_the_journal_is_the_same() -> None:
    journal = {"container": "Journal of invented neurology"}

    assert are_linked(bare("a", **journal), bare("b", **journal, year=2016))
    assert not same_works([bare("a", **journal), bare("b", **journal, year=2017)])
    assert not same_works([bare("a"), bare("b", year=2016)])


def test_a_year_that_is_far_off_is_a_slip_where_title_volume_and_page_agree() -> None:
    assert are_linked(record("a"), record("b", year=2051))


def test_a_page_misprinted_in_one_digit_does_not_part_two_records() -> None:
    assert are_linked(record("a", pages="988-990"), record("b", pages="968-"))
    assert not are_linked(
        record("a", title=SHORT, pages="240-1"), record("b", title=SHORT, pages="241")
    )


def test_pages_printed_in_pieces_begin_on_each_of_them() -> None:
    assert are_linked(
        record("a", title=SHORT, pages="351, 366-8"), record("b", title=SHORT, pages="366-+")
    )


def test_a_misprinted_title_needs_the_page_or_the_abstract_beside_it() -> None:
    misprint = TITLE.replace("motor", "motro")

    assert are_linked(record("a"), record("b", title=misprint))
    assert are_linked(
        bare("a", abstract_start=ABSTRACT), bare("b", title=misprint, abstract_start=ABSTRACT)
    )
    assert not same_works([bare("a"), bare("b", title=misprint)])


def test_a_lost_subtitle_needs_the_page_or_the_abstract_beside_it() -> None:
    subtitled = f"{TITLE}: forty animals followed from weaning to death"

    assert are_linked(record("a"), record("b", title=subtitled))
    assert not same_works([bare("a"), bare("b", title=subtitled)])


def test_a_heading_before_the_title_is_not_of_it() -> None:
    assert are_linked(record("a"), record("b", title=f"Images in neurology - {TITLE}"))


def test_a_translated_title_is_linked_by_author_and_place() -> None:
    german = "Riluzol bremst bei Mäusen den Untergang der Motoneurone"
    translated = f"[{TITLE}]."

    assert are_linked(record("a", title=translated), record("b", title=german))
    assert not same_works([bare("a", title=translated), bare("b", title=german)])


def test_two_languages_printed_in_two_places_are_two_works() -> None:
    german = {"title": "Riluzol bremst bei Mäusen den Untergang der Motoneurone", "pages": "88-95"}

    assert not same_works([record("a"), record("b", **german, container="Erfundene Neurologie")])


def test_authors_in_another_order_are_still_the_same() -> None:
    swapped = ("Sample C", "Example AB", "Muster D")

    assert are_linked(record("a"), record("b", authors=swapped))


def test_a_group_is_no_first_author() -> None:
    names = ("Invented ALS Study Group", "Example AB")

    assert are_linked(bare("a"), bare("b", authors=names))


# ---- what is never linked


def test_different_pmids_are_never_one_work() -> None:
    one, other = record("a", identifiers=pmid("1")), record("b", identifiers=pmid("2"))

    assert not same_works([one, other])
    assert contradiction(features_of(one), features_of(other)) == "two PMIDs"


def test_a_third_record_does_not_bring_two_pmids_together() -> None:
    records = [
        record("a", identifiers=pmid("1")),
        record("b", identifiers=pmid("2"), abstract_start=ABSTRACT),
        record("c", abstract_start=ABSTRACT),
    ]

    assert [group.document_ids for group in same_works(records)] == [("b", "c")]


def test_different_dois_are_outweighed_only_by_the_whole_place() -> None:
    mine, theirs = doi("10.1046/a.2003.1"), doi("10.1892/other(2003)")

    assert are_linked(record("a", identifiers=mine), record("b", identifiers=theirs))
    assert not same_works([bare("a", identifiers=mine), bare("b", identifiers=theirs)])


def test_a_journal_that_moved_to_another_publisher_keeps_the_end_of_its_dois() -> None:
    old, new = doi("10.1046/j.1365-2230.2001.00001.x"), doi("10.1111/j.1365-2230.2001.00001.x")

    assert are_linked(bare("a", identifiers=old), bare("b", identifiers=new))


@pytest.mark.parametrize(
    "notice",
    [
        f"Erratum: {TITLE}",
        f"Corrigendum to “{TITLE}”",
        f"Author Correction: {TITLE}",
        f"Publisher's correction: {TITLE}",
        f"Correction to: {TITLE}",
        f"{TITLE} (vol 12, pg 134, 2015)",
        f"{TITLE}: erratum",
        f"Retraction: {TITLE}",
        f"Retraction Note: {TITLE}",
        f"Notice of retraction: {TITLE}",
        f"{TITLE} (Retraction of vol 12, pg 134, 2015)",
        f"Expression of concern: {TITLE}",
        f"Reply: {TITLE}",
        f"{TITLE}: authors' reply",
        f"{TITLE} - Reply",
        f"Response to letter: {TITLE}",
        f"Comment on: {TITLE}",
        f"Comments on {TITLE}",
        f"Re: {TITLE}",
        f"Letter to the editor: {TITLE}",
        f"Commentary: {TITLE}",
        f"{TITLE} - Discussion",
    ],
)
def test_a_notice_with_the_title_of_a_paper_is_not_the_paper(notice: str) -> None:
    assert not same_works([record("a"), record("b", title=notice)])
    assert not same_works([bare("a"), bare("b", title=notice)])


@pytest.mark.parametrize(
    "kind", ["Published Erratum", "Retraction of Publication", "Expression of Concern"]
)
def test_a_notice_is_told_by_its_publication_type_too(kind: str) -> None:
    notice = record("b", publication_types=("Journal Article", kind))

    assert not same_works([record("a"), notice])


def test_two_records_of_one_erratum_are_linked() -> None:
    place = {"pages": "313-4"}

    assert are_linked(
        record("a", title=f"{TITLE} (vol 12, pg 134, 2015)", **place),
        record("b", publication_types=("Published Erratum",), **place),
    )


def test_two_corrections_of_one_paper_are_two() -> None:
    title = f"Correction: {TITLE}"

    assert not same_works([record("a", title=title), record("b", title=title, pages="313")])
    assert not same_works([bare("a", title=title), bare("b", title=title)])


def test_two_records_of_a_reply_without_another_title_are_linked_at_its_place() -> None:
    assert are_linked(record("a", title="Reply"), record("b", title="REPLY."))
    assert not same_works([record("a", title="Reply"), record("b", title="Reply", pages="200")])


def test_a_letter_that_pubmed_calls_a_comment_is_linked_at_its_place_alone() -> None:
    comment = {"publication_types": ("Letter", "Comment")}

    assert are_linked(record("a"), record("b", **comment))
    assert not same_works([bare("a"), bare("b", **comment)])


def test_a_retracted_paper_is_still_the_paper() -> None:
    assert are_linked(record("a"), record("b", title=f"RETRACTED: {TITLE}"))
    assert are_linked(
        record("a"), record("b", title=f"{TITLE} (Retracted article. See vol. 13, pg. 2, 2016)")
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"{TITLE}. Part I", f"{TITLE}. Part II"),
        (f"{TITLE}: part 1", f"{TITLE}: part two"),
        (f"{TITLE} II", f"{TITLE} III"),
        (f"IL-6 and {TITLE}", f"IL-8 and {TITLE}"),
    ],
)
def test_numbered_papers_are_not_one_another(one: str, other: str) -> None:
    assert not same_works([record("a", title=one), record("b", title=other, pages="142-50")])
    assert not same_works(
        [
            bare("a", title=one, abstract_start=ABSTRACT),
            bare("b", title=other, abstract_start=OTHER_ABSTRACT),
        ]
    )


@pytest.mark.parametrize(
    "preprint",
    [
        {"container": "bioRxiv"},
        {"container": "medRxiv : the preprint server for health sciences"},
        {"container": None, "publication_types": ("Preprint",)},
        {"container": None, "identifiers": doi("10.1101/2020.01.02.123456")},
        {"container": None, "identifiers": doi("10.21203/rs.3.rs-1/v1")},
    ],
)
def test_a_preprint_is_another_work_than_what_was_published(preprint: dict[str, Any]) -> None:
    without = {"volume": None, "pages": None}

    assert not same_works([record("a"), record("b", **without | preprint)])
    assert are_linked(record("a", **without | preprint), record("b", **without | preprint))


def test_a_journal_of_the_house_that_hosts_preprints_is_no_preprint() -> None:
    assert are_linked(bare("a"), bare("b", identifiers=doi("10.1101/gr.123456.111")))


def test_a_conference_abstract_is_not_the_later_paper() -> None:
    spoken = {"container": "Meeting of neurologists", "volume": "3", "pages": "S44"}

    assert not same_works([record("a"), record("b", **spoken, year=2013)])
    assert not same_works([record("a"), record("b", **spoken, year=2014)])
    assert not same_works([record("a"), record("b", **spoken)])


def test_a_paper_printed_again_in_another_journal_is_another_work() -> None:
    again = {"container": "Praktische Erfindungen", "volume": "84", "pages": "658"}

    assert not same_works(
        [record("a", abstract_start=ABSTRACT), record("b", **again, abstract_start=ABSTRACT)]
    )


@pytest.mark.parametrize("title", ["Editorial", SHORT, "Introduction.", "Motor neuron disease", ""])
def test_a_title_of_few_words_needs_the_printed_place(title: str) -> None:
    assert not same_works([bare("a", title=title), bare("b", title=title)])
    assert not same_works([record("a", title=title), record("b", title=title, pages="200")])


def test_a_title_of_few_words_is_linked_at_its_printed_place() -> None:
    assert are_linked(record("a", title=SHORT), record("b", title=SHORT))


def test_the_same_title_by_different_authors_is_of_two_papers() -> None:
    others = ("Different X", "Unlike Y")

    assert not same_works([record("a"), record("b", authors=others)])
    assert not same_works([record("a", title=SHORT), record("b", title=SHORT, authors=others)])


def test_a_namesake_with_another_initial_counts_for_less() -> None:
    namesake = {"authors": ("Example ZB",)}

    assert not same_works([bare("a"), bare("b", **namesake)])
    assert are_linked(record("a"), record("b", **namesake))


def test_other_papers_on_the_same_page_are_not_linked() -> None:
    other = "Swallowing and the weight of seventy patients with bulbar weakness"

    assert not same_works([record("a"), record("b", title=other)])


# ---- groups


def test_records_of_one_work_form_one_group() -> None:
    (group,) = same_works([record("c"), record("a"), record("b"), record("z", title="Other words")])

    assert group.document_ids == ("a", "b", "c")
    assert len(group.links) == 3


def test_there_are_no_groups_of_one() -> None:
    assert same_works([record("a")]) == ()
    assert same_works([]) == ()


def test_one_document_given_twice_is_an_error() -> None:
    with pytest.raises(ValueError, match="'a' is given twice"):
        same_works([record("a"), record("a", year=2000)])


def test_many_records_of_one_short_title_are_told_apart_in_time() -> None:
    records = [
        record(f"{number:04}", title="Editorial", pages=str(number + 1), year=1990 + number % 30)
        for number in range(2_000)
    ]
    twin = replace(records[0], document_id="twin")

    assert [group.document_ids for group in same_works([*records, twin])] == [("0000", "twin")]


# ---- records


def test_a_record_holds_what_is_compared_of_a_document() -> None:
    document = replace(
        make_document("What it says.", title=TITLE, identifiers=pmid("7")),
        authors=(Author("Example AB", "An institute"), Author("Sample C")),
        year=2015,
        container="Journal",
        volume="12",
        pages="1-2",
        publication_types=("Review",),
    )

    made = work_record(document)

    assert made == WorkRecord(
        document_id="pmid:7",
        identifiers=pmid("7"),
        title=TITLE,
        year=2015,
        first_author="Example AB",
        authors=("Example AB", "Sample C"),
        container="Journal",
        volume="12",
        pages="1-2",
        publication_types=("Review",),
        abstract_start="",
    )


def test_only_an_abstract_gives_the_start_of_one() -> None:
    document = make_document("First part. " * 40, "Second part. " * 40, "The body.")
    first, second, *rest = [one for one in document.sections if one.kind == "body"]
    named = [
        replace(first, name="Abstract: Methods"),
        replace(second, name="Abstract: Results"),
        *rest,
    ]

    start = work_record(replace(document, sections=tuple(named))).abstract_start

    assert start.startswith("First part. First")
    assert "Second part." in start
    assert "body" not in start
    assert 600 <= len(start) <= 601


# ---- one form for all


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("TGF-β1 in ALS.", "TGF-beta 1 in ALS"),
        ("<i>SOD1</i><sup>G93A</sup> mice &amp; rats", "SOD1G93A mice & rats"),
        ("Étude de la sclérose latérale", "ETUDE DE LA SCLEROSE LATERALE"),
        ("Spermatogenic arrest in two dogs", "SPERMATOGENIC ARREST IN 2 DOGS"),
        ("The third component", "The 3rd component"),
        (
            "[Psychiatry of motor neuron disease (author's transl)]",
            "Psychiatry of motor neuron disease",
        ),
        ("RETRACTED ARTICLE: A cure", "A cure"),
        ("WITHDRAWN: A cure", "A cure"),
        ("Abstract 123: A cure", "A cure"),
        ("Cell‐free DNA—a “marker”", "Cell-free DNA: a 'marker'"),
    ],
)
def test_titles_are_the_same_however_they_are_written(one: str, other: str) -> None:
    assert comparable_title(one).letters == comparable_title(other).letters


@pytest.mark.parametrize(
    ("one", "other"),
    [("HIV-1: a cure", "HIV-2: a cure"), ("Part I", "Part II"), ("α-synuclein", "β-synuclein")],
)
def test_titles_that_differ_in_a_sign_differ(one: str, other: str) -> None:
    assert comparable_title(one).letters != comparable_title(other).letters


@pytest.mark.parametrize(
    "title",
    [
        "Re-evaluation of riluzole",
        "Correction of scoliosis in children",
        "Correction for partial volume effects",
        "Response-adaptive randomisation in ALS",
        "Response to riluzole in patients with ALS",
        "Retraction of the tongue in bulbar disease",
        "Letter recognition in dementia",
    ],
)
def test_a_paper_is_not_taken_for_a_notice(title: str) -> None:
    assert comparable_title(title).notice is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("van der Example A", "VANDEREXAMPLE, A"),
        ("van der Example, Anna", "Example A"),
        ("Prieto Example, Jorge", "Example, JP"),
        ("García-Example M", "Garcia M"),
        ("Müller K", "Mueller, Klaus"),
        ("Anna Example", "Example A"),
        ("Wei Zhang", "Zhang Wei"),
        ("EXAMPLE AB", "A. B. Example"),
        ("Example AB Jr", "Example, A B, Jr."),
        ("O'Example T", "OExample, T."),
    ],
)
def test_a_name_has_a_form_in_common_with_itself(one: str, other: str) -> None:
    here, there = person(one), person(other)

    assert here
    assert there
    assert here.names & there.names


@pytest.mark.parametrize(
    "name", ["[Anonymous]", "ALS Study Group", "No authors listed", "", "Invented Consortium"]
)
def test_nobody_and_groups_are_no_persons(name: str) -> None:
    assert person(name) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("journal of small animal practice", "j small anim pract"),
        ("muscle nerve", "muscle and nerve"),
        ("proceedings of the national academy of sciences", "pnas"),
        ("british medical journal", "bmj"),
        ("lancet neurology", "lancet neurol"),
        ("acta veterinaria", "acta veterinaria scandinavica"),
    ],
)
def test_a_journal_is_known_by_its_abbreviation(one: str, other: str) -> None:
    words, others = tuple(one.split()), tuple(other.split())

    assert is_one_container(words, others)
    assert is_one_container(others, words)


def test_another_journal_is_not_an_abbreviation() -> None:
    assert not is_one_container(("plos", "one"), ("investigative", "ophthalmology"))
    assert not is_one_container(("brain",), ("neurology",))


# ---- whatever the records

_RECORDS = st.lists(
    st.builds(
        lambda title, year, author, pages, types, start, numbers: {
            "title": title,
            "year": year,
            "authors": (author,) if author else (),
            "pages": pages,
            "publication_types": types,
            "abstract_start": start,
            "identifiers": numbers,
        },
        title=st.sampled_from(
            [TITLE, TITLE.upper(), f"Erratum: {TITLE}", f"{TITLE}: II", SHORT, None]
        )
        | st.text(max_size=30),
        year=st.sampled_from([None, 2014, 2015, 2016]),
        author=st.sampled_from(["Example AB", "Example, Anna", "Other Z", "", "A Group"])
        | st.text(max_size=12),
        pages=st.sampled_from([None, "134-141", "134", "S134", "200", "1"]) | st.text(max_size=8),
        types=st.sampled_from([(), ("Comment",), ("Published Erratum",), ("Preprint",)]),
        start=st.sampled_from(["", ABSTRACT, OTHER_ABSTRACT]),
        numbers=st.sampled_from(
            [Identifiers(), pmid("1"), pmid("2"), doi("10.1000/a"), doi("10.1000/b")]
        ),
    ),
    max_size=8,
)


def _named(given: Sequence[dict[str, Any]]) -> list[WorkRecord]:
    return [record(f"d{number}", **fields) for number, fields in enumerate(given)]


@given(_RECORDS, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=100)
def test_the_order_of_the_records_makes_no_difference(given: Any, random: Any) -> None:
    records = _named(given)
    shuffled = random.sample(records, len(records))

    assert same_works(shuffled) == same_works(records)


@given(_RECORDS)
@settings(deadline=None, max_examples=100)
def test_a_comparison_is_the_same_from_both_sides(given: Any) -> None:
    features = [features_of(one) for one in _named(given)]

    for one in features:
        for other in features:
            assert compare(one, other) == compare(other, one)
            assert contradiction(one, other) == contradiction(other, one)


@given(_RECORDS)
@settings(deadline=None, max_examples=100)
def test_groups_are_disjoint_and_hold_no_contradiction(given: Any) -> None:
    records = _named(given)
    features = {one.document_id: features_of(one) for one in records}

    groups: tuple[SameWork, ...] = same_works(records)

    members = [name for group in groups for name in group.document_ids]
    assert len(members) == len(set(members))
    for group in groups:
        assert len(group.document_ids) >= 2
        assert list(group.document_ids) == sorted(group.document_ids)
        for one in group.document_ids:
            for other in group.document_ids:
                assert one == other or contradiction(features[one], features[other]) is None
