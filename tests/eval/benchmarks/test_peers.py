import llama_index.core.settings as llama_settings
import numpy as np
import pytest

from eval.benchmarks import peers
from eval.benchmarks.models import BenchDocument
from eval.benchmarks.peer_vectors import PeerVectors
from eval.benchmarks.peers import PeerCorpus, open_llama_index, open_peers, require_peers
from eval.benchmarks.peers_bm25 import Bm25Peer
from eval.settings import EvalSettings
from index.errors import SettingsError
from tests.fakes import HashingEmbedder

DOCUMENTS = [
    BenchDocument("r", "Riluzole", "Riluzole slows ALS. It is a tablet that is taken twice a day."),
    BenchDocument("e", "Edaravone", "Edaravone is given by infusion. It was approved in 2017."),
    BenchDocument("b", "Bread", ""),
]
QUESTION = "How is edaravone given?"


def vectors_in(settings: EvalSettings, embedder: HashingEmbedder) -> PeerVectors:
    return PeerVectors(settings.data_dir / "v.db", embedder)


@pytest.fixture
def corpus(settings: EvalSettings) -> PeerCorpus:
    return PeerCorpus(DOCUMENTS, vectors_in(settings, HashingEmbedder()), lambda *_: None)


def test_every_peer_finds_the_document_and_its_text(corpus: PeerCorpus) -> None:
    with open_peers(corpus) as systems:
        assert [one.name for one in systems] == ["dense", "bm25", "llama_index"]
        for system in systems:
            assert system.rank(QUESTION, k=10)[0] == "e"
            best = system.passages(QUESTION, k=1)[0]
            assert best.document_id == "e"
            assert "Edaravone is given by infusion." in best.text


def test_dense_scores_are_cosines_of_title_and_text(corpus: PeerCorpus) -> None:
    embedder = HashingEmbedder()
    rows = embedder.embed_documents([one.whole for one in DOCUMENTS])
    cosines = rows @ embedder.embed_queries([QUESTION])[0]

    with open_peers(corpus) as (dense, *_):
        found = {one.document_id: one.score for one in dense.passages(QUESTION, k=3)}

    assert found == pytest.approx(
        dict(zip(["r", "e", "b"], map(float, cosines), strict=True)), abs=1e-5
    )
    assert np.argmax(cosines) == 1


def test_no_more_than_k_come_though_more_are_there(corpus: PeerCorpus) -> None:
    with open_peers(corpus) as systems:
        assert [len(one.rank("ALS riluzole edaravone bread", k=2)) for one in systems] == [2, 2, 2]


def test_bm25_is_that_of_lucene_with_k1_point_9_and_b_point_4() -> None:
    """Idf ln(1 + (3 - 1 + .5) / (1 + .5)), tf 1, 3 words against a mean of 2."""
    documents = [
        BenchDocument("a", "", "alpha beta gamma"),
        BenchDocument("b", "", "delta"),
        BenchDocument("c", "", "delta epsilon"),
    ]

    found = Bm25Peer(documents).passages("alpha", k=3)

    idf = np.log(1 + 2.5 / 1.5)
    assert [one.document_id for one in found] == ["a"]
    assert found[0].score == pytest.approx(idf * 1 / (1 + 0.9 * (0.6 + 0.4 * 3 / 2)), abs=1e-5)


def test_bm25_stems_and_a_question_of_unknown_words_finds_nothing() -> None:
    peer = Bm25Peer(DOCUMENTS)

    assert peer.rank("tablets", k=3) == ["r"]
    assert peer.rank("zebra", k=3) == []
    assert peer.rank("the of", k=3) == []


def test_llama_index_answers_from_its_sources_by_the_scripted_model(corpus: PeerCorpus) -> None:
    answer = open_llama_index(corpus).answer(QUESTION)

    assert answer.sentences[0].text == "Edaravone is given by infusion."
    assert [one.document_id for one in answer.sentences[0].cited] == ["e"]
    assert len(answer.sentences) == 2
    assert answer.rests_on == "e"


def test_llama_index_ranks_documents_by_their_best_node(settings: EvalSettings) -> None:
    long_text = " ".join(f"Sentence {n} says that riluzole is a tablet." for n in range(400))
    documents = [BenchDocument("long", "Riluzole", long_text), *DOCUMENTS[1:]]
    corpus = PeerCorpus(documents, vectors_in(settings, HashingEmbedder()), lambda *_: None)

    ranking = open_llama_index(corpus).rank("Is riluzole a tablet?", k=2)

    assert ranking[0] == "long"
    assert len(set(ranking)) == 2


def test_vectors_are_those_of_our_embedder_and_kept(
    corpus: PeerCorpus, settings: EvalSettings
) -> None:
    open_llama_index(corpus)
    embedder = HashingEmbedder()
    vectors = vectors_in(settings, embedder)

    open_llama_index(PeerCorpus(corpus.documents, vectors, lambda *_: None))

    assert embedder.embedded == []
    vectors.embed_documents(["title: Riluzole", "Bread"])
    assert embedder.embedded == ["title: Riluzole"]


def test_the_global_settings_of_llama_index_stay_as_they_are(corpus: PeerCorpus) -> None:
    open_llama_index(corpus).answer(QUESTION)

    untouched = llama_settings.Settings
    assert (untouched._llm, untouched._embed_model, untouched._node_parser) == (None, None, None)


def test_missing_packages_are_named_with_the_way_to_install_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    require_peers()
    monkeypatch.setitem(peers.PACKAGES, "no_such_module", "no-such-package")

    with pytest.raises(SettingsError, match=r"needs no-such-package.*pip install .*\[eval\]"):
        require_peers()
