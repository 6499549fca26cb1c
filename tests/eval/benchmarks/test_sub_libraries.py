import pytest

from eval.benchmarks.bench import Bench
from eval.benchmarks.models import PublicSet
from eval.benchmarks.sub_libraries import draw_sub_libraries
from eval.settings import EvalSettings
from index.errors import SettingsError
from tests.fakes import HashingEmbedder


def test_each_library_has_its_size_and_gold_for_every_question_it_is_asked(
    tiny: PublicSet,
) -> None:
    libraries = list(draw_sub_libraries(tiny, size=2, questions=20))

    assert sum(len(one.questions) for one in libraries) >= 20
    for one in libraries:
        names = {record.name for record in one.records}
        assert len(one.records) == len(names) == 2
        assert all(set(question.relevant) <= names for question in one.questions)
        assert all(question.relevant for question in one.questions)


def test_the_same_libraries_are_drawn_each_time_and_not_one_alone(tiny: PublicSet) -> None:
    first = [one.records for one in draw_sub_libraries(tiny, size=2, questions=20)]
    second = [one.records for one in draw_sub_libraries(tiny, size=2, questions=20)]

    assert first == second
    assert len({tuple(one.name for one in records) for records in first}) > 1


def test_library_larger_than_the_set_is_refused(tiny: PublicSet) -> None:
    with pytest.raises(SettingsError, match="Draw smaller libraries"):
        list(draw_sub_libraries(tiny, size=7))


def test_small_libraries_are_measured_for_ours_and_the_peers_each_string_embedded_once(
    tiny: PublicSet, settings: EvalSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eval.benchmarks.sub_libraries._MOST_LIBRARIES", 3)
    embedder = HashingEmbedder()

    report = Bench(tiny, settings, embedder).run_small(3)

    assert list(report.figures) == ["ours", "dense", "bm25", "llama_index"]
    assert report.documents == 3
    assert report.figures["ours"]["recall@50"].value == 1.0
    assert report.n == report.figures["bm25"]["nDCG@10"].n >= 3
    assert "3 libraries of 3 documents" in report.notes[-2]
    assert len(embedder.embedded) == len(set(embedder.embedded))
