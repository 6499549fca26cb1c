"""Words of a figure, cells of a table, addresses and formulas told from prose: a paragraph's text in.

Nothing is told by numbers alone: "The median survival was 14.2 months (95% CI 12.1-16.3)." is prose.
"""

import re

_ENDS = (".", "?", "!", ":")
_SAYS_SOMETHING = re.compile(
    r"(?:[•▪◦‣·–-]|\(?(?:\d{1,2}|[a-z])[.)])\s+\S|[A-Z][\w ]{2,30}: \S+ \S"
    r"|.*\bregistr(?:ation|y)\b",
    re.IGNORECASE,
)
"""An item of a list, such as a criterion of inclusion, and `Setting: two hospitals in Spain` need
neither a verb nor a full stop."""
_PREDICATES = frozenset(
    "is are was were be been being am has have had do does did can could may might must shall should"  # noqa: SIM905 - plainer
    " will would cannot we our they their it its he she who which that this these those there not if"
    " because while when how why what whether let".split()
)
"""Words that a statement seldom lacks and a label seldom has."""
_LINKS = frozenset(
    "the of in to for with by from on as at an a and or than after before between during".split()  # noqa: SIM905 - plainer
)
_PLACE = (
    r"(?:Universit\w+|Dep(?:artmen)?t|Institute?|Hospital|School|Faculty|College|Laboratory|Clinic"
    r"|Cent(?:er|re) (?:for|of)|Division)\b"
)
_PLACE_NAMED = re.compile(rf"\b{_PLACE}|\S@\S")
_STARTS_WITH_PLACE = re.compile(rf"[\W\d]*(?:[a-z] )?(?:From )?(?:[Tt]he )?(?:\w+ )?{_PLACE}")
_PLAIN_WORD = re.compile(r"\W*[^\W\d_]{3,}\W*")
_LONG_LABEL = 12
_FEW_WORDS = 3


def is_scrap(text: str) -> bool:
    """True for words of a figure or cells of a table: few, or mostly numbers, and no sentence."""
    words = text.split()
    spoken = sum(len(word) > 1 and word[0].isalpha() for word in words)
    if text[-1] in _ENDS and spoken >= _FEW_WORDS and _has_predicate(words):
        return False
    if text[-1] in _ENDS and spoken > _FEW_WORDS:
        return _is_formula(words) or _is_address(text, words)
    return len(words) <= _FEW_WORDS or spoken < 0.5 * len(words)


def is_label(text: str) -> bool:
    """True for words that state nothing: axis labels, heads of columns, names, running heads.

    Asked only of a paragraph that is whole: a piece of a sentence may look like this.
    """
    words = text.split()
    if text[-1] in _ENDS or _SAYS_SOMETHING.match(text) or _has_predicate(words):
        return False
    links = sum(word.lower() in _LINKS for word in words)
    return len(words) <= _LONG_LABEL or links < 0.2 * len(words)


def _has_predicate(words: list[str]) -> bool:
    return any(word.strip(".,;:()").lower() in _PREDICATES for word in words)


def _is_formula(words: list[str]) -> bool:
    plain = sum(bool(_PLAIN_WORD.fullmatch(word)) for word in words)
    return plain < _FEW_WORDS and plain < 0.4 * len(words)


def _is_address(text: str, words: list[str]) -> bool:
    """True for affiliations: they begin with a place, name another, and have a comma after each."""
    is_list = len(_PLACE_NAMED.findall(text)) >= 2 and text.count(",") * 6 >= len(words)
    return is_list and _STARTS_WITH_PLACE.match(text) is not None
