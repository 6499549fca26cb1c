from pathlib import Path

import pytest

from eval.benchmarks.library import bench_folder, make_library
from eval.benchmarks.models import BenchDocument, PublicSet
from eval.benchmarks.public_sets import load_set
from eval.settings import EvalSettings
from tests.eval.benchmarks.tiny import EDARAVONE, QRELS, QUESTIONS, RILUZOLE, write_set
from tests.fakes import HashingEmbedder


def test_every_record_is_mapped_to_the_document_that_it_became(
    tiny: PublicSet, settings: EvalSettings
) -> None:
    library = make_library(tiny.records, settings, HashingEmbedder())

    ids = library.document_ids
    assert ids["tiny-00001.txt"] == ids["noise-00001.txt"] == "pmid:101"
    assert ids["tiny-00002.txt"] == "pmid:102"
    assert ids["tiny-00003.txt"].startswith("sha256:")
    assert len(set(ids.values())) == 5
    assert library.not_indexed == ()


def test_the_corpus_id_of_every_file_is_written_beside_the_folder(
    tiny: PublicSet, settings: EvalSettings
) -> None:
    library = make_library(tiny.records, settings, HashingEmbedder())

    path = library.settings.documents_dir.parent / "corpus_ids.tsv"
    assert path.read_text(encoding="utf-8").splitlines()[2:5] == [
        "tiny-00003.txt\tt",
        "tiny-00004.txt\ts",
        "noise-00001.txt\tn1",
    ]


def test_peers_get_each_document_once_by_the_record_that_says_most(
    tiny: PublicSet, settings: EvalSettings
) -> None:
    documents = make_library(tiny.records, settings, HashingEmbedder()).documents(tiny.records)

    assert len(documents) == 5
    assert documents[0] == BenchDocument("pmid:101", RILUZOLE["title"], RILUZOLE["text"])
    assert documents[3].whole == "Speech therapy helps people to talk."


def test_a_second_run_embeds_nothing(tiny: PublicSet, settings: EvalSettings) -> None:
    first, second = HashingEmbedder(), HashingEmbedder()

    make_library(tiny.records, settings, first)
    make_library(tiny.records, settings, second)

    assert first.embedded
    assert second.embedded == []


def test_without_some_records_nothing_else_is_missing_and_nothing_is_embedded(
    tiny: PublicSet, settings: EvalSettings
) -> None:
    whole = make_library(tiny.records, settings, HashingEmbedder())
    embedder = HashingEmbedder()
    without = {"tiny-00001.txt", "noise-00001.txt"}

    less = make_library(tiny.records, settings, embedder, without=without)

    kept = {name: own for name, own in whole.document_ids.items() if name not in without}
    assert less.document_ids == kept
    assert "pmid:101" not in {one.document_id for one in less.documents(tiny.records)}
    assert embedder.embedded == []


def test_a_library_without_some_records_needs_no_whole_one(
    tiny: PublicSet, settings: EvalSettings
) -> None:
    less = make_library(tiny.records, settings, HashingEmbedder(), without={"tiny-00001.txt"})

    assert "tiny-00001.txt" not in less.document_ids


def test_a_record_that_contradicts_another_keeps_an_id_that_no_document_has(
    tmp_path: Path, settings: EvalSettings
) -> None:
    contrary = EDARAVONE | {"doi": RILUZOLE["doi"]}
    write_set(tmp_path / "odd", "odd", [RILUZOLE, contrary], QUESTIONS, QRELS)
    data = load_set(tmp_path / "odd", "odd")

    library = make_library(data.records, settings, HashingEmbedder())

    assert library.not_indexed == ("odd-00002.txt",)
    assert library.document_ids["odd-00002.txt"] == "not indexed: odd-00002.txt"
    assert len(library.documents(data.records)) == 2


def test_other_documents_are_another_library(tiny: PublicSet, settings: EvalSettings) -> None:
    make_library(tiny.records, settings, HashingEmbedder())
    make_library(tiny.records[:3], settings, HashingEmbedder())

    assert len(list(bench_folder(settings).iterdir())) == 2


@pytest.mark.parametrize("stopped_after", [1, 3])
def test_a_stopped_run_goes_on(tiny: PublicSet, settings: EvalSettings, stopped_after: int) -> None:
    class Stopped(Exception):
        pass

    def stop(stage: str, done: int, _total: int) -> None:
        if stage == "writing" and done == stopped_after:
            raise Stopped

    with pytest.raises(Stopped):
        make_library(tiny.records, settings, HashingEmbedder(), on_progress=stop)

    assert len(make_library(tiny.records, settings, HashingEmbedder()).document_ids) == 6
