"""Which questions other documents still answer once their gold is taken out, as read by hand.

`still_answered.yaml` beside this module holds `{set: {question id: yes|no}}`. It says how few false
answers there can be: a system that answers these is right, though the set calls them unanswerable.
"""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml

from index.errors import SettingsError

FILE = Path(__file__).with_name("still_answered.yaml")
NOT_READ = "not read"
_WORDS = {True: True, False: False, "yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class StillAnswered:
    """What was read of the questions that were asked."""

    share: float
    read: int
    of: int

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def read_still_answered(
    set_name: str, question_ids: Collection[str], *, file: Path = FILE
) -> StillAnswered | None:
    """The share of the questions read that other documents answer; None where none was read.

    Raises:
        SettingsError: the file has another form.
    """
    if not file.is_file():
        return None
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsError(f"{file} cannot be read: {error}.", "Mend it.") from error
    read = content.get(set_name) or {} if isinstance(content, dict) else None
    if not isinstance(read, dict) or not all(
        one in _WORDS for one in map(_hashable, read.values())
    ):
        raise SettingsError(
            f"{file}, {set_name}: it must map question ids to yes or no.", "Mend it."
        )
    answers = [_WORDS[value] for name, value in read.items() if str(name) in question_ids]
    if not answers:
        return None
    return StillAnswered(sum(answers) / len(answers), len(answers), len(question_ids))


def _hashable(value: object) -> object:
    return value if isinstance(value, bool | str) else None
