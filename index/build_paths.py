"""Where builds lie under the data directory, and which of them is live."""

import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from index.errors import BuildError, DamagedBuildError, NoBuildError
from index.safe_files import replace_text

MANIFEST = "manifest.json"
DAMAGED = ".damaged"
_BUILD_ID = re.compile(r"[0-9a-f]{12}-[0-9a-f]{8}")
REMEDY = "Run: alsqa index. It is made again from stored vectors."


@dataclass(frozen=True, slots=True)
class BuildPaths:
    """Where builds lie under the data directory."""

    data_dir: Path

    @property
    def library(self) -> Path:
        return self.data_dir / "library.db"

    @property
    def builds(self) -> Path:
        return self.data_dir / "builds"

    @property
    def current(self) -> Path:
        return self.data_dir / "CURRENT"

    @property
    def scratch(self) -> Path:
        return self.data_dir / "scratch"

    def served_build_id(self) -> str:
        """The build that answered last, "" where none is known to have."""
        try:
            return self._served.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            return ""

    def note_served(self, build_id: str) -> bool:
        """Note that a build has answered; False where this reader may not write."""
        with suppress(OSError):
            replace_text(self._served, build_id)
            return True
        return False

    @property
    def _served(self) -> Path:
        return self.data_dir / "SERVED"

    def names_live(self, build_id: str) -> bool:
        """Whether `CURRENT` names that build."""
        try:
            return self.live_build_id() == build_id
        except BuildError:
            return False

    def remove_leftovers(self) -> None:
        """Remove small files that a killed process left half-written; for the writer alone."""
        for path in self.data_dir.glob("*.tmp"):
            path.unlink(missing_ok=True)

    def build(self, build_id: str) -> Path:
        return self.builds / build_id

    def named_build_id(self) -> str:
        """What `CURRENT` says, whether or not there is such a build; "" where it says nothing."""
        try:
            return self.current.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            return ""

    def live_build_id(self) -> str:
        """The id in `CURRENT`; raises NoBuildError where nothing is live."""
        if not self.current.exists():
            raise NoBuildError(f"Nothing is indexed yet in {self.data_dir}.", "Run: alsqa index.")
        build_id = self.named_build_id()
        if not _BUILD_ID.fullmatch(build_id) or not self.build(build_id).is_dir():
            raise DamagedBuildError(f"{self.current} names no build.", REMEDY)
        return build_id
