from typing import get_args

from api.requests import AnswerFormat, LibraryFormat
from rag.biogen import BIOGEN
from rag.reference_formats import FORMATS
from tests.rag.reference_samples import RECORDS


def test_formats_over_http_are_those_that_there_are() -> None:
    assert get_args(LibraryFormat) == tuple(FORMATS)
    assert get_args(AnswerFormat) == (*FORMATS, BIOGEN)


def test_every_format_names_every_identifier_of_a_paper() -> None:
    for form in FORMATS.values():
        text = form.write(RECORDS)

        for one in RECORDS:
            for name in ("pmid", "pmcid", "doi"):
                assert (getattr(one.identifiers, name) or "") in text


def test_endings_differ() -> None:
    assert len({form.suffix for form in FORMATS.values()}) == len(FORMATS)
