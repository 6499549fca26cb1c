"""Small hand-made documents, evidence and answers, and the questions asked of the default library."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from index.build_paths import BuildPaths
from index.build_reader import Build
from index.identifiers import Identifiers
from index.ingest import ingest
from index.library import Library
from index.models import Author, Document, Mention, Related, Section
from index.publication_status import StatusNote, StatusReport
from index.settings import read_settings
from rag.evidence import EvidenceSentence
from rag.models import Answer, AnswerSentence, Citation, Reference, Span
from rag.question import Question, QuestionAnalyser
from rag.settings import RagSettings
from rag.synonyms import Synonyms, load_synonyms
from rag.verification import check_answer
from tests.fakes import HashingEmbedder
from tests.index.samples import NOW, pubmed_page

REVIEW = "pmid:34372914"
FOREWORD = "doi:10.36255/exonpublications.amyotrophiclateralsclerosis.foreword.2021"
FDA_QUESTION = "Which drugs has the FDA approved for ALS?"
CITING_QUESTION = "Which papers cite this review?"

QUESTIONS = (
    FDA_QUESTION,
    "How many people die of ALS each year?",
    "What role does autophagy play in ALS?",
    "When was riluzole approved?",
    "What is tofersen?",
    "What is AMX0035 made of?",
    "Is riluzole curative?",
    "Is riluzole or edaravone approved?",
    "Which drugs besides riluzole are approved?",
    "Which therapies relieve symptoms of ALS?",
    "Who was not involved in the peer review?",
    "My dad has ALS. Which drugs are approved?",
    "how many pepole die of ALS each year",
    "ALS ALS ALS",
    "What did the tofersen trial show?",
    "What is the recommended dose of riluzole?",
    "How much riluzole should I take?",
    "What is the prevalence of ALS in Japan?",
    "What is SOD2?",
    "What is the capital of France?",
    "hello",
    "¿Qué es la ELA?",
    CITING_QUESTION,
    "Which articles are similar to the review?",
    "Which references does the review list?",
    "Is there an article about a tale of two ALS drugs?",
    "What did the article 'A tale of two ALS drugs' find?",
    "What did the study on SOD1 trimerization find?",
    "Which paper has DOI 10.1002/med.21528?",
    "What is PMID 12345678?",
    "Who wrote the review?",
    "Who wrote the foreword?",
    "When was the foreword published?",
    "What are the keywords of the review?",
)
"""Asked of the default documents: answered, answered from records, and not answered."""


def ask(
    text: str, *, synonyms: Synonyms | None = None, count_pieces: Callable[[str], int] | None = None
) -> Question:
    """The analysed question; no word is rare unless `count_pieces` says so."""
    analyser = QuestionAnalyser(
        synonyms or load_synonyms(), count_pieces=count_pieces or (lambda _word: 1)
    )
    return analyser.analyse(text)


def document(
    body: str,
    *,
    title: str | None = "Notes on therapy",
    name: str = "pmid:1",
    related: Sequence[Related] = (),
    about: Sequence[tuple[str, str]] = (),
    **fields: object,
) -> Document:
    """A document of one body section, then sections about the paper (name and text)."""
    text = body
    sections = [Section("Abstract", "body", 0, len(body))]
    for section, content in about:
        start = len(text) + 2
        text += f"\n\n{content}"
        sections.append(Section(section, "about", start, len(text)))
    made = Document(
        document_id=name,
        identifiers=Identifiers(pmid=name.removeprefix("pmid:")),
        title=title,
        authors=(),
        container=None,
        year=None,
        publication_types=(),
        keywords=(),
        license=None,
        url=None,
        text=text,
        sections=tuple(sections),
        related=tuple(related),
        added=(),
        source_path="notes.txt",
        content_hash="0" * 64,
    )
    return replace(made, **fields)  # type: ignore[arg-type]


def listed_paper(
    title: str, *, pmid: str | None = None, author: str | None = None, **fields: object
) -> Related:
    """A paper listed once, under "Similar articles", at the start of its page."""
    paper = Related(
        identifiers=Identifiers(pmid=pmid),
        title=title,
        authors=(Author(author),) if author else (),
        container=None,
        date=None,
        year=None,
        publication_types=(),
        mentions=(Mention("similar", 0, 5),),
    )
    return replace(paper, **fields)  # type: ignore[arg-type]


def evidence(text: str, holder: Document, **fields: object) -> EvidenceSentence:
    """A sentence of `holder` that covers all that is asked."""
    start = holder.text.index(text)
    sentence = EvidenceSentence(
        chunk_id=f"{holder.document_id}#0000",
        document_id=holder.document_id,
        section="Abstract",
        start=start,
        end=start + len(text),
        text=text,
        similarity=0.6,
        coverage=1.0,
        missing=(),
        fits_answer_type=True,
        defines=False,
        leans_on=None,
    )
    return replace(sentence, **fields)  # type: ignore[arg-type]


def span_of(quote: str, holder: Document, *, chunk_id: str | None = None) -> Span:
    """The span of `quote` in `holder`."""
    start = holder.text.index(quote)
    return Span(holder.document_id, chunk_id, start, start + len(quote), quote)


def index_files(folder: Path, files: dict[str, str], **values: object) -> RagSettings:
    """Settings of a library of `files` (text by name), indexed with the hashing embedder."""
    documents = folder / "documents"
    documents.mkdir(exist_ok=True)
    for name, text in files.items():
        (documents / name).write_text(text, encoding="utf-8")
    settings = read_settings(
        RagSettings, data_dir=folder / "data", documents_dir=documents, **values
    )
    ingest(settings, HashingEmbedder())
    return settings


def index_riluzole_page(folder: Path, **values: object) -> RagSettings:
    """Settings of a library of one PubMed page, which says nothing of its paper's standing."""
    page = pubmed_page(
        title="Riluzole in amyotrophic lateral sclerosis",
        identifiers="- PMID: 11111111",
        blocks="Abstract\nRiluzole prolongs survival by three months in ALS.",
    )
    return index_files(folder, {"page.txt": page}, **values)


def note_standing(
    settings: RagSettings, *notes: StatusNote, paper: Identifiers | None = None
) -> None:
    """Import a list that says so of the PubMed page's paper, or of another."""
    report = StatusReport("a list", notes)
    with Library(BuildPaths(settings.data_dir).library, writable=True) as library:
        names = paper or Identifiers(pmid="11111111")
        library.status.replace_list("a list", [(names, report)], now=NOW)


def found_ids(build: Build) -> set[str]:
    """Ids of everything that the build can find: its chunks and its documents."""
    chunks = build.query("chunks", build.vectors([build.manifest.probes[0][2]])[0], k=1_000)
    return {hit.entry_id for hit in chunks} | {one.document_id for one in build.members}


def faults_of(answer: Answer, build: Build, *, retrieved: set[str] | None = None) -> list[str]:
    """What the checks say of the answer; `retrieved` is all that the build holds if left out."""
    return check_answer(
        answer,
        document=build.document,
        retrieved=found_ids(build) if retrieved is None else retrieved,
        standing=build.standing,
    )


def with_sentence(answer: Answer, position: int, **changes: object) -> Answer:
    """The answer with one of its sentences changed."""
    sentences = list(answer.sentences)
    sentences[position] = replace(sentences[position], **changes)  # type: ignore[arg-type]
    return replace(answer, sentences=tuple(sentences))


def with_span(answer: Answer, old: Span, new: Span) -> Answer:
    """The answer with that span exchanged in its citations and its references."""

    def cited(sentence: AnswerSentence) -> AnswerSentence:
        citations = (
            Citation(one.n, new if one.span == old else one.span) for one in sentence.citations
        )
        return replace(sentence, citations=tuple(citations))

    def listed(reference: Reference) -> Reference:
        spans = (new if span == old else span for span in reference.spans)
        return replace(reference, spans=tuple(spans))

    return replace(
        answer,
        sentences=tuple(map(cited, answer.sentences)),
        references=tuple(map(listed, answer.references)),
    )
