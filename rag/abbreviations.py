"""What a document's abbreviations stand for, in its own words: a text and an abbreviation in, its meaning out.

A definition is "amyotrophic lateral sclerosis (ALS)" or "ALS (amyotrophic lateral sclerosis)". The
long form is found as Schwartz and Hearst do (2003, "A simple algorithm for identifying abbreviation
definitions in biomedical text", Pacific Symposium on Biocomputing 8:451-462).
"""

import re

_ABBREVIATION = re.compile(
    r"(?<![\w-])(?=[^\s()]*[A-Z][^\s()]*[A-Z0-9])[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*(?![\w-])"
)
_LONGEST = 12
_LOOK_BACK = 400
"""Characters before an abbreviation, at most, that its long form is looked for in."""
_WORD = re.compile(r"\S+")
_BREAK = re.compile(r"[.;:!?()\[\]]\s|[()\[\]]|\n")
_MEANING = re.compile(r"[^\W\d_](?:[\w'’/-]|[ ,](?=[\w'’/-]))*", re.UNICODE)


def abbreviations_in(text: str) -> list[str]:
    """Words that may be abbreviations: two capitals, or one and a digit; each once, in order."""
    found = (match.group() for match in _ABBREVIATION.finditer(text))
    return [one for one in dict.fromkeys(found) if len(one) <= _LONGEST]


def meaning_of(abbreviation: str, text: str) -> str | None:
    """The long form that the text gives where it defines the abbreviation, else None.

    One that begins a sentence there is given in small letters, where the text has it so too.
    """
    long = _defined(abbreviation, text)
    small = long[0].lower() + long[1:] if long else ""
    return small if small and small in text else long


def stretches_read(abbreviation: str, text: str) -> list[tuple[int, int]]:
    """Where `meaning_of` looks: of a text that is blank but for these it gives the same."""
    stretches: list[tuple[int, int]] = []
    for opening in _openings(abbreviation):
        place = text.find(opening)
        if place >= 0:
            stretches.append((max(0, place - _LOOK_BACK), place + len(opening)))
    place = text.find(f"{abbreviation} (")
    if place >= 0:
        most = place + len(abbreviation) + 2 + _LOOK_BACK + 1
        closing = text.find(")", place, most)
        stretches.append((max(0, place - 1), min(len(text), most) if closing < 0 else closing + 1))
    meaning = meaning_of(abbreviation, text)
    if meaning is not None:
        place = text.find(meaning)
        stretches.append((place, place + len(meaning)))
    return stretches


def _openings(abbreviation: str) -> tuple[str, ...]:
    return (f"({abbreviation})", f"({abbreviation};", f"({abbreviation},")


def _defined(abbreviation: str, text: str) -> str | None:
    for opening in _openings(abbreviation):
        place = text.find(opening)
        if place > 0 and (long := _long_form(abbreviation, text[:place])):
            return long
    place = text.find(f"{abbreviation} (")
    if place < 0 or text[max(0, place - 1) : place].isalnum():
        return None
    inside = text[place + len(abbreviation) + 2 :].partition(")")[0]
    long = inside.strip()
    return long if _long_form(abbreviation, long) == long else None


def _long_form(short: str, before: str) -> str | None:
    """The words at the end of `before` that the short form is made of."""
    words = min(len(short) + 5, 2 * len(short))
    breaks = [match.end() for match in _BREAK.finditer(before[-_LOOK_BACK:].rstrip())]
    clause = before[-_LOOK_BACK:].rstrip()[breaks[-1] if breaks else 0 :]
    starts = [match.start() for match in _WORD.finditer(clause)][-words:]
    if not starts:
        return None
    begin = _match_backwards(short, clause, least=starts[0])
    if begin is None:
        return None
    long = clause[begin:]
    is_form = _MEANING.fullmatch(long) is not None and short.lower() not in long.lower().split()
    return long if is_form and len(long) > len(short) else None


def _match_backwards(short: str, long: str, *, least: int) -> int | None:
    """Where the long form begins: its letters have those of the short one in order, from the right.

    The first letter of the short form begins a word.
    """
    place = len(long)
    letters = [letter.lower() for letter in short if letter.isalnum()]
    for position in range(len(letters) - 1, -1, -1):
        place -= 1
        while place >= least and not (
            long[place].lower() == letters[position]
            and (position or place == 0 or not long[place - 1].isalnum())
        ):
            place -= 1
        if place < least:
            return None
    return place
