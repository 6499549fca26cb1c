"""Reports of time and memory in the terminal."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from eval.performance.graph_recall import LibrarySpeedReport
    from eval.performance.ingest_memory import MemoryReport
    from eval.performance.ingest_speed import IngestSpeedReport
    from eval.performance.machine import Machine
    from eval.performance.rerank_speed import RerankSpeed
    from eval.performance.retrieval_speed import RetrievalSpeed
    from eval.performance.set_speed import SetSpeedReport
    from eval.performance.speed import SpeedReport
    from eval.performance.timings import Percentiles


def print_answers(console: Console, report: "SpeedReport") -> None:
    table = Table("what", "figure", box=None)
    table.add_row(
        "process start to first answer",
        f"{report.cold_first_answer_ms:,.0f} ms (median of {report.cold_runs})",
    )
    table.add_row(
        "warm answer",
        f"{report.warm_answer_ms:.1f} ms (median of {report.warm_runs}; p95 {report.warm_answer_p95_ms:.1f} ms)",
    )
    table.add_row("of it, embedding the question", f"{report.embed_share:.0%}")
    table.add_row(
        "first answer / warm answer",
        f"{report.cold_first_answer_ms / report.warm_answer_ms:,.0f} times",
    )
    for name, value in report.stages_ms.items():
        table.add_row(f"  {name}", f"{value:.2f} ms")
    console.print(table)
    console.print(
        f"{report.machine}, {report.cores} cores, load {report.load:.2f} at start", style="dim"
    )


def print_ingest(console: Console, report: "IngestSpeedReport") -> None:
    table = Table("what", "figure", "aim", box=None)
    counts = f"{report.documents:,} documents, {report.chunks:,} chunks, "
    table.add_row(", ".join(report.sets), f"{counts}{report.strings_embedded:,} strings embedded")
    first = report.strings_embedded / report.first_ingest_seconds
    table.add_row("first ingest", f"{report.first_ingest_seconds:,.1f} s ({first:,.0f} strings/s)")
    for name, seconds in report.first_ingest_stages_seconds.items():
        table.add_row(f"  {name}", f"{seconds:,.1f} s")
    alone = report.embedder_alone_strings / report.embedder_alone_seconds
    table.add_row(
        "the embedder alone", f"{report.embedder_alone_seconds:,.1f} s ({alone:,.0f} strings/s)"
    )
    peer = report.embedder_alone_strings / report.encode_seconds
    table.add_row(
        "SentenceTransformer.encode alone",
        f"{report.encode_seconds:,.1f} s ({peer:,.0f} strings/s)",
    )
    table.add_row("ingest / encode, in throughput", f"{report.encode_ratio:.2f} times", "")
    table.add_row("ingest / embedder, in throughput", f"{report.embedder_share:.1%}", "85% or more")
    table.add_row(
        "second ingest, nothing changed",
        f"{report.second_ingest_seconds:.2f} s, {report.second_ingest_strings_embedded} strings embedded",
    )
    table.add_row("second / first", f"{report.second_ingest_share:.2%}", "under 5%")
    table.add_row(
        "search index from stored vectors",
        f"{report.rebuild_chunks_per_second:,.0f} chunks/s "
        f"({report.rebuild_entries_per_second:,.0f} entries/s, {report.rebuild_seconds:.2f} s)",
        "500 chunks/s",
    )
    table.add_row("peak memory of the process", f"{report.process_peak_mb:,.0f} MB")
    if report.workers_peak_mb is not None:
        table.add_row("peak memory of its workers", f"{report.workers_peak_mb:,.0f} MB")
    console.print(table)
    console.print(
        f"{report.machine}, {report.cores} cores, as many threads for the embedder, "
        f"load {report.load:.2f} at start",
        style="dim",
    )
    console.print(_versions(report.versions), style="dim")


def print_memory(console: Console, report: "MemoryReport") -> None:
    table = Table("what", "figure", box=None)
    counts = f"{report.documents:,} documents, {report.chunks:,} chunks, "
    table.add_row(", ".join(report.sets), f"{counts}{report.strings_embedded:,} strings embedded")
    table.add_row("ingest", f"{report.seconds:,.0f} s, embedding {report.embedding_seconds:,.0f} s")
    table.add_row("peak of the process", f"{report.main_peak_mb:,.0f} MB")
    table.add_row("peak with its workers", f"{report.main_and_workers_peak_mb:,.0f} MB")
    medians = [f"{one:,.0f}" if one else "–" for one in report.embedding_medians_mb]
    table.add_row("median in each fifth of embedding", f"{', '.join(medians)} MB")
    console.print(table)
    console.print(
        f"{report.machine}, {report.cores} cores, load {report.load:.2f} at start", style="dim"
    )


def print_set(console: Console, report: "SetSpeedReport") -> None:
    """Ours step by step, its peers, and what several threads give."""
    title = (
        f"retrieval: {report.set_name}, {report.documents:,} documents, {report.chunks:,} chunks,"
        f" {report.ours.n:,} questions"
    )
    console.print(title, style="bold", highlight=False)
    table = _percentiles_table()
    _add_retrieval(table, report.ours)
    _add(table, f"LlamaIndex over Chroma, {report.passages} passages as ours", report.llama_index)
    _add(table, "LlamaIndex over Chroma, 2 as it comes", report.llama_index_default)
    _add(table, "embedding alone, ours", report.our_embedding)
    _add(table, "embedding alone, torch fp32", report.torch_embedding)
    console.print(table)
    threads = report.threads
    ratios = Table("ratio", "figure", box=None)
    ratios.add_row("retrieval, ours / LlamaIndex, p50", f"{report.llama_index_ratio:.3f}")
    ratios.add_row(
        "retrieval, ours / LlamaIndex as it comes, p50", f"{report.llama_index_default_ratio:.3f}"
    )
    ratios.add_row("embedding, ours / torch, p50", f"{report.embedding_ratio:.3f}")
    ratios.add_row(
        f"{threads.threads} threads / 1, in throughput",
        f"{threads.ratio:.2f} (median of {threads.rounds}; {threads.one_per_second:,.1f} and"
        f" {threads.many_per_second:,.1f} questions/s)",
    )
    console.print(ratios)
    _print_machine(console, report.machine)


def print_reranking(console: Console, report: "RerankSpeed") -> None:
    """How long a reading takes, and of what."""
    title = f"reranking: {report.set_name}, {report.n:,} questions, {report.reranker}"
    console.print(title, style="bold", highlight=False)
    table = _percentiles_table()
    _add(table, f"reading {report.candidates:.1f} passages", report.rerank)
    console.print(table)
    console.print(
        f"{report.cut:.1%} of them were cut; {report.out_of_time:.1%} of all were out of time.",
        highlight=False,
    )
    _print_machine(console, report.machine)


def print_library(console: Console, report: "LibrarySpeedReport") -> None:
    """Retrieval step by step, and what the graph finds."""
    title = (
        f"retrieval: {report.documents:,} documents, {report.chunks:,} chunks,"
        f" {report.retrieval.n:,} questions of {report.questions_of}"
    )
    console.print(title, style="bold", highlight=False)
    table = _percentiles_table()
    _add_retrieval(table, report.retrieval)
    console.print(table)
    graph = report.graph
    found = Table("recall@10 of the graph against all vectors", "figure", box=None)
    found.add_row("asked for 10", f"{graph.asked_for_ten:.4f}")
    found.add_row(f"asked for {graph.asked_k}, as searches do", f"{graph.asked_for_k:.4f}")
    console.print(found)
    if not graph.is_asked:
        console.print("Searches of so small a library compare all vectors.", style="dim")
    _print_machine(console, report.machine)


def _percentiles_table() -> Table:
    table = Table("what", box=None)
    for column in ("p50", "p95", "mean"):
        table.add_column(f"{column}, ms", justify="right")
    return table


def _add_retrieval(table: Table, speed: "RetrievalSpeed") -> None:
    _add(table, "retrieval, ours", speed.total)
    for name, step in speed.steps.items():
        _add(table, f"  {name}", step)


def _add(table: Table, name: str, values: "Percentiles") -> None:
    figures = (values.p50_ms, values.p95_ms, values.mean_ms)
    table.add_row(name, *(f"{one:.2f}" for one in figures))


def _print_machine(console: Console, machine: "Machine") -> None:
    console.print(
        f"{machine.name}, {machine.cores} cores, load {machine.load:.2f} when timing began; pools"
        " of onnxruntime, torch and BLAS at one thread",
        style="dim",
    )
    console.print(_versions(machine.versions), style="dim")


def _versions(versions: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in versions.items())
