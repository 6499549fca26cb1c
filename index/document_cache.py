"""Documents that were read last: versions in, documents out; what is not kept is read in one query."""

import threading
from collections import OrderedDict
from collections.abc import Sequence

from index.library_documents import Documents
from index.library_rows import DocumentVersion
from index.models import Document

_KEPT = 512


class DocumentCache:
    """Documents of an open library, of which the last ones stay in memory; safe between threads."""

    def __init__(self, library: Documents, *, kept: int = _KEPT) -> None:
        self._library = library
        self._most = kept
        self._kept: OrderedDict[DocumentVersion, Document] = OrderedDict()
        self._lock = threading.Lock()

    def documents(self, versions: Sequence[DocumentVersion]) -> list[Document]:
        """Those versions, in their order.

        Raises:
            LibraryError: one is not held, or its text is not what was stored.
        """
        with self._lock:
            found = {one: self._kept[one] for one in versions if one in self._kept}
        missing = [one for one in dict.fromkeys(versions) if one not in found]
        if missing:
            read = {one.document_id: one for one in self._library.documents(missing)}
            for one in missing:
                # What was not among them is asked for alone, which says what is wrong.
                found[one] = read.get(one.document_id) or self._library.document(one)
        with self._lock:
            for one, document in found.items():
                self._kept[one] = document
                self._kept.move_to_end(one)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return [found[one] for one in versions]
