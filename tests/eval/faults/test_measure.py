from pathlib import Path

from eval.faults.measure import figures_of, judged
from eval.faults.planting import Kind, plant
from eval.faults.replies import load_replies
from tests.eval.faults.made_replies import write_made


def test_sound_replies_pass_and_faults_are_caught(tmp_path: Path) -> None:
    done: list[int] = []
    replies = plant(load_replies(tmp_path, write_made(tmp_path)))

    outcomes = judged(replies, done.append)

    figures = {one.kind: one for one in figures_of(outcomes)}
    assert done == list(range(1, len(replies) + 1))
    assert figures[Kind.VERBATIM].stopped == 0
    assert figures[Kind.PARAPHRASE].stopped == 0
    assert figures[Kind.PARAPHRASE].is_reached
    for kind in (Kind.IDENTIFIER, Kind.NUMBER, Kind.UNLISTED_NAME, Kind.LISTED_NAME, Kind.PASSAGE):
        assert figures[kind].share == 1.0
    assert figures[Kind.OUTSIDE].is_reached is None
    assert figures[Kind.NUMBER].to_dict()["kind"] == "wrong number"


def test_a_marker_that_is_put_right_counts_as_caught(tmp_path: Path) -> None:
    replies = plant(load_replies(tmp_path, write_made(tmp_path)))

    mended = [one for one in judged(replies) if one.planted.kind is Kind.PASSAGE]

    assert all(one.is_passed and one.planted.gold in one.cites for one in mended)
