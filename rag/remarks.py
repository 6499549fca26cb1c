"""What is to be said of an answer's papers whatever it was composed of: sentences and references in, notices out."""

from collections.abc import Sequence
from datetime import datetime

from rag.models import AnswerSentence, Notice, Reference
from rag.standing import standing_notices
from rag.time_notices import time_notices


def remarks_on(
    sentences: Sequence[AnswerSentence], references: Sequence[Reference], as_of: datetime
) -> tuple[Notice, ...]:
    """Warnings of papers in doubt, and of what may hold no longer at that time."""
    return (*standing_notices(references), *time_notices(sentences, references, as_of))
