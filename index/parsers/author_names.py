"""Which part of an author's name is the family name, where the form of the source tells it."""

import re

_INITIALS = r"(?:[A-ZÀ-Þ][a-zß-ÿ]?){1,4}"
_SUFFIX = r"(?:Jr|Sr|II|III|IV|2nd|3rd|4th)"
_FAMILY_INITIALS = re.compile(rf"(?P<family>\S.*?) {_INITIALS}(?: {_SUFFIX})?")
_GIVEN_FAMILY = re.compile(r"\S+(?: [A-ZÀ-Þ]\.?)* (?![A-ZÀ-Þ]{1,3}$)(?P<family>\S+)")


def family_before_initials(name: str) -> str | None:
    """The family name of `van der Berg JP Jr`, as MEDLINE and Vancouver lists write names."""
    match = _FAMILY_INITIALS.fullmatch(name)
    return match["family"] if match else None


def family_at_end(name: str) -> str | None:
    """The family name of `Ada B. Smith`, where given names are known to come first.

    Between the first given name and it nothing but initials may stand, for elsewhere nothing tells
    where a family name of two words begins; nor may it be initials itself, as in `Smith AB`.
    """
    match = _GIVEN_FAMILY.fullmatch(name)
    return match["family"] if match else None
