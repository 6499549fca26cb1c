from io import StringIO

from rich.console import Console

from eval.performance.graph_recall import GraphRecall, LibrarySpeedReport
from eval.performance.machine import Machine
from eval.performance.printing import print_library, print_set
from eval.performance.retrieval_speed import RetrievalSpeed, ThreadSpeed
from eval.performance.set_speed import SetSpeedReport
from eval.performance.timings import Percentiles

MACHINE = Machine("x86_64, Python 3.11.9", 2, 0.5, {"numpy": "2.4", "torch": "2.13"})
SPEED = RetrievalSpeed(300, Percentiles(6.0, 9.0, 6.5), {"dense": Percentiles(2.0, 3.0, 2.5)})
SET = SetSpeedReport(
    set_name="bioasq",
    documents=13_000,
    chunks=14_000,
    ours=SPEED,
    llama_index=Percentiles(24.0, 30.0, 25.0),
    llama_index_default=Percentiles(16.0, 20.0, 17.0),
    passages=50,
    our_embedding=Percentiles(2.0, 3.0, 2.0),
    torch_embedding=Percentiles(16.0, 20.0, 17.0),
    threads=ThreadSpeed(8, 3, 100.0, 150.0, (1.4, 1.5, 1.6)),
    machine=MACHINE,
)
LIBRARY = LibrarySpeedReport(
    questions_of="bioasq",
    documents=50_000,
    chunks=100_000,
    retrieval=SPEED,
    graph=GraphRecall(asked_for_ten=0.97, asked_k=200, asked_for_k=0.9995, is_asked=True),
    machine=MACHINE,
)


def test_a_set_is_printed_with_steps_peers_and_ratios() -> None:
    console = Console(file=StringIO(), width=200)

    print_set(console, SET)

    assert _lines(console) == [
        "retrieval: bioasq, 13,000 documents, 14,000 chunks, 300 questions",
        "what p50, ms p95, ms mean, ms",
        "retrieval, ours 6.00 9.00 6.50",
        "dense 2.00 3.00 2.50",
        "LlamaIndex over Chroma, 50 passages as ours 24.00 30.00 25.00",
        "LlamaIndex over Chroma, 2 as it comes 16.00 20.00 17.00",
        "embedding alone, ours 2.00 3.00 2.00",
        "embedding alone, torch fp32 16.00 20.00 17.00",
        "ratio figure",
        "retrieval, ours / LlamaIndex, p50 0.250",
        "retrieval, ours / LlamaIndex as it comes, p50 0.375",
        "embedding, ours / torch, p50 0.125",
        "8 threads / 1, in throughput 1.50 (median of 3; 100.0 and 150.0 questions/s)",
        "x86_64, Python 3.11.9, 2 cores, load 0.50 when timing began;"
        " pools of onnxruntime, torch and BLAS at one thread",
        "numpy 2.4, torch 2.13",
    ]


def test_a_library_is_printed_with_what_its_graph_finds() -> None:
    console = Console(file=StringIO(), width=200)

    print_library(console, LIBRARY)

    lines = _lines(console)
    assert "retrieval: 50,000 documents, 100,000 chunks, 300 questions of bioasq" in lines
    assert "asked for 10 0.9700" in lines
    assert "asked for 200, as searches do 0.9995" in lines
    assert not any("compare all" in line for line in lines)


def _lines(console: Console) -> list[str]:
    assert isinstance(console.file, StringIO)
    return [" ".join(line.split()) for line in console.file.getvalue().splitlines()]
