import json
from dataclasses import replace
from io import StringIO

from rich.console import Console

from eval.benchmarks.comparison import Figure
from eval.benchmarks.report import BenchReport
from eval.benchmarks.table import print_report
from eval.measures.score import NotScored

REPORT = BenchReport(
    task="retrieval",
    set_name="tiny",
    distractors="noise",
    split="development",
    limit=None,
    documents=1_500,
    n=40,
    figures={
        "ours": {
            "RR": Figure(0.8123456789, 40, (0.7, 0.9)),
            "list F1": Figure(NotScored("no lists"), 0, None),
        },
        "bm25": {
            "RR": Figure(0.5, 40, (0.4, 0.6), 0.0001),
            "list F1": Figure(NotScored("no lists"), 0, None),
        },
    },
    notes=("A note.",),
    extra={},
    embedding="384-mean-1@2",
    settings={"candidate_k": 50},
)
ABSTENTION = {
    "unanswerable": 20,
    "answerable": 15,
    "dropped": 5,
    "documents_removed": 90,
    "answered_without_gold": ["q1"],
}


def printed(report: BenchReport) -> list[str]:
    out = StringIO()
    print_report(Console(file=out, width=200), report)
    return [" ".join(line.split()) for line in out.getvalue().splitlines()]


def test_json_has_ours_peers_intervals_and_what_they_are_of() -> None:
    content = json.loads(json.dumps(REPORT.to_dict()))

    assert content["ours"] == {"RR": 0.812346, "list F1": "not scored"}
    assert content["peers"] == {"bm25": {"RR": 0.5, "list F1": "not scored"}}
    assert content["ci"] == {"ours": {"RR": [0.7, 0.9]}, "bm25": {"RR": [0.4, 0.6]}}
    assert content["p"] == {"bm25": {"RR": 0.0001}}
    assert list(content["systems"]) == ["ours", "bm25"]
    assert content["settings"] == {"candidate_k": 50}
    assert content["not_scored"] == {"list F1": "no lists"}
    assert content["scored"]["ours"] == {"RR": 40, "list F1": 0}
    assert (content["set"], content["distractors"], content["split"]) == (
        "tiny",
        "noise",
        "development",
    )
    assert (content["documents"], content["n"], content["task"]) == (1_500, 40, "retrieval")


def test_every_figure_stands_beside_what_it_is_of() -> None:
    lines = printed(REPORT)

    assert "RR ours 0.812 0.700–0.900 – tiny + noise development 1,500 40" in lines
    assert "RR bm25 0.500 0.400–0.600 < .001 tiny + noise development 1,500 40" in lines
    assert "• A note." in lines
    assert any(line.startswith("• bm25: bm25s over title and text") for line in lines)


def test_what_no_system_gives_is_one_line_and_what_one_gives_a_row() -> None:
    assert "• Not scored: list F1 (no lists)." in printed(REPORT)
    assert not any(line.startswith("list F1") for line in printed(REPORT))

    ours = REPORT.figures["ours"]
    peer = REPORT.figures["bm25"] | {"list F1": Figure(0.25, 8, (0.1, 0.4))}
    lines = printed(replace(REPORT, figures={"ours": ours, "bm25": peer}))

    assert "list F1 ours not scored – – tiny + noise development 1,500 0" in lines
    assert "list F1 bm25 0.250 0.100–0.400 – tiny + noise development 1,500 8" in lines


def test_a_sample_is_named_as_one() -> None:
    assert any("development, 10 drawn" in line for line in printed(replace(REPORT, limit=10)))


def test_what_other_documents_still_answer_stands_beside_abstention() -> None:
    unread = replace(REPORT, extra=ABSTENTION | {"still_answered": "not read"})
    read = replace(
        REPORT, extra=ABSTENTION | {"still_answered": {"share": 0.25, "read": 8, "of": 20}}
    )

    assert "• Still answered by other documents, read by hand: not read." in printed(unread)
    assert (
        "• Still answered by other documents, read by hand: 25% of the 8 read, of 20."
        in printed(read)
    )
    assert (
        "• 20 questions without their gold, 15 with it, 5 dropped; 90 documents taken out."
        in printed(read)
    )
    assert read.to_dict()["answered_without_gold"] == ["q1"]
