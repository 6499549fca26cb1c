import random
from dataclasses import replace

import pytest
from rapidfuzz.distance import DamerauLevenshtein

from eval.benchmarks.asked import AskedQuestion
from eval.benchmarks.models import BenchQuestion, PublicSet
from eval.benchmarks.typos import drug_names, measure_typos, misspell
from eval.settings import EvalSettings
from index.errors import SettingsError
from tests.fakes import HashingEmbedder


def _question(text: str) -> AskedQuestion:
    return AskedQuestion(BenchQuestion("q", text, "", {"a": 1}, 0), {"a": 1})


def test_slip_is_one_letter_behind_the_first_of_the_rarest_long_word() -> None:
    chance = random.Random(1)

    for _ in range(200):
        slip = misspell(_question("Does the patient take Riluzole daily?"), chance)

        assert slip is not None
        assert slip.word == "riluzole"
        assert DamerauLevenshtein.distance(slip.slip, "riluzole") == 1
        assert slip.slip[0] == "r"
        assert slip.text == f"Does the patient take {slip.slip} daily?"


def test_question_of_short_words_is_left_out() -> None:
    assert misspell(_question("Is SOD1 bad in ALS?"), random.Random(1)) is None


def test_slips_are_set_right_and_absent_names_stay(tiny: PublicSet, settings: EvalSettings) -> None:
    names = ["nivolumab", "tofersen", "edaravine"]

    report = measure_typos(tiny, settings, HashingEmbedder(), questions=10, names=names)

    assert report.questions == 4
    assert report.clean_recall == report.misspelt_recall == 1.0
    assert report.set_right >= 3
    assert report.read_as_another == 0
    assert report.names_absent == 2
    assert [(one.name, one.read_as) for one in report.names_changed] == [("edaravine", "edaravone")]
    assert report.to_dict()["share_of_clean"] == 1.0


def test_set_without_questions_that_can_be_misspelt_is_refused(
    tiny: PublicSet, settings: EvalSettings
) -> None:
    with pytest.raises(SettingsError, match="no question to misspell"):
        measure_typos(replace(tiny, questions=()), settings, HashingEmbedder(), questions=3)


def test_drug_names_are_many_and_each_is_there_once() -> None:
    names = drug_names()

    assert len(names) == len(set(names)) > 100
    assert all(name.isalpha() and name.islower() for name in names)
