"""The formats of exported references by name: what writes each, its media type and file ending."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.reference_bibtex import write_bibtex
from rag.reference_items import write_csl_json
from rag.reference_nbib import write_nbib
from rag.reference_records import ReferenceRecord
from rag.reference_ris import write_ris
from rag.reference_vancouver import write_vancouver


@dataclass(frozen=True, slots=True)
class ReferenceFormat:
    """How a list of references is written; `suffix` ends the name of its file."""

    write: Callable[[Sequence[ReferenceRecord]], str]
    media_type: str
    suffix: str


FORMATS: dict[str, ReferenceFormat] = {
    "ris": ReferenceFormat(write_ris, "application/x-research-info-systems", ".ris"),
    "bibtex": ReferenceFormat(write_bibtex, "application/x-bibtex", ".bib"),
    "csl-json": ReferenceFormat(write_csl_json, "application/vnd.citationstyles.csl+json", ".json"),
    "nbib": ReferenceFormat(write_nbib, "application/nbib", ".nbib"),
    "vancouver": ReferenceFormat(write_vancouver, "text/plain", ".txt"),
}
