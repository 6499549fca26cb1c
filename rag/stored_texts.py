"""Parts of a text that are kept, each where it stood: stretches of a text in, excerpts out, and back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

GAP = "\0"
"""Stands for each character that was not kept; no text of a document has it, and it is no space."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A stretch of a text, and where it begins there."""

    start: int
    text: str


def excerpts_of(text: str, stretches: Iterable[tuple[int, int]]) -> tuple[Excerpt, ...]:
    """What stands in the stretches, in order; those that touch become one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(stretches):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(Excerpt(start, text[start:end]) for start, end in merged)


def laid_out(excerpts: Sequence[Excerpt]) -> str:
    """A text with the excerpts where they stood, and gaps between them."""
    parts: list[str] = []
    place = 0
    for one in excerpts:
        parts += [GAP * (one.start - place), one.text]
        place = one.start + len(one.text)
    return "".join(parts)
