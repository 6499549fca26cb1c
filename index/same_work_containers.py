"""Whether two names are of one journal: its words, as two sources write them, in.

One has "The Journal of small animal practice", another "J Small Anim Pract", a third "JSAP".
"""

_LINKING = frozenset(
    "the of and in for on de la le et der die das und fur a an".split()  # noqa: SIM905 - plainer
)
_SHORTEST_ACRONYM = 3


def is_one_container(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """True where the one is the other, its beginning, an abbreviation or an acronym of it.

    Both are words in lower case without accents, at least one.
    """
    short, long = sorted((one, other), key=lambda words: (len("".join(words)), words))
    if "".join(long).startswith("".join(short)):
        return True
    if len(short) == 1 and len(long) > 1 and _is_acronym(short[0], long):
        return True
    return _abbreviates(short, long)


def _is_acronym(word: str, words: tuple[str, ...]) -> bool:
    initials = "".join(one[0] for one in words)
    return len(word) >= _SHORTEST_ACRONYM and _is_subsequence(word, initials)


_LINKING = frozenset(
    [
        "the",
        "of",
        "and",
        "in",
        "for",
        "on",
        "de",
        "la",
        "le",
        "et",
        "der",
        "die",
        "das",
        "und",
        "fur",
        "of",
        "a",
        "an",
    ]
)


def _abbreviates(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """True where each word of the one shortens a word of the other, in order."""
    here = [word for word in short if word not in _LINKING]
    there = [word for word in long if word not in _LINKING]
    if not here or len(here) > len(there):
        return False
    at = 0
    for word in here:
        while at < len(there) and not _shortens(word, there[at]):
            at += 1
        if at == len(there):
            return False
        at += 1
    return len(here) > 1 or len(there) == 1


def _shortens(short: str, long: str) -> bool:
    if len(short) > len(long):
        short, long = long, short
    return short[0] == long[0] and _is_subsequence(short, long)


def _is_subsequence(short: str, long: str) -> bool:
    letters = iter(long)
    return all(letter in letters for letter in short)
