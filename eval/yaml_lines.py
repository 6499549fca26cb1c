"""A hand-written YAML file in; its content, and the line that each part of it stands on, out.

Every scalar is text: a question "1995" is no number, an intent "yes" no truth value.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from index.errors import SettingsError


@dataclass(frozen=True, slots=True)
class LinedYaml:
    """What a file holds: dicts, lists and strings; None where it is empty."""

    path: Path
    content: Any
    root: yaml.Node | None

    def where(self, place: Sequence[int | str]) -> str:
        """File and line of what lies at `place`, or of the last part of it that is there."""
        node = self.root
        for part in place:
            found = next(_below(node, part), None)
            if found is None:
                break
            node = found
        return _at(self.path, node)


def read_yaml(path: Path) -> LinedYaml:
    """Read a file.

    Raises:
        SettingsError: it cannot be read, is no YAML, or gives a name twice.
    """
    try:
        return parse_yaml(path.read_text(encoding="utf-8"), path)
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}.", "Name a file of questions.") from (
            error
        )


def parse_yaml(text: str, path: Path) -> LinedYaml:
    """The content of a text that stands, or will stand, in `path`; raises as `read_yaml` does."""
    try:
        loader = yaml.BaseLoader(text)
        root = loader.get_single_node()
        content = loader.construct_document(root) if root else None
    except yaml.YAMLError as error:
        line, fault = _fault(error, text)
        raise SettingsError(f"{path}:{line}: no YAML: {fault}.", "Mend it there.") from error
    _check_nodes(path, root, seen=set())
    return LinedYaml(path, content, root)


def _check_nodes(path: Path, node: yaml.Node | None, *, seen: set[int]) -> None:
    """Refuse what would be lost silently, or could not be written into a run."""
    if node is None or id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.ScalarNode):
        if any("\ud800" <= character <= "\udfff" for character in node.value):
            raise SettingsError(f"{_at(path, node)}: half of a surrogate pair.", "Take it out.")
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _check_nodes(path, item, seen=seen)
    elif isinstance(node, yaml.MappingNode):
        names: set[str] = set()
        for key, value in node.value:
            if key.value in names:
                raise SettingsError(f"{_at(path, key)}: {key.value!r} is given twice.", "Keep one.")
            names.add(key.value)
            _check_nodes(path, value, seen=seen)


def _below(node: yaml.Node | None, part: int | str) -> Iterator[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        yield from (value for key, value in node.value if key.value == part)
    elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        yield node.value[part]


def _at(path: Path, node: yaml.Node | None) -> str:
    return f"{path}:{node.start_mark.line + 1 if node else 1}"


def _fault(error: yaml.YAMLError, text: str) -> tuple[int, str]:
    """The line, from 1, and what is wrong there."""
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return error.problem_mark.line + 1, str(error.problem)
    if isinstance(error, yaml.reader.ReaderError):
        character = text[error.position]
        return text.count(
            "\n", 0, error.position
        ) + 1, f"the character {character!r} is not allowed"
    return 1, str(error)
