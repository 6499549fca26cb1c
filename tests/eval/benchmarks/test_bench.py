from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from eval.benchmarks.bench import Bench
from eval.benchmarks.comparison import ALWAYS, BEST, PLAIN
from eval.benchmarks.models import PublicSet, Task
from eval.benchmarks.public_sets import load_set
from eval.relevance.asks import folds_of
from eval.settings import EvalSettings
from index.errors import SettingsError
from rag.logistic import Logistic
from rag.rerankers import Reranking
from rag.reranking import ModelReranker
from rag.training.judgements import Fold
from tests.eval.benchmarks.tiny import QUESTIONS, RILUZOLE, TOFERSEN, write_set
from tests.fakes import HashingEmbedder, OverlapScorer

PEERS = ["dense", "bm25", "llama_index"]
ANSWERERS = [ALWAYS, PLAIN, BEST, "ours+scripted", "llama_index"]


@pytest.mark.parametrize(
    ("task", "peers", "measure", "n"),
    [
        (Task.RETRIEVAL, PEERS, "nDCG@10", 4),
        (Task.EVIDENCE, PEERS, "snippet F1@10", 2),
        (Task.ANSWERS, ANSWERERS, "citation recall", 4),
        (Task.ABSTENTION, PEERS, "AUC", 4),
    ],
)
def test_every_task_reports_ours_and_its_peers(
    tiny: PublicSet,
    settings: EvalSettings,
    task: Task,
    peers: Sequence[str],
    measure: str,
    n: int,
) -> None:
    content = Bench(tiny, settings, HashingEmbedder()).run(task).to_dict()

    assert list(content["peers"]) == peers
    assert 0.0 <= content["ours"][measure] <= 1.0
    assert measure in content["ci"]["ours"]
    assert all(measure in content["peers"][peer] for peer in peers)
    assert (content["n"], content["set"], content["task"]) == (n, "tiny", str(task))
    assert content["documents"] == (3 if task is Task.ABSTENTION else 5)


def test_a_second_run_embeds_no_document_and_gives_the_same(
    tiny: PublicSet, settings: EvalSettings
) -> None:
    first = Bench(tiny, settings, HashingEmbedder()).run(Task.RETRIEVAL)
    embedder = HashingEmbedder()

    second = Bench(tiny, settings, embedder).run(Task.RETRIEVAL)

    assert embedder.embedded == []
    assert second == first


def test_what_is_found_is_right_on_a_set_this_small(
    tiny: PublicSet, settings: EvalSettings
) -> None:
    figures = Bench(tiny, settings, HashingEmbedder()).run(Task.RETRIEVAL).figures

    assert {one["recall@50"].value for one in figures.values()} == {1.0}


def test_abstention_takes_out_the_gold_of_half_of_the_questions(
    tiny: PublicSet, settings: EvalSettings
) -> None:
    report = Bench(tiny, settings, HashingEmbedder()).run(Task.ABSTENTION)

    assert report.extra["unanswerable"] == report.extra["answerable"] == 2
    assert report.extra["documents_removed"] == 2
    assert report.extra["still_answered"] == "not read"
    assert report.figures["bm25"]["false abstentions"].value == 0.0


def test_a_limit_asks_fewer_questions_of_the_same_documents(
    tiny: PublicSet, settings: EvalSettings
) -> None:
    report = Bench(tiny, settings, HashingEmbedder()).run(Task.RETRIEVAL, limit=2)

    assert (report.n, report.documents, report.part) == (2, 5, "not stated, 2 drawn")


def test_too_few_questions_to_split_are_told(tiny: PublicSet, settings: EvalSettings) -> None:
    with pytest.raises(SettingsError, match="tiny has too few questions to split"):
        Bench(tiny, settings, HashingEmbedder()).run(Task.ABSTENTION, limit=1)


def test_a_set_that_does_not_say_what_answers_is_told(
    tmp_path: Path, settings: EvalSettings
) -> None:
    write_set(tmp_path, "bare", [RILUZOLE, TOFERSEN], QUESTIONS[3:], [("q4", "t", 1)])
    bench = Bench(load_set(tmp_path, "bare"), settings, HashingEmbedder())

    with pytest.raises(SettingsError, match=r"bare has no question that says enough .* evidence"):
        bench.run(Task.EVIDENCE)


def test_snippets_that_stand_nowhere_are_no_evidence_to_find(
    tmp_path: Path, settings: EvalSettings
) -> None:
    snippets = [{"pmid": "t", "text": "Words of a full text that the corpus does not hold."}]
    asked = QUESTIONS[2] | {"snippets": snippets}
    write_set(tmp_path, "lost", [RILUZOLE, TOFERSEN], [asked], [("q3", "t", 1)])
    bench = Bench(load_set(tmp_path, "lost"), settings, HashingEmbedder())

    with pytest.raises(SettingsError, match="no question that says enough"):
        bench.run(Task.EVIDENCE)


def test_with_a_reranker_ours_without_it_is_measured_too(
    tiny: PublicSet, settings: EvalSettings
) -> None:
    overlap = ModelReranker("overlap", OverlapScorer(), Logistic(0, {"relevance": 1}), budget_s=60)
    weights = Logistic(0.0, {"answers": 1.0})
    bench = Bench(tiny, settings, HashingEmbedder(), reranking=Reranking(overlap, weights))

    retrieval = bench.run(Task.RETRIEVAL)
    abstention = bench.run(Task.ABSTENTION)

    assert list(retrieval.figures) == ["ours", "ours, not reranked", *PEERS]
    assert retrieval.settings["reranker"] == "overlap"
    assert set(retrieval.to_dict()["systems"]) == set(retrieval.figures)  # each is explained
    assert list(abstention.figures) == ["ours", *PEERS]
    assert abstention.figures["ours"]["AUC"].value is not None


def test_a_fold_asks_what_training_used_for_that_alone(
    tiny: PublicSet, settings: EvalSettings
) -> None:
    folds = folds_of(tiny)
    fold, count = Counter(folds.values()).most_common()[0]

    report = Bench(tiny, settings, HashingEmbedder(), fold=fold).run(Task.RETRIEVAL)

    assert report.n == count
    assert f"Questions of the fold {fold} alone." in report.notes
    (absent,) = [one for one in Fold if one not in folds.values()][:1]
    with pytest.raises(SettingsError, match="no question that says enough"):
        Bench(tiny, settings, HashingEmbedder(), fold=absent).run(Task.RETRIEVAL)
