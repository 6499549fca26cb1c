"""Does the library answer the question at all? What was found in, a calibrated probability out.

A logistic regression over what the relevance model says of the passages that were read and what
retrieval gave them. It is fitted on questions of which half can be answered, and no value is relative to
what else was found, so that one threshold serves libraries of any size.
"""

from dataclasses import dataclass, fields

import numpy as np

from rag.retrieval import Found

_SECOND_LOOK = 3
"""Passages over which a mean is taken: one that stands out alone may be chance."""
_NO_SENTENCE = -10.0


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for an answer."""

    answers: float
    """The highest logit of a passage to answer."""
    answers_of_three: float
    """The mean of the three highest."""
    sentence: float
    """The highest logit of a sentence."""
    similarity: float
    """The highest cosine of a passage's vector to the question's."""
    lexical: float
    """The highest share of what the question's terms, weighted by rarity, can give a passage."""


def signals_of(found: Found) -> Signals | None:
    """Of what was found; None where no passage of it was read."""
    if found.reranked is None or not found.reranked.relevances:
        return None
    relevances = found.reranked.relevances.values()
    usable = {one.chunk.chunk_id for one in found.stored}
    ranking = [one for one in found.ranking if one.entry_id in usable]
    answers = np.sort([one.answers for one in relevances])[::-1]
    sentences = [float(one.sentences.max(initial=_NO_SENTENCE)) for one in relevances]
    return Signals(
        answers=float(answers[0]),
        answers_of_three=float(answers[:_SECOND_LOOK].mean()),
        sentence=max(sentences),
        similarity=max(one.similarity for one in ranking),
        lexical=max(one.lexical for one in ranking),
    )


SIGNALS = tuple(one.name for one in fields(Signals))
"""What the probability of an answer is made of."""
