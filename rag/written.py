"""What was decided on an answer, and what wrote it."""

from dataclasses import dataclass

from rag.composition import Outcome

COMPOSER = "extractive"
RUNS_ON = "this machine"


@dataclass(frozen=True, slots=True)
class Written:
    """An outcome, and how it came about."""

    outcome: Outcome
    composer: str = COMPOSER
    runs_on: str = RUNS_ON
    """The host that got question and evidence."""
    model_output: tuple[str, ...] = ()
    """The model's reply as it came, then each repair."""
