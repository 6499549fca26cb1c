import pytest

from eval.benchmarks.bench import Bench
from eval.benchmarks.claims_task import Judged, macro_f1, share_of
from eval.benchmarks.models import Task
from eval.benchmarks.public_sets import load_set
from eval.measures.score import NotScored
from eval.settings import EvalSettings
from tests.eval.benchmarks.trials import write_trials
from tests.fakes import HashingEmbedder


def test_macro_f1_is_the_mean_over_the_classes_that_some_claim_has() -> None:
    rows = [
        Judged("supported", "supported"),
        Judged("supported", "not judged"),
        Judged("not judged", "not judged"),
    ]

    # supported: 2·1/(2+1); not judged: 2·1/(1+2)
    assert macro_f1(rows) == pytest.approx(2 / 3)
    assert isinstance(macro_f1([]), NotScored)


def test_a_share_is_over_the_rows_that_are_asked_about_and_has_an_interval() -> None:
    rows = [
        Judged("supported", "supported"),
        Judged("contradicted", "supported"),
        Judged("supported", "not judged"),
    ]

    figure = share_of(
        rows, lambda one: None if one.said != "supported" else one.gold != "supported"
    )

    assert (figure.value, figure.n) == (0.5, 2)
    assert figure.interval is not None
    assert figure.interval[0] < 0.5 < figure.interval[1]
    assert share_of(rows, lambda _one: None).n == 0


def test_the_task_sets_the_check_beside_two_baselines(settings: EvalSettings) -> None:
    write_trials(settings.bench_data, count=6)
    data = load_set(settings.bench_data, "trials")

    content = Bench(data, settings, HashingEmbedder()).run(Task.CLAIMS).to_dict()

    assert list(content["peers"]) == ["majority", "words"]
    assert content["n"] == sum(content["claims"].values()) == 18
    assert content["claims"] == {"supported": 6, "contradicted": 6, "not judged": 6}
    assert 0 <= content["ours"]["macro-F1"] <= 1
    assert content["peers"]["majority"]["accuracy"] == pytest.approx(1 / 3)
    assert content["ours"]["coverage (a verdict is given)"] <= 1
