"""An author's name in the parts that reference formats want: family name, given names, suffix."""

import re
from dataclasses import dataclass

from index.models import Author
from index.parsers.references.text import tidy

_SUFFIX = re.compile(
    r"(?:(?P<given>.+) )?(?P<suffix>Jr|Sr)\.?|(?P<first>.+) (?P<number>[2-4]th|2nd|3rd|II|III|IV)"
)
"""A numeral alone is no suffix: `Petrov IV` has the initials I. V."""
_INITIALS = re.compile(r"[A-ZÀ-ÖØ-Þ]{2,6}")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class PersonName:
    """A person; `given` are names, or initials parted by blanks, "" where the source gives none.

    Programs that shorten names take `RG` for one name, and `R G` for two.
    """

    family: str
    given: str
    suffix: str


def person_name(author: Author) -> PersonName | None:
    """The parts of the name; None for a group, and where the source does not tell the family name."""
    name, family = tidy(author.name), tidy(author.family or "")
    if family and name.startswith(f"{family} "):
        return _with_suffix(family, name.removeprefix(f"{family} "))
    if family and name.endswith(f" {family}"):
        return PersonName(family, name.removesuffix(f" {family}"), "")
    return PersonName(family, "", "") if family and name == family else None


def initials_of(given: str) -> str:
    """`JA` of `John A`, `J. A.` and `JA`; `JP` of `Jean-Pierre`."""
    words = given.replace(".", " ").replace("-", " ").split()
    return "".join(
        word if word.isupper() and len(word) <= 3 else word[0].upper()
        for word in words
        if _LETTER.match(word)
    )


def _with_suffix(family: str, rest: str) -> PersonName:
    match = _SUFFIX.fullmatch(rest)
    given = (match["given"] or match["first"] or "") if match else rest
    suffix = (match["suffix"] or match["number"]) if match else ""
    is_initials = _INITIALS.fullmatch(given) and not (family.isupper() and len(given) > 2)
    return PersonName(family, " ".join(given) if is_initials else given, suffix)
