"""A book of NCBI Bookshelf, or a chapter of one, as PubMed's XML gives it: an element in, a draft out.

A chapter's own title, authors and identifiers stand beside those of its book; only the title of
the book and its ISBN are taken from there. The table of contents is left out.
"""

from index.parsers.languages import language_code
from index.parsers.paper_draft import PaperDraft
from index.parsers.pubmed.elements import (
    abstract_parts,
    authors_of,
    date_of,
    keywords_of,
    location_doi,
    marked_text,
    own_ids,
    pages_of,
)
from index.parsers.pubmed.fields import only_isbn, title_of
from index.parsers.xml_reading import Element, child_text, text_of


def read_book(element: Element) -> PaperDraft:
    """The draft of a `PubmedBookArticle`; raises DocumentError where an entity has no meaning."""
    draft = PaperDraft()
    document = element.find("BookDocument")
    if document is None:
        return draft
    draft.labelled += own_ids(element.find("PubmedBookData/ArticleIdList"))
    draft.labelled += own_ids(document.find("ArticleIdList"))
    draft.labelled += [("pmid", text_of(one)) for one in document.iterchildren("PMID")]
    draft.title = title_of(
        marked_text(document.find("ArticleTitle")), marked_text(document.find("VernacularTitle"))
    )
    draft.languages = [
        code for one in document.iterchildren("Language") if (code := language_code(text_of(one)))
    ]
    draft.publication_types = [text_of(one) for one in document.iterchildren("PublicationType")]
    draft.keywords = keywords_of(list(document.iterchildren("KeywordList")))
    _add_authors(draft, document)
    pagination = document.find("Pagination")
    draft.pages = pages_of(pagination) if pagination is not None else None
    contribution = document.find("ContributionDate")
    draft.date = date_of(contribution) if contribution is not None else None
    abstract = document.find("Abstract")
    if abstract is not None:
        for label, text in abstract_parts(abstract):
            draft.add_abstract(text, label)
        draft.copyright = child_text(abstract, "CopyrightInformation")
    book = document.find("Book")
    if book is not None:
        _add_book(draft, book)
    return draft


def _add_book(draft: PaperDraft, book: Element) -> None:
    """What the book says of the chapter in it, or of itself where the record is of all of it."""
    title = marked_text(book.find("BookTitle"))
    if draft.title:
        draft.container = title
    else:
        draft.title = title
        for location in book.iterchildren("ELocationID"):
            draft.labelled += location_doi(location)
        if not draft.authors:
            _add_authors(draft, book)
    published = book.find("PubDate")
    if not draft.date and published is not None:
        draft.date = date_of(published)
    draft.volume = child_text(book, "Volume")
    draft.labelled += only_isbn(text_of(one) for one in book.iterchildren("Isbn"))


def _add_authors(draft: PaperDraft, parent: Element) -> None:
    for author_list in parent.iterchildren("AuthorList"):
        if author_list.get("Type", "authors") == "authors":
            draft.authors += authors_of(author_list)
