import json
from pathlib import Path

import pytest

from eval.settings import EvalSettings
from eval.stance_making import make_stance
from index.errors import SettingsError
from index.settings import read_settings
from rag.stance import load_stance_model
from tests.eval.benchmarks.trials import write_trials
from tests.fakes import HashingEmbedder


def test_stance_weights_are_fitted_on_trials_and_say_how(
    tmp_path: Path,
) -> None:
    write_trials(tmp_path / "sets", count=60)
    settings = read_settings(EvalSettings, data_dir=tmp_path / "data", bench_data=tmp_path / "sets")
    out = tmp_path / "weights.json"

    made = make_stance(out, settings, HashingEmbedder(), set_name="trials")

    content = json.loads(out.read_text(encoding="utf-8"))
    assert content["made"] == made
    assert made["claims_learned_from"] > made["claims_calibrated_on"] > 0
    assert load_stance_model(out).supports.weights["agrees"] > 0


def test_a_set_with_too_few_trials_is_told(tmp_path: Path) -> None:
    write_trials(tmp_path / "sets", count=1)
    settings = read_settings(EvalSettings, data_dir=tmp_path / "data", bench_data=tmp_path / "sets")

    with pytest.raises(SettingsError, match="too few trials"):
        make_stance(tmp_path / "w.json", settings, HashingEmbedder(), set_name="trials")
