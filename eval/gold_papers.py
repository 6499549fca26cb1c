"""Whether the papers that the questions were written on are in the library that they are put to."""

from collections.abc import Sequence
from pathlib import Path

from eval.dataset import QUESTIONS_FOLDER, Case
from index.build_reader import Build
from index.errors import SettingsError, UnknownDocumentError


def check_gold_papers(cases: Sequence[Case], build: Build, *, questions: Path) -> str | None:
    """What to warn of where some of the cases' gold papers are not in the build.

    Args:
        cases: those that will be asked.
        build: is searched.
        questions: the folder that the cases are from.

    Raises:
        SettingsError: there are gold papers, and the build has none of them.
    """
    sources = dict.fromkeys(gold.source for case in cases for gold in case.gold)
    missing = [source for source in sources if not _holds(build, source)]
    if not missing:
        return None
    default = questions.resolve() == QUESTIONS_FOLDER
    what = "the default documents (documents/)" if default else "other documents"
    if len(missing) == len(sources):
        raise SettingsError(
            f"None of the {len(sources)} gold papers of these questions is in the library: they"
            f" are for {what}.",
            "Index those into another ALSQA_DATA_DIR and ask there, or name questions on your own"
            " documents with --questions FOLDER.",
        )
    return (
        f"the library lacks {len(missing)} of {len(sources)} gold papers: the questions are for"
        f" {what}, and the labels of cases on what it lacks are stale."
    )


def _holds(build: Build, source: str) -> bool:
    try:
        build.resolve(source)
    except UnknownDocumentError:
        return False
    return True
