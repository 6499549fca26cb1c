"""What a question asks for without naming it: "how much … should I take" asks for a dose."""

import re
from dataclasses import dataclass
from typing import Any

from rag.synonyms import Synonyms, Unit


@dataclass(frozen=True, slots=True)
class Implication:
    """What a question asks for without naming it."""

    unit: Unit
    all_of: tuple[re.Pattern[str], ...]
    none_of: re.Pattern[str] | None
    then_kind: str | None

    def holds(self, focus: str, units: list[Unit], synonyms: Synonyms) -> bool:
        if self.none_of and self.none_of.search(focus):
            return False
        found = [pattern.search(focus) for pattern in self.all_of]
        first = found[0]
        if first is None or not all(found):
            return False
        if self.then_kind is None:
            return True
        after = next((unit for unit in units if unit.start >= first.end()), None)
        return after is not None and self.then_kind in (after.key, synonyms.kind(after.key))


def read_implication(given: dict[str, Any], synonyms: Synonyms) -> Implication:
    return Implication(
        unit=synonyms.units(given["key"])[0],
        all_of=tuple(re.compile(pattern, re.IGNORECASE) for pattern in given["all"]),
        none_of=re.compile(given["none"], re.IGNORECASE) if "none" in given else None,
        then_kind=synonyms.units(given["then_kind"])[0].key if "then_kind" in given else None,
    )
