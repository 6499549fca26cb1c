"""Whether quotes are verbatim: quotes and the text at their offsets in, the share that agree out.

The second invariant of `rag.verification`, measured apart from the code that enforces it.
"""

from collections.abc import Iterable

from eval.measures.score import Score, ratio


def exact_quote_share(pairs: Iterable[tuple[str, str]]) -> Score:
    """Share of the quotes that equal their source's text, character for character.

    Args:
        pairs: each quote with `text[start:end]` of its document. An empty quote is never right.
    """
    every = list(pairs)
    exact = sum(bool(quote) and quote == text for quote, text in every)
    return ratio(exact, len(every), otherwise="nothing is quoted")
