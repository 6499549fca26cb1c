"""Records of every kind, and hostile ones, that the tests of exported references are made of."""

from hypothesis import strategies as st

from index.identifiers import Identifiers
from index.models import Author, Document
from index.publication_status import NOT_CHECKED, KnownNote, Standing, StatusNote
from rag.reference_records import ReferenceRecord, record_of
from tests.rag.examples import document

_CHECKED = "2026-05-04T12:00:00+00:00"
RETRACTED = Standing(
    "retracted",
    (
        KnownNote(
            StatusNote(
                "retracted",
                Identifiers(pmid="22222222"),
                "J Test. 2023 Jul 12;1(2):3",
                "2023-07-12",
            ),
            "PubMed record",
            _CHECKED,
        ),
    ),
    _CHECKED,
)

ARTICLE = ReferenceRecord(
    n=1,
    document_id="pmid:101",
    identifiers=Identifiers(pmid="101", pmcid="PMC77", doi="10.1000/a_b(1)"),
    kind="article",
    title="Do 50% of {ALS} patients & carers_agree? A trial",
    authors=(
        Author("van der Berg John A Jr", family="van der Berg"),
        Author("Xiaojiao Xu", family="Xu"),
        Author("Ministry of Health, Labour and Welfare"),
    ),
    container="Journal of Nerves & Muscles",
    date="2020-05-03",
    volume="12",
    issue="3",
    pages="335-9",
    languages=("eng",),
    publication_types=("Journal Article", "Randomized Controlled Trial"),
    keywords=("home ventilation", "riluzole"),
    mesh_terms=("Aged",),
)
CHAPTER = ReferenceRecord(
    n=2,
    document_id="pmid:102",
    identifiers=Identifiers(pmid="102", nbk="NBK556151", isbn="9783161484100"),
    kind="chapter",
    title="Amyotrophic Lateral Sclerosis",
    authors=(Author("Brotman RG", family="Brotman"),),
    container="StatPearls",
    publisher="StatPearls Publishing",
    date="2024-01",
    url="https://www.ncbi.nlm.nih.gov/books/NBK556151/",
)
RETRACTED_ARTICLE = ReferenceRecord(
    n=3,
    document_id="pmid:103",
    identifiers=Identifiers(pmid="103"),
    kind="article",
    title="A cure",
    container="J Test",
    date="2021",
    publication_types=("Journal Article",),
    standing=RETRACTED,
)
LISTED = ReferenceRecord(
    n=4,
    document_id="title:a listed paper.",
    identifiers=Identifiers(),
    title="A listed paper.",
    listed_in="pmid:101",
)
RECORDS = (ARTICLE, CHAPTER, RETRACTED_ARTICLE, LISTED)

_MARKS = st.sampled_from(
    [
        *("{", "}", "\\", "%", "&", "_", "$", "#", "~", "^", "<i>", "|", '"', "'", "`", "?", "-"),
        *("\n", "\r\n", "\x0b", "\x1c", "\x85", "\u2028", "\x00", "\t", " ", ",", ";", ".", "@"),
        *("ER  - ", "\nTY  - JOUR", "PMID- 1", "\n\nPMID- 2", " and ", "\\textbf{", "@book{x,"),
        *("é", "α", "漢字", "𝛼", "ALS", "word", "Smith", "--", "``", '<span class="nocase">'),
    ]
)
HOSTILE = st.lists(_MARKS | st.text(max_size=3), max_size=8).map("".join)


@st.composite
def hostile_documents(draw: st.DrawFn) -> Document:
    """A paper of a PubMed record whose texts are made of what formats mean something by."""
    family, given = draw(HOSTILE), draw(HOSTILE)
    return document(
        "A text.",
        title=draw(HOSTILE),
        name="pmid:7",
        container=draw(HOSTILE),
        volume=draw(HOSTILE),
        keywords=(draw(HOSTILE),),
        authors=(Author(f"{family} {given}", family=family), Author(draw(HOSTILE))),
        year=2020,
    )


def record(paper: Document) -> ReferenceRecord:
    """Its record, the first of a list, never checked for retraction."""
    return record_of(paper, n=1, standing=NOT_CHECKED)
