"""Every error that alsqa raises on purpose; each says what was wrong and what to do.

AlsqaError
├── SettingsError            a setting has a value that cannot be used
├── DocumentError            one file cannot become a document; the ingest goes on
├── ModelError               model weights are missing or not the published ones
├── LibraryError             the record cannot be opened or is of another version
│   └── MissingVectorsError  strings of the record have no stored vector
├── UnknownDocumentError     no document has that id
├── LockedError              another process is writing to the library
├── FetchError               literature could not be fetched  (index.fetch.errors)
├── BuildError               the search index cannot serve
│   ├── NoBuildError         nothing has been indexed yet
│   └── DamagedBuildError    the files of the index are not what was written
├── QuestionError            the question cannot be searched as it was sent   (rag.errors)
├── UnknownRecordError       no conversation or answer has that id  (rag.errors)
├── InvariantError           an answer failed its own checks                  (rag.errors)
├── LanguageModelError       the language model did not write, or stopped     (rag.errors)
└── PortInUseError           the address to serve on is taken
"""


class AlsqaError(Exception):
    """Base of the tree.

    Args:
        problem: what was wrong, one sentence that names the thing.
        remedy: what the user can do about it, one sentence; may be empty.
    """

    def __init__(self, problem: str, remedy: str = "") -> None:
        super().__init__(f"{problem} {remedy}".strip())
        self.problem = problem
        self.remedy = remedy


class SettingsError(AlsqaError):
    """A setting has a value that cannot be used."""


class DocumentError(AlsqaError):
    """One file cannot become a document."""


class ModelError(AlsqaError):
    """Model weights are missing or are not the published ones."""


class LibraryError(AlsqaError):
    """The record cannot be opened or was written by another version."""


class MissingVectorsError(LibraryError):
    """Strings of the record have no stored vector of that model."""


class UnknownDocumentError(AlsqaError):
    """No document has that id."""


class LockedError(AlsqaError):
    """Another process is writing to the library."""


class BuildError(AlsqaError):
    """The search index cannot serve."""


class NoBuildError(BuildError):
    """Nothing has been indexed yet."""


class DamagedBuildError(BuildError):
    """The files of the search index are not what was written."""


class PortInUseError(AlsqaError):
    """The address to serve on is taken."""
