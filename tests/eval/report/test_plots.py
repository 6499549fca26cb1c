import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from eval.report.plots import latency_plot, risk_coverage_plot, share_plot
from tests.conftest import PROJECT

LATENCY = {"embed_question": {"median": 10.0, "p95": 20.0}, "verify": {"median": 0.0, "p95": 0.2}}
_TEXT = "{http://www.w3.org/2000/svg}text"


def kind(share: float | None, ci: list[float] | None = None) -> dict[str, Any]:
    return {"share": share, "ci": ci}


def parts(
    tuning: Mapping[str, Any],
    held_out: Mapping[str, Any] | None = None,
    *,
    points: Sequence[Sequence[float]] = (),
) -> dict[str, Any]:
    """Measures of both parts, the tuning part with a curve."""
    return {
        "tuning": {"kinds": tuning, "risk_coverage": {"points": points}},
        "held_out": {"kinds": held_out or {}, "risk_coverage": {"points": []}},
    }


PARTS = parts(
    {"answerable": kind(0.6, [0.5, 0.7]), "off_topic": kind(None)},
    {"answerable": kind(0.2, [0.1, 0.4])},
    points=[[0.5, 0.0, 0.9], [1.0, 0.25, 0.1]],
)


def drawn(svg: str | None) -> tuple[str, list[str]]:
    """A plot and its words, in order; it must be well-formed."""
    assert svg is not None
    return svg, ["".join(one.itertext()).strip() for one in ET.fromstring(svg).iter(_TEXT)]


def test_share_plot_names_kinds_and_parts_in_words() -> None:
    svg, texts = drawn(share_plot(PARTS))

    assert {"answerable", "off topic", "tuning", "held out", "0%", "100%"} <= set(texts)
    assert "baseline" not in texts
    assert 'role="img" aria-label="Share of right answers by kind' in svg


def test_share_plot_draws_an_interval_for_each_share_and_none_for_what_was_not_scored() -> None:
    svg, _ = drawn(share_plot(PARTS))
    bare, _ = drawn(share_plot(parts({"answerable": kind(0.6), "off_topic": kind(None)})))

    def lines(text: str, colour: str) -> int:
        return len(
            re.findall(rf"fill: none; stroke: var\(--{colour}, [^)]*\); stroke-width: 1.8", text)
        )

    assert lines(svg, "tuning") == lines(bare, "tuning") + 1
    assert lines(svg, "held-out") == 2


def test_share_plot_has_a_stroke_for_the_baseline() -> None:
    _, texts = drawn(share_plot(PARTS, baseline=parts({"answerable": kind(0.5)})))

    assert "baseline" in texts


def test_latency_plot_names_stages_and_takes_stages_without_time() -> None:
    _, texts = drawn(latency_plot(LATENCY))

    assert {"embed question", "verify", "median", "95th percentile", "ms", "0.1", "10"} <= set(
        texts
    )


def test_risk_plot_has_a_curve_for_each_part_with_points() -> None:
    svg, texts = drawn(risk_coverage_plot(PARTS))

    assert "tuning" in texts
    assert "held out" not in texts
    assert "--held-out" not in svg


def test_latencies_that_are_near_each_other_have_ticks_to_read_them_by() -> None:
    _, texts = drawn(
        latency_plot(
            {"retrieve": {"median": 8.0, "p95": 8.0}, "total": {"median": 20.0, "p95": 40.0}}
        )
    )

    assert {"10", "20"} <= set(texts)


def test_single_point_of_a_risk_curve_is_drawn() -> None:
    one, _ = drawn(risk_coverage_plot(parts({}, points=[[1.0, 0.5, 0.9]])))
    two, _ = drawn(risk_coverage_plot(parts({}, points=[[0.5, 0.5, 0.9], [1.0, 0.5, 0.9]])))

    assert one.count("<use") == two.count("<use") + 2


@pytest.mark.parametrize(
    "plot", [share_plot(parts({})), latency_plot({}), risk_coverage_plot(parts({}))]
)
def test_nothing_measured_is_no_plot(plot: str | None) -> None:
    assert plot is None


def test_kinds_that_were_not_scored_are_no_plot() -> None:
    assert share_plot(parts({"personal": kind(None)})) is None


@pytest.mark.parametrize(
    "svg", [share_plot(PARTS, baseline=PARTS), latency_plot(LATENCY), risk_coverage_plot(PARTS)]
)
def test_plot_follows_the_page_and_says_nothing_of_the_machine(svg: str) -> None:
    assert set(re.findall(r"#[0-9a-f]{6}", re.sub(r"var\([^)]*\)", "", svg))) <= {
        "#ffffff",
        "#000000",
    }
    assert "#0102" not in svg
    for unwanted in ("<style", "<metadata", "<!DOCTYPE", "<?xml", "DejaVu", "matplotlib.org", "@"):
        assert unwanted not in svg
    assert not re.search(r"<svg[^>]*\b(width|height)=", svg)


def test_ids_of_plots_on_one_page_differ() -> None:
    ids = [
        set(re.findall(r'\bid="([^"]+)', drawn(svg)[0]))
        for svg in (share_plot(PARTS), latency_plot(LATENCY), risk_coverage_plot(PARTS))
    ]

    assert len(set.union(*ids)) == sum(map(len, ids))


def test_names_are_text_and_never_markup_or_formulas() -> None:
    _, texts = drawn(latency_plot({"<b>$x_1$</b> & more": {"median": 1.0, "p95": 2.0}}))

    assert "<b>$x 1$</b> & more" in texts


def test_same_measures_give_the_same_bytes_in_another_process() -> None:
    code = (
        "from tests.eval.report.test_plots import *\n"
        "print(share_plot(PARTS), latency_plot(LATENCY), risk_coverage_plot(PARTS), sep='')"
    )
    printed = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True
    ).stdout

    here = f"{share_plot(PARTS)}{latency_plot(LATENCY)}{risk_coverage_plot(PARTS)}"
    assert printed.strip() == here
