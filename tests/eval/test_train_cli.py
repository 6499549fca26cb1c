"""`alsqa train relevance` on a made-up set and a model of ten words."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from eval.benchmarks.public_sets import load_set
from eval.relevance import card, making
from eval.relevance.asks import folds_of
from eval.train_cli import app
from index.embedding import Embedder
from index.errors import SettingsError
from rag.relevance_model import CARD_FILE, ModelRecord, RelevanceModel
from rag.rerankers import reranking_that_is_set
from rag.settings import RagSettings
from rag.training.judgements import Fold
from tests.eval.benchmarks.tiny import write_set
from tests.fakes import HashingEmbedder
from tests.rag.tiny_relevance import save_tiny_relevance
from tests.tiny_models import WORDS, save_base_model

_DOCUMENTS = 60


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tiny model in place of the one that is trained, and a hashing embedder."""
    folder = save_base_model(tmp_path / "base")

    def embedder(_settings: object) -> Embedder:
        return HashingEmbedder()

    def model_folder() -> Path:
        return folder

    monkeypatch.setattr(making, "model_folder", model_folder)
    monkeypatch.setattr(making, "_MAX_TOKENS", 40)
    monkeypatch.setattr(card, "model_folder", model_folder)
    monkeypatch.setattr("rag.rerankers.model_folder", model_folder)
    monkeypatch.setattr("index.embedding_models.embedder_that_is_set", embedder)
    monkeypatch.setattr("rag.training.recipe.RECIPES", _tiny_recipes())
    return folder


def _tiny_recipes() -> dict[str, object]:
    from rag.training.recipe import Recipe

    return {"six-layers": Recipe(layers=(0, 1), max_tokens=40, short_tokens=(24,), bf16=False)}


@pytest.fixture
def run(tmp_path: Path, base: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    del base
    monkeypatch.setenv("ALSQA_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("ALSQA_BENCH_DATA", str(tmp_path / "sets"))

    def invoke(*args: str) -> str:
        result = CliRunner().invoke(
            app, ["relevance", "--out", str(tmp_path / "model"), "--pairs", "40", *args]
        )
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.output

    return invoke


def _write_bioasq(folder: Path) -> None:
    def text(number: int) -> str:
        first, second = WORDS[number % 8], WORDS[(number // 8 + number) % 8]
        return f"{first.capitalize()} {second} paper{number}."

    corpus = [
        {"id": str(n), "pmid": None, "title": None, "text": text(n)} for n in range(_DOCUMENTS)
    ]
    asked = [
        {
            "id": f"q{n}",
            "question": f"{text(n)[:-1]}?",
            "type": "factoid",
            "snippets": [{"pmid": str(n), "text": text(n)}],
        }
        for n in range(_DOCUMENTS)
    ]
    write_set(folder, "bioasq", corpus, asked, [(f"q{n}", str(n), 1) for n in range(_DOCUMENTS)])


def test_a_model_is_made_that_answers_can_be_given_with(
    run: Callable[..., str], tmp_path: Path, base: Path
) -> None:
    _write_bioasq(tmp_path / "sets")
    assert "ALSQA_RERANKER=" in run("--name", "made")
    folder = tmp_path / "model"
    record = ModelRecord.read(folder)
    assert record.name == "made"
    assert record.recipe["pairs"] == 40
    assert len(record.recorded) == 20
    model = RelevanceModel(folder, base / "tokenizer.json")
    assert model.record == record
    found = reranking_that_is_set(RagSettings(reranker=str(folder)))
    assert found.problem is None
    assert found.name == record.title
    assert found.answerability is not None


def test_what_was_trained_is_not_trained_again(run: Callable[..., str], tmp_path: Path) -> None:
    _write_bioasq(tmp_path / "sets")
    run()
    first = ModelRecord.read(tmp_path / "model")
    (log,) = (tmp_path / "data" / "training").glob("*/checkpoint.pt")
    before = log.stat().st_size
    run()
    assert ModelRecord.read(tmp_path / "model") == first
    assert log.stat().st_size == before


def test_judgements_alone_take_the_shipped_formulas(
    run: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write_bioasq(tmp_path / "sets")
    run()
    shipped = tmp_path / "shipped"
    (tmp_path / "model").rename(shipped)
    monkeypatch.setattr(making, "OWN_MODEL", shipped)
    monkeypatch.setenv("ALSQA_BENCH_DATA", str(tmp_path / "no sets"))
    lines = [
        {
            "question": "Riluzole?",
            "group": str(number),
            "passages": [
                {"text": "Riluzole slows ALS.", "relevant": True},
                {"text": "Gene.", "relevant": False},
            ],
        }
        for number in range(10)
    ]
    judged = tmp_path / "judged.jsonl"
    judged.write_text("\n".join(map(json.dumps, lines)))
    run("--data", str(judged))
    own, old = ModelRecord.read(tmp_path / "model"), ModelRecord.read(shipped)
    assert own.mixing == old.mixing
    assert own.answerability == old.answerability
    assert own.sha256 != old.sha256


def test_with_nothing_to_learn_from_it_says_what_to_give(
    run: Callable[..., str], tmp_path: Path
) -> None:
    with pytest.raises(SettingsError, match="judgements of your own with --data"):
        run()
    assert not (tmp_path / "model" / CARD_FILE).exists()


def test_a_card_has_the_figures_of_what_was_held_back(
    run: Callable[..., str], tmp_path: Path
) -> None:
    _write_bioasq(tmp_path / "sets")
    run()

    result = CliRunner().invoke(app, ["card", str(tmp_path / "model")])

    assert result.exception is None
    rows = [line for line in result.stdout.splitlines() if line.startswith("| bioasq")]
    held = sum(
        one is Fold.HELD_BACK for one in folds_of(load_set(tmp_path / "sets", "bioasq")).values()
    )
    assert f"| bioasq, {held}, held-back | nDCG@10 | " in rows[0]
    assert any(f"60 documents, gold in or out, {held} | AUC" in row for row in rows)
    assert any("calibration error" in row for row in rows)
    # Rankings; parts of 2, of 20 and the whole; calibration; what four thresholds keep.
    assert len(rows) == 3 + 2 * 3 + 1 + 2 * 4


def test_a_card_without_sets_says_where_they_belong(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del base
    save_tiny_relevance(tmp_path / "tiny")
    monkeypatch.setenv("ALSQA_BENCH_DATA", str(tmp_path / "none"))
    result = CliRunner().invoke(app, ["card", str(tmp_path / "tiny" / "model")])
    assert isinstance(result.exception, SettingsError)
    assert "ALSQA_BENCH_DATA" in result.exception.remedy
