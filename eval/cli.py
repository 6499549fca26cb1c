"""`alsqa eval …`: mounts the measurements, holds no logic."""

import typer

from eval.bench_cli import bench_command, chunks_command, typos_command
from eval.cases_cli import add_command, show_command
from eval.examples_cli import examples_command
from eval.faults_cli import faults_command
from eval.gate_cli import accept_command, baseline_command, gate_command
from eval.run_cli import compare_command, report_command, run_command
from eval.same_work_cli import same_work_command
from eval.speed_cli import ingest_command, memory_command, speed_command

app = typer.Typer(help="Measure the service.", no_args_is_help=True)
app.command("run")(run_command)
app.command("show")(show_command)
app.command("compare")(compare_command)
app.command("report")(report_command)
app.command("gate")(gate_command)
app.command("accept")(accept_command)
app.command("baseline")(baseline_command)
app.command("add")(add_command)
app.command("bench")(bench_command)
app.command("chunks")(chunks_command)
app.command("typos")(typos_command)
app.command("speed")(speed_command)
app.command("ingest")(ingest_command)
app.command("memory")(memory_command)
app.command("examples")(examples_command)
app.command("faults")(faults_command)
app.command("same-work")(same_work_command)
